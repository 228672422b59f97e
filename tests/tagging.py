"""What the tests of the taggers share: rows of a case file, and an article of one text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nqextract.text import fold, normalise
from nqextract.types import Article, CleanArticle


def cases(name: str) -> list[dict[str, Any]]:
    with (Path(__file__).parent / "cases" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [f"{number}: {row['note']}" for number, row in enumerate(rows, 1)]


def plain(raw: str) -> CleanArticle:
    """``raw`` as a clean article without blocks: all that the taggers of dates, counts and documents look at."""
    text, starts = normalise(raw)
    return CleanArticle(Article("a", raw), text, fold(text), (), raw_starts=starts)
