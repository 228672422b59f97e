"""One article as the event rules look at it: sentences, what stands in them, and which of it is out of reach."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from nqextract.events.enacted import Enacted, find_enacted
from nqextract.events.sought import Sought, find_places
from nqextract.events.vocabulary import HONORIFIC, word_at_end
from nqextract.types import (
    ANNOTATED_KINDS,
    LABELS,
    Analysis,
    BlockKind,
    Count,
    DateValue,
    DocumentValue,
    Label,
    Mention,
    NameValue,
    Person,
    Sentence,
)

_LONGEST = 3000  # characters of a sentence
_NEAR = 300  # characters within which a position and the name of its holder belong together
_WORD = re.compile(r"[^\W_]+")
_DATELINE = 40  # characters of a place before the day
_PLACE_BEFORE = re.compile(r"\(?[^\W\d_][^.;:\n]*, *")
_DASH_BEHIND = re.compile(r"\)? *[-–] +(?!(?:hôm|sáng|chiều|tối) )")
_GAP = re.compile(r"[ ,(]*")
_BRACKETS = re.compile(r"\([^()\n]*\)")


def _pieces(fold: str, sentence: Sentence) -> Iterator[Sentence]:
    """``sentence``, cut behind marks where it is too long to be one: rules look at whole sentences again and again."""
    start = sentence.start
    while sentence.end - start > _LONGEST:
        marks = (fold.rfind(mark, start + _LONGEST // 2, start + _LONGEST) for mark in (";", ",", " "))
        cut = next((mark + 1 for mark in marks if mark >= 0), start + _LONGEST)
        yield Sentence(start, cut, sentence.block)
        start = cut
    yield Sentence(start, sentence.end, sentence.block)


class View:
    """Reads an :class:`Analysis`; all offsets are over the clean text."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.clean = analysis.clean
        self.fold = analysis.clean.fold
        self.text = analysis.clean.text
        self.mentions = analysis.mentions
        self._holding: dict[Sought, dict[int, None]] = {}
        self._words: dict[tuple[int, int], frozenset[str]] = {}
        self._actors: dict[int, bool] = {}

    # What many articles are never asked for is made when it is needed.

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        blocks = self.clean.blocks
        found: list[Sentence] = []
        for sentence in self.analysis.sentences:
            if blocks and blocks[sentence.block].kind not in ANNOTATED_KINDS:
                continue
            if sentence.end - sentence.start > _LONGEST:
                found += _pieces(self.fold, sentence)
            else:
                found.append(sentence)
        return tuple(found)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    @cached_property
    def kinds(self) -> tuple[BlockKind, ...]:
        blocks = self.clean.blocks
        return tuple(blocks[s.block].kind if blocks else BlockKind.PARAGRAPH for s in self.sentences)

    @cached_property
    def enacted(self) -> Enacted:
        return find_enacted(self.analysis)

    @cached_property
    def _places(self) -> dict[Sought, list[int]]:
        return find_places(self.fold)

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    @cached_property
    def _by_label(self) -> dict[Label, tuple[list[int], list[int]]]:
        """Where the mentions of each label begin, and their indices."""
        found: dict[Label, tuple[list[int], list[int]]] = {label: ([], []) for label in LABELS}
        for index, mention in enumerate(self.mentions):
            starts, indices = found[mention.label]
            starts.append(mention.start)
            indices.append(index)
        return found

    @cached_property
    def _documents(self) -> list[Mention]:
        named = [self.mentions[i] for i in self._by_label["DOC"][1]]
        found = [m for m in named if isinstance(m.value, DocumentValue)]
        return sorted([*found, *self.enacted.documents], key=lambda m: m.start)

    @cached_property
    def _document_starts(self) -> list[int]:
        return [m.start for m in self._documents]

    @cached_property
    def _dates(self) -> list[Mention]:
        found = [m for i in self._by_label["DATE"][1] if isinstance((m := self.mentions[i]).value, DateValue)]
        return [m for m in found if not (self._dates_document(m) or self._dates_article(m))]

    @cached_property
    def _date_starts(self) -> list[int]:
        return [m.start for m in self._dates]

    @cached_property
    def _counts(self) -> list[Count]:
        return sorted(self.analysis.counts, key=lambda c: c.start)

    @cached_property
    def _count_starts(self) -> list[int]:
        return [c.start for c in self._counts]

    @cached_property
    def with_counts(self) -> frozenset[int]:
        """Indices of the sentences in which people or venues are counted."""
        return self._sentences_at(self._count_starts)

    @cached_property
    def body(self) -> list[int]:
        """The sentences of the running text: neither titles nor captions nor datelines."""
        apart = (BlockKind.TITLE, BlockKind.CAPTION, BlockKind.DATELINE)
        return [index for index, kind in enumerate(self.kinds) if kind not in apart]

    def words(self, start: int, end: int) -> frozenset[str]:
        """The words of ``fold[start:end]``."""
        known = self._words.get((start, end))
        if known is None:
            known = self._words[start, end] = frozenset(_WORD.findall(self.fold, start, end))
        return known

    # --- where things stand ---

    def sentence_at(self, position: int) -> int | None:
        """Index of the sentence that holds ``position``."""
        index = bisect_right(self._sentence_starts, position) - 1
        if index < 0 or position >= self.sentences[index].end:
            return None
        return index

    def indices(self, start: int, end: int, label: Label | None = None) -> list[int]:
        """Indices of the mentions that begin in ``[start, end)``."""
        if label is None:
            return list(range(bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)))
        starts, indices = self._by_label[label]
        return indices[bisect_left(starts, start) : bisect_left(starts, end)]

    def within(self, start: int, end: int, label: Label | None = None) -> list[Mention]:
        """The mentions that begin in ``[start, end)``."""
        return [self.mentions[i] for i in self.indices(start, end, label)]

    def covering(self, position: int) -> Mention | None:
        """The mention whose span holds ``position``."""
        index = bisect_right(self._mention_starts, position) - 1
        if index >= 0 and position < self.mentions[index].end:
            return self.mentions[index]
        return None

    def places(self, sought: Sought, start: int, end: int) -> list[int]:
        """Where ``sought`` may match in ``[start, end)``: it matches nowhere else."""
        places = self._places[sought]
        return places[bisect_left(places, start) : bisect_left(places, end)] if places else places

    def holding(self, sought: Sought) -> dict[int, None]:
        """Indices, in order, of the sentences in which ``sought`` may match."""
        known = self._holding.get(sought)
        if known is None:
            homes = map(self.sentence_at, self._places[sought])
            known = self._holding[sought] = {home: None for home in homes if home is not None}
        return known

    def _sentences_at(self, positions: Iterable[int]) -> frozenset[int]:
        return frozenset(home for position in positions if (home := self.sentence_at(position)) is not None)

    def matches(self, sought: Sought, start: int, end: int) -> Iterator[re.Match[str]]:
        """Matches of ``sought`` in ``[start, end)``."""
        places = self.places(sought, start, end)
        return self._matches(sought.pattern, places, start, end) if places else iter(())

    def _matches(self, pattern: re.Pattern[str], places: list[int], start: int, end: int) -> Iterator[re.Match[str]]:
        for place in places:
            if place >= start and (match := pattern.match(self.fold, place, end)):
                yield match
                start = match.end()

    def has(self, sought: Sought, start: int, end: int) -> bool:
        """Whether ``sought`` has a match in ``[start, end)``."""
        return next(self.matches(sought, start, end), None) is not None

    def free(self, pattern: re.Pattern[str] | Sought, start: int, end: int) -> Iterator[re.Match[str]]:
        """Matches of ``pattern`` in ``[start, end)`` that do not begin inside a mention."""
        if isinstance(pattern, Sought):
            found = self.matches(pattern, start, end)
        else:
            found = pattern.finditer(self.fold, start, end)
        covering = self.covering
        return (match for match in found if covering(match.start()) is None)

    def first_free(self, pattern: re.Pattern[str] | Sought, start: int, end: int) -> re.Match[str] | None:
        return next(self.free(pattern, start, end), None)

    def residue(self, start: int, end: int, *keep: Label) -> str:
        """``fold[start:end]`` without mentions (those labelled ``keep`` aside), honorifics and bracketed remarks."""
        pieces = []
        position = start
        for mention in self.within(start, end):
            if mention.label not in keep:
                pieces.append(self.fold[position : mention.start])
                position = min(mention.end, end)
        pieces.append(self.fold[position:end])
        left = "".join(pieces)
        return HONORIFIC.sub(" ", _BRACKETS.sub(" ", left) if "(" in left else left)

    def counts(self, start: int, end: int, kind: str | None = None) -> list[Count]:
        """The numbers of people or venues that begin in ``[start, end)``."""
        found = self._counts[bisect_left(self._count_starts, start) : bisect_left(self._count_starts, end)]
        return [c for c in found if kind is None or c.kind == kind]

    # --- what mentions mean ---

    def person(self, index: int) -> Person | None:
        """The person that mention ``index`` (a PERSON, or a TITLE standing for one) refers to."""
        known = self.analysis.person_of.get(index)
        if known is not None:
            return self.analysis.people[known]
        mention = self.mentions[index]
        if mention.label != "PERSON":
            return None
        name = mention.value.name if isinstance(mention.value, NameValue) else self.text[mention.start : mention.end]
        return Person(name=name, titles=(), mentions=((mention.start, mention.end),))

    def persons(self, start: int, end: int) -> list[int]:
        """Indices of the mentions beginning in ``[start, end)`` that stand for a known person who may act.

        A position beside its holder's name stands for nobody of its own.
        """
        return [i for i in self.indices(start, end) if self._acts(i)]

    def _acts(self, index: int) -> bool:
        known = self._actors.get(index)
        if known is None:
            is_person = self.mentions[index].label == "PERSON"
            stands_for_one = is_person or index in self.analysis.person_of
            known = stands_for_one and self._may_act(index) and (is_person or not self._is_named(index))
            self._actors[index] = known
        return known

    def _may_act(self, index: int) -> bool:
        """Whether the name is not one by which something is called ("phong cách Hồ Chí Minh")."""
        start = self.mentions[index].start
        return word_at_end("not_actor").search(self.fold, max(0, start - 24), start) is None

    def _is_named(self, index: int) -> bool:
        """Whether the sentence of a position also names the person who holds it."""
        position = self.mentions[index].start
        home = self.sentence_at(position)
        if home is None:
            return False
        sentence = self.sentences[home]
        start, end = max(sentence.start, position - _NEAR), min(sentence.end, position + _NEAR)
        holder = self.analysis.person_of.get(index)
        return any(self.analysis.person_of.get(i) == holder for i in self.indices(start, end, "PERSON"))

    @cached_property
    def with_documents(self) -> frozenset[int]:
        """Indices of the sentences in which documents begin."""
        return self._sentences_at(self._document_starts)

    def documents(self, start: int, end: int) -> list[Mention]:
        """The documents that begin in ``[start, end)``, those told only by the meeting that passed them among them."""
        starts = self._document_starts
        return self._documents[bisect_left(starts, start) : bisect_left(starts, end)]

    def dates(self, start: int, end: int) -> list[Mention]:
        """Dates in ``[start, end)`` that are not the date of a document right before them."""
        return self._dates[bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)]

    def _dates_article(self, date: Mention) -> bool:
        """Whether it is the place and day with which an agency begins: "Vinh, 24/3/2009 - Liên đoàn …"."""
        index = self.sentence_at(date.start)
        if index is None:
            return False
        start = self.sentences[index].start
        if self.kinds[index] is BlockKind.DATELINE:
            return True
        return (
            date.start - start <= _DATELINE
            and _PLACE_BEFORE.fullmatch(self.text, start, date.start) is not None
            and _DASH_BEHIND.match(self.fold, date.end) is not None
        )

    def _dates_document(self, date: Mention) -> bool:
        """Whether a date right behind a document is its date of issue, as it may be behind a number."""
        index = bisect_left(self._mention_starts, date.start) - 1
        if index < 0 or self.mentions[index].label != "DOC":
            return False
        document = self.mentions[index].value
        at_an_hour = isinstance(date.value, DateValue) and date.value.part_of_day
        if at_an_hour or (isinstance(document, DocumentValue) and document.number is None):
            return False
        return _GAP.fullmatch(self.fold, self.mentions[index].end, date.start) is not None


class Spans:
    """Spans that do not overlap, asked whether one holds a position."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def hold(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._spans[index][1]
