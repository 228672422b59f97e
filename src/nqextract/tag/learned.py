"""The trained tagger beside the rules: where it is asked, and what becomes a candidate."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Hits, Kind
from nqextract.model import SOURCE, TAUGHT, Asked, Crf
from nqextract.tag.grammar import Phrase, Reader
from nqextract.types import CleanArticle, Mention, MentionValue, NameValue, Sentence

_APPOSITION = re.compile(r" ?[,(-] ?(?=[^\W\d_])")
_LONGEST = 2_000  # characters of a sentence that the tagger is given at once
_TOPIC_WORDS = 2  # in an article that the tagger is asked about


def weighed(
    crf: Crf, clean: CleanArticle, sentences: Sequence[Sentence], reader: Reader, mentions: Sequence[Mention]
) -> list[Mention]:
    """``mentions``, the rules' (in order, not overlapping), and the tagger's, each as sure as the tagger is of it.

    The tagger costs, where it is asked, about as much as the rules for names.  So it is asked about related articles
    only, and there about sentences in which the rules leave something open; elsewhere their names stay as sure as they
    were.
    """
    if not is_related(clean):
        return list(mentions)
    found: list[Mention] = []
    asked: list[Asked] = []
    for sentence, inside in by_sentence(sentences, mentions, clean.fold):
        if is_open(clean, sentence, reader, inside):
            asked.append((sentence, inside))
        else:
            found += inside
    read = _organisations(mentions)
    for seen in crf.weigh(clean, asked, reader.hits):
        for mention in seen:
            if mention.source != SOURCE:
                found.append(replace(mention, score=1.0) if is_bare(mention, reader.hits) else mention)
            elif not is_bare(mention, reader.hits) and is_balanced(clean.fold[mention.start : mention.end]):
                found.append(_valued(mention, reader, read))
    return found


def learned(
    crf: Crf, clean: CleanArticle, sentences: Sequence[Sentence], reader: Reader, mentions: Sequence[Mention]
) -> list[Mention]:
    """The tagger's names alone, and of ``mentions`` those of labels that it was not taught."""
    found: list[Mention] = []
    read = _organisations(mentions)
    for seen in crf.weigh(clean, list(by_sentence(sentences, mentions, clean.fold)), reader.hits):
        for mention in seen:
            if mention.source == SOURCE:
                found.append(_valued(mention, reader, read))
            elif mention.label not in TAUGHT:
                found.append(mention)
    return found


def is_related(clean: CleanArticle) -> bool:
    """Whether ``clean`` is of the kind of news that the tagger is for, by its words."""
    found = 0
    for word in _topic():
        found += clean.fold.count(word)
        if found >= _TOPIC_WORDS:
            return True
    return False


def is_open(clean: CleanArticle, sentence: Sentence, reader: Reader, mentions: Sequence[Mention]) -> bool:
    """Whether the rules may have gone wrong in ``sentence``: a name of theirs goes on, a position stands without what
    it belongs to, or words that may be one, by their head or behind a person, are in no name."""
    for mention in mentions:
        if mention.label == "PERSON":
            behind = _APPOSITION.match(clean.fold, mention.end, sentence.end)
            if behind is not None and all(behind.end() != other.start for other in mentions):
                return True
        elif mention.label in TAUGHT:
            if not reader.ends_phrase(mention.end):
                return True
            if mention.label == "TITLE" and (phrase := reader.title(mention.start)) is not None and phrase.bare:
                return True
    titles = reader.hits.titles
    at = 0
    for head in titles[bisect_left(titles, sentence.start) : bisect_left(titles, sentence.end)]:
        while at < len(mentions) and mentions[at].end <= head:
            at += 1
        if at == len(mentions) or mentions[at].start > head:
            return True
    return False


def is_bare(mention: Mention, hits: Hits) -> bool:
    """Whether ``mention`` is nothing but a word for a kind of body ("Sở", "Công ty").  Whether that means one body, the
    whole article tells and no sentence: it is left to the rules."""
    head = hits.at(mention.start, Kind.HEAD)
    return mention.label == "ORG" and head is not None and head[0] >= mention.end and head[1].alone != "yes"


def is_balanced(folded: str) -> bool:
    """Whether each bracket and quotation mark that opens in ``folded`` closes there."""
    return folded.count("(") == folded.count(")") and folded.count('"') % 2 == 0


def by_sentence(
    sentences: Iterable[Sentence], mentions: Sequence[Mention], folded: str
) -> Iterator[tuple[Sentence, list[Mention]]]:
    """Each sentence, or piece of one, with the mentions that lie in it, at least in part."""
    at = 0
    for sentence in _pieces(sentences, folded):
        while at < len(mentions) and mentions[at].end <= sentence.start:
            at += 1
        last = at
        while last < len(mentions) and mentions[last].start < sentence.end:
            last += 1
        yield sentence, list(mentions[at:last])


def _pieces(sentences: Iterable[Sentence], folded: str) -> Iterator[Sentence]:
    """``sentences``, those without an end (a table, a list of thousands) cut at a space: the CRF takes one whole."""
    for sentence in sentences:
        start = sentence.start
        while sentence.end - start > _LONGEST:
            space = folded.rfind(" ", start + 1, start + _LONGEST)
            cut = space if space > 0 else start + _LONGEST
            yield replace(sentence, start=start, end=cut)
            start = cut
        yield sentence if start == sentence.start else replace(sentence, start=start)


def _organisations(mentions: Iterable[Mention]) -> dict[tuple[int, int], MentionValue | None]:
    """The values of the rules' organisations, by their spans."""
    return {(mention.start, mention.end): mention.value for mention in mentions if mention.label == "ORG"}


def _valued(mention: Mention, reader: Reader, read: Mapping[tuple[int, int], MentionValue | None]) -> Mention:
    """``mention``, a name of the tagger's, with its value; ``read`` are :func:`_organisations`, whose values are the
    grammar's, too, and need not be read again."""
    label, start, end = mention.label, mention.start, mention.end
    same = read.get((start, end)) if label == "ORG" else None
    return Mention(label, start, end, same or _value(mention, reader), mention.score, mention.source)


def _value(mention: Mention, reader: Reader) -> NameValue | None:
    """What the grammar reads inside a name of the tagger's: the organisation it belongs to, and its place."""
    if mention.label == "PERSON":
        return None
    read: Phrase | None = (reader.title if mention.label == "TITLE" else reader.organisation)(mention.start)
    written = reader.text[mention.start : mention.end]
    if read is None or read.end > mention.end:
        return NameValue(written)
    return NameValue(written, read.parent, read.place)


@cache
def _topic() -> tuple[str, ...]:
    return tuple(row["word"] for row in rows("topic_words"))
