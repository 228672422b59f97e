"""Reading: every input kind, ids, and every kind of bad input, each as a row of a table."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from nqextract.read import InputError, parse_columns, parse_published, read_article, read_inputs
from nqextract.types import Article, BrokenOffError, Encoding, Failure, StageError

TEXT = "Huyện ủy Mẫu tổ chức hội nghị\r\n\r\nNgày 8/11, hội nghị học tập Nghị quyết.\n"

PUBLISHED = '<meta property="article:published_time" content="2023-11-08T07:48:00+07:00">'
PAGE = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>Huyện Mẫu học tập Nghị quyết | Báo Mẫu</title>
<meta property="og:title" content="Huyện Mẫu học tập Nghị quyết"><meta property="og:site_name" content="Báo Mẫu">
{PUBLISHED}
<link rel="canonical" href="https://baomau.example.vn/bai.html"></head><body>
<nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/ct">Chính trị</a></li></ul></nav>
<article><p>Sáng 8-11, Ban Thường vụ Huyện ủy Mẫu tổ chức hội nghị trực tuyến học tập Nghị quyết Trung ương 8.</p>
<figure><img src="a.jpg"><figcaption>Quang cảnh hội nghị tại điểm cầu trung tâm huyện.</figcaption></figure>
<table><tr><td><img src="b.jpg"></td></tr><tr><td>Các đại biểu thảo luận bên lề hội nghị.</td></tr></table>
<h2>Kết quả bước đầu</h2>
<p>Hội nghị kết nối tới 19 điểm cầu với hơn 1.100 cán bộ, đảng viên tham dự.<br>Hội nghị bế mạc cùng ngày.</p></article>
<aside><h3>Tin liên quan</h3><ul><li><a href="/b">Xã Bên có đường mới</a></li></ul></aside>
<footer>© 2019 Báo Mẫu</footer></body></html>"""

PLAIN = Encoding("utf-8", 1.0)
FORM = "<html><head><title>Đăng nhập</title></head><body><form><button>Đăng nhập</button></form></body></html>"
DEEP = PAGE.replace("<article>", "<div>" * 5_000)


def read(*paths: Path | str, **columns: str) -> list[Article | Failure]:
    return list(read_inputs(map(str, paths), columns))


def articles(*paths: Path | str, **columns: str) -> list[Article]:
    found = read(*paths, **columns)
    assert not [item for item in found if isinstance(item, Failure)]
    return [item for item in found if isinstance(item, Article)]


def jsonl(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def parquet_bytes(columns: dict[str, list[object]]) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), sink)
    return sink.getvalue()


def damaged_gzip(data: bytes) -> bytes:
    return gzip.compress(data)[:-12]


# Text


@pytest.mark.parametrize("name", ["bài một.txt", "BÀI.TXT"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["", "gz"])
def test_text_is_read_as_it_is(tmp_path: Path, name: str, mark: bytes, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / (name + (".gz" if pack is gzip.compress else ""))
    path.write_bytes(pack(mark + TEXT.encode()))
    [article] = articles(path)
    assert article == Article(name.partition(".")[0], TEXT, path.as_posix(), encoding=PLAIN)


# Tables


ROW = {
    "text": TEXT,
    "id": "007",
    "title": "Tiêu đề",
    "published": "21/06/2025 11:30",
    "url": "https://baomau.example.vn/1",
    "outlet": "Báo Mẫu",
    "other": "x",
}
CSV = f'text,id,title,published,url,outlet,other\r\n"{TEXT}",007,Tiêu đề,21/06/2025 11:30,{ROW["url"]},Báo Mẫu,x\r\n'
TABLES = {
    "t.jsonl": jsonl(ROW),
    "t.csv": CSV.encode(),
    "t.parquet": parquet_bytes({name: [value] for name, value in ROW.items()}),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["", "gz"])
def test_a_table_gives_all_fields(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / (name + (".gz" if pack is gzip.compress else ""))
    path.write_bytes(pack(TABLES[name]))
    context = ("Tiêu đề", "2025-06-21T11:30", "https://baomau.example.vn/1", "Báo Mẫu")
    assert articles(path) == [Article("007", TEXT, path.as_posix(), *context, encoding=PLAIN)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.jsonl", jsonl({"summary": "A b", "when": "2025-6-1"}, {"summary": "C d", "when": None})),
        ("t.csv", b"\xef\xbb\xbfsummary,when\nA b,2025-6-1\nC d,\n"),
        ("t.csv", b"when;summary\n2025-6-1;A b\n;C d\n"),
        ("t.csv", b"when\tsummary\n2025-6-1\tA b\n\tC d\n"),
        ("t.parquet", parquet_bytes({"summary": ["A b", "C d"], "when": ["2025-6-1", None]})),
    ],
    ids=["jsonl", "csv", "semicolons", "tabs", "parquet"],
)
def test_columns_of_other_names_and_rows_without_id(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = articles(path, text="summary", published="when")
    assert [(item.id, item.text, item.published) for item in found] == [
        ("t#1", "A b", "2025-06-01"),
        ("t#2", "C d", None),
    ]


def test_types_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text,title\n007,1.50,NaN\n1e3,None,\n,null,NA\n", encoding="utf-8")
    assert [(item.id, item.text, item.title) for item in articles(path)] == [
        ("007", "1.50", "NaN"),
        ("1e3", "None", None),
        ("t#3", "null", "NA"),
    ]


def test_typed_columns_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(
        parquet_bytes(
            {
                "id": [7, 8],
                "text": ["A", "B"],
                "published": [datetime(2025, 6, 21, 11, 30), None],
                "title": [None, None],
            }
        )
    )
    assert [(item.id, item.published) for item in articles(path)] == [("7", "2025-06-21T11:30:00"), ("8", None)]


def test_a_field_may_be_large(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"text\n{'Nghị quyết ' * 40_000}\n", encoding="utf-8")
    [article] = articles(path)
    assert len(article.text) == 440_000


# Pages


def test_a_page_gives_article_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "bai.html"
    path.write_text(PAGE, encoding="utf-8")
    [article] = articles(path)
    assert article.text.splitlines() == [
        "Huyện Mẫu học tập Nghị quyết",
        "Sáng 8-11, Ban Thường vụ Huyện ủy Mẫu tổ chức hội nghị trực tuyến học tập Nghị quyết Trung ương 8.",
        "Quang cảnh hội nghị tại điểm cầu trung tâm huyện.",
        "Các đại biểu thảo luận bên lề hội nghị.",
        "Kết quả bước đầu",
        "Hội nghị kết nối tới 19 điểm cầu với hơn 1.100 cán bộ, đảng viên tham dự.",
        "Hội nghị bế mạc cùng ngày.",
    ]
    assert article.derived
    assert (article.id, article.title, article.published, article.outlet, article.url) == (
        "bai",
        "Huyện Mẫu học tập Nghị quyết",
        "2023-11-08",
        "Báo Mẫu",
        "https://baomau.example.vn/bai.html",
    )


def test_the_title_is_not_doubled_and_a_date_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "bai.htm"
    page = PAGE.replace("<article>", "<article><h1>Huyện Mẫu  học tập Nghị quyết</h1>")
    path.write_text(page.replace(PUBLISHED, ""), encoding="utf-8")
    [article] = articles(path)
    assert article.text.count("Huyện Mẫu học tập Nghị quyết") == 1
    assert article.published is None


# Folders, ids, order


def test_a_folder_mixes_kinds_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name, data in {
        "b.txt": b"B",
        "a.jsonl": jsonl({"text": "one"}, {"text": "two", "id": "own"}),
        "sub/c.txt.gz": gzip.compress(b"C"),
        "sub/d.csv": b"text\nD\n",
        "README.md": b"not read",
        ".hidden.txt": b"not read",
        ".git/x.txt": b"not read",
    }.items():
        (tmp_path / name).write_bytes(data)
    found = [(item.id, item.text) for item in articles(tmp_path)]
    assert found == [("a#1", "one"), ("own", "two"), ("b", "B"), ("sub/c", "C"), ("sub/d#1", "D")]
    assert found == [(item.id, item.text) for item in articles(tmp_path)]


def test_what_an_earlier_run_wrote_is_passed_over(tmp_path: Path) -> None:
    for name, manifest in {
        "run": {"versions": {"nqextract": "0.1.0"}, "files": ["articles.jsonl", "records.csv", "manifest.json"]},
        "other": {"name": "a browser's", "files": ["articles.jsonl"]},
        "broken": None,
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (tmp_path / name / "articles.jsonl").write_bytes(jsonl({"text": name}))
        (tmp_path / name / "bai.txt").write_bytes(b"Theirs")
    assert [item.id for item in articles(tmp_path)] == [
        *("broken/articles#1", "broken/bai", "other/articles#1", "other/bai", "run/bai")
    ]


def test_a_repeated_id_fails_the_later_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A", encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(jsonl({"text": "B", "id": "a"}, {"text": "C", "id": "c"}))
    first, second, third = read(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert (second.id, second.stage, second.error) == ("a", "read", "duplicate_id")
    assert isinstance(third, Article)


def test_read_article_gives_one_or_raises(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    assert read_article(str(tmp_path / "a.txt")).text == "A"
    with pytest.raises(StageError, match=r"b\.txt: there is no text"):
        read_article(str(tmp_path / "b.txt"))


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (TEXT.encode(), ["stdin"]),
        (b"\xef\xbb\xbf" + jsonl({"text": "A", "id": "x"}, {"text": "B"}), ["x", "stdin#2"]),
        (b"\n \n" + jsonl({"text": "A"}), ["stdin#3"]),
        (PAGE.encode(), ["stdin"]),
        (b"", [("stdin", "empty")]),
        (("\ufeff" + jsonl({"text": "A", "id": "x"}).decode()).encode("utf-16-le"), ["x"]),
        (b"\xff\xfeA", [("stdin", "encoding")]),
    ],
    ids=["text", "jsonl", "blank lines", "page", "empty", "utf-16", "utf-16 cut off"],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[object]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [item.id if isinstance(item, Article) else (item.id, item.error) for item in read("-")] == ids


# Bad input: file name, bytes, and the failures (id, error, a part of the message) among the articles (id)

GOOD = jsonl({"text": "tốt", "id": "good"})
BAD: dict[str, tuple[str, bytes, list[object]]] = {
    "empty file": ("x.txt", b"", [("x", "empty", "no text")]),
    "bom only": ("x.txt", b"\xef\xbb\xbf", [("x", "empty", "no text")]),
    "white space": ("x.txt", " \n\t\u00a0\n".encode(), [("x", "empty", "white space")]),
    "utf-16 cut off": ("x.txt", TEXT.encode("utf-16")[:-1], [("x", "encoding", "not utf-16")]),
    "one word of cp1258": ("x.txt", b"Ng\xe0y m\xfd\xf5\xcci", [("x", "encoding", "byte 0xe0 at byte 2")]),
    "binary": ("x.txt", bytes(range(256)), [("x", "binary", "NUL")]),
    "cut off inside a character": ("x.txt", "hội".encode()[:-2], [("x", "encoding", "not UTF-8")]),
    "not gzip": ("x.txt.gz", b"plain text", [("x", "unreadable", "gzip")]),
    "damaged gzip": ("x.txt.gz", damaged_gzip(TEXT.encode()), [("x", "unreadable", "gzip")]),
    "empty page": ("x.html", b"", [("x", "empty", "no text")]),
    "page without article": ("x.html", b"<html><body></body></html>", [("x", "no_article", "no article")]),
    "page that is no page": ("x.html", "chỉ chữ".encode(), [("x", "no_article", "")]),
    "page with a menu only": ("x.html", PAGE.replace("<p>", "<!--").encode(), [("x", "no_article", "no article")]),
    "page with a form only": ("x.html", FORM.encode(), [("x", "no_article", "no article")]),
    "page nested too deeply": ("x.html", DEEP.encode(), [("x", "too_large", "depth")]),
    "empty jsonl": ("x.jsonl", b"", [("x", "empty", "no rows")]),
    "blank lines only": ("x.jsonl", b"\n\n", [("x", "empty", "no rows")]),
    "line is no json": ("x.jsonl", b"{text\n" + GOOD, [("x#1", "bad_json", "line 1"), "good"]),
    "line is an array": ("x.jsonl", b"[1]\n" + GOOD, [("x#1", "not_an_object", "line 1"), "good"]),
    "line is a string": ("x.jsonl", b'"a"\n' + GOOD, [("x#1", "not_an_object", "line 1"), "good"]),
    "line lacks text": ("x.jsonl", jsonl({"id": "z"}) + GOOD, [("z", "no_text", '"text"'), "good"]),
    "text is null": ("x.jsonl", jsonl({"text": None}) + GOOD, [("x#1", "no_text", '"text"'), "good"]),
    "text is a number": ("x.jsonl", jsonl({"text": 5}) + GOOD, [("x#1", "bad_text", "not a string"), "good"]),
    "text is empty": ("x.jsonl", jsonl({"text": ""}) + GOOD, [("x#1", "empty", "no text"), "good"]),
    "id is a list": ("x.jsonl", jsonl({"text": "a", "id": []}) + GOOD, [("x#1", "bad_id", "neither"), "good"]),
    "half a surrogate pair": ("x.jsonl", b'{"text":"a\\ud83d"}\n' + GOOD, [("x#1", "encoding", "U+D83D"), "good"]),
    "line is not utf-8": ("x.jsonl", b'{"text":"\xe0"}\n' + GOOD, [("x#1", "encoding", "0xe0"), "good"]),
    "deep nesting": ("x.jsonl", b"[" * 200_000 + b"\n" + GOOD, [("x#1", "bad_json", "line 1"), "good"]),
    "huge number": ("x.jsonl", b'{"text":' + b"9" * 5000 + b"}\n" + GOOD, [("x#1", "bad_json", "line 1"), "good"]),
    "jsonl of utf-16 cut off": ("x.jsonl", GOOD.decode().encode("utf-16")[:-1], [("x", "encoding", "not utf-16")]),
    "jsonl.gz cut off": ("x.jsonl.gz", damaged_gzip(GOOD), [("x", "unreadable", "gzip")]),
    "empty csv": ("x.csv", b"", [("x", "empty", "no header")]),
    "csv with a header only": ("x.csv", b"id,text\n", [("x", "empty", "no rows")]),
    "csv without text": ("x.csv", b"id,body\n1,a\n", [("x", "no_text", "id, body")]),
    "csv cell is empty": ("x.csv", b"id,text\n1,\ngood,a\n", [("1", "no_text", '"text"'), "good"]),
    "csv row too short": ("x.csv", b"id,text\n1\ngood,a\n", [("1", "no_text", '"text"'), "good"]),
    "csv row too long": ("x.csv", b"id,text\n1,a,b\ngood,a\n", [("x#1", "bad_csv", "3 fields"), "good"]),
    "csv quote left open": ("x.csv", b'id,text\ngood,a\n2,"b\n3,c\n', ["good", ("x#2", "bad_csv", "row 2")]),
    "csv row not utf-8": ("x.csv", b"id,text\n1,\xe0\ngood,a\n", [("1", "encoding", "0xe0"), "good"]),
    "csv of utf-16 cut off": ("x.csv", "text\nx\n".encode("utf-16")[:-1], [("x", "encoding", "not utf-16")]),
    "parquet that is none": ("x.parquet", b"PAR1 is not enough", [("x", "unreadable", "Parquet")]),
    "parquet without text": ("x.parquet", parquet_bytes({"body": ["a"]}), [("x", "no_text", "body")]),
    "parquet without rows": ("x.parquet", parquet_bytes({"text": []}), [("x", "empty", "no rows")]),
    "parquet of numbers": ("x.parquet", parquet_bytes({"text": [1]}), [("x#1", "bad_text", "not a string")]),
    "another kind": ("x.docx", b"PK", [("x.docx", "unknown_kind", ".parquet")]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_and_does_no_harm(tmp_path: Path, case: str) -> None:
    name, data, expected = BAD[case]
    path, beside = tmp_path / name, tmp_path / "beside.txt"
    path.write_bytes(data)
    beside.write_text("bên cạnh", encoding="utf-8")
    found = read(path, beside)
    assert isinstance(found[-1], Article)
    for item, wanted in zip(found[:-1], expected, strict=True):
        if isinstance(item, Article):
            assert item.id == wanted
            continue
        assert isinstance(wanted, tuple)
        assert (item.id, item.error) == wanted[:2]
        assert wanted[2] in item.message
        assert (item.stage, item.path) == ("read", path.as_posix())


def test_rows_before_the_damage_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    data = jsonl(*({"text": hashlib.sha256(bytes([number])).hexdigest()} for number in range(250)))
    path.write_bytes(gzip.compress(data)[:-2000])
    *before, last = read(path)
    assert 100 < len(before) < 250
    assert [item.id for item in before] == [f"x#{number}" for number in range(1, len(before) + 1)]
    assert isinstance(last, Failure)
    assert (last.id, last.error) == ("x", "unreadable")


def test_what_can_not_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("A", encoding="utf-8")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    found = read(tmp_path, tmp_path / "none.txt", tmp_path / "empty")
    assert [item.id if isinstance(item, Article) else item.error for item in found] == [
        "unreadable",
        "good",
        "not_found",
        "no_articles",
    ]


def test_a_name_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/b\xe0i.txt"
    try:
        Path(os.fsdecode(path)).write_text("A", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [article] = articles(tmp_path)
    assert article.id == "b\ufffdi"


@pytest.mark.parametrize("names", [[], ["none.txt"], ["empty"], ["empty", "x.docx"]])
def test_no_input_at_all_is_wrong_usage(tmp_path: Path, names: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no input"):
        read(*(tmp_path / name for name in names))


@pytest.mark.parametrize("pair", ["text", "text=", "=a", "body=a", ""])
def test_a_wrong_column_option_is_told(pair: str) -> None:
    with pytest.raises(InputError, match="NAME=COLUMN"):
        parse_columns([pair])


def test_columns_may_hold_an_equals_sign() -> None:
    assert parse_columns(["text=a=b", "id=x"]) == {"text": "a=b", "id": "x"}


# Dates of publication


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-06-21", "2025-06-21"),
        ("2025-6-1", "2025-06-01"),
        ("2025/06/21", "2025-06-21"),
        ("2025-06-21T11:30", "2025-06-21T11:30"),
        ("2025-06-21 11:30:05.123", "2025-06-21T11:30:05"),
        ("2025-06-21T11:30:00Z", "2025-06-21T11:30:00Z"),
        ("2025-06-21T11:30:00+0700", "2025-06-21T11:30:00+07:00"),
        ("2025-06-21T11:30:00.000+07:00", "2025-06-21T11:30:00+07:00"),
        ("21/06/2025 11:30", "2025-06-21T11:30"),
        (" 21/6/2025 ", "2025-06-21"),
        ("21-6-2025", "2025-06-21"),
        ("21.06.2025", "2025-06-21"),
        ("21/06/2025 - 7:05", "2025-06-21T07:05"),
        ("11:30, 21/06/2025", "2025-06-21T11:30"),
        ("11h30 ngày 21/06/2025", "2025-06-21T11:30"),
        ("Thứ bảy, 21/6/2025, 11:30 (GMT+7)", "2025-06-21T11:30+07:00"),
        ("Cập nhật lúc07:48, Thứ Sáu, 01/12/2017 (GMT+7)", "2017-12-01T07:48+07:00"),
        ("Sat, 21 Jun 2025 11:30:00 +0700", "2025-06-21T11:30:00+07:00"),
        (date(2025, 6, 21), "2025-06-21"),
        (datetime(2025, 6, 21, 11, 30), "2025-06-21T11:30:00"),
        ("2025-02-30", None),
        ("31/02/2025", None),
        ("21/13/2025", None),
        ("21/06/2025 25:30", None),
        ("21-06/2025", None),
        ("21/6", None),
        ("hôm qua", None),
        ("", None),
        (1750480200, None),
        (None, None),
        ("1" * 100_000, None),
    ],
)
def test_published(value: object, expected: str | None) -> None:
    assert parse_published(value) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["txt", "jsonl", "csv", "html"]),
    data=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.sampled_from(list(TABLES.values())).flatmap(
            lambda table: st.integers(0, len(table)).map(lambda at: table[:at] + b'"\x00{' + table[at:])
        ),
    ),
)
def test_no_bytes_break_reading(tmp_path: Path, kind: str, data: bytes) -> None:
    path = tmp_path / f"x.{kind}"
    path.write_bytes(data)
    found = read(path)
    assert found
    for item in found:
        if isinstance(item, Article):
            assert item.text.strip()
            (item.text + item.id + (item.title or "")).encode("utf-8")
        else:
            assert item.message.startswith(item.path)


def test_a_quote_that_is_not_closed_swallows_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nqextract.read.sources.LARGEST", 10_000)
    rows = [f"Ngày {number}" for number in range(2000)]
    rows[10] = '"Ngày 10'
    (tmp_path / "a.csv").write_text("text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = read(tmp_path / "a.csv")
    failures = [item for item in found if isinstance(item, Failure)]
    assert [failure.error for failure in failures] == ["bad_csv"]
    assert "not closed" in failures[0].message
    assert len(found) > 800


def test_a_connection_that_breaks_is_no_end_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec
    from fsspec.implementations.memory import MemoryFile

    rows = jsonl(*({"text": f"Ngày {number}"} for number in range(2000)))
    fsspec.filesystem("memory").pipe_file("/news/a.jsonl", rows)
    assert len(read("memory://news/a.jsonl")) == 2000
    whole = MemoryFile.read

    def broken(self: MemoryFile, size: int = -1) -> bytes:
        if self.tell() > 20_000:
            raise ConnectionResetError("connection reset by peer")
        return whole(self, size)

    monkeypatch.setattr(MemoryFile, "read", broken)
    with pytest.raises(BrokenOffError, match=r"memory://news/a\.jsonl: connection reset by peer"):
        read("memory://news/a.jsonl")
