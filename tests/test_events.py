"""Conference records from short articles, through the whole pipeline: each row says what must come out."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from nqextract.events import EVENT_TYPES, find_records
from nqextract.pipeline import Pipeline
from nqextract.records import DocumentKey, Record
from nqextract.types import Article

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "conferences.jsonl").read_text(encoding="utf-8").splitlines()
]


def _document(document: DocumentKey) -> str:
    return f"{document.type} {document.number or document.meeting}"


def _slots(record: Record) -> dict[str, Any]:
    """A record as the cases write it: plain values, documents and counts as short strings."""
    people, venues = record.participants, record.venues
    invited = f"/{people.invited}" if people and people.invited else ""
    return {
        "main": record.main,
        "name": record.name.text if record.name else None,
        "date": record.date.edtf if record.date else None,
        "part_of_day": record.date.part_of_day if record.date else None,
        "year_inferred": record.date.year_inferred if record.date else None,
        "organizers": [body.name for body in record.organizers],
        "documents": [_document(document) for document in record.documents],
        "participants": f"{people.qualifier} {people.value}{invited} {people.unit}" if people else None,
        "venues": f"{venues.qualifier} {venues.value} {venues.unit}" if venues else None,
        "format": record.format,
        "chairs": [chair.name for chair in record.chairs],
        "presenters": {p.name: [_document(document) for document in p.documents] for p in record.presenters},
        "place": record.place.text if record.place else None,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["note"])
def test_case(case: dict[str, Any]) -> None:
    article = Article(id="a", text=case["text"], published=case.get("published"))
    records = Pipeline("rules").analyse(article).records
    found = [_slots(record) for record in records]
    assert len(found) == len(case["expect"]), found
    for expected, slots in zip(case["expect"], found, strict=True):
        assert {slot: slots[slot] for slot in expected} == expected


@pytest.mark.parametrize("case", [case for case in CASES if case["expect"]], ids=lambda case: case["note"])
def test_every_value_is_in_the_text(case: dict[str, Any]) -> None:
    """Evidence is exact, ids count from one, and decomposed input gives the same values at its own offsets."""
    plain = Pipeline("rules").analyse(Article(id="a", text=case["text"])).records
    raw = unicodedata.normalize("NFD", case["text"])
    decomposed = Pipeline("rules").analyse(Article(id="a", text=raw)).records
    assert [record.record_id for record in plain] == [f"a#{number}" for number in range(1, len(plain) + 1)]
    for text, records in ((case["text"], plain), (raw, decomposed)):
        for record in records:
            for evidence in _evidence(record.model_dump()):
                assert text[evidence["start"] : evidence["end"]] == evidence["text"]
    assert [unicodedata.normalize("NFC", str(_slots(r))) for r in decomposed] == [str(_slots(r)) for r in plain]


def _evidence(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            return [value]
        return [piece for part in value.values() for piece in _evidence(part)]
    if isinstance(value, list):
        return [piece for part in value for piece in _evidence(part)]
    return []


def test_interval_of_a_month() -> None:
    text = "Tháng 2-2024, Huyện ủy Mường La tổ chức hội nghị quán triệt Nghị quyết số 43-NQ/TW."
    (record,) = Pipeline("rules").analyse(Article(id="a", text=text)).records
    assert record.date is not None
    assert (record.date.edtf, record.date.start, record.date.end) == ("2024-02", "2024-02-01", "2024-02-29")


def test_records_of_every_event_type(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ngày 8-2-2024, Huyện ủy Mường La tổ chức hội nghị quán triệt Nghị quyết số 43-NQ/TW."
    analysis = Pipeline("rules").analyse(Article(id="a", text=text))
    (record,) = find_records(analysis)
    monkeypatch.setattr("nqextract.events.EVENT_TYPES", {**EVENT_TYPES, "another": lambda _: (record,)})
    assert find_records(analysis) == (record, record)
