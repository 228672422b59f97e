"""The stages in spaCy pipelines: our own, and spaCy's Vietnamese with pyvi's words."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from nqextract import spacy_components
from nqextract.pipeline import Pipeline
from nqextract.spacy_components import SPANS_KEY, STAGES, SyllableTokenizer
from nqextract.types import Article, NqextractError, StageError

TEXT = """Huyện Suối Trầm quán triệt Nghị quyết số 98-NQ/TW

Sáng 14/3/2024, Ban Thường vụ Huyện ủy Suối Trầm tổ chức hội nghị trực tuyến quán triệt Nghị quyết số 98-NQ/TW của Bộ \
Chính trị.Dự hội nghị có đồng chí Nguyễn Như Thổ, Bí thư Huyện ủy và hơn 1.200 đại biểu.

Đồng chí Nguyễn Như Thổ phát biểu tại hội nghị.
(Ảnh: Trần Văn Lam)

Tin: Trần Văn Lam"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy_components.blank()


@pytest.fixture(scope="module")
def pyvi_nlp() -> Language:
    nlp = spacy.blank("vi")
    for stage in STAGES:
        nlp.add_pipe(stage)
    return nlp


def entities(doc: Doc) -> list[tuple[int, int, str]]:
    return [(span.start_char, span.end_char, span.label_) for span in doc.ents]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("which", ["nlp", "pyvi_nlp"])
def test_what_the_plain_stages_find(which: str, form: str, request: pytest.FixtureRequest) -> None:
    text = unicodedata.normalize(form, TEXT)
    expected = Pipeline().process(Article("doc", text))
    assert {"PERSON", "TITLE", "ORG", "DOC", "DATE"} == {entity.label for entity in expected.entities}
    doc = request.getfixturevalue(which)(text)
    assert doc.text == text
    assert entities(doc) == [(entity.start, entity.end, entity.label) for entity in expected.entities]
    assert [(s.start_char, s.end_char, s.label_) for s in doc.spans[SPANS_KEY]] == entities(doc)
    assert doc._.records == expected.records != []
    assert doc._.people == expected.people != []


def test_sentences_follow_ours(nlp: Language) -> None:
    sentences = [sentence.text.strip() for sentence in nlp(TEXT).sents]
    assert sentences[0] == "Huyện Suối Trầm quán triệt Nghị quyết số 98-NQ/TW"
    assert sentences[2].startswith("Dự hội nghị có")
    assert sentences[-1] == "Tin: Trần Văn Lam"


def test_processes(nlp: Language) -> None:
    texts = [TEXT, TEXT.replace("14/3/2024", "15/3/2024")]
    there = list(nlp.pipe(texts, n_process=2))
    here = [nlp(text) for text in texts]
    assert [doc._.nq for doc in there] == [doc._.nq for doc in here]
    assert [doc._.records for doc in there] == [doc._.records for doc in here]
    assert [entities(doc) for doc in there] == [entities(doc) for doc in here]


def test_context_goes_with_the_doc(pyvi_nlp: Language) -> None:
    assert [context for _, context in pyvi_nlp.pipe([(TEXT, 7)], as_tuples=True)] == [7]


def test_saved_pipeline(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    loaded = spacy.load(tmp_path / "model")
    assert loaded.pipe_names == list(STAGES)
    assert isinstance(loaded.tokenizer, SyllableTokenizer)
    assert entities(loaded(TEXT)) == entities(nlp(TEXT))


def test_saved_docs(nlp: Language) -> None:
    doc = nlp(TEXT)
    packed = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    [back] = DocBin().from_bytes(packed).get_docs(nlp.vocab)
    assert back._.nq == doc._.nq
    assert back._.records == doc._.records


def test_displacy(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert "Nguyễn Như Thổ" in displacy.render(doc, style="ent", jupyter=False)
    assert "DOC" in displacy.render(doc, style="span", options={"spans_key": SPANS_KEY}, jupyter=False)


def test_metadata(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT.replace("14/3/2024", "14/3"))
    doc._.nq_meta = {"id": "bai-7", "published": "2023-03-15"}
    records = nlp(doc)._.records
    assert records[0].record_id.startswith("bai-7#")
    assert records[0].date is not None
    assert records[0].date.edtf == "2023-03-14"
    doc = nlp.make_doc(TEXT)
    doc._.nq_meta = {"author": "X"}
    with pytest.raises(NqextractError, match="author"):
        nlp(doc)


def test_stage_without_the_one_before() -> None:
    nlp = spacy.blank("vi")
    nlp.add_pipe("nqextract_tag")
    with pytest.raises(NqextractError, match="nqextract_clean"):
        nlp(TEXT)


def test_no_text(nlp: Language) -> None:
    with pytest.raises(StageError):
        nlp(" \n")
    seen = []
    nlp = spacy_components.blank()
    nlp.set_error_handler(lambda name, proc, docs, error: seen.append((name, type(error))))
    assert [doc.text for doc in nlp.pipe(["...", TEXT])] == [TEXT]
    assert seen == [("nqextract_clean", StageError)]


tokenizer = SyllableTokenizer(spacy.blank("vi").vocab)


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["ạ", "a\u0323", " ", "\n", "\u200b", ".", "9", "_"])).map("".join))
)
@settings(deadline=None)
def test_tokenizer_keeps_the_text(text: str) -> None:
    assert tokenizer(text).text == text
