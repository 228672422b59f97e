"""Gold of a text of one sentence, and gold turned into the result of an extractor that makes no mistake."""

from __future__ import annotations

from typing import Any

from nqextract.gold.models import GoldArticle, GoldDocument, GoldRecord
from nqextract.records import (
    ArticleResult,
    Chair,
    DateSlot,
    Document,
    DocumentKey,
    Entity,
    Evidence,
    Organizer,
    Participants,
    PersonOut,
    PersonTitleOut,
    Place,
    Presenter,
    Record,
    Venues,
)
from nqextract.text import sha256

TEXT = "Ngày 5/3/2024, ông Tạ Văn Bảng, Bí thư Huyện ủy, chủ trì hội nghị về Kết luận số 7."


def gold(article: str = "seed-mau", **changes: Any) -> dict[str, Any]:
    """A gold file of :data:`TEXT`, with ``changes``."""

    def entity(label: str, text: str) -> dict[str, Any]:
        return {"label": label, "start": TEXT.index(text), "end": TEXT.index(text) + len(text), "text": text}

    return {
        "article": article,
        "sha256": sha256(TEXT),
        "entities": [
            entity("DATE", "Ngày 5/3/2024"),
            entity("PERSON", "Tạ Văn Bảng"),
            entity("TITLE", "Bí thư Huyện ủy"),
            entity("DOC", "Kết luận số 7"),
        ],
        "people": [{"name": "Tạ Văn Bảng", "titles": ["Bí thư Huyện ủy"]}],
        "records": [
            {
                "main": True,
                "date": "2024-03-05",
                "documents": [{"type": "conclusion", "number": "7"}],
                "chairs": ["Tạ Văn Bảng"],
            }
        ],
        **changes,
    }


def perfect(gold: GoldArticle, text: str) -> ArticleResult:
    """What an extractor that makes no mistake gives for ``gold``; evidence is the article's first word."""
    grounds = [Evidence(start=0, end=1, text=text[:1] or "-")]
    return ArticleResult(
        id=gold.article,
        path="",
        sha256=sha256(text),
        title=None,
        published=None,
        outlet=None,
        entities=[Entity(label=e.label, start=e.start, end=e.end, text=e.text, norm=None) for e in gold.entities],
        people=[
            PersonOut(name=p.name, titles=[PersonTitleOut(text=t, organisation=None) for t in p.titles], mentions=[])
            for p in gold.people
        ],
        records=[_record(gold.article, number, record, grounds) for number, record in enumerate(gold.records, 1)],
    )


def _record(article: str, number: int, gold: GoldRecord, grounds: list[Evidence]) -> Record:
    participants, venues = gold.participants, gold.venues
    return Record(
        record_id=f"{article}#{number}",
        article_id=article,
        main=gold.main,
        name=Evidence(start=0, end=len(gold.name), text=gold.name) if gold.name else None,
        date=DateSlot(edtf=gold.date, start=None, end=None, part_of_day=None, year_inferred=False, evidence=grounds)
        if gold.date
        else None,
        organizers=[Organizer(name=o, text=o, province=None, evidence=grounds) for o in gold.organizers],
        documents=[
            Document(**_key(d), issuer=None, issued=None, subject=None, evidence=grounds) for d in gold.documents
        ],
        participants=Participants(
            value=participants.value,
            qualifier=participants.qualifier,
            unit=participants.unit,
            invited=participants.invited,
            evidence=grounds,
        )
        if participants
        else None,
        venues=Venues(value=venues.value, qualifier=venues.qualifier, unit=venues.unit, evidence=grounds)
        if venues
        else None,
        format=gold.format,
        chairs=[Chair(name=name, titles=[], evidence=grounds) for name in gold.chairs],
        presenters=[
            Presenter(name=p.name, titles=[], documents=[DocumentKey(**_key(d)) for d in p.documents], evidence=grounds)
            for p in gold.presenters
        ],
        place=Place(text=gold.place, evidence=grounds) if gold.place else None,
    )


def _key(document: GoldDocument) -> dict[str, str | None]:
    return document.model_dump(include={"type", "number", "meeting"})
