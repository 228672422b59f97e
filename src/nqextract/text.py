"""Unicode: NFC with a map back to raw offsets, and the folded twin that patterns match on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
"""Characters that carry no text: soft hyphen, zero-width space and joiners, BOM, direction marks."""

_invisible = re.compile(f"[{_INVISIBLE}]")

_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x1f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DOUBLE_QUOTES = "“”„‟«»″"
_SINGLE_QUOTES = "‘’‚‛′`"

_fold_table = str.maketrans(
    {
        **dict.fromkeys(_LINE_BREAKS, "\n"),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_SINGLE_QUOTES, "'"),
        "ð": "đ",
        "Ð": "đ",
        "İ": "i",  # the one letter whose lower case is longer than itself
    }
)

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
_new_placement = re.compile(r"(?<!q)(?:" + "|".join(_tone_pair) + r")(?![^\W\d_])")


def fold(text: str) -> str:
    """The folded twin of NFC ``text``: same length, so offsets in one are offsets in the other.

    Lower case; old tone placement (``uỷ`` becomes ``ủy``); horizontal white space plain spaces; line separators
    ``\\n``; dashes ``-``; quotes straight.
    """
    folded = text.translate(_fold_table).lower()
    return _new_placement.sub(lambda match: _tone_pair[match.group()], folded)


def normalise(raw: str) -> tuple[str, Sequence[int] | None]:
    """NFC of ``raw`` without invisible characters, and the raw offset of each of its characters.

    The offsets have one entry more than the text (the raw length); they are ``None`` where they would be the identity.
    Linear in ``len(raw)``.
    """
    if unicodedata.is_normalized("NFC", raw) and _invisible.search(raw) is None:
        return raw, None
    pieces: list[str] = []
    starts: list[int] = []
    length = len(raw)
    begin = 0
    while begin < length:
        end = begin + 1
        # A starter and all that may combine with it; Hangul jamo compose without combining classes.
        while end < length and (unicodedata.combining(raw[end]) or "\u1160" <= raw[end] <= "\u11ff"):
            end += 1
        composed = _invisible.sub("", unicodedata.normalize("NFC", raw[begin:end]))
        pieces.append(composed)
        starts.extend([begin] * len(composed))
        begin = end
    starts.append(length)
    return "".join(pieces), starts
