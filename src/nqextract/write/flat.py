"""The flat tables (records, people, entities): one definition of columns for CSV and for Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from nqextract.records import ArticleResult, DocumentKey, Record, Table

if TYPE_CHECKING:
    import pandas

Type = Literal["string", "int", "bool", "strings"]
Row = tuple[Any, ...]  # a value a column, in the order of COLUMNS

COLUMNS: dict[Table, dict[str, Type]] = {
    "records": {
        "record_id": "string",
        "article_id": "string",
        "path": "string",
        "published": "string",
        "outlet": "string",
        "main": "bool",
        "name": "string",
        "date": "string",  # EDTF
        "date_start": "string",
        "date_end": "string",
        "part_of_day": "string",
        "year_inferred": "bool",
        "organizers": "strings",
        "provinces": "strings",  # of the organizers, in their order; "" where not known
        "document_types": "strings",
        "document_numbers": "strings",  # as many as there are types; "" where there is none, as with meetings
        "document_meetings": "strings",
        "participants": "int",
        "participants_qualifier": "string",
        "participants_unit": "string",
        "participants_invited": "int",
        "venues": "int",
        "venues_qualifier": "string",
        "venues_unit": "string",
        "format": "string",
        "chairs": "strings",
        "presenters": "strings",
        "place": "string",
    },
    "people": {
        "article_id": "string",
        "name": "string",
        "titles": "strings",
        "organisations": "strings",  # of the titles, in their order; "" where there is none
        "mentions": "int",  # how many
        "start": "int",  # of the first mention
        "end": "int",
    },
    "entities": {
        "article_id": "string",
        "label": "string",
        "start": "int",
        "end": "int",
        "text": "string",
        "norm": "string",
        "document_type": "string",
        "document_number": "string",
        "document_meeting": "string",
    },
}


def flatten(result: ArticleResult) -> dict[Table, list[Row]]:
    """The rows that one article adds to each table."""
    return {
        "records": [_record(result, record) for record in result.records],
        "people": [
            (
                result.id,
                person.name,
                [title.text for title in person.titles],
                [title.organisation or "" for title in person.titles],
                len(person.mentions),
                *(person.mentions[0] if person.mentions else (None, None)),
            )
            for person in result.people
        ],
        "entities": [
            (result.id, entity.label, entity.start, entity.end, entity.text, *_norm(entity.norm))
            for entity in result.entities
        ],
    }


def document_label(document: DocumentKey) -> str:
    """``"57-NQ/TW"``, or the meeting that issued it, or at least the type."""
    return document.number or document.meeting or document.type


def _norm(norm: str | DocumentKey | None) -> tuple[str | None, str | None, str | None, str | None]:
    if isinstance(norm, DocumentKey):
        return document_label(norm), norm.type, norm.number, norm.meeting
    return norm, None, None, None


def _record(result: ArticleResult, record: Record) -> Row:
    date, participants, venues = record.date, record.participants, record.venues
    return (
        record.record_id,
        record.article_id,
        result.path,
        result.published,
        result.outlet,
        record.main,
        record.name and record.name.text,
        *((date.edtf, date.start, date.end, date.part_of_day, date.year_inferred) if date else (None,) * 5),
        [organizer.name for organizer in record.organizers],
        [organizer.province or "" for organizer in record.organizers],
        [document.type for document in record.documents],
        [document.number or "" for document in record.documents],
        [document.meeting or "" for document in record.documents],
        *(
            (participants.value, participants.qualifier, participants.unit, participants.invited)
            if participants
            else (None,) * 4
        ),
        *((venues.value, venues.qualifier, venues.unit) if venues else (None,) * 3),
        record.format,
        [chair.name for chair in record.chairs],
        [presenter.name for presenter in record.presenters],
        record.place and record.place.text,
    )


def frame(results: Iterable[ArticleResult], table: Table) -> pandas.DataFrame:
    """``table`` as a pandas frame with nullable types; lists are joined by ``"; "``.

    Raises:
        ValueError: there is no such table.
    """
    import pandas

    if table not in COLUMNS:
        raise ValueError(f"no table {table!r}: one of {', '.join(COLUMNS)}")
    columns = COLUMNS[table]
    rows = [
        ["; ".join(value) if isinstance(value, list) else value for value in row]
        for result in results
        for row in flatten(result)[table]
    ]
    types = {"string": "string", "strings": "string", "int": "Int64", "bool": "boolean"}
    return pandas.DataFrame(rows, columns=list(columns)).astype({name: types[kind] for name, kind in columns.items()})
