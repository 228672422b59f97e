"""Each place where an article speaks of a conference: what is said of it right there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.names import name_end, on_document, study_phrase
from nqextract.events.organizers import before_noun, find_organizers, hold_before, passive
from nqextract.events.view import View
from nqextract.types import DateValue, Mention

Kind = Literal["study", "other", "bare"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One mention of a conference.

    ``kind``: ``study`` names what is studied, ``other`` names another purpose, ``bare`` only refers.  ``start`` and
    ``end`` span the name (of a bare one, the noun); ``unnamed`` where the text says "tổ chức học tập …" without a noun.
    """

    kind: Kind
    sentence: int
    start: int
    end: int
    held: bool  # a clause says that it was held, chaired or took place; not only "tại hội nghị …"
    date: Mention | None
    organizers: tuple[Mention, ...]
    attended: bool = False  # "tại hội nghị …": something was said or done there; or somebody "đã tổ chức" it
    unnamed: bool = False


def find_occasions(view: View) -> list[Occasion]:
    """The conferences spoken of, in order; plenums, plans and conferences in general left out."""
    found = []
    for index in view.holding(sought.NOUNS):
        sentence = view.sentences[index]
        passed = sentence.start
        for noun in view.matches(sought.NOUNS, sentence.start, sentence.end):
            if noun.start() < passed or _is_part(view, noun):
                continue
            occasion = _occasion(view, index, noun)
            if occasion is not None:
                found.append(occasion)
                passed = occasion.end
    return found


def find_openings(view: View) -> list[Occasion]:
    """Plenums and numbered meetings told with date or holder: no conferences, unless documents are conveyed there."""
    found = []
    for index in view.holding(sought.NOUNS):
        sentence = view.sentences[index]
        for noun in view.matches(sought.NOUNS, sentence.start, sentence.end):
            if _is_part(view, noun) or not _issues_documents(view, noun.end(), sentence.end):
                continue
            start, end = noun.span()
            organizers = find_organizers(view, start, end, end, sentence.start, sentence.end)
            date = _date(view, start, end, sentence.start, sentence.end)
            if _is_held(view, start, end, sentence.start, sentence.end) and (date or organizers):
                found.append(Occasion("bare", index, start, end, True, date, organizers))
    return found


def _is_part(view: View, noun: re.Match[str]) -> bool:
    """Whether the noun belongs to something else: a document's meeting, a conference centre."""
    if view.covering(noun.start()) is not None:
        return True
    return _HOUSE.search(view.fold, max(0, noun.start() - 16), noun.start()) is not None


_HOUSE = re.compile(r"(?:trung tâm|nhà|phòng|cung|khu|bàn|hội trường) *\Z")


def _occasion(view: View, index: int, noun: re.Match[str]) -> Occasion | None:
    sentence = view.sentences[index]
    is_class = words.is_class(noun)
    issues = not is_class and _issues_documents(view, noun.end(), sentence.end)
    if issues or _is_general(view, noun.start(), sentence.start):
        return None
    inside = noun.start() if is_class else noun.end()  # "buổi quán triệt": the verb is in the noun
    phrase = study_phrase(view, inside, sentence.end, gap=60 if is_class else 130)
    if phrase is None and (arranged_by := _arranger(view, noun.end(), sentence.end)):
        phrase = study_phrase(view, arranged_by, sentence.end, gap=40)
    if phrase is None and is_class:
        phrase = on_document(view, noun.end(), sentence.end)
    if phrase is not None:
        end = name_end(view, phrase.head, sentence.end)
        kind: Kind = "study"
    else:
        end = _other_end(view, noun.end(), sentence.end)
        kind = "other" if end > noun.end() else "bare"
    if is_planned(view, noun.start(), end, sentence.start, sentence.end):
        return None
    organizers = find_organizers(view, noun.start(), noun.end(), end, sentence.start, sentence.end)
    if kind == "study" and not organizers:
        organizers = passive(view, noun.end(), end)
    held = _is_held(view, noun.start(), end, sentence.start, sentence.end)
    inner = view.dates(noun.end(), phrase.verbs) if phrase else []
    date = inner[0] if inner else _date(view, noun.start(), end, sentence.start, sentence.end)
    before = view.fold[max(sentence.start, noun.start() - 30) : noun.start()]
    told = held and _TOLD.search(view.residue(sentence.start, noun.start())) is not None
    attended = words.word_at_end("refer").search(before_noun(before)) is not None
    if is_class:  # "tại các buổi tập huấn" happens every day
        attended = attended and bool(date or organizers or view.documents(noun.start(), end))
    return Occasion(kind, index, noun.start(), end, held, date, organizers, attended or told)


_TOLD = re.compile(f"(?:{words.at_word(('đã', 'vừa'))})" + r"(?: +[^\W_]+){1,6} *\Z")
_BY = re.compile(r" +(?:trực tuyến +)?(?:do|được) +")
_PURPOSE = re.compile(r"[^.;\n]{0,60}?(?<![^\W_])(?:để|nhằm)(?= )")


def _arranger(view: View, start: int, limit: int) -> int | None:
    """Where the purpose begins in "hội nghị do X tổ chức để triển khai …"."""
    if _BY.match(view.fold, start, limit) is None or not passive(view, start, limit):
        return None
    purpose = _PURPOSE.match(view.fold, passive(view, start, limit)[-1].end, limit)
    return purpose.end() if purpose else None


def _issues_documents(view: View, end: int, limit: int) -> bool:
    if words.opening().match(view.fold, end, limit):
        return True
    number = words.ordinal().search(view.fold, end, min(limit, end + 80))
    return (
        number is not None
        and not view.has(sought.STUDY, end, number.start())
        and "," not in view.fold[end : number.start()]
    )


_DAYS_AFTER = 60
_FEW = 4  # so many classes held on a day are told as one: "mở 2 lớp quán triệt …"


_COUNT = re.compile(r"(\d+)\s*(?:cuộc|buổi)?\s*\Z")


def _is_general(view: View, start: int, sentence: int) -> bool:
    """Whether conferences in the plural are meant: "các hội nghị", "gần 20 hội nghị"."""
    before = view.fold[max(sentence, start - 40) : start]
    if words.word_at_end("quantifier").search(before) is not None:
        return True
    count = _COUNT.search(before)
    return count is not None and (
        int(count.group(1)) > _FEW or not (view.dates(sentence, start) or view.dates(start, start + _DAYS_AFTER))
    )


def speaks_generally(view: View, index: int) -> bool:
    """Whether the sentence is about conferences in the plural."""
    sentence = view.sentences[index]
    nouns = view.matches(sought.NOUNS, sentence.start, sentence.end)
    return any(_is_general(view, noun.start(), sentence.start) for noun in nouns)


_CLAUSE = re.compile(r"[,;:.]\s")
_TO_COME = re.compile(r"[\s,]*(?:sẽ|dự kiến|sắp|đang được chuẩn bị)(?![^\W_])")
_SOON = re.compile(f"(?:{words.at_word(('sẽ', 'dự kiến', 'sắp', 'chuẩn bị', 'tới đây'), space=' ')}){words.RIGHT}")


def is_planned(view: View, start: int, end: int, sentence: int, limit: int) -> bool:
    """Whether the conference is only to come, asked for or supposed."""
    before = view.fold[sentence:start]
    if _TO_COME.match(view.fold, end, min(limit, end + 60)):
        return True
    if words.word_at_end("postpone").search(before_noun(before)):
        return True
    opens = max((m.end() for m in view.free(_CLAUSE, sentence, start)), default=sentence)
    clause = view.residue(opens, start)
    if _SOON.search(clause):
        return True
    if not hold_before(before):
        return False
    if words.word("plan").search(clause):
        return True
    if _TOLD.search(clause):
        return False
    demand = view.first_free(words.word("request"), sentence, start)
    return demand is not None and not view.dates(demand.end(), start)


_MODIFIERS = re.compile(r" +(?:(?:trực tuyến|toàn quốc|cán bộ|báo cáo viên|chuyên đề)(?: +|(?=[,.]))){0,3}")
_OTHER = re.compile(
    r" +(?:trực tuyến +)?(?:về|báo cáo viên|cán bộ|giao lưu|gặp|công bố|chuyên|giới thiệu|triển khai|tuyên truyền"
    r"|sinh hoạt)(?![^\W_])"
)


def _other_end(view: View, start: int, limit: int) -> int:
    """The end of a name that tells another purpose ("hội nghị bàn giao …"), or ``start`` where there is none."""
    match = _MODIFIERS.match(view.fold, start, limit)
    if words.word("review").match(view.fold, match.end() if match else start, limit):
        return name_end(view, match.end() if match else start, limit)
    other = _OTHER.match(view.fold, start, limit)
    return name_end(view, other.end(), limit) if other else start


_HELD_BY = re.compile(r"[ ,]*(?:đã|vừa) +được +")  # "hội nghị … đã được Huyện ủy tổ chức"
_TOOK_PLACE = re.compile(  # "hội nghị … do Huyện ủy triệu tập đã bế mạc"
    r" +(?:phối hợp +)?(?:tổ chức|triệu tập|mở|chủ trì)[ ,]+(?:(?:đã|vừa) +(?:diễn ra|khai mạc|bế mạc|kết thúc|kéo dài)"
    r"|diễn ra|kéo dài)(?![^\W_])"
)
_POINTED_AT = re.compile(r"(?<![^\W_])là\s*\Z")  # "Đó là hội nghị … do X tổ chức", "Mở đầu là …"


_OPENS = re.compile(r"[\s*\-+\"]*(?:(?:tại|sáng|chiều)\s*)?")
_ADVERBS = re.compile(r"[ ,]*(?:(?:đã|vừa|cũng) +){0,2}")


def _is_held(view: View, start: int, end: int, sentence: int, limit: int) -> bool:
    before = view.fold[max(sentence, start - 60) : start]
    if words.word_at_end("refer").search(words.without_tail(before, ("các", "buổi", "cuộc"))):
        return False
    if hold_before(before) or words.word_at_end("chair").search(before_noun(before)):
        return True
    if _POINTED_AT.search(before) and passive(view, end, limit):
        return True
    if _OPENS.fullmatch(view.fold, sentence, start):
        return True
    behind = view.fold[end : end + 40]
    adverbs = _ADVERBS.match(behind)
    if words.word("happen").match(behind[adverbs.end() :] if adverbs else behind) is not None:
        return True
    agents = passive(view, end, limit)
    if not agents:
        return False
    return bool(_HELD_BY.match(view.fold, end) or _TOOK_PLACE.match(view.fold, agents[-1].end, limit))


# --- date ---


def _date(view: View, start: int, end: int, sentence: int, limit: int) -> Mention | None:
    """The date that the sentence gives the conference: behind its name, else nearest before it."""
    if agents := passive(view, end, limit):  # "…, được Quốc hội thông qua ngày 18/1, do X tổ chức ngày 5/9"
        said = agents[-1].end
        if own := [d for d in view.dates(said, limit) if _is_own(view, d, said)][:1]:
            return own[0]
    behind = [d for d in view.dates(end, limit) if _is_own(view, d, end)]
    before = [d for d in view.dates(sentence, start) if not is_deadline(view, d)]
    if behind and _is_month(behind[0]) and (days := [d for d in behind if not _is_month(d)]):
        behind = days  # "Hội nghị báo cáo viên tháng 7 diễn ra ngày 10/7"
    if before and behind and _is_month(behind[0]) and not _is_month(before[0]):
        behind = []  # "Ngày 24/4, … tổ chức hội nghị báo cáo viên tháng 4"
    if (
        before
        and behind
        and _ELSEWHEN.search(view.residue(end, behind[0].start))
        and hold_before(view.fold[sentence:start])
    ):
        behind = []  # "Ngày 5/1, X tổ chức hội nghị triển khai kết luận tại kỳ họp thứ 20 | diễn ra ngày 12/12"
    if behind and _follows(view, end, behind[0]):
        return behind[0]
    return before[0] if before else (behind[0] if behind else None)


_ELSEWHEN = re.compile(r"(?<![^\W_])diễn ra(?: (?:từ|ngày|trong|vào))* *\Z")


def _is_month(date: Mention) -> bool:
    return isinstance(date.value, DateValue) and len(date.value.edtf) == len("2024-04")


_STOP = re.compile("[.:;]")


def _follows(view: View, end: int, date: Mention) -> bool:
    """Whether a date belongs to the name it stands behind: "…, tổ chức ngày 27-6 tại Hà Nội"."""
    between = view.residue(end, date.start)
    return len(between) <= 60 and _STOP.search(between) is None and not words.word("demand").search(between)


def _is_own(view: View, date: Mention, end: int) -> bool:
    return not is_deadline(view, date) and _follows(view, end, date)


_FOUNDED = re.compile(r"(?<![^\W_])ngày (?:thành lập|truyền thống|sinh)(?![^\W_])[^.;\n]*\($")


_INTO = re.compile(r"\s*(?:đến|sang|bước sang)\s*(?:ngày\s*)?")


def is_deadline(view: View, date: Mention) -> bool:
    """Whether it is the day until or since when something holds, or on which something else was founded."""
    index = view.sentence_at(date.start)
    first = 0 if index is None else view.sentences[index].start
    if _FOUNDED.search(view.fold, max(first, date.start - 120), date.start):
        return True
    before = view.fold[max(first, date.start - 30) : date.start]
    if _INTO.fullmatch(before):
        return False
    return words.word_at_end("dated").search(words.without_tail(before, ("vào", "ngày"))) is not None
