"""The conference at which documents of the Party or the State are studied: one record for each that was held."""

from __future__ import annotations

from nqextract.events.assemble import build
from nqextract.events.conferences import Conference, group, settle
from nqextract.events.first_look import may_hold_conference
from nqextract.events.implied import find_implied
from nqextract.events.later import find_later
from nqextract.events.occasions import find_occasions
from nqextract.events.slots.documents import Merged
from nqextract.events.unnamed import find_unnamed
from nqextract.events.view import Spans, View
from nqextract.records import Record
from nqextract.types import Analysis


def find_conferences(analysis: Analysis) -> tuple[Record, ...]:
    """The records of ``analysis``, in the order in which the article comes to them."""
    view = View(analysis)
    if not may_hold_conference(view):
        return ()
    occasions = find_occasions(view)
    occasions = sorted(occasions + find_unnamed(view, occasions), key=lambda o: o.start)
    names = Spans((o.start, o.end) for o in occasions if o.kind != "bare")
    found = group(view, occasions)
    found = sorted(found + find_later(view, found, occasions, names), key=lambda c: c.position)
    settle(view, found, occasions)
    found = [c for c in found if _is_reported(c)]
    if not any(c.main for c in found):
        found = sorted(found + find_implied(view, found, occasions, names), key=lambda c: c.position)
    records: list[Record] = []
    told = Merged()
    for number, conference in enumerate(found, start=1):
        record, documents = build(view, conference, number, names, told)
        records.append(record)
        told.add(documents)
    return tuple(records)


def _is_reported(conference: Conference) -> bool:
    """Whether it is told as an event: with a date or a holder, or as where something happened."""
    return conference.main or any(o.date or o.organizers or o.attended for o in conference.occasions)
