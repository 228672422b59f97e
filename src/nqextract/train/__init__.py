"""Training the tagger: on gold, on sentences written for it, and on what the rules find in other articles."""

from nqextract.train.command import ITERATIONS, cli_train

__all__ = ["ITERATIONS", "cli_train"]
