"""What one article adds to each output file, made where the article is processed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from nqextract.records import ArticleResult, Record, Table
from nqextract.types import Failure
from nqextract.write.flat import Row, document_label, flatten


@dataclass(frozen=True, slots=True)
class Preview:
    """One record in a few words, for the terminal."""

    record_id: str
    date: str
    organizers: str
    documents: str
    participants: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """One article's part of the output: lines of JSON with their line end, and rows of the flat tables."""

    id: str
    failure: Failure | None = None
    article: bytes = b""
    records: tuple[bytes, ...] = ()
    tokens: bytes = b""
    rows: Mapping[Table, list[Row]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    previews: tuple[Preview, ...] = ()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # as pydantic writes it


def json_line(value: Any) -> bytes:
    """One line of JSON in UTF-8, no ASCII escapes; half a surrogate pair, which UTF-8 has not, as ``\\udXXX``."""
    return _encode(value).encode("utf-8", "backslashreplace") + b"\n"


def _line(model: BaseModel, exclude: set[str] | None = None) -> bytes:
    try:
        return to_json(model, exclude=exclude) + b"\n"
    except PydanticSerializationError:  # half a surrogate pair
        return json_line(model.model_dump(exclude=exclude))


def _left_out(result: ArticleResult) -> set[str] | None:
    """Only an article whose text is not the file's own carries it."""
    return {"text"} if result.text is None else None


def article_data(result: ArticleResult) -> dict[str, Any]:
    """``result`` as plain data, as its line of ``articles.jsonl`` has it."""
    return result.model_dump(exclude=_left_out(result))


def render(result: ArticleResult, formats: Collection[str], tokens: Mapping[str, Any] | None = None) -> Rendered:
    """The lines and rows of ``result``; ``tokens`` is its line of ``tokens.jsonl``, where that is wanted."""
    counts = Counter(entity.label for entity in result.entities)
    return Rendered(
        id=result.id,
        article=_line(result, _left_out(result)),
        records=tuple(map(_line, result.records)),
        tokens=b"" if tokens is None else json_line(tokens),
        rows=flatten(result) if {"csv", "parquet"} & set(formats) else {},
        counts={
            "records": len(result.records),
            "people": len(result.people),
            "entities": len(result.entities),
            **{f"entities.{label}": number for label, number in counts.items()},
            **({f"encodings.{result.encoding.name}": 1} if result.encoding else {}),
        },
        previews=tuple(map(preview, result.records)),
    )


def render_failure(failure: Failure) -> Rendered:
    return Rendered(failure.id, failure, article=json_line(asdict(failure)))


_QUALIFIER = {"exact": "", "over": "> ", "under": "< ", "about": "~ "}


def preview(record: Record) -> Preview:
    """``record`` for one row of the summary."""
    participants = record.participants
    return Preview(
        record.record_id,
        record.date.edtf if record.date else "",
        "; ".join(organizer.name for organizer in record.organizers),
        ", ".join(dict.fromkeys(document_label(document).replace(":", " ") for document in record.documents)),
        f"{_QUALIFIER[participants.qualifier]}{participants.value:,}" if participants else "",
    )
