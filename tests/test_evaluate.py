"""Scoring: every figure is right where nothing is wrong, and each kind of error is counted exactly once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gold_results import perfect
from nqextract.evaluate import Counts, evaluate, score_article
from nqextract.evaluate.align import best_assignment
from nqextract.evaluate.score import KEYS, SHARE_KEYS, Scores
from nqextract.gold import GoldArticle, Pair
from nqextract.gold.keys import document_key, text_key
from nqextract.gold.models import GoldDocument
from nqextract.records import ArticleResult
from nqextract.text import sha256
from nqextract.types import LABELS, Article, StageError

TEXT = (
    "Ngày 5/3/2024, Tỉnh ủy Hà Xuyên tổ chức hội nghị quán triệt Nghị quyết số 18-NQ/TW cho hơn 500 đại biểu tại "
    "3 điểm cầu. Đồng chí Lò Thị Sương, Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh chủ trì; ông Tạ Văn Bảng trình bày. "
    "Chiều 6/3/2024, Huyện ủy Mai Khê phổ biến Kết luận số 7."
)


def entity(label: str, text: str) -> dict[str, Any]:
    start = TEXT.index(text)
    return {"label": label, "start": start, "end": start + len(text), "text": text}


GOLD: dict[str, Any] = {
    "article": "seed-x",
    "sha256": sha256(TEXT),
    "entities": [
        entity("DATE", "Ngày 5/3/2024"),
        entity("ORG", "Tỉnh ủy Hà Xuyên"),
        entity("DOC", "Nghị quyết số 18-NQ/TW"),
        entity("PERSON", "Lò Thị Sương"),
        entity("TITLE", "Bí thư Tỉnh ủy"),
        entity("TITLE", "Chủ tịch HĐND tỉnh"),
        entity("PERSON", "Tạ Văn Bảng"),
        entity("DATE", "Chiều 6/3/2024"),
        entity("ORG", "Huyện ủy Mai Khê"),
        entity("DOC", "Kết luận số 7"),
    ],
    "people": [
        {"name": "Lò Thị Sương", "titles": ["Bí thư Tỉnh ủy", "Chủ tịch HĐND tỉnh"]},
        {"name": "Tạ Văn Bảng", "titles": []},
    ],
    "records": [
        {
            "main": True,
            "name": "hội nghị quán triệt Nghị quyết số 18-NQ/TW",
            "date": "2024-03-05",
            "organizers": ["Tỉnh ủy Hà Xuyên"],
            "documents": [
                {"type": "resolution", "number": "18-NQ/TW"},
                {"type": "resolution", "meeting": "plenum:6:XII", "optional": True},
            ],
            "participants": {"value": 500, "qualifier": "over", "unit": "đại biểu"},
            "venues": {"value": 3, "qualifier": "exact", "unit": "điểm cầu"},
            "format": "online",
            "chairs": ["Lò Thị Sương"],
            "presenters": [
                {"name": "Tạ Văn Bảng", "documents": [{"type": "resolution", "number": "18-NQ/TW"}]},
            ],
            "place": "Hà Xuyên",
        },
        {
            "main": False,
            "name": None,
            "date": "2024-03-06",
            "organizers": ["Huyện ủy Mai Khê"],
            "documents": [{"type": "conclusion", "number": "7"}],
        },
    ],
}
BARE = {"article": "seed-y", "sha256": sha256("Không có gì."), "entities": [], "people": [], "records": []}

Change = Callable[[dict[str, Any]], None]


def gold_of(value: dict[str, Any]) -> GoldArticle:
    return GoldArticle.model_validate_json(json.dumps(value))


def changed(change: Change) -> ArticleResult:
    """The perfect result after ``change``."""
    data = perfect(gold_of(GOLD), TEXT).model_dump()
    change(data)
    return ArticleResult.model_validate(data)


def counts_of(result: ArticleResult | None) -> dict[str, Counts]:
    return Scores((score_article(gold_of(GOLD), TEXT, result),)).totals


def first(data: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = data["records"][0]
    return record


def set_(slot: str, value: object) -> Change:
    return lambda data: first(data).__setitem__(slot, value)


def update(slot: str, **values: object) -> Change:
    return lambda data: first(data)[slot].update(values)


def at(slot: str, place: int, **values: object) -> Change:
    return lambda data: first(data)[slot][place].update(values)


def drop(slot: str, place: int = 0) -> Change:
    return lambda data: first(data)[slot].pop(place)


def again(slot: str, **values: object) -> Change:
    return lambda data: first(data)[slot].append({**first(data)[slot][0], **values})


def entity_change(place: int, **values: object) -> Change:
    return lambda data: data["entities"][place].update(values)


def test_perfect_answer_is_right_everywhere() -> None:
    pairs = [Pair(gold_of(GOLD), Article("seed-x", TEXT)), Pair(gold_of(BARE), Article("seed-y", "Không có gì."))]
    scores = evaluate(pairs, lambda a: perfect(gold_of(GOLD if a.id == "seed-x" else BARE), a.text))
    assert {
        key: (scores.f1(key), scores.totals[key].precision, scores.totals[key].recall) for key in KEYS
    } == dict.fromkeys(KEYS, (1.0, 1.0, 1.0))
    assert scores.problems == []
    assert {
        key: scores.totals[key].hits for key in ("entities", "names", "titles", "slots", "records", "no_record")
    } == {
        "entities": 10,
        "names": 2,
        "titles": 2,
        "slots": 13,
        "records": 2,
        "no_record": 1,
    }


WRONG = Counts(0, 1, 1)
MISSED = Counts(0, 1, 0)
SPURIOUS = Counts(0, 0, 1)

# One change to the perfect answer, and what it costs under which keys; nothing else may be touched.
ERRORS: list[tuple[str, Change, dict[str, Counts]]] = [
    ("entity left out", lambda d: d["entities"].pop(1), {"ORG": MISSED, "entities": MISSED}),
    ("entity too long", entity_change(1, end=GOLD["entities"][1]["end"] + 3), {"ORG": WRONG, "entities": WRONG}),
    (
        "entity of another label",
        entity_change(1, label="TITLE"),
        {"ORG": MISSED, "TITLE": SPURIOUS, "entities": WRONG},
    ),
    (
        "entity that is none",
        lambda d: d["entities"].append({"label": "DATE", "start": 0, "end": 4, "text": "Ngày", "norm": None}),
        {"DATE": SPURIOUS, "entities": SPURIOUS},
    ),
    ("person left out", lambda d: d["people"].pop(1), {"names": MISSED}),
    ("person with titles left out", lambda d: d["people"].pop(0), {"names": MISSED, "titles": Counts(0, 2, 0)}),
    (
        "title of another",
        lambda d: d["people"][1]["titles"].append(d["people"][0]["titles"].pop()),
        {"titles": WRONG},
    ),
    ("date missing", set_("date", None), {"date": MISSED}),
    ("date of another year", update("date", edtf="XXXX-03-05"), {"date": WRONG}),
    ("organiser without its place", at("organizers", 0, name="Tỉnh ủy"), {"organizers": WRONG}),
    ("organiser too many", again("organizers", name="Thường trực HĐND tỉnh"), {"organizers": SPURIOUS}),
    ("organiser twice", again("organizers"), {"organizers": SPURIOUS}),
    ("document of another type", at("documents", 0, type="directive"), {"documents": WRONG}),
    ("document of another number", at("documents", 0, number="19-NQ/TW"), {"documents": WRONG}),
    ("optional document left out", drop("documents", 1), {}),
    ("optional and required left out", set_("documents", []), {"documents": MISSED}),
    ("participants of another number", update("participants", value=501), {"participants": WRONG}),
    ("participants' qualifier", update("participants", qualifier="about"), {"participants": WRONG}),
    ("participants' unit", update("participants", unit="người"), {"participants": WRONG}),
    ("participants with invited", update("participants", invited=600), {"participants": WRONG}),
    ("venues missing", set_("venues", None), {"venues": MISSED}),
    ("format wrong", set_("format", "hybrid"), {"format": WRONG}),
    ("format missing", set_("format", None), {"format": MISSED}),
    ("chair left out", drop("chairs"), {"chairs": MISSED}),
    ("chair by the short name", at("chairs", 0, name="Sương"), {"chairs": WRONG}),
    ("presenter's document left out", at("presenters", 0, documents=[]), {"presenter_documents": MISSED}),
    ("presenter left out", drop("presenters"), {"presenters": MISSED, "presenter_documents": MISSED}),
    ("presenter misnamed", at("presenters", 0, name="Bảng"), {"presenters": WRONG, "presenter_documents": WRONG}),
    ("place missing", set_("place", None), {"place": MISSED}),
    ("name missing: not among the slots", set_("name", None), {"name": MISSED}),
    ("main wrong", set_("main", False), {"main": WRONG}),
    (
        "second record left out",
        lambda d: d["records"].pop(1),
        {"date": MISSED, "organizers": MISSED, "documents": MISSED, "records": MISSED},
    ),
    (
        "record twice",
        lambda d: d["records"].append(d["records"][1]),
        {"date": SPURIOUS, "organizers": SPURIOUS, "documents": SPURIOUS, "records": SPURIOUS},
    ),
    ("records in another order", lambda d: d["records"].reverse(), {}),
]


@pytest.mark.parametrize(("change", "costs"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_each_error_is_counted_once(change: Change, costs: dict[str, Counts]) -> None:
    right, got = counts_of(changed(lambda _: None)), counts_of(changed(change))
    slots = [
        costs[key] for key in costs if key not in ("entities", "names", "titles", "name", "records", "main", *LABELS)
    ]
    if slots:
        costs = {**costs, "slots": sum(slots, Counts())}
    assert {key: (got[key].missed, got[key].spurious) for key in KEYS if got[key].missed or got[key].spurious} == {
        key: (cost.missed, cost.spurious) for key, cost in costs.items()
    }
    for key in KEYS:
        if key != "main":  # counted over aligned records only
            assert got[key].hits + got[key].missed == right[key].hits, key


@pytest.mark.parametrize("change", [row[1] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_every_wrong_answer_is_listed(change: Change) -> None:
    score = score_article(gold_of(GOLD), TEXT, changed(change))
    for key in KEYS:
        if key in ("entities", "slots", *SHARE_KEYS):  # sums of others, and shares
            continue
        listed = [problem.kind for problem in score.problems if problem.key == key]
        counts = score.counts.get(key, Counts())
        assert (listed.count("missed"), listed.count("spurious")) == (counts.missed, counts.spurious), key


def test_a_wrong_entity_is_listed_with_what_stands_instead() -> None:
    problems = score_article(
        gold_of(GOLD), TEXT, changed(entity_change(1, start=GOLD["entities"][1]["start"] + 5))
    ).problems
    assert [(p.kind, p.key, p.text, p.instead) for p in problems] == [
        ("missed", "ORG", "Tỉnh ủy Hà Xuyên", "ORG 'ủy Hà Xuyên'"),
        ("spurious", "ORG", "ủy Hà Xuyên", "ORG 'Tỉnh ủy Hà Xuyên'"),
    ]
    assert "[Tỉnh ủy Hà Xuyên] tổ chức" in problems[0].context


def test_an_optional_document_is_no_hit_either() -> None:
    assert counts_of(changed(lambda _: None))["documents"] == Counts(hits=2)
    assert counts_of(changed(drop("documents", 1)))["documents"] == Counts(hits=2)


def test_records_that_agree_in_nothing_are_not_aligned() -> None:
    def other(data: dict[str, Any]) -> None:
        empty = dict.fromkeys(("name", "participants", "venues", "format", "place"))
        data["records"] = [{**first(data), **empty, "organizers": [], "documents": [], "chairs": [], "presenters": []}]
        first(data)["date"]["edtf"] = "2019-01"

    counts = counts_of(changed(other))
    assert counts["records"] == Counts(0, 2, 1)
    assert counts["slots"] == Counts(0, 13, 1)
    assert counts["main"] == Counts()


def test_a_record_where_there_is_none_is_a_false_alarm() -> None:
    pair = Pair(gold_of(BARE), Article("seed-y", "Không có gì."))
    records = perfect(gold_of(GOLD), TEXT).records
    scores = evaluate([pair], lambda a: perfect(gold_of(BARE), a.text).model_copy(update={"records": records}))
    assert scores.f1("no_record") == 0.0
    assert scores.totals["records"] == Counts(spurious=2)
    assert scores.f1("PERSON") is None


def test_an_article_that_fails_is_missed_whole() -> None:
    def process(article: Article) -> ArticleResult:
        if article.id == "seed-x":
            raise StageError("clean", "no_article", "there is no article in it")
        raise ZeroDivisionError("a bug")

    pairs = [Pair(gold_of(GOLD), Article("seed-x", TEXT)), Pair(gold_of(BARE), Article("seed-y", "Không có gì."))]
    scores = evaluate(pairs, process)
    assert [(failure.id, failure.stage, failure.error) for failure in scores.failures] == [
        ("seed-x", "clean", "no_article"),
        ("seed-y", "", "ZeroDivisionError"),
    ]
    assert scores.totals["entities"] == Counts(missed=10)
    assert scores.totals["slots"] == Counts(missed=13)


SAME = [
    ("Ủy ban Nhân dân", "uỷ ban nhân dân"),
    ("Hòa Bình", "Hoà  Bình"),
    ("Tòa án", "toà án"),
    ("40-CT/TW", "40 - CT / TW"),
    ("18-NQ/TW", "18–NQ/TW"),
    ("TP.HCM", "TP. HCM"),
    ("Đỗ Lý", "Đỗ\u00a0Lý"),
    ("Bí thư", "Bi\u0301 thư"),
]
DIFFERENT = [("Hòa", "Hoa"), ("18-NQ/TW", "18-NQ/TU"), ("Đinh", "Dinh"), ("quý", "qúy"), ("Thủy", "Thùy")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_compared_as_equal(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_compared_as_different(one: str, other: str) -> None:
    assert text_key(one) != text_key(other)


def test_a_document_is_its_type_with_number_or_meeting() -> None:
    rows = [("resolution", "18-NQ/TW", None), ("directive", "18-NQ/TW", None), ("resolution", None, "plenum:6:XII")]
    keys = [document_key(GoldDocument(type=t, number=n, meeting=m)) for t, n, m in rows]  # type: ignore[arg-type]
    assert len(set(keys)) == 3
    assert document_key(GoldDocument(type="resolution", number="18-nq / tw", meeting="plenum:6:XII")) == keys[0]


@given(
    st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )
)
def test_the_assignment_is_the_best_there_is(weights: list[list[int]]) -> None:
    rows, columns = len(weights), len(weights[0]) if weights else 0
    pairs = best_assignment(weights)
    few, many = sorted((rows, columns))
    assert len(pairs) == few
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == few
    best = max(
        sum(weights[a][b] if rows <= columns else weights[b][a] for a, b in enumerate(chosen))
        for chosen in itertools.permutations(range(many), few)
    )
    assert sum(weights[row][column] for row, column in pairs) == best


names = st.sampled_from(["Lò Thị Sương", "Tạ Văn Bảng", "Y Hoà", "K'Brêu", "Đàm Uỷ"])
documents = st.builds(
    lambda kind, number, optional: {"type": kind, "number": number, "optional": optional},
    st.sampled_from(["resolution", "plan"]),
    st.sampled_from(["7", "18-NQ/TW", "303/NQ-HĐND"]),
    st.booleans(),
)
unique_documents = st.lists(documents, max_size=3, unique_by=lambda d: (d["type"], d["number"]))
records = st.fixed_dictionaries(
    {
        "main": st.booleans(),
        "name": st.sampled_from([None, "hội nghị", "lớp học"]),
        "date": st.sampled_from([None, "2024-03-05", "XXXX-12", "2017-11-29/2017-11-30"]),
        "organizers": st.lists(st.sampled_from(["Tỉnh ủy", "UBND xã", "Quân khu"]), max_size=3),
        "documents": unique_documents,
        "participants": st.sampled_from([None, {"value": 5, "qualifier": "over", "unit": "người", "invited": 9}]),
        "format": st.sampled_from([None, "online", "in_person"]),
        "chairs": st.lists(names, max_size=2),
        "presenters": st.lists(st.fixed_dictionaries({"name": names, "documents": unique_documents}), max_size=2),
    }
)
spans = st.lists(st.sampled_from(LABELS), max_size=6).map(
    lambda labels: [{"label": b, "start": 2 * a, "end": 2 * a + 1, "text": TEXT[2 * a]} for a, b in enumerate(labels)]
)
people = st.lists(st.fixed_dictionaries({"name": names, "titles": st.lists(names, max_size=3)}), max_size=4)


@given(spans, people, st.lists(records, max_size=4), st.randoms())
def test_gold_against_itself_is_right(ents: Any, persons: Any, recs: Any, chance: Any) -> None:
    """Whatever the gold, and in whatever order its facts come."""
    ents = [e for e in ents if e["text"].strip()]
    gold = gold_of({**GOLD, "entities": ents, "people": persons, "records": recs})
    result = perfect(gold, TEXT)
    chance.shuffle(result.records)
    chance.shuffle(result.people)
    counts = score_article(gold, TEXT, result)
    assert counts.problems == []
    assert {key: c.f1 for key, c in counts.counts.items() if c.f1 is not None} == {
        key: 1.0 for key, c in counts.counts.items() if c != Counts()
    }


def test_the_interval_is_the_same_each_time_and_around_the_figure() -> None:
    pairs = [Pair(gold_of({**GOLD, "article": f"seed-{n}"}), Article(f"seed-{n}", TEXT)) for n in range(12)]

    def process(article: Article) -> ArticleResult:
        return changed((lambda d: d["entities"].pop()) if int(article.id[5:]) % 3 == 0 else (lambda _: None))

    one, two = evaluate(pairs, process), evaluate(pairs, process)
    assert one.intervals == two.intervals
    interval, f1 = one.intervals["DOC"], one.f1("DOC")
    assert interval is not None and f1 is not None
    assert interval[0] < f1 < interval[1] <= 1.0
    assert one.intervals["PERSON"] == (1.0, 1.0)
    assert one.intervals["no_record"] is None
