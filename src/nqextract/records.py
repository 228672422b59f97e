"""What users see: the records of the output contract as strict pydantic models (JSON Schema from :func:`schema`).

Offsets here are code points over the article's *raw* text.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from nqextract.types import CleanArticle, Label, Qualifier

SCHEMA_VERSION = "1.0"
ARTICLES, RECORDS, ERRORS, TOKENS = LINES = ("articles.jsonl", "records.jsonl", "errors.jsonl", "tokens.jsonl")
"""The files of a run's output that hold JSON lines, the last one only where it is asked for."""
MANIFEST = "manifest.json"
"""The file of a run's output that names the others."""
Table = Literal["records", "people", "entities"]
"""The flat tables of a run's output."""
OUTPUT_NAMES = (*LINES, MANIFEST, *(f"{table}.{ending}" for table in get_args(Table) for ending in ("csv", "parquet")))
"""Every file name that a run may write in OUT."""

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
"""What kind of document it is; the Vietnamese words are in the guideline."""
Format = Literal["online", "in_person", "hybrid"]
"""How people took part."""
PartOfDay = Literal["morning", "noon", "afternoon", "evening"]
"""When on the day."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Evidence(_Model):
    """A piece of the raw text that a value rests on: ``raw_text[start:end] == text``."""

    start: int = Field(ge=0)
    """First code point."""
    end: int = Field(ge=0)
    """One behind the last code point."""
    text: str = Field(min_length=1)
    """What stands there, as written."""

    @classmethod
    def at(cls, clean: CleanArticle, start: int, end: int) -> Evidence:
        """The evidence at clean offsets ``[start, end)``."""
        raw_start, raw_end = clean.raw_span(start, end)
        return cls(start=raw_start, end=raw_end, text=clean.article.text[raw_start:raw_end])


Grounds = Field(min_length=1)


class DateSlot(_Model):
    """When the conference was held, as EDTF; ``XXXX`` stands for a year that the article gives no ground for."""

    edtf: str
    """A day ``2022-12-22``, a month ``2024-04``, a range ``2022-06-08/2022-06-09``, or ``XXXX-12-07``."""
    start: str | None
    """First day of it, ISO 8601; ``None`` where the year is not known."""
    end: str | None
    """Last day of it, likewise."""
    part_of_day: PartOfDay | None
    """Where the article says so."""
    year_inferred: bool
    """The year is not written beside the day: something else in the article or its metadata tells it."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Organizer(_Model):
    """A body that organises, holds or convenes the conference."""

    name: str
    """Abbreviations written out, with its place where the article makes that known."""
    text: str
    """As written."""
    province: str | None
    """The province it belongs to, where the article makes that known."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class DocumentKey(_Model):
    """What identifies a document: its type with its number, or with the meeting that issued it."""

    type: DocumentType
    """What kind of document it is."""
    number: str | None = None
    """As written, without *số*: ``57-NQ/TW``."""
    meeting: str | None = None
    """The meeting that passed it: ``plenum:6:XIII``, ``congress:XIII``, ``session:8:XV``."""


class Document(DocumentKey):
    """A document that was conveyed, studied or discussed at the conference."""

    issuer: str | None
    """Who issued it, as written, where that stands beside it."""
    issued: str | None
    """When, as EDTF, where that stands beside it."""
    subject: str | None
    """What it is about, as written."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Participants(_Model):
    """How many people took part."""

    value: int = Field(ge=0)
    """Number of people: 1400000 for "1,4 triệu"."""
    qualifier: Qualifier
    """Whether the number is exact; a lower or an upper bound else, or about."""
    unit: str
    """Who is counted, as written: ``đảng viên``."""
    invited: int | None
    """Number of people called: 2870 in "2.838/2.870"."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Venues(_Model):
    """How many venues were connected."""

    value: int = Field(ge=0)
    """Number of venues."""
    qualifier: Qualifier
    """As with participants."""
    unit: str
    """What is counted, as written: ``điểm cầu``."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Chair(_Model):
    """A person who chairs or leads the conference."""

    name: str
    """The fullest form in the article."""
    titles: list[str]
    """The positions that the article gives this person, as written."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Presenter(_Model):
    """A person who conveys or presents something there."""

    name: str
    """The fullest form in the article."""
    titles: list[str]
    """The positions that the article gives this person, as written."""
    documents: list[DocumentKey]
    """What this person presents; empty where only a topic is named."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Place(_Model):
    """Where the conference was held."""

    text: str
    """As written."""
    evidence: list[Evidence] = Grounds
    """The words of the article that say it; never empty."""


class Record(_Model):
    """One conference that the article reports as held."""

    record_id: str
    """``ARTICLE#1``, ``ARTICLE#2``, … in the order in which the article comes to them."""
    article_id: str
    """The id of its article."""
    main: bool
    """Whether the article is about it; false where it only comes up in passing."""
    name: Evidence | None
    """What the article calls it."""
    date: DateSlot | None
    """When it was held."""
    organizers: list[Organizer]
    """Who held it."""
    documents: list[Document]
    """What was conveyed, studied or discussed there."""
    participants: Participants | None
    """How many people took part."""
    venues: Venues | None
    """How many venues were connected."""
    format: Format | None
    """How people took part; the one slot without evidence."""
    chairs: list[Chair]
    """Who chaired it."""
    presenters: list[Presenter]
    """Who presented something there."""
    place: Place | None
    """Where it was held."""


class Entity(_Model):
    """A span that mentions something: ``raw_text[start:end] == text``."""

    label: Label
    """What it mentions."""
    start: int = Field(ge=0)
    """First code point."""
    end: int = Field(ge=0)
    """One behind the last code point."""
    text: str = Field(min_length=1)
    """As written."""
    norm: str | DocumentKey | None
    """DATE: EDTF.  DOC: its key.  ORG, TITLE: the name written out.  PERSON: the person's fullest name."""


class PersonTitleOut(_Model):
    """A position of a person."""

    text: str
    """As written."""
    organisation: str | None
    """The body inside it."""


class PersonOut(_Model):
    """A person whom the article names."""

    name: str
    """The fullest form in the article."""
    titles: list[PersonTitleOut]
    """Each position once, in the order of the article."""
    mentions: list[tuple[int, int]]
    """Start and end of every mention of the name."""


class EncodingOut(_Model):
    """How the bytes of an article were read."""

    name: str
    """As Python's codecs call it, or ``tcvn3``, ``viscii``, ``vni``; of two, by ``/``, one was saved as the other."""
    confidence: float | None = Field(ge=0, le=1)
    """How sure that is; None where ``--encoding`` said so."""


class ArticleResult(_Model):
    """One line of ``articles.jsonl``."""

    schema_version: str = SCHEMA_VERSION
    """Raised when a name here changes."""
    id: str
    """The article's own, or its path below the input, or its position."""
    path: str
    """Where it was read; empty for a string."""
    sha256: str
    """Of the text's UTF-8 bytes."""
    title: str | None
    """As given beside the text."""
    published: str | None
    """As given beside the text, ISO 8601."""
    outlet: str | None
    """As given beside the text."""
    url: str | None = None
    """As given beside the text, or by the page."""
    encoding: EncodingOut | None = None
    """None where the text did not come from bytes."""
    text: str | None = None
    """The raw text, only where it was extracted from a page or is not the file's own UTF-8."""
    entities: list[Entity]
    """In order, not overlapping."""
    people: list[PersonOut]
    """In order of their first mention."""
    records: list[Record]
    """In the order in which the article comes to them."""


def schema(of: Literal["record", "article"] = "record") -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a line of ``records.jsonl`` or of ``articles.jsonl``.

    Args:
        of: which of the two.

    Returns:
        The schema as plain data.

    Raises:
        KeyError: there is no such schema.
    """
    models: dict[str, type[BaseModel]] = {"record": Record, "article": ArticleResult}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **models[of].model_json_schema()}
