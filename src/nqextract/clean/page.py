"""The article as lines that the steps of :mod:`nqextract.clean` give kinds to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise

from nqextract.lexicon import either, rows
from nqextract.stops import sentence_ends
from nqextract.text import fold as fold_text
from nqextract.types import Article, BlockKind, Dateline

_line = re.compile(r"[^\n]+")
_stop = re.compile(r"[.!?…]\s*[\"')\]]*\s*$")
_soft_stop = re.compile(r"[.!?…:;,]\s*[\"')\]]*\s*$")

_TAIL = 16
PROSE_WORDS = 8
"""A line of at least so many words that ends as a sentence does is running text."""
LONG_WORDS = 20
"""A line of at least so many words is running text wherever it stands."""


@dataclass
class Line:
    """One line without the white space around it; ``parts`` replaces ``kind`` where the line is of several kinds."""

    start: int
    end: int
    text: str
    fold: str
    gap: bool  # a blank line stands before it
    kind: BlockKind | None = None
    parts: list[tuple[BlockKind | None, int, int]] = field(default_factory=list)  # offsets in the article's text
    words: int = field(init=False)

    def __post_init__(self) -> None:
        self.words = len(self.fold.split())

    @cached_property
    def stops(self) -> bool:
        """Ends as a sentence does."""
        return _stop.search(self.fold, max(0, len(self.fold) - _TAIL)) is not None

    @cached_property
    def breaks_off(self) -> bool:
        """Ends without any punctuation mark."""
        return _soft_stop.search(self.fold, max(0, len(self.fold) - _TAIL)) is None

    @cached_property
    def prose(self) -> bool:
        """Running text rather than a heading, a name or a link."""
        return self.words >= LONG_WORDS or (self.words >= PROSE_WORDS and self.stops)

    @cached_property
    def sentences(self) -> bool:
        """More than one sentence."""
        return next(sentence_ends(self.text, self.fold, 0, len(self.text)), None) is not None


@dataclass(slots=True)
class Page:
    """What the steps work on."""

    article: Article
    text: str
    fold: str
    lines: list[Line]
    dateline: Dateline | None = None

    def open(self) -> Iterator[tuple[int, Line]]:
        """The lines that no step has spoken for yet."""
        return ((i, line) for i, line in enumerate(self.lines) if line.kind is None)

    def first_prose(self) -> int:
        """Index of the first line of running text (the number of lines if there is none); a long title is none."""
        top = next((i for i, _ in self.open()), -1)
        return next(
            (i for i, line in self.open() if line.prose and not (i == top and line.breaks_off and not line.sentences)),
            len(self.lines),
        )

    def last_prose(self) -> int:
        """Index of the last line of running text (-1 if there is none)."""
        lines = self.lines
        return next((i for i in range(len(lines) - 1, -1, -1) if lines[i].kind is None and lines[i].prose), -1)


def read_lines(text: str, fold: str) -> list[Line]:
    """The lines of ``text`` that hold anything but white space; hard-wrapped lines are joined to paragraphs."""
    lines: list[Line] = []
    previous_end = 0
    for match in _line.finditer(fold):
        content = match.group()
        stripped = content.strip()
        if not stripped:
            continue
        start = match.start() + len(content) - len(content.lstrip())
        end = start + len(stripped)
        breaks = fold.count("\n", previous_end, start) - text.count("\r\n", previous_end, start)
        gap = breaks > 1 or "\u2029" in text[previous_end:start]
        lines.append(Line(start, end, text[start:end], stripped, gap))
        previous_end = end
    return _unwrap(_mend_cities(lines, text, fold), text, fold)


_CITY = re.compile(r"(?<![^\W_])tp\.$")


@cache
def _cities() -> re.Pattern[str]:
    names = {row["name"] for row in rows("places") if row["kind"] in ("municipality", "city", "province")}
    names |= {row["name"] for row in rows("places_districts") if row["kind"] == "thành phố"}
    return re.compile(either({fold_text(name).removeprefix("thành phố ") for name in names} | {"hcm"}) + r"(?![^\W_])")


def _mend_cities(lines: list[Line], text: str, fold: str) -> list[Line]:
    """Joins lines that a corpus broke behind "TP." as if a sentence ended there: "UBND TP. | Hồ Chí Minh"."""
    mended: list[Line] = []
    begin = 0
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        broken = _CITY.search(line.fold[-4:]) is not None
        if broken and following and not following.gap and _cities().match(following.fold):
            continue
        mended.append(line if begin == index else _whole(lines[begin], line, text, fold))
        begin = index + 1
    return mended


def _whole(first: Line, last: Line, text: str, fold: str) -> Line:
    return Line(first.start, last.end, text[first.start : last.end], fold[first.start : last.end], first.gap)


_WRAP_LINES = 4
_WRAP_LENGTH = 140


def _unwrap(lines: list[Line], text: str, fold: str) -> list[Line]:
    """Joins the lines of a paragraph that was broken at a fixed width, as text from mail or PDF files is."""
    joined: list[Line] = []
    begin = 0
    while begin < len(lines):
        end = begin + 1
        while end < len(lines) and not lines[end].gap:
            end += 1
        chunk = lines[begin:end]
        if _is_wrapped(chunk):
            joined.append(_whole(chunk[0], chunk[-1], text, fold))
        else:
            joined.extend(chunk)
        begin = end
    return joined


def _is_wrapped(chunk: list[Line]) -> bool:
    if len(chunk) < _WRAP_LINES:
        return False
    longest = max(len(line.fold) for line in chunk)
    if longest > _WRAP_LENGTH:
        return False
    full = sum(len(line.fold) >= 0.75 * longest for line in chunk[:-1])
    continued = sum(line.text[0].islower() and not before.stops for before, line in pairwise(chunk))
    return full >= 0.8 * (len(chunk) - 1) and continued >= 0.4 * (len(chunk) - 1)
