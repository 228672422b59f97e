"""``nqextract gold new``: the extractor's answer as gold that somebody is still to review."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from nqextract.gold.errors import GoldError
from nqextract.gold.models import GoldArticle, faults_of
from nqextract.records import ArticleResult, DocumentKey, Participants, Record, Venues


def gold_of(result: ArticleResult) -> GoldArticle:
    """``result`` as unreviewed gold, with every slot of its records there to be filled in.

    Raises :class:`GoldError` where the answer holds something that gold cannot.
    """
    value = {
        "article": result.id,
        "sha256": result.sha256,
        "reviewed": False,
        "entities": [
            {"label": entity.label, "start": entity.start, "end": entity.end, "text": entity.text}
            for entity in result.entities
        ],
        "people": [
            {"name": person.name.strip(), "titles": [title.text.strip() for title in person.titles]}
            for person in result.people
        ],
        "records": [_record(record) for record in result.records],
    }
    try:
        return GoldArticle.model_validate(value)
    except ValidationError as error:
        raise GoldError("\n".join(f"article {result.id}: {fault}" for fault in faults_of(error, "answer"))) from error


def _record(record: Record) -> dict[str, Any]:
    return {
        "main": record.main,
        "name": record.name and record.name.text.strip(),
        "date": record.date and record.date.edtf,
        "organizers": [organizer.name.strip() for organizer in record.organizers],
        "documents": [_document(document) for document in record.documents],
        "participants": _count(record.participants),
        "venues": _count(record.venues),
        "format": record.format,
        "chairs": [chair.name.strip() for chair in record.chairs],
        "presenters": [
            {"name": presenter.name.strip(), "documents": [_document(document) for document in presenter.documents]}
            for presenter in record.presenters
        ],
        "place": record.place and record.place.text.strip(),
    }


def _document(document: DocumentKey) -> dict[str, str]:
    return document.model_dump(include={"type", "number", "meeting"}, exclude_none=True)


def _count(count: Participants | Venues | None) -> dict[str, Any] | None:
    return None if count is None else count.model_dump(exclude={"evidence"}, exclude_none=True)
