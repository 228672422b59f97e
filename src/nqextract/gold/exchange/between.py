"""What all formats have in common: what is known of an article besides its text, and what comes in for it.

Spans are code points over the article's raw text, ``end`` exclusive, as everywhere; a format whose tool counts
otherwise translates them itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nqextract.gold.errors import GoldError
from nqextract.gold.load import Pair, span_faults
from nqextract.gold.models import GoldArticle, GoldPerson, GoldRecord, Sha256, Text, faults_of
from nqextract.types import INVISIBLE, LABELS

VERSION = 1
"""Of what we write beside the spans.  To be raised where an older nqextract would misread it."""
KEY = "nqextract"
"""Under which name it lies in formats that have names."""

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that a compressed file may hold: a hundred thousand articles, and no bomb."""


class Header(BaseModel):
    """What is written beside the spans: which article this is about, and what the format has no place for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    version: int = Field(ge=1, le=VERSION)
    article: Text
    sha256: Sha256
    reviewed: bool
    people: list[GoldPerson] = []
    records: list[GoldRecord] = []


class Span(NamedTuple):
    """A span as a tool gives it.  ``where`` says in the tool's own words which; ``text`` what it says stands there."""

    label: str
    start: int
    end: int
    where: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One annotation of one article, as it comes in.

    ``where``: file, and task or line.  ``spans``: given the article's raw text, the spans over it; raises
    :class:`GoldError` where what came in is not about this text.
    """

    where: str
    header: Header
    spans: Callable[[str], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came in for one article and cannot be used."""

    where: str
    why: str

    def __str__(self) -> str:
        return "\n".join(f"{self.where}: {line}" for line in self.why.splitlines())


class Format(Protocol):
    """A format that gold can be written to and read from."""

    endings: tuple[str, ...]
    """Of the files that :meth:`read` takes; what else lies in a folder is passed over."""
    templates: tuple[str, ...]
    """Of what goes with the articles, as folder and name."""

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        """The files of ``pairs`` by their names, the same bytes for the same gold."""
        ...

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        """What the file ``path`` holds, in its order.

        Raises :class:`GoldError` where the file as a whole is of another format, ``OSError`` where it can't be read.
        """
        ...


def header_of(gold: GoldArticle, *, facts: bool = True) -> dict[str, Any]:
    """What :func:`parse_header` reads; ``facts``: with people and records."""
    header: dict[str, Any] = {
        "version": VERSION,
        "article": gold.article,
        "sha256": gold.sha256,
        "reviewed": gold.reviewed,
    }
    if facts:
        # As they were given, so that what comes back is written as it was.
        header.update(gold.model_dump(mode="json", exclude_unset=True, include={"people", "records"}))
    return header


def parse_header(content: str | bytes | dict[str, Any] | None) -> Header:
    """The header in ``content``, JSON or an object of it.  Raises :class:`GoldError` that says what is wrong."""
    if content is None:
        raise GoldError(f"nothing here says which article this is: {KEY!r} is missing, which gold export writes")
    try:
        value = json.loads(content) if isinstance(content, str | bytes) else content
    except (ValueError, RecursionError) as error:
        raise GoldError(f"{KEY}: {error}") from error
    version = value.get("version") if isinstance(value, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise GoldError(f"written by a later nqextract (version {version} of the exchange; this one reads {VERSION})")
    try:
        return Header.model_validate(value)
    except ValidationError as error:
        raise GoldError("\n".join(f"{KEY}: {fault}" for fault in faults_of(error, "header"))) from error


def parse_facts(people: str, records: str) -> dict[str, Any]:
    """People and records from the JSON that a person may have edited.  Raises :class:`GoldError` naming each fault."""
    found: dict[str, Any] = {}
    for name, content in (("people", people), ("records", records)):
        try:
            found[name] = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise GoldError(f"{name}: this is no JSON: {error}") from error
    return found


def accept(incoming: Incoming, text: str) -> GoldArticle:
    """The gold that ``incoming`` makes over the article's raw ``text``.

    White space at the ends of a span is cut off.  Raises :class:`GoldError` with a line for each span that cannot be:
    with a label that we do not have, outside the text, empty, of another text, overlapping.
    """
    faults: list[str] = []
    spans: list[tuple[int, int, str]] = []
    for label, start, end, where, quoted in incoming.spans(text):
        if label not in LABELS:
            faults.append(f"{where}: the label {label!r} is none of {', '.join(LABELS)}")
        elif not 0 <= start < end:
            faults.append(f"{where}: {start}-{end} is no span")
        elif end > len(text):
            faults.append(f"{where}: {start}-{end} is past the end of the text ({len(text)} characters)")
        elif not (written := text[start:end]).strip():
            faults.append(f"{where}: {start}-{end} holds white space only")
        elif quoted is not None and _gist(quoted) != _gist(written):
            faults.append(f"{where}: {start}-{end} is {written!r} here and {quoted!r} there: counted otherwise?")
        else:
            start += len(written) - len(written.lstrip())
            spans.append((start, start + len(written.strip()), label))
    spans.sort()
    value = incoming.header.model_dump(exclude_unset=True, exclude={"version", "reviewed"})
    value["entities"] = [
        {"label": label, "start": start, "end": end, "text": text[start:end]} for start, end, label in spans
    ]
    if not incoming.header.reviewed:
        value["reviewed"] = False
    gold = GoldArticle.model_validate({"people": [], "records": [], **value})
    faults += span_faults(gold, text)
    if faults:
        raise GoldError("\n".join(faults))
    return gold


_unseen = dict.fromkeys(map(ord, INVISIBLE))


def _gist(text: str) -> str:
    """What a browser can't change of ``text``: it collapses white space, and Label Studio writes a line end as \\n."""
    return "".join(text.replace("\\n", "").translate(_unseen).split())
