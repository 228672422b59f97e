"""Files out: written beside their place and renamed into it when the run is over, the same bytes in every run."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Any, Self

from nqextract.types import NqextractError
from nqextract.write.flat import COLUMNS, Row, Table, Type
from nqextract.write.render import Preview, Rendered, article_data, json_line, render, render_failure

__all__ = [
    "FORMATS",
    "OutputError",
    "Preview",
    "Rendered",
    "Writer",
    "article_data",
    "json_line",
    "output_names",
    "render",
    "render_failure",
]

FORMATS = ("jsonl", "csv", "parquet")
_JSONL = ("articles.jsonl", "records.jsonl", "errors.jsonl")
_TOKENS = "tokens.jsonl"
_MANIFEST = "manifest.json"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROW_GROUP = 20_000


class OutputError(NqextractError):
    """OUT can't be written."""


def output_names() -> list[str]:
    """Every file name that a run may write in OUT."""
    tables = [f"{table}.{format}" for table in COLUMNS for format in ("csv", "parquet")]
    return [*_JSONL, _TOKENS, _MANIFEST, *tables]


class Writer:
    """The files of one run in the folder ``out``, made where it is missing.

    The JSON lines are always written, ``formats`` may add ``csv`` and ``parquet``.  Leaving the ``with`` block without
    :meth:`commit` leaves OUT as it was.  Every method raises :class:`OutputError` where the disk refuses.
    """

    def __init__(self, out: str, formats: Iterable[str] = ("jsonl",), tokens: bool = False) -> None:
        self._out = out
        self._files: dict[str, IO[bytes]] = {}
        self._tables: list[tuple[Table, _CsvTable | _ParquetTable]] = []
        wanted = set(formats)
        try:
            os.makedirs(out, exist_ok=True)
            for name in (*_JSONL, *([_TOKENS] if tokens else [])):
                self._open(name)
            for table in COLUMNS:
                if "csv" in wanted:
                    self._tables.append((table, _CsvTable(self._open(f"{table}.csv"), COLUMNS[table])))
                if "parquet" in wanted:
                    self._tables.append((table, _ParquetTable(self._open(f"{table}.parquet"), COLUMNS[table])))
        except OSError as error:
            self._discard()
            raise self._refused(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._discard()

    def add(self, article: Rendered) -> None:
        """Appends one article's part, in the order of the calls."""
        try:
            if article.failure is not None:
                self._files["errors.jsonl"].write(article.article)
                return
            self._files["articles.jsonl"].write(article.article)
            self._files["records.jsonl"].writelines(article.records)
            if _TOKENS in self._files:
                self._files[_TOKENS].write(article.tokens)
            for table, writer in self._tables:
                writer.add(article.rows.get(table, []))
        except OSError as error:
            raise self._refused(error) from None

    def commit(self, manifest: dict[str, Any]) -> list[str]:
        """Puts all files in their place, ``manifest.json`` last, and gives their names.

        Files that an earlier run listed in its manifest and this one does not write are removed, so that what lies in
        OUT is of one run.
        """
        names = [*self._files, _MANIFEST]
        try:
            data = json.dumps({**manifest, "files": names}, ensure_ascii=False, indent=2)
            self._open(_MANIFEST).write(data.encode("utf-8", "backslashreplace") + b"\n")
            for _, table in self._tables:
                table.close()
            for file in self._files.values():
                file.close()
            stale = set(self._earlier()) - set(names)
            for name in names:
                os.replace(self._partial(name), os.path.join(self._out, name))
            for name in stale:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(os.path.join(self._out, name))
        except OSError as error:
            raise self._refused(error) from None
        self._files.clear()
        return names

    def _open(self, name: str) -> IO[bytes]:
        file = open(self._partial(name), "wb")  # noqa: SIM115 - closed by commit or _discard
        self._files[name] = file
        return file

    def _partial(self, name: str) -> str:
        return os.path.join(self._out, f".{name}.partial")

    def _earlier(self) -> list[str]:
        try:
            with open(os.path.join(self._out, _MANIFEST), encoding="utf-8") as file:
                files = json.load(file)["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return [name for name in output_names() if name in files] if isinstance(files, list) else []

    def _discard(self) -> None:
        for _, table in self._tables:  # or they would be closed by the garbage collector, too late
            with contextlib.suppress(Exception):
                table.close()
        self._tables.clear()
        for name, file in self._files.items():
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                os.remove(self._partial(name))
        self._files.clear()

    def _refused(self, error: OSError) -> OutputError:
        return OutputError(f"can't write to {self._out}: {(error.strerror or str(error)).lower()}")


class _CsvTable:
    """UTF-8 with BOM and CRLF, as spreadsheets want it; no cell is a formula."""

    def __init__(self, file: IO[bytes], columns: dict[str, Type]) -> None:
        self._file = file
        self._write([list(columns)], "utf-8-sig")

    def add(self, rows: list[Row]) -> None:
        self._write([[_cell(value) for value in row] for row in rows], "utf-8")

    def close(self) -> None:
        pass

    def _write(self, rows: list[list[str]], encoding: str) -> None:
        if rows:
            buffer = io.StringIO(newline="")
            csv.writer(buffer).writerows(rows)
            self._file.write(buffer.getvalue().encode(encoding, "replace"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value  # a spreadsheet would run it
    return str(value)


class _ParquetTable:
    """Row groups of a fixed size, so that the bytes do not depend on how the articles came."""

    def __init__(self, file: IO[bytes], columns: dict[str, Type]) -> None:
        import pyarrow
        from pyarrow import parquet

        types: dict[Type, Any] = {
            "string": pyarrow.string(),
            "int": pyarrow.int64(),
            "bool": pyarrow.bool_(),
            "strings": pyarrow.list_(pyarrow.string()),
        }
        self._schema: Any = pyarrow.schema([(name, types[type]) for name, type in columns.items()])
        self._writer: Any = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Row] = []

    def add(self, rows: list[Row]) -> None:
        self._rows.extend(rows)
        while len(self._rows) >= _ROW_GROUP:
            self._flush(self._rows[:_ROW_GROUP])
            del self._rows[:_ROW_GROUP]

    def close(self) -> None:
        if self._writer.is_open:
            self._flush(self._rows)
            self._writer.close()

    def _flush(self, rows: list[Row]) -> None:
        import pyarrow

        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self._schema)
        arrays = [pyarrow.array(column, type=field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema), row_group_size=_ROW_GROUP)
