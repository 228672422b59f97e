"""Words: spaces, capitals, runs of capitals, surnames."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Hits, Kind
from nqextract.text import LOWER, UPPER, fold

Span = tuple[int, int]

_LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SHOUTING = re.compile(rf"\n(?>[^{LOWER}\n]*?[{UPPER}]{{2}}){{4}}[^{LOWER}\n]*+$", re.MULTILINE)
"""A line all in capitals of four words or more, with the line break before it, which a search skips to."""
_MARKED = re.compile(r"(?<![^\W_])(?:[hk]'[^\W\d_]|y-[^\W\d_])")
"""How given names of the Central Highlands begin: "H'Bia", "K'Brọp", "Y-Moan"."""

_MARKING = frozenset("hky")  # their first letters


@cache
def _middle_names() -> frozenset[str]:
    return frozenset(fold(row["name"]) for row in rows("middle_names"))


class Words:
    """The words of one article; ``folded`` is the same-length fold of ``text``, ``hits`` its vocabulary."""

    def __init__(self, text: str, folded: str, hits: Hits) -> None:
        self.text = text
        self.folded = folded
        self.hits = hits
        self._surnames = hits.surnames.phrases
        shouting = _SHOUTING.finditer("\n" + text)
        self._shouting = [edge for match in shouting for edge in (match.start(), match.end() - 1)]

    def gap(self, start: int) -> int:
        """Past the spaces at ``start`` (three at most; never a line break)."""
        end = start
        while end < start + 3 and self.folded[end : end + 1] == " ":
            end += 1
        return end

    def capital(self, start: int) -> bool:
        """Whether there is a capital at ``start`` that says anything: in a heading all in capitals none does."""
        return self.text[start : start + 1].isupper() and not self.shouted(start)

    def shouted(self, start: int) -> bool:
        """Whether ``start`` lies in a heading all in capitals."""
        return bool(self._shouting) and bisect_right(self._shouting, start) % 2 == 1

    def word(self, start: int) -> int | None:
        """The end of the word that begins at ``start``."""
        match = _WORD.match(self.text, start)
        return match.end() if match else None

    def word_before(self, start: int, *, over_lines: bool = False) -> int:
        """Where the word before ``start`` begins (``start`` itself behind a line break, and where nothing is before);
        of a very long word, how far it is looked for.  With ``over_lines`` a line break parts no words."""
        floor = max(0, start - _LONGEST_WORD)
        space = self.folded.rfind(" ", floor, max(0, start - 1))
        line = -1 if over_lines else self.folded.rfind("\n", floor, start)
        return max(space, line, floor - 1) + 1

    def capital_run(self, start: int, most: int = 7) -> list[Span]:
        """The capitalised words, parted by one or two spaces, from ``start``."""
        run: list[Span] = []
        while len(run) < most and self.capital(start):
            end = self.word(start)
            if end is None:
                break
            run.append((start, end))
            start = end
            while start < end + 2 and self.folded[start : start + 1] == " ":
                start += 1
            if start == end:
                break
        return run

    def surname(self, start: int, end: int) -> str | None:
        """How frequent the surname of the word ``[start, end)`` is ("common", "rare"); ``None`` where it is none."""
        word = self.folded[start:end]
        if word[:1] in _MARKING and self.marked(start):
            return "common"
        if word not in self._surnames and word.isalnum():
            return None  # most words: no surname begins with it
        return self.hits.surname_at(start, end)

    def marked(self, start: int) -> bool:
        """Whether a word begins at ``start`` that is a person's name by its form: "H'Bia", "K'Brọp", "Y-Moan"."""
        return self.folded[start : start + 1] in _MARKING and _MARKED.match(self.folded, start) is not None

    def has_middle_name(self, name: Sequence[Span]) -> bool:
        """Whether the second or third word of ``name`` is one that stands in the middle of names only."""
        return any(self.folded[slice(*word)] in _middle_names() for word in name[1:3])

    def kinds_at(self, start: int) -> set[Kind]:
        """The kinds of the vocabulary's phrases that begin at ``start``."""
        return {entry.kind for _, entry in self.hits.by_start.get(start, ())}

    def ends_phrase(self, end: int) -> bool:
        """Nothing that could go on with a name stands at ``end``."""
        after = self.gap(end)
        return (
            after >= len(self.folded)
            or not self.folded[after].isalnum()
            or self.hits.boundary_at(after)
            or self.folded.startswith("và ", after)
        )

    def in_everyday_word(self, start: int, end: int) -> bool:
        """Whether ``[start, end)`` is only a syllable of an ordinary word: "xã" of "xã hội", "báo" of "họp báo"."""
        longer = self.hits.at(start, Kind.WORD)
        return (longer is not None and longer[0] > end) or self.ends_everyday_word(start, end)

    def ends_everyday_word(self, start: int, end: int) -> bool:
        """Whether ``[start, end)`` is the last syllable of an ordinary word."""
        earlier = self.hits.ending_at(end, Kind.WORD)
        return earlier is not None and earlier[0] < start
