"""Training: marked sentences, sentences made from them, silver, and a model from a handful of articles."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path

import pytest
import spacy

from nqextract.clean import clean_article
from nqextract.gold import GoldError
from nqextract.gold.load import Pair
from nqextract.gold.models import GoldArticle, GoldEntity
from nqextract.lexicon.vocabulary import vocabulary
from nqextract.model import TAUGHT, read_model, spans
from nqextract.pipeline import Pipeline
from nqextract.text import sha256
from nqextract.train import cli_train
from nqextract.train.examples import Example, examples, gold_mentions
from nqextract.train.generated import generated
from nqextract.train.marked import MarkedError, marked_files, read_marked
from nqextract.train.material import Material
from nqextract.train.silver import long_sentences, related, silver_examples
from nqextract.types import Article, Mention, NqextractError

ROOT = Path(__file__).parent.parent
MARKED = sorted((ROOT / "data/train").glob("*.txt"))


def texts(article: Article, mentions: list[Mention]) -> list[tuple[str, str]]:
    return [(mention.label, article.text[mention.start : mention.end]) for mention in mentions]


# Marked sentences


def test_a_marked_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    line = "Ông [P Lò Văn Pánh], [T Bí thư Huyện ủy], nói [A ngày 5/3] về [D Nghị quyết 43] của [O Bộ Chính trị]."
    path.write_text(f"# comment\n\n{line}\n", encoding="utf-8")
    [(article, mentions)] = read_marked(path)
    assert article.text == "Ông Lò Văn Pánh, Bí thư Huyện ủy, nói ngày 5/3 về Nghị quyết 43 của Bộ Chính trị."
    assert texts(article, mentions) == [
        ("PERSON", "Lò Văn Pánh"),
        ("TITLE", "Bí thư Huyện ủy"),
        ("DATE", "ngày 5/3"),
        ("DOC", "Nghị quyết 43"),
        ("ORG", "Bộ Chính trị"),
    ]
    assert marked_files([tmp_path]) == marked_files([path]) == [path]


@pytest.mark.parametrize(
    ("line", "said"), [("[X Ai đó] nói.", "X"), ("[P Lò Văn Pánh nói.", "bracket"), ("[P Lò Văn Pánh ] nói.", "space")]
)
def test_a_line_marked_wrongly_is_named(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"Đúng.\n{line}\n", encoding="utf-8")
    with pytest.raises(MarkedError, match=f"a.txt, line 2: .*{said}"):
        list(read_marked(path))


def test_no_marked_sentences(tmp_path: Path) -> None:
    with pytest.raises(MarkedError, match=r"no \.txt file"):
        marked_files([tmp_path])
    with pytest.raises(MarkedError, match="cannot be read"):
        list(read_marked(tmp_path / "none.txt"))


def test_the_sentences_of_the_repository() -> None:
    lines = [line for path in MARKED for line in read_marked(path)]
    assert len(lines) > 2000
    assert len({article.text for article, _ in lines}) == len(lines)
    for article, mentions in lines:
        assert all(text == text.strip() for _, text in texts(article, mentions))
        assert clean_article(article).raw_starts is None, article.id  # else offsets would move


# Sentences made from them


def test_persons_and_places_are_exchanged_alike_throughout() -> None:
    text = "Ông Lê Văn Bảy, Bí thư Tỉnh ủy Thanh Hóa, nói. Theo ông Bảy, Thanh Hóa sẽ thu hơn 5 tỷ. K'Brêu nghe."
    spots = [("PERSON", "Lê Văn Bảy"), ("TITLE", "Bí thư Tỉnh ủy Thanh Hóa"), ("PERSON", "Bảy"), ("PERSON", "K'Brêu")]
    mentions, at = [], 0
    for label, name in spots:
        at = text.index(name, at)
        mentions.append(Mention(label, at, at + len(name)))  # type: ignore[arg-type]
    article = Article("a", text)
    other, moved = generated(article, mentions, 0)
    (_, full), (_, title), (_, short), (_, kept) = texts(other, moved)
    place = title.removeprefix("Bí thư Tỉnh ủy ")
    assert (full, place, kept) != ("Lê Văn Bảy", "Thanh Hóa", "K'Brêu")
    assert full != "Lê Văn Bảy"
    assert full.split()[-1] == short
    assert kept == "K'Brêu"
    assert other.text == text.replace("Lê Văn Bảy", full).replace("Thanh Hóa", place).replace("Bảy,", f"{short},")
    assert generated(article, mentions, 0) == (other, moved)
    assert generated(article, mentions, 1)[0].text != other.text


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_made_sentences_keep_their_spans(path: Path) -> None:
    for article, mentions in read_marked(path):
        other, moved = generated(article, mentions, 0)
        assert [m.label for m in moved] == [m.label for m in mentions]
        ends = [0, *(edge for m in moved for edge in (m.start, m.end)), len(other.text)]
        assert ends == sorted(ends)
        for (_, before), (_, after) in zip(texts(article, mentions), texts(other, moved), strict=True):
            assert after == after.strip()
            assert len(before.split()) == 1 or after.split()[0] == before.split()[0] or after.istitle()


# Examples


def found(example: Example) -> list[tuple[str, str]]:
    return [(label, " ".join(example.tokens[begin:end])) for label, begin, end in spans(example.tags)]


def test_the_tags_of_an_example_are_what_is_right_not_what_the_rules_say() -> None:
    article = Article("a", "Bà H'Bla Niê, công chức địa chính xã Ea Trul, họp với Sở Nội vụ. Sở Nội vụ không nói gì.")
    right = [Mention("PERSON", 3, 12), Mention("TITLE", 14, 44), Mention("ORG", 54, 63), Mention("DATE", 65, 74)]
    assert article.text[14:44] == "công chức địa chính xã Ea Trul"
    first, second = examples(clean_article(article), right, vocabulary())
    assert found(first) == [
        ("PERSON", "H ' Bla Niê"),
        ("TITLE", "công chức địa chính xã Ea Trul"),
        ("ORG", "Sở Nội vụ"),
    ]
    assert found(second) == []  # nothing else is taught than TAUGHT
    assert len(first.rows) == len(first.tokens) == len(first.tags)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_gold_lies_where_it_lay_in_the_raw_text(form: str) -> None:
    text = unicodedata.normalize(form, "Huyện ủy\u200b họp với Sở Nội vụ.")
    start = text.index("S")
    entity = GoldEntity(label="ORG", start=start, end=len(text) - 1, text=text[start:-1])
    gold = GoldArticle(article="a", sha256=sha256(text), entities=[entity], people=[], records=[])
    article = Article("a", text)
    clean = clean_article(article)
    [mention] = gold_mentions(Pair(gold, article), clean)
    assert clean.text[mention.start : mention.end] == "Sở Nội vụ"


# Silver


ON_TOPIC = (
    "Ngày 5/3/2024, Ban Thường vụ Tỉnh ủy Bắc Ninh tổ chức hội nghị học tập Nghị quyết số 43-NQ/TW. Dự có Bí thư Tỉnh "
    "ủy Lê Văn Bảy, Chủ tịch UBND tỉnh Lò Văn Tám, Giám đốc Sở Nội vụ Trần Văn Chín, Chủ tịch HĐND tỉnh Hà Thị Mười, "
    "đại diện Ban Tổ chức Tỉnh ủy, Ban Dân vận Tỉnh ủy và Ủy ban Kiểm tra Tỉnh ủy."
)


def test_silver_is_of_related_articles_none_of_which_is_scored() -> None:
    other = Article("other", "Đội chủ nhà thắng 2-0 sau 90 phút. Trời mưa to suốt trận, khán đài vắng người xem.")
    empty = Article("empty", "…")
    taken = Article("taken", ON_TOPIC)
    [(clean, right)] = related([other, empty, taken])
    assert clean.article.id == "taken"
    assert {"PERSON", "TITLE", "ORG"} <= {mention.label for mention in right}
    held_out = frozenset(long_sentences(ON_TOPIC.replace(",", " ,").upper()))
    assert held_out
    assert list(related([taken], held_out)) == []
    made = list(silver_examples([(clean, right)] * 5, sentences=1))
    assert 0 < len(made) == len(list(examples(clean, right, vocabulary())))
    assert all(set(example.tags) != {"O"} for example in made)


# A whole model


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles with gold, and two marked sentences."""
    folder = tmp_path_factory.mktemp("few")
    for kind in ("gold", "raw"):
        (folder / kind).mkdir()
    for gold in sorted((ROOT / "data/gold").glob("*.gold.json"))[:3]:
        name = gold.name.removesuffix(".gold.json")
        (folder / "gold" / gold.name).write_bytes(gold.read_bytes())
        (folder / "raw" / f"{name}.txt").write_bytes((ROOT / f"data/raw/{name}.txt").read_bytes())
    (folder / "marked.txt").write_text("[O Sở Nội vụ] họp.\nÔng [P Lò Văn Pánh] về.\n", encoding="utf-8")
    return folder


def go(few: Path, out: Path, **options: object) -> str:
    messages = io.StringIO()
    given: dict[str, object] = {"sentences": [few / "marked.txt"], "iterations": 3, **options}
    assert cli_train([few / "gold"], [few / "raw"], out=out, stderr=messages, **given) == 0  # type: ignore[arg-type]
    return messages.getvalue()


def test_a_model_of_ones_own(few: Path, tmp_path: Path) -> None:
    messages = go(few, tmp_path / "a" / "model")
    assert "gold: " in messages
    model = read_model(str(tmp_path / "a/model"))
    assert model.meta["data"]["gold"]["articles"] == 3
    assert model.meta["data"]["sentences"]["lines"] == 2
    assert model.meta["labels"] == list(TAUGHT)
    article = Article("a", ON_TOPIC)
    doc = spacy.load(tmp_path / "a/model")(article.text)
    result = Pipeline(model=str(tmp_path / "a/model")).process(article)
    assert [(e.start_char, e.end_char) for e in doc.ents] == [(e.start, e.end) for e in result.entities]
    go(few, tmp_path / "b")
    files = sorted(path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert {"meta.json", "config.cfg"} <= {path.name for path in files}
    for path in files:
        assert (tmp_path / "b" / path).read_bytes() == (tmp_path / "a/model" / path).read_bytes(), path


def test_what_is_scored_is_told_and_not_learned(few: Path, tmp_path: Path) -> None:
    ids = [path.name.removesuffix(".gold.json") for path in (few / "gold").glob("*.gold.json")]
    material = Material.load([], [few / "raw"], [few / "gold"], [few / "marked.txt"], [])
    assert {pair.article.id for pair in (*material.learned, *material.scored)} == set(ids)
    assert material.scored
    assert material.learned
    messages = io.StringIO()
    status = cli_train(
        (),
        [few / "raw"],
        out=tmp_path / "m",
        split_gold=[few / "gold"],
        iterations=2,
        segmenter="pyvi",
        stderr=messages,
    )
    assert status == 0
    meta = json.loads((tmp_path / "m/meta.json").read_bytes())["nqextract"]
    assert meta["scores"]["articles"] == len(material.scored)
    assert set(meta["scores"]["rules"]) == {"entities", "PERSON", "TITLE", "ORG", "DOC", "DATE"}
    assert meta["segmenter"] == "pyvi"
    assert Pipeline(model=str(tmp_path / "m")).process(Article("a", ON_TOPIC)).entities


def test_gold_of_a_changed_article_is_refused_and_named(few: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for path in (few / "raw").iterdir():
        (raw / path.name).write_bytes(path.read_bytes())
    changed = min(raw.iterdir())
    changed.write_text("Khác.", encoding="utf-8")
    with pytest.raises(GoldError, match=changed.stem):
        cli_train([few / "gold"], [raw], out=tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_nothing_of_somebody_elses_is_replaced(few: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("…", encoding="utf-8")
    with pytest.raises(NqextractError, match="no model"):
        cli_train([few / "gold"], [few / "raw"], out=tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_an_article_that_cannot_be_read_is_left_out_and_named(few: Path, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "good.txt").write_text(ON_TOPIC, encoding="utf-8")
    (tmp_path / "news" / "bad.txt").write_bytes(b"\xff\xfe\x00")
    messages = go(few, tmp_path / "m", silver=[tmp_path / "news"])
    assert "left out: read: " in messages
    assert "bad.txt" in messages
    assert read_model(str(tmp_path / "m")).meta["data"]["silver"]["articles"] == 1


def test_nothing_to_train_on(few: Path, tmp_path: Path) -> None:
    with pytest.raises(NqextractError, match="nothing to train on"):
        cli_train((), (), out=tmp_path / "m")
    with pytest.raises(NqextractError, match="no such file"):
        cli_train([few / "gold"], [few / "raw"], silver=[tmp_path / "none.jsonl"], out=tmp_path / "m")
