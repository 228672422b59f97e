"""Code points, and what tools count instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from nqextract.gold.errors import GoldError


def utf16_offsets(text: str) -> Sequence[int]:
    """The offset in UTF-16 code units of each character of ``text`` and of its end, ``len(text) + 1`` of them."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    return [0, *accumulate(2 if char > "\uffff" else 1 for char in text)]


def from_utf16(text: str) -> Callable[[int], int]:
    """The way back: a UTF-16 offset to code points.

    What is past the end stays so.  The function raises :class:`GoldError` for the middle of a character.
    """
    offsets = utf16_offsets(text)
    if isinstance(offsets, range):
        return lambda offset: offset
    points = {offset: point for point, offset in enumerate(offsets)}

    def point(offset: int) -> int:
        if offset < 0:
            return offset
        if offset > offsets[-1]:
            return len(text) + offset - offsets[-1]
        if offset not in points:
            raise GoldError(f"the offset {offset} is inside a character, if UTF-16 code units are counted")
        return points[offset]

    return point
