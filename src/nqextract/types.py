"""The types that pass between stages.  Imports nothing of the package.

Offsets are code points, ``end`` exclusive, over :attr:`CleanArticle.text` (the article as plain text); only
:mod:`nqextract.records` speaks raw offsets, translated by :meth:`CleanArticle.raw_span`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from nqextract.records import Record
    from nqextract.tag.meetings import Meeting

Label = Literal["PERSON", "TITLE", "ORG", "DOC", "DATE"]
"""What an entity is: a person, a position, an organisation, a document, a date."""
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing."""
INVISIBLE = DIRECTION_MARKS.union(
    "\u00ad\u034f\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u180b\u180c\u180d\u180e\u180f",
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0))),
)
"""Characters without text: soft hyphen, zero-width ones, BOM, direction marks, variation selectors, tags."""
LABELS: tuple[Label, ...] = ("PERSON", "TITLE", "ORG", "DOC", "DATE")
Qualifier = Literal["exact", "over", "under", "about"]
"""How a number is given: as it is, as "hơn", "trên" (over), as "gần", "dưới" (under), as "khoảng" (about)."""
TaggerName = Literal["rules", "model", "both"]
TAGGERS: tuple[TaggerName, ...] = ("rules", "model", "both")
"""Who names persons, positions and organisations."""


class ExchangeFormat(StrEnum):
    """What gold can be exported to and imported from."""

    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    BRAT = "brat"
    CONLL = "conll"
    DOCBIN = "docbin"


class NqextractError(Exception):
    """Base of every error that the package raises on purpose; ``str(error)`` is fit for a user."""


def tagger_name(name: str) -> TaggerName:
    """``name``, if a tagger is called so.  Raises :class:`NqextractError`."""
    for known in TAGGERS:
        if known == name:
            return known
    raise NqextractError(f"no tagger is called {name!r}: choose one of {', '.join(TAGGERS)}")


class BrokenOffError(NqextractError):
    """A run cannot go on now, and can later."""


class StageError(NqextractError):
    """One article cannot go on; ``stage`` and ``kind`` (a short name) are what ``errors.jsonl`` says of it.

    Args:
        stage: where it failed, as ``clean``.
        kind: a short name of the reason, as ``empty``.
        message: a sentence for people.
    """

    def __init__(self, stage: str, kind: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.kind = kind


class Encoding(NamedTuple):
    """How the bytes of a text were read."""

    name: str
    """As Python's codecs call it, or ``tcvn3``, ``viscii``, ``vni``; behind ``/`` what its letters were saved as."""
    confidence: float | None
    """How sure that is, up to 1; None where somebody said so."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read.  ``text`` is raw: output offsets refer to it."""

    id: str
    """Unique among the articles that are done together; records are named after it."""
    text: str
    """The article, decoded and otherwise as it is."""
    path: str = ""
    """Where it was read."""
    title: str | None = None
    """Given beside the text (a table's column, a page's metadata): context, neither searched nor annotated."""
    published: str | None = None
    """ISO 8601 date or datetime, from metadata: tells the year of dates without one."""
    url: str | None = None
    """Where it was published."""
    outlet: str | None = None
    """Who published it: may tell the province."""
    derived: bool = False
    """The text is not the file's own UTF-8 (it was extracted from a page, or decoded): the output carries it."""
    encoding: Encoding | None = None
    """That of the file, where there is one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be done: one line of ``errors.jsonl``."""

    id: str
    """The article's id, or the file's where it could not be read."""
    path: str
    """Where it lies."""
    stage: str
    """Where it failed: ``read``, ``clean``, …"""
    error: str
    """A short name of the reason."""
    message: str
    """A sentence for people."""


class BlockKind(StrEnum):
    """What a line (or a part of one) of an article is."""

    TITLE = "title"
    DATELINE = "dateline"
    LEAD = "lead"
    SUBHEAD = "subhead"
    CAPTION = "caption"
    PARAGRAPH = "paragraph"
    BYLINE = "byline"  # "Tin, ảnh: …", a name alone on the last line
    CREDIT = "credit"  # "(Ảnh: …)", inside or after a caption
    SOURCE = "source"  # "Theo …gov.vn"
    FURNITURE = "furniture"  # menus, comment boxes, related links, stray punctuation


ANNOTATED_KINDS = frozenset(
    {
        BlockKind.TITLE,
        BlockKind.DATELINE,
        BlockKind.LEAD,
        BlockKind.SUBHEAD,
        BlockKind.CAPTION,
        BlockKind.PARAGRAPH,
    }
)
"""The kinds whose mentions count; the guideline leaves the others out."""


class Block(NamedTuple):
    """A piece of the article of one kind; blocks are in order and do not overlap."""

    kind: BlockKind
    start: int
    end: int
    repeats: int | None = None  # index of the earlier block with the same text (a repeated caption)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The date of publication that the article itself carries."""

    date: str  # ISO 8601 calendar date
    start: int  # span of the date with its weekday, as the guideline wants it annotated
    end: int
    weekday: str | None = None
    time: str | None = None  # "07:48"


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """The article's text made fit for matching.

    ``text`` is NFC without zero-width characters.  ``fold`` has the same length and the same offsets: lower case, one
    tone-mark placement (``uỷ`` as ``ủy``, ``hoà`` as ``hòa``), every horizontal white space a plain space, every
    line separator ``\\n``, every dash ``-``, curly quotes straight (``"`` and ``'``).
    """

    article: Article
    text: str
    fold: str
    blocks: tuple[Block, ...]
    dateline: Dateline | None = None
    raw_starts: Sequence[int] | None = None  # raw offset of each character, len(text) + 1 of them; None: the same

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw offsets of ``text[start:end]``."""
        if self.raw_starts is None:
            return start, end
        if end <= start:
            return self.raw_starts[start], self.raw_starts[start]
        raw_start = self.raw_starts[start]
        while self.raw_starts[end] <= self.raw_starts[end - 1]:  # one raw character may be several in NFC: whole ones
            end += 1
        raw_end = self.raw_starts[end]
        raw, spaced = self.article.text, self.text[end - 1].isspace()
        while raw_end > raw_start + 1 and (
            raw[raw_end - 1] in INVISIBLE or (raw[raw_end - 1].isspace() and not spaced)  # behind a soft hyphen
        ):
            raw_end -= 1
        return raw_start, raw_end


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    block: int  # index into CleanArticle.blocks


@dataclass(frozen=True, slots=True)
class DateValue:
    """``edtf`` is EDTF (ISO 8601-2): a day, a month, a range ``a/b``; ``XXXX`` stands for a year not known."""

    edtf: str
    part_of_day: str | None = None  # "morning" | "afternoon" | "evening"
    year_inferred: bool = False


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A document: ``type`` as in the guideline ("resolution"), and ``number`` or ``meeting`` or both."""

    type: str
    number: str | None = None
    meeting: str | None = None
    issuer: tuple[int, int] | None = None  # span of "Ban Thường vụ Tỉnh ủy" in "… của Ban Thường vụ Tỉnh ủy"
    issued: str | None = None  # EDTF, from "ngày 3-11-2023" directly behind the document
    subject: tuple[int, int] | None = None  # span of the quoted (or "về …") subject, without quotes
    full_number: str | None = None  # "57-NQ/TW" where this mention says "57" and the article only that one in full


@dataclass(frozen=True, slots=True)
class NameValue:
    """ORG and TITLE: the expanded name.  PERSON: the person's fullest name in the article."""

    name: str
    organisation: tuple[int, int] | None = None  # span of the organisation inside a TITLE, of the parent inside an ORG
    place: tuple[int, int] | None = None  # span of the place that the name itself gives ("tỉnh Bắc Ninh", "tỉnh")
    province: str | None = None  # ORG: the province it belongs to, where the article makes it known
    province_at: tuple[int, int] | None = None  # span of the province where it is written right behind the name


MentionValue = DateValue | DocumentValue | NameValue


@dataclass(frozen=True, slots=True)
class Mention:
    """One entity span.  Taggers propose mentions, the arbiter picks, the linkers set ``value``."""

    label: Label
    start: int
    end: int
    value: MentionValue | None = None
    score: float = 1.0
    source: str = "rules"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or venues, with its qualifier and unit; the span covers qualifier, number and unit."""

    kind: Literal["participants", "venues"]
    start: int
    end: int
    value: int
    qualifier: Qualifier
    unit: str
    invited: int | None = None  # 2870 in "2.838/2.870 cán bộ"


@dataclass(frozen=True, slots=True)
class PersonTitle:
    text: str  # as written
    start: int
    end: int
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    titles: tuple[PersonTitle, ...]
    mentions: tuple[tuple[int, int], ...]  # spans of this person's names, in order


@dataclass(slots=True)
class Analysis:
    """What is known of one article so far: each stage fills its own fields and reads those before it."""

    clean: CleanArticle
    sentences: tuple[Sentence, ...] = ()
    candidates: list[Mention] = field(default_factory=list)
    counts: tuple[Count, ...] = ()
    mentions: tuple[Mention, ...] = ()  # in order, not overlapping
    people: tuple[Person, ...] = ()
    person_of: dict[int, int] = field(default_factory=dict)  # mention index (PERSON, or TITLE that refers) -> person
    meetings: list[Meeting] | None = None  # found when they are first asked for, for linkers and events
    records: tuple[Record, ...] = ()


class Clock:
    """Where the time goes: ``seconds`` by stage, and the ``stage`` that runs now."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.stage = ""
        self._since = 0.0

    def enter(self, stage: str) -> None:
        """``stage`` begins, the one before it is over; "": nothing begins."""
        now = time.perf_counter()
        if self.stage:
            self.seconds[self.stage] += now - self._since
        self.stage, self._since = stage, now
