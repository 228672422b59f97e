"""Silver: articles of the kind that the tagger is for, with what the rules find in them taken for right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nqextract.clean import clean_article
from nqextract.lexicon.vocabulary import vocabulary
from nqextract.model import OUTSIDE
from nqextract.tag import arbitrate, by_rules, in_annotated_blocks
from nqextract.text import fold
from nqextract.tokenize import Segmenter
from nqextract.train.examples import Example, examples, thinned
from nqextract.types import Article, CleanArticle, Mention, StageError

Silver = tuple[CleanArticle, list[Mention]]

_RELATED = frozenset(("TITLE", "ORG", "DOC"))
_LEAST = 8  # mentions of these labels in an article
_DENSITY = 0.0035  # and a character
_SENTENCE = re.compile(r"[^.!?\n]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LONG = 50  # letters: a sentence that stands in two articles by chance is shorter


def related(articles: Iterable[Article], held_out: frozenset[str] = frozenset()) -> Iterator[Silver]:
    """Those of ``articles`` that are full of bodies, positions and documents, with what the rules find there.

    ``held_out``: see :func:`long_sentences`; an article that has one of them is left out.
    """
    for article in articles:
        if not held_out.isdisjoint(long_sentences(article.text)):
            continue
        try:
            clean = clean_article(article)
        except StageError:
            continue
        right = in_annotated_blocks(arbitrate(by_rules(clean, vocabulary())[1]), clean.blocks)
        counted = sum(mention.label in _RELATED for mention in right)
        if counted >= _LEAST and counted >= _DENSITY * len(clean.text):
            yield clean, right


def silver_examples(chosen: Iterable[Silver], sentences: int, segmenter: Segmenter | None = None) -> Iterator[Example]:
    """The sentences with names of the ``chosen`` articles, whole articles until there are ``sentences``."""
    left = sentences
    for clean, right in chosen:
        for example in examples(clean, right, thinned(clean.article.id), segmenter):
            if any(tag != OUTSIDE for tag in example.tags):
                left -= 1
                yield example
        if left <= 0:
            return


def long_sentences(text: str) -> Iterator[str]:
    """The longer sentences of ``text``, letters alone: two articles that share one are of one source."""
    for sentence in _SENTENCE.findall(fold(text)):
        letters = _NOT_LETTERS.sub("", sentence)
        if len(letters) >= _LONG:
            yield letters
