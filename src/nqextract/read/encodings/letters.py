"""The encodings of Vietnamese from before Unicode that no library reads: TCVN3 (ABC), VISCII and VNI.

Each is read from the characters that stand for its bytes in Windows-1252, since that is also how its texts come when a
program that knew nothing of it saved them as Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from nqextract.lexicon import rows


def as_signs(data: bytes) -> str:
    """The bytes as characters of Windows-1252; the five bytes that it leaves open are control characters."""
    return data.decode("latin-1").translate(_windows())


def as_bytes(signs: str) -> bytes:
    """What :func:`as_signs` reads, and the same read as Latin-1.  Raises ``UnicodeEncodeError`` for other signs."""
    return signs.translate({ord(sign): byte for byte, sign in _windows().items()}).encode("latin-1")


@cache
def _windows() -> Mapping[int, str]:
    return {byte: bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


def _from_vni(signs: str) -> str:
    pattern, letters = _vni()
    return pattern.sub(lambda match: letters[match[0]], signs)


@cache
def _vni() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A letter's sign, or a letter with the sign behind it; a capital may have a small sign."""
    letters: dict[str, str] = {}
    for row in rows("letter_codes"):
        written = row["vni"]
        letters |= {written[0] + written[1:].lower(): row["letter"], written: row["letter"]}
    longest_first = sorted(letters, key=lambda written: (-len(written), written))
    return re.compile("|".join(map(re.escape, longest_first))), letters


def _from_viscii(signs: str) -> str:
    return signs.translate(_bytes("viscii"))


def _from_tcvn3(signs: str) -> str:
    text = signs.translate(_bytes("tcvn3"))
    for shouted in _SHOUTED:
        text = shouted.sub(lambda match: match[0].upper(), text)
    return text


# Its capitals with a tone mark are small letters in a font of capitals.  A line is in such a font where it has four
# letters without one, all of them capitals; a word where these are capitals, and not only the first.
_SHOUTED = (
    re.compile(r"(?<![^<>\n])(?=(?:[^A-Za-z<>\n]*[A-Z]){4})[^a-z<>\n]++(?![^<>\n])"),
    re.compile(r"\b(?=[^\W\d_]+[A-Z])(?:(?![a-z])[^\W\d_])+\b"),
)


@cache
def _bytes(name: str) -> Mapping[int, str]:
    table: dict[int, str] = {}
    for row in rows("letter_codes"):
        if row[name]:
            byte = bytes.fromhex(row[name])
            table[ord(as_signs(byte))] = table[byte[0]] = row["letter"]
    return table


def _from_windows_1258(signs: str) -> str:
    return signs.translate(_windows_1258())


@cache
def _windows_1258() -> Mapping[int, str]:
    letters = {byte: bytes([byte]).decode("windows-1258", "ignore") for byte in range(0x80, 0x100)}
    return {ord(as_signs(bytes([byte]))): letter for byte, letter in letters.items() if letter}


LETTER_CODES: Mapping[str, Callable[[str], str]] = {"tcvn3": _from_tcvn3, "viscii": _from_viscii, "vni": _from_vni}
"""The encodings by name."""
LAYERS: Mapping[str, Callable[[str], str]] = {"windows-1258": _from_windows_1258, **LETTER_CODES}
"""What letters may have been saved as, when a program took them for Windows-1252."""
