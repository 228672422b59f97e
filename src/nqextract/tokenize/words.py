"""Words by other people's segmenters, mapped back to offsets.

A segmenter may rewrite what it is given (underthesea changes tone placement and spaces): its words are laid on the
text by their letters, without marks, and where that fails, a sentence keeps its syllables as words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, Protocol, cast

from nqextract.text import fold
from nqextract.tokenize.syllables import syllables
from nqextract.types import NqextractError

SegmenterName = Literal["pyvi", "underthesea", "none"]
SEGMENTERS: tuple[SegmenterName, ...] = ("pyvi", "underthesea", "none")


class Segmenter(Protocol):
    """Splits a sentence into words."""

    name: str

    def words(self, sentence: str) -> list[tuple[int, int]]:
        """The words of ``sentence`` as offsets in it: in order, not overlapping, white space at neither end."""
        ...


class Syllables:
    """Every syllable a word."""

    name = "none"

    def words(self, sentence: str) -> list[tuple[int, int]]:
        return syllables(sentence)


class Pyvi:
    """pyvi's CRF."""

    name = "pyvi"

    def words(self, sentence: str) -> list[tuple[int, int]]:
        from pyvi import ViTokenizer

        tokens, _ = ViTokenizer.spacy_tokenize(sentence)
        return align(sentence, cast("Sequence[str]", tokens))


class Underthesea:
    """underthesea's CRF."""

    name = "underthesea"

    def words(self, sentence: str) -> list[tuple[int, int]]:
        from underthesea import word_tokenize

        return align(sentence, cast("Sequence[str]", word_tokenize(sentence)))


@cache
def segmenter(name: str) -> Segmenter:
    """The segmenter called ``name``.  Raises :class:`NqextractError` where there is none, or it is not installed."""
    if name == "none":
        return Syllables()
    kinds: dict[str, tuple[str, type[Segmenter]]] = {
        "pyvi": ("pyvi", Pyvi),
        "underthesea": ("underthesea", Underthesea),
    }
    if name not in kinds:
        raise NqextractError(f"no segmenter is called {name!r}: choose one of {', '.join(SEGMENTERS)}")
    from importlib.util import find_spec

    module, kind = kinds[name]
    if find_spec(module) is None:
        raise NqextractError(f"the segmenter {name} needs the package {module}, which is not installed")
    return kind()


def align(sentence: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where ``words`` lie in ``sentence``; its syllables where they do not account for all of it."""
    spans = lay_words(sentence, words)
    return syllables(sentence) if spans is None else spans


def lay_words(sentence: str, words: Iterable[str]) -> list[tuple[int, int]] | None:
    """Where ``words`` lie in ``sentence``; ``None`` where they do not account for all of it."""
    letters = [(base, i) for i, char in enumerate(sentence) for base in _bases(char)]
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words:
        begin = at
        for base in (base for char in word for base in _bases(char)):
            if at < len(letters) and letters[at][0] == base:
                at += 1
            elif base != "_":  # pyvi joins syllables by it; one in the text has matched above
                return None
        if at > begin:
            start, end = letters[begin][1], letters[at - 1][1] + 1
            if spans and start < spans[-1][1]:
                return None
            spans.append((start, end))
    return spans if at == len(letters) else None


@cache
def _bases(char: str) -> str:
    """The letters of ``char`` without marks: what rewriting leaves of it.  Empty for white space and marks alone."""
    decomposed = unicodedata.normalize("NFKD", fold(char))
    return "".join(c for c in decomposed if not c.isspace() and unicodedata.category(c)[0] not in "MC")
