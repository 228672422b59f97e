"""What the command ``evaluate`` does; the command line only passes its options on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from nqextract.evaluate import report as show
from nqextract.evaluate.baselines import score_baselines
from nqextract.evaluate.compare import answers_of, compare
from nqextract.evaluate.floors import Shortfall, load_floors, parse_minimums, raise_floors, shortfalls
from nqextract.evaluate.kinds import load_kinds, outlived
from nqextract.evaluate.page import render_evaluation
from nqextract.evaluate.quality import write_quality
from nqextract.evaluate.score import KEYS, evaluate, find_key, select
from nqextract.gold.errors import UsageError
from nqextract.gold.load import load_gold
from nqextract.gold.split import SPLITS
from nqextract.pages import check_page, write_page
from nqextract.records import ArticleResult
from nqextract.types import Article, Failure
from nqextract.wording import line


def cli_evaluate(
    gold: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    minimums: Sequence[str] = (),
    floors: Path | None = None,
    raise_floors: Path | None = None,
    repin: bool = False,
    split: str = "all",
    errors: bool = False,
    only: Sequence[str] = (),
    as_json: bool = False,
    report: Path | None = None,
    quality: Path | None = None,
    baselines: bool = False,
    kinds: Path | None = None,
    answers: str | None = None,
    other: str | None = None,
    columns: Mapping[str, str] | None = None,
    process: Callable[[Article], ArticleResult],
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Scores ``process``, or the ``answers`` that a run wrote, against ``gold`` and shows it; beside it those of the
    run ``other``, if one is named.

    Returns 0, or 1 where a minimum or floor is not reached or an article failed.  Raises :class:`UsageError` for
    what is asked wrongly, other :class:`NqextractError` for gold or floors that cannot be used.
    """
    out, messages = stdout or sys.stdout, stderr or sys.stderr
    part = next((known for known in SPLITS if known == split), None)
    if part is None:
        raise UsageError(f"--split {split}: there are {', '.join(SPLITS)}")
    if quality is None and (baselines or kinds is not None):
        raise UsageError("--baselines and --kinds say what --quality writes: name its file")
    error_kinds = load_kinds(kinds) if kinds is not None else ()
    if report is not None:
        check_page(report)  # before the work
    least = parse_minimums(minimums)
    chosen: list[str] = []
    for name in only:
        key = find_key(name)
        if key is None:
            raise UsageError(f"--only {name}: there are {', '.join(KEYS)}")
        chosen.append(key)
    pinned = load_floors(floors, gold, part) if floors is not None else None
    pairs = load_gold(gold, articles, split=part, columns=columns, stderr=messages)
    scores = evaluate(pairs, process if answers is None else answers_of(answers))
    comparison = None if other is None else compare(scores, evaluate(pairs, answers_of(other)), chosen)

    asked = dict(pinned.floors) if pinned else {}
    asked.update({key: max(value, asked.get(key, 0.0)) for key, value in least.items()})
    problems = select(scores.problems, chosen)
    heading = f"{len(scores.articles)} articles ({part})" if part != "all" else f"{len(scores.articles)} articles"
    if as_json:
        show.dump_json(show.as_json(scores, asked, part, problems if errors else None, comparison), out)
    else:
        show.print_table(scores, out, asked, heading)
        if errors:
            out.write("\n")
            show.print_problems(problems, out)
        if comparison is not None:
            out.write(f"\nagainst {other}\n")
            show.print_comparison(comparison, scores, out)
    if report is not None:
        title = f"{answers or 'nqextract'} against gold: {heading}{f', beside {other}' if other else ''}"
        write_page(report, render_evaluation(scores, pairs, asked, title, problems, comparison))
    if quality is not None:
        beside = score_baselines(pairs) if baselines else {}
        write_quality(quality, pairs, scores, beside, error_kinds)
        for answer in outlived(error_kinds, scores.problems):
            messages.write(f"{kinds}: no longer wrong: {line(str(answer))}\n")
    lacking = comparison.other.failures if comparison is not None else ()
    for failure in scores.failures:
        messages.write(_failed(failure))
    for failure in lacking:
        messages.write(f"{other}, all of it counted as missed there: {_failed(failure)}")
    short: list[Shortfall] = shortfalls(scores, least, "--min")
    if pinned is not None:
        short += shortfalls(scores, pinned.floors, str(floors))
    for shortfall in short:
        messages.write(f"{shortfall}\n")
    if raise_floors is not None and not scores.failures:
        _raise(raise_floors, gold, scores, part, repin=repin)
        messages.write(f"floors: {raise_floors}\n")
    return 1 if short or scores.failures or lacking else 0


def _failed(failure: Failure) -> str:
    return f"article {line(failure.id)} failed in stage {failure.stage or '?'}: {line(failure.message)}\n"


_raise = raise_floors  # the option of the same name hides it inside cli_evaluate
