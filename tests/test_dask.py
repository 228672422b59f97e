"""A Dask cluster on the loopback: the same bytes as in one process, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nqextract.run import LostError, Progress, SchedulerError, Settings, run
from nqextract.run.engine import SHARD_ARTICLES
from samples import StubPipeline, children

pytest.importorskip("distributed", reason="the extra nqextract[dask] is not installed")

NAMES = ("articles.jsonl", "records.jsonl", "errors.jsonl")
SHARDS = 8


@dataclass
class Cluster:
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: subprocess.Popen[bytes]


@contextmanager
def cluster(folder: Path, pause: float = 0.0) -> Iterator[Cluster]:
    """A scheduler and two workers of one thread, which do without a second try after a death: they start slowly."""
    told = folder / "scheduler.json"
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        "STUB_PAUSE": str(pause),
    }

    def start(module: str, *args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *args, "--no-dashboard"]
        with open(folder / f"{module}.log", "wb") as log:
            return subprocess.Popen(command, env=env, stderr=log, stdout=log, start_new_session=True)

    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
    started = [scheduler]
    try:
        while not told.exists() or not told.read_text().endswith("}"):
            assert scheduler.poll() is None, (folder / "dask_scheduler.log").read_text()
            time.sleep(0.05)
        address = json.loads(told.read_text())["address"]
        place = ("--local-directory", str(folder / "work"))
        workers = start("dask_worker", address, "--nworkers", "2", "--nthreads", "1", *place)
        started.append(workers)
        yield Cluster(address, scheduler, workers)
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "news.jsonl"
    texts = (f"Ngày {number}" if number % 50 else "raise" for number in range(SHARDS * SHARD_ARTICLES))
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return path


@pytest.fixture(scope="module")
def quiet(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("quiet") / "out"
    run(settings(inputs, out))
    return output(out)


def settings(inputs: Path, out: Path, scheduler: str | None = None) -> Settings:
    return Settings((str(inputs),), str(out), scheduler=scheduler, tagger="rules", build=StubPipeline)


def output(out: Path) -> dict[str, bytes]:
    assert not list(out.glob(".*"))
    return {name: (out / name).read_bytes() for name in NAMES}


class Trap:
    """Does something once, when the first shard is done."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def note(self, message: str) -> None: ...

    def progress(self, progress: Progress) -> None:
        act, self._act = self._act, None
        if act:
            act()


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("quick")) as made:
        yield made


def test_a_cluster_writes_the_bytes_of_one_process(
    quick: Cluster, inputs: Path, quiet: dict[str, bytes], tmp_path: Path
) -> None:
    run(settings(inputs, tmp_path / "out", quick.address))
    assert output(tmp_path / "out") == quiet


def test_what_hangs_or_kills_is_an_error_and_the_run_goes_on(quick: Cluster, tmp_path: Path) -> None:
    bad = {"3": "spin", "20": "die", "21": "raise"}
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": bad.get(str(n), f"Ngày {n}"), "id": f"{n}"}) + "\n" for n in range(40)))
    limited = replace(settings(path, tmp_path / "out", quick.address), article_timeout=1.0)
    assert run(limited).report.done == 37
    errors = map(json.loads, (tmp_path / "out/errors.jsonl").read_text().splitlines())
    assert {line["id"]: line["error"] for line in errors} == {
        "3": "timeout",
        "20": "worker_died",
        "21": "ZeroDivisionError",
    }


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")
def test_a_killed_worker_then_a_killed_scheduler(inputs: Path, quiet: dict[str, bytes], tmp_path: Path) -> None:
    with cluster(tmp_path, pause=0.01) as made:

        def kill_worker() -> None:
            [*_, worker] = children(made.workers.pid)
            os.kill(worker, signal.SIGKILL)

        run(settings(inputs, tmp_path / "worker", made.address), Trap(kill_worker))
        assert output(tmp_path / "worker") == quiet

        out = tmp_path / "scheduler"
        started = time.monotonic()
        with pytest.raises(LostError, match="went away"):
            run(settings(inputs, out, made.address), Trap(made.scheduler.kill))
        assert time.monotonic() - started < 60
    kept = len(list(out.glob(".nqextract-run/shards/*/*.zip")))
    assert kept
    summary = run(settings(inputs, out))
    assert summary.kept == kept * SHARD_ARTICLES
    assert output(out) == quiet


def test_no_scheduler_is_told(inputs: Path, tmp_path: Path) -> None:
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        with pytest.raises(SchedulerError, match="no Dask scheduler at tcp"):
            run(settings(inputs, tmp_path / "out", "tcp://127.0.0.1:1"))
        with pytest.raises(SchedulerError, match="no Dask scheduler"):
            run(settings(inputs, tmp_path / "out", "nonsense"))
