"""Bytes to text: UTF-8, with or without a byte order mark; everything else is refused, never guessed."""

from __future__ import annotations

import codecs
import re

from nqextract.types import StageError

STAGE = "read"

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_error(kind: str, message: str) -> StageError:
    return StageError(STAGE, kind, message)


def refuse_other_encoding(head: bytes) -> None:
    """Raises a :class:`StageError` where a file that begins with ``head`` can't be UTF-8 text."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            raise read_error("encoding", f"the file is {name}, not UTF-8: save it as UTF-8")
    if b"\0" in head:
        raise read_error("binary", "the file has NUL bytes: it is binary, or text in an encoding other than UTF-8")


def strip_mark(data: bytes) -> bytes:
    """``data`` without the byte order mark of UTF-8, which is no part of the text."""
    return data.removeprefix(codecs.BOM_UTF8)


def decode(data: bytes) -> str:
    """The text of a whole file.  Line ends stay as they are, so that offsets hold.

    Raises a :class:`StageError` of the kinds ``encoding``, ``binary`` or ``empty``.
    """
    refuse_other_encoding(data)
    data = strip_mark(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise read_error("encoding", _not_utf8(data[error.start], f"at byte {error.start}")) from None
    return checked(text)


def checked(text: str) -> str:
    """``text`` itself; raises a :class:`StageError` where it is blank or is no valid Unicode."""
    if not text or text.isspace():
        raise read_error("empty", "there is no text" if text == "" else "the text is white space only")
    if (half := _SURROGATE.search(text)) is not None:
        code = ord(half[0])
        if 0xDC80 <= code <= 0xDCFF:  # a byte that "surrogateescape" let through
            raise read_error("encoding", _not_utf8(code - 0xDC00, f"at character {half.start()} of the text"))
        raise read_error("encoding", f"half a surrogate pair (U+{code:04X}) at character {half.start()} of the text")
    return text


def printable(text: str) -> str:
    """``text`` (an id, a path, a title) with what can't be written as UTF-8 replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def _not_utf8(byte: int, where: str) -> str:
    return f"not UTF-8: byte 0x{byte:02x} {where}; save it as UTF-8"
