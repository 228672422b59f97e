"""Whole runs: more workers, a cluster, and the memory of a worker over 30,000 articles.  Not pinned to one core."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import psutil

from nqextract.run import Progress, Settings, run


@dataclass(frozen=True)
class Runs:
    """Articles a second of whole runs; the memory of a worker in MB: its peak in the first tenth, in the last, ever."""

    articles: int
    one: float
    two: float
    cluster: float
    first: float
    last: float
    peak: float


@dataclass
class Memory:
    """Watches the workers of a run: the greatest resident memory of any, by how many articles were done."""

    seen: list[tuple[int, float]] = field(default_factory=list)

    def note(self, message: str) -> None: ...

    def progress(self, progress: Progress) -> None:
        workers = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
        if sizes := [worker.memory_info().rss / 2**20 for worker in workers]:
            self.seen.append((progress.articles, max(sizes)))

    def tenth(self, number: int) -> float:
        """The greatest of the tenth ``number``, from 0."""
        most = self.seen[-1][0]
        return max(size for articles, size in self.seen if most * number / 10 <= articles <= most * (number + 1) / 10)


@contextmanager
def two_dask_workers() -> Iterator[str]:
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.worker.profile.enabled": False})  # as docs/large_runs.md advises
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        cluster.wait_for_workers(2)
        yield cluster.scheduler_address


def measure(corpus: Path, articles: int) -> Runs:
    """Runs over the first ``articles`` lines of ``corpus`` (``.jsonl.gz``), each to a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        news = Path(folder, "news.jsonl")
        with gzip.open(corpus, "rt", encoding="utf-8") as lines, news.open("w", encoding="utf-8") as file:
            for line in islice(lines, articles):
                row = json.loads(line)
                file.write(json.dumps({"id": row["id"], "text": row["text"]}, ensure_ascii=False) + "\n")

        def rate(workers: int, scheduler: str | None = None, memory: Memory | None = None) -> float:
            out = Path(folder, f"{workers}-{scheduler is not None}")
            return run(Settings((str(news),), str(out), workers, scheduler=scheduler), memory).rate

        memory = Memory()
        two = rate(2, memory=memory)
        one = rate(1)
        with two_dask_workers() as address:
            cluster = rate(1, address)
    return Runs(articles, one, two, cluster, memory.tenth(0), memory.tenth(9), max(size for _, size in memory.seen))
