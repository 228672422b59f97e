"""Two runs against the same gold: what was gained and lost, on the terminal, as JSON and on the page."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from browsing import unpack
from gold_results import TEXT, gold, perfect
from nqextract.evaluate import cli_evaluate
from nqextract.evaluate.compare import answers_of
from nqextract.gold.load import load_gold
from nqextract.outputs import OutputError
from nqextract.records import ArticleResult
from nqextract.text import sha256
from nqextract.types import Article, StageError


class House:
    """Gold of one article, and runs whose answers leave some of it out."""

    def __init__(self, place: Path, text: str = TEXT) -> None:
        self.place, self.gold, self.raw = place, place / "gold", place / "raw"
        self.gold.mkdir()
        self.raw.mkdir()
        (self.raw / "bai.txt").write_text(text, encoding="utf-8")
        value = gold("bai", sha256=sha256(text))
        (self.gold / "bai.gold.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        [pair] = load_gold([self.gold], [self.raw])
        self.best = perfect(pair.gold, text)

    def run(self, name: str, without: Sequence[str] = (), **changes: Any) -> str:
        """The output of a run that did not find the entities of the labels ``without``."""
        kept = [entity for entity in self.best.entities if entity.label not in without]
        result = self.best.model_copy(update={"entities": kept, **changes})
        (self.place / name).mkdir()
        (self.place / name / "articles.jsonl").write_text(result.model_dump_json() + "\n", encoding="utf-8")
        return str(self.place / name)

    def evaluate(self, **options: Any) -> tuple[int, str, str]:
        out, messages = io.StringIO(), io.StringIO()

        def fails(article: Article) -> ArticleResult:
            raise AssertionError("nothing is to be extracted")

        status = cli_evaluate([self.gold], [self.raw], process=fails, stdout=out, stderr=messages, **options)
        return status, out.getvalue(), messages.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_gained_and_lost(house: House) -> None:
    before, now = house.run("before", without=["DATE", "DOC"]), house.run("now", without=["DOC", "TITLE"])
    status, out, messages = house.evaluate(answers=now, other=before)
    assert (status, messages) == (0, "")
    said = out.partition("against")[2]
    assert "DATE: F1 0.000 -> 1.000  +1.000" in said
    assert "TITLE: F1 1.000 -> 0.000  -1.000" in said
    assert "DOC:" not in said
    gained, lost = said.partition("\nlost: 1\n")[::2]
    assert "gained: 1\nDATE\tmissed\tbai\tNgày 5/3/2024" in gained
    assert lost.startswith("TITLE\tmissed\tbai\tBí thư Huyện ủy")


def test_as_json(house: House) -> None:
    before, now = house.run("before", without=["DATE"]), house.run("now")
    compared = json.loads(house.evaluate(answers=now, other=before, as_json=True)[1])["compared"]
    assert [problem["key"] for problem in compared["gained"]] == ["DATE"]
    assert compared["lost"] == []
    assert compared["f1"]["DATE"] == 0.0


def test_only_some(house: House) -> None:
    before, now = house.run("before", without=["DATE", "DOC"]), house.run("now")
    said = house.evaluate(answers=now, other=before, only=["doc"])[1].partition("against")[2]
    assert "gained: 1\nDOC" in said


def test_a_wrong_answer_that_only_changes_its_evidence_is_the_same(house: House) -> None:
    record = house.best.records[0]
    assert record.date is not None
    wrong = record.date.model_copy(update={"edtf": "2024-03-06"})
    elsewhere = [evidence.model_copy(update={"start": 3, "end": 4}) for evidence in wrong.evidence]
    changes = [
        record.model_copy(update={"date": date}) for date in (wrong, wrong.model_copy(update={"evidence": elsewhere}))
    ]
    before, now = (house.run(name, records=[change]) for name, change in zip(("before", "now"), changes, strict=True))
    said = house.evaluate(answers=now, other=before)[1].partition("against")[2]
    assert "gained: 0" in said and "lost: 0" in said


def test_the_page(house: House) -> None:
    before, now = house.run("before", without=["DATE"]), house.run("now", without=["TITLE"])
    page = house.place / "page.html"
    house.evaluate(answers=now, other=before, report=page)
    written = page.read_text(encoding="utf-8")
    assert "1 gained, 1 lost" in written
    data = json.loads(written.partition('id="data">')[2].partition("</script>")[0])
    assert [(row["key"], row["change"]) for row in data["problems"]] == [("TITLE", "lost"), ("DATE", "gained")]


def test_nothing_of_a_text_is_markup_on_the_page(tmp_path: Path) -> None:
    house = House(tmp_path, TEXT + ' <script>x</script>\u202e <b>Hết</b> & "')
    wrong = house.best.entities[0].model_copy(
        update={"start": len(TEXT) + 1, "end": len(TEXT) + 19, "text": "<script>x</script>"}
    )
    page = house.place / "page.html"
    house.evaluate(answers=house.run("now", entities=[*house.best.entities, wrong]), report=page)
    written = page.read_text(encoding="utf-8")
    [article] = map(unpack, json.loads(written.partition('id="articles">')[2].partition("</script>")[0]))
    assert "&lt;script&gt;x&lt;/script&gt;" in article
    for harmful in ("<script>x", "<b>", "\u202e"):
        assert harmful not in written + article


def test_an_answer_is_found_by_the_text_whatever_the_run_called_it(house: House) -> None:
    out = house.run("now", id="other/name")
    assert house.evaluate(answers=out)[0] == 0


def test_a_run_without_the_article(house: House) -> None:
    out = house.run("now", sha256="0" * 64)
    status, _, messages = house.evaluate(answers=out)
    assert status == 1
    assert "bai" in messages and "no answer to an article of this text" in messages
    with pytest.raises(StageError, match="no answer"):
        answers_of(out)(Article("bai", TEXT))


def test_an_article_that_only_the_other_run_lacks_is_named(house: House) -> None:
    now, before = house.run("now"), house.run("before", sha256="0" * 64)
    status, out, messages = house.evaluate(answers=now, other=before)
    assert status == 1
    assert "gained: 0" not in out
    assert messages == (
        f"{before}, all of it counted as missed there: article bai failed in stage answers: "
        f"{before} has no answer to an article of this text\n"
    )


def test_what_is_no_run(house: House) -> None:
    with pytest.raises(OutputError, match=r"nowhere: there is no articles\.jsonl"):
        house.evaluate(answers=str(house.place / "nowhere"))
