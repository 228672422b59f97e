"""Tables of articles: JSON lines, CSV and Parquet, a row at a time."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, cast

from nqextract.read import sources
from nqextract.read.decode import checked, printable, read_error, refuse_other_encoding, strip_mark
from nqextract.read.published import parse_published
from nqextract.read.sources import InputError, Meter, Source, failure, opened, read_lines, refuse_larger, skip_line
from nqextract.types import Article, Failure, StageError

FIELDS = ("text", "id", "title", "published", "url", "outlet")
_HEAD = 4096
_DELIMITERS = ",;\t"
_PARQUET_MAGIC = b"PAR1"
_PARQUET_ROWS = 128
_PARQUET_BUFFER = 1024 * 1024
_PARQUET_MEMORY = 1024 * 1024 * 1024  # bytes that some rows of Parquet may come to, whatever they hold
_PARQUET_UNPACKED = 4 * 1024 * 1024 * 1024
"""Bytes of a ``.parquet.gz``, unpacked: it is read from its end, and so goes to the disk as a whole."""

Row = tuple[str, Mapping[str, Any]]  # the id of a row that has none of its own, and its values by column


def parse_columns(pairs: Iterable[str]) -> dict[str, str]:
    """``["text=summary"]`` as ``{"text": "summary"}``; raises :class:`InputError` for anything else."""
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column or name not in FIELDS:
            raise InputError(f"--column {pair}: give NAME=COLUMN with NAME one of {', '.join(FIELDS)}")
        columns[name] = column
    return columns


def read_table(source: Source, columns: Mapping[str, str], meter: Meter | None = None) -> Iterator[Article | Failure]:
    """The articles of a table, each row that is none as a :class:`Failure`.  Only some rows are in memory at a time."""
    names = {field: columns.get(field, field) for field in FIELDS}
    readers = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
    empty = True
    try:
        with opened(source, meter) as file:
            for row in readers[source.kind](source, file, names):
                empty = False
                yield row if isinstance(row, Failure) else article_of(source, row[0], row[1], names)
        if empty:
            raise read_error("empty", "the table has no rows")
    except StageError as error:
        yield failure(source, error)


def article_of(source: Source, id: str, values: Mapping[str, Any], names: Mapping[str, str]) -> Article | Failure:
    """The article of one row; ``id`` is used where the row has no id of its own."""

    def optional(field: str) -> str | None:
        value = values.get(names[field])
        return printable(value) if isinstance(value, str) and value.strip() else None

    try:
        own = values.get(names["id"])
        if isinstance(own, bool) or not isinstance(own, str | int | float | None):
            raise read_error("bad_id", f'the "{names["id"]}" is neither a string nor a number')
        if own is not None and str(own).strip():
            id = printable(str(own))
        text = values.get(names["text"])
        if text is None:
            raise read_error("no_text", f'there is no "{names["text"]}"')
        if not isinstance(text, str):
            raise read_error("bad_text", f'the "{names["text"]}" is not a string')
        refuse_larger(len(text), "the article")
        return Article(
            id=id,
            text=checked(text),
            path=source.shown,
            title=optional("title"),
            published=parse_published(values.get(names["published"])),
            url=optional("url"),
            outlet=optional("outlet"),
        )
    except StageError as error:
        return failure(source, error, id)


def json_rows(source: Source, lines: Iterable[bytes]) -> Iterator[Row | Failure]:
    """One JSON object a line; rows are counted as lines are, blank ones too."""
    for number, line in enumerate(lines, 1):
        id = f"{source.id}#{number}"
        if number == 1:
            line = strip_mark(line)
        try:
            refuse_larger(len(line), f"line {number}")
            if not line.strip():
                continue
            value = json.loads(line.decode("utf-8"))
            if not isinstance(value, dict):
                raise read_error("not_an_object", f"line {number} is not a JSON object")
        except StageError as error:
            yield failure(source, error, id)
        except UnicodeDecodeError as error:
            cause = f"line {number} is not UTF-8: byte 0x{line[error.start]:02x} at byte {error.start}"
            yield failure(source, read_error("encoding", cause), id)
        except (ValueError, RecursionError) as error:
            yield failure(source, read_error("bad_json", f"line {number} is not JSON: {error}"), id)
        else:
            yield id, value


def _jsonl(source: Source, file: IO[bytes], names: Mapping[str, str]) -> Iterator[Row | Failure]:
    lines = read_lines(file)
    first = next(lines, b"")
    refuse_other_encoding(first[:_HEAD])
    yield from json_rows(source, itertools.chain([first] if first else [], lines))


def _csv(source: Source, file: IO[bytes], names: Mapping[str, str]) -> Iterator[Row | Failure]:
    csv.field_size_limit(sources.LARGEST)
    head = io.BufferedReader(cast(io.RawIOBase, file))
    refuse_other_encoding(head.peek(_HEAD)[:_HEAD])
    # A byte that is not UTF-8 must fail its own row only: it comes through as a surrogate, which article_of refuses.
    lines = io.TextIOWrapper(head, encoding="utf-8-sig", errors="surrogateescape", newline="")
    first = lines.readline(sources.LARGEST + 1)
    refuse_larger(len(first), "the header")
    if not first.strip():
        raise read_error("empty", "the table has no header")
    delimiter = _delimiter(first, names["text"])
    bounded = _RowLines(lines)
    rows = csv.reader(itertools.chain([first], bounded), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows)]
    except csv.Error as error:
        raise read_error("bad_csv", f"the header can't be read: {error}") from None
    _require(names["text"], header)
    for number in itertools.count(1):
        id = f"{source.id}#{number}"
        bounded.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except StageError as error:
            yield failure(source, error, id)
            continue
        except csv.Error as error:
            yield failure(source, read_error("bad_csv", f"row {number}: {error} (a quote that is not closed?)"), id)
            continue
        if any(cell.strip() for cell in row[len(header) :]):
            cause = f"row {number} has {len(row)} fields, the header {len(header)}"
            yield failure(source, read_error("bad_csv", cause), id)
        elif row:
            # An empty cell is no value; of two columns of one name the first counts.
            yield (
                id,
                {name: cell or None for name, cell in zip(reversed(header), _padded(row, len(header)), strict=True)},
            )


class _RowLines:
    """Lines for ``csv.reader``, of one row no more than an article may have.

    So a quote that is not closed does not swallow the rest of a large file, nor its row fill the memory.
    """

    def __init__(self, lines: IO[str]) -> None:
        self._lines, self._taken = lines, 0

    def begin(self) -> None:
        """Before each row."""
        self._taken = 0

    def __iter__(self) -> _RowLines:
        return self

    def __next__(self) -> str:
        begun = self._taken > 0
        line = self._lines.readline(sources.LARGEST + 1)
        if not line:
            raise StopIteration
        self._taken += len(line)
        try:
            refuse_larger(self._taken, "the row")
        except StageError as error:
            skip_line(self._lines, line)
            if begun:
                raise csv.Error(str(error)) from None
            raise
        return line


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


def _parquet(source: Source, file: IO[bytes], names: Mapping[str, str]) -> Iterator[Row | Failure]:
    import tempfile

    import pyarrow
    from pyarrow import parquet

    with tempfile.TemporaryFile() as unpacked:
        if source.gz:  # Parquet is read from its end
            _unpack(file, unpacked)
            file = unpacked
        try:
            # Pages of a row group as they are needed: a file may be one row group larger than memory.
            table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_PARQUET_BUFFER)
            _require(names["text"], table.schema_arrow.names)
            wanted = [name for name in names.values() if name in table.schema_arrow.names]
            number = 0
            for group in range(table.num_row_groups):
                rows = _rows_at_a_time(table.metadata.row_group(group))
                for batch in table.iter_batches(batch_size=rows, row_groups=[group], columns=wanted):
                    for values in _batch_rows(batch):
                        number += 1
                        id = f"{source.id}#{number}"
                        yield failure(source, values, id) if isinstance(values, StageError) else (id, values)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            cause = str(error).partition("\n")[0]
            raise read_error("unreadable", f"not a Parquet file, or a damaged one: {cause}") from None


def _unpack(file: IO[bytes], unpacked: IO[bytes]) -> None:
    size = 0
    while piece := file.read(_PARQUET_BUFFER):
        if size == 0 and not piece.startswith(_PARQUET_MAGIC):
            raise read_error("unreadable", "not a Parquet file")
        size += len(piece)
        if size > _PARQUET_UNPACKED:
            raise read_error(
                "too_large", f"the table is larger than {_PARQUET_UNPACKED / 2**30:g} GiB: unpack it first"
            )
        unpacked.write(piece)
    unpacked.seek(0)


def _rows_at_a_time(group: Any) -> int:
    """As many rows of a row group as fit into the memory were each of its values as large as the group.

    They may be: a value that is there once, in a dictionary, can stand in every row, and packed it is next to nothing.
    """
    size: int = group.total_byte_size
    return max(1, min(_PARQUET_ROWS, _PARQUET_MEMORY // max(1, size)))


def _batch_rows(batch: Any) -> Iterator[Mapping[str, Any] | StageError]:
    """The rows of a batch; one that has a value which Python can't hold does not harm the others."""
    if batch.nbytes <= sources.LARGEST:
        try:
            yield from batch.to_pylist()
            return
        except (ValueError, OverflowError):  # text that is not UTF-8, a time beyond the year 9999
            pass
    for index in range(batch.num_rows):
        try:
            yield {name: _value(column[index]) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
        except StageError as error:
            yield error


def _value(scalar: Any) -> Any:
    import pyarrow

    if isinstance(scalar, pyarrow.DictionaryScalar):
        scalar = scalar.value
    try:
        if isinstance(scalar, pyarrow.StringScalar | pyarrow.LargeStringScalar) and scalar.is_valid:
            data = scalar.as_buffer()
            refuse_larger(data.size, "a value")
            return data.to_pybytes().decode("utf-8", "surrogateescape")  # as in a CSV file: refused as text
        return scalar.as_py()
    except (ValueError, OverflowError):
        return None
