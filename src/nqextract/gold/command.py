"""What the commands ``gold …`` do; the command line only passes their options on."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from nqextract.gold.check import check_gold
from nqextract.wording import harmless


def cli_gold_check(
    gold: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    columns: Mapping[str, str] | None = None,
    stdout: TextIO | None = None,
) -> int:
    """Lists everything wrong with ``gold``, one line each.  Returns 1 where there is anything, else 0."""
    faults = check_gold(gold, articles, columns)
    out = stdout or sys.stdout
    for fault in faults:
        out.write(harmless(fault) + "\n")
    return 1 if faults else 0
