"""Tables of articles: JSON lines, CSV and Parquet, a row at a time."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any, NamedTuple, cast

from nqextract.read.decode import meant, printable, read_error
from nqextract.read.encodings import LETTER_CODES, UTF_8, UndecodableError, decode_as, detect, unmarked
from nqextract.read.published import parse_published
from nqextract.read.sources import InputError, Meter, Source, failure, opened
from nqextract.types import Article, Encoding, Failure, StageError

FIELDS = ("text", "id", "title", "published", "url", "outlet")
HEAD = io.DEFAULT_BUFFER_SIZE
"""Bytes by which a table's encoding is told: what is read at once, so that no rows before a damage are lost."""
_DELIMITERS = ",;\t"
_CSV_FIELD = 64 * 1024 * 1024  # characters: a quote that is not closed must not swallow the rest of the file
_PARQUET_ROWS = 128
_PARQUET_BUFFER = 1024 * 1024


class Row(NamedTuple):
    id: str  # where the row has none of its own
    values: Mapping[str, Any]  # by column
    encoding: Encoding


def parse_columns(pairs: Iterable[str]) -> dict[str, str]:
    """``["text=summary"]`` as ``{"text": "summary"}``; raises :class:`InputError` for anything else."""
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column or name not in FIELDS:
            raise InputError(f"--column {pair}: give NAME=COLUMN with NAME one of {', '.join(FIELDS)}")
        columns[name] = column
    return columns


def read_table(
    source: Source, columns: Mapping[str, str], meter: Meter | None = None, encoding: str | None = None
) -> Iterator[Article | Failure]:
    """The articles of a table, each row that is none as a :class:`Failure`.  Only some rows are in memory at a time."""
    names = _names(columns)
    empty = True
    try:
        with opened(source, meter) as file:
            if source.kind == "parquet":
                rows = _parquet(source, file, names, encoding)
            else:
                buffered = io.BufferedReader(cast(io.RawIOBase, file), HEAD)
                rows = (json_rows if source.kind == "jsonl" else partial(_csv, names=names))(source, buffered, encoding)
            for article in articles_of(source, rows, columns):
                empty = False
                yield article
        if empty:
            raise read_error("empty", "the table has no rows")
    except StageError as error:
        yield failure(source, error)


def articles_of(
    source: Source, rows: Iterable[Row | Failure], columns: Mapping[str, str]
) -> Iterator[Article | Failure]:
    """The article of each row."""
    names = _names(columns)
    return (row if isinstance(row, Failure) else _article(source, row, names) for row in rows)


def _names(columns: Mapping[str, str]) -> dict[str, str]:
    return {field: columns.get(field, field) for field in FIELDS}


def _article(source: Source, row: Row, names: Mapping[str, str]) -> Article | Failure:
    id = row.id

    def optional(field: str) -> str | None:
        value = row.values.get(names[field])
        return printable(value) if isinstance(value, str) and value.strip() else None

    try:
        own = row.values.get(names["id"])
        if isinstance(own, bool) or not isinstance(own, str | int | float | None):
            raise read_error("bad_id", f'the "{names["id"]}" is neither a string nor a number')
        if own is not None and str(own).strip():
            id = printable(str(own))
        text = row.values.get(names["text"])
        if text is None:
            raise read_error("no_text", f'there is no "{names["text"]}"')
        if not isinstance(text, str):
            raise read_error("bad_text", f'the "{names["text"]}" is not a string')
        article = meant(text, row.encoding)
        return Article(
            id=id,
            text=article.text,
            path=source.shown,
            title=article.also(optional("title")),
            published=parse_published(row.values.get(names["published"])),
            url=optional("url"),
            outlet=article.also(optional("outlet")),
            encoding=article.encoding,
            derived=article.encoding.name != UTF_8,
        )
    except StageError as error:
        return failure(source, error, id)


def json_rows(source: Source, file: io.BufferedReader[Any], given: str | None = None) -> Iterator[Row | Failure]:
    """One JSON object a line; rows are counted as lines are, blank ones too."""
    encoding = _encoding(file, given)
    for number, line in enumerate(_lines(file, encoding, "\n"), 1):
        id = f"{source.id}#{number}"
        if not line.strip():
            continue
        try:
            line.encode()
            value = json.loads(line)
            if not isinstance(value, dict):
                raise read_error("not_an_object", f"line {number} is not a JSON object")
        except StageError as error:
            yield failure(source, error, id)
        except UnicodeEncodeError as error:
            byte = ord(line[error.start]) - 0xDC00
            cause = f"line {number} is not {encoding.name}: byte 0x{byte:02x} at character {error.start}"
            yield failure(source, read_error("encoding", cause), id)
        except (ValueError, RecursionError) as error:
            yield failure(source, read_error("bad_json", f"line {number} is not JSON: {error}"), id)
        else:
            yield Row(id, value, encoding)


def _encoding(file: io.BufferedReader[Any], given: str | None) -> Encoding:
    """That of a table, told by its first bytes where it is not given."""
    if given is not None:
        return Encoding(given, None)
    head = file.peek(HEAD)
    try:
        return Encoding(*detect(head, cut=True))
    except UndecodableError as error:
        if error.binary:
            raise read_error("binary", str(error)) from None
        return Encoding(UTF_8, 1.0)  # that some rows are not is told of these


def _lines(file: io.BufferedReader[Any], encoding: Encoding, newline: str) -> Iterator[str]:
    """The lines of a table.  A byte that its encoding has not must fail its own row only: it comes as a surrogate."""
    name = encoding.name.partition("/")[0]
    head = file.peek(HEAD)
    if name.startswith("utf-"):
        file.read(len(head) - len(unmarked(head)))
    lines = io.TextIOWrapper(
        file, "latin-1" if name in LETTER_CODES else name, errors="surrogateescape", newline=newline
    )
    try:
        yield from (_from_letters(line, name) for line in lines) if name in LETTER_CODES else lines
    except UnicodeError as error:  # UTF-16, whose bytes come in pairs
        raise read_error("encoding", f"not {name}: {error}") from None
    finally:
        with suppress(ValueError):  # the file is closed
            lines.detach()


def _from_letters(line: str, name: str) -> str:
    data = line.encode("latin-1")
    try:
        return decode_as(data, name)
    except UndecodableError:
        return data.decode("ascii", "surrogateescape")


def _csv(
    source: Source, file: io.BufferedReader[Any], given: str | None, names: Mapping[str, str]
) -> Iterator[Row | Failure]:
    csv.field_size_limit(_CSV_FIELD)
    encoding = _encoding(file, given)
    lines = _lines(file, encoding, "")
    first = next(lines, "")
    if not first.strip():
        raise read_error("empty", "the table has no header")
    delimiter = _delimiter(first, names["text"])
    rows = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows)]
    except csv.Error as error:
        raise read_error("bad_csv", f"the header can't be read: {error}") from None
    _require(names["text"], header)
    for number in itertools.count(1):
        id = f"{source.id}#{number}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield failure(source, read_error("bad_csv", f"row {number}: {error} (a quote that is not closed?)"), id)
            continue
        if any(cell.strip() for cell in row[len(header) :]):
            cause = f"row {number} has {len(row)} fields, the header {len(header)}"
            yield failure(source, read_error("bad_csv", cause), id)
        elif row:
            # An empty cell is no value; of two columns of one name the first counts.
            cells = zip(reversed(header), _padded(row, len(header)), strict=True)
            yield Row(id, {name: cell or None for name, cell in cells}, encoding)


def _padded(row: list[str], width: int) -> list[str]:
    return (row[:width] + [""] * (width - len(row)))[::-1]


def _delimiter(header: str, wanted: str) -> str:
    """The delimiter under which the header has the wanted column: spreadsheets also save with ``;`` and tabs."""
    for delimiter in _DELIMITERS:
        if wanted in (name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    return ","


def _require(wanted: str, header: list[str]) -> None:
    if wanted not in header:
        shown = printable(", ".join(header))[:200]
        raise read_error("no_text", f'there is no column "{wanted}" (the columns: {shown}); see --column')


def _parquet(source: Source, file: IO[bytes], names: Mapping[str, str], given: str | None) -> Iterator[Row | Failure]:
    import shutil
    import tempfile

    import pyarrow
    from pyarrow import parquet

    encoding = Encoding(given or UTF_8, None if given else 1.0)
    with tempfile.TemporaryFile() as unpacked:
        if source.gz:  # Parquet is read from its end
            shutil.copyfileobj(file, unpacked)
            unpacked.seek(0)
            file = unpacked
        try:
            # Pages of a row group as they are needed: a file may be one row group larger than memory.
            table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_PARQUET_BUFFER)
            _require(names["text"], table.schema_arrow.names)
            wanted = [name for name in names.values() if name in table.schema_arrow.names]
            number = 0
            for batch in table.iter_batches(batch_size=_PARQUET_ROWS, columns=wanted):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(f"{source.id}#{number}", values, encoding)
        except (pyarrow.ArrowException, OSError) as error:
            cause = str(error).partition("\n")[0]
            raise read_error("unreadable", f"not a Parquet file, or a damaged one: {cause}") from None
