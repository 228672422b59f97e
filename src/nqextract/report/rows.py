"""A record as a row of the report's table: what is shown, and what it is sorted and filtered by."""

from __future__ import annotations

from typing import Any

from nqextract.records import ArticleResult, Record
from nqextract.wording import count, document_name, harmless, line, slot_rows, when


def row(record: Record, article: ArticleResult, place: int, title: str) -> dict[str, Any]:
    """``record`` of ``article``, the ``place``-th of the page, which is called ``title``.

    ``from`` and ``to`` are the first and last day as ISO dates, null where the year is not known;
    ``search`` is what is searched besides: the name and place of the conference, the people of the article.
    """
    people = record.participants
    shown = {entry.slot: entry.text for entry in slot_rows(record) if entry.slot in ("name", "place")}
    inferred = " (năm suy ra)" if record.date and record.date.year_inferred else ""
    return {
        "id": harmless(record.record_id),  # white space, too, tells ids apart
        "article": place,
        "main": record.main,
        "date": line(when(record.date)) + inferred,
        "from": record.date.start if record.date else None,
        "to": record.date.end if record.date else None,
        "provinces": list(dict.fromkeys(line(body.province) for body in record.organizers if body.province)),
        "organizers": [line(body.name) for body in record.organizers],
        "documents": list(dict.fromkeys(line(document_name(document)) for document in record.documents)),
        "people": people.value if people else None,
        "crowd": line(count(people)) if people else "",
        "title": title,
        "about": line(record.record_id),
        "search": " ".join(map(line, (*shown.values(), *(person.name for person in article.people)))),
    }
