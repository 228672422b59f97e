"""The command line: exit statuses, and what goes to which stream.  The pipeline of a run is a stub."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from nqextract.cli import main
from nqextract.write import article_data
from samples import TEXT, full_result

STUBBED = Path(__file__).parent / "stubbed.py"


def command(*args: str | Path) -> list[str]:
    rules = ["--tagger", "rules"] if args[0] == "run" else []  # no process reads a model for the stub
    return [sys.executable, str(STUBBED), *map(str, args), *rules]


def nqextract(*args: str | Path, stdin: bytes = b"", **extra: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(command(*args), input=stdin, capture_output=True, env={**os.environ, **extra}, timeout=60)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def in_process(capfd: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str, str]:
    """The exit status of the command line and what it said, without the second that a process takes to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["nqextract", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
    said = capfd.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "bài.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_run_writes_files_and_nothing_on_standard_output(tmp_path: Path, article: Path) -> None:
    done = nqextract("run", article, "-o", tmp_path / "out", "--format", "csv,parquet")
    assert (done.returncode, done.stdout) == (0, b"")
    messages = done.stderr.decode()
    assert "articles: 1 done, 0 failed; records: 1;" in messages
    for shown in ("bài#1", "2023-11-08", "Huyện ủy Mẫu; Ban", "57-NQ/TW, BCH TƯ 8", "> 11,000", "records.parquet"):
        assert shown in messages
    assert "\x1b" not in messages  # no colours, no bar: standard error is no terminal
    assert len(list((tmp_path / "out").iterdir())) == 10


def test_a_failed_article_makes_the_status_1(tmp_path: Path, article: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\xe0 la carte")
    done = nqextract("run", article, tmp_path / "x.txt", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert f"read: encoding: {tmp_path.as_posix()}/x.txt: not UTF-8: byte 0xe0 at byte 0" in done.stderr.decode()
    assert json.loads((tmp_path / "out/errors.jsonl").read_bytes())["id"] == "x"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_standard_input_and_other_column_names(tmp_path: Path, locale: str) -> None:
    rows = json.dumps({"body": TEXT, "key": "số 1"}).encode()
    out = tmp_path / "out"
    done = nqextract("run", "-", "-o", out, "--column", "text=body", "--column", "id=key", stdin=rows, LC_ALL=locale)
    assert done.returncode == 0
    assert json.loads((out / "articles.jsonl").read_bytes())["id"] == "số 1"
    assert "số 1#1" in done.stderr.decode()


@pytest.mark.parametrize(
    ("args", "cause"),
    [
        (["run"], "Missing argument"),
        (["run", "{article}"], "Missing option"),
        (["run", "{article}", "-o"], "requires an argument"),
        (["run", "{none}", "-o", "{out}"], "there is no such file or folder"),
        (["run", "{empty}", "-o", "{out}"], "has no articles"),
        (["run", "{article}", "-o", "{article}"], "can't write to"),
        (["run", "{article}", "-o", "{out}", "--format", "xlsx"], "'xlsx' is none of"),
        (["run", "{article}", "-o", "{out}", "--workers", "0"], "workers"),
        (["run", "{article}", "-o", "{out}", "--workers", "two"], "workers"),
        (["run", "{article}", "-o", "{out}", "--column", "body"], "NAME=COLUMN"),
        (["run", "{article}", "-o", "{out}", "--segmenter", "x"], "segmenter"),
        (["run", "{article}", "-o", "{out}", "--resumed"], "No such option"),
        (["run", "{article}", "-o", "{out}", "--article-timeout", "-1"], "article-timeout"),
        (["run", "{article}", "-o", "nothing://x/y"], "nothing"),
        (["run", "nothing://x/y", "-o", "{out}"], "nothing"),
        (["show"], "Missing argument"),
        (["show", "{none}"], "there is no such file or folder"),
        (["evaluate", "{none}"], ""),
        (["gold", "check", "{none}"], ""),
        (["gold", "new", "{none}", "-o", "{out}"], "there is no such file or folder"),
        (["gold", "export", "--to", "paper", "{none}", "-o", "{out}"], "'label-studio', 'doccano', 'brat', 'conll'"),
        (["gold", "export", "--to", "brat", "{none}", "-o", "{out}"], "no such file"),
        (["gold", "import", "--from", "brat", "{none}", "--articles", "{empty}", "-o", "{out}"], "no such file"),
        (["gold", "import", "--from", "brat", "{none}", "-o", "{out}"], "--articles"),
        (["schema", "person"], "person"),
        (["nothing"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_status_2_and_a_message(
    tmp_path: Path, article: Path, capfd: pytest.CaptureFixture[str], args: list[str], cause: str
) -> None:
    (tmp_path / "empty").mkdir()
    names = {"article": article, "none": tmp_path / "none", "empty": tmp_path / "empty", "out": tmp_path / "out"}
    status, out, err = in_process(capfd, *(arg.format_map(names) for arg in args))
    assert (status, out) == (2, "")
    assert cause in err
    assert err.strip()
    assert not (tmp_path / "out").exists()


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys, nqextract.cli\n"
        "try: nqextract.cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'spacy', 'pandas', 'numpy', 'pyarrow', 'trafilatura', 'pydantic', 'pyvi', 'underthesea', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"
    assert "evaluate" in done.stdout


def test_the_version() -> None:
    assert nqextract("--version").stdout.startswith(b"nqextract 0.")


@pytest.mark.parametrize("of", ["record", "article", "gold"])
def test_schemas_are_json_schema(of: str, capfd: pytest.CaptureFixture[str]) -> None:
    status, out, _ = in_process(capfd, "schema", of)
    assert status == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_the_output_validates_against_its_schema(capfd: pytest.CaptureFixture[str]) -> None:
    data = json.loads(json.dumps(article_data(full_result())))
    article_schema = json.loads(in_process(capfd, "schema", "article")[1])
    jsonschema.validate(data, article_schema)
    jsonschema.validate(data["records"][0], json.loads(in_process(capfd, "schema", "record")[1]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "extra": 1}, article_schema)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_ends_with_130_and_says_how_to_go_on(tmp_path: Path, workers: str) -> None:
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text("wait", encoding="utf-8")
    out = tmp_path / "out"
    args = command("run", tmp_path, "-o", out, "--workers", workers)
    running = subprocess.Popen(args, stderr=subprocess.PIPE, start_new_session=True)
    while not list(out.glob(".nqextract-run/settings.json")):
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    _, messages = running.communicate(timeout=30)
    said = "nqextract: interrupted (what is done is kept: the same command goes on)\n"
    assert (running.returncode, messages.decode()) == (130, said)
    assert [path.name for path in out.iterdir()] == [".nqextract-run"]


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    running = subprocess.Popen(command("schema", "article"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.wait(timeout=60) != 0
    assert running.stderr.read() == b""
    running.stderr.close()
