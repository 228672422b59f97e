"""Properties of normalisation and folding, on any text that hypothesis thinks of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqextract.text import fold, normalise
from nqextract.types import INVISIBLE, Article, CleanArticle

# Vietnamese letters in both forms, marks and invisible characters turn up far too rarely in plain st.text().
syllables = st.sampled_from(["uỷ", "hoà", "Tòa", "quỳ", "Nghị", "đ", "Đ", " ", "\n", ",", "–", "“", "\u200b", "\xa0"])
marks = st.sampled_from(["\u0301", "\u0323", "\u0302", "\u031b", "\u200d", "\ufeff", "\u0958", "\u1161", "\u1100"])
texts = st.one_of(
    st.text(),
    st.lists(st.one_of(syllables, marks, st.text(max_size=3)), max_size=30).map("".join),
    st.lists(syllables, max_size=30).map("".join).map(lambda text: unicodedata.normalize("NFD", text)),
)


def cleaned(raw: str) -> CleanArticle:
    text, starts = normalise(raw)
    return CleanArticle(Article("a", raw), text, fold(text), (), raw_starts=starts)


@given(texts)
def test_fold_keeps_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(texts)
def test_normalised_text_is_nfc_without_invisible_characters(raw: str) -> None:
    text, _ = normalise(raw)
    assert text == unicodedata.normalize("NFC", "".join(char for char in raw if char not in INVISIBLE))
    assert normalise(text) == (text, None)


@given(texts, st.data())
def test_raw_span_points_at_the_same_words(raw: str, data: st.DataObject) -> None:
    clean = cleaned(raw)
    # Cut where neither side composes with the other: there a span of the text is a span of the raw text, exactly.
    cuts = [i for i in range(len(clean.text) + 1) if i == len(clean.text) or not _joins(clean.text[i])]
    start, end = sorted((data.draw(st.sampled_from(cuts)), data.draw(st.sampled_from(cuts))))
    raw_start, raw_end = clean.raw_span(start, end)
    assert 0 <= raw_start <= raw_end <= len(raw)
    assert normalise(raw[raw_start:raw_end])[0] == clean.text[start:end]
    if start < end:
        assert raw[raw_start] not in INVISIBLE
        assert raw[raw_end - 1] not in INVISIBLE


@given(texts)
def test_no_character_is_without_raw_text(raw: str) -> None:
    clean = cleaned(raw)
    for i in range(len(clean.text)):
        raw_start, raw_end = clean.raw_span(i, i + 1)
        assert raw_start < raw_end <= len(raw)


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("Uỷ ban", "ủy ban"),
        ("Tỉnh uỷ Hoà Bình", "tỉnh ủy hòa bình"),
        ("khoá XII", "khóa xii"),
        ("Thuỷ, Thuý, Thuỵ", "thủy, thúy, thụy"),
        ("quý, quỳ, quỹ", "quý, quỳ, quỹ"),  # u belongs to qu: the mark is where it should be
        ("hoàn thoả Hoàng", "hoàn thỏa hoàng"),  # closed syllables have one placement only
        ("18–NQ/TW — “Về”", '18-nq/tw - "về"'),
        ("Ð Đ ð", "đ đ đ"),  # the Icelandic letter that some keyboards give for Đ
        ("a\u2028b\r\nc\td\xa0e", "a\nb\n\nc d e"),
        ("İstanbul", "istanbul"),
    ],
)
def test_fold(text: str, expect: str) -> None:
    assert fold(text) == expect


@pytest.mark.parametrize(
    ("raw", "text", "span", "raw_span"),
    [
        ("Hội nghị", "Hội nghị", (4, 8), (4, 8)),
        (unicodedata.normalize("NFD", "Hội nghị"), "Hội nghị", (4, 8), (6, 11)),
        ("\ufeffHội nghị", "Hội nghị", (0, 3), (1, 4)),
        ("Hội\u200b nghị", "Hội nghị", (0, 3), (0, 3)),
        ("Hội \u200bnghị", "Hội nghị", (4, 8), (5, 9)),
        ("Hội ng\u00adhị", "Hội nghị", (4, 8), (4, 9)),
        ("a\u200b\u0301b", "áb", (0, 1), (0, 3)),  # a mark that was parted from its letter
        ("e\u0301\u0323b", "ẹ\u0301b", (0, 1), (0, 3)),  # marks in another order: which one is the letter's?
        ("a\u0344b", "ä\u0301b", (0, 1), (0, 2)),  # one mark that becomes two
    ],
)
def test_normalise(raw: str, text: str, span: tuple[int, int], raw_span: tuple[int, int]) -> None:
    clean = cleaned(raw)
    assert clean.text == text
    assert clean.raw_span(*span) == raw_span


def test_many_marks_on_one_letter_are_linear() -> None:
    text, _ = normalise("a" + "\u0323\u0301" * 200_000)
    assert text.startswith("ạ")
