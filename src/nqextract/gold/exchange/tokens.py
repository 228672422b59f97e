"""Tokens for formats that count in them: our syllables, cut wherever an entity begins or ends."""

from __future__ import annotations

from collections.abc import Iterator

from nqextract.clean import clean_article
from nqextract.gold.load import Pair
from nqextract.tokenize import split_sentences, syllables
from nqextract.types import Article, StageError


def sentences_of(pair: Pair) -> list[list[tuple[int, int, int]]]:
    """The tokens of the article in its sentences, over its raw text: start, end, and the number of the entity, or -1.

    Together the tokens hold all of the text but its white space.  No sentence ends inside an entity.
    """
    text, entities = pair.article.text, pair.gold.entities
    starts = _sentence_starts(pair.article)
    sentences: list[list[tuple[int, int, int]]] = []
    begun, entity = 0, 0
    for start, end in _pieces(pair):
        while entity < len(entities) and entities[entity].end <= start:
            entity += 1
        inside = entity if entity < len(entities) and entities[entity].start <= start else -1
        new = not sentences
        if inside < 0 or entities[inside].start == start:
            while begun < len(starts) and starts[begun] <= start:
                begun, new = begun + 1, True
        if new:
            sentences.append([])
        sentences[-1].append((start, end, inside))
    assert sum(end - start for tokens in sentences for start, end, _ in tokens) == sum(map(len, text.split()))
    return sentences


def _pieces(pair: Pair) -> Iterator[tuple[int, int]]:
    """The syllables, cut at the ends of entities."""
    cuts = [at for entity in pair.gold.entities for at in (entity.start, entity.end)]
    passed = 0
    for start, end in syllables(pair.article.text):
        while passed < len(cuts) and cuts[passed] <= start:
            passed += 1
        while passed < len(cuts) and cuts[passed] < end:
            if cuts[passed] > start:
                yield start, cuts[passed]
                start = cuts[passed]
            passed += 1
        yield start, end


def _sentence_starts(article: Article) -> list[int]:
    try:
        clean = clean_article(article)
    except StageError:  # a text without a letter
        return []
    return [clean.raw_span(sentence.start, sentence.end)[0] for sentence in split_sentences(clean)]
