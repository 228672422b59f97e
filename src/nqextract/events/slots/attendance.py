"""``participants``, ``venues`` and ``format``."""

from __future__ import annotations

import re
from typing import Literal

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.occasions import speaks_generally
from nqextract.events.view import View
from nqextract.types import BlockKind, Count

Format = Literal["online", "in_person", "hybrid"]
_WAYS: tuple[tuple[Format, str], ...] = (
    ("hybrid", "hybrid_phrase"),
    ("online", "online_phrase"),
    ("in_person", "in_person_phrase"),
)

_TO = re.compile(r"(?<![^\W_])(?:cho|tới|đến|với|gồm|có) *\Z")


def find_count(view: View, conference: Conference, kind: Literal["participants", "venues"]) -> Count | None:
    """The first number of people (or venues) said to attend; of several in one sentence the greatest.

    The title's number goes before the body's, unless the body says the same more exactly.
    """
    found = _counts(view, conference, kind, BlockKind.TITLE)
    body = _counts(view, conference, kind) + _counts(view, conference, kind, BlockKind.CAPTION)
    if found:
        body = [c for c in body if _is_finer(c, found[0])]
    found = body or found
    return max(found, key=_is_venue) if found else None


_CLOSE = 0.2  # share by which a rounded number may differ from the exact one


def _is_finer(count: Count, rounded: Count) -> bool:
    """Whether ``count`` may be what ``rounded`` says in round figures."""
    return abs(count.value - rounded.value) <= _CLOSE * rounded.value


def _counts(
    view: View, conference: Conference, kind: Literal["participants", "venues"], block: BlockKind | None = None
) -> list[Count]:
    """The numbers said to attend in the title, the captions, or (``None``) the other blocks."""
    own = {o.sentence for o in conference.occasions if o.kind == "study"}
    counting = sorted(view.with_counts & {*conference.sentences, *own})
    if not counting:
        return []
    near = {o.sentence + behind for o in conference.occasions for behind in range(_NEAR + 1)}
    found: list[Count] = []
    for index in counting:
        sentence = view.sentences[index]
        apart = view.kinds[index] if view.kinds[index] in (BlockKind.TITLE, BlockKind.CAPTION) else None
        if apart is not block:
            continue
        start, end = conference.parts.get(index, (sentence.start, sentence.end))
        counts = view.counts(start, end, kind)
        if not counts or (index not in near and not _speaks_of_it(view, index)):
            continue
        if _is_attendance(view, start, end, counts[0], named=index in own):
            found.append(max(counts, key=lambda c: (_is_venue(c), c.value, -c.start)))
    return found


_NEAR = 5  # so many sentences behind one that names the conference, people counted are those who came to it


def _speaks_of_it(view: View, index: int) -> bool:
    sentence = view.sentences[index]
    return words.word("reference", "audience").search(view.fold, sentence.start, sentence.end) is not None


def _is_venue(count: Count) -> bool:
    """Whether the unit itself says "venue", where only places are counted in the other sentences."""
    return count.kind == "venues" and re.search(r"điểm|cầu|hội trường|phòng", count.unit.casefold()) is not None


def _is_attendance(view: View, start: int, end: int, count: Count, *, named: bool) -> bool:
    if words.word("wish").search(view.residue(start, count.start)):
        return False
    if '"' in view.fold[start : count.start] or _SENT.search(view.fold, start, count.start):
        return False
    if count.kind == "venues" and not _is_venue(count):
        return True  # places are only counted where something is transmitted to them
    if named and _TO.search(view.fold, max(start, count.start - 8), count.start):
        return True
    if words.word("attend").search(view.fold, max(start, count.start - 60), min(end, count.end + 60)):
        return True
    return words.word("attending").search(view.fold, start, min(count.start, start + 60)) is not None


_SENT = re.compile(r"(?<![^\W_])cử *\Z")  # "nhà trường cử 35 cán bộ dự hội nghị": of those who came, its own


def find_format(view: View, conference: Conference) -> tuple[Format, int, int] | None:
    """How it was held, with the span that says so."""
    places: list[tuple[int, int]] = [(o.start, o.end) for o in conference.occasions]
    own = {o.sentence for o in conference.occasions}
    for index in conference.sentences:
        if index not in view.holding(sought.WAYS):
            continue
        sentence = view.sentences[index]
        if index not in own and speaks_generally(view, index):
            continue
        if words.word("demand").search(view.residue(sentence.start, sentence.end)) is None:
            places.append((sentence.start, sentence.end))
        elif view.kinds[index] is not BlockKind.TITLE:
            places += [
                (sentence.start, min(sentence.end, o.end + 80)) for o in conference.occasions if o.sentence == index
            ]
    found: dict[Format, tuple[int, int]] = {}
    for start, end in places:
        for way, role in _WAYS:
            if way not in found and (match := _affirmed(view, role, start, end)):
                both = way == "in_person" and "trực tuyến" in view.fold[match.end() : end]
                found.setdefault("hybrid" if both else way, match.span())
    if "hybrid" not in found and (ways := _in_both_ways(view, conference)):
        found["hybrid"] = ways
    for way, _ in _WAYS:
        if way in found:
            return way, *found[way]
    return None


_NOT = re.compile(r"(?<![^\W_])không(?: (?:qua|bằng|theo|phải|có|tổ chức))? *\Z")


def _affirmed(view: View, role: str, start: int, end: int) -> re.Match[str] | None:
    """The first phrase of ``role`` that is not denied: "học trực tiếp, không qua cầu truyền hình"."""
    found = words.word(role).finditer(view.fold, start, end)
    return next((m for m in found if not _NOT.search(view.fold, max(start, m.start() - 20), m.start())), None)


_PLAN = re.compile(r"(?<![^\W_])(?:sẽ|dự kiến|yêu cầu|đề nghị|phải|cần)(?![^\W_])")


def _in_both_ways(view: View, conference: Conference) -> tuple[int, int] | None:
    """Where one sentence tells that some sat in the hall and others followed from afar."""
    for index in conference.sentences:
        if index not in view.holding(sought.IN_HALL):
            continue
        sentence = view.sentences[index]
        there = words.word("in_hall").search(view.fold, sentence.start, sentence.end)
        afar = words.word("from_afar").search(view.fold, sentence.start, sentence.end) if there else None
        if there and afar and not _PLAN.search(view.residue(sentence.start, sentence.end)):
            return min(there.start(), afar.start()), max(there.end(), afar.end())
    return None
