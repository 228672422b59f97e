"""Bytes to an article's text, and what is no text: refused with its reason, never guessed."""

from __future__ import annotations

import re
from typing import NamedTuple

from nqextract.read.encodings import UndecodableError, decode_as, detect, relayed, unlayered
from nqextract.text import half_surrogate
from nqextract.types import Encoding, StageError

STAGE = "read"
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_error(kind: str, message: str) -> StageError:
    return StageError(STAGE, kind, message)


def decode(data: bytes, given: str | None = None, declared: str | None = None) -> tuple[str, Encoding]:
    """The characters of a whole file, and its encoding.  Line ends stay as they are, so that offsets hold.

    Args:
        data: all of its bytes.
        given: its encoding, a canonical name, where the user names it; what it says of layers is for :func:`meant`.
        declared: the encoding that the file names itself.

    Raises a :class:`StageError` of the kinds ``encoding`` or ``binary``.
    """
    try:
        encoding = Encoding(given, None) if given is not None else Encoding(*detect(data, declared))
        text = decode_as(data, encoding.name.partition("/")[0])
    except UndecodableError as error:
        raise read_error("binary" if error.binary else "encoding", str(error)) from None
    if "\0" in text:
        raise read_error("binary", f"there are NUL bytes, as no text has in {encoding.name}")
    return text, encoding


class Meant(NamedTuple):
    """An article's text in the letters that were meant."""

    text: str
    encoding: Encoding
    layers: tuple[str, ...]
    """What they were saved as, once more in each."""

    def also(self, value: str | None) -> str | None:
        """What was given beside the text, and may have been saved as it was."""
        return value and relayed(value, self.layers, where_likelier=self.encoding.confidence is not None)


def meant(text: str, encoding: Encoding) -> Meant:
    """``text``, which was read in ``encoding``.

    Raises a :class:`StageError` of the kinds ``encoding`` or ``empty``.
    """
    text = checked(text)
    base, *given = encoding.name.split("/")
    if encoding.confidence is None:
        if "\ufffd" in (letters := relayed(text, given)) and given:
            raise read_error("encoding", f"not {encoding.name}: letters were lost")
        return Meant(letters, encoding, tuple(given))
    try:
        found = unlayered(text) if base.startswith("utf-") else None
    except UndecodableError as error:
        raise read_error("encoding", str(error)) from None
    if found is None:
        return Meant(text, encoding, ())
    name = "/".join([encoding.name, *found.layers])
    return Meant(found.text, Encoding(name, min(encoding.confidence, found.confidence)), found.layers)


def checked(text: str) -> str:
    """``text`` itself; raises a :class:`StageError` where it is blank or is no valid Unicode."""
    if not text or text.isspace():
        raise read_error("empty", "there is no text" if text == "" else "the text is white space only")
    if (at := half_surrogate(text)) is not None:
        code, where = ord(text[at]), f"at character {at} of the text"
        if 0xDC80 <= code <= 0xDCFF:  # a byte that "surrogateescape" let through
            raise read_error("encoding", f"byte 0x{code - 0xDC00:02x} {where} is not of the table's encoding")
        raise read_error("encoding", f"half a surrogate pair (U+{code:04X}) {where}")
    return text


def printable(text: str) -> str:
    """``text`` (an id, a path, a title) with what can't be written as UTF-8 replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)
