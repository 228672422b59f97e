"""What may happen in a night, on this machine.  After each: nothing lost, nothing doubled, the bytes of a quiet run."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nqextract.run.engine import SHARD_ARTICLES
from nqextract.write import unpack
from samples import children

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")

STUBBED = Path(__file__).parent / "stubbed.py"
SHARDS = 12
NAMES = ("articles.jsonl", "records.jsonl", "errors.jsonl", "entities.csv", "entities.parquet", "records.csv")
GRACE = 1.0  # seconds that hang in C before the process is ended
KILLS = 20


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One table of articles, of which some fail."""
    path = tmp_path_factory.mktemp("in") / "news.jsonl"
    texts = (f"Ngày {number}" if number % 50 else "raise" for number in range(SHARDS * SHARD_ARTICLES - 9))
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return path


def command(inputs: Path, out: Path, *more: str) -> list[str]:
    """Of one worker, if ``more`` does not say otherwise; by the rules: no process reads a model for the stub."""
    given = ["run", str(inputs), "-o", str(out), "--format", "csv,parquet", "--workers", "1", "--tagger", "rules"]
    return [sys.executable, str(STUBBED), *given, *more]


def environment(pause: float = 0.0, log: Path | None = None) -> dict[str, str]:
    return {**os.environ, "STUB_PAUSE": str(pause), "STUB_LOG": str(log or ""), "STUB_GRACE": str(GRACE)}


def run(
    inputs: Path, out: Path, *more: str, log: Path | None = None, limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        command(inputs, out, *more), env=environment(log=log), capture_output=True, text=True, preexec_fn=limited
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def output(out: Path) -> dict[str, bytes]:
    """What must be the same after every fault."""
    assert not list(out.glob(".*")), list(out.iterdir())
    return {name: (out / name).read_bytes() for name in NAMES}


@pytest.fixture(scope="module")
def quiet(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The output of a run to which nothing happens."""
    out = tmp_path_factory.mktemp("quiet") / "out"
    assert run(inputs, out).returncode == 1
    return output(out)


@pytest.fixture(scope="module")
def broken_once(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("broken") / "out"
    break_off(inputs, out)
    return out


@pytest.fixture
def broken(broken_once: Path, tmp_path: Path) -> Path:
    """What a run left that was killed when some shards were finished, for each test its own."""
    shutil.copytree(broken_once, tmp_path / "out")
    return tmp_path / "out"


def shards(out: Path) -> list[Path]:
    return sorted(out.glob(".nqextract-run/shards/*/*.zip"))


def ids(shard: Path) -> set[str]:
    lines = unpack(shard.read_bytes()).lines
    return {json.loads(line)["id"] for name in ("articles.jsonl", "errors.jsonl") for line in lines[name].splitlines()}


def wait_until(true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def running(
    inputs: Path, out: Path, *more: str, pause: float = 0.002, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command(inputs, out, *more), env=environment(pause, log), stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def break_off(inputs: Path, out: Path, finished: int = 3) -> None:
    """A run that is killed when so many shards are finished."""
    with running(inputs, out) as process:
        wait_until(lambda: len(shards(out)) >= finished)
        process.kill()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_at_any_moment_the_same_command_goes_on(
    inputs: Path, quiet: dict[str, bytes], tmp_path: Path, workers: str
) -> None:
    out, log, dice = tmp_path / "out", tmp_path / "log", random.Random(int(workers))
    kept: set[str] = set()
    seen = hit = 0
    for _ in range(KILLS // 2):
        with running(inputs, out, "--workers", workers, pause=0.001, log=log) as process:
            # From before the first shard to after the last: the start takes most of the time.
            wait_until(lambda: (out / ".nqextract-run").exists() or process.poll() is not None)
            time.sleep(dice.uniform(0, 1.2))
            over = process.poll() is not None
            process.kill()
        again = Counter(log.read_text().split()[seen:]) if log.exists() else Counter()
        assert not kept & set(again), "a finished shard was done again"
        if over:  # it got to its end: the next one begins anew
            assert output(out) == quiet
            kept = set()
        else:
            hit += 1
            kept = set().union(*map(ids, shards(out)))
        seen = len(log.read_text().split()) if log.exists() else 0
    assert hit >= KILLS // 4
    assert run(inputs, out, "--workers", workers, log=log).returncode == 1
    assert not kept & set(log.read_text().split()[seen:])
    assert output(out) == quiet


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")
def test_a_killed_run_leaves_no_workers_behind(inputs: Path, tmp_path: Path) -> None:
    with running(inputs, tmp_path / "out", "--workers", "2") as process:
        wait_until(lambda: shards(tmp_path / "out"))
        workers = children(process.pid)
        assert len(workers) >= 2
        process.kill()
        process.wait()
        wait_until(lambda: not [pid for pid in workers if Path(f"/proc/{pid}/cmdline").exists() and _alive(pid)], 20)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")
def test_a_killed_worker_costs_nothing(inputs: Path, quiet: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(inputs, out, "--workers", "2") as process:
        for finished in (1, 4):
            wait_until(lambda finished=finished: len(shards(out)) >= finished)  # type: ignore[misc]
            victims = [
                pid for pid in children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
            os.kill(victims[0], signal.SIGKILL)
        assert process.wait(timeout=120) == 1
    assert output(out) == quiet


def test_what_hangs_or_kills_is_an_error_and_the_run_goes_on(tmp_path: Path) -> None:
    bad = {"20": "spin", "21": "wait", "70": "die", "71": "raise", "90": "stick"}
    path = tmp_path / "news.jsonl"
    path.write_text(
        "".join(json.dumps({"text": bad.get(str(n), f"Ngày {n}"), "id": f"{n}"}) + "\n" for n in range(140))
    )
    done = run(path, tmp_path / "out", "--workers", "2", "--article-timeout", "0.5")
    assert done.returncode == 1
    errors = [json.loads(line) for line in (tmp_path / "out/errors.jsonl").read_text().splitlines()]
    assert {line["id"]: line["error"] for line in errors} == {
        "20": "timeout",
        "21": "timeout",
        "70": "worker_died",
        "71": "ZeroDivisionError",
        "90": "timeout",
    }
    assert errors[0]["message"].endswith("news.jsonl: took more than 0.5 s")
    articles = [json.loads(line)["id"] for line in (tmp_path / "out/articles.jsonl").read_text().splitlines()]
    assert articles == [str(number) for number in range(140) if str(number) not in bad]


def test_in_one_process_too_what_hangs_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in ("Ngày 1", "spin", "wait", "Ngày 4")))
    assert run(path, tmp_path / "out", "--workers", "1", "--article-timeout", "0.3").returncode == 1
    errors = [json.loads(line) for line in (tmp_path / "out/errors.jsonl").read_text().splitlines()]
    assert [(line["id"], line["error"]) for line in errors] == [("news#2", "timeout"), ("news#3", "timeout")]


def test_an_article_that_ends_the_only_process_is_found_by_the_next_run(tmp_path: Path) -> None:
    path, out = tmp_path / "news.jsonl", tmp_path / "out"
    texts = [f"Ngày {n}" if n != SHARD_ARTICLES + 2 else "die" for n in range(3 * SHARD_ARTICLES)]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert run(path, out).returncode == 9
    assert len(shards(out)) == 1
    done = run(path, out)
    assert done.returncode == 1
    assert "going on with it" in done.stderr
    [error] = map(json.loads, (out / "errors.jsonl").read_text().splitlines())
    assert (error["id"], error["error"]) == (f"news#{SHARD_ARTICLES + 3}", "worker_died")
    assert len((out / "articles.jsonl").read_text().splitlines()) == len(texts) - 1


@pytest.mark.parametrize(("limit", "kept"), [(300, 0), (20_000, SHARDS)], ids=["at the first shard", "at the end"])
def test_a_full_disk_stops_the_run_and_the_same_command_goes_on(
    inputs: Path, quiet: dict[str, bytes], tmp_path: Path, limit: int, kept: int
) -> None:
    out = tmp_path / "out"
    done = run(inputs, out, "--workers", "2", limit=limit)
    assert done.returncode == 3
    assert done.stderr == (
        f"nqextract: can't write to {out}: file too large (what is done is kept: the same command goes on)\n"
    )
    assert len(shards(out)) == kept
    assert [path.name for path in out.iterdir()] == [".nqextract-run"]
    done = run(inputs, out, "--workers", "2")
    assert done.returncode == 1
    assert output(out) == quiet


def test_a_second_run_into_the_same_folder_is_refused(inputs: Path, quiet: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(inputs, out) as first:
        wait_until(lambda: shards(out))
        second = run(inputs, out)
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr == f"nqextract: another run writes to {out} at this moment\n"
        assert first.wait(timeout=60) == 1
    assert output(out) == quiet


def test_a_torn_shard_is_done_again(inputs: Path, quiet: dict[str, bytes], broken: Path, tmp_path: Path) -> None:
    out, log = broken, tmp_path / "log"
    torn, whole, *_ = shards(out)
    again, kept = ids(torn), ids(whole)
    torn.write_bytes(torn.read_bytes()[:-30])
    (torn.parent / f".{torn.name}.partial").write_bytes(b"PK")
    assert run(inputs, out, log=log).returncode == 1
    done = set(log.read_text().split())
    assert again <= done
    assert not kept & done
    assert output(out) == quiet


def test_what_a_killed_run_began_to_join_goes(inputs: Path, quiet: dict[str, bytes], broken: Path) -> None:
    out = broken
    for name in ("articles.jsonl", "people.parquet", "tokens.jsonl"):
        (out / f".{name}.partial").write_bytes(b"begun")
    (out / ".mine.partial").write_bytes(b"mine")
    assert run(inputs, out).returncode == 1
    (out / ".mine.partial").unlink()
    assert output(out) == quiet


def test_changed_input_is_noticed_and_only_that_is_done_again(inputs: Path, tmp_path: Path) -> None:
    path, out, log = tmp_path / "news.jsonl", tmp_path / "out", tmp_path / "log"
    path.write_bytes(inputs.read_bytes())
    break_off(path, out)
    first, *_ = shards(out)
    kept = ids(first)
    lines = path.read_text().splitlines()
    lines[SHARD_ARTICLES + 3] = json.dumps({"text": "Ngày mới"})
    path.write_text("\n".join(lines[:-200]) + "\n")
    done = run(path, out, log=log)
    assert "the input has changed since the run broke off" in done.stderr
    assert not kept & set(log.read_text().split())
    assert run(path, tmp_path / "fresh").returncode == 1
    assert output(out) == output(tmp_path / "fresh")


def test_a_shard_that_another_run_put_there_is_noticed(inputs: Path, quiet: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(inputs, out) as process:
        wait_until(lambda: len(shards(out)) >= 2)
        first, second, *_ = shards(out)
        second.write_bytes(first.read_bytes())
        assert process.wait(timeout=60) == 3
        assert process.stderr is not None
        assert "does another run write there?" in process.stderr.read()
    assert run(inputs, out).returncode == 1
    assert output(out) == quiet


def test_workers_that_can_not_start_lose_nothing(inputs: Path, tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    settings = f"Settings(({str(inputs)!r},), {str(tmp_path / 'out')!r}, workers=2)"
    script.write_text(f"from nqextract.run import Settings, run\nrun({settings})\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "worker processes cannot be started" in done.stderr
    assert not (tmp_path / "out/errors.jsonl").exists()


def test_one_thread_does_not_put_off_the_end_of_another(tmp_path: Path) -> None:
    script = tmp_path / "threads.py"
    script.write_text(
        "import itertools, threading, time\n"
        "from nqextract.run import limits\n"
        "from nqextract.run.limits import Limit\n"
        f"limits._GRACE = {GRACE}\n"
        "def busy():\n"
        "    while True:\n"
        "        with Limit(0.2, may_exit=True) as limit:\n"
        "            limit.start(); time.sleep(0.01); limit.stop()\n"
        "def stuck():\n"
        "    with Limit(0.2, may_exit=True) as limit:\n"
        "        limit.start(); threading.Event().wait(60)\n"
        "threading.Thread(target=busy, daemon=True).start()\n"
        "stuck_one = threading.Thread(target=stuck); stuck_one.start(); stuck_one.join()\n"
    )
    started = time.monotonic()
    assert subprocess.run([sys.executable, str(script)], capture_output=True, timeout=40).returncode == 1
    assert time.monotonic() - started < 20


def test_changed_settings_begin_anew_and_say_so(
    inputs: Path, quiet: dict[str, bytes], broken: Path, tmp_path: Path
) -> None:
    out, log = broken, tmp_path / "log"
    done = run(inputs, out, "--tagger", "both", log=log)
    assert "changed since a run broke off here (tagger, model): all is done anew" in done.stderr
    assert len(log.read_text().split()) == SHARDS * SHARD_ARTICLES - 9
    assert output(out) == quiet


def test_no_resume_begins_anew(inputs: Path, quiet: dict[str, bytes], broken: Path, tmp_path: Path) -> None:
    out, log = broken, tmp_path / "log"
    done = run(inputs, out, "--no-resume", log=log)
    assert "broke off" not in done.stderr
    assert len(log.read_text().split()) == SHARDS * SHARD_ARTICLES - 9
    assert output(out) == quiet


def test_a_run_that_goes_on_says_what_was_kept(inputs: Path, broken: Path) -> None:
    out = broken
    kept = len(set().union(*map(ids, shards(out))))
    done = run(inputs, out, "--workers", "2")
    assert "an earlier run broke off here: going on with it" in done.stderr
    assert f"({kept:,} by the run that broke off)" in done.stderr
    timing = json.loads((out / "manifest.json").read_bytes())["timing"]
    assert timing["articles_of_an_earlier_run"] == kept
