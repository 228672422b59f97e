"""Unicode: NFC with a map back to raw offsets, and the folded twin that patterns match on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from nqextract.types import INVISIBLE

_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x1f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DOUBLE_QUOTES = "“”„‟«»″"
_SINGLE_QUOTES = "‘’‚‛′`"

_folded_characters = {
    **dict.fromkeys(_LINE_BREAKS, "\n"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    "ð": "đ",
    "Ð": "đ",
    "İ": "i",  # the one letter whose lower case is longer than itself
}

_TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def _tone_pairs() -> dict[str, str]:
    """``oà`` -> ``òa`` and the like: the new tone placement to the old one, for open ``oa``, ``oe``, ``uy``."""
    pairs = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in _TONES:
            new = first + unicodedata.normalize("NFC", second + tone)
            pairs[new] = unicodedata.normalize("NFC", first + tone) + second
    return pairs


_tone_pair = _tone_pairs()


def _pairs_pattern() -> str:
    """Any of the pairs, by first letter: a search skips to one of these, which no lookbehind before them allows."""
    seconds: dict[str, str] = {}
    for pair in _tone_pair:
        seconds[pair[0]] = seconds.get(pair[0], "") + pair[1]
    return "|".join(f"{first}[{letters}]" for first, letters in seconds.items())


_new_placement = re.compile(rf"(?:{_pairs_pattern()})(?<!q..)(?![^\W\d_])")
_folded_character = re.compile("[" + "".join(map(re.escape, _folded_characters)) + "]")


_marks = re.compile("[\u0300-\u036f]+")
_syllable = re.compile(r"(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?")


@lru_cache(maxsize=4096)
def is_syllable(folded: str) -> bool:
    """Whether a word in small letters could be a Vietnamese syllable, by its letters alone."""
    return _syllable.fullmatch(_marks.sub("", unicodedata.normalize("NFD", folded))) is not None


def old_tones(text: str) -> str:
    """``text`` with its tone marks in the old placement ("Thành uỷ" as "Thành ủy"); case and length stay."""
    folded = text.lower()
    if len(folded) != len(text):
        return text
    placed = list(text)
    for match in _new_placement.finditer(folded):
        pair = _tone_pair[match.group()]
        for offset, letter in enumerate(pair):
            at = match.start() + offset
            placed[at] = letter.upper() if text[at].isupper() else letter
    return "".join(placed)


def fold(text: str) -> str:
    """The folded twin of NFC ``text``: same length, so offsets in one are offsets in the other.

    Lower case; old tone placement (``uỷ`` becomes ``ủy``); horizontal white space plain spaces; line separators
    ``\\n``; dashes ``-``; quotes straight.
    """
    folded = text
    for character in set(_folded_character.findall(text)):
        folded = folded.replace(character, _folded_characters[character])
    folded = folded.lower()
    return _new_placement.sub(lambda match: _tone_pair[match.group()], folded)


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """:func:`fold` for names and words of the vocabulary, which come again and again."""
    return fold(name)


def _extends(char: str) -> bool:
    """Whether ``char`` may combine with what stands before it: a mark, or a Hangul vowel or final consonant."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


_LONGEST_CLUSTER = 32
"""Marks behind one letter that are composed together.  Canonical ordering is quadratic in their number, and no
language writes this many: a longer run is not text, and may stay as it is."""


@lru_cache(maxsize=64)
def _clusters(rare: str) -> re.Pattern[str]:
    """What may combine, with the character before it: invisible characters, the Latin marks, and those of ``rare``."""
    return re.compile(f"(?s:.)?[{''.join(sorted(INVISIBLE))}\u0300-\u036f{re.escape(rare)}]+")


def normalise(raw: str) -> tuple[str, Sequence[int] | None]:
    """NFC of ``raw`` without invisible characters, and the raw offset of each of its characters.

    The offsets have one entry more than the text (the raw length); they are ``None`` where they would be the identity.
    Linear in ``len(raw)``.
    """
    if unicodedata.is_normalized("NFC", raw) and not any(char in raw for char in INVISIBLE):
        return raw, None
    rare = "".join(char for char in sorted(set(raw)) if char > "\u036f" and _extends(char))
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    # Runs in which nothing combines are taken whole; what may combine, cluster by cluster.
    for match in _clusters(rare).finditer(raw):
        _normalise_run(raw, at, match.start(), pieces, starts)
        at = match.end()
        composed = unicodedata.normalize("NFC", match.group()) if at - match.start() <= _LONGEST_CLUSTER else ""
        if len(composed) == 1 and composed not in INVISIBLE:  # as nearly all are
            pieces.append(composed)
            starts.append(match.start())
        else:
            _normalise_clusters(raw, match.start(), at, pieces, starts)
    _normalise_run(raw, at, len(raw), pieces, starts)
    starts.append(len(raw))
    return "".join(pieces), starts


def _normalise_run(raw: str, begin: int, end: int, pieces: list[str], starts: list[int]) -> None:
    run = raw[begin:end]
    if unicodedata.is_normalized("NFC", run):
        pieces.append(run)
        starts.extend(range(begin, end))
    else:
        _normalise_clusters(raw, begin, end, pieces, starts)


def _normalise_clusters(raw: str, begin: int, end: int, pieces: list[str], starts: list[int]) -> None:
    """Letters with the marks that follow them, past invisible characters."""
    shown = [i for i in range(begin, end) if raw[i] not in INVISIBLE]
    first = 0
    while first < len(shown):
        last = first + 1
        limit = min(len(shown), first + _LONGEST_CLUSTER)
        while last < limit and _extends(raw[shown[last]]):
            last += 1
        composed = unicodedata.normalize("NFC", "".join(raw[i] for i in shown[first:last]))
        pieces.append(composed)
        # The first character stands for the cluster's beginning, what is left uncomposed for itself.
        marks = shown[max(first, last - len(composed)) + 1 : last]
        if composed[1:] == "".join(raw[i] for i in marks):
            starts += [shown[first], *marks]
        else:  # in another order, or a mark that became two: no part of the cluster stands for a part of it
            starts += [shown[first]] * len(composed)
        first = last


def _letters(test: Callable[[str], bool]) -> str:
    return "".join(character for code in range(0x41, 0x1F00) if (character := chr(code)).isalpha() and test(character))


UPPER = _letters(str.isupper)
"""The capital letters of the Latin, Greek and Cyrillic scripts, for character classes of patterns."""
LOWER = _letters(str.islower)
"""The small ones."""


def sha256(text: str) -> str:
    """The hash of a text's UTF-8 bytes, as ``articles.jsonl`` and gold files have it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
