"""Input and output behind URLs: against a server on the loopback that speaks S3."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nqextract import storage
from nqextract.read import InputError, read_inputs
from nqextract.run import Settings, run
from nqextract.run.engine import SHARD_ARTICLES
from nqextract.storage import InUseError, StorageError, open_folder
from nqextract.types import Article, Failure
from samples import StubPipeline

moto_server = pytest.importorskip("moto.server", reason="moto's server is not installed")
s3fs = pytest.importorskip("s3fs", reason="the extra nqextract[s3] is not installed")

STUBBED = Path(__file__).parent / "stubbed.py"
NAMES = ("articles.jsonl", "records.jsonl", "errors.jsonl", "entities.csv", "records.parquet")
ROWS = [{"text": f"Ngày {number}" if number % 50 else "raise"} for number in range(6 * SHARD_ARTICLES)]
TABLE = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


@pytest.fixture
def files(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The file system of an empty server, with a bucket ``news`` that has a table and a folder."""
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    made = s3fs.S3FileSystem()
    for bucket in ("news", "results"):
        if made.exists(bucket):
            made.rm(bucket, recursive=True)
        made.mkdir(bucket)
    made.pipe_file("news/table.jsonl", TABLE)
    made.pipe_file("news/folder/b.txt", "Ngày 8/11".encode())
    made.pipe_file("news/folder/a/c.txt.gz", gzip.compress("Ngày 9/11".encode()))
    made.pipe_file("news/folder/.hidden.txt", b"x")
    made.pipe_file("news/folder/image.png", b"x")
    yield made
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the same table gives on a disk."""
    folder = tmp_path_factory.mktemp("local")
    (folder / "table.jsonl").write_bytes(TABLE)
    run(settings(str(folder / "table.jsonl"), str(folder / "out")))
    found = {name: (folder / "out" / name).read_bytes() for name in NAMES}
    return {name: data.replace(str(folder).encode(), b"s3://news") for name, data in found.items()}


def settings(inputs: str, out: str, workers: int = 1) -> Settings:
    return Settings((inputs,), out, workers, ("jsonl", "csv", "parquet"), tagger="rules", build=StubPipeline)


def same(files: Any, out: str, local: dict[str, bytes]) -> None:
    """That ``out`` holds the files of a run and nothing else, and they are as on a disk."""
    names = {path.removeprefix(f"{out}/") for path in files.find(out)}
    assert not [name for name in names if name.startswith(".")]
    for name in NAMES:
        data = files.cat_file(f"{out}/{name}")
        if name.endswith(".parquet"):  # compressed: paths cannot be exchanged in it
            assert len(data) > 1000
        else:
            assert data == local[name], name
    assert json.loads(files.cat_file(f"{out}/manifest.json"))["counts"]["articles"] == len(ROWS)


@pytest.mark.parametrize("workers", [1, 2])
def test_from_bucket_to_bucket_as_on_a_disk(files: Any, local: dict[str, bytes], workers: int) -> None:
    run(settings("s3://news/table.jsonl", "s3://results/run", workers))
    same(files, "results/run", local)


def test_a_folder_is_read_in_the_order_of_its_paths(files: Any) -> None:
    found = list(read_inputs(["s3://news/folder", "s3://news/folder/b.txt"]))
    assert [(item.id, item.path) for item in found] == [
        ("a/c", "s3://news/folder/a/c.txt.gz"),
        ("b", "s3://news/folder/b.txt"),
        ("b", "s3://news/folder/b.txt"),
    ]
    assert [item.text for item in found if isinstance(item, Article)] == ["Ngày 9/11", "Ngày 8/11"]
    assert isinstance(found[2], Failure)
    assert found[2].error == "duplicate_id"


def test_what_a_run_wrote_is_no_input_of_the_next(files: Any) -> None:
    for _ in range(2):
        assert run(settings("s3://news/folder", "s3://news/folder")).report.done == 2


@pytest.mark.parametrize("url", ["s3://news/none", "s3://nobucket/x.txt", "s3://news/folder/image.png"])
def test_what_is_not_there_is_told(files: Any, url: str) -> None:
    with pytest.raises(InputError, match=url):
        list(read_inputs([url]))
    first, *_ = read_inputs(["s3://news/folder", url])
    assert isinstance(first, Article)


def test_a_url_of_no_known_kind_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nothing://x"):
        list(read_inputs(["nothing://x"]))
    with pytest.raises(StorageError, match="nothing://x"):
        open_folder("nothing://x")


def test_a_server_that_is_not_there_is_told(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(InputError, match="s3://news/table"):
        list(read_inputs(["s3://news/table.jsonl"]))


def test_killed_and_gone_on_with(files: Any, local: dict[str, bytes], tmp_path: Path) -> None:
    out = "results/broken"
    command = [sys.executable, str(STUBBED), "run", "s3://news/table.jsonl", "-o", f"s3://{out}"]
    command += ["--format", "csv,parquet", "--workers", "1", "--tagger", "rules"]
    patience = {**os.environ, "STUB_DEAD": "2"}
    log = tmp_path / "log"
    broken = subprocess.Popen(command, env={**patience, "STUB_PAUSE": "0.01"}, stderr=subprocess.DEVNULL)
    try:
        while len(files.find(f"{out}/.nqextract-run/shards")) < 2:
            assert broken.poll() is None
            files.invalidate_cache()
            time.sleep(0.2)  # the server works in this process
    finally:
        broken.send_signal(signal.SIGKILL)
        broken.wait()
    kept = len(files.find(f"{out}/.nqextract-run/shards"))
    done = subprocess.run(command, env={**patience, "STUB_LOG": str(log)}, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "going on with it" in done.stderr
    assert len(log.read_text().split()) == (6 - kept) * SHARD_ARTICLES
    files.invalidate_cache()
    same(files, out, local)


def test_two_runs_at_a_time_are_refused(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "BEAT", 0.1)
    monkeypatch.setattr(storage, "DEAD", 0.5)
    first, second = open_folder("s3://results/shared"), open_folder("s3://results/shared")
    with first.locked(".run/lock"), pytest.raises(InUseError, match="another run writes"), second.locked(".run/lock"):
        pass
    with second.locked(".run/lock"):
        pass
    files.pipe_file("results/shared/.run/lock", b"of one that was killed")
    with second.locked(".run/lock"):
        pass
    assert not files.find("results/shared")
