"""The same article in other characters: the same entities, people and records, at the places that moved with it.

``make test`` takes each variant of some articles of data/raw, ``make properties`` of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nqextract.gold.load import load_gold
from nqextract.pipeline import Pipeline
from nqextract.read import read_inputs
from nqextract.text import fold, normalise
from nqextract.types import Article, StageError
from robustness_scores import LARGEST, differences, score
from test_properties import LONG
from variants import VARIANTS

RAW = str(Path(__file__).parent.parent / "data/raw")
NAMES = {"name", "number", "meeting", "norm", "edtf", "province", "organisation", "issued"}
"""Fields that the program writes; all other text is quoted from the article, with its characters."""


@cache
def articles() -> list[Article]:
    return [item for item in read_inputs([RAW]) if isinstance(item, Article)]


@cache
def outcome(article: Article) -> dict[str, Any]:
    return Pipeline().process(article).model_dump(exclude={"sha256", "text"})


def sample(variant: str, size: int) -> list[Article]:
    """``size`` articles, others for each variant; all of them in the long form."""
    first = 7 * list(VARIANTS).index(variant)
    found = articles()
    return found if LONG else [found[(first + 31 * step) % len(found)] for step in range(size)]


def comparable(value: Any, moved: Callable[[int], int], tones: bool, field: str = "") -> Any:
    """An outcome, its offsets moved, its quotations as they read; where ``tones`` say nothing, without their place."""
    if isinstance(value, dict):
        return {key: comparable(inner, moved, tones, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [comparable(inner, moved, tones, field) for inner in value]
    if field in ("start", "end", "mentions") and isinstance(value, int):
        return moved(value)
    if isinstance(value, str):
        plain = value if field in NAMES else " ".join(normalise(value)[0].split())
        return fold(plain) if tones else plain
    return value


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_has_the_same_plain_text(name: str) -> None:
    for article in sample(name, 5):
        varied = VARIANTS[name](article.text)
        (text, starts), (again, moved) = normalise(article.text), normalise(varied.text)
        same = fold if "tone" in name else str
        assert same(again) == same(text), article.id
        old, new = (range(len(text) + 1) if each is None else each for each in (starts, moved))
        # Of a run of white space each form of it has its own beginning.
        assert all(char.isspace() or varied.starts[old[at]] == new[at] for at, char in enumerate(text)), article.id


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_has_the_same_outcome(name: str) -> None:
    for article in sample(name, 2):
        varied = VARIANTS[name](article.text)
        expected = comparable(outcome(article), varied.starts.__getitem__, "tone" in name)
        found = Pipeline().process(replace(article, text=varied.text)).model_dump(exclude={"sha256", "text"})
        assert comparable(found, lambda offset: offset, "tone" in name) == expected, article.id


@pytest.mark.parametrize("name", ["NFD", "messy spacing"])
def test_a_variant_has_the_same_scores(name: str) -> None:
    gold = sorted((Path(RAW).parent / "gold").glob("*.gold.json"))
    pairs = load_gold(gold if LONG else gold[::8], [Path(RAW)])
    off = differences(score(pairs), score(pairs, VARIANTS[name]))
    assert max(map(abs, off.values())) <= LARGEST, off


@pytest.mark.parametrize("half", ["\ud800", "\udfff", "\udc80"])
@pytest.mark.parametrize("field", ["text", "id", "title", "outlet", "url", "published", "path"])
def test_half_a_surrogate_pair_is_an_error_of_its_article(half: str, field: str) -> None:
    article = Article("a", "Huyện ủy Mường Lát tổ chức hội nghị học tập Nghị quyết số 43-NQ/TW.")
    with pytest.raises(StageError, match=rf"U\+{ord(half):04X}\) at character 2 of the {field}") as raised:
        Pipeline().process(replace(article, **{field: f"bà{half}i"}))
    assert (raised.value.stage, raised.value.kind) == ("clean", "encoding")
