"""Files out: written beside their place and renamed into it when the run is over, the same bytes in every run."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Any, Self

from nqextract.records import LINES, MANIFEST, OUTPUT_NAMES, TOKENS, Table
from nqextract.storage import Folder, NewFile
from nqextract.types import BrokenOffError, NqextractError
from nqextract.write.flat import COLUMNS, Row, Type
from nqextract.write.part import Part, unpack, unpack_report
from nqextract.write.render import Preview, Rendered, article_data, json_line, render, render_failure

__all__ = [
    "FORMATS",
    "MANIFEST",
    "DiskFullError",
    "OutputError",
    "Part",
    "Preview",
    "Rendered",
    "Writer",
    "article_data",
    "json_line",
    "refused",
    "render",
    "render_failure",
    "unpack",
    "unpack_report",
]

FORMATS = ("jsonl", "csv", "parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROW_GROUP = 20_000


class OutputError(NqextractError):
    """OUT can't be written."""


class DiskFullError(OutputError, BrokenOffError):
    """There is no more room for OUT."""


def refused(folder: Folder, error: OSError) -> OutputError:
    """What the user is told of ``error``."""
    kind = DiskFullError if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) else OutputError
    return kind(f"can't write to {folder.path}: {(error.strerror or str(error)).lower()}")


class Writer:
    """The files of one run in ``folder``.

    The JSON lines are always written, ``formats`` may add ``csv`` and ``parquet``.  Leaving the ``with`` block without
    :meth:`commit` leaves the folder as it was.  Every method raises :class:`OutputError` where the disk refuses.
    """

    def __init__(self, folder: Folder, formats: Iterable[str] = ("jsonl",), tokens: bool = False) -> None:
        self._folder = folder
        self._files: dict[str, NewFile] = {}
        self._tables: list[tuple[Table, _CsvTable | _ParquetTable]] = []
        wanted = set(formats)
        try:
            for name in LINES:
                if tokens or name != TOKENS:
                    self._create(name)
            for table in COLUMNS:
                if "csv" in wanted:
                    self._tables.append((table, _CsvTable(self._create(f"{table}.csv"), COLUMNS[table])))
                if "parquet" in wanted:
                    self._tables.append((table, _ParquetTable(self._create(f"{table}.parquet"), COLUMNS[table])))
        except OSError as error:
            self._discard()
            raise refused(folder, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._discard()

    def add(self, part: Part) -> None:
        """Appends what ``part`` holds, in the order of the calls."""
        try:
            for name, lines in part.lines.items():
                if lines and name in self._files:
                    self._files[name].file.write(lines)
            for table, writer in self._tables:
                writer.add(part.rows[table])
        except OSError as error:
            raise refused(self._folder, error) from None

    def commit(self, manifest: dict[str, Any]) -> list[str]:
        """Puts all files in their place, ``manifest.json`` last, and gives their names.

        Files that an earlier run listed in its manifest and this one does not write are removed, so that what lies in
        the folder is of one run.
        """
        names = [*self._files, MANIFEST]
        try:
            data = json.dumps({**manifest, "files": names}, ensure_ascii=False, indent=2)
            self._create(MANIFEST).write(data.encode("utf-8", "backslashreplace") + b"\n")
            for _, table in self._tables:
                table.close()
            stale = set(self._earlier()) - set(names)
            for file in self._files.values():
                file.finish()
            for name in names:
                if name == MANIFEST:
                    for old in stale:
                        self._folder.remove(old)
                self._files[name].commit()
                del self._files[name]
        except OSError as error:
            raise refused(self._folder, error) from None
        return names

    def _create(self, name: str) -> IO[bytes]:
        self._files[name] = new = self._folder.create(name)
        return new.file

    def _earlier(self) -> list[str]:
        try:
            [data] = self._folder.read([MANIFEST])
            files = json.loads(data or b"")["files"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return []
        return [name for name in OUTPUT_NAMES if name in files] if isinstance(files, list) else []

    def _discard(self) -> None:
        for _, table in self._tables:  # or they would be closed by the garbage collector, too late
            with contextlib.suppress(Exception):
                table.close()
        self._tables.clear()
        for file in self._files.values():
            file.discard()
        self._files.clear()


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
