"""Scores of results against gold: entities, people, record slots.

Every figure is a sum of :class:`Counts` over articles; an article's counts and its wrong answers come from
:func:`score_article`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from nqextract.evaluate.align import best_assignment
from nqextract.evaluate.fills import SLOTS, Fill, gold_fills, result_fills
from nqextract.gold.keys import text_key
from nqextract.gold.load import Pair
from nqextract.gold.models import GoldArticle, GoldRecord
from nqextract.records import ArticleResult, Record
from nqextract.types import LABELS, Article, Failure, Label, StageError

ENTITY_KEYS = ("entities", *LABELS)
PEOPLE_KEYS = ("names", "titles")
RECORD_KEYS = ("slots", *SLOTS, "name", "records")
SHARE_KEYS = ("main", "no_record")
KEYS: tuple[str, ...] = (*ENTITY_KEYS, *PEOPLE_KEYS, *RECORD_KEYS, *SHARE_KEYS)
"""What is scored.  ``titles`` are (name, title) pairs; ``slots`` is all of :data:`SLOTS` together; ``name``, the
conference's name, is no slot of the guideline's table and stands apart; ``records`` is finding them at all.
The last two are shares: aligned records whose ``main`` is right; articles without records that got none."""


def find_key(name: str) -> str | None:
    """The key called ``name``: exactly so or, where no other is meant, in another case ("date" is not "DATE")."""
    if name in KEYS:
        return name
    near = [key for key in KEYS if key.lower() == name.lower()]
    return near[0] if len(near) == 1 else None


RESAMPLES = 1_000
SEED = 20221222

Kind = Literal["missed", "spurious"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Hits, and what was missed and spurious.  A figure with nothing to count is ``None``."""

    hits: int = 0
    """In gold and found."""
    missed: int = 0
    """In gold and not found."""
    spurious: int = 0
    """Found and not in gold."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.missed + other.missed, self.spurious + other.spurious)

    @property
    def precision(self) -> float | None:
        """Of what was found, the share that is right."""
        return _ratio(self.hits, self.hits + self.spurious)

    @property
    def recall(self) -> float | None:
        """Of what is in gold, the share that was found."""
        return _ratio(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float | None:
        """For a share, where each wrong case is one miss and one false alarm, this is the share that is right."""
        return _ratio(2 * self.hits, 2 * self.hits + self.missed + self.spurious)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong answer: a miss or a false alarm, of label or slot ``key``."""

    article: str
    """The id of its article."""
    kind: Kind
    """A miss or a false alarm."""
    key: str
    """Of what: one of :data:`KEYS`."""
    text: str
    """The value, or the words."""
    context: str = ""
    """The words around it, itself in brackets."""
    instead: str = ""
    """What stands in its place on the other side, where something does."""
    start: int | None = None
    """Where it stands in the raw text, where that is known."""


@dataclass(slots=True)
class ArticleScore:
    """What one article adds to the scores."""

    article: str
    """Its id."""
    counts: dict[str, Counts] = field(default_factory=dict)
    """By :data:`KEYS`; none for what the article does not have."""
    problems: list[Problem] = field(default_factory=list)
    """Its wrong answers."""
    result: ArticleResult | None = None
    """What was scored."""
    aligned: list[tuple[int | None, int | None]] = field(default_factory=list)
    """Places of the annotated and the predicted record that stand for each other, None for one that has no other: the
    pairs first, then what was missed, then what is spurious."""

    def add(self, key: str, counts: Counts) -> None:
        self.counts[key] = self.counts.get(key, Counts()) + counts


@dataclass(frozen=True)
class Scores:
    """The scores of articles."""

    articles: tuple[ArticleScore, ...]
    """In order."""
    failures: tuple[Failure, ...] = ()
    """Articles that had no result: all of theirs is missed."""

    @cached_property
    def totals(self) -> dict[str, Counts]:
        """The sum over articles of each of :data:`KEYS`."""
        return {key: sum((a.counts.get(key, Counts()) for a in self.articles), Counts()) for key in KEYS}

    def f1(self, key: str) -> float | None:
        """F1 of ``key``, one of :data:`KEYS`, between 0 and 1; ``None`` where there is nothing to count."""
        return self.totals[key].f1

    @property
    def problems(self) -> list[Problem]:
        """The wrong answers of all articles."""
        return [problem for article in self.articles for problem in article.problems]

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float] | None]:
        """The 95 % bootstrap interval of each F1: articles drawn with replacement, seeded, so always the same.

        ``None`` where no draw had anything to count.
        """
        counted = {
            key: [(at, a.counts[key]) for at, a in enumerate(self.articles) if a.counts.get(key, Counts()) != Counts()]
            for key in KEYS
        }
        draws: dict[str, list[float]] = {key: [] for key in KEYS}
        chance = random.Random(SEED)
        size = len(self.articles)
        for _ in range(RESAMPLES):
            times = [0] * size
            for _ in range(size):
                times[int(chance.random() * size)] += 1
            for key, having in counted.items():
                hits = sum(times[at] * counts.hits for at, counts in having)
                wrong = sum(times[at] * (counts.missed + counts.spurious) for at, counts in having)
                if hits or wrong:
                    draws[key].append(2 * hits / (2 * hits + wrong))
        return {key: _middle(sorted(values)) for key, values in draws.items()}


def select(problems: Iterable[Problem], only: Sequence[str]) -> list[Problem]:
    """The wrong answers of the labels and slots ``only`` (none: of all), in order of key, then of articles."""
    wanted = {"entities": ENTITY_KEYS, "slots": ("slots", *SLOTS)}
    keys = {key for name in only for key in (name, *wanted.get(name, ()))} if only else set(KEYS)
    order = {key: place for place, key in enumerate(KEYS)}
    return sorted((problem for problem in problems if problem.key in keys), key=lambda problem: order[problem.key])


def _middle(values: Sequence[float]) -> tuple[float, float] | None:
    if not values:
        return None
    tail = round(0.025 * (len(values) - 1))
    return values[tail], values[len(values) - 1 - tail]


def evaluate(pairs: Iterable[Pair], process: Callable[[Article], ArticleResult]) -> Scores:
    """Scores any extractor.

    Args:
        pairs: articles with their gold.
        process: is called once an article; where it raises, that article has failed.

    Returns:
        The scores of each article and of all together.
    """
    scores: list[ArticleScore] = []
    failures: list[Failure] = []
    for pair in pairs:
        result: ArticleResult | None = None
        try:
            result = process(pair.article)
        except Exception as error:  # a bug that one article meets must not hide the scores of the others
            stage, kind = (error.stage, error.kind) if isinstance(error, StageError) else ("", type(error).__name__)
            failures.append(Failure(pair.article.id, pair.article.path, stage, kind, str(error)))
        scores.append(score_article(pair.gold, pair.article.text, result))
    return Scores(tuple(scores), tuple(failures))


def score_article(gold: GoldArticle, text: str, result: ArticleResult | None) -> ArticleScore:
    """One article's counts and wrong answers.

    Args:
        gold: what is right.
        text: the article's raw text.
        result: what was found; ``None`` counts as nothing.
    """
    score = ArticleScore(gold.article, result=result)
    _score_entities(score, gold, text, result)
    _score_people(score, gold, text, result)
    _score_records(score, gold, text, result.records if result else [])
    return score


def around(text: str, start: int, end: int, width: int = 40) -> str:
    """``text[start:end]`` in brackets with ``width`` characters before and after, on one line."""
    piece = f"{text[max(0, start - width) : start]}[{text[start:end]}]{text[end : end + width]}"
    return " ".join(piece.split())


def _score_entities(score: ArticleScore, gold: GoldArticle, text: str, result: ArticleResult | None) -> None:
    wanted = {(entity.start, entity.end, entity.label) for entity in gold.entities}
    found = {(entity.start, entity.end, entity.label) for entity in result.entities} if result else set()
    for label in LABELS:
        counts = Counts(
            sum(span[2] == label for span in wanted & found),
            sum(span[2] == label for span in wanted - found),
            sum(span[2] == label for span in found - wanted),
        )
        score.add(label, counts)
        score.add("entities", counts)
    both: list[tuple[Kind, tuple[int, int, Label], set[tuple[int, int, Label]]]] = []
    both += [("missed", span, found - wanted) for span in wanted - found]
    both += [("spurious", span, wanted - found) for span in found - wanted]
    for kind, (start, end, label), others in sorted(both, key=lambda item: (item[1], item[0])):
        touching = sorted(other for other in others if other[0] < end and start < other[1])
        instead = "; ".join(f"{other[2]} {text[other[0] : other[1]]!r}" for other in touching)
        found_here = text[start:end]
        score.problems.append(Problem(gold.article, kind, label, found_here, around(text, start, end), instead, start))


def _score_people(score: ArticleScore, gold: GoldArticle, text: str, result: ArticleResult | None) -> None:
    people = result.people if result else []
    spans: dict[str, tuple[int, int]] = {}  # where a name or title first stands, for the list of wrong answers
    for entity in (*gold.entities, *(result.entities if result else ())):
        spans.setdefault(text_key(entity.text), (entity.start, entity.end))

    def fill(name: str, title: str | None = None) -> Fill:
        start, end = spans.get(text_key(title or name), (None, None))
        if title is None:
            return Fill(text_key(name), name, start=start, end=end)
        return Fill(f"{text_key(name)}|{text_key(title)}", f"{name} | {title}", start=start, end=end)

    _count(score, "names", [fill(p.name) for p in gold.people], [fill(p.name) for p in people], "people", text)
    wanted = [fill(p.name, title) for p in gold.people for title in p.titles]
    found = [fill(p.name, title.text) for p in people for title in p.titles]
    _count(score, "titles", wanted, found, "people", text)


def _score_records(score: ArticleScore, gold: GoldArticle, text: str, records: Sequence[Record]) -> None:
    wanted = [gold_fills(record) for record in gold.records]
    found = [result_fills(record) for record in records]
    score.aligned = _align(wanted, found, gold.records, records)
    empty: dict[str, list[Fill]] = {key: [] for key in (*SLOTS, "name")}
    for row, column in score.aligned:
        theirs = empty if row is None else wanted[row]
        ours = empty if column is None else found[column]
        where = f"record {row + 1}" if row is not None else f"predicted record {(column or 0) + 1}"
        for key in (*SLOTS, "name"):
            counts = _count(score, key, theirs[key], ours[key], where, text)
            if key != "name":
                score.add("slots", counts)
        if row is not None and column is not None:
            score.add("records", Counts(hits=1))
            same = gold.records[row].main == records[column].main
            score.add("main", Counts(hits=1) if same else Counts(0, 1, 1))
            if not same:
                score.problems.append(
                    Problem(gold.article, "missed", "main", str(gold.records[row].main).lower(), where)
                )
        elif row is not None:
            score.add("records", Counts(missed=1))
            score.problems.append(Problem(gold.article, "missed", "records", _named(gold.records[row].name), where))
        elif column is not None:
            name = records[column].name
            score.add("records", Counts(spurious=1))
            score.problems.append(
                Problem(gold.article, "spurious", "records", _named(name.text if name else None), where)
            )
    if not gold.records:
        score.add("no_record", Counts(0, 1, 1) if records else Counts(hits=1))


def _align(
    wanted: Sequence[dict[str, list[Fill]]],
    found: Sequence[dict[str, list[Fill]]],
    gold: Sequence[GoldRecord],
    records: Sequence[Record],
) -> list[tuple[int | None, int | None]]:
    """:attr:`ArticleScore.aligned` of ``gold`` and ``records``, whose fills are ``wanted`` and ``found``."""
    weights = [
        [_agreement(theirs, ours, g, r) for ours, r in zip(found, records, strict=True)]
        for theirs, g in zip(wanted, gold, strict=True)
    ]
    # A pair that agrees in nothing is no pair: the slots count the same, but the record was not found.
    pairs = [(row, column) for row, column in best_assignment(weights) if weights[row][column]]
    missed = sorted(set(range(len(gold))) - {row for row, _ in pairs})
    spurious = sorted(set(range(len(records))) - {column for _, column in pairs})
    return [*pairs, *((row, None) for row in missed), *((None, column) for column in spurious)]


def _named(name: str | None) -> str:
    return name or "(a conference without a name)"


def _agreement(wanted: dict[str, list[Fill]], found: dict[str, list[Fill]], gold: GoldRecord, record: Record) -> int:
    """How well two records agree: by equal slot fills; between equals by
    optional fills, then name, then ``main``.  0: in nothing."""
    hits = sum(_shared([fill for fill in wanted[key] if not fill.optional], found[key]) for key in SLOTS)
    optional = sum(_shared([fill for fill in wanted[key] if fill.optional], found[key]) for key in SLOTS)
    named = _shared(wanted["name"], found["name"])
    bare = not any(not fill.optional for key in (*SLOTS, "name") for fill in wanted[key])  # nothing to agree in
    if not (hits or optional or named or bare):
        return 0
    return 1 + 1_000 * hits + 10 * min(optional, 99) + 2 * named + (gold.main == record.main)


def _shared(wanted: Sequence[Fill], found: Sequence[Fill]) -> int:
    return sum((Counter(fill.key for fill in wanted) & Counter(fill.key for fill in found)).values())


def _count(
    score: ArticleScore, key: str, wanted: Sequence[Fill], found: Sequence[Fill], where: str, text: str
) -> Counts:
    """Counts one slot's fills by key and notes the wrong ones.  Optional fills are neither missed nor spurious."""
    required = Counter(fill.key for fill in wanted if not fill.optional)
    optional = {fill.key for fill in wanted if fill.optional}
    given = Counter(fill.key for fill in found)
    missed = required - given
    spurious = Counter({value: n for value, n in (given - required).items() if value not in optional})
    counts = Counts(sum((required & given).values()), sum(missed.values()), sum(spurious.values()))
    score.add(key, counts)
    misses, alarms = _take(wanted, missed), _take(found, spurious)
    sides: tuple[tuple[Kind, list[Fill], list[Fill]], ...] = (("missed", misses, alarms), ("spurious", alarms, misses))
    for kind, fills, others in sides:
        instead = "; ".join(fill.text for fill in others)
        for fill in fills:
            context = where
            if fill.start is not None and fill.end is not None:
                context = f"{where}: {around(text, fill.start, fill.end)}"
            score.problems.append(Problem(score.article, kind, key, fill.text, context, instead, fill.start))
    return counts


def _take(fills: Sequence[Fill], wrong: Counter[str]) -> list[Fill]:
    """The last fills of each wrong key, as many as are wrong, in order."""
    left = Counter(wrong)
    taken: list[Fill] = []
    for fill in reversed(fills):
        if left[fill.key] > 0 and not fill.optional:
            left[fill.key] -= 1
            taken.append(fill)
    return taken[::-1]
