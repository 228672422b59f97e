"""The rows of ``cases/people.jsonl``, ``titles.jsonl`` and ``organizations.jsonl``: the spans of a label, in order."""

from __future__ import annotations

import unicodedata

import pytest

from nqextract.pipeline import Pipeline
from nqextract.types import Article, Label
from tagging import cases

TABLES: dict[str, Label] = {"people": "PERSON", "titles": "TITLE", "organizations": "ORG"}
ROWS = [
    pytest.param(label, row["text"], row["expect"], id=f"{table} {number}: {row['note']}")
    for table, label in TABLES.items()
    for number, row in enumerate(cases(table), 1)
]


def spans(text: str, label: Label) -> list[str]:
    analysis = Pipeline("rules").analyse(Article("a", text))
    return [analysis.clean.text[m.start : m.end] for m in analysis.mentions if m.label == label]


@pytest.mark.parametrize(("label", "text", "expect"), ROWS)
def test_spans(label: Label, text: str, expect: list[str]) -> None:
    assert spans(text, label) == expect


@pytest.mark.parametrize(("label", "text", "expect"), ROWS)
def test_spans_of_decomposed_text_with_windows_lines(label: Label, text: str, expect: list[str]) -> None:
    raw = unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    assert raw != text
    assert spans(raw, label) == expect
