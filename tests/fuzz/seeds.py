"""What fuzzing begins with: our own articles and cases, cut into short texts, and files of each kind made of them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from unicodedata import combining

from fuzz.targets import SEPARATOR, SHAPES

TESTS = Path(__file__).parent.parent
_LONGEST = 1500  # characters


def found() -> list[dict[str, str]]:
    """The kept cases, rows of ``cases/fuzz.jsonl``: ``target`` ("text": each but ``read``), ``input``, ``note``."""
    return [json.loads(line) for line in (TESTS / "cases/fuzz.jsonl").open(encoding="utf-8")]


def data_of(row: dict[str, str]) -> bytes:
    """The bytes of a kept case: text, in which half a surrogate pair stands for a byte that is not UTF-8."""
    return row["input"].encode("utf-8", "surrogateescape") * int(row.get("times", 1))


def row_of(target: str, data: bytes, note: str = "") -> str:
    """The row that would keep ``data``; what can't be seen in it is escaped."""
    row = {"target": target, "input": data.decode("utf-8", "surrogateescape"), "note": note}
    line = json.dumps(row, ensure_ascii=False)
    return "".join(char if char.isprintable() and not combining(char) else json.dumps(char)[1:-1] for char in line)


def targets_of(row: dict[str, str]) -> tuple[str, ...]:
    return ("clean", "tag", "pipeline") if row["target"] == "text" else (row["target"],)


def seeds(target: str, most: int | None = None) -> list[bytes]:
    """The seeds of ``target``, the kept cases first; ``most``: so many besides these, mixed, the same each time."""
    kept = [data_of(row) for row in found() if target in targets_of(row)]
    made = set(_files() if target == "read" else map(str.encode, _texts()))
    return kept + sorted(made, key=lambda data: hashlib.sha256(data).digest())[:most]


def _texts() -> Iterator[str]:
    for path in sorted((TESTS / "cases").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            if isinstance(text := json.loads(line).get("text"), str) and len(text) <= _LONGEST:
                yield text
    for path in sorted((TESTS.parent / "data/raw").rglob("*.txt")):
        text = path.read_text(encoding="utf-8")
        yield text[:_LONGEST]
        yield f"{text[:400]}{SEPARATOR}Hội nghị{SEPARATOR}2024-05-06{SEPARATOR}Báo Bắc Ninh{SEPARATOR}"
        yield from (paragraph for paragraph in text.split("\n") if 40 < len(paragraph) <= _LONGEST)


def _files() -> Iterator[bytes]:
    import pyarrow
    from pyarrow import parquet

    texts = [text for text in _texts() if 200 < len(text) < 700]
    for number, text in enumerate(texts[:: max(1, len(texts) // 24)]):
        row = {"text": text, "id": number, "title": "Hội nghị", "published": "2024-05-06T07:08", "outlet": None}
        buffer = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist([row] * 3), buffer, compression=("none", "snappy")[number % 2])
        paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        page = (
            "<!DOCTYPE html><html><head><title>Hội nghị</title>"
            "<meta property='article:published_time' content='2024-05-06T07:08:09+07:00'></head>"
            f"<body><nav><a href='/'>Trang chủ</a></nav><article><h1>Hội nghị</h1>{paragraphs}</article></body></html>"
        )
        lines = "".join(json.dumps(row | {"id": id}, ensure_ascii=False) + "\n" for id in (number, "b", None))
        quoted = text.replace('"', '""')
        contents = {
            ".txt": text.encode(),
            ".html": page.encode(),
            ".jsonl": lines.encode(),
            ".csv": f'text,id,published\n"{quoted}",{number},06/05/2024 07:08\nb,{number},\n'.encode(),
            ".parquet": buffer.getvalue(),
            "-": (text, page, lines)[number % 3].encode(),
        }
        for shape, (ending, lie) in enumerate(SHAPES):
            content = contents[ending]
            yield bytes([48 + shape]) + (gzip.compress(content, mtime=0) if lie == "gzip" else content)
