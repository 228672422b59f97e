"""The rows of ``cases/dates.jsonl`` ([span, EDTF, part of day]) and ``cases/years.jsonl`` ([span, EDTF])."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from nqextract.clean import clean_article
from nqextract.link.dates import resolve_dates
from nqextract.tag import tag
from nqextract.tag.dates import find_dates
from nqextract.types import Analysis, Article, DateValue
from tagging import cases, ids, plain

DATES = cases("dates")
YEARS = cases("years")


@pytest.mark.parametrize("case", DATES, ids=ids(DATES))
def test_dates(case: dict[str, Any]) -> None:
    clean = plain(case["text"])
    found = []
    for mention in find_dates(clean):
        assert isinstance(mention.value, DateValue)
        assert not mention.value.year_inferred
        found.append([clean.text[mention.start : mention.end], mention.value.edtf, mention.value.part_of_day])
    assert found == case["expect"]


@pytest.mark.parametrize("case", YEARS, ids=ids(YEARS))
def test_years(case: dict[str, Any]) -> None:
    analysis = Analysis(clean_article(Article("a", case["text"], published=case.get("published"))))
    tag(analysis)
    written = [mention.value for mention in analysis.mentions if isinstance(mention.value, DateValue)]
    resolve_dates(analysis)
    found = []
    for mention in analysis.mentions:
        if isinstance(mention.value, DateValue):
            found.append([analysis.clean.text[mention.start : mention.end], mention.value.edtf])
            before = written.pop(0)
            assert mention.value.year_inferred == (before.edtf != mention.value.edtf)
    assert found == case["expect"]


def test_dateline_fixes_the_year() -> None:
    text = "Huyện Suối Trầm quán triệt nghị quyết\nThứ Sáu, 01/12/2017 | 07:48\n\n"
    text += (
        "Chiều ngày 30-11, Huyện ủy Suối Trầm tổ chức hội nghị quán triệt Nghị quyết số 99-NQ/TW cho cán bộ chủ chốt."
    )
    analysis = Analysis(clean_article(Article("a", text)))
    tag(analysis)
    resolve_dates(analysis)
    values = [mention.value.edtf for mention in analysis.mentions if isinstance(mention.value, DateValue)]
    assert values == ["2017-12-01", "2017-11-30"]


def test_decomposed_text_has_the_same_dates() -> None:
    raw = "Sáng thứ bảy, ngày 5/6/2021, lớp học khai giảng."
    spans = [plain(raw).raw_span(mention.start, mention.end) for mention in find_dates(plain(raw))]
    decomposed = plain(unicodedata.normalize("NFD", raw))
    texts = [
        unicodedata.normalize("NFC", decomposed.article.text[slice(*decomposed.raw_span(mention.start, mention.end))])
        for mention in find_dates(decomposed)
    ]
    assert texts == [raw[start:end] for start, end in spans] == ["Sáng thứ bảy, ngày 5/6/2021"]
