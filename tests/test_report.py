"""The page over a run without a browser: what it is made from, what is refused, and that it stands alone."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from browsing import unpack
from nqextract.outputs import OutputError, read_failures, read_manifest, read_results
from nqextract.pages import Mark, Reference, cut, pack, render
from nqextract.pages.libraries import LIBRARIES
from nqextract.report import cli_report
from nqextract.report.page import charts, render_report
from nqextract.run import Settings, run
from nqextract.types import NqextractError

ARTICLE = (
    "Huyện Suối Trầm quán triệt nghị quyết\n\n"
    "Sáng 14/3/2024, Ban Thường vụ Huyện ủy Suối Trầm tổ chức hội nghị quán triệt Nghị quyết số 98-NQ/TW.\n"
)
PAGE = (
    "<!doctype html><html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
)


class Job:
    """A folder of articles, what a run made of it, and the page."""

    def __init__(self, place: Path) -> None:
        self.raw, self.out, self.page = place / "raw", place / "out", place / "report.html"
        self.raw.mkdir()

    def add(self, name: str, text: str = ARTICLE) -> None:
        (self.raw / name).write_text(text, encoding="utf-8")

    def run(self, **options: Any) -> None:
        run(Settings(inputs=(str(self.raw),), out=str(self.out), tagger="rules", **options))

    def report(self, *articles: str) -> Seen:
        assert cli_report(str(self.out), self.page, articles) == 0
        return Seen(self.page)


class Seen(HTMLParser):
    """A page's tags, its data, and its articles as they are unpacked."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.written = page.read_text(encoding="utf-8")
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._block = ""
        self.blocks: dict[str, str] = {}
        self.feed(self.written)
        self.records = json.loads(self.blocks["data"])["records"]
        self.failures = json.loads(self.blocks["data"])["failures"]
        self.articles = [unpack(packed) for packed in json.loads(self.blocks["articles"])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self._block = str(found.get("id")) if found.get("type") == "application/json" else ""

    def handle_endtag(self, tag: str) -> None:
        self._block = ""

    def handle_data(self, data: str) -> None:
        if self._block:
            self.blocks[self._block] = self.blocks.get(self._block, "") + data


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_a_row_says_what_the_record_says(job: Job) -> None:
    job.add("bai.txt")
    job.run()
    [row] = job.report().records
    assert (row["id"], row["from"], row["to"]) == ("bai#1", "2024-03-14", "2024-03-14")
    assert row["date"] == "Sáng ngày 14/3/2024"
    assert row["organizers"] == ["Ban Thường vụ Huyện ủy Suối Trầm"]
    assert row["documents"] == ["Nghị quyết số 98-NQ/TW"]
    assert row["title"] == "Huyện Suối Trầm quán triệt nghị quyết"  # a text has no title of its own: its first line


def test_ids_that_differ_in_white_space_alone_stay_apart(job: Job) -> None:
    rows = [{"id": id, "text": ARTICLE} for id in ("bai 1", "bai  1", "bai\n1")]
    (job.raw / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    job.run()
    assert len({row["id"] for row in job.report().records}) == 3


def test_the_page_stands_alone(job: Job) -> None:
    job.add("bai.txt")
    job.run()
    seen = job.report()
    policy = next(found["content"] for tag, found in seen.tags if found.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'; base-uri 'none'; form-action 'none'; ")
    for tag, found in seen.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert not {"src", "srcset", "action", "onclick", "onload"} & found.keys()
        assert (found.get("href") or "#").startswith("#")
    scripts = [found for tag, found in seen.tags if tag == "script" and "type" not in found]
    assert len(scripts) == str(policy).count("'sha256-") == 4


def test_the_policy_admits_just_the_scripts_of_the_page(job: Job) -> None:
    import base64
    import hashlib

    job.add("bai.txt")
    job.run()
    written = job.report().written
    scripts = re.findall(r"<script>(.*?)</script>", written, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in written


def test_same_run_same_page(job: Job, tmp_path: Path) -> None:
    job.add("bai.txt")
    job.run()
    first = job.report().written
    assert job.report().written == first


def test_texts_come_from_every_kind_of_input(job: Job) -> None:
    job.add("a.txt")
    job.add("b.html", PAGE.format("Huyện Suối Trầm học nghị quyết", ARTICLE.partition("\n\n")[2] * 3))
    (job.raw / "c.jsonl.gz").write_bytes(gzip.compress(json.dumps({"noi_dung": ARTICLE, "id": "c"}).encode()))
    job.run(columns={"text": "noi_dung"})
    seen = job.report()
    assert len(seen.articles) == 3
    assert all('class="v' in article or ' v"' in article for article in seen.articles)
    assert all("Nghị quyết số 98-NQ/TW" in article for article in seen.articles)


def test_a_text_that_is_gone_or_has_changed(job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        job.add(f"{name}.txt", f"{ARTICLE}\n{name}")
    job.run()
    kept = job.raw.rename(tmp_path / "kept")
    seen = job.report()
    assert "3 of 3 articles with records are shown without their text, which was not found" in capsys.readouterr().err
    assert all("Không có văn bản" in article and "Nghị quyết số 98-NQ/TW" in article for article in seen.articles)
    assert not any("href=" in article for article in seen.articles)  # there is nothing to go to
    (kept / "b.txt").write_text(ARTICLE + "Sửa.", encoding="utf-8")
    seen = job.report(str(kept))
    assert "1 of 3 articles with records are shown without their text, which has changed" in capsys.readouterr().err
    assert ["Không có văn bản" in article for article in seen.articles] == [False, True, False]


def test_a_text_is_known_wherever_it_lies_now(job: Job, tmp_path: Path) -> None:
    (job.raw / "2024").mkdir()
    job.add("2024/a.txt")
    job.run()
    (job.raw / "2024").rename(tmp_path / "moved")
    assert "Không có văn bản" not in job.report(str(tmp_path / "moved")).articles[0]


@pytest.mark.parametrize("name", ["raw/a.txt", "out/records.jsonl", "out/gone/page.html"])
def test_a_page_replaces_a_page_only(job: Job, name: str) -> None:
    job.add("a.txt")
    job.run()
    place = job.raw.parent / name
    before = place.read_bytes() if place.exists() else None
    with pytest.raises(NqextractError, match=re.escape(str(place))):
        cli_report(str(job.out), place)
    assert (place.read_bytes() if place.exists() else None) == before


def test_documents_that_are_written_in_several_ways_are_one(job: Job) -> None:
    for name, number in (("a", "98-NQ/TW"), ("b", "98 - NQ / TW"), ("c", "98-NQ/TW")):
        job.add(f"{name}.txt", ARTICLE.replace("98-NQ/TW", number))
    job.run()
    assert [row["documents"] for row in job.report().records] == [["Nghị quyết số 98-NQ/TW"]] * 3


def test_the_source_is_a_link_where_it_is_an_address(job: Job) -> None:
    urls = ["https://example.org/a?b=1&c=<d>", "javascript:alert(1)", "//x", None]
    rows = [{"id": str(place), "text": ARTICLE, "url": url} for place, url in enumerate(urls)]
    job.add("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    job.run()
    articles = job.report().articles
    assert 'href="https://example.org/a?b=1&amp;c=&lt;d&gt;"' in articles[0]
    assert not any("nguồn" in article or "javascript" in article for article in articles[1:])


def test_the_name_of_a_missing_text_does_not_steer_the_terminal(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.add("a\x1b[31m.txt")
    job.run()
    (job.raw / "a\x1b[31m.txt").unlink()
    capsys.readouterr()
    job.report()
    assert "\x1b" not in capsys.readouterr().err


def test_failures_are_listed(job: Job) -> None:
    job.add("a.txt")
    job.add("b.txt", " ")
    job.run()
    seen = job.report()
    [failure] = seen.failures
    assert (failure["id"], failure["stage"], failure["error"]) == ("b", "read", "empty")
    assert "<code>read: empty</code> 1" in seen.written


def test_a_run_without_records(job: Job) -> None:
    job.add("a.txt", "Trời mưa ở Suối Trầm.")
    job.run()
    assert job.report().records == []
    assert len(list(read_results(str(job.out)))) == 1
    assert list(read_results(str(job.out), with_records=True)) == []


def test_numbers_are_written_as_in_vietnamese() -> None:
    page = render_report({"counts": {"articles": 1234567}}, [], {}, [])
    assert "<b>1.234.567</b> bài báo" in page


def test_control_characters_stay_out(job: Job) -> None:
    text = ARTICLE + "Xong\x07 rồi\u202e\u061c."
    (job.raw / "a.jsonl").write_text(json.dumps({"id": "a\x1b[31m", "text": text}), encoding="utf-8")
    job.run()
    seen = job.report()
    assert [result.id for result in read_results(str(job.out))]
    for harmful in ("\x07", "\x1b", "\u202e", "\u061c"):
        assert harmful not in seen.written
        assert not any(harmful in article for article in seen.articles)


def test_what_is_no_output_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"there is no manifest\.json"):
        cli_report(str(tmp_path), tmp_path / "r.html")
    with pytest.raises(OutputError, match=r"nowhere"):
        list(read_results(str(tmp_path / "nowhere")))


DAMAGED = [
    ("articles.jsonl", "{", r"articles\.jsonl, line 1"),
    (
        "articles.jsonl",
        '{"schema_version": "9.0"}',
        r"articles\.jsonl, line 1: its schema_version is '9\.0', this version of nqextract reads '1\.0'",
    ),
    ("articles.jsonl", "[1]", r"articles\.jsonl, line 1"),
    ("errors.jsonl", '{"id": "a"}', r"errors\.jsonl, line 1"),
    ("manifest.json", "[]", r"manifest\.json: not the manifest"),
    ("manifest.json", '{"schema_version": "9.0"}', r"manifest\.json: its schema_version is '9\.0'"),
]


@pytest.mark.parametrize(("name", "content", "says"), DAMAGED)
def test_a_damaged_output_is_refused_by_name(job: Job, name: str, content: str, says: str) -> None:
    job.add("a.txt")
    job.run()
    (job.out / name).write_text(content, encoding="utf-8")
    with pytest.raises(OutputError, match=says):
        job.report()
    assert not job.page.exists()


def test_results_are_read_as_they_were_written(job: Job) -> None:
    job.add("a.txt")
    job.run()
    [result] = read_results(str(job.out))
    assert json.loads((job.out / "articles.jsonl").read_text(encoding="utf-8")) == json.loads(
        result.model_dump_json(exclude={"text"})
    )
    assert list(read_results(str(job.out), with_records=True)) == [result]
    assert read_manifest(str(job.out))["counts"]["records"] == 1
    assert list(read_failures(str(job.out))) == []


def test_pieces_are_the_text_again() -> None:
    text = "0123456789"
    marks = [
        Mark(2, 8, "a", "outer", "A"),
        Mark(4, 6, "b", "inner", reference=Reference("slot", "B", "to B"), anchor="t4"),
        Mark(6, 8, "c", "second"),
        Mark(9, 12, "d", "past the end"),
        Mark(5, 5, "e", "empty"),
    ]
    pieces = cut(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.classes, piece.label) for piece in pieces] == [
        ("01", "", ""),
        ("23", "a", ""),
        ("45", "a b", ""),
        ("67", "a c", "A"),
        ("89", "", ""),
    ]
    assert (pieces[2].id, pieces[2].targets, pieces[2].references) == ("t4", "slot", (Reference("slot", "B", "to B"),))
    assert cut("", marks) == []


def test_every_library_says_whose_it_is() -> None:
    for name, library in LIBRARIES.items():
        assert len(library()) > 50_000, name
    assert "DataTables" in LIBRARIES["datatables.js"]()
    assert "license" in LIBRARIES["datatables.js"]().lower()


def test_charts_are_of_one_version_and_named_for_readers() -> None:
    found = charts()
    assert found.pop("most") == 15
    assert {chart["$schema"] for chart in found.values()} == {"https://vega.github.io/schema/vega-lite/v6.json"}
    assert all(chart["description"] for chart in found.values())


def test_a_name_that_a_template_does_not_get_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        render("fragment")


def test_packed_text_is_smaller_and_comes_back() -> None:
    text = "Hội nghị quán triệt 😀 " * 100
    assert unpack(pack(text)) == text
    assert len(pack(text)) < len(text)
