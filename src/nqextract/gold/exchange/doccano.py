"""doccano: JSON lines of a sequence labelling project, as it imports and exports them (also zipped, as it downloads).

doccano counts UTF-16 code units, since a browser does, unless the project counts grapheme clusters.  What it does not
know it keeps beside the text and gives back as it was.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nqextract.gold.errors import GoldError
from nqextract.gold.exchange.between import KEY, MOST_UNPACKED, Header, Incoming, Refusal, Span, header_of, parse_header
from nqextract.gold.exchange.offsets import from_utf16, utf16_offsets
from nqextract.gold.load import Pair

_NAMES = ("label", "labels", "entities")  # without relations; that of older exports; with relations


class Doccano:
    endings: tuple[str, ...] = (".jsonl", ".zip")
    templates: tuple[str, ...] = ("doccano/label_config.json", "doccano/README.txt")

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        return {"articles.jsonl": "".join(map(_line, pairs)).encode()}

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        if path.suffix != ".zip":
            yield from _lines(path.read_bytes(), str(path))
            return
        try:
            with zipfile.ZipFile(path) as archive:  # one file a user, where annotations are not shared
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                    raise GoldError(f"this archive holds more than {MOST_UNPACKED >> 20} MiB")
                for name in sorted(archive.namelist()):
                    if name.endswith(".jsonl"):
                        yield from _lines(archive.read(name), f"{path}: {name}")
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise GoldError(f"this archive cannot be opened: {error}") from error


def _line(pair: Pair) -> str:
    at = utf16_offsets(pair.article.text)
    row = {
        "text": pair.article.text,
        "label": [[at[entity.start], at[entity.end], entity.label] for entity in pair.gold.entities],
        # A string: a database may sort the keys of an object.
        KEY: json.dumps(header_of(pair.gold), ensure_ascii=False),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _lines(content: bytes, path: str) -> Iterator[Incoming | Refusal]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}: line {number}"
        try:
            yield _incoming(line, where)
        except GoldError as error:
            yield Refusal(where, str(error))


def _incoming(line: bytes, where: str) -> Incoming:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GoldError(f"this is no JSON: {error}") from error
    found = [name for name in _NAMES if name in row] if isinstance(row, dict) else []
    if len(found) != 1 or not isinstance(row.get("text"), str) or not isinstance(row[found[0]], list):
        raise GoldError(f"this is no line of a sequence labelling export: it needs text and one of {', '.join(_NAMES)}")
    if row.get("relations"):
        raise GoldError("relations have no place in gold")
    header = parse_header(row.get(KEY))
    marked = [_span(item, number) for number, item in enumerate(row[found[0]], start=1)]
    return Incoming(where, header, _Over(header, row["text"], marked))


class _Over:
    """The spans of a line over the article's text."""

    def __init__(self, header: Header, text: str, marked: list[Span]) -> None:
        self.header, self.text, self.marked = header, text, marked

    def __call__(self, article: str) -> list[Span]:
        if self.text != article:
            raise GoldError(f"article {self.header.article}: the text of the line is not the article's")
        point = from_utf16(article)
        try:
            return [span._replace(start=point(span.start), end=point(span.end)) for span in self.marked]
        except GoldError as error:
            raise GoldError(f"article {self.header.article}: {error}") from error


def _span(item: Any, number: int) -> Span:
    where = f"span {number}"
    if isinstance(item, dict):
        item = [item.get(name) for name in ("start_offset", "end_offset", "label")]
    if not isinstance(item, list) or [type(value) for value in item] != [int, int, str]:
        raise GoldError(f"{where}: {item!r} is not [start, end, label]")
    return Span(item[2], item[0], item[1], where)
