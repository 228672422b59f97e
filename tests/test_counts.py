"""The rows of ``cases/counts.jsonl``: [span, kind, value, qualifier, unit, invited]."""

from __future__ import annotations

from typing import Any

import pytest

from nqextract.tag.counts import find_counts
from nqextract.tag.numerals import cardinal, figure, from_roman, ordinal, to_roman
from tagging import cases, ids, plain

COUNTS = cases("counts")


@pytest.mark.parametrize("case", COUNTS, ids=ids(COUNTS))
def test_counts(case: dict[str, Any]) -> None:
    clean = plain(case["text"])
    assert [
        [clean.text[count.start : count.end], count.kind, count.value, count.qualifier, count.unit, count.invited]
        for count in find_counts(clean)
    ] == case["expect"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("một trăm linh năm", 105),
        ("hai mươi mốt", 21),
        ("mười lăm", 15),
        ("ba nghìn hai trăm", 3200),
        ("hai mươi nghìn", 20_000),
        ("mười hai triệu ba trăm nghìn", 12_300_000),
        ("đại biểu", None),
        ("", None),
    ],
)
def test_cardinals(words: str, value: int | None) -> None:
    assert cardinal(words) == value


def test_ordinals() -> None:
    assert [ordinal(text) for text in ("6", "06", "tư", "nhất", "mười hai", "xiii", "hội")] == [
        6,
        6,
        4,
        1,
        12,
        13,
        None,
    ]


def test_roman_numerals_go_both_ways() -> None:
    assert [from_roman(to_roman(number).lower()) for number in range(1, 40)] == list(range(1, 40))
    assert from_roman("iix") is None


def test_figures() -> None:
    assert figure("20.000") == figure("20 000") == 20_000
    assert figure("1,5", "triệu") == 1_500_000
    assert figure("1,5") is None  # no number of people
    assert figure("9" * 40) is None
