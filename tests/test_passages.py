"""The rows of ``cases/passages.jsonl``: passages by writers who knew the guideline and not the rules.

``entities`` are the mentions of all labels in order, ``people`` the persons with their positions in any order, and
``records``, where given, the slots that the passage fills: a slot that a row leaves out is not looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from nqextract.evaluate.fills import gold_fills, result_fills
from nqextract.gold.models import GoldRecord
from nqextract.pipeline import Pipeline
from nqextract.records import ArticleResult, Record
from nqextract.types import Article
from tagging import cases, ids

ROWS = cases("passages")
WITH_RECORDS = [row for row in ROWS if "records" in row]


def _result(row: dict[str, Any]) -> ArticleResult:
    return Pipeline().process(Article("a", row["text"]))


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_entities_and_people(row: dict[str, Any]) -> None:
    result = _result(row)
    assert [[entity.label, entity.text] for entity in result.entities] == row["entities"]
    found = {person.name: sorted(title.text for title in person.titles) for person in result.people}
    assert found == {name: sorted(titles) for name, titles in row["people"]}


@pytest.mark.parametrize("row", WITH_RECORDS, ids=ids(WITH_RECORDS))
def test_records(row: dict[str, Any]) -> None:
    found = list(_result(row).records)
    assert len(found) == len(row["records"])
    for wanted in row["records"]:
        record = max(found, key=lambda record: len(_agreeing(wanted, record)))
        assert _agreeing(wanted, record) == set(wanted) - {"name"}


def _agreeing(wanted: dict[str, Any], record: Record) -> set[str]:
    """The slots of ``wanted`` in which ``record`` agrees, all of their fills counted."""
    gold, own = gold_fills(GoldRecord.model_validate({"main": True, **wanted})), result_fills(record)
    alike = {"main"} if wanted.get("main") == record.main else set()
    for slot in set(wanted) - {"main", "name"}:
        keys = ("presenters", "presenter_documents") if slot == "presenters" else (slot,)
        optional = {fill.key for key in keys for fill in gold[key] if fill.optional}
        sides = (
            sorted(fill.key for key in keys for fill in side[key] if fill.key not in optional) for side in (gold, own)
        )
        if next(sides) == next(sides):
            alike.add(slot)
    return alike


def test_every_label_and_every_number_of_records_is_among_the_rows() -> None:
    assert {label for row in ROWS for label, _ in row["entities"]} == {"PERSON", "TITLE", "ORG", "DOC", "DATE"}
    assert {len(row["records"]) for row in WITH_RECORDS} >= {0, 1, 2}
