"""The figures of ``docs/quality.md``: between two marks, so that what people wrote around them stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nqextract.evaluate.kinds import ErrorKind, answer_of
from nqextract.evaluate.report import GROUPS, row
from nqextract.evaluate.score import RESAMPLES, Problem, Scores
from nqextract.gold.errors import UsageError
from nqextract.gold.load import Pair
from nqextract.gold.split import RULE, is_dev

BEGIN = "<!-- figures: written by `nqextract evaluate --quality`; edit nothing down to the next mark -->"
END = "<!-- figures: end -->"
COLUMNS = ("", "hits", "missed", "spurious", "P", "R", "F1", "95 %")
SHOWN = 70  # characters of a wrong answer: enough to find it, too few to republish the article

_NEW = f"""# Quality

How well the extractor does on annotated articles. The tables are made by a command:

```
nqextract evaluate GOLD --articles ARTICLES --quality docs/quality.md
```

{BEGIN}
{END}
"""


def write_quality(
    path: Path,
    pairs: Sequence[Pair],
    scores: Scores,
    baselines: Mapping[str, Scores] | None = None,
    kinds: Sequence[ErrorKind] = (),
) -> None:
    """Puts the figures of ``scores`` between the marks of ``path``; makes the file where there is none.

    Both parts of the gold are shown as far as ``scores`` cover them, with ``baselines`` (scores of the same articles,
    by name) beside them; wrong answers are named for the developing part only, under ``kinds`` where those know them.
    Raises :class:`UsageError` where ``path`` has no marks or cannot be written.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else _NEW
        begin, end = text.find(BEGIN), text.find(END)
        if begin < 0 or end < begin:
            raise UsageError(f"{path}: has no line {BEGIN!r} with {END!r} after it: nowhere to put the figures")
        section = "\n".join(_section(pairs, scores, baselines or {}, kinds))
        path.write_text(f"{text[: begin + len(BEGIN)]}\n\n{section}\n{text[end:]}", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def _section(
    pairs: Sequence[Pair], scores: Scores, baselines: Mapping[str, Scores], kinds: Sequence[ErrorKind]
) -> Iterator[str]:
    yield "## The two parts"
    yield ""
    yield RULE
    yield ""
    for heading, dev in (("The developing part", True), ("The part only scored", False)):
        part = _part(scores, dev=dev)
        if part.articles:
            others = {name: _part(baseline, dev=dev) for name, baseline in baselines.items()}
            yield from _table(heading, pairs, part, others)
    yield from _problems(_part(scores, dev=True), kinds)


def _part(scores: Scores, *, dev: bool) -> Scores:
    return Scores(tuple(article for article in scores.articles if is_dev(article.article) == dev))


def _table(heading: str, pairs: Sequence[Pair], scores: Scores, baselines: Mapping[str, Scores]) -> Iterator[str]:
    ids = {article.article for article in scores.articles}
    records = sum(len(pair.gold.records) for pair in pairs if pair.gold.article in ids)
    yield f"## {heading}"
    yield ""
    yield (
        f"{len(ids)} articles with {records} conference records. Entities count where span and label are both right; "
        f"the interval is a bootstrap over articles ({RESAMPLES:,} draws)."
    )
    yield ""
    columns = (*COLUMNS, *(f"{name}: P / R / F1 (95 %)" for name in baselines))
    yield "| " + " | ".join(columns) + " |"
    yield "|---|" + "---:|" * (len(columns) - 1)
    for group, keys in GROUPS:
        yield f"| **{group}** |" + " |" * (len(columns) - 1)
        for key in keys:
            beside = (_in_one(baseline, key) for baseline in baselines.values())
            yield "| " + " | ".join((*row(scores, key), *beside)) + " |"
    yield ""


def _in_one(scores: Scores, key: str) -> str:
    """A baseline's figures in one cell; a dash where it answers nothing."""
    counts = scores.totals[key]
    if not counts.hits and not counts.spurious:
        return "–"
    _, _, _, _, precision, recall, f1, interval = row(scores, key)
    return f"{precision} / {recall} / {f1} ({interval})"


def _problems(scores: Scores, kinds: Sequence[ErrorKind]) -> Iterator[str]:
    """The wrong answers of the developing part under their kinds, the largest kind first."""
    of_answer = {answer: kind for kind in kinds for answer in kind.answers}
    takes = {kind.name: kind.takes for kind in kinds}
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in scores.problems:
        if problem.key != "name":  # no slot of the guideline, and sentences long
            known = of_answer.get(answer_of(problem))
            found[known.name if known else f"Not explained yet: {kind_of(problem)}"].append(problem)
    if not found:
        return
    yield "## What is wrong on the developing part"
    yield ""
    for name, problems in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"### {name}: {len(problems)}"
        yield ""
        if name in takes:
            yield f"What it would take: {takes[name]}"
            yield ""
        for problem in problems:
            yield f"- {problem.article}: {problem.key} {problem.kind}: {_short(problem.text)}"
        yield ""


def kind_of(problem: Problem) -> str:
    """The kind of error, in words: a wrong span is told from a wrong label, and both from what nothing stands for."""
    if not problem.context.startswith(("record ", "predicted record ", "people")):  # an entity
        if not problem.instead:
            return f"{problem.key} {problem.kind} outright"
        labels = {other.split(" ", 1)[0] for other in problem.instead.split("; ")}
        how = "other span" if problem.key in labels else "other label"
        return f"{problem.key} {problem.kind}, {how}"
    return f"{problem.key} {problem.kind}, another value" if problem.instead else f"{problem.key} {problem.kind}"


def _short(text: str) -> str:
    line = " ".join(text.split()).replace("|", "/")
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
