"""Scores against gold, and floors that hold them.

``nqextract.evaluate.evaluate(pairs, process)`` scores any extractor; ``cli_evaluate`` is what the command does.
"""

from nqextract.evaluate.command import cli_evaluate
from nqextract.evaluate.errors import FloorsError
from nqextract.evaluate.score import Counts, Problem, Scores, evaluate, score_article

__all__ = ["Counts", "FloorsError", "Problem", "Scores", "cli_evaluate", "evaluate", "score_article"]
