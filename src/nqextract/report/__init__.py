"""A page over a whole run: a table of its records, a timeline, counts, and each article with its evidence."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nqextract.outputs import read_failures, read_manifest, read_results
from nqextract.pages import write_page
from nqextract.report.page import render_report
from nqextract.report.texts import find_texts
from nqextract.wording import line

__all__ = ["cli_report", "render_report"]


def cli_report(out: str, page: Path, articles: Sequence[str] = (), columns: Mapping[str, str] | None = None) -> int:
    """``nqextract report``: the page over the run that wrote ``out``, to the file ``page``.  Gives the exit status.

    The articles' texts are read again where the run read them, or from ``articles``; one that is not there any more,
    or is another by now, is told, and shown without its text.  Raises :class:`nqextract.types.NqextractError` where
    ``out`` is not the output of a run.
    """
    manifest = read_manifest(out)
    results = list(read_results(out, with_records=True))
    failures = list(read_failures(out))
    texts = find_texts(results, manifest, articles, columns)
    write_page(page, render_report(manifest, results, texts, failures))
    if missing := [result for result in results if result.id not in texts]:
        print(
            f"nqextract: the text of {len(missing):,} of {len(results):,} articles with records was not found (the "
            f"first: {line(missing[0].path)}): they are shown without it; --articles says where the articles are",
            file=sys.stderr,
        )
    print(f"Wrote {page}", file=sys.stderr)
    return 0
