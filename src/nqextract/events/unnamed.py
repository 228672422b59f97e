"""Conferences told without a noun for them: "Sáng 5/3, X tổ chức học tập, quán triệt Nghị quyết …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.names import document_head, is_governed, is_strong, name_end, trim
from nqextract.events.occasions import Occasion, is_deadline, is_planned
from nqextract.events.organizers import before_noun, chain_before, passive
from nqextract.events.view import View
from nqextract.types import BlockKind, DocumentValue, Mention

_FOR = re.compile(r"cho [^.;:\n]{1,100}")
_HOW = re.compile(r"(?:(?:trực tuyến|mở rộng|toàn thể|nhanh|đột xuất|toàn đơn vị|cán bộ|chủ chốt|toàn quốc) +){0,4}")
_TO = re.compile(r"[^.;:\n]{0,140}?(?<![^\W_])(?:để|nhằm) +(?:nghe +|học +)?")
_WHOM = re.compile(  # "triệu tập 186 cán bộ chủ chốt (học Nghị quyết …)"
    r"(?:[^\W_]+(?:, | )){1,12}?(?=(?:về )?(?:học|quán triệt|nghiên cứu|tiếp thu)(?![^\W_]))"
)
_NEAR = 4  # sentences within which a "hội nghị" makes a telling of study a conference


def find_unnamed(view: View, named: list[Occasion]) -> list[Occasion]:
    """The conferences of sentences that hold none of ``named``."""
    taken = {o.sentence for o in named if o.kind != "bare"}
    bare: dict[int, int] = {}
    for occasion in named:
        bare.setdefault(occasion.sentence, occasion.start)
    free = [i for i, kind in enumerate(view.kinds) if i not in taken and kind is not BlockKind.CAPTION]
    found = [occasion for index in free for occasion in _held(view, index, bare.get(index))]
    found += [occasion for index in free if index in bare for occasion in _done_at(view, index, bare[index])]
    free = [index for index in free if index not in bare]
    if not found:
        spoken_of = _spoken_of_behind(named)
        found = [occasion for index in free if index in spoken_of for occasion in _done(view, index)]
    return found


def _spoken_of_behind(named: list[Occasion]) -> set[int]:
    """The sentences right behind which a "hội nghị" is spoken of.

    Beside a conference that is named, the next sentence must tell who held it.
    """
    bare = [o for o in named if o.kind == "bare"]
    if any(o.kind == "study" for o in named):
        return {o.sentence - 1 for o in bare if o.organizers}
    return {o.sentence - back for o in bare for back in range(1, _NEAR + 1)}


def _held(view: View, index: int, noun: int | None) -> Iterator[Occasion]:
    """An organiser that "holds" the study of a document, or meets for it, and a date; before a bare ``noun``."""
    if index not in view.holding(sought.HOLD):
        return
    sentence = view.sentences[index]
    if not view.indices(sentence.start, sentence.end, "ORG"):
        return  # nobody who could hold it
    for hold in view.free(sought.HOLD, sentence.start, sentence.end):
        if noun is not None and hold.start() > noun and not _in_later_clause(view, noun, hold.start()):
            continue
        verbs = _purpose(view, hold, sentence.end)
        if verbs is None or not (_says_so(verbs.group()) or (_is_meeting(hold) and _sets_out(view, verbs))):
            continue
        organizers = chain_before(view, hold.start(), sentence.start)
        found = _occasion(view, index, hold.end(), verbs, organizers)
        if found is not None:
            yield found
            return


def _in_later_clause(view: View, noun: int, verb: int) -> bool:
    """ "…, chỉ vài giờ sau khi hội nghị toàn quốc bế mạc, Đảng ủy xã | đã họp để quán triệt …"."""
    before = view.fold[max(0, noun - 12) : noun]
    return words.AFTER.search(before) is not None and "," in view.residue(noun, verb)


def _is_meeting(hold: re.Match[str]) -> bool:
    return hold.group().rstrip() in words.MEET


def _says_so(verbs: str) -> bool:
    return is_strong(verbs) or words.word("training").search(verbs) is not None


_SET_OUT = frozenset({"resolution", "directive", "conclusion", "regulation", "law", "decree", "circular"})


def _sets_out(view: View, verbs: re.Match[str]) -> bool:
    """Whether a meeting is to "triển khai" a document that others issued, right behind; plans are its own affair."""
    document = view.covering(verbs.end() + 1)
    return (
        "triển khai" in verbs.group()
        and document is not None
        and isinstance(document.value, DocumentValue)
        and document.value.type in _SET_OUT
    )


def _purpose(view: View, hold: re.Match[str], limit: int) -> re.Match[str] | None:
    """The study that somebody holds ("tổ chức (cho X) học tập …") or meets for ("họp … để quán triệt …")."""
    start = hold.end()
    if _is_meeting(hold):
        how = _HOW.match(view.fold, start, limit)
        verbs = words.study_verbs().match(view.fold, how.end() if how else start, limit)
        to = None if verbs else _TO.match(view.fold, start, limit) or _WHOM.match(view.fold, start, limit)
        return words.study_verbs().match(view.fold, to.end(), limit) if to else verbs
    if whom := _FOR.match(view.fold, start, limit):
        verbs = view.first_free(sought.STUDY, start, whom.end())
        return words.study_verbs().match(view.fold, verbs.start(), limit) if verbs else None
    return words.study_verbs().match(view.fold, start, limit)


def _done(view: View, index: int) -> Iterator[Occasion]:
    """ "Sáng 22/7, X thông báo nhanh kết quả …", where a "hội nghị" is spoken of right after."""
    sentence = view.sentences[index]
    for verbs in view.free(sought.STUDY, sentence.start, sentence.end):
        if not is_strong(verbs.group()) or is_governed(view, sentence.start, verbs.start()):
            continue
        organizers = chain_before(view, verbs.start(), sentence.start)
        first = organizers[0].start if organizers else verbs.start()
        members = _MEMBERS.search(view.fold, sentence.start, first) is not None
        if members:
            organizers = ()
        found = _occasion(view, index, verbs.start(), verbs, organizers, members=members)
        if found is not None:
            yield found
            return


def _done_at(view: View, index: int, noun: int) -> Iterator[Occasion]:
    """ "Ngày 25/9, X đã phổ biến thông tư này cho gần 500 cán bộ tại một | buổi tập huấn": the noun behind."""
    sentence = view.sentences[index]
    if words.word_at_end("refer").search(before_noun(view.fold[max(sentence.start, noun - 30) : noun])) is None:
        return
    for verbs in view.free(sought.STUDY, sentence.start, noun):
        if is_strong(verbs.group()) and not is_governed(view, sentence.start, verbs.start()):
            organizers = chain_before(view, verbs.start(), sentence.start)
            found = _occasion(view, index, verbs.start(), verbs, organizers)
            if found is not None:
                yield found
            return


_MEMBERS = re.compile(  # "Tối 6/11, đảng viên Bệnh viện A (học trực tuyến …)"
    r"(?<![^\W_])(?:đảng viên|cán bộ|đoàn viên|hội viên|chiến sĩ|giáo viên|công chức)(?![^\W_])(?: [^\W_]+){0,8} *\Z"
)


def _occasion(
    view: View,
    index: int,
    start: int,
    verbs: re.Match[str],
    organizers: tuple[Mention, ...],
    *,
    members: bool = False,
) -> Occasion | None:
    sentence = view.sentences[index]
    head = document_head(view, verbs.end(), sentence.end, strong=is_strong(verbs.group()))
    date = _date(view, index)
    if head is None or not (organizers or members) or date is None:
        return None
    if is_planned(view, start, start, sentence.start, sentence.end) or _is_wished(view, sentence.start, start):
        return None
    end = trim(view, head, name_end(view, head, sentence.end))
    return Occasion("study", index, start, end, True, date, organizers, unnamed=True)


_COMMA = re.compile(",")


def _is_wished(view: View, sentence: int, start: int) -> bool:
    """Whether the sentence asks for it, or its clause says that it is to come."""
    clause = max((m.end() for m in view.free(_COMMA, sentence, start)), default=sentence)
    return (
        words.word("request").search(view.residue(sentence, start)) is not None
        or words.word("plan").search(view.residue(clause, start)) is not None
    )


def _date(view: View, index: int) -> Mention | None:
    """The date in the sentence, or the one that the next sentence of the body begins with."""
    sentence = view.sentences[index]
    dates = [d for d in view.dates(sentence.start, sentence.end) if not is_deadline(view, d)]
    if dates:
        return dates[0]
    if view.kinds[index] is BlockKind.TITLE or index + 1 >= len(view.sentences):
        return None
    following = view.sentences[index + 1]
    first = view.dates(following.start, following.end)[:1]
    return first[0] if first and first[0].start - following.start <= 2 else None


def arranged(view: View, aside: set[int]) -> list[Occasion]:
    """ "… do X tổ chức sáng 7-5": an event told without its noun, in the sentences not ``aside``."""
    found = []
    for index, sentence in enumerate(view.sentences):
        if index in aside or view.kinds[index] is BlockKind.CAPTION:
            continue
        organizers = passive(view, sentence.start, sentence.end)
        dates = [d for d in view.dates(sentence.start, sentence.end) if not is_deadline(view, d)]
        if organizers and dates and organizers[-1].end < dates[0].start:
            start = organizers[0].start
            found.append(Occasion("bare", index, start, start, True, dates[0], organizers))
    return found
