"""The main job: the input is cut into shards, a pool does them, each is kept, and in the end they are joined."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, Protocol

from nqextract.read import InputError, Meter, Source, find_sources, parse_encoding, read_sources
from nqextract.records import OUTPUT_NAMES, SCHEMA_VERSION
from nqextract.run.engine import Outcome, Report, Shard, cut
from nqextract.run.executors import LostError, SchedulerError, execute, open_pool
from nqextract.run.settings import (
    ARTICLE_TIMEOUT,
    Settings,
    available_cores,
    identity,
    model_of,
    shown_settings,
    versions,
)
from nqextract.run.workspace import Workspace
from nqextract.storage import local_path, open_folder, real_path
from nqextract.types import BrokenOffError
from nqextract.write import Writer

__all__ = [
    "ARTICLE_TIMEOUT",
    "LostError",
    "Progress",
    "SchedulerError",
    "Settings",
    "ShardsError",
    "Summary",
    "Watcher",
    "available_cores",
    "run",
]


class ShardsError(BrokenOffError):
    """Shards that were done have vanished or are of another run."""


@dataclass(slots=True)
class Progress:
    """How far a run is."""

    articles: int = 0  # done or failed
    kept: int = 0  # of these: by the run that broke off
    failures: Counter[str] = field(default_factory=Counter)  # by "STAGE: ERROR"
    size: int = 0  # bytes of the input
    read: int = 0  # bytes of those articles
    kept_size: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Articles per second."""
        return (self.articles - self.kept) / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to go, None where nothing tells it."""
        now = self.read - self.kept_size
        return self.seconds * max(0, self.size - self.read) / now if now > 0 else None

    def add(self, shard: Shard, report: Report, kept: bool, seconds: float) -> None:
        articles = report.done + report.failed
        self.articles += articles
        self.read += shard.size
        if kept:
            self.kept += articles
            self.kept_size += shard.size
        self.failures.update(report.failures)
        self.seconds = seconds


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    report: Report = field(default_factory=Report)
    """Counts, among them ``done`` and ``failed`` articles."""
    kept: int = 0
    """Articles that a run which broke off had done."""
    seconds: float = 0.0
    """Wall time of this run."""
    files: list[str] = field(default_factory=list)
    """What was written, with the folder before it."""

    @property
    def rate(self) -> float:
        """Articles per second, failed ones too."""
        return (self.report.done + self.report.failed - self.kept) / self.seconds if self.seconds else 0.0


class Watcher(Protocol):
    """Who is told while a run runs."""

    def note(self, message: str) -> None: ...

    def progress(self, progress: Progress) -> None: ...


class _Nobody:
    def note(self, message: str) -> None: ...

    def progress(self, progress: Progress) -> None: ...


def run(settings: Settings, watcher: Watcher | None = None) -> Summary:
    """Does the whole job and writes the files that ``nqextract run`` writes to ``settings.out``.

    An article that fails is a line of ``errors.jsonl`` and nothing more.  A run that breaks off leaves the shards it
    has done in OUT, and a later one under the same settings goes on from there, if ``settings.resume``.  With several
    workers, call it under ``if __name__ == "__main__":``.

    Args:
        settings: what to read, where to write, and who does it.
        watcher: is told how far it is, and what the user should know.

    Returns:
        What the run came to.

    Raises:
        nqextract.read.InputError: there is no input.
        nqextract.storage.StorageError: INPUT or OUT is a URL that cannot be used, or another run writes to OUT.
        nqextract.write.OutputError: OUT can't be written (a full disk).
        nqextract.run.SchedulerError: the Dask cluster cannot be used.
        nqextract.run.LostError: it went away.
        nqextract.run.ShardsError: another process has changed what this run keeps in OUT.
        nqextract.types.NqextractError: there is no such segmenter, or the model cannot be used.
    """
    return _Run(settings, watcher or _Nobody()).run()


class _Run:
    def __init__(self, settings: Settings, watcher: Watcher) -> None:
        self._settings, self._watcher = settings, watcher
        self._started, self._clock = datetime.now(UTC), time.perf_counter()
        self._folder = open_folder(settings.out)
        own = frozenset(real_path(f"{self._folder.path}/{name}") for name in OUTPUT_NAMES)
        self._encoding = parse_encoding(settings.encoding)
        self._sources = find_sources(settings.inputs, exclude=own)
        named = frozenset(map(local_path, settings.inputs))  # of a folder these are left out already
        for source in self._sources:
            if isinstance(source, Source) and source.path in named and real_path(source.path) in own:
                raise InputError(f"{source.shown}: the output would take its place; choose another OUT")
        if settings.tokens:
            from nqextract.tokenize import segmenter

            segmenter(settings.segmenter)  # one that is not installed is known before the work
        settings.build(settings)  # and a model that cannot be used
        self._identity = identity(settings)
        self._work = Workspace(self._folder)
        self._progress = Progress(size=sum(source.size for source in self._sources if isinstance(source, Source)))
        self._digest, self._shards = hashlib.sha256(), 0
        self._resuming = self._changed = False

    def run(self) -> Summary:
        with self._work.locked():
            self._resuming = self._begin()
            for shard, outcome in self._outcomes(self._to_do()):
                if outcome.report.identity != self._identity:
                    raise SchedulerError(
                        "a worker has another nqextract, library or model than this process: update it"
                    )
                self._work.keep(shard, outcome)
                self._tell(shard, outcome.report, kept=False)
            summary = self._join()
            self._work.clear()
        return summary

    def _begin(self) -> bool:
        """Whether there is a run to go on with; otherwise a new one begins."""
        settings = {**shown_settings(self._settings), "model": model_of(self._settings), "versions": versions()}
        before = self._work.settings()
        if before is not None and self._settings.resume:
            changed = [name for name in settings if before.get(name) != settings[name]]
            if not changed:
                self._watcher.note("an earlier run broke off here: going on with it")
                return True
            self._watcher.note(f"changed since a run broke off here ({', '.join(changed)}): all is done anew")
        self._work.begin(settings)
        return False

    def _to_do(self) -> Iterator[Shard]:
        """The shards of the input that are not done yet."""
        meter = Meter()
        items = read_sources(self._sources, self._settings.columns, meter, self._encoding)
        for shard in cut(items, meter):
            self._digest.update(shard.digest.encode())
            self._shards = shard.number + 1
            report = self._work.report(shard.number) if self._resuming else None
            if report and report.digest == shard.digest:
                self._tell(shard, report, kept=True)
                continue
            if report and not self._changed:
                self._changed = True
                self._watcher.note("the input has changed since the run broke off: what changed is done again")
            yield shard

    def _outcomes(self, shards: Iterator[Shard]) -> Iterator[tuple[Shard, Outcome]]:
        settings = self._settings
        in_process = settings.workers == 1 and settings.scheduler is None
        head = list(islice(shards, 2))
        if not head:  # all is done but the joining
            return
        if not self._resuming and sum(len(shard.items) for shard in head) == 1:
            settings = replace(settings, workers=1, scheduler=None)  # another process would take longer to start
        elif self._resuming and in_process:
            # The run before may have ended at one of these articles, which must not end this one, too.
            apart = replace(settings, workers=2)
            with open_pool(apart) as pool:
                yield from execute([head.pop(0)], apart, pool)
        with open_pool(settings) as pool:
            yield from execute(chain(head, shards), settings, pool)

    def _tell(self, shard: Shard, report: Report, kept: bool) -> None:
        self._progress.add(shard, report, kept, time.perf_counter() - self._clock)
        self._watcher.progress(self._progress)

    def _join(self) -> Summary:
        summary = Summary(kept=self._progress.kept)
        settings = self._settings
        joined = hashlib.sha256()
        with Writer(self._folder, settings.formats, settings.tokens) as writer:
            for part in self._work.parts(self._shards):
                if part is None:
                    break
                report = Report.of(part.report)
                joined.update(report.digest.encode())
                writer.add(part)
                summary.report.extend(report)
            if joined.digest() != self._digest.digest():
                raise ShardsError(f"what was done is no longer in {settings.out}: does another run write there?")
            summary.seconds = time.perf_counter() - self._clock
            names = writer.commit(self._manifest(summary))
        summary.files = [f"{settings.out.rstrip('/')}/{name}" for name in names]
        return summary

    def _manifest(self, summary: Summary) -> dict[str, Any]:
        report = summary.report
        return {
            "schema_version": SCHEMA_VERSION,
            "versions": versions(),
            "settings": shown_settings(self._settings),
            "model": model_of(self._settings),
            "input": {"sources": len(self._sources), "sha256": self._digest.hexdigest()},
            "counts": {
                "articles": report.done + report.failed,
                "done": report.done,
                "failed": report.failed,
                "failures": dict(sorted(report.failures.items())),
                "records": report.counts["records"],
                "people": report.counts["people"],
                "entities": report.counts["entities"],
                "entities_by_label": report.counted("entities"),
                "encodings": report.counted("encodings"),
            },
            "timing": {
                "started": self._started.isoformat(timespec="seconds"),
                "wall_seconds": round(summary.seconds, 3),
                "articles_per_second": round(summary.rate, 3),
                "articles_of_an_earlier_run": summary.kept,
                "workers": self._settings.workers,
                "scheduler": self._settings.scheduler,
                "stage_seconds": {stage: round(spent, 3) for stage, spent in report.seconds.items()},
            },
        }
