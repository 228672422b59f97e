"""The main job on data/raw, from folder to files: nothing fails, everything validates, every value is grounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nqextract.read import read_inputs
from nqextract.records import OUTPUT_NAMES, schema
from nqextract.run import Settings, Summary, run
from nqextract.text import sha256
from nqextract.types import Article

RAW = str(Path(__file__).parent.parent / "data/raw")
FORMATS = ("jsonl", "csv", "parquet")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("out")
    return folder, run(Settings((RAW,), str(folder), formats=FORMATS))


@pytest.fixture(scope="module")
def lines(out: tuple[Path, Summary]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out[0] / "articles.jsonl").read_bytes().splitlines()]


def spans(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every ``{"start", "end", "text"}`` in ``value``."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value["start"], value["end"], value["text"]
        for inner in value.values():
            yield from spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans(inner)


def test_every_article_is_done_and_there_are_records(out: tuple[Path, Summary], lines: list[dict[str, Any]]) -> None:
    folder, summary = out
    assert (folder / "errors.jsonl").read_bytes() == b""
    assert summary.report.failed == 0
    assert summary.report.done == len(lines) >= 24
    assert summary.report.counts["records"] >= 20
    assert [line["id"] for line in lines] == [item.id for item in read_inputs([RAW])]


def test_every_line_is_as_the_schema_has_it(lines: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(schema("article"))
    for line in lines:
        validator.validate(line)


def test_every_value_is_grounded_in_the_raw_text(lines: list[dict[str, Any]]) -> None:
    read = {item.id: item for item in read_inputs([RAW]) if isinstance(item, Article)}
    found = 0
    for line in lines:
        article = read[line["id"]]
        assert line["sha256"] == sha256(article.text)
        assert line.get("text") == (article.text if article.derived else None)
        for start, end, text in spans([line["entities"], line["records"]]):
            assert article.text[start:end] == text
            found += 1
        for person in line["people"]:
            assert all(0 <= start < end <= len(article.text) for start, end in person["mentions"])
        for record in line["records"]:
            filled = [record[slot] for slot in record if isinstance(record[slot], dict) and slot != "name"]
            filled += [value for slot in ("organizers", "documents", "chairs", "presenters") for value in record[slot]]
            assert all(value["evidence"] for value in filled)
    assert found > 500


def test_record_ids_are_unique_and_of_their_article(lines: list[dict[str, Any]]) -> None:
    ids = [record["record_id"] for line in lines for record in line["records"]]
    assert len(set(ids)) == len(ids)
    for line in lines:
        expected = [f"{line['id']}#{number}" for number in range(1, len(line["records"]) + 1)]
        assert [record["record_id"] for record in line["records"]] == expected
        assert {record["article_id"] for record in line["records"]} <= {line["id"]}


def test_records_are_the_same_in_both_files(out: tuple[Path, Summary], lines: list[dict[str, Any]]) -> None:
    records = [json.loads(line) for line in (out[0] / "records.jsonl").read_bytes().splitlines()]
    assert records == [record for line in lines for record in line["records"]]


def test_two_workers_write_the_same_bytes(out: tuple[Path, Summary], tmp_path: Path) -> None:
    run(Settings((RAW,), str(tmp_path), workers=2, formats=FORMATS))
    for name in set(OUTPUT_NAMES) - {"manifest.json", "tokens.jsonl"}:
        assert (tmp_path / name).read_bytes() == (out[0] / name).read_bytes(), name
