"""The page of an evaluation: the scores, every wrong answer, and each article with gold and answer side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nqextract.evaluate.compare import Comparison
from nqextract.evaluate.fills import SLOTS, Fill, gold_fills, result_fills
from nqextract.evaluate.report import GROUPS, HEADINGS, difference, figure, floor, is_under, row, title_of
from nqextract.evaluate.score import KEYS, ArticleScore, Problem, Scores
from nqextract.gold.keys import text_key
from nqextract.gold.load import Pair
from nqextract.pages import Mark, cut, pack, render
from nqextract.wording import line, words

Verdict = Literal["hit", "wrong", "optional"]


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One slot of a record, or one row of the people: what gold says and what was answered."""

    title: str
    gold: tuple[Value, ...]
    answer: tuple[Value, ...]


def render_evaluation(
    scores: Scores,
    pairs: Sequence[Pair],
    floors: Mapping[str, float],
    heading: str,
    problems: Sequence[Problem],
    comparison: Comparison | None = None,
) -> str:
    """A self-contained page.  ``pairs`` are the scored articles in the order of ``scores``, ``problems`` those of their
    wrong answers that are listed.  With ``comparison`` each is marked as lost or not, and what was gained is listed,
    too.
    """
    lost = set() if comparison is None else set(map(id, comparison.lost))
    gained = () if comparison is None else comparison.gained
    listed = [(problem, "lost" if id(problem) in lost else "") for problem in problems]
    listed += [(problem, "gained") for problem in gained]
    named = {problem.article for problem, _ in listed}
    shown = [(pair, score) for pair, score in zip(pairs, scores.articles, strict=True) if score.article in named]
    places = {score.article: place for place, (_, score) in enumerate(shown)}
    return render(
        "evaluation",
        heading=heading,
        headings=(*HEADINGS, *(("asked",) if floors else ()), *(("other", "difference") if comparison else ())),
        groups=[(group, [_scored(scores, key, floors, comparison) for key in keys]) for group, keys in GROUPS],
        compared=comparison is not None,
        gained=len(gained),
        lost=len(lost),
        keys=[(key, title_of(key)) for key in KEYS if any(problem.key == key for problem, _ in listed)],
        data=[_row(number, problem, change, places) for number, (problem, change) in enumerate(listed, start=1)],
        packed=[pack(_side_by_side(pair, score)) for pair, score in shown],
    )


def _scored(
    scores: Scores, key: str, floors: Mapping[str, float], comparison: Comparison | None
) -> tuple[bool, tuple[str, ...]]:
    """One line of the table of scores, and whether it is under its floor."""
    f1 = scores.f1(key)
    cells = row(scores, key)
    if floors:
        cells += (floor(floors, key),)
    if comparison is not None:
        before = comparison.other.f1(key)
        cells += (figure(before), difference(before, f1) or "–")
    return is_under(f1, floors, key), cells


def _row(number: int, problem: Problem, change: str, places: Mapping[str, int]) -> dict[str, Any]:
    # What is missed stands in gold's text, what is spurious in the answer's; what was gained is wrong in neither.
    side = "g" if problem.kind == "missed" else "a"
    return {
        "id": str(number),
        "article": places[problem.article],
        "title": line(problem.article),
        "about": line(f"{problem.key}, {problem.kind}: {problem.text}"),
        "key": problem.key,
        "kind": problem.kind,
        "change": change,
        "text": line(problem.text),
        "context": line(problem.context),
        "instead": line(problem.instead),
        "at": None if problem.start is None else f"{side}{problem.start}",
    }


def _side_by_side(pair: Pair, score: ArticleScore) -> str:
    """One article: its text with the entities of gold beside its text with those of the answer, then the facts."""
    gold, text, result = pair.gold, pair.article.text, score.result
    wanted = {(entity.start, entity.end, entity.label) for entity in gold.entities}
    found = {(entity.start, entity.end, entity.label) for entity in result.entities} if result else set()
    names = words("label")
    marks: dict[str, list[Mark]] = {"g": [], "a": []}
    for side, here, there in (("g", wanted, found), ("a", found, wanted)):
        for start, end, label in sorted(here):
            verdict = "hit" if (start, end, label) in there else "wrong"
            marks[side].append(Mark(start, end, f"e {label} {verdict}", names[label], label, anchor=f"{side}{start}"))
    return render(
        "side_by_side",
        failed=result is None,
        gold=cut(text, marks["g"]),
        answer=cut(text, marks["a"]),
        people=_people(pair, score),
        records=_records(pair, score),
    )


def _people(pair: Pair, score: ArticleScore) -> list[Line]:
    wanted = {text_key(person.name): _named(person.name, person.titles) for person in pair.gold.people}
    people = score.result.people if score.result else []
    found = {text_key(person.name): _named(person.name, [title.text for title in person.titles]) for person in people}
    names = {key: fills[0].text for key, fills in {**found, **wanted}.items()}
    return [_facing(name, wanted.get(key, []), found.get(key, [])) for key, name in names.items()]


def _named(name: str, titles: Sequence[str]) -> list[Fill]:
    """A person as values: the name, and each title."""
    return [Fill(text_key(text), text) for text in (name, *titles)]


def _records(pair: Pair, score: ArticleScore) -> list[tuple[str, list[Line]]]:
    records = score.result.records if score.result else []
    found = []
    for place, column in score.aligned:
        theirs = {} if place is None else gold_fills(pair.gold.records[place])
        ours = {} if column is None else result_fills(records[column])
        heading = f"record {place + 1}" if place is not None else "a record that gold does not have"
        if column is None:
            heading += ", which was not found"
        lines = [
            _facing(title_of(key), theirs.get(key, []), ours.get(key, []))
            for key in ("name", *SLOTS)
            if theirs.get(key) or ours.get(key)
        ]
        found.append((heading, lines))
    return found


def _facing(title: str, theirs: Sequence[Fill], ours: Sequence[Fill]) -> Line:
    return Line(line(title), _values(theirs, ours), _values(ours, theirs))


def _values(fills: Sequence[Fill], others: Sequence[Fill]) -> tuple[Value, ...]:
    keys = {fill.key for fill in others}
    fair = {fill.key for fill in (*fills, *others) if fill.optional}
    return tuple(
        Value(line(fill.text), "hit" if fill.key in keys else "optional" if fill.key in fair else "wrong")
        for fill in fills
    )
