"""What some articles add to the output: so it comes from a worker, and so it is kept until the run is over."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nqextract.records import ARTICLES, ERRORS, LINES, RECORDS, TOKENS, Table
from nqextract.write.flat import COLUMNS, Row
from nqextract.write.render import Rendered

_REPORT = "report.json"
_SEAL = hashlib.sha256().digest_size
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in an archive: no clock in the bytes


@dataclass(slots=True)
class Part:
    """Lines of JSON by file, rows by table, and a ``report`` of plain data that no file of the output holds."""

    lines: dict[str, bytearray] = field(default_factory=lambda: {name: bytearray() for name in LINES})
    rows: dict[Table, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    report: Mapping[str, Any] = field(default_factory=dict)

    def add(self, article: Rendered) -> None:
        if article.failure is not None:
            self.lines[ERRORS] += article.article
            return
        self.lines[ARTICLES] += article.article
        for record in article.records:
            self.lines[RECORDS] += record
        self.lines[TOKENS] += article.tokens
        for table, rows in article.rows.items():
            self.rows[table] += rows

    def extend(self, other: Part) -> None:
        """Adds what ``other`` holds, its report apart."""
        for name, lines in other.lines.items():
            self.lines[name] += lines
        for table, rows in other.rows.items():
            self.rows[table] += rows

    def pack(self) -> bytes:
        """As an archive (zip), sealed by its hash: it is known whether it is whole."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:

            def put(name: str, data: bytes | bytearray) -> None:
                if data:  # compressed, as the output is several times its articles
                    archive.writestr(zipfile.ZipInfo(name, _EPOCH), bytes(data), zipfile.ZIP_DEFLATED, compresslevel=1)

            put(_REPORT, _json(self.report))
            for name, lines in self.lines.items():
                put(name, lines)
            for table, rows in self.rows.items():
                put(table, b"\n".join(map(_json, rows)))
        data = buffer.getvalue()
        return data + hashlib.sha256(data).digest()


def unpack(data: bytes) -> Part:
    """The part that was packed; raises ``ValueError`` where ``data`` is not whole."""
    part = Part()
    with _opened(data) as archive:
        part.report = json.loads(archive.read(_REPORT))
        held = set(archive.namelist())
        for name in part.lines:
            if name in held:
                part.lines[name] += archive.read(name)
        for table in part.rows:
            if table in held:
                part.rows[table] = [tuple(json.loads(line)) for line in archive.read(table).split(b"\n")]
    return part


def unpack_report(data: bytes) -> Mapping[str, Any]:
    """The report of the part alone; raises ``ValueError`` where any of ``data`` is not whole."""
    with _opened(data) as archive:
        report: Mapping[str, Any] = json.loads(archive.read(_REPORT))
        return report


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        if hashlib.sha256(data[:-_SEAL]).digest() != data[-_SEAL:]:
            raise ValueError("its hash is another")
        with zipfile.ZipFile(io.BytesIO(data[:-_SEAL])) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ValueError(f"not whole: {error}") from None


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")
