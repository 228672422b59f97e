"""Scores for people and for programs: a table, a list of wrong answers, what was gained and lost, JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from nqextract.evaluate.compare import Comparison
from nqextract.evaluate.score import ENTITY_KEYS, KEYS, PEOPLE_KEYS, RECORD_KEYS, SHARE_KEYS, Problem, Scores
from nqextract.wording import line

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Entities (strict span and label)", ENTITY_KEYS),
    ("People", PEOPLE_KEYS),
    ("Record slots", RECORD_KEYS),
    ("Shares", SHARE_KEYS),
)
TITLES: Mapping[str, str] = {
    "entities": "entities, together",
    "names": "names",
    "titles": "(name, title) pairs",
    "slots": "slots, together",
    "presenter_documents": "presenters' documents",
    "name": "name (not in the total)",
    "records": "records found",
    "main": "main, of records found",
    "no_record": "articles without record left so",
}
HEADINGS = ("", "hits", "missed", "spurious", "P", "R", "F1", "95 %")


def title_of(key: str) -> str:
    return TITLES.get(key, key)


def row(scores: Scores, key: str) -> tuple[str, ...]:
    """One line of the table, as :data:`HEADINGS` has it; a dash where there is nothing to count."""
    counts, interval = scores.totals[key], scores.intervals[key]
    if key in SHARE_KEYS:  # a share's wrong cases are counted on both sides
        numbers = (str(counts.hits), str(counts.missed), "–", "–", "–")
    else:
        numbers = (
            str(counts.hits),
            str(counts.missed),
            str(counts.spurious),
            figure(counts.precision),
            figure(counts.recall),
        )
    between = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else "–"
    return (title_of(key), *numbers, figure(counts.f1), between)


def figure(value: float | None) -> str:
    """Three decimals, a dash where there is nothing to count."""
    return "–" if value is None else f"{value:.3f}"


def floor(floors: Mapping[str, float], key: str) -> str:
    """What is asked of ``key``; empty where nothing is."""
    return f"{floors[key]:.3f}" if key in floors else ""


def is_under(f1: float | None, floors: Mapping[str, float], key: str) -> bool:
    return key in floors and f1 is not None and f1 < floors[key]


def difference(before: float | None, now: float | None) -> str:
    """What was gained, with its sign; empty where one of them has nothing to count."""
    return "" if before is None or now is None else f"{now - before:+.3f}"


def print_table(scores: Scores, stream: TextIO, floors: Mapping[str, float], heading: str) -> None:
    """The table on ``stream``, with colours where that is a terminal.  ``floors``: figures asked for, by key."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=stream, width=None if stream.isatty() else 110, highlight=False)
    table = Table(title=heading, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in HEADINGS:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    if floors:
        table.add_column("asked", justify="right", no_wrap=True)
    for group, keys in GROUPS:
        table.add_row(f"[bold]{group}[/bold]")
        for key in keys:
            cells = list(row(scores, key))
            cells[0] = "  " + cells[0]
            if floors:
                cells.append(floor(floors, key))
            table.add_row(*cells, style="red" if is_under(scores.f1(key), floors, key) else None)
    console.print(table)


def print_problems(problems: Sequence[Problem], stream: TextIO) -> None:
    """One wrong answer a line: what, of which label or slot, in which article, where, what stands instead."""
    for problem in problems:
        instead = f"  <- {line(problem.instead)}" if problem.instead else ""
        context = f"  ({line(problem.context)})" if problem.context else ""
        stream.write(
            f"{problem.key}\t{problem.kind}\t{line(problem.article)}\t{line(problem.text)}{context}{instead}\n"
        )


def as_json(
    scores: Scores,
    floors: Mapping[str, float],
    split: str,
    problems: Sequence[Problem] | None,
    comparison: Comparison | None = None,
) -> dict[str, Any]:
    """The machine form.  Figures with nothing to count are null; ``errors`` only where asked for."""
    figures: dict[str, Any] = {}
    for key in KEYS:
        counts, interval = scores.totals[key], scores.intervals[key]
        figures[key] = {
            "hits": counts.hits,
            "missed": counts.missed,
            "spurious": counts.spurious,
            "precision": counts.precision,
            "recall": counts.recall,
            "f1": counts.f1,
            "interval": list(interval) if interval else None,
            "least": floors.get(key),
        }
    out: dict[str, Any] = {
        "split": split,
        "articles": len(scores.articles),
        "failed": [{"id": f.id, "stage": f.stage, "error": f.error, "message": f.message} for f in scores.failures],
        "scores": figures,
    }
    if problems is not None:
        out["errors"] = list(map(_problem, problems))
    if comparison is not None:
        out["compared"] = {
            "f1": {key: comparison.other.f1(key) for key in KEYS},
            "gained": list(map(_problem, comparison.gained)),
            "lost": list(map(_problem, comparison.lost)),
        }
    return out


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "article": problem.article,
        "kind": problem.kind,
        "key": problem.key,
        "text": problem.text,
        "context": problem.context,
        "instead": problem.instead,
    }


def dump_json(value: Mapping[str, Any], stream: TextIO) -> None:
    stream.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_comparison(comparison: Comparison, scores: Scores, stream: TextIO) -> None:
    """The figures that differ, then what was gained and lost, one wrong answer a line."""
    for key in KEYS:
        before, now = comparison.other.f1(key), scores.f1(key)
        if before != now:
            change = f"{figure(before)} -> {figure(now)}  {difference(before, now)}".rstrip()
            stream.write(f"{title_of(key)}: F1 {change}\n")
    for name, problems in (("gained", comparison.gained), ("lost", comparison.lost)):
        stream.write(f"\n{name}: {len(problems)}\n")
        print_problems(problems, stream)
