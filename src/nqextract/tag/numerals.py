"""Numbers as the press writes them: in words, with separators, as Roman numerals."""

from __future__ import annotations

import re
from functools import cache

from nqextract.lexicon import either, rows

_ROMAN = (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))
_LIMIT = 1_000_000_000_000  # no count of people is near it: hostile input cannot make huge integers


@cache
def _words() -> dict[str, tuple[str, int]]:
    return {row["form"]: (row["kind"], int(row["value"])) for row in rows("numerals")}


@cache
def number_words() -> tuple[str, ...]:
    """The words of a number in words ("hai", "mươi", "trăm")."""
    return tuple(form for form, (kind, _) in _words().items() if kind != "ordinal")


@cache
def scale_pattern() -> str:
    """A pattern for the words that multiply what stands before them ("nghìn", "triệu")."""
    return either(form for form, (kind, _) in _words().items() if kind == "scale")


def figures(folded: str) -> list[int]:
    """Where figures begin, in order.  Looking for each digit by itself skips what a pattern would have to read."""
    found: set[int] = set()
    for digit in "0123456789":
        at = folded.find(digit)
        while at >= 0:
            found.add(at)
            at = folded.find(digit, at + 1)
    return sorted(at for at in found if at - 1 not in found)


def to_roman(number: int) -> str:
    """Upper-case Roman numeral of ``number`` (1 to 39 are all that party terms need)."""
    text = ""
    for symbol, value in _ROMAN:
        while number >= value:
            text += symbol
            number -= value
    return text.upper()


@cache
def _roman_values() -> dict[str, int]:
    return {to_roman(number).lower(): number for number in range(1, 40)}


def from_roman(text: str) -> int | None:
    """The value of a folded Roman numeral, None where it is none."""
    return _roman_values().get(text)


def cardinal(text: str) -> int | None:
    """The value of a folded number in words ("hai trăm linh năm"), None if it is none."""
    total = group = last = 0
    seen = False
    for word in text.split():
        kind, value = _words().get(word, ("", 0))
        if kind == "digit":
            last = value
            group += value
        elif kind == "ten":
            group += value
            last = 0
        elif kind in ("tens", "hundred"):
            group += (last or 1) * value - last
            last = 0
        elif kind == "scale":
            # "hai nghìn tỷ" multiplies, "hai triệu ba trăm nghìn" adds.
            total = (total + group) * value if 0 < total < value else total + (group or 1) * value
            group = last = 0
            if total > _LIMIT:
                return None
        elif kind != "filler":
            return None
        seen = True
    return total + group if seen else None


def ordinal(text: str) -> int | None:
    """The value of a folded ordinal: "6", "06", "sáu", "tư", "nhất", "XIII"; None if it is none."""
    text = text.strip()
    if text.isdecimal():
        return int(text) if len(text) <= 4 else None
    roman = from_roman(text)
    if roman is not None:
        return roman
    kind, value = _words().get(text, ("", 0))
    return value if kind == "ordinal" else cardinal(text)


_number = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:,[0-9]{1,2})?")


def figure(text: str, scale: str = "") -> int | None:
    """The integer that figures with their separators and a scale word mean ("1,5" "triệu" is 1500000)."""
    if _number.fullmatch(text) is None or len(text) > 15:
        return None
    factor = _words()[scale][1] if scale else 1
    if "," in text:
        whole, _, fraction = text.partition(",")
        scaled = int(whole + fraction) * factor
        value, rest = divmod(scaled, 10 ** len(fraction))
        return value if rest == 0 else None
    return int(re.sub("[. ]", "", text)) * factor
