"""What evaluation raises besides the errors of :mod:`nqextract.gold`."""

from __future__ import annotations

from nqextract.types import NqextractError


class FloorsError(NqextractError):
    """Pinned floors that cannot be used or that a command would lower."""
