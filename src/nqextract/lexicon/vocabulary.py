"""Every phrase of the vocabulary in one Aho-Corasick automaton: an article is scanned once, taggers look hits up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import ahocorasick

from nqextract.lexicon import rows, variants
from nqextract.text import fold


class Kind(StrEnum):
    """What a phrase of the vocabulary is."""

    HEAD = "head"  # first words of an organisation's name
    BODY = "body"  # a whole organisation
    FIELD = "field"  # "Tài nguyên và Môi trường"
    TITLE = "title"
    PLACE = "place"
    UNIT = "unit"  # "tỉnh", "TP."
    HONORIFIC = "honorific"
    SURNAME = "surname"
    BEARER = "bearer"  # "đường", "trường": what follows is named, not a person
    BOUNDARY = "boundary"  # ends a name of lower-case words
    WORD = "word"  # "xã hội", "họp báo": inside it no name begins or ends
    HALL = "hall"  # "Trung tâm Hội nghị": a building
    GENERIC = "generic"  # "sở", "ban", "ngành" as kinds


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the vocabulary.  ``name`` is the canonical form; the other fields depend on the kind."""

    kind: Kind
    name: str
    takes: frozenset[str] = frozenset()
    alone: str = ""
    heads: frozenset[str] = frozenset()  # FIELD: the folded head words that take it
    classes: frozenset[str] = frozenset()  # HEAD, BODY: committee, council, mass, unit, subordinate, superior
    detail: str = ""  # HONORIFIC: kind; UNIT: level; SURNAME: frequency; PLACE: kind
    ambiguous: bool = False


@dataclass(slots=True)
class Hits:
    """Where phrases of the vocabulary stand in one folded text."""

    by_start: dict[int, list[tuple[int, Entry]]] = field(default_factory=dict)  # start -> (end, entry), longest first
    by_end: dict[int, list[tuple[int, Entry]]] = field(default_factory=dict)  # end -> (start, entry)

    def at(self, start: int, kind: Kind) -> tuple[int, Entry] | None:
        """The longest phrase of ``kind`` that begins at ``start``."""
        for end, entry in self.by_start.get(start, ()):
            if entry.kind is kind:
                return end, entry
        return None

    def all_at(self, start: int, kind: Kind) -> Iterator[tuple[int, Entry]]:
        for end, entry in self.by_start.get(start, ()):
            if entry.kind is kind:
                yield end, entry

    def ending_at(self, end: int, kind: Kind) -> tuple[int, Entry] | None:
        """The longest phrase of ``kind`` that ends at ``end``."""
        found: tuple[int, Entry] | None = None
        for start, entry in self.by_end.get(end, ()):
            if entry.kind is kind and (found is None or start < found[0]):
                found = start, entry
        return found


_loose = re.compile(r" ?([-&/]) ?")


def _spellings(phrase: str) -> set[str]:
    """``phrase`` folded, with ``-``, ``&`` and ``/`` written close and spaced, and "TP." with and without space."""
    folded = " ".join(fold(phrase).split())
    spellings = {folded}
    if _loose.search(folded):
        spellings |= {_loose.sub(r"\1", folded), _loose.sub(r" \1 ", folded)}
    return spellings


def _entries() -> Iterator[tuple[str, Entry]]:
    classes_of: dict[str, frozenset[str]] = {}
    for row in rows("org_heads"):
        classes = frozenset(row["class"].split(","))
        first = fold(row["head"]).split()[0]
        classes |= classes_of.get(first, frozenset()) & {"unit"}  # "Ban Trị sự" as "Ban"
        classes_of[fold(row["head"])] = classes
        entry = Entry(Kind.HEAD, row["head"], frozenset(row["takes"].split(",")), row["alone"], classes=classes)
        for phrase in (row["head"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("bodies"):
        classes = classes_of.get(fold(row["name"]).split()[0], frozenset())
        if row["kind"] in ("front", "mass"):
            classes |= {"mass"}
        entry = Entry(Kind.BODY, row["name"], classes=classes, detail=row["kind"], ambiguous=row["ambiguous"] == "1")
        for phrase in (row["name"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("fields"):
        heads = frozenset(fold(head) for head in variants(row["heads"]))
        entry = Entry(Kind.FIELD, row["field"], heads=heads)
        for phrase in (row["field"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("titles"):
        entry = Entry(Kind.TITLE, row["head"], frozenset(row["takes"].split(",")), row["alone"])
        for phrase in (row["head"], *variants(row["variants"])):
            # A variant in full words is its own canonical form ("Phó Cục trưởng" is no spelling of "Cục trưởng").
            named = phrase if " " in phrase and not phrase.isupper() else row["head"]
            yield phrase, Entry(Kind.TITLE, named, entry.takes, entry.alone)
    for row in rows("places"):
        entry = Entry(Kind.PLACE, row["name"], detail=row["kind"])
        for phrase in (row["name"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("places_districts"):
        yield row["name"], Entry(Kind.PLACE, row["name"], detail="district")
    for row in rows("admin_units"):
        entry = Entry(Kind.UNIT, row["word"], detail=row["level"])
        for phrase in (row["word"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("honorifics"):
        yield row["word"], Entry(Kind.HONORIFIC, row["word"], detail=row["kind"])
    for row in rows("surnames"):
        yield row["surname"], Entry(Kind.SURNAME, row["surname"], detail=row["frequency"])
    for kind, table in (
        (Kind.BEARER, "name_bearers"),
        (Kind.BOUNDARY, "boundary_words"),
        (Kind.GENERIC, "generic_bodies"),
        (Kind.HALL, "halls"),
        (Kind.WORD, "everyday_words"),
    ):
        for row in rows(table):
            yield row["word"], Entry(kind, row["word"])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    automaton: ahocorasick.Automaton

    def scan(self, folded: str, text: str | None = None) -> Hits:
        """Every phrase of the vocabulary that stands in ``folded`` between word boundaries.  Linear in its length.

        With ``text`` (what ``folded`` is the fold of) a capital behind a small letter begins a word, too: where the
        press forgets a space ("PhíaTrung tâm").
        """
        hits = Hits()
        by_start, by_end = hits.by_start, hits.by_end
        length = len(folded)
        for last, (size, entries) in self.automaton.iter(folded):
            end = last + 1
            start = end - size
            if start and folded[start - 1].isalnum() and folded[start].isalnum() and not _joined(text, start):
                continue
            if end < length and folded[end].isalnum() and folded[last].isalnum():
                continue
            starting = by_start.setdefault(start, [])
            ending = by_end.setdefault(end, [])
            for entry in entries:
                starting.append((end, entry))
                ending.append((start, entry))
        for starting in by_start.values():
            if len(starting) > 1:
                starting.sort(key=_by_end, reverse=True)
        return hits


def _joined(text: str | None, start: int) -> bool:
    """Two words that the press wrote as one: a capital behind a small letter."""
    return text is not None and text[start].isupper() and text[start - 1].islower()


def _by_end(hit: tuple[int, Entry]) -> int:
    return hit[0]


@cache
def vocabulary() -> Vocabulary:
    """The whole vocabulary, built once a process."""
    phrases: dict[str, list[Entry]] = {}
    for phrase, entry in _entries():
        for spelling in _spellings(phrase):
            known = phrases.setdefault(spelling, [])
            if entry not in known:
                known.append(entry)
    automaton = ahocorasick.Automaton()
    for spelling, entries in phrases.items():
        automaton.add_word(spelling, (len(spelling), tuple(entries)))
    automaton.make_automaton()
    return Vocabulary(automaton)
