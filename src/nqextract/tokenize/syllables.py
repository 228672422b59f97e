"""Syllable tokens."""

from __future__ import annotations

import re

_syllable = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+|[^\s\w]|_|\w")


def syllables(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The tokens of ``text[start:end]``, as offsets in ``text``: runs of letters, runs of digits, single marks.

    ``18-NQ/TW`` is five tokens: whatever a span is, it ends where a token does.
    """
    return [match.span() for match in _syllable.finditer(text, start, len(text) if end is None else end)]
