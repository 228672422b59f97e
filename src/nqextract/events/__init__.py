"""Kinds of events, each complete in its own module: what it is called, and the rules that fill its slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nqextract.events.conference import find_conferences
from nqextract.records import Record
from nqextract.types import Analysis

EVENT_TYPES: Mapping[str, Callable[[Analysis], tuple[Record, ...]]] = {"conference": find_conferences}

__all__ = ["EVENT_TYPES", "find_conferences"]
