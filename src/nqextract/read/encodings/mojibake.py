"""UTF-8 that a program took for Windows-1252 or Latin-1, and saved again."""

from __future__ import annotations

import re
from functools import cache

from nqextract.lexicon import rows
from nqextract.read.encodings.letters import as_bytes, as_signs

_SIGNS = frozenset("“”‘’–—…•\xa0")


_FEW = 4
"""So many letters of UTF-8 do not stand in a text by chance."""


def undone(text: str) -> str | None:
    """``text`` with its letters where all of it was saved so; None where it was not."""
    try:
        letters = as_bytes(text).decode("utf-8")
    except UnicodeError:
        return None
    return letters if len(letters.encode()) - len(letters) >= _FEW else None


def mended(text: str) -> str:
    """``text`` with its letters where parts of it were saved so; U+FFFD for one of which a part is lost.

    ftfy undoes what it is sure of in any language, and what reads as a letter of Vietnamese then is one.
    """
    import ftfy

    return _sequence().sub(_letter, ftfy.fix_encoding(text))


def has_lost(text: str, letters: str) -> bool:
    """Whether in ``text``, of which :func:`mended` made ``letters``, a part of a letter is missing."""
    return _SPACE_FOR_PART.search(text) is not None or _rest().search(letters) is not None


_SPACE_FOR_PART = re.compile("[a-zà-ỹ]Ã ")  # of "à": between words that "à" ends, and within others


@cache
def _rest() -> re.Pattern[str]:
    """A sign of a letter's first byte that no word has, or one with a sign behind it that is no punctuation mark."""
    follows = re.sub("[“”‘’–—…•«\xa0]", "", _either(0x80, 0xC0))
    return re.compile(f"\ufffd|[ÄÆ]|[ÃÂáâ]{follows}")


@cache
def _sequence() -> re.Pattern[str]:
    """The signs of one letter's bytes in UTF-8."""
    follows = _either(0x80, 0xC0)
    return re.compile(f"{_either(0xC2, 0xE0)}{follows}|{_either(0xE0, 0xF0)}{follows}{{2}}")


def _either(first: int, end: int) -> str:
    codes = bytes(range(first, end))
    return "[" + re.escape("".join(sorted(set(as_signs(codes) + codes.decode("latin-1"))))) + "]"


def _letter(signs: re.Match[str]) -> str:
    letter = as_bytes(signs[0]).decode("utf-8", "replace")
    return letter if letter in _letters() else signs[0]


@cache
def _letters() -> frozenset[str]:
    return _SIGNS.union(row["letter"] for row in rows("letter_codes"))
