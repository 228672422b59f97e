"""The rows of ``cases/people_titles.jsonl`` (people with their positions) and ``org_names.jsonl`` (expanded names).

A row of people may say in ``mentions`` how often each person, in order, is named: a short form that may mean either of
two people counts for neither.  A row of names may give their ``provinces``.
"""

from __future__ import annotations

from typing import Any

import pytest

from nqextract.gold.keys import text_key
from nqextract.pipeline import Pipeline
from nqextract.types import Article, NameValue
from tagging import cases, ids

PEOPLE = cases("people_titles")
NAMES = cases("org_names")


@pytest.mark.parametrize("case", PEOPLE, ids=ids(PEOPLE))
def test_people(case: dict[str, Any]) -> None:
    people = Pipeline("rules").analyse(Article("a", case["text"])).people
    assert [{"name": p.name, "titles": [t.text for t in p.titles]} for p in people] == case["expect"]
    if "mentions" in case:
        assert [len(person.mentions) for person in people] == case["mentions"]


@pytest.mark.parametrize("case", NAMES, ids=ids(NAMES))
def test_expanded_names(case: dict[str, Any]) -> None:
    mentions = Pipeline("rules").analyse(Article("a", case["text"])).mentions
    found = [m.value for m in mentions if m.label == "ORG" and isinstance(m.value, NameValue)]
    assert [text_key(value.name) for value in found] == [text_key(name) for name in case["expect"]]
    if "provinces" in case:
        assert [value.province for value in found] == case["provinces"]
    for value in found:
        assert value.province_at is None or str(value.province).split()[-1] in case["text"][slice(*value.province_at)]
