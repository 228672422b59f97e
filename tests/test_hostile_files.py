"""Files of hostile size and shape, in small; ``make stress`` does the large ones."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nqextract.read import Item, Source, find_sources, read_inputs, read_sources
from nqextract.run import Settings, run
from nqextract.types import Article, Failure

TEXT = "Ngày 5/6, Huyện ủy Mường Lát tổ chức hội nghị.\n"
LIMIT = 2_000
LONG = "a " * LIMIT

posix = pytest.mark.skipif(os.name == "nt", reason="no FIFOs, and names are Unicode")


def outcomes(*inputs: Path | str) -> dict[str, str]:
    """By id: "done", or the kind of the failure."""
    found = list(read_inputs(map(str, inputs)))
    assert len({item.id for item in found}) == len(found)
    return {item.id: item.error if isinstance(item, Failure) else "done" for item in found}


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nqextract.read.sources.LARGEST", LIMIT)
    monkeypatch.setattr("nqextract.read.sources._PIECE", 100)


def row(text: str) -> str:
    return json.dumps({"text": text}) + "\n"


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["", "gz"])
@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", "a" * LIMIT, ["done"]),
        ("a.txt", "a" * (LIMIT + 1), ["too_large"]),
        ("a.html", f"<html><body><p>{LONG}</p></body></html>", ["too_large"]),
        ("a.jsonl", row("một") + row(LONG) + row("hai") + row(LONG), ["done", "too_large", "done", "too_large"]),
        ("a.jsonl", " " * LIMIT + row("một") + row("hai"), ["too_large", "done"]),
        ("a.jsonl", "".join(row(f"số {number}") for number in range(LIMIT)), ["done"] * LIMIT),
        ("a.csv", f"text\nmột\n{LONG}\nhai\n", ["done", "too_large", "done"]),
        ("a.csv", f'text,x\nmột,\nhai,"{"b" * 50}\n{"b" * 2 * LIMIT}\nba,\n', ["done", "bad_csv", "done"]),
        ("a.csv", "text," + LONG, ["too_large"]),
        ("a.csv", "text\n" + "".join(f"số {number}\n" for number in range(LIMIT)), ["done"] * LIMIT),
    ],
)
def test_an_article_has_a_largest_size_and_a_table_has_none(
    tmp_path: Path, name: str, data: str, expected: list[str], pack: Callable[[bytes], bytes]
) -> None:
    place = tmp_path / (name + (".gz" if pack is gzip.compress else ""))
    place.write_bytes(pack(data.encode()))
    assert list(outcomes(place).values()) == expected


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LONG, ["too_large"]),
        ("\n" * 2 * LIMIT + TEXT, ["too_large"]),
        (row("một") + row(LONG) + row("hai"), ["done", "too_large", "done"]),
        (row(LONG) + row("hai"), ["too_large", "done"]),
    ],
)
def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch, data: str, expected: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    assert list(outcomes("-").values()) == expected


class Endless(io.RawIOBase):
    """Never ends, and knows how much of it was read."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        assert self.taken < 50 * LIMIT + 100_000, "it is read for ever"
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("kind", ["text", "page"])
def test_no_more_is_unpacked_than_an_article_may_have(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    monkeypatch.setattr("nqextract.read.sources.gzip.GzipFile", lambda fileobj: io.BufferedReader(Endless()))
    [item] = read_sources([Source(os.path.abspath(__file__), "x", kind, gz=True)])
    assert isinstance(item, Failure)
    assert item.error == "too_large"


def parquet(path: Path, table: Any, **options: Any) -> Path:
    from pyarrow import parquet as files

    files.write_table(table, path, **options)
    return path


@pytest.mark.usefixtures("limit")
def test_parquet_rows_are_limited_each(tmp_path: Path) -> None:
    import pyarrow

    texts = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, 1, 0, 1]), pyarrow.array([TEXT, LONG]))
    place = parquet(tmp_path / "a.parquet", pyarrow.table({"text": texts}))
    assert list(outcomes(place).values()) == ["done", "too_large"] * 2
    place = parquet(tmp_path / "b.parquet", pyarrow.table({"text": texts.cast(pyarrow.string())}))
    assert list(outcomes(place).values()) == ["done", "too_large"] * 2


def test_as_many_parquet_rows_at_a_time_as_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow

    monkeypatch.setattr("nqextract.read.tables._PARQUET_MEMORY", 4 * len(LONG))
    sizes: list[int] = []

    def rows(batch: Any) -> Any:
        sizes.append(batch.num_rows)
        return batch.to_pylist()

    monkeypatch.setattr("nqextract.read.tables._batch_rows", rows)
    place = parquet(tmp_path / "a.parquet", pyarrow.table({"text": [LONG] * 100}))  # one value, in a dictionary
    assert len(outcomes(place)) == 100
    assert max(sizes) <= 4


def test_parquet_values_that_python_can_not_hold_harm_their_row_only(tmp_path: Path) -> None:
    import pyarrow

    data = pyarrow.array([b"m\xc3\xb4t", b"\xff\xfe hai", b"ba"])
    text = pyarrow.Array.from_buffers(pyarrow.string(), 3, data.buffers())
    published = pyarrow.array([2**62, 0, 0], pyarrow.timestamp("us"))
    place = parquet(tmp_path / "a.parquet", pyarrow.table({"text": text, "published": published}))
    first, second, third = read_inputs([str(place)])
    assert isinstance(first, Article)
    assert (first.text, first.published) == ("môt", None)
    assert isinstance(second, Failure)
    assert (second.id, second.error) == ("a#2", "encoding")
    assert isinstance(third, Article)
    assert third.published == "1970-01-01T00:00:00"


def test_a_packed_parquet_file_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nqextract.read.tables._PARQUET_UNPACKED", 2**21)
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(b"PAR1" + bytes(2**22)))
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(bytes(2**22)))
    assert outcomes(tmp_path) == {"a": "too_large", "b": "unreadable"}


SENTENCE = "Sáng nay, Huyện ủy tổ chức hội nghị học tập nghị quyết của Trung ương."
LAST = "Câu cuối cùng của bài đứng ở đây và không được mất."


@pytest.mark.parametrize(
    ("begin", "end"), [("<div>", "</div>"), ("<b>", ""), ("<table><tr><td>", "</td></tr></table>")]
)
def test_a_page_is_read_to_its_end_or_refused(tmp_path: Path, begin: str, end: str) -> None:
    def nested(depth: int) -> str:
        return (
            f"<html><body><article><p>{SENTENCE}</p>{begin * depth}<p>{LAST}</p>{end * depth}</article></body></html>"
        )

    (tmp_path / "deep.html").write_text(nested(300 // begin.count("<")), "utf-8")
    (tmp_path / "deeper.html").write_text(nested(3000), "utf-8")
    deep, deeper = read_inputs([str(tmp_path)])
    assert isinstance(deep, Article)
    assert LAST in deep.text
    assert isinstance(deeper, Failure)
    assert deeper.error == "too_large"
    assert "depth" in deeper.message


def test_what_stands_behind_a_large_image_is_not_lost(tmp_path: Path) -> None:
    image = '<img src="data:image/png;base64,' + "A" * 10_100_000 + '">'
    html = "\n" * 100 + f"<html><body><article><p>{SENTENCE}</p>{image}<p>{LAST}</p></article></body></html>"
    (tmp_path / "a.html").write_text(html, "utf-8")
    [article] = read_inputs([str(tmp_path)])
    assert isinstance(article, Article)
    assert LAST in article.text


@posix
def test_only_files_are_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "folder.txt").mkdir(parents=True)
    (folder / "folder.txt" / "in.txt").write_text(TEXT, "utf-8")
    (tmp_path / "outside.txt").write_text(TEXT, "utf-8")
    for name, place in {
        "file": tmp_path / "outside.txt",
        "loop": "loop.txt",
        "broken": "nowhere.txt",
        "zero": "/dev/zero",
        "above": folder,
    }.items():
        (folder / f"{name}.txt").symlink_to(place)
    (folder / "up").symlink_to(tmp_path)
    for kind in ("txt", "html.gz", "jsonl", "csv", "parquet"):
        os.mkfifo(folder / f"fifo-{kind}.{kind}")
    socket.socket(socket.AF_UNIX).bind(os.path.relpath(folder / "socket.txt"))
    refused = dict.fromkeys(["loop", "broken", "zero", "socket"], "unreadable")
    fifos = {f"fifo-{kind}": "unreadable" for kind in ("txt", "html", "jsonl", "csv", "parquet")}
    fifos["fifo-html.gz"] = fifos.pop("fifo-html")
    assert outcomes(folder) == {"file": "done", "folder.txt/in": "done", **refused, **fifos}
    assert outcomes(folder / "fifo-txt.txt", tmp_path / "outside.txt")["fifo-txt"] == "unreadable"


@posix
def test_a_file_that_becomes_a_fifo_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, fifo = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_text(TEXT, "utf-8")
    os.mkfifo(fifo)
    before = os.stat
    monkeypatch.setattr(os, "stat", lambda path, **named: before(file if path == str(fifo) else path, **named))
    assert outcomes(fifo, file) == {"b": "unreadable", "a": "done"}


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    (tmp_path / "shut").mkdir()

    def refusing(own: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: str, *given: Any) -> Any:
            if str(path).endswith(("a.txt", "shut")):
                raise PermissionError(13, "Permission denied", path)
            return own(path, *given)

        return call

    monkeypatch.setattr(os, "open", refusing(os.open))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir))
    assert outcomes(tmp_path) == {"a": "unreadable", "b": "done", "shut": "unreadable"}


def test_an_element_of_many_attributes_is_refused(tmp_path: Path) -> None:
    names = [f"a{number}" for number in range(30_000)]
    many = [" ".join(f"{name}={name}" for name in names), "/".join(names), "x='<' " + " ".join(names)]
    many.append(" ".join(f'{name}="a b"' for name in names))
    numbers = ", ".join(map(str, range(3_000)))
    script = f"<script>for (i = 0; i<n; i++) a[i] = [{numbers}]</script><!-- <p {numbers}> -->"
    ordinary = [f"<p title='{SENTENCE * 200}'>", f"{script}<p>", "<style>" + "a b " * 3_000 + "</style><p>"]
    for number, begin in enumerate([*(f"<p {attributes}>" for attributes in many), *ordinary]):
        page = f"<html><body>{begin}{SENTENCE}</p></body></html>"
        (tmp_path / f"{number}.html").write_text(page, "utf-8")
    assert list(outcomes(tmp_path).values()) == ["too_large"] * len(many) + ["done"] * len(ordinary)


def test_only_names_of_results_are_passed_over(tmp_path: Path) -> None:
    manifest = {"files": ["a.jsonl", "records.jsonl", ["b"]], "versions": {"nqextract": "1"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    for name in ("a.jsonl", "records.jsonl"):
        (tmp_path / name).write_text(json.dumps({"text": TEXT}), "utf-8")
    assert outcomes(tmp_path) == {"a#1": "done"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere paths are not so long")
def test_folders_may_lie_deep_in_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        Path("b.txt").write_text(TEXT, "utf-8")
        os.chdir(before)
        assert list(outcomes(tmp_path).values()) == ["done"] * 2
    finally:
        os.chdir(before)
        for number in itertools.count():  # taken apart, for pytest removes folders by recursion
            (tmp_path / "d").rename(tmp_path / str(number))
            if not (tmp_path / str(number) / "d").exists():
                break
            (tmp_path / str(number) / "d").rename(tmp_path / "d")


ODD = ["hai\ndòng", 'nháy"kép', "-o", "--help", "\x1b[31mđỏ", " ", "a\\b", "x" * 251, "a..", "\u202ea", "$(id)"]


@posix
def test_a_run_over_odd_names_and_odd_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nqextract.terminal import show_summary

    folder = tmp_path / "in"
    folder.mkdir()
    for name in ODD:
        (folder / f"{name}.txt").write_text(TEXT, "utf-8")
    for name in (b"\xff.txt", b"\x1b[2J\n\xfe.jsonl"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("{", "utf-8")
    for name in ("..txt", ".txt"):  # hidden
        (folder / name).write_text(TEXT, "utf-8")
    os.mkfifo(folder / "fifo.txt")
    out = tmp_path / "out"
    summary = run(Settings((str(folder),), str(out)))
    lines = (out / "articles.jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    done = [json.loads(line) for line in lines]
    assert [line["id"] for line in done if line["entities"]] == sorted(ODD)
    failed = [json.loads(line)["error"] for line in (out / "errors.jsonl").read_text("utf-8").splitlines()]
    assert sorted(failed) == ["bad_json", "empty", "unreadable"]
    show_summary(summary)
    said = capsys.readouterr().err
    assert "FIFO" in said
    assert not [char for char in said if ord(char) < 32 and char != "\n"]


def test_files_that_change_between_listing_and_reading(tmp_path: Path) -> None:
    for name in ("gone", "empty", "more", "other"):
        (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
    sources = find_sources([str(tmp_path)])
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "more.txt").write_text(TEXT * 2, "utf-8")
    (tmp_path / "other.txt").unlink()
    (tmp_path / "other.txt").mkdir()
    found: list[Item] = list(read_sources(sources))
    said = {item.id: item.error if isinstance(item, Failure) else "done" for item in found}
    assert said == {"gone": "unreadable", "empty": "empty", "more": "done", "other": "unreadable"}
    assert [item.text for item in found if isinstance(item, Article)] == [TEXT * 2]


def test_a_table_that_shrinks_or_grows_while_it_is_read(tmp_path: Path) -> None:
    place = tmp_path / "a.jsonl"
    place.write_text("".join(row(f"{number} " + "a " * 5000) for number in range(100)), "utf-8")
    rows = read_sources(find_sources([str(place)]))
    first = next(rows)
    os.truncate(place, 500_000)
    rest = list(rows)
    assert isinstance(first, Article)
    assert isinstance(rest[-1], Failure)  # the row in which it now ends
    assert rest[-1].error == "bad_json"
    assert all(isinstance(item, Article) for item in rest[:-1])
    rows = read_sources(find_sources([str(place)]))
    next(rows)
    with place.open("a", encoding="utf-8") as file:
        file.write("\n" + row("Dòng mới."))
    assert [item.text for item in rows if isinstance(item, Article)][-1] == "Dòng mới."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (gzip.compress(TEXT.encode()) * 3, TEXT * 3),
        (gzip.compress(TEXT.encode()) + bytes(100), TEXT),
        (gzip.compress(TEXT.encode()) + b"more", None),
        (gzip.compress(TEXT.encode())[:-9], None),
        (b"", None),
    ],
    ids=["members", "zeros behind", "garbage behind", "cut off", "nothing"],
)
def test_gzip_members_and_what_follows(tmp_path: Path, data: bytes, expected: str | None) -> None:
    (tmp_path / "a.txt.gz").write_bytes(data)
    [item] = read_inputs([str(tmp_path)])
    assert (item.text if isinstance(item, Article) else None) == expected
