"""What users see: the records of the output contract as strict pydantic models (JSON Schema from :func:`schema`).

Offsets here are code points over the article's *raw* text.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nqextract.types import CleanArticle, Label, Qualifier

SCHEMA_VERSION = "1.0"

DocumentType = Literal[
    "resolution",
    "directive",
    "conclusion",
    "regulation",
    "decision",
    "plan",
    "programme",
    "guideline",
    "notice",
    "scheme",
    "statute",
    "law",
    "decree",
    "circular",
    "letter",
    "report",
    "congress_document",
]
Format = Literal["online", "in_person", "hybrid"]
PartOfDay = Literal["morning", "noon", "afternoon", "evening"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Evidence(_Model):
    """A piece of the raw text that a value rests on: ``raw_text[start:end] == text``."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(min_length=1)

    @classmethod
    def at(cls, clean: CleanArticle, start: int, end: int) -> Evidence:
        """The evidence at clean offsets ``[start, end)``."""
        raw_start, raw_end = clean.raw_span(start, end)
        return cls(start=raw_start, end=raw_end, text=clean.article.text[raw_start:raw_end])


Grounds = Field(min_length=1)


class DateSlot(_Model):
    """When the conference was held, as EDTF; ``XXXX`` stands for a year that the article gives no ground for."""

    edtf: str
    start: str | None  # first day (or month) of the EDTF interval
    end: str | None
    part_of_day: PartOfDay | None
    year_inferred: bool
    evidence: list[Evidence] = Grounds


class Organizer(_Model):
    name: str  # expanded, with its place where the article makes it known
    text: str  # as written
    province: str | None
    evidence: list[Evidence] = Grounds


class DocumentKey(_Model):
    """What identifies a document: its type with its number, or with the meeting that issued it."""

    type: DocumentType
    number: str | None = None
    meeting: str | None = None


class Document(DocumentKey):
    issuer: str | None
    issued: str | None  # EDTF
    subject: str | None
    evidence: list[Evidence] = Grounds


class Participants(_Model):
    value: int = Field(ge=0)
    qualifier: Qualifier
    unit: str
    invited: int | None
    evidence: list[Evidence] = Grounds


class Venues(_Model):
    value: int = Field(ge=0)
    qualifier: Qualifier
    unit: str
    evidence: list[Evidence] = Grounds


class Chair(_Model):
    name: str
    titles: list[str]
    evidence: list[Evidence] = Grounds


class Presenter(_Model):
    name: str
    titles: list[str]
    documents: list[DocumentKey]
    evidence: list[Evidence] = Grounds


class Place(_Model):
    text: str
    evidence: list[Evidence] = Grounds


class Record(_Model):
    """One conference that the article reports as held."""

    record_id: str
    article_id: str
    main: bool
    name: Evidence | None
    date: DateSlot | None
    organizers: list[Organizer]
    documents: list[Document]
    participants: Participants | None
    venues: Venues | None
    format: Format | None
    chairs: list[Chair]
    presenters: list[Presenter]
    place: Place | None


class Entity(_Model):
    label: Label
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(min_length=1)
    norm: str | DocumentKey | None


class PersonTitleOut(_Model):
    text: str
    organisation: str | None


class PersonOut(_Model):
    name: str
    titles: list[PersonTitleOut]
    mentions: list[tuple[int, int]]


class ArticleResult(_Model):
    """One line of ``articles.jsonl``."""

    schema_version: str = SCHEMA_VERSION
    id: str
    path: str
    sha256: str
    title: str | None
    published: str | None
    outlet: str | None
    text: str | None = None  # only where the text was extracted from a page
    entities: list[Entity]
    people: list[PersonOut]
    records: list[Record]


def schema(of: Literal["record", "article"] = "record") -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of ``of``."""
    models: dict[str, type[BaseModel]] = {"record": Record, "article": ArticleResult}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **models[of].model_json_schema()}
