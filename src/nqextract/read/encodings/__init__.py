"""In which encoding a text came: what is certain, what is likely and how likely, and what nobody can tell."""

from nqextract.read.encodings.detect import (
    THRESHOLD,
    UTF_8,
    UndecodableError,
    canonical,
    decode_as,
    detect,
    relayed,
    unlayered,
    unmarked,
)
from nqextract.read.encodings.letters import LETTER_CODES

__all__ = [
    "LETTER_CODES",
    "THRESHOLD",
    "UTF_8",
    "UndecodableError",
    "canonical",
    "decode_as",
    "detect",
    "relayed",
    "unlayered",
    "unmarked",
]
