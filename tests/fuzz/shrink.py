"""A found input made small enough to be read and kept."""

from __future__ import annotations

from collections.abc import Callable

from fuzz.targets import signature

_TRIES = 1000


def failing(target: Callable[[bytes], None], data: bytes) -> str | None:
    """The signature of what ``target`` raises on ``data``; None where all is well."""
    try:
        target(data)
    except Exception as error:
        return signature(error)
    return None


def shrunk(target: Callable[[bytes], None], data: bytes) -> bytes:
    """``data`` without what is not needed for the same finding: ever smaller pieces are left out while it stays."""
    wanted = failing(target, data)
    text = data.decode("utf-8", "surrogateescape")
    size, tries = len(text) // 2, _TRIES
    while wanted and size and tries > 0:
        at = 0
        while at < len(text) and tries > 0:
            shorter = text[:at] + text[at + size :]
            tries -= 1
            if failing(target, shorter.encode("utf-8", "surrogateescape")) == wanted:
                text = shorter
            else:
                at += size
        size //= 2
    return text.encode("utf-8", "surrogateescape")
