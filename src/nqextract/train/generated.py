"""Sentences made from patterns and vocabulary: the pattern is a marked sentence, in which persons and places change."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Kind, vocabulary
from nqextract.text import fold
from nqextract.types import Article, Mention

_MIDDLE = 0.75  # of the names have a middle name


def generated(article: Article, mentions: Sequence[Mention], turn: int) -> tuple[Article, list[Mention]]:
    """``article`` with other persons and places in the same places, and its ``mentions`` moved along.

    A name that comes again is exchanged for the same one, a given name alone for the new given name.  The choice
    depends on the article's id and ``turn`` alone.
    """
    chance = random.Random(f"{article.id} {turn}")
    text = article.text
    exchanges = sorted([*_persons(text, mentions, chance), *_places(text, mentions, chance)])
    pieces: list[str] = []
    moved = list(mentions)
    cursor = grown = 0
    for start, end, new in exchanges:
        pieces += [text[cursor:start], new]
        cursor = end
        moved = [_moved(mention, start + grown, end + grown, len(new)) for mention in moved]
        grown += len(new) - (end - start)
    return Article(f"{article.id}-{turn}", "".join((*pieces, text[cursor:])), article.path), moved


def _moved(mention: Mention, start: int, end: int, size: int) -> Mention:
    """``mention`` after ``[start, end)`` got ``size`` characters: inside it, or before it."""
    growth = size - (end - start)
    if mention.end <= start:
        return mention
    begin = mention.start + growth if mention.start >= end else mention.start
    return Mention(mention.label, begin, mention.end + growth)


Exchange = tuple[int, int, str]


def _persons(text: str, mentions: Sequence[Mention], chance: random.Random) -> Iterator[Exchange]:
    given: dict[str, str] = {}
    known, surnames, middles = _names()
    for mention in mentions:
        name = text[mention.start : mention.end]
        words = name.split(" ")
        if mention.label != "PERSON":
            continue
        if name not in given and 2 <= len(words) <= 4 and fold(words[0]) in known and name.istitle():
            new = [chance.choice(surnames), chance.choice(middles)]
            if chance.random() < _MIDDLE:
                new.insert(1, chance.choice(middles))
            given[name] = " ".join(new)
            given.setdefault(words[-1], new[-1])
        if name in given:
            yield mention.start, mention.end, given[name]


def _places(text: str, mentions: Sequence[Mention], chance: random.Random) -> Iterator[Exchange]:
    new: dict[str, str] = {}
    taken = [mention for mention in mentions if mention.label in ("PERSON", "DOC", "DATE")]
    cursor = 0
    for start, hits in sorted(vocabulary().scan(fold(text), text).by_start.items()):
        end, entry = next(((end, entry) for end, entry in hits if entry.kind is Kind.PLACE), (0, None))
        if entry is None or start < cursor or any(m.start < end and start < m.end for m in taken):
            continue
        name = text[start:end]
        others = _alike(entry.detail)
        if not name.istitle() or name not in others:
            continue
        cursor = end
        yield start, end, new.setdefault(name, chance.choice(others))


@cache
def _names() -> tuple[frozenset[str], list[str], list[str]]:
    """Common surnames folded, the same as written, and middle names."""
    surnames = {fold(row["surname"]): row["surname"] for row in rows("surnames") if row["frequency"] == "common"}
    return frozenset(surnames), sorted(surnames.values()), [row["name"] for row in rows("middle_names")]


@cache
def _alike(kind: str) -> list[str]:
    """The names that places of one kind are exchanged for; none for kinds that stay."""
    if kind == "district":
        return [row["name"] for row in rows("places_districts")]
    if kind == "province":
        return [row["name"] for row in rows("places") if row["kind"] == kind]
    return []
