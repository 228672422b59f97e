"""How Vietnamese a text reads: which of its words with accents are syllables as Vietnamese spells them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from nqextract.lexicon import rows
from nqextract.text import ONSET, TONES

_STOPPED = re.compile(r"(?:[cpt]|ch)$")
_STOPPED_TONES = frozenset("\u0301\u0323")  # sắc and nặng: the two that such a syllable may have, and has one of
_ONSET = re.compile(ONSET)
_BETWEEN_WORDS = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f“”‘’‚„«»…–—•·]+")


class Reading(NamedTuple):
    """What is known of a text's words with letters beyond ASCII."""

    words: int
    syllables: int
    """Those of them that Vietnamese spells so."""


def read_through(words: Iterable[str]) -> Reading:
    """``words``, composed or not, perhaps with punctuation about them and without a space between some."""
    count = syllables = 0
    for word in words:
        for part in _BETWEEN_WORDS.split(unicodedata.normalize("NFC", word).lower()):
            if not part.isascii():
                count += 1
                syllables += is_spelled(part)
    return Reading(count, syllables)


@lru_cache(maxsize=1 << 14)
def is_spelled(word: str) -> bool:
    """Whether ``word``, in NFC and in small letters, is a syllable as Vietnamese spells them, tone mark and all."""
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in TONES]
    plain = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES))
    if len(tones) > 1 or (_STOPPED.search(plain) and not _STOPPED_TONES.issuperset(tones or "-")):
        return False
    onset = _ONSET.match(plain)
    end = onset.end() if onset else 0
    # "giải" is gi and ải, "gì" g and ì.
    return plain[end:] in _rhymes() or (plain.startswith("gi") and plain[1:] in _rhymes())


@cache
def _rhymes() -> frozenset[str]:
    return frozenset(row["rhyme"] for row in rows("rhymes"))
