"""The stages as spaCy components, over a ``Doc`` whose text is the article's raw text.

Loaded by spaCy through entry points, so ``nlp.add_pipe("nqextract_clean")`` works in anyone's pipeline:

    nlp = spacy.blank("vi")
    for name in STAGES:
        nlp.add_pipe(name)

Extensions (all of them are set here): ``doc._.nq`` the :class:`~nqextract.types.Analysis` (its offsets are over
``doc._.nq.clean.text``, which is NFC), ``doc._.records`` and ``doc._.people`` what ``articles.jsonl`` holds (offsets
over ``doc.text``), ``doc._.nq_meta`` what is known beside the text: a dict with any of ``id``, ``title``,
``published``, ``url``, ``outlet``, to be set before the pipeline runs.  Entities are in ``doc.spans["nqextract"]`` and
``doc.ents``.

``nqextract_clean`` comes first: where the tokens it is given are not our syllables (pyvi joins words across names, and
no tokenizer of spaCy's keeps decomposed text together) it goes on with a new ``Doc`` of syllables with the same text,
in which annotations made before it are lost.  It raises :class:`~nqextract.types.StageError` for a text without a
letter; in ``nlp.pipe`` spaCy's error handler decides what becomes of that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import srsly
from pydantic import TypeAdapter
from spacy import blank as spacy_blank
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, get_words_and_spaces, registry
from spacy.vocab import Vocab

from nqextract import clean as cleaning
from nqextract import events as finding
from nqextract import link as linking
from nqextract import tag as tagging
from nqextract import types
from nqextract.model import NAME, Crf, Model, check_model, open_crf, read_component
from nqextract.records import PersonOut, Record
from nqextract.tag.meetings import Meeting
from nqextract.tokenize import split_sentences, syllables
from nqextract.types import Analysis, Article, NqextractError, tagger_name

STAGES = ("nqextract_clean", "nqextract_sentences", "nqextract_tag", "nqextract_link", "nqextract_events")
SPANS_KEY = "nqextract"
TOKENIZER = "nqextract.SyllableTokenizer.v1"
_META = frozenset({"id", "title", "published", "url", "outlet"})


class SyllableTokenizer:
    """Syllables as tokens, whatever their form: runs of letters with their marks, runs of digits, single marks."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words, spaces = get_words_and_spaces([text[start:end] for start, end in syllables(text)], text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def __reduce__(self) -> tuple[type[SyllableTokenizer], tuple[Vocab]]:
        return SyllableTokenizer, (self.vocab,)

    # It holds nothing but the vocabulary, which spaCy saves itself.
    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **__: Any) -> SyllableTokenizer:
        return self

    def to_disk(self, _path: str | Path, **__: Any) -> None:
        return None

    def from_disk(self, _path: str | Path, **__: Any) -> SyllableTokenizer:
        return self


@registry.tokenizers(TOKENIZER)
def create_tokenizer() -> Callable[[Language], SyllableTokenizer]:
    """The tokenizer for ``[nlp.tokenizer]`` of a spaCy config."""
    return _tokenizer_of


def _tokenizer_of(nlp: Language) -> SyllableTokenizer:
    return SyllableTokenizer(nlp.vocab)


def blank(tagger: str = "both", model: str | None = None) -> Language:
    """spaCy's Vietnamese with our tokenizer and every stage; ``tagger`` and ``model`` as in :class:`Tag`."""
    nlp = spacy_blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    for stage in STAGES:
        nlp.add_pipe(stage, config={"tagger": tagger, "model": model} if stage == "nqextract_tag" else {})
    return nlp


def save(model: Model, folder: Path) -> None:
    """Write ``model`` as a pipeline that ``spacy.load`` opens.  The same model gives the same bytes."""
    nlp = blank()
    component = nlp.get_pipe("nqextract_tag")
    assert isinstance(component, Tag)
    component.use(model)
    nlp.meta.update(
        name=NAME,
        version=version("nqextract"),
        description="Persons, positions and organisations in Vietnamese news, and records of conferences",
        license="MIT",
        performance=model.meta["scores"],
        nqextract=model.meta,
    )
    nlp.to_disk(folder)


def _clean(doc: Doc) -> Doc:
    meta = doc._.nq_meta or {}
    if unknown := meta.keys() - _META:
        raise NqextractError(f"doc._.nq_meta has unknown keys: {', '.join(sorted(unknown))}")
    analysis = Analysis(cleaning.clean_article(Article(**{"id": "doc", "text": doc.text, **meta})))
    doc = _as_syllables(doc)
    doc._.nq = analysis
    return doc


def _as_syllables(doc: Doc) -> Doc:
    starts = {token.idx for token in doc}
    ends = {token.idx + len(token) for token in doc}
    if all(start in starts and end in ends for start, end in syllables(doc.text)):
        return doc
    made = SyllableTokenizer(doc.vocab)(doc.text)
    made.user_data.update(doc.user_data)
    made._context = doc._context  # what nlp.pipe(as_tuples=True) gives back with the doc
    return made


def _sentences(doc: Doc) -> Doc:
    analysis = _analysis(doc, "nqextract_sentences")
    analysis.sentences = split_sentences(analysis.clean)
    clean = analysis.clean
    begins = {clean.raw_span(block.start, block.end)[0] for block in clean.blocks}
    begins |= {clean.raw_span(sentence.start, sentence.end)[0] for sentence in analysis.sentences}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in begins
    return doc


class Tag:
    """``nqextract_tag``: tags, and keeps the trained tagger with the pipeline that it is saved with.

    ``tagger`` and ``model`` as in :class:`nqextract.pipeline.Pipeline`.
    """

    def __init__(self, tagger: str, model: str | None) -> None:
        self.tagger = tagger_name(tagger)
        self.model = model
        self._crf: Crf | None = None

    def crf(self) -> Crf | None:
        """The trained tagger; opened when first needed, since the one that a pipeline was saved with comes after."""
        if self._crf is None and self.tagger != "rules":
            self._crf = open_crf(self.model)
        return self._crf

    def use(self, model: Model) -> None:
        """Tag with ``model``."""
        self._crf = Crf(model)

    def __call__(self, doc: Doc) -> Doc:
        analysis = _analysis(doc, "nqextract_tag")
        tagging.tag(analysis, crf=self.crf(), alone=self.tagger == "model")
        spans = []
        for mention in analysis.mentions:
            start, end = analysis.clean.raw_span(mention.start, mention.end)
            span = doc.char_span(start, end, label=mention.label, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans[SPANS_KEY] = spans
        doc.ents = filter_spans(_trimmed(span) for span in spans)
        return doc

    def to_disk(self, path: str | Path, **_: Any) -> None:
        if (crf := self.crf()) is not None:
            crf.model.write(Path(path))

    def from_disk(self, path: str | Path, **_: Any) -> Tag:
        if self.tagger != "rules":
            self.use(read_component(Path(path)))
        return self

    def to_bytes(self, **_: Any) -> bytes:
        crf = self.crf()
        packed: bytes = srsly.msgpack_dumps(None if crf is None else (crf.model.meta, crf.model.weights))
        return packed

    def from_bytes(self, data: bytes, **_: Any) -> Tag:
        kept = srsly.msgpack_loads(data)
        if kept is not None:
            self.use(check_model(Model(kept[0], kept[1], "nqextract_tag")))
        return self


def _trimmed(span: Span) -> Span:
    """spaCy wants no white space at either end of an entity."""
    start, end = span.start, span.end
    while end - start > 1 and span.doc[end - 1].is_space:
        end -= 1
    return Span(span.doc, start, end, label=span.label)


def _link(doc: Doc) -> Doc:
    linking.link(_analysis(doc, "nqextract_link"))
    return doc


def _events(doc: Doc) -> Doc:
    analysis = _analysis(doc, "nqextract_events")
    analysis.records = finding.find_records(analysis)
    return doc


def _analysis(doc: Doc, stage: str) -> Analysis:
    analysis = doc._.nq
    if not isinstance(analysis, Analysis):
        raise NqextractError(f"{stage} needs nqextract_clean before it in the pipeline")
    return analysis


@Language.factory("nqextract_clean", assigns=["doc._.nq"])
def make_clean(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    return _clean


@Language.factory("nqextract_sentences", assigns=["doc.sents", "token.is_sent_start"], requires=["doc._.nq"])
def make_sentences(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    return _sentences


@Language.factory(
    "nqextract_tag",
    assigns=["doc.ents", "doc.spans"],
    requires=["doc._.nq"],
    default_config={"tagger": "both", "model": None},
)
def make_tag(nlp: Language, name: str, tagger: str, model: str | None) -> Callable[[Doc], Doc]:
    return Tag(tagger, model)


@Language.factory("nqextract_link", assigns=["doc._.people"], requires=["doc._.nq"])
def make_link(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    return _link


@Language.factory("nqextract_events", assigns=["doc._.records"], requires=["doc._.nq"])
def make_events(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    return _events


def _records(doc: Doc) -> list[Record]:
    return list(_analysis(doc, "doc._.records").records)


def _people(doc: Doc) -> list[PersonOut]:
    from nqextract.pipeline import result

    return result(_analysis(doc, "doc._.people")).people


def _set_extensions() -> None:
    extensions: dict[str, dict[str, Any]] = {
        "nq": {"default": None},
        "nq_meta": {"default": None},
        "records": {"getter": _records},
        "people": {"getter": _people},
    }
    for name, how in extensions.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, **how)


_set_extensions()


# spaCy sends a Doc between processes, and saves it, as msgpack: so an Analysis has to be made of plain values there.
_PACKED = "__nqextract_analysis__"


@cache
def _packer() -> TypeAdapter[Analysis]:
    adapter = TypeAdapter(Analysis)
    # What types names for checkers only.
    adapter.rebuild(_types_namespace={**vars(types), "Record": Record, "Meeting": Meeting})
    return adapter


def pack_analysis(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """An :class:`Analysis` for msgpack; whatever else there is goes on to ``chain``."""
    if isinstance(value, Analysis):
        return {_PACKED: _packer().dump_json(value)}
    return value if chain is None else chain(value)


def unpack_analysis(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """The :class:`Analysis` that :func:`pack_analysis` packed."""
    if isinstance(value, dict) and _PACKED in value:
        return _packer().validate_json(value[_PACKED])
    return value if chain is None else chain(value)


srsly.msgpack_encoders.register("nqextract_analysis", func=pack_analysis)
srsly.msgpack_decoders.register("nqextract_analysis", func=unpack_analysis)
