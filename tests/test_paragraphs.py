"""The rows of ``cases/paragraphs.jsonl``: whole paragraphs, their mentions by label and their people with positions.

``expect`` holds the spans of PERSON, TITLE and ORG in order; ``people``, where given, holds the people in the order of
their first mention.
"""

from __future__ import annotations

from typing import Any

import pytest

from nqextract.pipeline import Pipeline
from nqextract.types import Article
from tagging import cases, ids

ROWS = cases("paragraphs")


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_paragraph(row: dict[str, Any]) -> None:
    analysis = Pipeline("rules").analyse(Article("a", row["text"]))
    found: dict[str, list[str]] = {label: [] for label in row["expect"]}
    for mention in analysis.mentions:
        if mention.label in found:
            found[mention.label].append(analysis.clean.text[mention.start : mention.end])
    assert found == row["expect"]
    if "people" in row:
        assert [{"name": p.name, "titles": [t.text for t in p.titles]} for p in analysis.people] == row["people"]


def test_every_row_says_all_three_labels() -> None:
    assert {tuple(row["expect"]) for row in ROWS} == {("PERSON", "TITLE", "ORG")}
