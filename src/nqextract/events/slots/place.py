"""``place``: where the conference was held, as written."""

from __future__ import annotations

import re

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.view import View
from nqextract.link.setting import provinces

_AT = re.compile(r"(?<![^\W_])(?:tại|ở|(?:trực tuyến|kết nối|nối|truyền|trực tiếp) từ) +")
_VENUES = re.compile(r"(?:hai|ba|bốn|năm|\d+) +điểm cầu:? +")
_STOP = re.compile(
    r"[,;:()\n\"“”]|(?<!TP)(?<!Tp)(?<!tp)\.(?=\s|\Z)| [-–] (?=[^\W\d_]*[a-zà-ỹ]{2}[^\W\d_]* )(?![A-ZĐÀ-Ỹ])"
)
_LONGEST = 90
_HELD = re.compile(
    r"\s*(?:hội nghị|cuộc (?:họp|gặp)|buổi [^\W_]+(?: [^\W_]+)?|lớp học)[^.;,]{0,40} "
    r"(?P<at>(?:diễn ra|được tổ chức|tổ chức|truyền|kết nối|nối|trực tuyến|trực tiếp)(?![^\W_]))"
)
_CENTRE = re.compile(
    r"điểm cầu (?<![^\W_]điểm cầu )(?:chính|trung tâm)(?: của [^.,;]{1,30}?)?(?: (?:được )?đặt)? (?P<at>tại|ở) "
)
_ATTENDED = re.compile(
    r"(?<![^\W_])(?:(?:về|tham|đến)? ?dự (?:hội nghị )?"
    r"|(?:có mặt|tập trung|ngồi|dự trực tiếp|tham gia trực tiếp|gặp nhau|tề tựu) "
    r"|(?:đại biểu|đảng viên|cán bộ|học viên) (?=(?:tại|ở) hội trường))"
    r"(?P<at>tại|ở) "
)
_SCENE = re.compile(
    rf"(?:{words.at_word(('toàn cảnh', 'quang cảnh', 'không khí'), space=' ')}) "
    r"(?:hội nghị|buổi [^\W_]+(?: [^\W_]+)?|lớp học)[^.;,]{0,40} (?P<at>tại) "
)
_PROVINCE = re.compile(r", (?P<name>[^\W_]+(?: [^\W_]+){1,2}?)(?=[.,;)\n]|\Z)")
_LOCALITY = re.compile(
    r", (?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu|thủ đô) (?P<name>[^\W_]+)"
)


def find_place(view: View, conference: Conference) -> tuple[int, int] | None:
    """The span of the place in a sentence that tells that the conference was held."""
    for occasion in conference.occasions:
        sentence = view.sentences[occasion.sentence]
        spans = (
            [(occasion.end, sentence.end)]
            if not occasion.held
            else [(sentence.start, occasion.start), (occasion.end, sentence.end)]
        )
        for start, end in spans:
            found = _between(view, start, end)
            if found and not (start == occasion.end and _is_of_another(view, start, found[0])):
                return found
    for pattern in (_HELD, _CENTRE, _ATTENDED, _SCENE):
        for index in conference.sentences:
            sentence = view.sentences[index]
            find = pattern.match if pattern is _HELD else pattern.search
            told = find(view.fold, sentence.start, sentence.end)
            if told is None:
                continue
            if found := _between(view, told.start("at"), sentence.end):
                return found
    return _main_venue(view, conference) or _inside(view, conference)


_INSIDE = re.compile(r"\s*(?:trong|tại|ở) (?=(?:nhà văn hóa|hội trường|phòng|giảng đường|chùa|đình|trụ sở|nhà) )")
_LEAD = 3


def _inside(view: View, conference: Conference) -> tuple[int, int] | None:
    """ "Trong nhà văn hóa thôn Tiên Châu, gần 70 chủ tàu …": where the first sentences say that people sat."""
    for index in conference.sentences[:_LEAD] if conference.main else ():
        sentence = view.sentences[index]
        told = _INSIDE.match(view.fold, sentence.start, sentence.end)
        found = _place_at(view, told.end(), sentence.end) if told else None
        if found and view.counts(found[1], sentence.end, "participants"):
            return found
    return None


_MAIN_VENUE = re.compile(
    r"từ (?<![^\W_]từ )(?:"
    r"điểm cầu (?:(?:chính|trung tâm) )?(?:(?:đặt )?tại )?(?=[^\W_][^.;\n]*(?:đến|tới|với) )"
    r"|(?=[^\W_][^.,;\n]{2,50}, (?:hội nghị|buổi [^\W_]+|lớp học) (?:được )?(?:nối|kết nối|truyền)))"
)


def _main_venue(view: View, conference: Conference) -> tuple[int, int] | None:
    """ "kết nối từ điểm cầu Trường A đến 69 điểm cầu": where it is transmitted from."""
    for index in conference.sentences:
        sentence = view.sentences[index]
        told = _MAIN_VENUE.search(view.fold, sentence.start, sentence.end)
        if told and (found := _place_at(view, told.end(), sentence.end)):
            return found
    return None


def _between(view: View, start: int, end: int) -> tuple[int, int] | None:
    for at in _AT.finditer(view.fold, start, end):
        before = view.residue(start, at.start()).replace("làm việc", " ")
        if words.word("demand").search(before):
            return None
        if _LIVES.search(before):
            continue
        span = _place_at(view, at.end(), end)
        if span is not None:
            return span
    return None


_LIVES = re.compile(r"(?<![^\W_])(?:đứng chân|đóng quân|đóng|công tác|sinh sống|cư trú|quê|sống|ngụ) *\Z")


def _is_of_another(view: View, start: int, at: int) -> bool:
    """Whether a person does something else before the place: "…, ông A kể chuyện một trường học ở B"."""
    persons = view.persons(start, at)
    if not persons:
        return False
    doing = re.sub(r"(?:tại|ở) +\Z", "", view.residue(view.mentions[persons[-1]].end, at))
    told = words.word("hold", "chair", "happen", "present").search(doing) is not None
    return re.search(r"[^\W_]", doing) is not None and not told


def _place_at(view: View, start: int, limit: int) -> tuple[int, int] | None:
    if venues := _VENUES.match(view.fold, start, limit):
        start = venues.end()
    elif words.word("not_place").match(view.fold, start, limit):
        return None
    stop = _STOP.search(view.text, start, min(limit, start + _LONGEST))
    end = stop.start() if stop else min(limit, start + _LONGEST)
    for mention in view.within(start + 1, end):
        if mention.label in ("DATE", "PERSON"):
            end = mention.start
            break
    if ending := view.first_free(words.word("place_end"), start, end):
        end = ending.start()
    if counts := view.counts(start + 1, end):
        end = counts[0].start
    end = start + len(re.sub(r" và *\Z", "", view.fold[start:end]).rstrip(" -"))
    if end <= start:
        return None
    facility = words.word("facility").match(view.fold, start, end)
    if facility is None and not view.text[start].isupper():
        return None
    if facility is not None and not any(c.isupper() for c in view.text[start:end]) and facility.end() == end:
        return None
    return start, _with_localities(view, end, limit) if facility is not None else end


_IN_BRACKETS = re.compile(r" ?\((?:xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tp\.?|tỉnh) [^()\n]{2,60}\)")


_BUILDING = re.compile(
    r", (?P<name>(?:tầng \d+,? )?(?:nhà|tòa nhà|trụ sở|trung tâm|học viện|trường|khu|cung|khách sạn) )"
)


def _building_end(view: View, hall: re.Match[str], limit: int) -> int | None:
    """Where the building ends that a room lies in ("Phòng họp A, Nhà Quốc hội"), unless it goes on to act."""
    start = hall.start("name")
    stop = _STOP.search(view.text, start, min(limit, start + _LONGEST))
    end = stop.start() if stop else min(limit, start + _LONGEST)
    if ending := view.first_free(words.word("place_end"), start, end):
        if words.word("predicate").match(view.fold, ending.start()):
            return None
        end = ending.start()
    end = start + len(view.fold[start:end].rstrip(" -"))
    named = any(c.isupper() for c in view.text[start + 1 : end])
    acts = words.word("predicate", "hold").search(view.residue(start, end)) is not None
    return end if named and not acts else None


def _with_localities(view: View, end: int, limit: int) -> int:
    """``end`` moved behind the places that a hall stands in: "Hội trường A, thành phố Huế"."""
    if (hall := _BUILDING.match(view.fold, end, limit)) and (whole := _building_end(view, hall, limit)):
        end = whole
    if (known := _PROVINCE.match(view.text, end, limit)) and known["name"] in provinces():
        return known.end()  # "trụ sở 54 Hai Bà Trưng, Hà Nội"
    if bracket := _IN_BRACKETS.match(view.fold, end, limit):
        return bracket.end()
    while locality := _LOCALITY.match(view.fold, end, limit):
        name = re.compile(r"[^\W_]+(?: [^\W_]+)*").match(view.text, locality.start("name"), limit)
        proper = name.group().split() if name else []
        count = next((i for i, word in enumerate(proper) if not (word[0].isupper() or word.isdigit())), len(proper))
        if not count or view.covering(locality.start() + 2) is not None:
            break
        end = locality.start("name") + len(" ".join(proper[:count]))
    return end
