"""Normalisation and folding, by example; ``test_properties.py`` has what holds of any text."""

from __future__ import annotations

import unicodedata

import pytest

from counting import count_calls
from nqextract.text import fold, normalise, reads_as
from nqextract.types import Article, CleanArticle


def cleaned(raw: str) -> CleanArticle:
    text, starts = normalise(raw)
    return CleanArticle(Article("a", raw), text, fold(text), (), raw_starts=starts)


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
        ("Hội  \xa0nghị", "Hội nghị", (4, 8), (6, 10)),
        ("Hội \t\n nghị", "Hội\nnghị", (0, 3), (0, 3)),
        ("Hội\r\n\r\n\r\nnghị", "Hội\n\nnghị", (5, 9), (9, 13)),
        ("Hội ng\u00ad\n  hị", "Hội nghị", (4, 8), (4, 12)),
        ("Hội ng\u00ad\n  hị", "Hội nghị", (4, 6), (4, 6)),
        ("Hội\U000e0041 ngh\ufe0fị", "Hội nghị", (4, 8), (5, 10)),
        ("e\u0301\u0323b", "ẹ\u0301b", (0, 1), (0, 3)),  # marks in another order: which one is the letter's?
        ("a\n\u0344\u0344b", "a\n\u0308\u0301\u0308\u0301b", (2, 7), (2, 5)),  # on a line of their own
        ("a\u0344b", "ä\u0301b", (0, 1), (0, 2)),  # one mark that becomes two
    ],
)
def test_normalise(raw: str, text: str, span: tuple[int, int], raw_span: tuple[int, int]) -> None:
    clean = cleaned(raw)
    assert clean.text == text
    assert clean.raw_span(*span) == raw_span


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Ðảng ủy, ðồng chí, Ɖà Nẵng", "Đảng ủy, đồng chí, Đà Nẵng"),
        ("HÐND, 08-QÐi/TW, Y Bhiăl Niê Kðăm", "HĐND, 08-QĐi/TW, Y Bhiăl Niê Kđăm"),
        ("Sigurður Guðmundsson, Davíð", "Sigurður Guðmundsson, Davíð"),
        ("ðồng chí Guð\u200brún", "đồng chí Guðrún"),
        ("Nguyễn Vаn Аn", "Nguyễn Van An"),  # Cyrillic а, А
        ("khóа ХIII, ТР.НСМ", "khóa XIII, TP.HCM"),  # the last ones wholly Cyrillic
        ("hо\u0323\u0302i", "hội"),  # composes with its marks only as a Latin letter
        ("Οn\u00adg", "Ong"),  # Greek Ο, a soft hyphen behind
        ("ông Путин và báo Правда", "ông Путин và báo Правда"),
        ("ở Nga đường là сахар, bánh mì là хлеб", "ở Nga đường là сахар, bánh mì là хлеб"),  # all of it look-alikes
        ("сор, хор", "сор, хор"),  # no Latin text that they could be meant as
        ("góc Ω, tam giác ΑΒΓ, Xбокс", "góc Ω, tam giác ΑΒΓ, Xбокс"),
    ],
)
def test_look_alikes(raw: str, text: str) -> None:
    assert normalise(raw)[0] == text
    assert reads_as(raw, text)


def test_a_piece_reads_as_its_letters_only() -> None:
    assert not reads_as("Путин", "Putin")
    assert not reads_as("Hội nghị", "Hội")


def test_many_marks_on_one_letter_are_linear() -> None:
    text, _ = normalise("a" + "\u0323\u0301" * 200_000)
    assert text.startswith("ạ")


@pytest.mark.parametrize("unit", ["а", "Ð", "aа ", "\u00ad\n", " \n", "\r\n", "\xa0 ", "а\u0301", "\U000e0041", "ꙮ Ω "])
def test_odd_characters_are_linear(unit: str) -> None:
    def calls(count: int) -> int:
        text = "a" + unit * count
        return count_calls(lambda: normalise(text))

    calls(10)
    assert calls(4_000) <= 4.5 * max(calls(1_000), 50)
