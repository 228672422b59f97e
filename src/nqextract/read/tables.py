"""Tables of articles: JSON lines, CSV and Parquet, a row at a time."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, Any, NamedTuple, cast

from nqextract.read import sources
from nqextract.read.decode import meant, printable, read_error
from nqextract.read.encodings import LETTER_CODES, UTF_8, UndecodableError, decode_as, detect, mark_length
from nqextract.read.published import parse_published
from nqextract.read.sources import InputError, Meter, Source, failure, opened, read_lines, refuse_larger, skip_line
from nqextract.text import half_surrogate
from nqextract.types import Article, Encoding, Failure, StageError

FIELDS = ("text", "id", "title", "published", "url", "outlet")
HEAD = io.DEFAULT_BUFFER_SIZE
"""Bytes by which a table's encoding is told: what is read at once, so that no rows before a damage are lost."""
_DELIMITERS = ",;\t"
_PARQUET_MAGIC = b"PAR1"
_PARQUET_ROWS = 128
_PARQUET_BUFFER = 1024 * 1024
_PARQUET_MEMORY = 1024 * 1024 * 1024  # bytes that some rows of Parquet may come to, whatever they hold
_PARQUET_UNPACKED = 4 * 1024 * 1024 * 1024
"""Bytes of a ``.parquet.gz``, unpacked: it is read from its end, and so goes to the disk as a whole."""


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
        refuse_larger(len(text), "the article")
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
    with _decoded(file, encoding, "\n") as lines:
        for number, line in enumerate(read_lines(lines), 1):
            if line.isspace():
                continue
            id = f"{source.id}#{number}"
            try:
                refuse_larger(len(line), f"line {number}")
                line = _lettered(line, encoding)
                if (at := half_surrogate(line)) is not None:
                    byte = ord(line[at]) - 0xDC00
                    cause = f"line {number} is not {encoding.name}: byte 0x{byte:02x} at character {at}"
                    raise read_error("encoding", cause)
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise read_error("not_an_object", f"line {number} is not a JSON object")
            except StageError as error:
                yield failure(source, error, id)
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


@contextmanager
def _decoded(file: io.BufferedReader[Any], encoding: Encoding, newline: str) -> Iterator[IO[str]]:
    """The text of a table, but for what :func:`_lettered` does.

    A byte that its encoding has not must fail its own row only: it comes as a surrogate, which no article may have.
    """
    name = encoding.name.partition("/")[0]
    file.read(mark_length(file.peek(HEAD), name))
    text = io.TextIOWrapper(file, "latin-1" if name in LETTER_CODES else name, "surrogateescape", newline)
    try:
        yield text
    except UnicodeDecodeError as error:  # UTF-16, whose bytes come in pairs
        raise read_error("encoding", f"not {name}: {error}") from None
    finally:
        with suppress(ValueError):  # the file is closed
            text.detach()


def _lettered(line: str, encoding: Encoding) -> str:
    """``line`` of :func:`_decoded` in the letters of an encoding that Python has not."""
    name = encoding.name.partition("/")[0]
    if name not in LETTER_CODES:
        return line
    data = line.encode("latin-1")
    try:
        return decode_as(data, name)
    except UndecodableError:
        return data.decode("ascii", "surrogateescape")


def _csv(
    source: Source, file: io.BufferedReader[Any], given: str | None, names: Mapping[str, str]
) -> Iterator[Row | Failure]:
    encoding = _encoding(file, given)
    with _decoded(file, encoding, "") as text:
        yield from _csv_rows(source, _RowLines(text, encoding), encoding, names)


def _csv_rows(
    source: Source, lines: _RowLines, encoding: Encoding, names: Mapping[str, str]
) -> Iterator[Row | Failure]:
    csv.field_size_limit(sources.LARGEST)
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
        lines.begin()
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
            cells = zip(reversed(header), _padded(row, len(header)), strict=True)
            yield Row(id, {name: cell or None for name, cell in cells}, encoding)


class _RowLines:
    """Lines for ``csv.reader``, of one row no more than an article may have.

    So a quote that is not closed does not swallow the rest of a large file, nor its row fill the memory.
    """

    def __init__(self, text: IO[str], encoding: Encoding) -> None:
        self._text, self._encoding, self._taken = text, encoding, 0

    def begin(self) -> None:
        """Before each row."""
        self._taken = 0

    def __iter__(self) -> _RowLines:
        return self

    def __next__(self) -> str:
        begun = self._taken > 0
        line = self._text.readline(sources.LARGEST + 1)
        if not line:
            raise StopIteration
        self._taken += len(line)
        try:
            refuse_larger(self._taken, "the row")
        except StageError as error:
            skip_line(self._text, line)
            if begun:
                raise csv.Error(str(error)) from None
            raise
        return _lettered(line, self._encoding)


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
    import tempfile

    import pyarrow
    from pyarrow import parquet

    encoding = Encoding(given or UTF_8, None if given else 1.0)
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
                        if isinstance(values, StageError):
                            yield failure(source, values, id)
                        else:
                            yield Row(id, values, encoding)
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
