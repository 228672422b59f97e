"""What people see: sentences from slots, the terminal, the page; nothing of a text is taken for markup."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console

from nqextract.pipeline import Pipeline
from nqextract.records import (
    ArticleResult,
    Chair,
    DateSlot,
    Document,
    DocumentKey,
    Entity,
    Evidence,
    Organizer,
    Participants,
    PersonOut,
    PersonTitleOut,
    Place,
    Presenter,
    Record,
    Venues,
)
from nqextract.show import cli_show, describe, render_html, render_terminal, render_tokens
from nqextract.types import LABELS

TEXT = """Suối Trầm <script>alert(1)</script> & "học"

Sáng 14/3/2024, Huyện ủy Suối Trầm tổ chức hội nghị [bold]quán triệt[/bold] Nghị quyết số 98-NQ/TW.
Đồng chí Mạc Như Thổ\x1b[31m chủ trì\x07, 1.200 đại biểu dự \u202eở 14 điểm cầu [/]."""


def at(piece: str) -> Evidence:
    start = TEXT.index(piece)
    return Evidence(start=start, end=start + len(piece), text=piece)


def entity(label: Any, piece: str, norm: Any = None) -> Entity:
    return Entity(label=label, **at(piece).model_dump(), norm=norm)


def date(edtf: str, part: Any = None, inferred: bool = False) -> DateSlot:
    evidence = [at("Sáng 14/3/2024")]
    return DateSlot(edtf=edtf, start=None, end=None, part_of_day=part, year_inferred=inferred, evidence=evidence)


def document(number: str | None, meeting: str | None = None, **more: Any) -> Document:
    more = {"type": "resolution", "issuer": None, "issued": None, "subject": None, **more}
    return Document(number=number, meeting=meeting, evidence=[at("Nghị quyết số 98-NQ/TW")], **more)


def record(**slots: Any) -> Record:
    empty: dict[str, Any] = {
        "record_id": "bai#1",
        "article_id": "bai",
        "main": True,
        "name": None,
        "date": None,
        "organizers": [],
        "documents": [],
        "participants": None,
        "venues": None,
        "format": None,
        "chairs": [],
        "presenters": [],
        "place": None,
    }
    return Record(**{**empty, **slots})


def full() -> Record:
    who = [at("Mạc Như Thổ")]
    return record(
        name=at("hội nghị [bold]quán triệt[/bold] Nghị quyết số 98-NQ/TW"),
        date=date("2024-03-14", "morning"),
        organizers=[
            Organizer(
                name="Huyện ủy <b>Suối Trầm</b>", text="Huyện ủy Suối Trầm", province=None, evidence=[at("Huyện ủy")]
            )
        ],
        documents=[document("98-NQ/TW", issuer="Bộ Chính trị", issued="2024-02", subject="việc <i>học</i>")],
        participants=Participants(
            value=1200, qualifier="over", unit="đại biểu", invited=None, evidence=[at("1.200 đại biểu")]
        ),
        venues=Venues(value=14, qualifier="exact", unit="điểm cầu", evidence=[at("14 điểm cầu")]),
        format="hybrid",
        chairs=[Chair(name="Mạc Như Thổ", titles=["Bí thư [red]Huyện ủy[/red]"], evidence=who)],
        presenters=[
            Presenter(
                name="Mạc Như Thổ",
                titles=[],
                documents=[DocumentKey(type="resolution", number="98-NQ/TW")],
                evidence=who,
            )
        ],
        place=Place(text="Suối Trầm", evidence=[at("Suối Trầm")]),
    )


def result(*records: Record) -> ArticleResult:
    return ArticleResult(
        id="bai",
        path="bai.txt",
        sha256="0",
        title="Suối Trầm <script>alert(1)</script> [bold]học[/bold]\x1b]0;x\x07",
        published=None,
        outlet=None,
        entities=[
            entity("DATE", "Sáng 14/3/2024", "2024-03-14"),
            entity("ORG", "Huyện ủy Suối Trầm", '"><script>x</script>'),
            entity("DOC", "Nghị quyết số 98-NQ/TW", DocumentKey(type="resolution", number="98-NQ/TW")),
            entity("PERSON", "Mạc Như Thổ", "Mạc Như Thổ"),
        ],
        people=[
            PersonOut(
                name="Mạc Như Thổ",
                titles=[PersonTitleOut(text="Bí thư [red]Huyện ủy[/red]", organisation=None)],
                mentions=[],
            )
        ],
        records=list(records),
    )


@pytest.mark.parametrize(
    ("slots", "expect"),
    [
        ({}, "Diễn ra hội nghị."),
        ({"date": date("2024-03-14")}, "Ngày 14/3/2024, diễn ra hội nghị."),
        ({"date": date("2024-03-14", "afternoon")}, "Chiều ngày 14/3/2024, diễn ra hội nghị."),
        ({"date": date("2017-11-29/2017-11-30")}, "Từ ngày 29/11/2017 đến 30/11/2017, diễn ra hội nghị."),
        ({"date": date("2024-04")}, "Tháng 4/2024, diễn ra hội nghị."),
        ({"date": date("XXXX-12-07")}, "Ngày 7/12, diễn ra hội nghị."),
        ({"format": "online"}, "Diễn ra hội nghị trực tuyến."),
        (
            {"documents": [document("98"), document(None, "plenum:6:XIII"), document("07", type="plan")]},
            "Diễn ra hội nghị về Nghị quyết số 98, Nghị quyết Hội nghị Trung ương 6, khóa XIII và Kế hoạch số 07.",
        ),
        ({"documents": [document(None, "plenum:8:")]}, "Diễn ra hội nghị về Nghị quyết Hội nghị Trung ương 8."),
        (
            {"documents": [document(None, "congress:XIII")]},
            "Diễn ra hội nghị về Nghị quyết Đại hội lần thứ XIII của Đảng.",
        ),
        (
            {"documents": [document(None, "congress:XX:tỉnh Bắc Ninh")]},
            "Diễn ra hội nghị về Nghị quyết Đại hội lần thứ XX, tỉnh Bắc Ninh.",
        ),
        (
            {"documents": [document(None, "session:extra-9:XV", type="law")]},
            "Diễn ra hội nghị về Luật Kỳ họp bất thường lần thứ 9, Quốc hội khóa XV.",
        ),
        (
            {
                "participants": Participants(
                    value=2838, qualifier="exact", unit="cán bộ", invited=2870, evidence=[at("1.200")]
                )
            },
            "Diễn ra hội nghị. 2.838/2.870 cán bộ tham dự.",
        ),
        (
            {"venues": Venues(value=600, qualifier="under", unit="điểm cầu", evidence=[at("14")])},
            "Diễn ra hội nghị. Có gần 600 điểm cầu.",
        ),
    ],
)
def test_describe(slots: dict[str, Any], expect: str) -> None:
    assert describe(record(**slots)) == expect


def test_describe_everything() -> None:
    assert describe(full()) == (
        "Sáng ngày 14/3/2024, Huyện ủy <b>Suối Trầm</b> tổ chức hội nghị [bold]quán triệt[/bold] Nghị quyết số 98-NQ/TW"
        " tại Suối Trầm (văn bản: Nghị quyết số 98-NQ/TW). Hình thức: trực tiếp kết hợp trực tuyến."
        " Hơn 1.200 đại biểu tham dự tại 14 điểm cầu. Chủ trì: Mạc Như Thổ (Bí thư [red]Huyện ủy[/red])."
        " Truyền đạt: Mạc Như Thổ: Nghị quyết số 98-NQ/TW."
    )


def terminal(*records: Record, color: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=color, color_system="truecolor" if color else None)
    render_terminal(result(*records), TEXT, console)
    return out.getvalue()


def test_terminal_takes_nothing_for_markup() -> None:
    shown = terminal(full(), color=False)
    assert "[bold]quán triệt[/bold]" in shown
    assert "Bí thư [red]Huyện ủy[/red]" in shown
    assert "<script>alert(1)</script>" in shown
    assert "[PERSON: Mạc Như Thổ]" in shown
    assert "[DOC: Nghị quyết số 98-NQ/TW]" in shown
    assert "14 điểm cầu [/]." in shown


@pytest.mark.parametrize("color", [True, False])
def test_terminal_is_not_steered_by_the_text(color: bool) -> None:
    shown = terminal(full(), color=color)
    for harmful in ("\x1b[31m chủ trì", "\x1b]0;", "\x07", "\u202e"):
        assert harmful not in shown
    assert "␛[31m chủ trì␇" in shown


def test_terminal_colours_spans() -> None:
    shown = terminal(full(), color=True)
    assert "\x1b[1;32mMạc Như Thổ\x1b[0m" in shown
    assert "[PERSON:" not in shown


def test_terminal_without_records() -> None:
    assert "Không có bản ghi" in terminal(color=False)


class Reader(HTMLParser):
    """Collects the tags with their attributes, and the text of the article."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.depth = 0
        self.article = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "div" and dict(attrs).get("class") == "text":
            self.depth = 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.article += data


def page(*records: Record) -> tuple[str, Reader]:
    html = render_html(result(*records), TEXT)
    reader = Reader()
    reader.feed(html)
    return html, reader


def test_page_is_self_contained() -> None:
    html, reader = page(full())
    assert html.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": "vi"}) in reader.tags
    assert "script" not in {tag for tag, _ in reader.tags}
    for _, attributes in reader.tags:
        assert not attributes.keys() & {"src", "srcset", "onclick", "onload"}
        assert (attributes.get("href") or "#").startswith("#")
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html


def test_page_escapes_and_keeps_the_text() -> None:
    html, reader = page(full())
    assert reader.article == TEXT.translate({0x1B: "␛", 0x07: "␇", 0x202E: "\ufffd"})
    assert "<b>" not in html
    assert "<i>" not in html
    assert "\x1b" not in html


def test_page_marks_entities_and_evidence() -> None:
    _, reader = page(full())
    labels = {name for tag, attributes in reader.tags if tag == "span" for name in (attributes.get("data-label"),)}
    assert set(LABELS) - {"TITLE"} <= labels  # there is none in the text


def test_page_links_slots_and_evidence_both_ways() -> None:
    _, reader = page(full())
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    to = [str(attributes["href"])[1:] for tag, attributes in reader.tags if attributes.get("class") == "to"]
    back = [str(attributes["href"])[1:] for tag, attributes in reader.tags if attributes.get("class") == "ref"]
    assert len(to) >= 9 and len(back) >= 9
    assert set(to) | set(back) <= set(ids)
    slots = {str(attributes["id"]) for tag, attributes in reader.tags if tag == "tr" and "id" in attributes}
    assert set(back) == slots - {"r1-7"}  # the format has no evidence
    held = [str(attributes["data-slots"]).split() for _, attributes in reader.tags if "data-slots" in attributes]
    assert {slot for slots in held for slot in slots} == set(back)


def test_page_without_records_or_entities() -> None:
    html = render_html(result().model_copy(update={"entities": [], "people": []}), "")
    assert "Không có bản ghi" in html


LAYERS = {
    "id": "bai",
    "segmenter": "pyvi",
    "sentences": [{"start": 0, "end": 9, "tokens": [[0, 4], [5, 9]], "words": [[0, 9]]}],
}


def test_tokens() -> None:
    out = io.StringIO()
    render_tokens(LAYERS, TEXT, Console(file=out, width=80, color_system=None))
    assert "Suối_Trầm  [2 âm tiết]" in out.getvalue()
    assert '<span class="w">Suối Trầm</span>' in render_html(result(), TEXT, LAYERS)


def test_every_label_has_a_style_and_a_name() -> None:
    from nqextract.lexicon import rows
    from nqextract.show.terminal import STYLES
    from nqextract.wording import words

    looks = {row["label"]: row["background"] for row in rows("label_looks")}
    page = render_html(result(), TEXT)
    for label in LABELS:
        assert label in STYLES
        assert f".{label} {{ background: {looks[label]}; }}" in page
        assert words("label")[label]


ARTICLE = """Huyện Suối Trầm quán triệt nghị quyết

Sáng 14/3/2024, Ban Thường vụ Huyện ủy Suối Trầm tổ chức hội nghị quán triệt Nghị quyết số 98-NQ/TW.
"""


def test_cli_show(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "bai.txt"
    source.write_text(ARTICLE, encoding="utf-8")
    assert cli_show(str(source), Pipeline(), tokens=True, segmenter="none") == 0
    shown = capsys.readouterr().out
    assert "bai#1" in shown
    assert "[DOC: Nghị quyết số 98-NQ/TW]" in shown
    assert "quán | triệt" in shown
    target = tmp_path / "bai.html"
    assert cli_show(str(source), Pipeline(), html=target) == 0
    assert capsys.readouterr().out == ""
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
