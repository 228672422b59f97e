"""Hostile input does nothing but become output or an error: no network, no foreign code, no writing elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from nqextract.gold.command import cli_gold_import
from nqextract.model import Crf, Model, ModelError, check_model, read_model, shipped_model
from nqextract.model.weights import _FEATURE, _FEATURES, _HEADER
from nqextract.outputs import OutputError as UnreadableError
from nqextract.read import read_inputs
from nqextract.records import OUTPUT_NAMES
from nqextract.report import cli_report
from nqextract.report.texts import find_texts
from nqextract.run import Settings, run
from nqextract.run.settings import model_of, shown_settings, versions
from nqextract.text import sha256
from nqextract.types import Article, Failure
from nqextract.write import FORMATS as FORMATS_OF_A_RUN
from nqextract.write import OutputError
from samples import StubPipeline, full_result

WATCHED = Path(__file__).parent / "watched.py"
ROOT = Path(__file__).parent.parent
FORMATS = ("label-studio", "doccano", "brat", "conll", "docbin")
TEXT = "Ngày 8/11/2023, Huyện ủy Mường Lát tổ chức hội nghị quán triệt Nghị quyết số 43-NQ/TW. Hơn 120 đảng viên dự."
IDS = [
    "../../x",
    "/tmp/nqextract-x",
    "C:\\x",
    "..\\x",
    "a\0b",
    "a\nb",
    "a" * 5000,
    "a/" * 2000 + "b",
    "../" * 40 + "etc/x",
]
IDS += ["good", "good.gold.json/b", "sub/good", "x/../../y", "~/x", "file:///x", "-o", "CON", ".", "..", "link/x"]


def page(secret: Path) -> str:
    """A page that asks for whatever a parser may be made to fetch."""
    return f"""<?xml version="1.0"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://127.0.0.1:9/xhtml1-strict.dtd" [
  <!ENTITY file SYSTEM "file://{secret}"><!ENTITY net SYSTEM "http://127.0.0.1:9/x">
  <!ENTITY % more SYSTEM "http://127.0.0.1:9/more.dtd"> %more;
]>
<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude"><head>
<base href="http://127.0.0.1:9/"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">
<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><link rel="canonical" href="http://127.0.0.1:9/bai.html">
<script src="http://127.0.0.1:9/x.js"></script><title>Huyện Mường Lát họp &file;</title></head>
<body><iframe src="file://{secret}"></iframe><object data="http://127.0.0.1:9/"></object>
<xi:include href="file://{secret}" parse="text"/><img src="http://127.0.0.1:9/x.png">
<article><p>{TEXT} &file; &net;</p><p>{TEXT.replace("8/11", "9/11")}</p></article></body></html>"""


def watch(folder: Path, commands: list[dict[str, Any]], **plan: str) -> tuple[list[int], list[dict[str, Any]]]:
    """The exit statuses of ``commands``, and what they did that they may not."""
    for name in ("home", "temporary", "work/deep"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    told, log = folder / "plan.json", folder / "log"
    told.write_text(json.dumps({"log": str(log), "commands": commands, **plan}))
    env = {
        **os.environ,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, str(WATCHED), str(told)], capture_output=True, text=True, env=env, cwd=folder / "work/deep"
    )
    assert done.returncode == 0 and "unexpected" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), [json.loads(line) for line in log.read_text().splitlines()]


def test_hostile_input_reaches_no_network_runs_nothing_and_writes_only_where_it_may(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("tớ-là-bí-mật")
    raw, made = tmp_path / "raw", tmp_path / "made"
    raw.mkdir()
    (raw / "page.html").write_text(page(secret))
    rows = [{"id": id, "text": TEXT, "title": id, "outlet": id} for id in IDS]
    (raw / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    inputs = [str(raw)]

    def command(*args: str, may: str) -> dict[str, Any]:
        return {"args": list(args), "may": [str(made / may)]}

    (made / "gold").mkdir(parents=True)
    (made / "gold/link").symlink_to(tmp_path)
    commands = [
        command("run", *inputs, "-o", str(made / "two"), "--workers", "2", "--format", "csv,parquet", may="two"),
        command("run", *inputs, "-o", str(made / "one"), "--workers", "1", "--format", "csv,parquet", may="one"),
        command("report", str(made / "one"), "-o", str(made / "report.html"), may="report.html"),
        command("show", str(raw / "page.html"), "--html", str(made / "show.html"), may="show.html"),
        command("gold", "new", *inputs, "-o", str(made / "gold"), "--tagger", "rules", may="gold"),
    ]
    for form in FORMATS:
        exported, gold, articles = str(made / form), str(made / f"{form}-gold"), ("--articles", *inputs)
        commands += [
            command("gold", "export", "--to", form, str(made / "gold"), *articles, "-o", exported, may=form),
            command("gold", "import", "--from", form, exported, *articles, "-o", gold, may=f"{form}-gold"),
        ]
    statuses, seen = watch(tmp_path, commands)
    assert seen == []
    assert statuses == [0, 0, 0, 0, 1] + [0, 0] * len(FORMATS)

    lines = [json.loads(line) for line in (made / "one/articles.jsonl").read_bytes().splitlines()]
    assert [line["id"] for line in lines] == ["page", *IDS]
    for name in ("articles.jsonl", "records.jsonl", "errors.jsonl", "records.csv", "records.parquet"):
        assert (made / "two" / name).read_bytes() == (made / "one" / name).read_bytes()
    gold = {
        path.relative_to(made / "gold").as_posix() for path in (made / "gold").rglob("*.gold.json") if path.is_file()
    }
    refused = {"../../x", "/tmp/nqextract-x", "a\0b", "a" * 5000, "a/" * 2000 + "b", IDS[8], "x/../../y", ".."}
    refused |= {"good.gold.json/b", "file:///x", "link/x"}
    assert {json.loads((made / "gold" / name).read_bytes())["article"] for name in gold} >= {"good", "sub/good", "page"}
    assert not {json.loads((made / "gold" / name).read_bytes())["article"] for name in gold} & (refused - {"file:///x"})
    for form in FORMATS:
        again = {path.relative_to(made / f"{form}-gold").as_posix() for path in (made / f"{form}-gold").rglob("*.json")}
        assert again == gold, form
    for path in made.rglob("*"):
        assert not path.is_file() or secret.read_bytes() not in path.read_bytes(), path
    assert {path.name for path in tmp_path.iterdir()} == {
        *("secret.txt", "raw", "made", "home", "temporary", "work", "plan.json", "log")
    }
    assert not list((tmp_path / "home").iterdir()) + list((tmp_path / "work/deep").iterdir())


def test_what_is_forbidden_is_seen(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"text": TEXT}) + "\n" for _ in range(2)))
    args = ["run", str(rows), "-o", str(tmp_path / "out"), "--workers", "2", "--tagger", "rules"]
    commands = [{"args": args, "may": [str(tmp_path / "out")]}]
    _, seen = watch(tmp_path, commands, sin=str(tmp_path / "outside.txt"))
    assert {line["event"] for line in seen} >= {
        *(
            "open",
            "os.rename",
            "os.remove",
            "pickle.find_class",
            "compile",
            "exec",
            "subprocess.Popen",
            "socket.connect",
        )
    }


def row_file(folder: Path, text: str = TEXT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rows.jsonl"
    path.write_text(json.dumps({"text": text}) + "\n")
    return path


def stubbed(source: Path, out: Path, **options: Any) -> None:
    run(Settings((str(source),), str(out), formats=FORMATS_OF_A_RUN, build=StubPipeline, **options))


def test_a_link_in_out_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    source, out, target = row_file(tmp_path / "in"), tmp_path / "out", tmp_path / "target"
    out.mkdir()
    target.write_text("mine")
    names = [*OUTPUT_NAMES]
    for name in (*names, *(f".{name}.partial" for name in names)):
        (out / name).symlink_to(target)
    (out / ".manifest.json.partial").unlink()
    os.link(target, out / ".manifest.json.partial")  # another name of the file, which no link tells
    (out / ".nqextract-run").mkdir()
    for name, place in (("settings.json", target), (".settings.json.partial", target), ("shards", tmp_path)):
        (out / ".nqextract-run" / name).symlink_to(place)
    stubbed(source, out)
    assert target.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out", "target"]
    written = set(json.loads((out / "manifest.json").read_bytes())["files"])
    assert written == set(names) - {"tokens.jsonl"}
    assert all((out / name).is_file() and not (out / name).is_symlink() for name in written)
    assert [path.name for path in out.iterdir() if path.is_symlink()] == ["tokens.jsonl"]  # no file of this run


@pytest.mark.parametrize("name", [".nqextract-run", ".nqextract-run/lock"])
def test_a_link_in_the_place_of_what_a_run_keeps_is_refused(tmp_path: Path, name: str) -> None:
    source, out, elsewhere = row_file(tmp_path / "in"), tmp_path / "out", tmp_path / "elsewhere"
    (elsewhere / "shards").mkdir(parents=True)
    (elsewhere / "settings.json").write_text("mine")
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(elsewhere / "settings.json" if name.endswith("lock") else elsewhere)
    with pytest.raises(OutputError, match="a symbolic link is in the way"):
        stubbed(source, out)
    assert (elsewhere / "settings.json").read_text() == "mine"
    assert sorted(path.name for path in elsewhere.iterdir()) == ["settings.json", "shards"]


@pytest.mark.parametrize("name", ["shards", "shards/00000"])
def test_a_link_under_the_shards_of_a_broken_run_leads_nowhere(tmp_path: Path, name: str) -> None:
    source, out, elsewhere = row_file(tmp_path / "in"), tmp_path / "out", tmp_path / "elsewhere"
    stubbed(source, out)
    kept = {"model": model_of(Settings((), "")), "versions": dict(versions())}
    state = out / ".nqextract-run"
    (state / name).parent.mkdir(parents=True)
    settings = Settings((str(source),), str(out), formats=FORMATS_OF_A_RUN, build=StubPipeline)
    (state / "settings.json").write_text(json.dumps({**shown_settings(settings), **kept}))  # so that it is gone on with
    elsewhere.mkdir()
    (state / name).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="a symbolic link is in the way"):
        stubbed(source, out)
    assert not list(elsewhere.iterdir())
    stubbed(source, out, resume=False)  # begins anew: the link goes, and not what it leads to
    assert elsewhere.is_dir() and not state.exists()


@pytest.mark.parametrize(
    "files",
    [
        ["../target", "../../target", "/etc/passwd", "in", "people.csv", 5, None, ["x"], {}],
        "../target",
        {"../target": 1},
    ],
)
def test_a_hostile_manifest_removes_nothing_but_files_of_a_run(tmp_path: Path, files: object) -> None:
    source, out, target = row_file(tmp_path / "in"), tmp_path / "out", tmp_path / "target"
    target.write_text("mine")
    for folder in (out, tmp_path / "in"):
        folder.mkdir(exist_ok=True)
        manifest = {"schema_version": "1", "versions": {"nqextract": "1"}, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    (out / "mine.txt").write_text("mine")
    run(Settings((str(tmp_path / "in"),), str(out), build=StubPipeline))
    assert target.read_text() == (out / "mine.txt").read_text() == "mine"
    assert len((out / "articles.jsonl").read_bytes().splitlines()) == 1
    assert source.exists()


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 50_000, "{", "5", '{"files": 5}', "9" * 5000])
def test_what_lies_in_out_already_is_no_reason_to_fail(tmp_path: Path, content: str) -> None:
    source, out = row_file(tmp_path / "in"), tmp_path / "out"
    (out / ".nqextract-run").mkdir(parents=True)
    for name in ("manifest.json", ".nqextract-run/settings.json"):
        (out / name).write_text(content)
    stubbed(source, out)
    for name in ("manifest.json", "articles.jsonl", "errors.jsonl"):
        whole = (out / name).read_bytes()
        (out / name).write_text(content)
        with pytest.raises(UnreadableError, match=name):
            cli_report(str(out), tmp_path / "report.html")
        (out / name).write_bytes(whole)


@pytest.mark.parametrize(
    "settings", [5, [], {"inputs": 5}, {"inputs": [5]}, {"columns": []}, {"inputs": ["x"], "columns": {"text": 5}}]
)
def test_a_report_over_a_hostile_manifest_is_refused(tmp_path: Path, settings: object) -> None:
    source, out = row_file(tmp_path / "in"), tmp_path / "out"
    stubbed(source, out)
    manifest = json.loads((out / "manifest.json").read_bytes())
    (out / "manifest.json").write_text(json.dumps({**manifest, "settings": settings}))
    with pytest.raises(UnreadableError, match=r"manifest\.json: settings"):
        cli_report(str(out), tmp_path / "report.html")


def test_no_manifest_makes_a_report_call_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = row_file(tmp_path / "in")
    result = full_result(Article("rows#1", TEXT, str(source)))
    asked: list[str] = []
    monkeypatch.setattr("nqextract.read.sources.filesystem", asked.append)
    inputs = ["http://127.0.0.1:9/x", "reference://::http://127.0.0.1:9/x", str(source)]
    assert find_texts([result], {"settings": {"inputs": inputs}}) == ({"rows#1": TEXT}, set())
    assert asked == []


LAUGHS = "".join(f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' for depth in range(1, 12))


@pytest.mark.parametrize(
    "body",
    [
        f'<!DOCTYPE html [<!ENTITY l0 "lol">{LAUGHS}]><article><p>{TEXT} &l11;</p></article>',
        f"<html><article><p>{TEXT}</p><p>{'&amp;' * 200_000}</p></article></html>",
        f"<html><article><p {' '.join(f'a{n}=1' for n in range(900))}>{TEXT}</p></article></html>",
    ],
    ids=["laughs", "entities", "attributes"],
)
def test_a_page_is_never_much_larger_than_its_file(tmp_path: Path, body: str) -> None:
    path = tmp_path / "page.html"
    path.write_text('<?xml version="1.0"?>' + body)
    [article] = read_inputs([str(path)])
    assert isinstance(article, Article) and TEXT in article.text
    assert len(article.text) < len(body)


def test_rows_that_are_bombs_fail_alone(tmp_path: Path) -> None:
    good = json.dumps({"text": TEXT})
    rows = ["[" * 100_000, '{"text":' * 50_000, '{"text":"x","id":' + "9" * 5000 + "}", '{"text":1e999}', good]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "b.csv").write_text("text\n" + TEXT.replace(",", "") + "," * 99_999 + "x\nđược\n")
    (tmp_path / "c.parquet").write_bytes(b"PAR1" + b"\x15\x00\x19\xfc\xff\xff\xff\xff\x0f" * 9 + b"\x51\0\0\0PAR1")
    nested = pyarrow.array([[{"a": ["x"]}]])
    parquet.write_table(pyarrow.table({"text": nested}), tmp_path / "d.parquet")
    found = [item.error if isinstance(item, Failure) else item.id for item in read_inputs([str(tmp_path)])]
    expected = ["bad_json", "bad_json", "bad_json", "bad_text", "a#5", "bad_csv", "b#2", "unreadable", "bad_text"]
    assert found == expected


def import_gold_of(folder: Path, form: str, name: str, content: bytes) -> str:
    """What ``gold import`` refuses of a file."""
    path, said = folder / name, StringIO()
    path.write_bytes(content)
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles/a.txt").write_text(TEXT)
    assert cli_gold_import(form, path, [folder / "articles"], out=folder / "gold", stderr=said) == 1
    assert not (folder / "gold").exists()
    return said.getvalue()


def header(article: str = "a") -> str:
    return json.dumps({"version": 1, "article": article, "sha256": sha256(TEXT), "reviewed": True})


@pytest.mark.parametrize("span", [f"{'9' * 5000} {'9' * 5000}", "500 3", "3 1;2 500", "٣ ٤"])
def test_a_hostile_span_is_refused(tmp_path: Path, span: str) -> None:
    (tmp_path / "x.txt").write_text(TEXT)
    said = import_gold_of(tmp_path, "brat", "x.ann", f"#1\tNqextract T0\t{header()}\nT1\tORG {span}\tx\n".encode())
    assert "line 2" in said
    start, _, end = span.partition(" ")
    line = f"-DOCSTART- {header().replace(' ', '')} O O\n\nNgày\t{start}\t{end}\tO\n".encode()
    assert "line 3" in import_gold_of(tmp_path, "conll", "x.conll", line)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("docbin", "doccano"):
        monkeypatch.setattr(f"nqextract.gold.exchange.{module}.MOST_UNPACKED", 4 << 20)
    zeros = bytes(5 << 20)
    assert "holds more than 4 MiB" in import_gold_of(tmp_path, "docbin", "x.spacy", zlib.compress(zeros))
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("../../x.jsonl", zeros)
    assert "holds more than 4 MiB" in import_gold_of(tmp_path, "doccano", "x.zip", archive.getvalue())


@pytest.mark.parametrize(
    "meta", [{"labels": 5}, {"segmenter": []}, {"format": None}, "[" * 100_000, "[]", {"sha256": "0" * 64}]
)
def test_a_hostile_model_is_refused(tmp_path: Path, meta: str | dict[str, object]) -> None:
    model = read_model(shipped_model())
    model.write(tmp_path / "nqextract_tag")
    said = meta if isinstance(meta, str) else json.dumps({**model.meta, **meta})
    (tmp_path / "nqextract_tag/meta.json").write_text(said)
    with pytest.raises(ModelError, match=r"damaged|format"):
        read_model(str(tmp_path))


def test_weights_that_are_not_finite_are_refused() -> None:
    model = read_model(shipped_model())
    at = _HEADER.unpack_from(model.weights)[3]
    (number,) = _FEATURES.unpack_from(model.weights, at)
    at += _FEATURES.size
    features = np.frombuffer(model.weights, _FEATURE, number, at).copy()
    features["weight"] = np.nan
    weights = model.weights[:at] + features.tobytes() + model.weights[at + features.nbytes :]
    with pytest.raises(ModelError, match="its weights are damaged"):
        Crf(check_model(Model.of(weights, segmenter="none")))


def test_the_linter_refuses_what_runs_or_reads_foreign_code() -> None:
    code = (
        "import os\nimport pickle\nimport subprocess\nimport tempfile\nimport urllib.request\nimport yaml\n"
        "pickle.loads(b'')\neval('1')\nexec('1')\nsubprocess.run('x', shell=True)\nos.system('x')\n"
        "tempfile.mktemp()\nyaml.load('x')\nurllib.request.urlopen(input())\n"
    )
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--output-format",
        "json",
        "--stdin-filename",
        "src/nqextract/x.py",
        "-",
    ]
    done = subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT)
    found = {flaw["code"] for flaw in json.loads(done.stdout)}
    assert found >= {"S301", "S307", "S102", "S602", "S605", "S306", "S506", "S310"}
