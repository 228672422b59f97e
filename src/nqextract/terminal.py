"""What a run shows on a terminal: its progress, and a summary at the end.  All of it on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nqextract.wording import harmless, line

if TYPE_CHECKING:
    from nqextract.run import Progress, Summary, Watcher

_WIDTH = 120  # where standard error is no terminal
_EVERY = 60.0  # seconds between two lines of progress where it is none: the log of a night
_SHOWN_FAILURES = 10


@contextmanager
def watching() -> Iterator[Watcher]:
    """Who tells the user of the run: a bar on a terminal, a line a minute elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), BarColumn(bar_width=20), TextColumn("{task.fields[state]}", markup=False))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


class _Lines:
    def __init__(self) -> None:
        self._last = 0.0

    def note(self, message: str) -> None:
        print(f"nqextract: {harmless(message)}", file=sys.stderr, flush=True)

    def progress(self, progress: Progress) -> None:
        if progress.seconds - self._last >= _EVERY:
            self._last = progress.seconds
            self.note(state(progress))


class _Bar:
    def __init__(self, bar: Any) -> None:
        self._bar, self._task = bar, bar.add_task("", total=None, state="")

    def note(self, message: str) -> None:
        self._bar.console.print(f"nqextract: {harmless(message)}", markup=False, highlight=False)

    def progress(self, progress: Progress) -> None:
        total = progress.size or None
        self._bar.update(self._task, completed=progress.read, total=total, state=state(progress))


def state(progress: Progress) -> str:
    """``"1,200 articles, 85/s, 0:10:05 to go, 3 failed (read: encoding 2, clean: no_text 1)"``."""
    parts = [f"{progress.articles:,} articles", f"{progress.rate:,.0f}/s"]
    if progress.left is not None:
        minutes, seconds = divmod(round(progress.left), 60)
        parts.append(f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d} to go")
    if progress.failures:
        parts.append(f"{sum(progress.failures.values()):,} failed ({_kinds(progress.failures)})")
    return ", ".join(parts)


def _kinds(failures: Counter[str]) -> str:
    return ", ".join(f"{kind} {number:,}" for kind, number in failures.most_common(3))


def show_summary(summary: Summary, profile: bool = False) -> None:
    """The first records as a table, the first failures, and where the files are; ``profile``: and the time went."""
    from rich.console import Console
    from rich.table import Table

    console = Console(
        stderr=True, highlight=False, markup=False, emoji=False, width=None if sys.stderr.isatty() else _WIDTH
    )
    report = summary.report
    if report.previews:
        table = Table("Record", "Date", "Organiser", "Documents", "Participants", title="Conferences")
        table.columns[-1].justify = "right"
        table.columns[0].overflow = "fold"
        table.columns[1].no_wrap = True
        for preview in report.previews:
            cells = (preview.record_id, preview.date, preview.organizers, preview.documents, preview.participants)
            table.add_row(*map(line, cells))
        console.print(table)
        if (more := report.counts["records"] - len(report.previews)) > 0:
            console.print(f"… and {more:,} more in {summary.files[1]}")
    for message in report.messages[:_SHOWN_FAILURES]:
        console.print(f"failed: {line(message)}", style="red", soft_wrap=True)
    if (more := report.failed - _SHOWN_FAILURES) > 0:
        console.print(f"… and {more:,} more failures ({_kinds(report.failures)})")
    if profile:
        _show_profile(summary, console)
    kept = f" ({summary.kept:,} by the run that broke off)" if summary.kept else ""
    console.print(
        f"articles: {report.done:,} done, {report.failed:,} failed{kept}; records: {report.counts['records']:,}; "
        f"{summary.seconds:.1f} s, {summary.rate:,.1f} articles/s",
        markup=False,
    )
    if others := {name: number for name, number in report.counted("encodings").items() if name != "utf-8"}:
        console.print(f"decoded from {', '.join(f'{name}: {number:,}' for name, number in others.items())}")
    for path in summary.files:
        console.print(f"  {line(path)}", soft_wrap=True)


def _show_profile(summary: Summary, console: Any) -> None:
    from rich.table import Table

    report = summary.report
    total, articles = sum(report.seconds.values()), report.done + report.failed
    table = Table("Stage", "Seconds", "Share", "ms an article", title="Time of the workers")
    for column in table.columns[1:]:
        column.justify = "right"
    for stage, seconds in report.seconds.items():
        table.add_row(stage, f"{seconds:,.2f}", f"{seconds / total:.1%}", f"{seconds / articles * 1000:,.3f}")
    table.add_row("together", f"{total:,.2f}", "", f"{total / articles * 1000:,.3f}")
    console.print(table)
