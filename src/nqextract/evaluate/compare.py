"""Two sets of answers to the same gold: what a run said, and what has been gained and lost from one to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nqextract.evaluate.score import Problem, Scores, select
from nqextract.outputs import read_results
from nqextract.records import ArticleResult
from nqextract.text import sha256
from nqextract.types import LABELS, Article, StageError


def answers_of(out: str) -> Callable[[Article], ArticleResult]:
    """The answers that a run wrote to ``out``, as what :func:`nqextract.evaluate.evaluate` calls.

    An article is known by its text, whatever ids the run gave; raises :class:`StageError` for one that the run has no
    answer to.
    """
    by_text: dict[str, list[ArticleResult]] = {}
    for result in read_results(out):
        by_text.setdefault(result.sha256, []).append(result)

    def answer(article: Article) -> ArticleResult:
        found = by_text.get(sha256(article.text))
        if not found:
            raise StageError("answers", "no_answer", f"{out} has no answer to an article of this text")
        return next((result for result in found if result.id == article.id), found[0])

    return answer


@dataclass(frozen=True, slots=True)
class Comparison:
    """``gained``: wrong answers of the other that are wrong no more; ``lost``: those that were not wrong there."""

    other: Scores
    gained: tuple[Problem, ...]
    lost: tuple[Problem, ...]


def compare(scores: Scores, other: Scores, only: Sequence[str] = ()) -> Comparison:
    """What ``scores`` gained and lost against ``other``, both of the same gold.

    ``only``: the labels and slots whose wrong answers are told, none for all.
    """
    gained, lost = _beyond(other.problems, scores.problems), _beyond(scores.problems, other.problems)
    return Comparison(other, tuple(select(gained, only)), tuple(select(lost, only)))


def _beyond(problems: Sequence[Problem], others: Sequence[Problem]) -> list[Problem]:
    left = Counter(map(_identity, others))
    found = []
    for problem in problems:
        if left[_identity(problem)]:
            left[_identity(problem)] -= 1
        else:
            found.append(problem)
    return found


def _identity(problem: Problem) -> tuple[str, str, str, str, int | None]:
    """An entity is this one by its place, a value by itself: its evidence may be another and it just as wrong."""
    return problem.article, problem.kind, problem.key, problem.text, problem.start if problem.key in LABELS else None
