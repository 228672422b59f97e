"""Records as slot fills that can be compared: one fill a scalar slot, one an element of a list slot."""

from __future__ import annotations

from dataclasses import dataclass

from nqextract.gold.keys import document_key, text_key
from nqextract.gold.models import GoldDocument, GoldParticipants, GoldRecord, GoldVenues
from nqextract.records import DocumentKey, Evidence, Participants, Record, Venues

SLOTS = (
    "date",
    "organizers",
    "documents",
    "participants",
    "venues",
    "format",
    "chairs",
    "presenters",
    "presenter_documents",
    "place",
)
"""The slots of the guideline's table; a presenter's documents are counted apart from the presenters."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One value: ``key`` decides equality, ``text`` is for people; the span of its first evidence where known."""

    key: str
    text: str
    optional: bool = False
    start: int | None = None
    end: int | None = None


def gold_fills(record: GoldRecord) -> dict[str, list[Fill]]:
    """The fills of an annotated record, by slot; the conference's ``name`` among them."""
    return {
        "name": _text(record.name),
        "date": _text(record.date),
        "organizers": [Fill(text_key(name), name) for name in record.organizers],
        "documents": [_document(document) for document in record.documents],
        "participants": _number(record.participants),
        "venues": _number(record.venues),
        "format": _text(record.format),
        "chairs": [Fill(text_key(name), name) for name in record.chairs],
        "presenters": [Fill(text_key(presenter.name), presenter.name) for presenter in record.presenters],
        "presenter_documents": [
            _document(document, presenter.name) for presenter in record.presenters for document in presenter.documents
        ],
        "place": _text(record.place),
    }


def result_fills(record: Record) -> dict[str, list[Fill]]:
    """The fills of a predicted record, by slot; the conference's ``name`` among them."""
    name, date, place = record.name, record.date, record.place
    return {
        "name": _text(name.text, [name]) if name else [],
        "date": _text(date.edtf, date.evidence) if date else [],
        "organizers": [_one(body.name, body.evidence) for body in record.organizers],
        "documents": [_document(document, evidence=document.evidence) for document in record.documents],
        "participants": _number(record.participants),
        "venues": _number(record.venues),
        "format": _text(record.format),
        "chairs": [_one(chair.name, chair.evidence) for chair in record.chairs],
        "presenters": [_one(presenter.name, presenter.evidence) for presenter in record.presenters],
        "presenter_documents": [
            _document(document, presenter.name, presenter.evidence)
            for presenter in record.presenters
            for document in presenter.documents
        ],
        "place": _text(place.text, place.evidence) if place else [],
    }


def _one(text: str, evidence: list[Evidence] | None = None) -> Fill:
    start, end = (evidence[0].start, evidence[0].end) if evidence else (None, None)
    return Fill(text_key(text), text, start=start, end=end)


def _text(text: str | None, evidence: list[Evidence] | None = None) -> list[Fill]:
    return [] if text is None else [_one(text, evidence)]


def _document(
    document: DocumentKey | GoldDocument, presenter: str | None = None, evidence: list[Evidence] | None = None
) -> Fill:
    key, text = document_key(document), f"{document.type} {document.number or document.meeting}"
    if presenter is not None:
        key, text = f"{text_key(presenter)}|{key}", f"{presenter} | {text}"
    start, end = (evidence[0].start, evidence[0].end) if evidence else (None, None)
    return Fill(key, text, isinstance(document, GoldDocument) and document.optional, start, end)


def _number(number: GoldParticipants | GoldVenues | Participants | Venues | None) -> list[Fill]:
    """A count is one fill: number, qualifier, unit and, where there is one, the number invited must all be right."""
    if number is None:
        return []
    invited = number.invited if isinstance(number, GoldParticipants | Participants) else None
    of = "" if invited is None else f"/{invited}"
    text = f"{number.qualifier} {number.value}{of} {number.unit}"
    evidence = number.evidence if isinstance(number, Participants | Venues) else None
    start, end = (evidence[0].start, evidence[0].end) if evidence else (None, None)
    return [Fill(text_key(text), text, start=start, end=end)]
