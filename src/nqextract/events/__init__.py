"""Kinds of events, each complete in its own module: what it is called, and the rules that fill its slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nqextract.events.conference import find_conferences
from nqextract.records import Record
from nqextract.types import Analysis

EVENT_TYPES: Mapping[str, Callable[[Analysis], tuple[Record, ...]]] = {"conference": find_conferences}
"""Each kind of event and what finds its records in a linked article."""


def find_records(analysis: Analysis) -> tuple[Record, ...]:
    """The records of every kind of event in ``analysis``, kind after kind, in the order of the text."""
    return tuple(record for find in EVENT_TYPES.values() for record in find(analysis))
