"""What the CRF is fitted to: sentences as rows of features, with the tags that are right.

The rules know the words of the texts they were written for, where the tagger would learn to believe them blindly.  So
each text is read with some of the vocabulary left out by chance: that teaches what names look like that no table has,
and where the rules then go wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from nqextract.clean import clean_article
from nqextract.gold.load import Pair
from nqextract.lexicon.vocabulary import Kind, Thinning, Vocabulary, vocabulary
from nqextract.model import TAUGHT, features, tags, word_layer
from nqextract.tag import arbitrate, by_rules, by_sentence, in_annotated_blocks, is_bare
from nqextract.tokenize import Segmenter, split_sentences, syllables
from nqextract.train.generated import generated
from nqextract.types import Article, CleanArticle, Mention

LEFT_OUT = (
    (Kind.HEAD, 0.15),
    (Kind.TITLE, 0.15),
    (Kind.BODY, 0.4),
    (Kind.FIELD, 0.4),
    (Kind.PLACE, 0.3),
    (Kind.SURNAME, 0.3),
)
THINNED = 12  # vocabularies, each without other rows
SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence: its tokens, a row of features for each, and its tag."""

    tokens: list[str]
    rows: list[list[str]]
    tags: list[str]


def examples(
    clean: CleanArticle, right: Sequence[Mention], words: Vocabulary, segmenter: Segmenter | None = None
) -> Iterator[Example]:
    """The sentences of ``clean`` in which ``right`` are the mentions (in order), as read with ``words``."""
    reader, candidates = by_rules(clean, words)
    answers = in_annotated_blocks(arbitrate(candidates), clean.blocks)
    said = {(mention.label, mention.start, mention.end) for mention in answers}
    taught = [
        mention
        for mention in right
        if mention.label in TAUGHT
        and (not is_bare(mention, reader.hits) or (mention.label, mention.start, mention.end) in said)
    ]
    sentences = split_sentences(clean)
    for (sentence, known), (_, names) in zip(
        by_sentence(sentences, answers, clean.fold), by_sentence(sentences, taught, clean.fold), strict=True
    ):
        tokens = syllables(clean.text, sentence.start, sentence.end)
        if tokens:
            layer = None if segmenter is None else word_layer(clean.text, tokens, segmenter)
            rows = features(clean.text, clean.fold, tokens, reader.hits, tags(tokens, known), layer)
            yield Example([clean.text[start:end] for start, end in tokens], rows, tags(tokens, names))


def gold_mentions(pair: Pair, clean: CleanArticle) -> list[Mention]:
    """The gold's entities over the clean text."""
    starts = clean.raw_starts
    return [
        Mention(
            entity.label,
            entity.start if starts is None else bisect_left(starts, entity.start),
            entity.end if starts is None else bisect_left(starts, entity.end),
        )
        for entity in pair.gold.entities
    ]


def thinned(name: str, turn: int = 0) -> Vocabulary:
    """A vocabulary with rows left out: which, depends on ``name`` and ``turn`` alone."""
    return vocabulary(thinning=Thinning(SEED + (crc32(name.encode()) + turn) % THINNED, LEFT_OUT))


def gold_examples(pairs: Iterable[Pair], turns: int, segmenter: Segmenter | None = None) -> Iterator[Example]:
    """Gold, read with the whole vocabulary, and ``turns`` times with other rows left out."""
    for pair in pairs:
        clean = clean_article(pair.article)
        right = gold_mentions(pair, clean)
        yield from examples(clean, right, vocabulary(), segmenter)
        for turn in range(turns):
            yield from examples(clean, right, thinned(clean.article.id, turn), segmenter)


def marked_examples(
    lines: Iterable[tuple[Article, list[Mention]]], turns: int, segmenter: Segmenter | None = None
) -> Iterator[Example]:
    """Marked sentences likewise; each turn is of another sentence made from the marked one."""
    for article, mentions in lines:
        yield from examples(clean_article(article), mentions, vocabulary(), segmenter)
        for turn in range(turns):
            other, moved = generated(article, mentions, turn)
            yield from examples(clean_article(other), moved, thinned(article.id, turn), segmenter)
