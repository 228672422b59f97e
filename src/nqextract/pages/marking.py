"""A text with marks over spans of it, cut into pieces that a template can write one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nqextract.wording import harmless, line


@dataclass(frozen=True, slots=True)
class Reference:
    """A link behind a mark to what rests on it: the id of an element, what is shown, what is read out."""

    target: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the raw text, code points, and how it is shown.  Marks may overlap."""

    start: int
    end: int
    classes: str
    title: str
    label: str = ""  # shown behind its end
    reference: Reference | None = None
    anchor: str = ""  # an id for where it begins


@dataclass(frozen=True, slots=True)
class Piece:
    """Text under the same marks; ``id`` where something may link here, ``targets`` the ids that it is evidence of."""

    text: str
    id: str = ""
    classes: str = ""
    title: str = ""
    label: str = ""
    targets: str = ""
    references: tuple[Reference, ...] = ()


def cut(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """``text``, harmless and of the same length, cut wherever a mark begins or ends; marks outside of it are left out.

    Several marks over one piece give it all their classes; a mark's label and reference stand behind its last piece.
    """
    waiting = sorted((mark for mark in marks if 0 <= mark.start < mark.end <= len(text)), key=_place, reverse=True)
    edges = sorted({0, len(text), *(offset for mark in waiting for offset in (mark.start, mark.end))})
    shown = harmless(text)
    open_marks: list[Mark] = []
    pieces: list[Piece] = []
    for start, end in pairwise(edges):
        while waiting and waiting[-1].start <= start:
            open_marks.append(waiting.pop())
        open_marks = [mark for mark in open_marks if mark.end > start]
        pieces.append(_piece(shown[start:end], start, end, open_marks))
    return pieces


def _place(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> Piece:
    if not marks:
        return Piece(text)
    ending = [mark for mark in marks if mark.end == end]
    grounds = [mark.reference for mark in marks if mark.reference is not None]
    return Piece(
        text,
        next((mark.anchor for mark in marks if mark.anchor and mark.start == start), ""),
        " ".join(dict.fromkeys(mark.classes for mark in marks)),
        " | ".join(dict.fromkeys(line(mark.title) for mark in marks if mark.title)),
        " ".join(mark.label for mark in ending if mark.label),
        " ".join(dict.fromkeys(reference.target for reference in grounds)),
        tuple(dict.fromkeys(mark.reference for mark in ending if mark.reference is not None)),
    )
