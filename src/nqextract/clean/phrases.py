"""The page vocabulary (``lexicon/furniture.tsv``) compiled into patterns over folded lines."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from nqextract.lexicon import rows
from nqextract.text import fold

_token = re.compile(r"#|[^\W\d_]+|\d+|[^\w\s]")


def _pattern(phrase: str) -> str:
    """``"tin, ảnh:"`` so that it also matches ``"Tin,ảnh :"``; ``#`` stands for a number."""
    pieces: list[str] = []
    previous = ""
    for token in _token.findall(fold(phrase)):
        word = token == "#" or token[0].isalnum()
        if pieces:
            pieces.append(r"\s+" if word and previous == "word" else r"\s*")
        pieces.append(r"\d[\d.,]{0,20}" if token == "#" else re.escape(token))
        previous = "word" if word else "mark"
    return "".join(pieces)


@cache
def pattern(kind: str) -> re.Pattern[str]:
    """All phrases of ``kind``, the longest first, each to the end of its last word."""
    phrases = sorted({row["phrase"] for row in rows("furniture") if row["kind"] == kind}, key=len, reverse=True)
    joined = "|".join(_pattern(phrase) for phrase in phrases)
    return re.compile(rf"(?:{joined})(?![^\W\d_])")


@cache
def _line_patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    by_mode: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows("furniture"):
        if row["match"] in ("line", "prefix"):
            by_mode[row["kind"], row["match"]].append(_pattern(row["phrase"]))
    never = r"(?!)"
    return {
        kind: (
            re.compile(rf"[\W\d_]*(?:{'|'.join(by_mode.get((kind, 'line'), [never]))})[\W\d_]*"),
            re.compile(rf"\s*(?:{'|'.join(by_mode.get((kind, 'prefix'), [never]))})"),
        )
        for kind in {kind for kind, _ in by_mode}
    }


_first_word = re.compile(r"([\W\d_]*)([^\W\d_]*)")
_NONE: frozenset[str] = frozenset()


@cache
def _kinds_by_first_word() -> dict[str, frozenset[str]]:
    """The kinds of the phrases by their first words; under "" those of phrases without a word (">>")."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in rows("furniture"):
        words = (token for token in _token.findall(fold(row["phrase"])) if token[0].isalpha())
        kinds[next(words, "")].add(row["kind"])
    return {word: frozenset(found) for word, found in kinds.items()}


def kinds_begun(folded: str) -> frozenset[str]:
    """The kinds of which a phrase may stand at the beginning of the line, by its first word: most lines have none."""
    by_word = _kinds_by_first_word()
    word = folded.partition(" ")[0]
    if word.isalpha():
        return by_word.get(word, _NONE)
    match = _first_word.match(folded)
    if match is None:
        return _NONE
    kinds = by_word.get(match[2], _NONE)
    return kinds | by_word.get("", _NONE) if match[1] else kinds


def is_line(kind: str, folded: str) -> bool:
    """Whether the whole line is a phrase of ``kind``; bullets, counters and end punctuation do not matter."""
    return _line_patterns()[kind][0].fullmatch(folded) is not None


def prefix_end(kind: str, folded: str) -> int | None:
    """Where a ``prefix`` phrase of ``kind`` at the beginning of the line ends, if there is one."""
    match = _line_patterns()[kind][1].match(folded)
    if match is None:
        return None
    end = match.end()
    return None if folded[end - 1].isalnum() and folded[end : end + 1].isalpha() else end
