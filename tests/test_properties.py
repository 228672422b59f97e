"""What holds of every stage whatever the text is: hypothesis composes hostile Vietnamese.

``make test`` tries few texts, and always the same; ``make properties`` (``HYPOTHESIS_PROFILE=long``) many new ones.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from nqextract.clean import clean_article
from nqextract.lexicon import rows, variants
from nqextract.pages.marking import Mark, cut
from nqextract.pipeline import Pipeline, result
from nqextract.read import parse_published
from nqextract.records import ArticleResult
from nqextract.stops import sentence_ends
from nqextract.text import fold, normalise, old_tones, reads_as
from nqextract.tokenize import segmenter, split_sentences, syllables, token_layers
from nqextract.types import ANNOTATED_KINDS, INVISIBLE, Analysis, Article, CleanArticle, StageError
from nqextract.wording import describe, harmless, line, slot_rows
from nqextract.write import article_data, render
from nqextract.write.flat import COLUMNS
from variants import CYRILLIC, GREEK, LINE_ENDS, OTHER_INVISIBLE, SPACES, VARIANTS

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def tried(few: int, many: int) -> settings:
    """``few`` texts, always the same, or ``many`` in the long form."""
    return settings(
        max_examples=many if LONG else few, derandomize=not LONG, deadline=None, suppress_health_check=[*HealthCheck]
    )


VOCABULARY = sorted(
    {
        form
        for table, column in [
            *(("org_heads", "head"), ("bodies", "name"), ("titles", "title"), ("places", "name")),
            *(("surnames", "form"), ("honorifics", "form"), ("date_words", "form"), ("document_words", "form")),
            *(("conference_words", "form"), ("holding_words", "form"), ("furniture", "form"), ("count_units", "form")),
            *(
                ("document_types", "form"),
                ("conference_nouns", "form"),
                ("numerals", "form"),
                ("abbreviations", "form"),
            ),
        ]
        for row in rows(table)
        for form in variants(row.get(column) or next(iter(row.values())))
    }
)
PIECES = """Tin mới|Bình luận|Theo |Ảnh: |(Ảnh: X)|14/03/2024|Thứ hai, | - |. |Vừ Lam|(|)|./.|* |\xa0|,|;
|: |“|”|"|'|…|?|!|/|-|–|&|%|. | |  |đồng chí |Đồng chí |ông |bà |Nguyễn Văn An|Lê Thị Bình|H’Bla Kbuôr|Y Tru|Hà Giang
|tỉnh |huyện |Huyện ủy |Tỉnh uỷ |HĐND, UBND |Ban Thường vụ |Bí thư |Phó Chủ tịch |Trưởng Ban Tuyên giáo |(TTXVN) -
|ngày |Sáng 14/3, |từ 5 đến 7-6|năm 2020|tháng 9|29-2-2021|31/4|31/12/9999|1-1-0001|29/2/9999|
|ngày 31-12-9999|ngày 1 tháng 1 năm 0001|29/2|khóa XIII|lần thứ 8|nhiệm kỳ 2020 - 2025|XII|V
|Nghị quyết số 57-NQ/TW |Nghị quyết Trung ương 8 |Kết luận 126, 127-KL/TW|Chỉ thị |số |08-QĐi/TW|43-NQ/TW
|Luật Đất đai|hội nghị trực tuyến |tổ chức hội nghị học tập |quán triệt |chủ trì|truyền đạt |do |của |tại |và |với
|về |hơn |gần |1.200|đảng viên|16 điểm cầu|2.838/2.870 đại biểu|1,4 triệu người|rưỡi|một nghìn
|0|９|Ⅻ|½|٣|0 người|999999999999999999999
|Sáng 14/3, huyện tổ chức hội nghị quán triệt nghị quyết cho cán bộ.|uỷ|hoà|Tòa|quỳ|Nghị|đ|Đ|Ð|ð|сахар|Путин|Ω"""
MARKS = "\u0301\u0323\u0302\u031b\u0309\u034f\u0345\u0344\u200d\ufeff\u0958\u1161\u1100\uac00\u2126\u212a\u1f48İẞﬁǅ\x1f"
pieces = st.sampled_from([*PIECES.replace("\n|", "|").split("|"), "\n", "\n\n", "\r\n"])
odd = st.sampled_from(
    [
        *MARKS,
        *(char for char in sorted(INVISIBLE) if char < "\U000e0010"),
        *OTHER_INVISIBLE,
        *SPACES.values(),
        *LINE_ENDS.values(),
        *CYRILLIC.values(),
        *GREEK.values(),
        *("\u00ad\n", "\t", "\x1c", "\0", "\ud800", "\U0001f600", "\u2800", "\u3164", "\u0489", "\u0301" * 40),
    ]
)
hostile = st.lists(
    st.one_of(pieces, pieces, st.sampled_from(VOCABULARY).map(lambda form: form + " "), odd, st.text(max_size=4)),
    max_size=40,
).map("".join)
varied = st.builds(lambda text, vary: vary(text).text, hostile, st.sampled_from(list(VARIANTS.values())))
texts = st.one_of(st.text(), hostile, varied)
articles = st.builds(
    Article,
    st.just("a"),
    st.one_of(hostile, varied),
    title=st.none() | hostile,
    published=st.none() | st.sampled_from(["2024-03-14", "2024-02-29T07:48:00+07:00", "0001-01-01", "9999-12-31"]),
    outlet=st.none() | pieces,
)


def cleaned(raw: str) -> CleanArticle:
    text, starts = normalise(raw)
    return CleanArticle(Article("a", raw), text, fold(text), (), raw_starts=starts)


def done(article: Article) -> ArticleResult | StageError:
    """What becomes of an article: there is nothing third."""
    try:
        return Pipeline().process(article)
    except StageError as error:
        return error


def told(outcome: ArticleResult | StageError) -> str:
    return repr(outcome)


# text


@tried(60, 4000)
@given(texts)
def test_fold_keeps_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    placed = old_tones(text)
    assert len(placed) == len(text)
    assert old_tones(placed) == placed


@tried(100, 6000)
@given(texts)
@example("\u039f\u0313")
def test_normalised_text_is_plain(raw: str) -> None:
    text, _ = normalise(raw)
    assert normalise(text)[0] == text
    if re.search("[\u0300-\u036f]{31}", text) is None:  # more marks on one letter are no text, and stay as they are
        assert normalise(text)[1] is None
        assert unicodedata.is_normalized("NFC", text)
    assert not any(char in text for char in (*INVISIBLE, *SPACES.values(), *LINE_ENDS.values(), "\t", "  ", "\n\n\n"))
    assert reads_as(raw, text)


@tried(60, 4000)
@given(texts)
def test_normalising_changes_letters_only_for_look_alikes(raw: str) -> None:
    assume(not re.search("[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff\u2126ÐðƉɖ]", raw))
    kept = unicodedata.normalize("NFC", "".join(char for char in raw if char not in INVISIBLE))
    assert "".join(normalise(raw)[0].split()) == "".join(kept.split())


@tried(60, 4000)
@given(texts, st.data())
def test_raw_span_points_at_the_same_words(raw: str, data: st.DataObject) -> None:
    clean = cleaned(raw)
    # Cut where neither side composes with the other: there a span of the text is a span of the raw text, exactly.
    cuts = [i for i in range(len(clean.text) + 1) if i == len(clean.text) or not _joins(clean.text[i])]
    start, end = sorted((data.draw(st.sampled_from(cuts)), data.draw(st.sampled_from(cuts))))
    piece = clean.text[start:end]
    assume(piece == piece.strip())  # of a run of white space, a span may hold less
    raw_start, raw_end = clean.raw_span(start, end)
    assert 0 <= raw_start <= raw_end <= len(raw)
    assert reads_as(raw[raw_start:raw_end], piece)
    if start < end:
        assert raw[raw_start] not in INVISIBLE
        assert raw[raw_end - 1] not in INVISIBLE


@tried(60, 4000)
@given(texts)
def test_no_character_is_without_raw_text(raw: str) -> None:
    clean = cleaned(raw)
    for i in range(len(clean.text)):
        raw_start, raw_end = clean.raw_span(i, i + 1)
        assert raw_start < raw_end <= len(raw)


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"


# clean, tokenize


@tried(40, 3000)
@given(texts)
def test_blocks_are_in_order_and_lose_nothing(raw: str) -> None:
    try:
        clean = clean_article(Article("a", raw))
    except StageError:
        return
    at = 0
    for block in clean.blocks:
        assert not clean.text[at : block.start].strip()
        assert at <= block.start < block.end
        assert clean.text[block.start : block.end] == clean.text[block.start : block.end].strip()
        at = block.end
    assert not clean.text[at:].strip()
    assert len(clean.fold) == len(clean.text)
    if clean.dateline is not None:
        assert 0 <= clean.dateline.start < clean.dateline.end <= len(clean.text)
        datetime.fromisoformat(clean.dateline.date)
    starts = clean.raw_starts
    if starts is None or all(after - before < 3 for before, after in pairwise(starts)):  # wide gaps tell menus apart
        assert clean_article(Article("a", clean.text)).blocks == clean.blocks


@tried(40, 3000)
@given(texts)
def test_sentences_cover_the_annotated_blocks(raw: str) -> None:
    try:
        clean = clean_article(Article("a", raw))
    except StageError:
        return
    sentences = split_sentences(clean)
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    inside: dict[int, list[str]] = {}
    for sentence in sentences:
        block = clean.blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
        inside.setdefault(sentence.block, []).append(clean.text[sentence.start : sentence.end])
    for index, block in enumerate(clean.blocks):
        written = clean.text[block.start : block.end] if block.kind in ANNOTATED_KINDS else ""
        assert "".join("".join(inside.get(index, [])).split()) == "".join(written.split())


@tried(40, 3000)
@given(texts)
def test_sentence_ends_are_in_order(text: str) -> None:
    ends = list(sentence_ends(text, fold(text), 0, len(text)))
    assert all(before < after for before, after in pairwise((0, *ends)))
    assert not ends or ends[-1] < len(text)


@tried(40, 3000)
@given(texts)
def test_syllables_lose_nothing_but_white_space(text: str) -> None:
    spans = syllables(text)
    assert "".join(text[start:end] for start, end in spans) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@tried(20, 600)
@example("0\u0300Ù", "none")
@given(texts, st.sampled_from(["none", "pyvi", "underthesea"] if LONG else ["none"]))
def test_token_layers_are_raw_offsets_in_order(raw: str, name: str) -> None:
    try:
        clean = clean_article(Article("a", raw))
    except StageError:
        return
    layers = token_layers(clean, split_sentences(clean), segmenter(name))
    for sentence in layers["sentences"]:
        for spans in (sentence["tokens"], sentence["words"]):
            assert all(sentence["start"] <= start < end <= sentence["end"] for start, end in spans)
            # A letter and a mark that does not compose with it may share their raw text.
            assert all(before[0] <= after[0] and before[1] <= after[1] for before, after in pairwise(spans))


# tag, link, events


def _spans(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every ``{"start", "end", "text"}`` in ``value``."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value["start"], value["end"], value["text"]
        for inner in value.values():
            yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


def check_analysis(analysis: Analysis) -> None:
    clean = analysis.clean
    counted = [(block.start, block.end) for block in clean.blocks if block.kind in ANNOTATED_KINDS]
    at = 0
    for mention in analysis.mentions:
        assert at <= mention.start < mention.end <= len(clean.text)
        assert any(start <= mention.start and mention.end <= end for start, end in counted)
        piece = clean.text[mention.start : mention.end]
        assert piece == piece.strip()
        at = mention.end
    for count in analysis.counts:
        assert 0 <= count.start < count.end <= len(clean.text)
        assert count.value >= 0
    for index, person in analysis.person_of.items():
        assert analysis.mentions[index].label in ("PERSON", "TITLE")
        assert 0 <= person < len(analysis.people)
    for person in analysis.people:
        assert person.name.strip()
        assert all(0 <= start < end <= len(clean.text) for start, end in person.mentions)


def check_result(article: Article, found: ArticleResult) -> None:
    text = article.text
    for start, end, written in _spans(article_data(found)):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == written
    assert all(before.end <= after.start for before, after in pairwise(found.entities))
    for person in found.people:
        assert all(0 <= start < end <= len(text) for start, end in person.mentions)
    for record in found.records:
        assert describe(record) == harmless(describe(record))
        assert all(row.text for row in slot_rows(record))
    rendered = render(found, ("jsonl", "csv", "parquet"))
    assert rendered == render(found, ("jsonl", "csv", "parquet"))
    assert json.loads(rendered.article)["id"] == article.id
    assert [json.loads(line) for line in rendered.records] == json.loads(rendered.article)["records"]
    for table, lines in rendered.rows.items():
        assert all(len(row) == len(COLUMNS[table]) for row in lines)


@tried(80, 8000)
@given(articles)
@example(Article("a", "Nguyễn Văn An\u0344"))  # one mark that is two in NFC
@example(Article("a", "Nguyễn Văn An\u0301\u0323"))  # marks in another order than NFC has them, one left over
@example(Article("a", "Sáng 14/3, Huyện ủy họp.", published="9999-12-31"))
@example(Article("a", "Sáng 14/3, Huyện ủy họp.", published="0001-01-01"))
def test_every_article_is_done_or_refused(article: Article) -> None:
    try:
        analysis = Pipeline().analyse(article)
    except StageError as error:
        assert error.stage == "clean"
        return
    check_analysis(analysis)
    found = result(analysis)
    check_result(article, found)
    assert told(done(article)) == told(found)


@tried(10, 800)
@given(st.lists(articles, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_an_article_does_not_depend_on_those_before_it(several: list[Article], chance: Any) -> None:
    alone = [told(done(article)) for article in several]
    order = list(range(len(several)))
    chance.shuffle(order)
    again = {index: told(done(several[index])) for index in order}
    assert [again[index] for index in range(len(several))] == alone


# wording, pages, dates of publication


@tried(40, 3000)
@given(texts)
def test_harmless_text_is_as_long_and_shown_on_one_line(text: str) -> None:
    shown = harmless(text)
    assert len(shown) == len(text)
    assert harmless(shown) == shown
    assert len(line(text).splitlines()) <= 1


marks = st.builds(Mark, st.integers(-2, 40), st.integers(-2, 40), st.sampled_from("ab"), st.sampled_from(["", "t"]))


@tried(40, 3000)
@given(texts, st.lists(marks, max_size=8))
def test_pieces_of_a_marked_text_are_the_text(text: str, given_marks: list[Mark]) -> None:
    pieces = cut(text, given_marks)
    assert "".join(piece.text for piece in pieces) == harmless(text)


dates = st.lists(
    st.one_of(
        st.sampled_from(
            ["21/06/2025", "2025-06-21", "T", "11:30", " ", "GMT+7", "Z", "+07:00", "Thứ Bảy, ", "31/2/2024"]
        ),
        st.sampled_from(["Sat, 21 Jun 2025 11:30:00 +0700", "Sat, 99 Jun 2025 11:30:00 +9999", "-", "24:00", "²", "٣"]),
        st.text(max_size=3),
    ),
    max_size=5,
).map("".join)


@tried(100, 6000)
@given(st.one_of(dates, st.text(), st.datetimes().map(str), st.integers(), st.none()))
@example("Sat, 21 Jun 2025 11:30:00 +9999")
@example("21/06/2025GMT+711:30")
def test_a_date_of_publication_is_iso_or_none(value: object) -> None:
    read = parse_published(value)
    if read is not None:
        datetime.fromisoformat(read)
        assert parse_published(read) == read
