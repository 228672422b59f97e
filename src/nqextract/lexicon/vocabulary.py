"""Every phrase of the vocabulary in one Aho-Corasick automaton: an article is scanned once, taggers look hits up."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import ahocorasick

from nqextract.lexicon import rows, variants
from nqextract.text import fold, is_syllable
from nqextract.types import NqextractError


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


Hit = tuple[int, Entry]
"""Where a phrase ends (or, looked up by its end, begins), and what it is."""

NAMING = frozenset((Kind.HEAD, Kind.BODY))
_SOUGHT_BACKWARDS = frozenset((Kind.HONORIFIC, Kind.UNIT, Kind.BEARER, Kind.WORD, Kind.HALL))


@dataclass(slots=True)
class Hits:
    """Where phrases of the vocabulary stand in one folded text.

    Boundary words and surnames are looked up when asked for: every sentence is full of them, and few are needed.
    """

    folded: str
    boundaries: Lookup
    surnames: Lookup
    by_start: dict[int, list[Hit]] = field(default_factory=dict)  # longest first
    by_end: dict[int, list[tuple[int, tuple[Entry, ...]]]] = field(default_factory=dict)  # kinds sought backwards
    titles: list[int] = field(default_factory=list)  # where positions begin, in order
    names: list[int] = field(default_factory=list)  # where heads and bodies begin, in order

    def at(self, start: int, kind: Kind) -> Hit | None:
        """The longest phrase of ``kind`` that begins at ``start``."""
        for hit in self.by_start.get(start, ()):
            if hit[1].kind is kind:
                return hit
        return None

    def all_at(self, start: int, kind: Kind) -> Iterator[Hit]:
        for hit in self.by_start.get(start, ()):
            if hit[1].kind is kind:
                yield hit

    def ending_at(self, end: int, kind: Kind) -> Hit | None:
        """The longest phrase of ``kind`` (one of those sought backwards) that ends at ``end``."""
        found: Hit | None = None
        for start, entries in self.by_end.get(end, ()):
            for entry in entries:
                if entry.kind is kind and (found is None or start < found[0]):
                    found = start, entry
        return found

    def boundary_at(self, start: int) -> bool:
        """Whether a boundary word begins at ``start``."""
        return next(self.boundaries.at(self.folded, start), None) is not None

    def surname_at(self, start: int, end: int) -> str | None:
        """How frequent the surname is that ``[start, end)`` begins with and does not outlast; ``None`` for none."""
        for found, entry in self.surnames.at(self.folded, start):
            return entry.detail if found >= end else None
        return None


_first_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Phrases by their first word, the longest first."""

    phrases: Mapping[str, tuple[tuple[str, Entry], ...]]

    @classmethod
    def of(cls, spellings: Iterable[tuple[str, Entry]]) -> Lookup:
        table: dict[str, list[tuple[str, Entry]]] = {}
        for spelling, entry in spellings:
            word = _first_word.match(spelling)
            if word is None:
                raise NqextractError(f"lexicon: {spelling!r} begins with no word")
            table.setdefault(word.group(), []).append((spelling, entry))
        return cls({word: tuple(sorted(found, key=lambda row: -len(row[0]))) for word, found in table.items()})

    def at(self, folded: str, start: int) -> Iterator[Hit]:
        """The phrases that begin at ``start``, which is the beginning of a word, and end with a word."""
        word = _first_word.match(folded, start)
        if word is None:
            return
        for phrase, entry in self.phrases.get(word.group(), ()):
            end = start + len(phrase)
            if folded.startswith(phrase, start) and not (folded[end : end + 1].isalnum() and phrase[-1].isalnum()):
                yield end, entry


_loose = re.compile(r" ?([-&/]) ?")


def _spellings(phrase: str) -> set[str]:
    """``phrase`` folded, with ``-``, ``&`` and ``/`` written close and spaced, and "TP." with and without space."""
    folded = " ".join(fold(phrase).split())
    spellings = {folded}
    if _loose.search(folded):
        close = _loose.sub(r"\1", folded)
        spellings |= {close, _loose.sub(r" \1 ", folded), close.replace("&", " & ")}
    return spellings


_TAKES = frozenset(
    (
        *("field", "org", "committee", "mass", "place", "village", "number", "level"),
        *("military", "about", "post", "unitplace", "open", "namesake", "term", "of"),
        *("coord", "unit", "bodyfield", "generic", "country", "title", "acronym"),
    )
)
_ALONE = frozenset(("yes", "cap", "mid", "held", "both", "name", "no"))
_CLASSES = frozenset(("committee", "council", "mass", "unit", "subordinate", "superior", "definite"))


def _choices(row: Mapping[str, str], table: str, column: str, allowed: frozenset[str]) -> frozenset[str]:
    """The comma-separated values of a cell.

    Raises:
        NqextractError: a value that nothing reads; names table, row and value.
    """
    chosen = frozenset(filter(None, row[column].split(",")))
    if not chosen <= allowed:
        unknown = ", ".join(sorted(chosen - allowed))
        raise NqextractError(f"lexicon/{table}.tsv, {row['head']!r}: {column} has no value {unknown!r}")
    return chosen


def _entries() -> Iterator[tuple[str, Entry]]:
    classes_of: dict[str, frozenset[str]] = {}
    for row in rows("org_heads"):
        classes = _choices(row, "org_heads", "class", _CLASSES)
        first = fold(row["head"]).split()[0]
        classes |= classes_of.get(first, frozenset()) & {"unit"}  # "Ban Trị sự" as "Ban"
        classes_of[fold(row["head"])] = classes
        takes = _choices(row, "org_heads", "takes", _TAKES)
        (alone,) = _choices(row, "org_heads", "alone", _ALONE)
        entry = Entry(Kind.HEAD, row["head"], takes, alone, classes=classes)
        for phrase in (row["head"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("bodies"):
        classes = classes_of.get(fold(row["name"]).split()[0], frozenset())
        classes -= {"mass"}  # "Hội đồng Bảo an" is none for its first word's sake
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
        takes = _choices(row, "titles", "takes", _TAKES)
        (alone,) = _choices(row, "titles", "alone", _ALONE)
        for phrase in (row["head"], *variants(row["variants"])):
            # A variant in full words is its own canonical form ("Phó Cục trưởng" is no spelling of "Cục trưởng").
            named = phrase if " " in phrase and not phrase.isupper() else row["head"]
            yield phrase, Entry(Kind.TITLE, named, takes, alone)
    for row in rows("places"):
        entry = Entry(Kind.PLACE, row["name"], detail=row["kind"])
        for phrase in (row["name"], *variants(row["variants"])):
            yield phrase, entry
    for row in rows("ethnic_groups"):
        entry = Entry(Kind.PLACE, row["name"], detail="people")
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


class _Known(NamedTuple):
    """What a spelling stands for."""

    only: Entry | None  # the one entry, where there is only one
    entries: tuple[Entry, ...]
    backwards: tuple[Entry, ...]  # those of them that are sought backwards
    is_title: bool
    is_naming: bool


class _Phrase(NamedTuple):
    """What the automaton has for one spelling.  First what most hits fall by, inside other words as they are."""

    size: int
    begins: bool  # with a letter or digit: none may stand before it
    ends: bool  # with one: none may stand behind it
    shout: bool  # an abbreviation that is also a syllable ("TƯ"): it counts only in capitals
    known: _Known


@dataclass(frozen=True, slots=True)
class Vocabulary:
    automaton: ahocorasick.Automaton
    boundaries: Lookup
    surnames: Lookup

    def scan(self, folded: str, text: str | None = None) -> Hits:
        """Every phrase of the vocabulary that stands in ``folded`` between word boundaries.  Linear in its length.

        With ``text`` (what ``folded`` is the fold of) a capital behind a small letter begins a word, too: where the
        press forgets a space ("PhíaTrung tâm").
        """
        hits = Hits(folded, self.boundaries, self.surnames)
        by_start, by_end = hits.by_start, hits.by_end
        titles: set[int] = set()
        names: set[int] = set()
        cased = folded if text is None else text
        followed = folded + " "  # something stands behind the last word, too
        for last, (size, begins, ends, shout, known) in self.automaton.iter(folded):
            end = last + 1
            if ends and followed[end].isalnum():
                continue
            start = end - size
            inside = begins and start and folded[start - 1].isalnum()
            if inside and not (cased[start].isupper() and cased[start - 1].islower()):
                continue
            if shout and text is not None and not text[start:end].isupper():
                continue
            only, entries, backwards, is_title, is_naming = known
            if only:
                found = [(end, only)]
            else:
                found = []
                for entry in entries:  # one to three: a comprehension costs more
                    found.append((end, entry))
            if start in by_start:
                found += by_start[start]  # the automaton comes to longer ones later
            by_start[start] = found
            if backwards:
                if end in by_end:
                    by_end[end].append((start, backwards))
                else:
                    by_end[end] = [(start, backwards)]
            if is_title:
                titles.add(start)
            if is_naming:
                names.add(start)
        hits.titles = sorted(titles)
        hits.names = sorted(names)
        return hits


@dataclass(frozen=True, slots=True)
class Thinning:
    """Leaves out rows by chance, as if nobody had written them down: ``shares`` of each kind, from 0 to 1.

    The choice depends on ``seed`` and the row alone.
    """

    seed: int
    shares: tuple[tuple[Kind, float], ...]

    def drops(self, entry: Entry) -> bool:
        share = dict(self.shares).get(entry.kind, 0.0)
        return zlib.crc32(f"{self.seed}\t{entry.kind}\t{entry.name}".encode()) < share * 2**32


def vocabulary(without: frozenset[Kind] = frozenset(), thinning: Thinning | None = None) -> Vocabulary:
    """The vocabulary but for the kinds ``without`` and the rows that ``thinning`` drops, built once a process."""
    return _build(without, thinning)


@cache
def _build(without: frozenset[Kind], thinning: Thinning | None) -> Vocabulary:
    phrases: dict[str, list[Entry]] = {}
    mixed: set[str] = set()  # spellings of which a form in small letters is known
    looked_up: dict[Kind, list[tuple[str, Entry]]] = {Kind.BOUNDARY: [], Kind.SURNAME: []}
    for phrase, entry in _entries():
        if entry.kind in without or (thinning and thinning.drops(entry)):
            continue
        for spelling in _spellings(phrase):
            if entry.kind in looked_up:
                looked_up[entry.kind].append((spelling, entry))
                continue
            if not phrase.isupper():
                mixed.add(spelling)
            known = phrases.setdefault(spelling, [])
            if entry not in known:
                known.append(entry)
    automaton = ahocorasick.Automaton()
    for spelling, entries in phrases.items():
        shout = spelling not in mixed and is_syllable(spelling)
        automaton.add_word(spelling, _phrase(spelling, entries, shout))
    automaton.make_automaton()
    return Vocabulary(automaton, Lookup.of(looked_up[Kind.BOUNDARY]), Lookup.of(looked_up[Kind.SURNAME]))


def _phrase(spelling: str, entries: list[Entry], shout: bool) -> _Phrase:
    kinds = {entry.kind for entry in entries}
    backwards = tuple(entry for entry in entries if entry.kind in _SOUGHT_BACKWARDS)
    naming = not NAMING.isdisjoint(kinds)
    only = entries[0] if len(entries) == 1 else None
    known = _Known(only, tuple(entries), backwards, Kind.TITLE in kinds, naming)
    return _Phrase(len(spelling), spelling[0].isalnum(), spelling[-1].isalnum(), shout, known)
