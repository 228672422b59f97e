"""The rows of ``cases/clean.jsonl``: an article, and the kind of each of its pieces."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from nqextract.clean import clean_article
from nqextract.types import Article, StageError

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "clean.jsonl").open(encoding="utf-8")]


@pytest.mark.parametrize("case", CASES, ids=[f"{i}: {case['note']}" for i, case in enumerate(CASES, 1)])
def test_blocks(case: dict[str, Any]) -> None:
    clean = clean_article(Article("a", case["text"], title=case.get("title")))
    assert [[block.kind.value, clean.text[block.start : block.end]] for block in clean.blocks] == case["expect"]
    if "dateline" in case:
        line = clean.dateline
        found = line and [line.date, line.weekday, line.time, clean.text[line.start : line.end]]
        assert found == case["dateline"]
    if "repeats" in case:
        index, of = case["repeats"]
        assert clean.blocks[index].repeats == of


@pytest.mark.parametrize("text", ["", " \n\n", "1, 2, 3.\n...", "\u200b\ufeff"])
def test_no_letters_is_an_error(text: str) -> None:
    with pytest.raises(StageError) as raised:
        clean_article(Article("a", text))
    assert raised.value.stage == "clean"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(StageError, match=r"U\+D83D\) at character 8") as raised:
        clean_article(Article("a", "Tỉnh ủy \ud83d họp"))
    assert (raised.value.stage, raised.value.kind) == ("clean", "encoding")


def test_hard_wrapped_lines_match_as_one() -> None:
    lines = [
        "Đảng ủy xã Nậm Xá tổ chức hội nghị quán triệt Nghị quyết số",
        "99-NQ/TW của Bộ Chính trị đến toàn thể đảng viên của xã và",
    ]
    lines += ["các chi bộ thôn bản, đồng chí Bí thư Đảng ủy chủ trì và giao", "nhiệm vụ cho từng chi bộ."]
    clean = clean_article(Article("a", "\n".join(lines)))
    assert "nghị quyết số 99-nq/tw" in clean.fold
    assert len(clean.fold) == len(clean.text)


@pytest.mark.parametrize("piece", ["a. ", "(", "Ảnh: ", "12/12/2022 ", "Vừ Lam - ", "Tin mới\n", "- ", ". ", "\n,\n"])
def test_linear_in_length(piece: str) -> None:
    def seconds(count: int) -> float:
        begin = time.perf_counter()
        clean_article(Article("a", "Đảng" + piece * count))
        return time.perf_counter() - begin

    seconds(100)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.005)
