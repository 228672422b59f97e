"""Gold files, floors and what the commands make of them: what is refused, and with which words."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from gold_results import TEXT, gold, perfect
from nqextract.evaluate import FloorsError, cli_evaluate
from nqextract.evaluate.quality import BEGIN, END
from nqextract.gold import GoldError, UsageError, cli_gold_check, cli_gold_new, gold_schema, load_gold
from nqextract.gold.load import parse_gold
from nqextract.gold.models import as_reviewed, gold_json
from nqextract.gold.split import is_dev
from nqextract.pipeline import Pipeline
from nqextract.records import ArticleResult
from nqextract.types import Article, StageError

HELD_OUT, DEVELOPING = "mau-3", "seed-mau"


class House:
    """A folder of articles and a folder of gold."""

    def __init__(self, place: Path, *golds: dict[str, Any]) -> None:
        self.gold, self.raw, self.floors = place / "gold", place / "raw", place / "gold" / "floors.json"
        self.gold.mkdir()
        self.raw.mkdir()
        for value in golds:
            self.add(value)

    def add(self, value: dict[str, Any], text: str = TEXT) -> Path:
        (self.raw / f"{value['article']}.txt").write_bytes(text.encode())
        path = self.gold / f"{value['article']}.gold.json"
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        return path

    def perfect(self, article: Article) -> ArticleResult:
        return perfect(parse_gold(self.gold / f"{article.id}.gold.json"), article.text)

    def worse(self, article: Article) -> ArticleResult:
        result = self.perfect(article)
        return result.model_copy(update={"entities": result.entities[1:], "records": []})

    def evaluate(self, **options: Any) -> tuple[int, str, str]:
        out, messages = io.StringIO(), io.StringIO()
        options = {"process": self.perfect, **options}
        status = cli_evaluate([self.gold], [self.raw], stdout=out, stderr=messages, **options)
        return status, out.getvalue(), messages.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, gold(), gold(HELD_OUT))


def entities(**first: Any) -> list[dict[str, Any]]:
    return [{**gold()["entities"][0], **first}, *gold()["entities"][1:]]


def record(**changes: Any) -> list[dict[str, Any]]:
    return [{**gold()["records"][0], **changes}]


REFUSED = [
    ("an unknown field", {"note": "x"}, "note"),
    ("an unknown label", {"entities": entities(label="PLACE")}, "entities.0.label"),
    ("a span that is not the text", {"entities": entities(start=1)}, "the text there is 'gày 5/3/2024'"),
    ("a span past the end", {"entities": [{"label": "DATE", "start": 900, "end": 904, "text": "2024"}]}, "there is ''"),
    ("spans out of order", {"entities": entities()[::-1]}, "out of order"),
    ("overlapping spans", {"entities": [entities()[0], *entities()]}, "overlaps the entity before it"),
    ("a hash of another text", {"sha256": "0" * 64}, "has changed since it was annotated"),
    ("a date that does not exist", {"records": record(date="2024-02-30")}, "records.0.date"),
    ("a date not in EDTF", {"records": record(date="5/3/2024")}, "records.0.date"),
    ("an unknown document type", {"records": record(documents=[{"type": "note", "number": "7"}])}, "documents.0.type"),
    ("a document without a name", {"records": record(documents=[{"type": "law"}])}, "needs a number or a meeting"),
    ("an unknown meeting", {"records": record(documents=[{"type": "law", "meeting": "party"}])}, "is not a meeting"),
    (
        "a number as text",
        {"records": record(venues={"value": "3", "qualifier": "exact", "unit": "x"})},
        "venues.value",
    ),
]


@pytest.mark.parametrize(("changes", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    house = House(tmp_path, gold(**changes))
    with pytest.raises(GoldError, match=DEVELOPING) as refused:
        load_gold([house.gold], [house.raw])
    assert says in str(refused.value)
    out = io.StringIO()
    assert cli_gold_check([house.gold], [house.raw], stdout=out) == 1
    assert says in out.getvalue()


CHECKED = [
    ("a person not in the text", {"people": [*gold()["people"], {"name": "Y Bia", "titles": []}]}, "'Y Bia' does not"),
    ("a person twice", {"people": gold()["people"] * 2}, "is there twice"),
    ("a title not in the text", {"people": [{"name": "Tạ Văn Bảng", "titles": ["Trưởng thôn"]}]}, "'Trưởng thôn'"),
    ("a chair who is no person", {"records": record(chairs=["Y Bia"])}, "'Y Bia' is not among the people"),
    ("a number not in the text", {"records": record(documents=[{"type": "law", "number": "8"}])}, "number '8'"),
    (
        "an entity who is no person",
        {"people": [], "records": []},
        "'Tạ Văn Bảng', a PERSON among the entities, is none",
    ),
    ("a person who is no entity", {"entities": gold()["entities"][:1]}, "no PERSON among the entities"),
]


@pytest.mark.parametrize(("changes", "says"), [row[1:] for row in CHECKED], ids=[row[0] for row in CHECKED])
def test_checked(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    house = House(tmp_path, gold(**changes))
    out = io.StringIO()
    assert cli_gold_check([house.gold], [house.raw], stdout=out) == 1
    assert says in out.getvalue()


def test_sound_gold_has_no_faults(house: House) -> None:
    out = io.StringIO()
    assert (cli_gold_check([house.gold], [house.raw], stdout=out), out.getvalue()) == (0, "")


def test_every_fault_is_told_at_once(house: House) -> None:
    house.add(gold("seed-a", sha256="0" * 64))
    house.add(gold("seed-b", note=1))
    (house.raw / f"{HELD_OUT}.txt").unlink()
    with pytest.raises(GoldError) as refused:
        load_gold([house.gold], [house.raw])
    assert [name in str(refused.value) for name in ("seed-a", "seed-b", HELD_OUT)] == [True, True, True]


def test_articles_of_any_kind_and_beside_the_gold(house: House, tmp_path: Path) -> None:
    (house.raw / f"{HELD_OUT}.txt").unlink()
    table = tmp_path / "more.jsonl"
    table.write_text(json.dumps({"id": HELD_OUT, "text": TEXT}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert [pair.article.id for pair in load_gold([house.gold], [house.raw, table])] == [HELD_OUT, DEVELOPING]
    table.rename(house.raw / "more.jsonl")
    assert len(load_gold([house.gold])) == 2


def test_the_schema_refuses_unknown_fields() -> None:
    schema = gold_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"article", "sha256", "entities", "people", "records"}


def test_the_split_is_fixed() -> None:
    rows = {
        "seed-000": True,
        "vietnews-train-017911": True,
        "vietnews-val-015158": True,
        "vietnews-test-002217": False,
        DEVELOPING: True,
        HELD_OUT: False,
    }
    assert {article: is_dev(article) for article in rows} == rows


def test_evaluate_prints_a_table_and_ends_well(house: House) -> None:
    status, out, messages = house.evaluate(minimums=["entities=1", "person=0.5", "venues=0.9"])
    assert (status, messages) == (0, "")
    assert "2 articles" in out
    line = next(line.split() for line in out.splitlines() if line.split()[:1] == ["DOC"])
    assert line == ["DOC", "2", "0", "0", "1.000", "1.000", "1.000", "1.000–1.000"]


def test_evaluate_fails_under_a_minimum(house: House) -> None:
    status, _, messages = house.evaluate(minimums=["DATE=0.5", "PERSON=0.5"], process=house.worse)
    assert status == 1
    assert messages.splitlines() == ["DATE: F1 0.0000 is under the 0.5000 asked for by --min"]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_evaluate_a_part(house: House, split: str) -> None:
    scores = json.loads(house.evaluate(split=split, as_json=True)[1])
    assert (scores["split"], scores["articles"], scores["scores"]["entities"]["hits"]) == (split, 1, 4)


def test_errors_as_lines_and_as_json(house: House) -> None:
    _, out, _ = house.evaluate(process=house.worse, errors=True, only=["date"], split="dev")
    assert [line.split("\t")[:3] for line in out.splitlines() if "\t" in line] == [["date", "missed", DEVELOPING]]
    errors = json.loads(house.evaluate(process=house.worse, errors=True, only=["DATE"], as_json=True)[1])["errors"]
    assert [(error["article"], error["kind"], error["text"]) for error in errors] == [
        (HELD_OUT, "missed", "Ngày 5/3/2024"),
        (DEVELOPING, "missed", "Ngày 5/3/2024"),
    ]


WRONG_USAGE: list[tuple[dict[str, Any], str]] = [
    ({"minimums": ["speed=0.5"]}, "speed"),
    ({"minimums": ["date"]}, "between 0 and 1"),
    ({"minimums": ["date=95"]}, "between 0 and 1"),
    ({"minimums": ["date=nan"]}, "between 0 and 1"),
    ({"split": "half"}, "half"),
    ({"only": ["speed"]}, "speed"),
    ({"minimums": ["Date=0.5"]}, "DATE"),  # the label or the slot?
]


@pytest.mark.parametrize(("options", "says"), WRONG_USAGE)
def test_wrong_usage(house: House, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        house.evaluate(**options)


def test_no_gold_and_no_articles(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_gold([tmp_path / "none"])
    with pytest.raises(UsageError, match=r"no gold"):
        load_gold([tmp_path])


def test_floors_are_raised_and_hold(house: House) -> None:
    assert house.evaluate(process=house.worse, raise_floors=house.floors)[0] == 0
    low = json.loads(house.floors.read_text())["floors"]
    assert low["PERSON"] == 0.99
    assert low["DATE"] == 0.0
    assert "venues" not in low  # nothing to count, nothing to hold
    assert house.evaluate(raise_floors=house.floors)[0] == 0
    high = json.loads(house.floors.read_text())["floors"]
    assert (high["DATE"], high["slots"]) == (0.99, 0.99)
    assert house.evaluate(floors=house.floors)[0] == 0
    status, _, messages = house.evaluate(floors=house.floors, process=house.worse)
    assert status == 1
    assert "DATE: F1 0.0000 is under the 0.9900" in messages


def test_floors_are_never_lowered(house: House) -> None:
    house.evaluate(raise_floors=house.floors)
    before = house.floors.read_bytes()
    for repin in (False, True):
        with pytest.raises(FloorsError, match="only ever raised"):
            house.evaluate(process=house.worse, raise_floors=house.floors, repin=repin)
    assert house.floors.read_bytes() == before


def test_floors_do_not_hold_for_other_gold(house: House) -> None:
    house.evaluate(raise_floors=house.floors)
    house.add(gold("seed-new"))
    for options in ({"floors": house.floors}, {"raise_floors": house.floors}):
        with pytest.raises(FloorsError, match="--repin"):
            house.evaluate(**options)
    house.evaluate(raise_floors=house.floors, repin=True)
    assert house.evaluate(floors=house.floors)[0] == 0
    with pytest.raises(FloorsError, match="--split"):
        house.evaluate(floors=house.floors, split="dev")


@pytest.mark.parametrize("floors", ["", "[]", '{"gold_sha256": "0"}'])
def test_a_broken_floors_file_is_an_error(house: House, floors: str) -> None:
    house.floors.write_text(floors)
    with pytest.raises(FloorsError, match=r"floors\.json"):
        house.evaluate(floors=house.floors)


def test_quality_keeps_what_people_wrote_and_hides_the_scored_part(house: House, tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    house.evaluate(process=house.worse, quality=page)
    page.write_text("# Ours\n\n" + page.read_text(encoding="utf-8") + "\nBelow.\n", encoding="utf-8")
    house.evaluate(process=house.worse, quality=page)
    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Ours\n") and written.endswith("\nBelow.\n")
    assert (written.count(BEGIN), written.count(END), written.count("## The part only scored")) == (1, 1, 1)
    assert f"- {DEVELOPING}: DATE missed: Ngày 5/3/2024" in written
    assert HELD_OUT not in written
    again = written
    house.evaluate(process=house.worse, quality=page)
    assert page.read_text(encoding="utf-8") == again


def test_wrong_answers_are_listed_under_the_kinds_that_people_gave_them(house: House, tmp_path: Path) -> None:
    page, kinds = tmp_path / "quality.md", tmp_path / "kinds.toml"
    kinds.write_text(
        '[[kind]]\nname = "Dates in figures"\ntakes = "A pattern."\n'
        f'answers = ["{DEVELOPING} DATE Ngày 5/3/2024", "{DEVELOPING} PERSON Tạ Văn Bảng"]\n',
        encoding="utf-8",
    )
    _, _, messages = house.evaluate(process=house.worse, quality=page, kinds=kinds)
    written = page.read_text(encoding="utf-8")
    assert "### Dates in figures: 1\n\nWhat it would take: A pattern.\n\n- seed-mau: DATE missed" in written
    assert "### Not explained yet: chairs missed: 1" in written
    assert f"no longer wrong: {DEVELOPING} PERSON Tạ Văn Bảng" in messages


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[kind]", "kinds.toml"),
        ('[[kind]]\nname = "A"\ntakes = "B"\nanswers = []', "answers"),
        ('[[kind]]\nname = "A"\ntakes = "B"\nanswers = ["x", "x"]', "twice"),
        ('[[kind]]\nname = "A"\nanswers = ["x"]', "takes"),
        ("kinds = 1", "kind"),
        (None, "No such file"),
    ],
)
def test_kinds_that_cannot_be_used(house: House, tmp_path: Path, content: str | None, says: str) -> None:
    kinds = tmp_path / "kinds.toml"
    if content is not None:
        kinds.write_text(content)
    with pytest.raises(UsageError, match=says):
        house.evaluate(quality=tmp_path / "quality.md", kinds=kinds)


def test_baselines_stand_beside_the_extractor(house: House, tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    house.evaluate(quality=page, baselines=True)
    lines = page.read_text(encoding="utf-8").splitlines()
    (heading, *_) = [line for line in lines if "underthesea" in line]
    assert heading.count("|") == 8 + 1 + 4  # ours, and one column a baseline
    person, date = (next(line for line in lines if line.startswith(f"| {key} ")) for key in ("PERSON", "DATE"))
    assert person.count("1.000 / 1.000 / 1.000") == 4, "all find a full name behind ông"
    assert date.endswith("| – |"), "underthesea knows no dates"


def test_baselines_and_kinds_need_the_file_that_they_are_written_to(house: House, tmp_path: Path) -> None:
    for options in ({"baselines": True}, {"kinds": tmp_path / "kinds.toml"}):
        with pytest.raises(UsageError, match="--quality"):
            house.evaluate(**options)


def test_quality_without_marks_is_left_alone(house: House, tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text("# Ours\n")
    with pytest.raises(UsageError, match="nowhere to put"):
        house.evaluate(quality=page)
    assert page.read_text() == "# Ours\n"


def test_the_projects_own_gold_is_sound() -> None:
    out = io.StringIO()
    data = Path(__file__).parent.parent / "data"
    assert (cli_gold_check([data / "gold"], [data / "raw"], stdout=out), out.getvalue()) == (0, "")


# Gold that nobody has reviewed


def test_unreviewed_gold_is_named_and_not_counted(house: House) -> None:
    path = house.add(gold("seed-neu", reviewed=False, entities=[]))
    house.add(gold("seed-ro", reviewed=True))
    messages = io.StringIO()
    pairs = load_gold([house.gold], [house.raw], stderr=messages)
    assert [pair.article.id for pair in pairs] == [HELD_OUT, DEVELOPING, "seed-ro"]
    assert messages.getvalue() == f"not counted: {path} is not reviewed\n"
    status, out, told = house.evaluate(minimums=["entities=1"])
    assert (status, "3 articles" in out, told) == (0, True, messages.getvalue())
    assert house.evaluate(split="test")[2] == ""  # it is of the other part
    out = io.StringIO()
    told = io.StringIO()
    assert (cli_gold_check([house.gold], [house.raw], stdout=out, stderr=told), out.getvalue()) == (
        1,
        f"{path}: people: 'Tạ Văn Bảng' is no PERSON among the entities\n",
    )
    assert told.getvalue() == f"{path}: not reviewed yet: evaluate and train leave it out\n"


def test_a_name_that_would_steer_the_terminal(house: House) -> None:
    house.add(gold("seed-\x1b[31m", reviewed=False, entities=[]))
    messages = io.StringIO()
    load_gold([house.gold], [house.raw], stderr=messages)
    assert "seed-␛[31m" in messages.getvalue() and "\x1b" not in messages.getvalue()


def test_a_bug_that_one_article_meets_keeps_no_other_from_gold(house: House) -> None:
    def process(article: Article) -> ArticleResult:
        if article.id == HELD_OUT:
            raise ValueError("a bug")
        return house.perfect(article)

    messages, made = io.StringIO(), house.raw.parent / "made"
    assert cli_gold_new([str(house.raw)], made, process=process, stderr=messages) == 1
    assert f"article {HELD_OUT}: ValueError: a bug" in messages.getvalue()
    assert [path.name for path in made.iterdir()] == [f"{DEVELOPING}.gold.json"]


def test_unreviewed_gold_alone_is_wrong_usage(tmp_path: Path) -> None:
    house = House(tmp_path, gold(reviewed=False))
    with pytest.raises(UsageError, match=r"none of the gold under .* is reviewed"):
        load_gold([house.gold], [house.raw], stderr=io.StringIO())
    out = io.StringIO()
    assert cli_gold_check([house.gold], [house.raw], stdout=out, stderr=io.StringIO()) == 0


def new_gold(house: House, *articles: Path, **options: Any) -> tuple[int, str]:
    messages = io.StringIO()
    options = {"process": house.perfect, **options}
    return cli_gold_new([str(path) for path in articles], house.gold, stderr=messages, **options), messages.getvalue()


def test_new_gold_is_the_answer_unreviewed(house: House, tmp_path: Path) -> None:
    before = {path: parse_gold(path) for path in house.gold.iterdir()}
    status, messages = new_gold(house, house.raw)
    assert (status, {path: parse_gold(path) for path in house.gold.iterdir()}) == (1, before)
    assert [f"{path}: there is gold already" in messages for path in before] == [True, True]

    def without_files(article: Article) -> ArticleResult:
        return perfect(before[house.gold / f"{article.id}.gold.json"], article.text)

    for path in before:
        path.unlink()
    (house.raw / "rong.txt").write_bytes(b"")
    status, messages = new_gold(house, house.raw, process=without_files)
    assert status == 1 and "rong.txt" in messages and "2 new" in messages
    for path, was in before.items():
        assert json.loads(path.read_bytes())["reviewed"] is False
        assert as_reviewed(parse_gold(path)) == was
        assert path.read_bytes() == gold_json(parse_gold(path))

    def failing(article: Article) -> ArticleResult:
        if article.id == HELD_OUT:
            raise StageError("tag", "timeout", "it took too long")
        return without_files(article)

    for path in before:
        path.unlink()
    status, messages = new_gold(house, house.raw, process=failing)
    assert status == 1 and f"article {HELD_OUT}: tag: it took too long" in messages
    assert [path.name for path in house.gold.iterdir()] == [f"{DEVELOPING}.gold.json"]


def test_the_extractor_is_right_by_its_own_answer(tmp_path: Path) -> None:
    raw, made = Path(__file__).parent.parent / "data/raw", tmp_path / "gold"
    answers: dict[str, ArticleResult] = {}
    extract = Pipeline().process

    def process(article: Article) -> ArticleResult:
        if article.id not in answers:
            answers[article.id] = extract(article)
        return answers[article.id]

    assert cli_gold_new([str(raw)], made, process=process, stderr=io.StringIO()) == 0
    files = list(made.rglob("*.gold.json"))
    assert len(files) == 122
    for path in files:
        path.write_bytes(path.read_bytes().replace(b' "reviewed": false,\n', b' "reviewed": true,\n'))
    out, messages = io.StringIO(), io.StringIO()
    assert cli_evaluate([made], [raw], process=process, as_json=True, stdout=out, stderr=messages) == 0
    scores = json.loads(out.getvalue())["scores"]
    assert messages.getvalue() == ""
    assert scores["records"]["hits"] > 100
    assert {key: score["f1"] for key, score in scores.items() if score["f1"] not in (1.0, None)} == {}
