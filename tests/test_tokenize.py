"""Sentences by the rows of ``cases/sentences.jsonl``; syllables, words and the token layer."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nqextract.clean import clean_article
from nqextract.tokenize import SEGMENTERS, segmenter, split_sentences, syllables, token_layers
from nqextract.tokenize.words import align
from nqextract.types import Article, NqextractError

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "sentences.jsonl").open(encoding="utf-8")]


@pytest.mark.parametrize("case", CASES, ids=[f"{i}: {case['note']}" for i, case in enumerate(CASES, 1)])
def test_sentences(case: dict[str, Any]) -> None:
    clean = clean_article(Article("a", case["text"]))
    assert [clean.text[s.start : s.end] for s in split_sentences(clean)] == case["expect"]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("Nghị quyết số 18-NQ/TW", ["Nghị", "quyết", "số", "18", "-", "NQ", "/", "TW"]),
        ("hội nghị,Bí thư", ["hội", "nghị", ",", "Bí", "thư"]),
        ("2.838/2.870 (98,9%)", ["2", ".", "838", "/", "2", ".", "870", "(", "98", ",", "9", "%", ")"]),
        (unicodedata.normalize("NFD", "Đảng uỷ"), [unicodedata.normalize("NFD", s) for s in ("Đảng", "uỷ")]),
        ("a_b  c\n", ["a", "_", "b", "c"]),
        ("", []),
    ],
)
def test_syllables(text: str, expect: list[str]) -> None:
    assert [text[start:end] for start, end in syllables(text)] == expect


@pytest.mark.parametrize(
    ("sentence", "words", "expect"),
    [
        ("Hội  nghị uỷ ban", ["Hội_nghị", "ủy_ban"], ["Hội  nghị", "uỷ ban"]),  # tone placement and spaces rewritten
        ("Hội nghị", ["Hội", "nghi"], ["Hội", "nghị"]),
        ("Hội nghị", ["Hội_nghị", "xong"], ["Hội", "nghị"]),  # more than the sentence: its syllables
        ("Hội nghị xong", ["Hội_nghị"], ["Hội", "nghị", "xong"]),  # less
        ("a_b c", ["a_b", "c"], ["a_b", "c"]),  # an underscore of the text itself
        ("½ giờ", ["½", "giờ"], ["½", "giờ"]),
    ],
)
def test_align(sentence: str, words: list[str], expect: list[str]) -> None:
    assert [sentence[start:end] for start, end in align(sentence, words)] == expect


SENTENCES = [
    "Sáng 14/3, Ban Thường vụ Tỉnh uỷ Hoà Bình tổ chức hội nghị trực tuyến.",
    "Phát biểu tại hội nghị,Bí thư Huyện ủy Suối Trầm nêu rõ ba việc…",
    "Nghị quyết số 99 - NQ / TW  và “Kế hoạch 07” : 2.838/2.870 đại biểu (98,9%) dự !",
    "Quý thầy cô ở Thuỵ Khuê, Khoái Châu, qúy vị và các bạn",
]


@pytest.mark.parametrize("name", SEGMENTERS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_are_offsets_in_the_sentence(name: str, sentence: str) -> None:
    spans = segmenter(name).words(sentence)
    assert "".join("".join(sentence[start:end].split()) for start, end in spans) == "".join(sentence.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(sentence[start:end] == sentence[start:end].strip() for start, end in spans)


@pytest.mark.parametrize("name", ["pyvi", "underthesea"])
def test_segmenters_join_syllables(name: str) -> None:
    sentence = SENTENCES[0]
    assert len(segmenter(name).words(sentence)) < len(syllables(sentence))


def test_unknown_segmenter() -> None:
    with pytest.raises(NqextractError, match="vncorenlp"):
        segmenter("vncorenlp")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_token_layers_are_raw_offsets(form: str) -> None:
    raw = "\ufeff" + unicodedata.normalize(
        form, "Suối Trầm học nghị quyết\n\nSáng 14/3, huyện tổ chức hội nghị. Bí thư dự."
    )
    clean = clean_article(Article("bai-1", raw))
    layers = token_layers(clean, split_sentences(clean), segmenter("pyvi"))
    assert layers["id"] == "bai-1"
    texts = [unicodedata.normalize("NFC", raw[s["start"] : s["end"]]) for s in layers["sentences"]]
    assert texts == ["Suối Trầm học nghị quyết", "Sáng 14/3, huyện tổ chức hội nghị.", "Bí thư dự."]
    last = layers["sentences"][-1]
    assert [unicodedata.normalize("NFC", raw[a:b]) for a, b in last["tokens"]] == ["Bí", "thư", "dự", "."]
    assert [unicodedata.normalize("NFC", raw[a:b]) for a, b in last["words"]] == ["Bí thư", "dự", "."]
    json.dumps(layers)
