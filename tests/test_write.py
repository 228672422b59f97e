"""Writing: the bytes of each file, what becomes of OUT when a run fails, and the tables."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from pyarrow import parquet

from nqextract.records import OUTPUT_NAMES
from nqextract.storage import open_folder
from nqextract.types import Article, Failure
from nqextract.write import (
    OutputError,
    Part,
    Rendered,
    Writer,
    article_data,
    json_line,
    refused,
    render,
    render_failure,
    unpack,
)
from nqextract.write.flat import COLUMNS, flatten
from samples import TEXT, full_result

ALL = ("jsonl", "csv", "parquet")


def write(out: Path, *articles: Rendered, formats: tuple[str, ...] = ALL, tokens: bool = False) -> list[str]:
    folder = open_folder(str(out))
    try:
        folder.make()
    except OSError as error:
        raise refused(folder, error) from None
    with Writer(folder, formats, tokens) as writer:
        writer.add(part_of(*articles))
        return writer.commit({"schema_version": "1.0"})


def part_of(*articles: Rendered) -> Part:
    part = Part()
    for article in articles:
        part.add(article)
    return part


def test_json_lines_hold_the_contract(tmp_path: Path) -> None:
    failure = Failure("hỏng", "in/hỏng.txt", "read", "empty", "in/hỏng.txt: không có chữ")
    names = write(tmp_path, render(full_result(), ALL), render_failure(failure), formats=("jsonl",))
    assert names == ["articles.jsonl", "records.jsonl", "errors.jsonl", "manifest.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    [line] = (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    article = json.loads(line)
    assert list(article) == [
        *("schema_version", "id", "path", "sha256", "title", "published", "outlet", "url", "encoding"),
        *("entities", "people", "records"),
    ]
    assert "\\u" not in line
    [record] = (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(record) == article["records"][0]
    assert article["people"][0]["mentions"] == [[5, 8], [9, 12]]
    [error] = (tmp_path / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(error) == {
        "id": "hỏng",
        "path": "in/hỏng.txt",
        "stage": "read",
        "error": "empty",
        "message": "in/hỏng.txt: không có chữ",
    }
    assert json.loads((tmp_path / "manifest.json").read_text())["files"] == names


def test_a_line_is_its_data_whatever_wrote_it() -> None:
    result = full_result()
    half = json.loads('"\\ud83d"')
    person = result.people[0].model_copy(update={"name": half})
    for article in (result, result.model_copy(update={"people": [person]})):
        rendered = render(article, ())
        assert rendered.article == json_line(article_data(article))
        assert rendered.records == tuple(json_line(record.model_dump()) for record in article.records)


def test_the_text_of_a_page_is_carried(tmp_path: Path) -> None:
    write(tmp_path, render(full_result(Article("a", TEXT, derived=True)), ()))
    assert json.loads((tmp_path / "articles.jsonl").read_bytes())["text"] == TEXT


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hội nghị", '"hội nghị"\n'.encode()),
        ("a\nb", b'"a\\nb"\n'),
        ("half \ud83d", b'"half \\ud83d"\n'),
        ("\U0001f600", '"\U0001f600"\n'.encode()),
        ({"b": None, "a": True}, b'{"b":null,"a":true}\n'),
    ],
)
def test_json_line(value: object, expected: bytes) -> None:
    assert json_line(value) == expected
    json.loads(expected)


def test_csv_is_what_a_spreadsheet_opens(tmp_path: Path) -> None:
    write(tmp_path, render(full_result(), ALL))
    data = (tmp_path / "records.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfrecord_id,")
    assert data.count(b"\xef\xbb\xbf") == 1
    [row] = csv.DictReader(data.decode("utf-8-sig").splitlines())
    assert tuple(row) == tuple(COLUMNS["records"])
    assert row["organizers"] == "Huyện ủy Mẫu; Ban Tuyên giáo"
    assert row["provinces"] == "Hà Giang; "
    assert row["document_numbers"] == "57-NQ/TW; "
    assert (row["main"], row["participants"], row["venues"]) == ("true", "11000", "19")
    assert row["place"] == "'=Hội trường"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_csv_is_a_formula(tmp_path: Path, start: str) -> None:
    result = full_result()
    person = result.people[0].model_copy(update={"name": f"{start}1+1"})
    write(tmp_path, render(result.model_copy(update={"people": [person]}), ALL))
    with (tmp_path / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["name"] == f"'{start}1+1"


def test_parquet_has_typed_columns_and_the_rows_of_csv(tmp_path: Path) -> None:
    result = full_result()
    write(tmp_path, render(result, ALL))
    for table, columns in COLUMNS.items():
        read = parquet.read_table(tmp_path / f"{table}.parquet")
        assert read.column_names == list(columns)
        assert [tuple(row.values()) for row in read.to_pylist()] == flatten(result)[table]
    kinds = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "records.parquet")}
    assert (kinds["organizers"], kinds["participants"], kinds["main"]) == ("list<element: string>", "int64", "bool")


def test_tables_without_rows_keep_their_types(tmp_path: Path) -> None:
    write(tmp_path / "empty")
    write(tmp_path / "full", render(full_result(), ALL))
    for table in COLUMNS:
        empty, full = (tmp_path / name / f"{table}.parquet" for name in ("empty", "full"))
        assert parquet.read_schema(empty) == parquet.read_schema(full)
        assert (tmp_path / "empty" / f"{table}.csv").read_text("utf-8-sig").strip() == ",".join(COLUMNS[table])


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    articles = [render(full_result(Article(f"a{number}", TEXT)), ALL, {"id": f"a{number}"}) for number in range(50)]
    for name in ("one", "two"):
        write(tmp_path / name, *articles, tokens=True)
    for name in OUTPUT_NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_run_that_fails_leaves_out_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, render(full_result(), ALL))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RuntimeError), Writer(open_folder(str(tmp_path)), ALL, tokens=True) as writer:
        writer.add(part_of(render(full_result(Article("other", TEXT)), ALL, {})))
        raise RuntimeError
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_of_an_earlier_run_go_those_of_others_stay(tmp_path: Path) -> None:
    write(tmp_path, render(full_result(), ALL))
    (tmp_path / "notes.csv").write_text("mine")
    write(tmp_path, formats=("jsonl",))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["articles.jsonl", "records.jsonl", "errors.jsonl", "manifest.json", "notes.csv"]
    )
    (tmp_path / "manifest.json").write_text('["notes.csv"]')
    (tmp_path / "people.csv").write_text("mine")
    write(tmp_path, formats=("jsonl",))
    assert (tmp_path / "people.csv").read_text() == "mine"


@pytest.mark.parametrize("kind", ["a file", "below a file", "a folder in the place of a file"])
def test_an_out_that_can_not_be_written_is_told(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "a folder in the place of a file":
        (out / "records.jsonl").mkdir(parents=True)
    else:
        out.write_text("a file")
        out = out / "below" if kind == "below a file" else out
    with pytest.raises(OutputError, match="can't write to"):
        write(out)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")

    def full(place: str, mode: str) -> IO[bytes]:
        return open("/dev/full", "wb") if place.endswith(".articles.jsonl.partial") else open(place, mode)

    monkeypatch.setattr("nqextract.storage.open", full, raising=False)
    big = replace(render(full_result(), ()), article=b"x" * 1_000_000)
    with pytest.raises(OutputError, match="no space left"):
        write(tmp_path, big, formats=("jsonl",))
    assert list(tmp_path.iterdir()) == []


def test_a_part_comes_out_of_its_archive_as_it_went_in() -> None:
    failure = Failure("hỏng", "in/hỏng.txt", "read", "empty", "in/hỏng.txt: không có chữ")
    part = part_of(render(full_result(), ALL, {"id": "a"}), render_failure(failure))
    part.report = {"digest": "abc", "done": 1}
    assert unpack(part.pack()) == part
    assert part.pack() == part.pack()
    assert unpack(Part().pack()) == Part()
    half = json.loads('"\\ud83d"')
    person = full_result().people[0].model_copy(update={"name": half})
    broken = part_of(render(full_result().model_copy(update={"people": [person]}), ALL))
    assert unpack(broken.pack()) == broken


def test_an_archive_that_is_not_whole_is_refused() -> None:
    data = part_of(*(render(full_result(Article(f"a{number}", TEXT)), ALL) for number in range(3))).pack()
    for end in range(0, len(data), 7):
        with pytest.raises(ValueError, match="not whole"):
            unpack(data[:end])
    at = data.index(b"articles.jsonl") + 40
    with pytest.raises(ValueError, match="not whole"):
        unpack(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
