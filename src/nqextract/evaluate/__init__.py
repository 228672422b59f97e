"""Scores against gold, floors that hold them, and the gold format itself.

``nqextract.evaluate.evaluate(pairs, process)`` scores any extractor; ``cli_…`` are what the commands do.
"""

from nqextract.evaluate.command import cli_evaluate, cli_gold_check
from nqextract.evaluate.errors import FloorsError, GoldError, UsageError
from nqextract.evaluate.gold import GoldArticle, Pair, gold_schema, load_gold
from nqextract.evaluate.score import Counts, Problem, Scores, evaluate, score_article

__all__ = [
    "Counts",
    "FloorsError",
    "GoldArticle",
    "GoldError",
    "Pair",
    "Problem",
    "Scores",
    "UsageError",
    "cli_evaluate",
    "cli_gold_check",
    "evaluate",
    "gold_schema",
    "load_gold",
    "score_article",
]
