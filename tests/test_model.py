"""The trained tagger beside the rules: where it is asked, what it adds, and models that cannot be used."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import nqextract
from nqextract.clean import clean_article
from nqextract.cli import main
from nqextract.lexicon.vocabulary import Kind, Thinning, vocabulary
from nqextract.model import (
    COMPONENT,
    TAUGHT,
    Crf,
    Model,
    ModelError,
    columns,
    features,
    open_crf,
    read_model,
    shipped_model,
    spans,
    tags,
)
from nqextract.model.chain import Chain
from nqextract.model.weights import Weights
from nqextract.pipeline import Pipeline
from nqextract.tag import arbitrate, by_rules, by_sentence
from nqextract.tag.learned import is_open, is_related
from nqextract.tokenize import split_sentences, syllables
from nqextract.types import TAGGERS, Article, Mention, NqextractError
from tagging import cases, ids

ROOT = Path(__file__).parent.parent
LEARNED = cases("learned")


def names(text: str, tagger: str = "both") -> list[str]:
    analysis = Pipeline(tagger).analyse(Article("a", text))
    return [f"{m.label} {analysis.clean.text[m.start : m.end]}" for m in analysis.mentions if m.label in TAUGHT]


@pytest.mark.parametrize("row", LEARNED, ids=ids(LEARNED))
def test_what_it_adds(row: dict[str, Any]) -> None:
    assert names(row["text"]) == row["expect"]
    assert names(row["text"], "rules") != row["expect"]


@pytest.mark.parametrize("tagger", TAGGERS)
def test_documents_and_dates_are_the_grammars_whoever_names(tagger: str) -> None:
    text = (
        "Ngày 5/3/2024, Tỉnh ủy Bắc Ninh tổ chức hội nghị học tập Nghị quyết số 43-NQ/TW. Ông Lò Văn Pánh, Bí thư "
        "Huyện ủy Mường Nhé, trình bày."
    )
    result = Pipeline(tagger).process(Article("a", text))
    assert [entity.text for entity in result.entities if entity.label in ("DOC", "DATE")] == [
        "Ngày 5/3/2024",
        "Nghị quyết số 43-NQ/TW",
    ]
    assert [person.name for person in result.people] == ["Lò Văn Pánh"]
    assert [title.text for person in result.people for title in person.titles] == ["Bí thư Huyện ủy Mường Nhé"]


# Where it is asked


RELATED = "Hội nghị do Tỉnh ủy tổ chức. "


@pytest.mark.parametrize(
    ("text", "related"),
    [
        (RELATED, True),
        ("Hội nghị khách hàng của hãng xe diễn ra hôm qua.", False),
        ("Đội bóng thắng 2-0.", False),
        ("Đảng viên, bí thư chi bộ cùng xuống ruộng.", True),
    ],
)
def test_only_in_related_articles(text: str, related: bool) -> None:
    assert is_related(clean_article(Article("a", text))) is related


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Ông Nguyễn Văn An, Bí thư Tỉnh ủy Bắc Ninh, phát biểu.", False),
        ("Trời mưa to ở Hà Nội và Bắc Ninh.", False),
        ("Ông Lò Văn Pánh, công chức địa chính xã Ea Trul, phát biểu.", True),
        ("Theo Đảng ủy xã Vĩnh Lộc B thì giá sẽ giảm.", True),
        ("Ông Nguyễn Văn An, giám đốc, phát biểu.", True),
    ],
)
def test_only_where_the_rules_leave_something_open(sentence: str, asked: bool) -> None:
    clean = clean_article(Article("a", RELATED + sentence))
    reader, candidates = by_rules(clean, vocabulary())
    last = split_sentences(clean)[-1]
    inside = [mention for mention in arbitrate(candidates) if mention.start >= last.start]
    assert is_open(clean, last, reader, inside) is asked


def test_an_article_of_another_kind_is_left_to_the_rules() -> None:
    row = LEARNED[0]
    rest = row["text"].replace(RELATED, "")
    assert names(rest) == names(rest, "rules")


def test_a_sentence_without_end_is_taken_in_pieces() -> None:
    text = RELATED + "Ông Lò Văn Pánh, công chức địa chính xã Ea Trul, " * 300 + "nói."
    analysis = Pipeline().analyse(Article("a", text))
    found = [analysis.clean.text[m.start : m.end] for m in analysis.mentions if m.label == "TITLE"]
    assert found.count("công chức địa chính xã Ea Trul") >= 285  # not where a piece ends
    assert all(
        before.end <= after.start for before, after in zip(analysis.mentions, analysis.mentions[1:], strict=False)
    )


# What it says


def mention(label: Any, start: int, end: int, score: float = 1.0, source: str = "rules") -> Mention:
    return Mention(label, start, end, score=score, source=source)


def test_the_arbiter_takes_the_surer_and_leaves_what_is_more_likely_none() -> None:
    rules, longer = mention("ORG", 0, 5, 0.7), mention("ORG", 0, 9, 0.9, "model")
    assert arbitrate([rules, longer]) == [longer]
    assert arbitrate([rules, replace(longer, score=0.6)]) == [rules]
    assert arbitrate([replace(rules, score=0.4), replace(longer, score=0.45)]) == []
    assert arbitrate([mention("TITLE", 0, 5), replace(longer, score=0.99)]) == [mention("TITLE", 0, 5)]


def test_every_name_has_a_probability_and_what_it_was_not_taught_keeps_its_score() -> None:
    text = "Ông Lò Văn Pánh, Bí thư Huyện ủy Mường Nhé, nói về Nghị quyết số 43-NQ/TW ngày 5/3/2024."
    clean = clean_article(Article("a", text))
    reader, candidates = by_rules(clean, vocabulary())
    mentions = arbitrate(candidates)
    [sentence] = split_sentences(clean)
    [weighed] = [list(seen) for seen in open_crf(shipped_model()).weigh(clean, [(sentence, mentions)], reader.hits)]
    ours = [m for m in weighed if m.source != "model"]
    assert [(m.label, m.start, m.end) for m in ours] == [(m.label, m.start, m.end) for m in mentions]
    assert all(0 < m.score < 1 for m in weighed if m.label in TAUGHT)
    assert {m.score for m in ours if m.label in ("DOC", "DATE")} == {1.0}


_labels = st.sampled_from(TAUGHT)


@given(st.lists(st.tuples(st.sampled_from(["", *TAUGHT]), st.integers(1, 4)), max_size=12))
def test_tags_and_spans_say_the_same(pieces: list[tuple[str, int]]) -> None:
    tokens, mentions, at = [], [], 0
    for label, size in pieces:
        begin = at
        for _ in range(size):
            tokens.append((at, at + 2))
            at += 3
        if label:
            mentions.append(mention(label, begin, at - 1))
    found = [(label, tokens[begin][0], tokens[end - 1][1]) for label, begin, end in spans(tags(tokens, mentions))]
    assert found == [(m.label, m.start, m.end) for m in mentions]


def test_it_reads_weights_as_crfsuite_does() -> None:
    model = read_model(shipped_model())
    crfsuite = pycrfsuite.Tagger()
    crfsuite.open_inmemory(model.weights)
    weights = Weights(model.weights)
    assert weights.labels == crfsuite.labels()
    chain = Chain(weights.transitions)
    articles = [
        Article(path.stem, path.read_text(encoding="utf-8")) for path in sorted((ROOT / "data/raw").glob("*.txt"))
    ]
    for article in [*articles[:20], Article("words", "Bí thư. 9. " + "Ông Lò Văn Pánh, công chức xã Ea Trul, " * 60)]:
        clean = clean_article(article)
        reader, candidates = by_rules(clean, vocabulary())
        sentences = []
        for sentence, inside in by_sentence(split_sentences(clean), arbitrate(candidates), clean.fold):
            tokens = syllables(clean.text, sentence.start, sentence.end)
            sentences.append((tokens, tags(tokens, inside), None))
        sizes = [len(tokens) for tokens, _, _ in sentences]
        reading = chain.read(weights.scores(columns(clean.text, clean.fold, sentences, reader.hits), sizes), sizes)
        begin = 0
        for tokens, answers, _ in sentences:
            best = crfsuite.tag(features(clean.text, clean.fold, tokens, reader.hits, answers))
            assert [weights.labels[label] for label in reading.best[begin : begin + len(tokens)]] == best
            for at, probabilities in enumerate(reading.probabilities[begin : begin + len(tokens)]):
                expected = [crfsuite.marginal(label, at) for label in weights.labels]
                assert probabilities.tolist() == pytest.approx(expected, abs=1e-9)
            begin += len(tokens)


_numbers = st.floats(-9, 9)


@given(st.data(), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_chain_is_read_as_if_all_paths_were_compared(data: st.DataObject, sizes: list[int]) -> None:
    labels = 3
    transitions = np.array(data.draw(st.lists(_numbers, min_size=9, max_size=9))).reshape(labels, labels)
    amount = sum(sizes) * labels
    scores = np.array(data.draw(st.lists(_numbers, min_size=amount, max_size=amount))).reshape(-1, labels)
    reading = Chain(transitions).read(scores, sizes)
    begin = 0
    for size in sizes:
        own, rows = scores[begin : begin + size], range(size)
        paths = list(itertools.product(range(labels), repeat=size))
        sums = [own[rows, path].sum() + transitions[path[:-1], path[1:]].sum() for path in paths]
        shares = np.exp(np.array(sums) - max(sums))
        shares /= shares.sum()
        for at in rows:
            expected = [sum(shares[i] for i, path in enumerate(paths) if path[at] == label) for label in range(labels)]
            assert reading.probabilities[begin + at].tolist() == pytest.approx(expected, abs=1e-9)
        best = tuple(reading.best[begin : begin + size].tolist())
        assert sums[paths.index(best)] == pytest.approx(max(sums), abs=1e-9)
        begin += size


@pytest.mark.parametrize("weights", [b"", b"lCRF", b"x" * 1000, bytes(1000)])
def test_weights_that_are_none(weights: bytes) -> None:
    with pytest.raises(ModelError, match="its weights are damaged"):
        Crf(Model.of(weights, segmenter="none"))


@given(st.text(alphabet="ab Đà.,9(\"X'", max_size=60))
def test_features_of_any_text(text: str) -> None:
    folded = text.lower()
    tokens = syllables(text)
    rows = features(text, folded, tokens, vocabulary().scan(folded, text), ["O"] * len(tokens))
    assert len(rows) == len(tokens)
    assert all(row and all(isinstance(name, str) for name in row) for row in rows)


def test_a_thinned_vocabulary_lacks_some_rows_of_the_kinds_and_always_the_same() -> None:
    thinning = Thinning(1, ((Kind.TITLE, 0.5),))
    entries = [
        entry
        for _, found in vocabulary().scan("bí thư, chủ tịch, giám đốc, bộ trưởng, hà nội").by_start.items()
        for _, entry in found
    ]
    titles = [entry for entry in entries if entry.kind is Kind.TITLE]
    assert not any(thinning.drops(entry) for entry in entries if entry.kind is not Kind.TITLE)
    assert len({thinning.drops(entry) for entry in titles}) == 2
    assert [thinning.drops(entry) for entry in titles] == [Thinning(1, ((Kind.TITLE, 0.5),)).drops(e) for e in titles]


# The folder


def test_the_model_that_comes_along() -> None:
    folder = Path(shipped_model())
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 15_000_000
    assert not [
        path for path in files if b"\x80\x04\x95" in path.read_bytes()[:16] or path.suffix in (".pkl", ".pickle")
    ]
    meta = json.loads((folder / "meta.json").read_bytes())
    assert meta["nqextract"] == read_model(str(folder)).meta
    assert {"data", "settings", "scores", "sha256", "labels", "format"} <= set(meta["nqextract"])


def test_spacy_opens_it() -> None:
    text = LEARNED[0]["text"]
    doc = spacy.load(shipped_model())(text)
    assert [f"{span.label_} {span.text}" for span in doc.ents if span.label_ in TAUGHT] == LEARNED[0]["expect"]
    again = spacy.blank("vi")
    again.add_pipe("nqextract_clean")
    again.add_pipe("nqextract_sentences")
    again.add_pipe("nqextract_tag", config={"tagger": "rules"})
    assert [f"{span.label_} {span.text}" for span in again(text).ents] == names(text, "rules")


def test_a_pipeline_goes_through_bytes_with_its_model() -> None:
    nlp = nqextract.load()
    copy = nqextract.load().from_bytes(nlp.to_bytes())
    text = LEARNED[0]["text"]
    assert [span.text for span in copy(text).ents] == [span.text for span in nlp(text).ents]


def _edit(**changes: Any) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / COMPONENT / "meta.json"
        meta = {**json.loads(path.read_bytes()), **changes}
        path.write_text(json.dumps({key: value for key, value in meta.items() if value is not None}), encoding="utf-8")

    return edit


def _cut(folder: Path) -> None:
    path = folder / COMPONENT / "crf.crfsuite"
    path.write_bytes(path.read_bytes()[:-100])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (shutil.rmtree, "no such folder"),
    "of something else": (lambda folder: shutil.rmtree(folder / COMPONENT), "not an nqextract model"),
    "without weights": (lambda folder: (folder / COMPONENT / "crf.crfsuite").unlink(), "cannot be read"),
    "with weights cut off": (_cut, "is damaged"),
    "with a meta.json that is none": (
        lambda folder: (folder / COMPONENT / "meta.json").write_text("{", encoding="utf-8"),
        "is damaged",
    ),
    "that does not say its labels": (_edit(labels=None), "does not say labels"),
    "of another version": (_edit(format=0), "of format 0"),
    "with other labels": (_edit(labels=["PERSON", "TITLE", "LOC"]), "LOC"),
    "with fewer labels": (_edit(labels=["PERSON"]), "PERSON, TITLE, ORG are needed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_model_that_cannot_be_used_is_known_before_the_first_article(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    shutil.copytree(shipped_model(), model)
    damage, said = BROKEN[case]
    damage(model)
    with pytest.raises(ModelError, match=said):
        Pipeline(model=str(model))
    out = tmp_path / "out"
    arguments = ["nqextract", "run", str(ROOT / "data/raw"), "-o", str(out), "--model", str(model)]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    message = capsys.readouterr().err
    assert str(model) in message
    assert said in message
    assert not out.exists()
    assert Pipeline("rules", str(model)).process(Article("a", "Tỉnh ủy Bắc Ninh họp.")).entities


def test_no_tagger_of_that_name() -> None:
    with pytest.raises(NqextractError, match="both"):
        Pipeline("neither")


def test_the_taggers_of_the_command_line(tmp_path: Path) -> None:
    from nqextract.cli import app

    source = tmp_path / "bai.txt"
    source.write_text(LEARNED[0]["text"], encoding="utf-8")
    found = {}
    for tagger in TAGGERS:
        out = tmp_path / tagger
        result = CliRunner().invoke(app, ["run", str(source), "-o", str(out), "--tagger", tagger])
        assert result.exit_code == 0, result.output
        manifest = json.loads((out / "manifest.json").read_bytes())
        assert manifest["settings"]["tagger"] == tagger
        assert (manifest["model"] is None) == (tagger == "rules")
        [line] = (out / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        found[tagger] = [f"{entity['label']} {entity['text']}" for entity in json.loads(line)["entities"]]
    assert found["rules"] != found["both"] == LEARNED[0]["expect"]
