"""The stages in their order, over one article: clean, tokenize, tag, link, events; and the result in raw offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nqextract.clean import clean_article
from nqextract.events import find_records
from nqextract.lexicon.vocabulary import Kind, vocabulary
from nqextract.link import link
from nqextract.model import Crf, open_crf
from nqextract.records import ArticleResult, DocumentKey
from nqextract.tag import tag
from nqextract.text import normalise, sha256
from nqextract.tokenize import split_sentences
from nqextract.types import (
    Analysis,
    Article,
    CleanArticle,
    Clock,
    DateValue,
    DocumentValue,
    Mention,
    NameValue,
    tagger_name,
)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The whole extraction.  Picklable, without state: one instance serves any number of articles.

    Raises:
        nqextract.model.ModelError: the tagger needs a model, and there is none or it cannot be used.
        nqextract.types.NqextractError: no tagger is called so.
    """

    tagger: str = "both"
    """Who names persons, positions and organisations: ``rules``, ``model`` (the trained tagger), or ``both``."""
    model: str | None = None
    """The trained tagger's folder; the one that comes with the package if not given."""
    without: frozenset[Kind] = frozenset()
    """Kinds of vocabulary that the taggers must do without, to measure what they are worth."""

    def __post_init__(self) -> None:
        tagger_name(self.tagger)
        self.crf()  # a model that is missing or damaged is known before the first article

    def crf(self) -> Crf | None:
        """The trained tagger, where one is used; opened once a process."""
        return None if self.tagger == "rules" else open_crf(self.model)

    def analyse(self, article: Article, clock: Clock | None = None) -> Analysis:
        """Run every stage; ``clock`` is told which.

        Raises:
            StageError: the article cannot be done; says at which stage and why.
        """
        clock = clock or Clock()
        clock.enter("clean")
        clean = clean_article(article)
        analysis = Analysis(clean)
        clock.enter("sentences")
        analysis.sentences = split_sentences(clean)
        clock.enter("tag")
        tag(analysis, vocabulary(self.without), self.crf(), alone=self.tagger == "model")
        clock.enter("link")
        link(analysis)
        clock.enter("events")
        analysis.records = find_records(analysis)
        return analysis

    def process(self, article: Article, clock: Clock | None = None) -> ArticleResult:
        """The article's line of ``articles.jsonl``.

        Args:
            article: its text is raw; offsets of the result refer to it.
            clock: is told which stage runs.

        Raises:
            nqextract.types.StageError: the article cannot be done.
        """
        clock = clock or Clock()
        analysis = self.analyse(article, clock)
        clock.enter("result")
        return result(analysis)


def result(analysis: Analysis) -> ArticleResult:
    """What users see of ``analysis``: raw offsets, each checked against the raw text."""
    clean = analysis.clean
    article = clean.article
    # As plain data, which the model checks in one go: cheaper than making each entity by itself.
    return ArticleResult.model_validate(
        {
            "id": article.id,
            "path": article.path,
            "sha256": sha256(article.text),
            "title": article.title,
            "published": article.published,
            "outlet": article.outlet,
            "url": article.url,
            "text": article.text if article.extracted else None,
            "entities": [_entity(clean, mention) for mention in analysis.mentions],
            "people": [
                {
                    "name": person.name,
                    "titles": [{"text": title.text, "organisation": title.organisation} for title in person.titles],
                    "mentions": [clean.raw_span(start, end) for start, end in person.mentions],
                }
                for person in analysis.people
            ],
            "records": list(analysis.records),
        }
    )


def _entity(clean: CleanArticle, mention: Mention) -> dict[str, Any]:
    start, end = clean.raw_span(mention.start, mention.end)
    written = clean.article.text[start:end]
    read = slice(*clean.whole(mention.start, mention.end))
    if clean.raw_starts is not None and normalise(written)[0] != clean.text[read]:
        raise AssertionError(f"{clean.article.id}: [{start}, {end}) is not {mention.label} as it was read")
    return {"label": mention.label, "start": start, "end": end, "text": written, "norm": _norm(mention)}


def _norm(mention: Mention) -> str | DocumentKey | None:
    value = mention.value
    if isinstance(value, DateValue):
        return value.edtf
    if isinstance(value, DocumentValue):
        number = value.full_number or value.number  # "Nghị quyết 57" is the "Nghị quyết số 57-NQ/TW" named before
        return DocumentKey.model_validate({"type": value.type, "number": number, "meeting": value.meeting})
    if isinstance(value, NameValue):
        return value.name
    return None
