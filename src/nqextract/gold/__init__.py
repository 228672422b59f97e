"""Gold: annotated articles as files, their checks, and the ways to and from other annotation tools."""

from nqextract.gold.check import check_gold
from nqextract.gold.command import cli_gold_check, cli_gold_export, cli_gold_import, cli_gold_new
from nqextract.gold.errors import GoldError, UsageError
from nqextract.gold.load import Pair, load_gold
from nqextract.gold.models import GoldArticle, gold_schema

__all__ = [
    "GoldArticle",
    "GoldError",
    "Pair",
    "UsageError",
    "check_gold",
    "cli_gold_check",
    "cli_gold_export",
    "cli_gold_import",
    "cli_gold_new",
    "gold_schema",
    "load_gold",
]
