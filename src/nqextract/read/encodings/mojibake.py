"""UTF-8 that a program took for Windows-1252 or Latin-1, and saved again."""

from __future__ import annotations

import re
from functools import cache

from nqextract.lexicon import rows
from nqextract.read.encodings.letters import as_bytes, as_signs

_SIGNS = frozenset("“”‘’–—…•\xa0")


def mended(text: str) -> str:
    """``text`` with its letters; U+FFFD for one of which a part is lost.

    Where all was saved so, it can be undone.  Where only parts were, ftfy undoes what it is sure of in any language,
    and what reads as a letter of Vietnamese then is one.
    """
    try:
        return as_bytes(text).decode("utf-8")
    except UnicodeError:
        import ftfy

        return _sequence().sub(_letter, ftfy.fix_encoding(text))


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
