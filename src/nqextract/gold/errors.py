"""What work on gold raises."""

from __future__ import annotations

from nqextract.types import NqextractError


class UsageError(NqextractError):
    """The command was asked for what does not exist (a slot, a split, a file): exit status 2."""


class GoldError(NqextractError):
    """Gold that cannot be used: not as the format has it, or its article is missing or has changed."""
