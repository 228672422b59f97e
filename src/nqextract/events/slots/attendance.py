"""``participants``, ``venues`` and ``format``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.view import View
from nqextract.types import BlockKind, Count

Format = Literal["online", "in_person", "hybrid"]


def find_count(view: View, sentences: Iterable[int], kind: Literal["participants", "venues"]) -> Count | None:
    """The first number of people (or venues) said to attend; of several in one sentence the greatest."""
    for captions in (False, True):
        for index in sentences:
            sentence = view.sentences[index]
            if (view.kinds[index] is BlockKind.CAPTION) != captions:
                continue
            counts = [c for c in view.analysis.counts if c.kind == kind and sentence.start <= c.start < sentence.end]
            if counts and _is_attendance(view, sentence.start, sentence.end, counts[0]):
                return max(counts, key=lambda c: (c.value, -c.start))
    return None


def _is_attendance(view: View, start: int, end: int, count: Count) -> bool:
    if words.word("demand").search(view.residue(start, count.start)):
        return False
    return words.word("attend").search(view.fold, start, end) is not None or words.nouns().search(view.fold, start, end) is not None


def find_format(view: View, conference: Conference) -> tuple[Format, int, int] | None:
    """How it was held, with the span that says so."""
    places: list[tuple[int, int]] = [(o.start, o.end) for o in conference.occasions]
    for index in conference.sentences:
        sentence = view.sentences[index]
        if words.word("demand").search(view.residue(sentence.start, sentence.end)) is None:
            places.append((sentence.start, sentence.end))
        elif view.kinds[index] is not BlockKind.TITLE:
            places += [(sentence.start, min(sentence.end, o.end + 80)) for o in conference.occasions if o.sentence == index]
    ways: tuple[tuple[Format, str], ...] = (
        ("hybrid", "hybrid_phrase"),
        ("in_person", "in_person_phrase"),
        ("online", "online_phrase"),
    )
    for way, role in ways:
        for start, end in places:
            if match := words.word(role).search(view.fold, start, end):
                both = way == "in_person" and "trực tuyến" in view.fold[match.end() : end]
                return "hybrid" if both else way, match.start(), match.end()
    return None
