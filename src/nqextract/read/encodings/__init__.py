"""In which encoding a text came: what is certain, what is likely and how likely, and what nobody can tell."""

from nqextract.read.encodings.detect import (
    UTF_8,
    UndecodableError,
    canonical,
    decode_as,
    detect,
    mark_length,
    relayed,
    unlayered,
)
from nqextract.read.encodings.letters import LETTER_CODES, as_signs

__all__ = [
    "LETTER_CODES",
    "UTF_8",
    "UndecodableError",
    "as_signs",
    "canonical",
    "decode_as",
    "detect",
    "mark_length",
    "relayed",
    "unlayered",
]
