"""What the extractor is measured against: rules and tagger each alone, rules without names, and underthesea's NER."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from nqextract.evaluate.score import Scores, evaluate
from nqextract.gold.load import Pair
from nqextract.lexicon.vocabulary import Kind
from nqextract.pipeline import Pipeline, result
from nqextract.records import ArticleResult
from nqextract.tokenize.words import lay_words
from nqextract.types import Article, Label, Mention

NAMES = frozenset((Kind.BODY, Kind.FIELD, Kind.PLACE, Kind.SURNAME))
"""The facts of the vocabulary: which bodies, fields of offices, places and surnames there are.  The words of the
grammar ("Bí thư", "Ban", "đồng chí") stay: without them the rules have nothing to read, and find nothing."""


def score_baselines(pairs: Sequence[Pair]) -> dict[str, Scores]:
    """The scores of each baseline on ``pairs``, by its name, in the order in which they are shown."""
    gold = {pair.article.id: pair.gold for pair in pairs}

    def kindly(article: Article) -> ArticleResult:
        spans = {(entity.start, entity.end): entity.label for entity in gold[article.id].entities}
        return _by_underthesea(article, spans)

    systems: dict[str, Callable[[Article], ArticleResult]] = {
        "rules": Pipeline("rules").process,
        "model": Pipeline("model").process,
        "rules without names": Pipeline("rules", without=NAMES).process,
        "underthesea": kindly,
    }
    return {name: evaluate(pairs, process) for name, process in systems.items()}


def _by_underthesea(article: Article, gold: dict[tuple[int, int], Label]) -> ArticleResult:
    """underthesea's entities, taken as kindly as can be.

    It knows PER, LOC and ORG alone, over whole sentences of the cleaned article.  A place or organisation that is a
    span of the gold counts as of the gold's label, whichever that is; a place that is none is no false alarm.
    """
    analysis = Pipeline("rules").analyse(article)
    clean = analysis.clean
    mentions: list[Mention] = []
    for sentence in analysis.sentences:
        for start, end, kind in _chunks(clean.text[sentence.start : sentence.end]):
            begin, stop = sentence.start + start, sentence.start + end
            label: Label | None = "PERSON"
            if kind != "PER":
                label = gold.get(clean.raw_span(begin, stop), "ORG" if kind == "ORG" else None)
            if label is not None:
                mentions.append(Mention(label, begin, stop))
    analysis.mentions, analysis.people, analysis.records = tuple(mentions), (), ()
    return result(analysis)


def _chunks(sentence: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each entity that underthesea finds in ``sentence``."""
    from underthesea import ner

    tagged: list[tuple[str, str, str, str]] = ner(sentence)
    spans = lay_words(sentence, [word for word, *_ in tagged])
    if spans is None or len(spans) != len(tagged):  # it has rewritten the sentence beyond recognition
        return
    open_chunk: tuple[int, int, str] | None = None
    for (start, end), (*_, tag) in zip(spans, tagged, strict=True):
        position, _, kind = tag.partition("-")
        if open_chunk and position == "I" and kind == open_chunk[2]:
            open_chunk = (open_chunk[0], end, kind)
            continue
        if open_chunk:
            yield open_chunk
        open_chunk = (start, end, kind) if kind else None
    if open_chunk:
        yield open_chunk
