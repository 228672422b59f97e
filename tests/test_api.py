"""The Python interface: extract, to_frame, load."""

from __future__ import annotations

import doctest

import pytest

import nqextract
from nqextract.types import Article, StageError

TEXT = "Ngày 5/3/2024, Tỉnh ủy Bắc Ninh tổ chức hội nghị học tập Nghị quyết số 43-NQ/TW. Hơn 300 đại biểu tham dự."


def test_docstring() -> None:
    assert doctest.testmod(nqextract).failed == 0


def test_extract_names_articles_by_position_and_keeps_given_ids() -> None:
    results = list(nqextract.extract([TEXT, Article("given", TEXT, published="2024-03-06")]))
    assert [result.id for result in results] == ["0", "given"]
    assert [record.article_id for result in results for record in result.records] == ["0", "given"]


def test_extract_refuses_what_is_no_article() -> None:
    with pytest.raises(StageError):
        list(nqextract.extract(["123 …"]))


def test_extract_hands_over_what_is_no_article_and_goes_on() -> None:
    failed: list[tuple[str, str]] = []
    results = list(nqextract.extract(["123", TEXT], lambda article, error: failed.append((article.id, error.stage))))
    assert failed == [("0", "clean")]
    assert [result.id for result in results] == ["1"]


def test_frames_are_typed() -> None:
    results = list(nqextract.extract([TEXT, "Trời nắng đẹp ở Bắc Ninh."]))
    records = nqextract.to_frame(results)
    assert records["participants"].tolist() == [300]
    assert str(records["participants"].dtype) == "Int64"
    assert records["organizers"].tolist() == ["Tỉnh ủy Bắc Ninh"]
    entities = nqextract.to_frame(results, "entities")
    assert set(entities["label"]) >= {"ORG", "DOC", "DATE"}
    assert nqextract.to_frame([], "people").empty
    with pytest.raises(ValueError, match="no table"):
        nqextract.to_frame(results, "events")  # type: ignore[arg-type]


def test_load_gives_the_same_records_as_extract() -> None:
    nlp = nqextract.load()
    doc = nlp(TEXT)
    [result] = nqextract.extract([TEXT])
    assert doc.text == TEXT
    assert [(entity.text, entity.label_) for entity in doc.ents] == [(e.text, e.label) for e in result.entities]
    assert [record.date for record in doc._.records] == [record.date for record in result.records]
