"""Gold out to annotation tools and back: nothing lost, what people corrected comes in, what cannot be used is named.

What comes in is written here in the shape in which the tools export it, not in that in which we write it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
import unicodedata
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nqextract.gold import UsageError, cli_gold_check, cli_gold_export, cli_gold_import
from nqextract.gold.exchange import FORMATS, Incoming, export_gold, import_gold
from nqextract.gold.exchange.between import accept
from nqextract.gold.load import Pair, parse_gold
from nqextract.gold.models import GoldArticle, gold_json
from nqextract.text import sha256
from nqextract.types import LABELS, Article, ExchangeFormat
from nqextract.wording import labels

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

TEXT = "Ngày 5/3/2024, ông Tạ Văn Bảng, Bí thư Huyện ủy, chủ trì hội nghị về Kết luận số 7."
FACTS: dict[str, Any] = {
    "people": [{"name": "Tạ Văn Bảng", "titles": ["Bí thư Huyện ủy"]}],
    "records": [
        {
            "main": True,
            "date": "2024-03-05",
            "documents": [{"type": "conclusion", "number": "7", "optional": True}],
            "venues": {"value": 3, "qualifier": "over", "unit": "điểm cầu"},
            "chairs": ["Tạ Văn Bảng"],
            "place": None,
        }
    ],
}
ENTITIES = [
    ("DATE", "Ngày 5/3/2024"),
    ("PERSON", "Tạ Văn Bảng"),
    ("TITLE", "Bí thư Huyện ủy"),
    ("DOC", "Kết luận số 7"),
]


def gold_of(article: str, text: str, entities: list[tuple[str, str]], **changes: Any) -> dict[str, Any]:
    """Gold of ``text``; the entities are looked for one behind the other."""
    found, at = [], 0
    for label, written in entities:
        start = text.index(written, at)
        at = start + len(written)
        found.append({"label": label, "start": start, "end": at, "text": written})
    return {"article": article, "sha256": sha256(text), "entities": found, **FACTS, **changes}


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


NFD = nfd("Ngày 5/3, bà Lò Thị Mướt, Bí thư Đảng ủy, dự.")
HARD: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "plain": (TEXT, ENTITIES),
    "none": ("Trời mưa.", []),
    "astral": (
        "😀 Ông 𠮷 Tạ Văn Bảng 👨🏻‍🚒 dự tại Ban 𝔾 🌷, ngày 5/3/2024 💩.",
        [("PERSON", "𠮷 Tạ Văn Bảng 👨🏻‍🚒"), ("ORG", "Ban 𝔾 🌷"), ("DATE", "ngày 5/3/2024")],
    ),
    "decomposed": (NFD, [("PERSON", nfd("Lò Thị Mướt")), ("TITLE", nfd("Bí thư Đảng ủy"))]),
    "crlf": (
        "Tin vắn\r\n\r\nÔng Tạ\r\nVăn Bảng,\r\nBí thư\r\n \r\nHuyện ủy\r\nngày 5/3\r\n",
        [("PERSON", "Tạ\r\nVăn Bảng"), ("TITLE", "Bí thư\r\n \r\nHuyện ủy"), ("DATE", "ngày 5/3")],
    ),
    "cr": ("Ông Tạ\rVăn Bảng,\r\rngày 5/3", [("PERSON", "Tạ\rVăn Bảng"), ("DATE", "ngày 5/3")]),
    "lines": (
        "Ông Tạ\nVăn\t\tBảng, Bí thư\n\n  Huyện ủy.\n",
        [("PERSON", "Tạ\nVăn\t\tBảng"), ("TITLE", "Bí thư\n\n  Huyện ủy")],
    ),
    "separators": (
        "Ông Tạ\u2028Văn\x85Bảng\x0bdự\x0cvới\u2029Sở\x1cNội vụ",
        [("PERSON", "Tạ\u2028Văn\x85Bảng"), ("ORG", "Sở\x1cNội vụ")],
    ),
    "unseen": (
        "\ufeffÔng\u00a0Tạ\u200bVăn\u00a0Bảng\u200d,\u00a0\u202eBí thư\u202c\u2060 Huyện\u00ad ủy\ufeff.\u3000",
        [("PERSON", "Tạ\u200bVăn\u00a0Bảng\u200d"), ("TITLE", "\u202eBí thư\u202c\u2060 Huyện\u00ad ủy\ufeff")],
    ),
    "ends": ("Tạ Văn Bảng dự với Sở Nội vụ", [("PERSON", "Tạ Văn Bảng"), ("ORG", "Sở Nội vụ")]),
    "whole": ("Tạ Văn Bảng", [("PERSON", "Tạ Văn Bảng")]),
    "adjacent": ("NộivụTạBảng7", [("ORG", "Nội"), ("ORG", "vụ"), ("PERSON", "TạBảng"), ("DOC", "7")]),
    "inside": ("năm 202405 họpvề Quyđịnh", [("DATE", "24"), ("DOC", "về"), ("DOC", "định")]),
    "figures": ("12 34 56", [("DOC", "34")]),
    "hostile": (
        '<script>alert(\'Tạ "Bảng"\')</script> &amp; \\n \\" {{ x }} ]]> '
        "-DOCSTART- -X- O O\n\n# Tạ B-PERSON\nT1\tPERSON 0 1\tx",
        [
            ("PERSON", 'Tạ "Bảng"\')</script> &amp; \\n'),
            ("ORG", "-DOCSTART- -X-"),
            ("PERSON", "# Tạ B"),
            ("ORG", "T1\tP"),
        ],
    ),
    "tin/mot ngày#2": (TEXT, ENTITIES),
    "tin/mot_ng_y_2": (TEXT, ENTITIES[1:]),
}


class House:
    """A folder of gold and a file of articles."""

    def __init__(self, place: Path, *golds: dict[str, Any], texts: dict[str, str] | None = None) -> None:
        self.place, self.gold, self.articles = place, place / "gold", place / "articles.jsonl"
        self.golds = {gold["article"]: GoldArticle.model_validate(gold) for gold in golds}
        rows = [{"id": name, "text": (texts or {}).get(name, TEXT)} for name in self.golds]
        self.articles.write_text("".join(json.dumps(row) + "\n" for row in rows))
        for name, gold in self.golds.items():
            path = self.gold / f"{name}.gold.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gold_json(gold))

    def export(self, to: str, out: str = "out") -> Path:
        messages = io.StringIO()
        folder = self.place / out
        assert cli_gold_export(to, [self.gold], [self.articles], out=folder, stderr=messages) == 0, messages.getvalue()
        return folder

    def bring(self, source: str, path: Path, **options: Any) -> tuple[int, dict[str, GoldArticle], str]:
        """Status, what has been written, messages."""
        messages, back = io.StringIO(), self.place / "back"
        status = cli_gold_import(source, path, [self.articles], out=back, stderr=messages, **options)
        files = [path for path in back.rglob("*") if path.is_file()]
        golds = {gold.article: gold for gold in map(parse_gold, files)}
        assert all(path == back / f"{name}.gold.json" for path, name in zip(files, golds, strict=True))
        return status, golds, messages.getvalue()


@pytest.fixture
def hard(tmp_path: Path) -> House:
    golds = [gold_of(name, text, entities) for name, (text, entities) in HARD.items()]
    golds[1]["reviewed"] = golds[2]["reviewed"] = False
    golds[3].update(people=[], records=[])
    return House(tmp_path, *golds, texts={name: text for name, (text, _) in HARD.items()})


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, gold_of("mau-1", TEXT, ENTITIES), gold_of("mau-2", TEXT, ENTITIES[1:]))


# Round trips


@pytest.mark.parametrize("form", FORMATS)
def test_hard_texts_come_back_as_they_went(hard: House, form: str) -> None:
    status, back, messages = hard.bring(form, hard.export(form))
    assert (status, messages.splitlines()[:-1]) == (0, [])
    assert {name: gold for name, gold in back.items() if gold != hard.golds[name]} == {}
    assert set(back) == set(HARD)
    for name in HARD:  # to the byte
        written = (hard.place / f"back/{name}.gold.json").read_bytes()
        assert written == (hard.gold / f"{name}.gold.json").read_bytes()
    again = io.StringIO()
    assert cli_gold_check([hard.place / "back"], [hard.articles], stdout=again, stderr=io.StringIO()) == 1
    assert not [line for line in again.getvalue().splitlines() if "people:" not in line and "records:" not in line]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("gold", "articles"),
    [
        (ROOT / "data/gold", [ROOT / "data/raw"]),
        pytest.param(
            SHARED / "gold",
            [SHARED / "articles", SHARED / "corpus/vietnews-related.jsonl"],
            marks=pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason=f"{SHARED}/gold is not there"),
        ),
    ],
    ids=["data", "shared"],
)
def test_all_gold_comes_back_as_it_went(tmp_path: Path, form: str, gold: Path, articles: list[Path]) -> None:
    files, count, faults = export_gold(form, [gold], articles)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    back, refused = import_gold(form, tmp_path, articles)
    there = {parse_gold(path).article: path.read_bytes().rstrip() for path in gold.rglob("*.gold.json")}
    assert (faults, refused, len(there)) == ([], [], count)
    assert {one.article: gold_json(one).rstrip() for one in back} == there


def test_same_gold_same_bytes(hard: House) -> None:
    code = (
        "import sys, hashlib; from pathlib import Path; from nqextract.gold.exchange import FORMATS, export_gold\n"
        "files = [export_gold(form, [Path(sys.argv[1])], [Path(sys.argv[2])])[0] for form in FORMATS]\n"
        "print([hashlib.sha256(repr(one).encode()).hexdigest() for one in files])"
    )
    here = [export_gold(form, [hard.gold], [hard.articles])[0] for form in FORMATS]
    args = [sys.executable, "-c", code, str(hard.gold), str(hard.articles)]
    there = subprocess.run(args, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == str([hashlib.sha256(repr(one).encode()).hexdigest() for one in here])


# What the tools will make of what we write, each counting in its own way


def test_label_studio_counts_code_points(hard: House) -> None:
    for task in json.loads((hard.export("label-studio") / "tasks.json").read_bytes()):
        gold = hard.golds[task["data"]["article"]]
        assert sorted(task) == (["annotations", "data"] if gold.reviewed else ["data", "predictions"])
        [made] = task["annotations"] if gold.reviewed else task["predictions"]
        spans = [region["value"] for region in made["result"] if region["type"] == "labels"]
        points = list(task["data"]["text"])
        assert ["".join(points[span["start"] : span["end"]]) for span in spans] == [one.text for one in gold.entities]
        assert len({region["id"] for region in made["result"]}) == len(made["result"]) == len(spans) + 2


def test_doccano_counts_utf_16(hard: House) -> None:
    lines = (hard.export("doccano") / "articles.jsonl").read_bytes().rstrip(b"\n").split(b"\n")
    assert len(lines) == len(HARD)
    for line in lines:
        row = json.loads(line)
        gold, units = hard.golds[json.loads(row["nqextract"])["article"]], row["text"].encode("utf-16-le")
        spans = [(units[2 * start : 2 * end].decode("utf-16-le"), label) for start, end, label in row["label"]]
        assert spans == [(entity.text, entity.label) for entity in gold.entities]


def test_brat_finds_each_span_where_its_line_says(hard: House) -> None:
    folder = hard.export("brat")
    texts = {path.with_suffix(""): path for path in folder.rglob("*.txt")}
    assert len(texts) == len(HARD)
    pieces = 0
    for name, path in texts.items():
        assert not set(path.relative_to(folder).as_posix()) - set("abcdefghijklmnopqrstuvwxyz0123456789-_./")
        with open(path, encoding="utf8") as file:  # as brat opens it: \r\n becomes \n
            text = file.read()
        content = name.with_suffix(".ann").read_bytes().decode()
        lines = content.splitlines()
        assert lines == content.rstrip("\n").split("\n")
        for line in lines[1:]:
            _, data, written = line.split("\t")
            spans = [tuple(map(int, span.split())) for span in data.split(" ", 1)[1].split(";")]
            assert " ".join(text[start:end] for start, end in spans) == written
            units = text.encode("utf-16-le")  # as its page in the browser counts
            assert " ".join(units[2 * start : 2 * end].decode("utf-16-le") for start, end in spans) == written
            pieces += len(spans) > 1
    assert pieces == 8


def conll_2003(content: str) -> list[tuple[str, str]]:
    """What an ordinary reader makes of it: first column, last column."""
    rows = [line.split() for line in content.split("\n") if line.strip() and not line.startswith("-DOCSTART-")]
    return [(row[0], row[-1]) for row in rows]


def test_conll_is_read_by_others(house: House) -> None:
    from spacy.training.converters import conll_ner_to_docs

    content = (house.export("conll") / "gold.conll").read_text(encoding="utf-8")
    tokens = conll_2003(content)
    assert tokens[:6] == [
        ("Ngày", "B-DATE"),
        ("5", "I-DATE"),
        ("/", "I-DATE"),
        ("3", "I-DATE"),
        ("/", "I-DATE"),
        ("2024", "I-DATE"),
    ]
    assert {tag for _, tag in tokens} == {"O", *(f"{at}-{label}" for at in "BI" for label, _ in ENTITIES)}
    entities = [entity for doc in conll_ner_to_docs(content, no_print=True) for entity in doc.ents]
    assert [(one.label_, one.text.replace(" ", "")) for one in entities] == [
        (label, text.replace(" ", "")) for label, text in (*ENTITIES, *ENTITIES[1:])
    ]


def test_adjacent_spans_and_sentences_show_in_conll(tmp_path: Path) -> None:
    text = "Sở Nội vụ họp. Ông Tạ Văn Bảng dự. Trời mưa."
    entities = [("ORG", "Sở Nội"), ("ORG", "vụ"), ("PERSON", "Tạ Văn Bảng dự. Trời")]
    house = House(tmp_path, gold_of("mau", text, entities), texts={"mau": text})
    content = (house.export("conll") / "gold.conll").read_text(encoding="utf-8")
    first, *sentences = content.strip().split("\n\n")
    assert first.startswith("-DOCSTART- {") and len(first.split(" ")) == 4
    assert [next(token for token, _ in conll_2003(sentence)) for sentence in sentences] == ["Sở", "Ông", "mưa"]
    assert [tag for _, tag in conll_2003(sentences[0])] == ["B-ORG", "I-ORG", "B-ORG", "O", "O"]


def test_spacy_trains_on_the_docbin(hard: House) -> None:
    import spacy
    from spacy.training import Corpus
    from spacy.vocab import Vocab

    from nqextract.spacy_components import SyllableTokenizer

    examples = list(Corpus(hard.export("docbin") / "gold.spacy")(spacy.blank("xx")))
    golds = sorted(hard.golds.items())
    assert [example.reference.text for example in examples] == [HARD[name][0] for name, _ in golds]
    assert [[(one.label_, one.text) for one in example.reference.ents] for example in examples] == [
        [(one.label, one.text) for one in gold.entities] for _, gold in golds
    ]
    plain = examples[[name for name, _ in golds].index("plain")].reference
    assert plain.has_annotation("SENT_START") and len(list(plain.sents)) == 1
    assert [token.text_with_ws for token in plain] == [token.text_with_ws for token in SyllableTokenizer(Vocab())(TEXT)]


def test_projects_know_all_labels(house: House) -> None:
    looks = {look.name: look for look in labels()}
    assert tuple(looks) == LABELS
    config = ElementTree.parse(house.export("label-studio", "a") / "labeling_config.xml").getroot()
    assert [(one.get("value"), one.get("background")) for one in config.iter("Label")] == [
        (name, look.background) for name, look in looks.items()
    ]
    names = {element.get("name"): element.get("toName") for element in config.iter() if element.get("name")}
    assert names == {"label": "text", "text": None, "people": "text", "records": "text"}
    listed = json.loads((house.export("doccano", "b") / "label_config.json").read_bytes())
    assert [(one["text"], one["background_color"]) for one in listed] == [
        (name, look.background) for name, look in looks.items()
    ]
    assert len({one["suffix_key"] for one in listed}) == len(LABELS)
    brat = house.export("brat", "c")
    sections = (brat / "annotation.conf").read_text(encoding="utf-8").split("[")
    assert [section.split("]")[0] for section in sections[1:]] == ["entities", "relations", "events", "attributes"]
    assert tuple(sections[1].split("]")[1].split()) == LABELS
    visual = (brat / "visual.conf").read_text(encoding="utf-8")
    assert [look for look in looks.values() if f"{look.name}\tbgColor:{look.background}\n" not in visual] == []


# What people corrected


def region(number: int, first: int, last: int, label: str, **value: Any) -> dict[str, Any]:
    return {
        "value": {"start": first, "end": last, "text": TEXT[first:last], "labels": [label], **value},
        "id": f"aB{number}xyz",
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "origin": "manual",
    }


def field(name: str, content: Any) -> dict[str, Any]:
    written = content if isinstance(content, list | str) else json.dumps(content)
    return {
        "value": {"text": [json.dumps(written)] if isinstance(written, list) else [written]},
        "id": name,
        "from_name": name,
        "to_name": "text",
        "type": "textarea",
        "origin": "manual",
    }


PEOPLE, RECORDS = field("people", FACTS["people"]), field("records", FACTS["records"])
CORRECTED = [region(1, 0, 13, "DATE"), region(2, 19, 30, "PERSON"), region(3, 32, 47, "ORG"), PEOPLE, RECORDS]


def annotation(number: int, result: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "completed_by": {"id": 1, "email": "a@example.org", "first_name": "", "last_name": ""},
        "result": CORRECTED if result is None else result,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2024-03-07T08:00:00.000000Z",
        "updated_at": f"2024-03-07T09:0{number}:00.000000Z",
        "draft_created_at": None,
        "lead_time": 12.5,
        "prediction": {},
        "result_count": 5,
        "unique_id": "00000000-0000-0000-0000-000000000000",
        "import_id": None,
        "last_action": None,
        "task": 7,
        "project": 2,
        "updated_by": 1,
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
    }


def header(article: str = "mau-1", **changes: Any) -> dict[str, Any]:
    return {"version": 1, "article": article, "sha256": sha256(TEXT), "reviewed": False, **changes}


def task(*annotations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """As in Label Studio's JSON export."""
    data = {"article": "mau-1", "text": TEXT, "nqextract": header(), **changes.pop("data", {})}
    return {
        "id": 7,
        "annotations": list(annotations),
        "file_upload": "0a1b2c3d-tasks.json",
        "drafts": [],
        "predictions": [],
        "data": data,
        "meta": {},
        "created_at": "2024-03-07T07:00:00.000000Z",
        "updated_at": "2024-03-07T09:00:00.000000Z",
        "inner_id": 1,
        "total_annotations": len(annotations),
        "cancelled_annotations": 0,
        "total_predictions": 0,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": 2,
        "updated_by": 1,
        "comment_authors": [],
        **changes,
    }


def label_studio(house: House, *tasks: dict[str, Any], **options: Any) -> tuple[int, dict[str, GoldArticle], str]:
    path = house.place / "project-2-at-2024-03-07.json"
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    return house.bring("label-studio", path, **options)


def spans(gold: GoldArticle) -> list[tuple[str, str]]:
    return [(entity.label, entity.text) for entity in gold.entities]


def test_label_studio_annotation_comes_in_as_reviewed(house: House) -> None:
    people = field("people", [{"name": "Tạ Văn Bảng", "titles": []}])
    result = [region(9, 32, 47, "ORG"), region(2, 18, 31, "PERSON"), people, RECORDS]  # moved, of another label
    status, back, messages = label_studio(house, task(annotation(1, result)))
    assert (status, messages.count("\n")) == (0, 1)
    assert spans(back["mau-1"]) == [("PERSON", "Tạ Văn Bảng,"), ("ORG", "Bí thư Huyện ủy")]  # the space is cut off
    assert back["mau-1"].reviewed and back["mau-1"].people[0].titles == []
    assert back["mau-1"].records == house.golds["mau-1"].records


def test_label_studio_shows_line_ends_and_spaces_otherwise(tmp_path: Path) -> None:
    text = "Ông\u00a0Tạ \r\nVăn\t Bảng dự."
    house = House(tmp_path, gold_of("mau-1", text, []), texts={"mau-1": text})
    shown = region(1, 4, text.index(" dự"), "PERSON", text="Tạ \\n\\nVăn Bảng")
    data = {"text": text, "nqextract": header(sha256=sha256(text))}
    status, back, messages = label_studio(house, task(annotation(1, [shown, PEOPLE, RECORDS]), data=data))
    assert (status, spans(back["mau-1"])) == (0, [("PERSON", "Tạ \r\nVăn\t Bảng")]), messages


def test_several_annotations_of_a_task(house: House) -> None:
    other = annotation(2, CORRECTED[1:])
    same = annotation(2, [*CORRECTED[::-1]])
    cancelled = {**annotation(3, []), "was_cancelled": True}
    assert label_studio(house, task(annotation(1), same, cancelled))[:2][0] == 0
    (house.place / "back/mau-1.gold.json").unlink()
    status, back, messages = label_studio(house, task(annotation(1), other))
    assert (status, back) == (1, {})
    assert "article mau-1: comes 2 times and differs" in messages
    assert "annotation 1" in messages and "annotation 2" in messages
    status, back, _ = label_studio(house, task(annotation(1), {**other, "ground_truth": True}))
    assert (status, spans(back["mau-1"])[0][0]) == (0, "PERSON")  # the one that somebody marked as right


def test_nobody_annotated(house: House) -> None:
    cancelled = {**annotation(3, []), "was_cancelled": True}
    prediction = {"id": 4, "model_version": "nqextract", "result": CORRECTED, "score": None, "task": 7}
    foreign = {**prediction, "model_version": "other 1"}
    for refused in (task(), task(cancelled), task(cancelled, predictions=[prediction]), task(predictions=[foreign])):
        status, back, messages = label_studio(house, refused)
        assert (status, back) == (1, {})
        assert "task 7: article mau-1" in messages
    status, back, _ = label_studio(house, task(predictions=[prediction, 12]))
    assert (status, back["mau-1"].reviewed) == (0, False)


def doccano_row(article: str = "mau-1", **changes: Any) -> dict[str, Any]:
    """A line of doccano's JSONL; what it keeps for us comes back under our name."""
    kept = json.dumps({**header(article), **FACTS})
    return {"id": 31, "text": TEXT, "nqextract": kept, "label": [[19, 30, "PERSON"]], "Comments": [], **changes}


def relational(row: dict[str, Any]) -> dict[str, Any]:
    """The same of a project with relations."""
    entities = [
        {"id": 90 + number, "label": label, "start_offset": start, "end_offset": end}
        for number, (start, end, label) in enumerate(row.pop("label"))
    ]
    return {**row, "entities": entities, "relations": [], "Comments": [{"id": 1, "text": "?"}]}


def doccano(house: House, *rows: dict[str, Any], **options: Any) -> tuple[int, dict[str, GoldArticle], str]:
    path = house.place / "admin.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return house.bring("doccano", path, **options)


@pytest.mark.parametrize("shape", [dict, relational])
def test_doccano_comes_in(house: House, shape: Callable[[Any], dict[str, Any]]) -> None:
    status, back, messages = doccano(house, shape(doccano_row(label=[[32, 48, "ORG"], [0, 13, "DATE"]])))
    assert status == 0, messages
    assert spans(back["mau-1"]) == [("DATE", "Ngày 5/3/2024"), ("ORG", "Bí thư Huyện ủy,")]
    assert not back["mau-1"].reviewed
    assert back["mau-1"].people == house.golds["mau-1"].people
    assert "1 of them not reviewed" in messages


def test_reviewed_is_said_on_import(house: House) -> None:
    _, back, messages = doccano(house, doccano_row(), reviewed=True)
    assert back["mau-1"].reviewed and "not reviewed" not in messages
    assert b"reviewed" not in (house.place / "back/mau-1.gold.json").read_bytes()


def test_doccano_offsets_behind_an_emoji(tmp_path: Path) -> None:
    text = "👨🏻🚒 ông Tạ Văn Bảng"
    house = House(tmp_path, gold_of("mau-1", text, []), texts={"mau-1": text})
    kept = json.dumps({**header(sha256=sha256(text)), **FACTS})
    row = doccano_row(text=text, nqextract=kept, label=[[11, 22, "PERSON"]])  # as a browser counts
    assert spans(doccano(house, row)[1]["mau-1"]) == [("PERSON", "Tạ Văn Bảng")]
    (tmp_path / "back/mau-1.gold.json").unlink()
    for label, says in (([1, 6, "ORG"], "inside a character"), ([11, 23, "ORG"], "past the end")):
        status, back, messages = doccano(house, {**row, "label": [label]})
        assert (status, back) == (1, {})
        assert says in messages


def test_doccano_zip_of_several_people(house: House) -> None:
    path = house.place / "export.zip"

    def pack(**files: list[dict[str, Any]]) -> tuple[int, dict[str, GoldArticle], str]:
        with zipfile.ZipFile(path, "w") as archive:
            for name, rows in files.items():
                archive.writestr(f"{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        return house.bring("doccano", path)

    status, back, messages = pack(an=[doccano_row()], binh=[doccano_row(label=[])], unknown=[doccano_row("mau-2")])
    assert (status, list(back)) == (1, ["mau-2"])
    assert "article mau-1: comes 2 times and differs" in messages
    assert "an.jsonl, line 1" in messages.replace(": line", ", line") and "binh.jsonl" in messages
    (house.place / "back/mau-2.gold.json").unlink()
    assert pack(an=[doccano_row()], binh=[doccano_row()])[0] == 0


def test_doccano_zip_that_is_damaged(house: House) -> None:
    path = house.place / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("all.jsonl", json.dumps(doccano_row()) * 50)
    content = bytearray(path.read_bytes())
    content[60:80] = b"\xff" * 20
    path.write_bytes(content)
    status, back, messages = house.bring("doccano", path)
    assert (status, back) == (1, {})
    assert f"{path}: this archive cannot be opened" in messages


def brat_note(**changes: Any) -> str:
    return f"#1\tNqextract T0\t{json.dumps({**header(), **FACTS, **changes})}\n"


def brat(
    house: House, *lines: str, text: str = TEXT, note: str | None = None
) -> tuple[int, dict[str, GoldArticle], str]:
    folder = house.place / "brat"
    folder.mkdir(exist_ok=True)
    (folder / "mau-1.txt").write_bytes(text.encode())
    content = (brat_note() if note is None else note) + "".join(line + "\n" for line in lines)
    (folder / "mau-1.ann").write_bytes(content.encode())
    return house.bring("brat", folder)


def test_brat_comes_in(house: House) -> None:
    status, back, messages = brat(
        house,
        "T12\tORG 32 47\tBí thư Huyện ủy",
        "#2\tAnnotatorNotes T12\tor a position?",
        "T2\tPERSON 19 21;22 25;26 30\tTạ Văn Bảng",
    )
    assert status == 0, messages
    assert spans(back["mau-1"]) == [("PERSON", "Tạ Văn Bảng"), ("ORG", "Bí thư Huyện ủy")]
    assert back["mau-1"].records == house.golds["mau-1"].records and not back["mau-1"].reviewed


def test_conll_comes_in(house: House) -> None:
    path = house.export("conll") / "gold.conll"
    content = path.read_text(encoding="utf-8")
    first, second = content.split("-DOCSTART-")[1:]
    edited = first.replace("B-TITLE", "B-ORG").replace("I-TITLE", "I-ORG").replace("B-DATE", "O").replace("I-DATE", "O")
    path.write_bytes(f"-DOCSTART-{edited}-DOCSTART-{second}".encode())
    status, back, messages = house.bring("conll", path)
    assert status == 0, messages
    assert spans(back["mau-1"]) == [ENTITIES[1], ("ORG", "Bí thư Huyện ủy"), ENTITIES[3]]
    assert back["mau-2"] == house.golds["mau-2"]


def test_docbin_comes_in(house: House) -> None:
    import spacy
    from spacy.tokens import DocBin

    path = house.export("docbin") / "gold.spacy"
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "nqextract.SyllableTokenizer.v1"}}})
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    docs[0].ents = [docs[0].char_span(32, 47, label="ORG")]
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    status, back, messages = house.bring("docbin", path)
    assert status == 0, messages
    assert spans(back["mau-1"]) == [("ORG", "Bí thư Huyện ủy")]
    assert back["mau-2"] == house.golds["mau-2"]


# Refused


LS_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("another text", task(annotation(1), data={"text": TEXT + " "}), "text is not the article's"),
    ("a changed article", task(annotation(1), data={"nqextract": header(sha256="0" * 64)}), "has changed since"),
    ("an unknown article", task(annotation(1), data={"nqextract": header("mau-9")}), "mau-9: not found"),
    ("a later version", task(annotation(1), data={"nqextract": header(version=2)}), "later nqextract"),
    ("no header", task(annotation(1), data={"nqextract": None}), "which article this is"),
    ("a strange header", task(annotation(1), data={"nqextract": header(colour=1)}), "colour"),
    ("no text", task(annotation(1), data={"text": None}), "has no 'text'"),
    ("a strange label", task(annotation(1, [region(5, 0, 4, "PLACE"), *CORRECTED])), "aB5xyz: the label 'PLACE'"),
    ("two labels", task(annotation(1, [region(5, 0, 4, "", labels=["ORG", "DOC"]), *CORRECTED])), "needs one label"),
    ("overlapping", task(annotation(1, [region(5, 25, 40, "TITLE"), *CORRECTED])), "overlaps"),
    ("twice the same", task(annotation(1, [*CORRECTED[:1], *CORRECTED])), "overlaps"),
    ("past the end", task(annotation(1, [region(5, 70, 900, "DOC"), PEOPLE, RECORDS])), "70-900 is past the end"),
    ("no span", task(annotation(1, [region(5, 4, 4, "DOC"), PEOPLE, RECORDS])), "4-4 is no span"),
    ("before the start", task(annotation(1, [region(5, -4, 4, "DOC"), PEOPLE, RECORDS])), "-4-4 is no span"),
    ("a space", task(annotation(1, [region(5, 4, 5, "DOC"), PEOPLE, RECORDS])), "white space only"),
    ("counted otherwise", task(annotation(1, [region(5, 1, 4, "DOC", text="Ngà"), PEOPLE, RECORDS])), "'Ngà' there"),
    ("HyperText", task(annotation(1, [region(5, 0, 4, "DOC", start="/p[1]"), *CORRECTED])), "of a Text tag"),
    ("a relation", task(annotation(1, [{"type": "relation", "from_id": "a"}, *CORRECTED])), "has no place in gold"),
    ("no people", task(annotation(1, [*CORRECTED[:3], RECORDS])), "people: the field is empty"),
    ("broken people", task(annotation(1, [*CORRECTED[:3], field("people", "[{"), RECORDS])), "people: this is no JSON"),
    ("odd people", task(annotation(1, [*CORRECTED[:3], field("people", [{"nam": 1}]), RECORDS])), "people.0.name"),
    ("odd records", task(annotation(1, [*CORRECTED[:3], PEOPLE, field("records", "{}")])), "records"),
    ("JSON-MIN", {"id": 7, "text": TEXT, "label": [{"start": 0, "end": 4, "labels": ["ORG"]}]}, "not JSON-MIN"),
    ("before 1.0", {**task(), "completions": []}, "1.0 or later"),
]


@pytest.mark.parametrize(("wrong", "says"), [row[1:] for row in LS_REFUSED], ids=[row[0] for row in LS_REFUSED])
def test_label_studio_refuses_by_name_and_goes_on(house: House, wrong: dict[str, Any], says: str) -> None:
    good = task(annotation(1), id=8, data={"nqextract": header("mau-2")})
    status, back, messages = label_studio(house, wrong, good)
    assert (status, list(back)) == (1, ["mau-2"])
    assert says in messages
    assert "project-2-at-2024-03-07.json: task 7" in messages and "task 8" not in messages


DOCCANO_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("another text", {"text": TEXT[:-1]}, "text of the line is not the article's"),
    ("a changed article", {"nqextract": json.dumps({**header(sha256="0" * 64)})}, "has changed since"),
    ("a later version", {"nqextract": json.dumps({"version": 3})}, "later nqextract"),
    ("no header", {"nqextract": None}, "which article this is"),
    ("a strange label", {"label": [[0, 4, "PLACE"]]}, "span 1: the label 'PLACE'"),
    ("overlapping", {"label": [[0, 4, "DATE"], [2, 6, "DATE"]]}, "overlaps"),
    ("past the end", {"label": [[0, 400, "DATE"]]}, "past the end"),
    ("before the start", {"label": [[-3, 4, "DATE"]]}, "is no span"),
    ("no span", {"label": ["DATE"]}, "is not [start, end, label]"),
    ("a classification", {"label": "DATE"}, "sequence labelling export"),
    ("relations", {"relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "of"}]}, "relations"),
]


@pytest.mark.parametrize(
    ("wrong", "says"), [row[1:] for row in DOCCANO_REFUSED], ids=[row[0] for row in DOCCANO_REFUSED]
)
def test_doccano_refuses_by_name_and_goes_on(house: House, wrong: dict[str, Any], says: str) -> None:
    status, back, messages = doccano(house, doccano_row(**wrong), doccano_row("mau-2"))
    assert (status, list(back)) == (1, ["mau-2"])
    assert says in messages and "admin.jsonl: line 1" in messages


BRAT_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("another text", {"text": TEXT.replace("Ngày", "ngày")}, ".txt file is not the article's text"),
    ("a strange label", {"lines": ["T1\tPLACE 0 4\tNgày"]}, "line 2: the label 'PLACE'"),
    ("past the end", {"lines": ["T1\tDATE 0 400\tNgày"]}, "line 2: 0-400 is past the end"),
    ("past the end in pieces", {"lines": ["T1\tDATE 0 4;90 95\tNgày x"]}, "0-95 is past the end"),
    ("overlapping", {"lines": ["T1\tDATE 0 4\tNgày", "T2\tDATE 2 6\tày 5"]}, "overlaps"),
    ("counted otherwise", {"lines": ["T1\tDATE 1 5\tNgày"]}, "line 2: 'Ngày' is 'gày ' in the text"),
    ("in pieces", {"lines": ["T1\tPERSON 19 21;26 30\tTạ Bảng"]}, "leaves out ' Văn '"),
    ("a relation", {"lines": ["R1\tOf Arg1:T1 Arg2:T2"]}, "line 2: 'R1"),
    ("no span", {"lines": ["T1\tDATE 0 x\tNgày"]}, "line 2: 'T1"),
    ("no note", {"note": ""}, "the note Nqextract is missing"),
    ("two notes", {"note": brat_note() * 2}, "a second note"),
    ("a later version", {"note": brat_note(version=2)}, "later nqextract"),
    ("a changed article", {"note": brat_note(sha256="1" * 64)}, "has changed since"),
]


@pytest.mark.parametrize(("wrong", "says"), [row[1:] for row in BRAT_REFUSED], ids=[row[0] for row in BRAT_REFUSED])
def test_brat_refuses_by_name(house: House, wrong: dict[str, Any], says: str) -> None:
    lines, rest = wrong.get("lines", []), {name: value for name, value in wrong.items() if name != "lines"}
    status, back, messages = brat(house, *lines, **rest)
    assert (status, back) == (1, {})
    assert says in messages and "mau-1.ann" in messages
    (house.place / "brat/mau-1.txt").unlink()
    assert "mau-1.txt is missing" in house.bring("brat", house.place / "brat")[2]


CONLL_REFUSED = [
    ("a strange label", "B-TITLE", "B-PLACE", "the tag I-TITLE goes on with nothing"),
    ("IOB1", "B-PERSON", "I-PERSON", "the tag I-PERSON goes on with nothing"),
    (
        "only the label is strange",
        "B-DOC\nluận\t73\t77\tI-DOC\nsố\t78\t80\tI-DOC\n7\t81\t82\tI-DOC",
        "B-X\n",
        "the label 'X'",
    ),
    ("another token", "\nchủ\t", "\nChủ\t", "'Chủ' is not what comes next"),
    ("a token left out", "\nchủ\t49\t52\tO", "", "'trì' is not what comes next"),
    ("the last token left out", "\n.\t82\t83\tO", "", "before its text does"),
    ("no offsets", "Ngày\t0\t4\tB-DATE", "Ngày B-DATE", "is not a token"),
    ("a later version", '{"version":1', '{"version":9', "later nqextract"),
    ("no header", "-DOCSTART- {", "-DOCSTART- -X- O O\n{", "which article this is"),
]


@pytest.mark.parametrize(
    ("old", "new", "says"), [row[1:] for row in CONLL_REFUSED], ids=[row[0] for row in CONLL_REFUSED]
)
def test_conll_refuses_by_name_and_goes_on(house: House, old: str, new: str, says: str) -> None:
    path = house.export("conll") / "gold.conll"
    content = path.read_text(encoding="utf-8")
    if "the label 'X'" in says:
        new = old.replace("DOC", "X")
    assert old in content
    path.write_bytes(content.replace(old, new, 1).encode())
    status, back, messages = house.bring("conll", path)
    assert (status, list(back)) == (1, ["mau-2"])
    assert says in messages and "gold.conll: line 1" in messages


def test_docbin_refuses_by_name_and_goes_on(house: House) -> None:
    import spacy
    from spacy.tokens import Doc, DocBin

    path = house.export("docbin") / "gold.spacy"
    nlp = spacy.blank("xx")
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    other = Doc(nlp.vocab, words=["Khác"], user_data=dict(docs[0].user_data))
    strange = docs[0].copy()
    strange.ents = [strange.char_span(0, 4, label="PLACE")]
    DocBin(docs=[other, nlp("Không có gì."), docs[1]], store_user_data=True).to_disk(path)
    status, back, messages = house.bring("docbin", path)
    assert (status, list(back)) == (1, ["mau-2"])
    assert "doc 1: article mau-1: the doc's text is not" in messages
    assert "doc 2: nothing here says which article" in messages
    DocBin(docs=[strange], store_user_data=True).to_disk(path)
    assert "doc 1: entity 1: the label 'PLACE'" in house.bring("docbin", path)[2]


@pytest.mark.parametrize("form", FORMATS)
def test_other_files_are_refused_by_name(house: House, form: str) -> None:
    ending = FORMATS[form].endings[0]
    path = house.place / f"other{ending}"
    (house.place / "other.txt").write_text("Ngày")
    for content in (b"\xff\xfe\x00", b"{}", b"3", b"[1]", b"Ng\xc3\xa0y B-DATE\n", b'{"a": 1}\n[]\n'):
        path.write_bytes(content)
        status, back, messages = house.bring(form, path)
        assert (status, back) == (1, {})
        assert str(path) in messages, content
        assert "Traceback" not in messages
    with pytest.raises(UsageError, match="no such file"):
        house.bring(form, house.place / "none")
    (house.place / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing of"):
        house.bring(form, house.place / "empty")


def test_an_id_too_long_for_a_name_keeps_no_other_out(tmp_path: Path) -> None:
    house = House(tmp_path, gold_of("mau-1", TEXT, ENTITIES))
    long = "ư" * 130
    with house.articles.open("a") as file:
        file.write(json.dumps({"id": long, "text": TEXT}) + "\n")
    status, back, messages = doccano(house, doccano_row(long), doccano_row())
    assert (status, list(back)) == (1, ["mau-1"])
    assert "no file can be named after this id" in messages


def test_ids_stay_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    house = House(tmp_path / "a/b", gold_of("mau", TEXT, ENTITIES))
    wild = "../../hoang"
    with house.articles.open("a") as file:
        file.write(json.dumps({"id": wild, "text": TEXT}) + "\n")
    status, back, messages = doccano(house, doccano_row(wild))
    assert (status, back) == (1, {})
    assert "no file can be named after this id" in messages
    value = GoldArticle.model_validate(gold_of(wild, TEXT, ENTITIES))
    (house.gold / "hoang.gold.json").write_bytes(gold_json(value))
    house.export("brat")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*hoang.ann")] == [
        "a/b/out/_../_../hoang.ann"
    ]


# What is there already


def test_gold_that_is_there_is_left_or_replaced(house: House) -> None:
    doccano(house, doccano_row(label=[]))
    status, back, messages = doccano(house, doccano_row(), doccano_row("mau-2"))
    assert (status, spans(back["mau-1"]), "mau-2" in back) == (1, [], True)
    assert "mau-1.gold.json: there is gold already" in messages
    status, back, _ = doccano(house, doccano_row(), force=True)
    assert (status, spans(back["mau-1"])) == (0, [("PERSON", "Tạ Văn Bảng")])


def test_an_export_does_not_touch_what_somebody_may_have_worked_on(house: House) -> None:
    (house.export("brat") / "mau-2.ann").write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        house.export("brat")
    assert (house.place / "out/mau-2.ann").read_text() == "mine"
    options = {"out": house.place / "out", "force": True, "stderr": io.StringIO()}
    assert cli_gold_export("brat", [house.gold], [house.articles], **options) == 0
    assert (house.place / "out/mau-2.ann").read_text(encoding="utf-8").startswith("#1")


def test_gold_that_cannot_be_exported_is_named_and_the_rest_goes_out(house: House) -> None:
    changed = gold_of("mau-3", TEXT, ENTITIES, sha256="0" * 64)
    (house.gold / "mau-3.gold.json").write_text(json.dumps(changed))
    (house.gold / "mau-4.gold.json").write_text("{")
    messages = io.StringIO()
    out = house.place / "out"
    assert cli_gold_export("doccano", [house.gold], [house.articles], out=out, stderr=messages) == 1
    assert "mau-3" in messages.getvalue() and "mau-4" in messages.getvalue()
    assert len((out / "articles.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_formats_have_one_list() -> None:
    assert list(FORMATS) == list(ExchangeFormat)
    for use in (export_gold, import_gold):
        with pytest.raises(UsageError, match="prodigy"):
            use("prodigy", [], [])  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMATS)
def test_twice_the_article_is_about_twice_the_work(tmp_path: Path, form: str) -> None:
    unit = "Ông Tạ\r\nVăn Bảng 😀, Bí thư Huyện ủy, dự.\r\n\r\n"

    def seconds(times: int) -> float:
        text = unit * times
        gold = gold_of("mau", text, [("PERSON", "Tạ\r\nVăn Bảng 😀"), ("TITLE", "Bí thư Huyện ủy")] * times)
        pair = Pair(GoldArticle.model_validate(gold), Article("mau", text))
        best = 1e9
        for _ in range(4):
            begun = time.process_time()  # of this process alone: the machine may be busy
            for name, content in FORMATS[form].write([pair]).items():
                (tmp_path / name).write_bytes(content)
            [path] = [path for path in tmp_path.iterdir() if path.suffix in FORMATS[form].endings]
            [incoming] = FORMATS[form].read(path)
            assert isinstance(incoming, Incoming)
            assert accept(incoming, text) == pair.gold
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(800) < 30 * seconds(100)  # eight times the text; were it quadratic, 64 times the work
