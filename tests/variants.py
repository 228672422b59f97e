"""The same text, written in other characters: decomposed, in other spaces, look-alike letters, line ends.

A variant is a function from a text to :class:`Varied`: the new text, and where in it each character of the old one
begins.  :data:`VARIANTS` names them all.  Chance is seeded by the text, so a variant of a text is always the same.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, permutations
from typing import NamedTuple


class Varied(NamedTuple):
    """A text written anew."""

    text: str
    starts: Sequence[int]
    """Where each character of the old text begins in the new one, and behind the last: one entry more than the old
    text has characters.  What was put in between belongs to the character before it."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The new place of the old text's ``[start:end]``."""
        return self.starts[start], self.starts[end]


Variant = Callable[[str], Varied]
Rewrite = Callable[[str, random.Random], list[str]]
"""From a text to what stands for each of its characters."""


def written(pieces: Sequence[str], front: str = "") -> Varied:
    """``front``, then what stands for each old character."""
    return Varied(front + "".join(pieces), list(accumulate(map(len, pieces), initial=len(front))))


def after(first: Variant, *others: Variant) -> Variant:
    """One variant after the other."""

    def vary(text: str) -> Varied:
        varied = first(text)
        for other in others:
            again = other(varied.text)
            varied = Varied(again.text, [again.starts[at] for at in varied.starts])
        return varied

    return vary


def rewriting(rewrite: Rewrite, front: str = "") -> Variant:
    def vary(text: str) -> Varied:
        return written(rewrite(text, random.Random(zlib.crc32(text.encode("utf-8", "surrogatepass")))), front)

    return vary


def exchanging(table: Mapping[str, str | Sequence[str]], share: float = 1.0) -> Variant:
    """Characters for others: of those in ``table`` a ``share``, taken by chance, each for any of its values."""

    def rewrite(text: str, chance: random.Random) -> list[str]:
        return [
            chance.choice(table[char]) if char in table and (share == 1.0 or chance.random() < share) else char
            for char in text
        ]

    return rewriting(rewrite)


def ending_lines(ends: Sequence[str]) -> Variant:
    """Line ends for others."""

    def rewrite(text: str, chance: random.Random) -> list[str]:
        pieces = [chance.choice(ends) if char == "\n" else char for char in text]
        for match in re.finditer("\r\n", text):
            pieces[match.start()] = ""
        return pieces

    return rewriting(rewrite)


def exchanged(pattern: str, replace: Callable[[re.Match[str]], str]) -> Variant:
    """Each match for a text as long as itself."""
    return lambda text: Varied(re.sub(pattern, replace, text), range(len(text) + 1))


def inside_words(inserted: Sequence[str], share: float = 0.1) -> Variant:
    """One of ``inserted`` between two letters, by chance."""

    def rewrite(text: str, chance: random.Random) -> list[str]:
        pairs = zip(text, (text + " ")[1:], strict=True)
        return [
            char + (chance.choice(inserted) if char.isalpha() and below.isalpha() and chance.random() < share else "")
            for char, below in pairs
        ]

    return rewriting(rewrite)


def _forms(char: str) -> list[str]:
    """All that is canonically the same as ``char``: "ộ" has nine."""
    letter, *marks = unicodedata.normalize("NFD", char)
    found = set()
    for order in permutations(marks):
        for composed in range(len(order) + 1):
            form = unicodedata.normalize("NFC", letter + "".join(order[:composed])) + "".join(order[composed:])
            if unicodedata.normalize("NFC", form) == char:
                found.add(form)
    return sorted(found) or [char]


def _mixed(text: str, chance: random.Random) -> list[str]:
    known = {char: _forms(char) for char in set(text)}
    return [chance.choice(known[char]) for char in text]


_open = "(?i)(?<!q)(?:{0})(?![^\\W\\d_])"
_tones = "\u0300\u0301\u0303\u0309\u0323"
_base, _toned = {}, {}
for _letter in "aeouyAEOUY":
    for _tone in _tones:
        _base[_composed := unicodedata.normalize("NFC", _letter + _tone)] = (_letter, _tone)
        _toned[_letter, _tone] = _composed


def _class(letters: str) -> str:
    return f"[{''.join(char for char, (letter, _) in _base.items() if letter in letters)}]"


def _to_second(match: re.Match[str]) -> str:
    letter, tone = _base[match[0][0]]
    return letter + _toned[match[0][1], tone]


def _to_first(match: re.Match[str]) -> str:
    letter, tone = _base[match[0][1]]
    return _toned[match[0][0], tone] + letter


new_tones = exchanged(
    _open.format(f"{_class('oO')}[aeAE]|{_class('uU')}[yY]"),
    _to_second,
)
old_tones = exchanged(
    _open.format(f"[oO]{_class('aeAE')}|[uU]{_class('yY')}"),
    _to_first,
)

CYRILLIC = dict(zip("ABCEHIJKMOPSTXYaceijopsxydhqw", "АВСЕНІЈКМОРЅТХУасеіјорѕхуԁһԛԝ", strict=True))
GREEK = dict(zip("ABEZHIKMNOPTYXo", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", strict=True))
INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
}
OTHER_INVISIBLE = (
    "\u034f\u061c\u180b\u180c\u180d\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufe00\ufe0e\ufe0f\U000e0100\U000e01ef"
)
SPACES = {
    "no-break spaces": "\xa0",
    "narrow no-break spaces": "\u202f",
    "thin spaces": "\u2009",
    "ideographic spaces": "\u3000",
    "figure spaces": "\u2007",
}
LINE_ENDS = {
    "CR LF": "\r\n",
    "CR": "\r",
    "line separators": "\u2028",
    "paragraph separators": "\u2029",
    "next line (U+0085)": "\x85",
    "vertical tabs": "\v",
    "form feeds": "\f",
}


def _spaced(text: str, chance: random.Random) -> list[str]:
    """Two spaces for one, spaces at line ends, indented lines."""
    made = []
    for char in text:
        if char == " ":
            made.append(chance.choice([" ", "  ", " \t", "\xa0", "\xa0 "]))
        elif char == "\n":
            made.append(chance.choice(["\n", " \n", "\xa0\t\n", "\n  ", " \r\n\t"]))
        else:
            made.append("" if char == "\r" else char)
    return made


def _blank_lines_doubled(text: str) -> Varied:
    return written(["\n\n" if text[at - 1 : at + 1] == "\n\n" else char for at, char in enumerate(text)])


def _soft_wrapped(text: str, chance: random.Random) -> list[str]:
    """Words broken at a soft hyphen, as text copied from a narrow column has it."""
    pairs = zip(text, (text + " ")[1:], strict=True)
    return [
        f"{char}\u00ad\n" if char.isalpha() and below.islower() and chance.random() < 0.02 else char
        for char, below in pairs
    ]


decomposed = rewriting(lambda text, _: [unicodedata.normalize("NFD", char) for char in text])
mixed = rewriting(_mixed)
messy_spacing = after(rewriting(_spaced), _blank_lines_doubled)
any_invisible = inside_words([*INVISIBLE.values(), *OTHER_INVISIBLE])
look_alikes = exchanging(
    {
        letter: [table[letter] for table in (CYRILLIC, GREEK) if letter in table]
        for letter in CYRILLIC.keys() | GREEK.keys()
    },
    0.2,
)

VARIANTS: dict[str, Variant] = {
    "NFD": decomposed,
    "NFC and NFD mixed": mixed,
    "new tone placement": new_tones,
    "old tone placement": old_tones,
    "ð, Ð for đ, Đ": exchanging({"đ": "ð", "Đ": "Ð"}),
    "Ɖ, ɖ for Đ, đ": exchanging({"đ": "ɖ", "Đ": "Ɖ"}),
    "Cyrillic letters, one in five": exchanging(CYRILLIC, 0.2),
    "Cyrillic letters, all": exchanging(CYRILLIC),
    "Greek letters, one in five": exchanging(GREEK, 0.2),
    "Greek letters, all": exchanging(GREEK),
    **{f"{name} inside words": inside_words([char]) for name, char in INVISIBLE.items()},
    "other invisible characters inside words": inside_words([*OTHER_INVISIBLE]),
    "byte order mark in front": rewriting(lambda text, _: list(text), front="\ufeff"),
    "words broken at soft hyphens": rewriting(_soft_wrapped),
    **{name: exchanging({" ": char}) for name, char in SPACES.items()},
    "tabs": exchanging({" ": "\t"}),
    "spaces of all kinds": exchanging({" ": [*SPACES.values(), " ", "\t", "\u2003"]}),
    **{f"{name} for line ends": ending_lines([char]) for name, char in LINE_ENDS.items()},
    "line ends of all kinds": ending_lines([*LINE_ENDS.values()]),
    "double spaces": exchanging({" ": ["  "]}),
    "spaces at line ends": ending_lines(["  \n"]),
    "indented lines": ending_lines(["\n\t"]),
    "blank lines doubled": _blank_lines_doubled,
    "messy spacing": messy_spacing,
    "NFD, messy spacing": after(decomposed, messy_spacing),
    "NFD, invisible characters": after(decomposed, any_invisible),
    "NFC and NFD mixed, look-alikes, invisible characters, messy spacing": after(
        look_alikes, mixed, any_invisible, messy_spacing
    ),
}
"""By what they are called."""
