"""A gold file as strict models: unknown fields are refused.

Offsets are code points over the article's raw text, ``end`` exclusive.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from nqextract.gold.errors import GoldError
from nqextract.records import DocumentType, Format
from nqextract.types import Label, Qualifier

SUFFIX = ".gold.json"
_LONGEST_NAME = 240  # bytes: most file systems take 255, of which some go to the name that a file has while written
_LONGEST_PATH = 1000  # bytes: of folders in folders each is made by a call of its own
_moment = re.compile(r"(\d{4}|XXXX)-(\d{2})(?:-(\d{2}))?")
_meeting = re.compile(
    r"plenum:\d+:[IVXLC]*"
    r"|congress:[IVXLC]*(?::\S.*)?"
    r"|session:(?:extra-)?\d+:[IVXLC]*"
)


def _is_edtf(value: str) -> str:
    for part in value.split("/", 1):
        match = _moment.fullmatch(part)
        if match is None:
            raise ValueError(f"{value!r} is not a day, a month or a range of them as EDTF (2022-12-22, XXXX-12-07)")
        year, month, day = match.groups()
        try:  # without a year 29 February is a day that exists
            date(2000 if year == "XXXX" else int(year), int(month), int(day or 1))
        except ValueError as error:
            raise ValueError(f"{value!r}: {error}") from None
    return value


def _is_meeting(value: str) -> str:
    if _meeting.fullmatch(value) is None:
        raise ValueError(f"{value!r} is not a meeting (plenum:6:XIII, congress:XIII, session:8:XV)")
    return value


def _is_trimmed(value: str) -> str:
    if not value or value != value.strip():
        raise ValueError(f"{value!r} is empty or has white space at an end")
    return value


Edtf = Annotated[str, AfterValidator(_is_edtf)]
Meeting = Annotated[str, AfterValidator(_is_meeting)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_is_trimmed)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class GoldEntity(_Model):
    label: Label
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: Text


class GoldPerson(_Model):
    name: Text
    titles: list[Text] = []


class GoldDocument(_Model):
    """By number or by meeting.  ``optional``: readers may fairly disagree; neither missed nor spurious."""

    type: DocumentType
    number: Text | None = None
    meeting: Meeting | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> GoldDocument:
        if self.number is None and self.meeting is None:
            raise ValueError("a document needs a number or a meeting")
        return self


class GoldParticipants(_Model):
    value: int = Field(ge=0)
    qualifier: Qualifier
    unit: Text
    invited: int | None = Field(default=None, ge=0)


class GoldVenues(_Model):
    value: int = Field(ge=0)
    qualifier: Qualifier
    unit: Text


class GoldPresenter(_Model):
    name: Text
    documents: list[GoldDocument] = []


class GoldRecord(_Model):
    """One conference, plain values without evidence."""

    main: bool
    name: Text | None = None
    date: Edtf | None = None
    organizers: list[Text] = []
    documents: list[GoldDocument] = []
    participants: GoldParticipants | None = None
    venues: GoldVenues | None = None
    format: Format | None = None
    chairs: list[Text] = []
    presenters: list[GoldPresenter] = []
    place: Text | None = None


class GoldArticle(_Model):
    """One gold file: ``GOLD/<article id>.gold.json``."""

    article: Text
    """The id of the article."""
    sha256: Sha256
    """Of the article's text in UTF-8: gold whose article has changed is refused."""
    reviewed: bool = True
    """False: nobody has looked at it yet, so that nothing may be scored against it or learned from it."""
    entities: list[GoldEntity]
    """In order, not overlapping: label, start, end, text."""
    people: list[GoldPerson]
    """Name and titles."""
    records: list[GoldRecord]
    """Plain values, without evidence."""


def gold_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a gold file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **GoldArticle.model_json_schema()}


def gold_json(gold: GoldArticle) -> bytes:
    """The file of ``gold``.  A field that was not given stays away, so that what is read is written alike."""
    return readable_json(gold.model_dump(mode="json", exclude_unset=True))


def as_reviewed(gold: GoldArticle) -> GoldArticle:
    """``gold`` without the mark that nobody has looked at it."""
    return GoldArticle.model_validate(gold.model_dump(exclude_unset=True, exclude={"reviewed"}))


def readable_json(value: Any) -> bytes:
    """``value`` as JSON for people to edit: UTF-8, a line for each value, no ASCII escapes."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def gold_name(article: str) -> str:
    """The name of the gold file of ``article``, with ``/`` where the id has folders.

    Raises :class:`GoldError` for an id that would lead out of the folder, or is too long for the name of a file.
    """
    path = PurePath(article)  # as this machine reads it: on Windows "C:x" and a backslash lead out, too
    too_long = (
        len(article.encode()) > _LONGEST_PATH
        or any(len(part.encode()) > _LONGEST_NAME for part in path.parts)
        or (len(path.name.encode()) > _LONGEST_NAME - len(SUFFIX))
    )
    if path.anchor or ".." in path.parts or "\0" in article or too_long:
        raise GoldError(f"article {article!r}: no file can be named after this id")
    return article + SUFFIX


def faults_of(error: ValidationError, whole: str = "file") -> list[str]:
    """Each fault that a model found: where in the value, and what; ``whole`` stands for the value itself."""
    return [f"{'.'.join(map(str, fault['loc'])) or whole}: {fault['msg']}" for fault in error.errors()]
