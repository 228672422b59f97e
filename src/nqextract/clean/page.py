"""The article as lines that the steps of :mod:`nqextract.clean` give kinds to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from nqextract.clean import phrases
from nqextract.lexicon import either, rows
from nqextract.stops import sentence_ends
from nqextract.text import fold as fold_text
from nqextract.types import Article, BlockKind, Dateline

_STOPS = frozenset(".!?…")
_SOFT_STOPS = _STOPS | frozenset(":;,")

_CLOSING = "\"')]"
_TAIL = 16
PROSE_WORDS = 8
"""A line of at least so many words that ends as a sentence does is running text."""
LONG_WORDS = 20
"""A line of at least so many words is running text wherever it stands."""


class Line:
    """One line without the white space around it."""

    __slots__ = (
        *("start", "end", "text", "fold", "gap", "kind", "parts"),
        *("squeezed", "words", "stops", "breaks_off", "prose", "begins", "_sentences"),
    )

    def __init__(self, start: int, end: int, text: str, fold: str, gap: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.fold = fold
        self.gap = gap  # a blank line stands before it
        self.kind: BlockKind | None = None
        # In place of ``kind`` where the line is of several kinds; offsets in the article's text.
        self.parts: list[tuple[BlockKind | None, int, int]] = []
        self.squeezed = " ".join(fold.split()) if "  " in fold or "\n" in fold else fold  # single spaces
        self.words = words = self.squeezed.count(" ") + 1
        last = fold[-1]
        if last in _CLOSING:
            last = fold[-_TAIL:].rstrip(_CLOSING).rstrip()[-1:]
        self.stops = stops = last in _STOPS  # ends as a sentence does
        self.breaks_off = last not in _SOFT_STOPS  # ends without any punctuation mark
        # Running text rather than a heading, a name or a link.
        self.prose = words >= LONG_WORDS or (words >= PROSE_WORDS and stops)
        self.begins = phrases.kinds_begun(fold)  # the kinds of which a phrase may stand at its beginning
        self._sentences: bool | None = None

    @property
    def sentences(self) -> bool:
        """More than one sentence."""
        if self._sentences is None:
            self._sentences = next(sentence_ends(self.text, self.fold, 0, len(self.text)), None) is not None
        return self._sentences

    def is_phrase(self, kind: str) -> bool:
        """:func:`phrases.is_line` of the line."""
        return kind in self.begins and phrases.is_line(kind, self.fold)

    def prefix_end(self, kind: str) -> int | None:
        """:func:`phrases.prefix_end` of the line."""
        return phrases.prefix_end(kind, self.fold) if kind in self.begins else None


@dataclass(slots=True)
class Page:
    """What the steps work on."""

    article: Article
    text: str
    fold: str
    lines: list[Line]
    raw_starts: Sequence[int] | None = None
    dateline: Dateline | None = None
    _tail: int | None = None

    def open(self) -> list[tuple[int, Line]]:
        """The lines that no step has spoken for yet."""
        return [(i, line) for i, line in enumerate(self.lines) if line.kind is None]

    def with_wide_gaps(self, line: Line) -> str:
        """The line's ``fold``, a tab in it for each space that stands for three or more of the raw text."""
        starts = self.raw_starts
        if starts is None:
            return line.fold
        return "".join(
            "\t" if char == " " and starts[at + 1] - starts[at] > 2 else char
            for at, char in enumerate(line.fold, line.start)
        )

    def first_prose(self) -> int:
        """Index of the first line of running text (the number of lines if there is none); a long title is none."""
        top = -1
        for i, line in enumerate(self.lines):
            if line.kind is not None:
                continue
            if top < 0:
                top = i
            if line.prose and not (i == top and line.breaks_off and not line.sentences):
                return i
        return len(self.lines)

    def last_prose(self, before: int | None = None) -> int:
        """Index of the last line of running text, or of the last ``before`` an index (-1 if there is none)."""
        for i in range((len(self.lines) if before is None else before) - 1, -1, -1):
            if self.lines[i].kind is None and self.lines[i].prose:
                return i
        return -1

    def last_of_body(self) -> int:
        """:meth:`last_prose`, but for the captions listed below the text if there is any other."""
        last = self.last_prose(self.tail_captions())
        return last if last >= 0 else self.last_prose()

    def tail_captions(self) -> int:
        """Index of the first of the captions listed below the text, behind a blank line where the text itself has none
        between its paragraphs; the number of lines where there is no such list."""
        if self._tail is None:
            self._tail = _tail_captions(self.lines)
        return self._tail


def _tail_captions(lines: list[Line]) -> int:
    chunks = [i for i, line in enumerate(lines) if i == 0 or line.gap]
    if len(chunks) < 3:
        return len(lines)
    sizes = [sum(len(line.fold) for line in lines[a:b]) for a, b in zip(chunks, [*chunks[1:], len(lines)], strict=True)]
    body = max(range(len(sizes)), key=sizes.__getitem__)
    body_lines = chunks[body + 1] - chunks[body] if body + 1 < len(chunks) else 0
    if body_lines < 3 or body != len(chunks) - 2 or 2 * sizes[body] < sum(sizes):
        return len(lines)
    return chunks[-1]


def read_lines(text: str, fold: str) -> list[Line]:
    """The lines of ``text`` that hold anything but white space; hard-wrapped lines are joined to paragraphs."""
    lines: list[Line] = []
    previous_end = after = 0
    for content in fold.split("\n"):
        start, after = after, after + len(content) + 1
        stripped = content.strip()
        if not stripped:
            continue
        if len(stripped) < len(content):
            start += len(content) - len(content.lstrip())
        end = start + len(stripped)
        gap = fold.count("\n", previous_end, start) > 1
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
    if "tp." not in fold:
        return lines
    mended: list[Line] = []
    begin = 0
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        broken = line.fold.endswith("tp.") and _CITY.search(line.fold[-4:]) is not None
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
