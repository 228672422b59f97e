"""What a run shows on a terminal: its progress, and a summary at the end.  All of it on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqextract.run import Summary
    from nqextract.write import Rendered

_WIDTH = 120  # where standard error is no terminal


@contextmanager
def progress() -> Iterator[Callable[[Rendered], None]]:
    """Gives the function to call for each article; shows a line with rate and failures on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda article: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:,} articles"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TextColumn("{task.fields[failed]:,} failed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate=0.0, failed=0)
        failed = 0

        def on_article(article: Rendered) -> None:
            nonlocal failed
            failed += article.failure is not None
            bar.update(task, advance=1, failed=failed, rate=bar.tasks[0].speed or 0.0)

        yield on_article


def show_summary(summary: Summary) -> None:
    """The first records as a table, the first failures, and where the files are."""
    from rich.console import Console
    from rich.table import Table

    console = Console(
        stderr=True, highlight=False, markup=False, emoji=False, width=None if sys.stderr.isatty() else _WIDTH
    )
    if summary.previews:
        table = Table("Record", "Date", "Organiser", "Documents", "Participants", title="Conferences")
        table.columns[-1].justify = "right"
        table.columns[0].overflow = "fold"
        table.columns[1].no_wrap = True
        for preview in summary.previews:
            cells = (preview.record_id, preview.date, preview.organizers, preview.documents, preview.participants)
            table.add_row(*cells)
        console.print(table)
        if (more := summary.counts["records"] - len(summary.previews)) > 0:
            console.print(f"… and {more:,} more in {summary.files[1]}")
    for message in summary.messages:
        console.print(f"failed: {message}", style="red", soft_wrap=True)
    if (more := summary.failed - len(summary.messages)) > 0:
        console.print(f"… and {more:,} more failures")
    console.print(
        f"articles: {summary.done:,} done, {summary.failed:,} failed; records: {summary.counts['records']:,}; "
        f"{summary.seconds:.1f} s, {summary.rate:,.1f} articles/s",
        markup=False,
    )
    for path in summary.files:
        console.print(f"  {path}", soft_wrap=True)
