"""The pages in a headless Chromium, on records of data/raw and on a hostile run; skipped where there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from browsing import DESKTOP, PHONE, Page, browser, chromium
from nqextract.cli import main
from nqextract.records import Record
from nqextract.wording import slot_rows

ROOT = Path(__file__).parent.parent
RAW = ROOT / "data/raw"
CHROMIUM = chromium()


def nqextract(*arguments: str | Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["nqextract", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0)


class Pages(NamedTuple):
    browser: Any
    report: Path
    records: list[Record]
    hostile: Path
    spans: Path
    evaluation: Path
    article: Path

    def open(self, file: Path, size: dict[str, int] = DESKTOP, fragment: str = "") -> Page:
        return Page(self.browser, file, size, fragment)


HOSTILE = (
    'Sáng 14/3/2024, Huyện ủy <img src=x onerror="window.hacked=1"> Suối Trầm </script><script>window.hacked=1</script>'
    ' tổ chức hội nghị quán triệt Nghị quyết số 98-NQ/TW \u202e‘"&amp;\u2066. Đồng chí Mạc Như Thổ, Bí thư Huyện ủy'
    " </textarea><b>chủ trì</b>. Hơn 1.200 đại biểu dự."
)
HOSTILE_TITLE = "</title><script>window.hacked=1</script> \u202e<img src=x onerror=alert(1)> R&D"


def hostile_input(folder: Path) -> Path:
    rows = [
        {"id": 'a"><script>window.hacked=1</script>', "text": HOSTILE, "title": HOSTILE_TITLE},
        {"id": "b%00%zz#&lt;", "text": HOSTILE, "outlet": "<b>Báo</b>"},
        {"id": 'a"><script>window.hacked=1</script>', "text": HOSTILE},  # an id that was there
        {"id": "<img src=x onerror=alert(2)>", "text": " "},
    ]
    path = folder / "<b onclick=alert(3)>.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def spans_input(folder: Path) -> Path:
    """Conferences within a month and over the end of one, on documents of which one is called as another begins."""
    held = (("Ngày 3/6/2024", "7"), ("Từ ngày 30/5 đến ngày 2/6/2024", "70"), ("Tháng 7/2024", "7"))
    text = "{}, Huyện ủy Suối Trầm tổ chức hội nghị quán triệt Kết luận số {} của Trung ương."
    rows = [{"id": str(number), "text": text.format(*told)} for number, told in enumerate(held)]
    path = folder / "spans.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with browser(CHROMIUM) as opened:
        folder = tmp_path_factory.mktemp("pages")
        assert nqextract("run", RAW, "-o", folder / "run", "--workers", "1") == 0
        assert nqextract("run", RAW, "-o", folder / "rules", "--workers", "1", "--tagger", "rules") == 0
        assert nqextract("report", folder / "run", "-o", folder / "report.html") == 0
        assert nqextract("run", hostile_input(folder), "-o", folder / "bad", "--workers", "1") == 1
        assert nqextract("report", folder / "bad", "-o", folder / "hostile.html") == 0
        assert nqextract("run", spans_input(folder), "-o", folder / "few", "--workers", "1") == 0
        assert nqextract("report", folder / "few", "-o", folder / "spans.html") == 0
        article = RAW / "huyen-tien-phuoc-tin-ngan.txt"
        assert nqextract("show", article, "--html", folder / "article.html") == 0
        compared = ("--answers", folder / "run", "--compare", folder / "rules", "--report", folder / "evaluation.html")
        assert nqextract("evaluate", ROOT / "data/gold/independent", "--articles", RAW, *compared) == 0
        lines = (folder / "run/records.jsonl").read_bytes().splitlines()
        yield Pages(
            opened,
            folder / "report.html",
            [Record.model_validate_json(record) for record in lines],
            folder / "hostile.html",
            folder / "spans.html",
            folder / "evaluation.html",
            folder / "article.html",
        )


@pytest.fixture(scope="module")
def open_report(pages: Pages) -> Iterator[Page]:
    page = pages.open(pages.report)
    yield page
    page.close()


@pytest.fixture
def report(open_report: Page) -> Iterator[Page]:
    yield open_report
    open_report.rest()


def count(page: Page) -> int:
    """How many records the filters leave, as the page says it."""
    said = page.texts("#records_info")[0]
    return 0 if said.startswith("Không") else int(said.split(" trong ")[1].split()[0].replace(".", ""))


def dates(record: Record) -> tuple[str, str] | None:
    if record.date is None or record.date.start is None:
        return None
    return record.date.start, record.date.end or record.date.start


def test_all_records_are_there(report: Page, pages: Pages) -> None:
    assert count(report) == len(pages.records) >= 100
    assert len(report.texts("#records tbody tr")) == 25
    assert report.texts(".figures b")[2] == str(len(pages.records))


def test_search_knows_no_case_and_no_marks(report: Page, pages: Pages) -> None:
    report.tab.fill("[name=query]", "dak lak")
    report.settle()
    assert 0 < count(report) < len(pages.records)
    assert all("đắk lắk" in row.lower() for row in report.texts("#records tbody tr"))
    report.tab.fill("[name=query]", "chữ mà không bài nào có")
    report.settle()
    assert count(report) == 0
    report.tab.click("button[type=reset]")
    report.settle()
    assert count(report) == len(pages.records)


def test_filter_by_date(report: Page, pages: Pages) -> None:
    report.tab.fill("[name=from]", "2012-03-15")
    report.tab.fill("[name=to]", "2018-12-31")
    report.settle()
    known = [found for found in map(dates, pages.records) if found]
    wanted = [(first, last) for first, last in known if first <= "2018-12-31" and last >= "2012-03-15"[: len(last)]]
    assert count(report) == len(wanted)
    assert 0 < len(wanted) < len(known)


def test_filter_by_province_organiser_document_participants(report: Page, pages: Pages) -> None:
    def expect(**filters: str) -> int:
        report.tab.click("button[type=reset]")
        for name, value in filters.items():
            field = report.tab.locator(f"[name={name}]")
            field.select_option(value) if name == "province" else field.fill(value)
        report.settle()
        return count(report)

    province = next(body.province for record in pages.records for body in record.organizers if body.province)
    assert expect(province=province) == sum(
        any(body.province == province for body in record.organizers) for record in pages.records
    )
    assert expect(organizer="tinh uy") == sum(
        any("tỉnh ủy" in body.name.lower().replace("uỷ", "ủy") for body in record.organizers)
        for record in pages.records
    )
    number = next(document.number for record in pages.records for document in record.documents if document.number)
    assert expect(document=number.lower()) == sum(
        any(number in (document.number or "") for document in record.documents) for record in pages.records
    )
    crowds = [record.participants.value for record in pages.records if record.participants]
    assert expect(least="300") == sum(crowd >= 300 for crowd in crowds)
    assert expect(least="100", most="300") == sum(100 <= crowd <= 300 for crowd in crowds)
    assert expect(most="100") == sum(crowd <= 100 for crowd in crowds)


def test_only_main_conferences(report: Page, pages: Pages) -> None:
    report.tab.check("[name=main]")
    report.settle()
    assert count(report) == sum(record.main for record in pages.records) < len(pages.records)


def test_sort(pages: Pages) -> None:
    report = pages.open(pages.report)
    header = report.tab.locator("#records thead th", has_text="Người dự").locator("[role=button]")
    header.click()
    header.click()
    most = max(record.participants.value for record in pages.records if record.participants)
    assert f"{most:,}".replace(",", ".") in report.texts("#records tbody tr")[0]
    assert report.tab.locator("#records thead th[aria-sort=descending]").inner_text().startswith("Người dự")
    report.close()


def test_charts_follow_the_filters(report: Page) -> None:
    bars = report.tab.locator("#by-document svg .mark-rect.role-mark path")
    all_bars = bars.count()
    assert all_bars == 15
    assert report.tab.locator("#timeline svg .mark-rect.role-mark path").count() > 20
    report.tab.fill("[name=query]", "Mường Tè")
    report.settle()
    assert 0 < bars.count() < all_bars


def test_a_bar_is_a_filter(report: Page, pages: Pages) -> None:
    bar = report.tab.locator("#provinces svg .mark-rect.role-mark path").first
    bar.click()
    report.settle()
    province = report.tab.locator("[name=province]").input_value()
    assert province
    assert count(report) == sum(any(b.province == province for b in record.organizers) for record in pages.records)
    report.tab.click("button[type=reset]")
    report.settle()
    report.tab.locator("#timeline svg .mark-rect.role-mark path").first.click()
    report.settle()
    assert report.tab.locator("[name=from]").input_value()[-3:] == "-01"
    assert 0 < count(report) < len(pages.records)


BARS = "#{} svg .mark-rect.role-mark path"


def test_a_bar_counts_what_it_filters(pages: Pages) -> None:
    page = pages.open(pages.spans)
    found: dict[str, list[int]] = {}
    for chart in ("timeline", "by-document"):
        bars = page.tab.locator(BARS.format(chart))
        for place in range(bars.count()):
            bar = bars.nth(place)
            bar.hover()
            page.tab.wait_for_selector("#vg-tooltip-element.visible")
            number = int(page.texts("#vg-tooltip-element")[0].split()[-1])
            bar.click()
            page.settle()
            assert count(page) == number
            found.setdefault(chart, []).append(number)
            page.tab.click("button[type=reset]")
            page.settle()
    assert {chart: sorted(numbers) for chart, numbers in found.items()} == {
        "timeline": [1, 1, 2],
        "by-document": [1, 2],
    }
    page.close()


def test_bars_of_many_years_can_be_seen_on_a_phone(pages: Pages) -> None:
    page = pages.open(pages.report, PHONE)
    bars = page.tab.locator(BARS.format("timeline")).evaluate_all(
        "(bars) => bars.map((bar) => bar.getBoundingClientRect().width)"
    )
    assert len(bars) > 20 and min(bars) >= 2.9
    page.close()


def test_what_a_cell_holds_stands_in_one_column_on_a_phone(pages: Pages) -> None:
    page = pages.open(pages.report, PHONE)
    passing = page.tab.locator("#records td.date:has(.meta)").first
    link, said = passing.locator("a").bounding_box(), passing.locator(".meta").bounding_box()
    assert link and said and said["x"] >= link["x"]
    page.close()


def test_the_row_that_was_opened_last_is_the_one_shown(report: Page, pages: Pages) -> None:
    first, last = pages.records[0].record_id, pages.records[-1].record_id
    report.tab.evaluate(
        """async ([first, last]) => {
            const unpack = Viewer.unpack;
            let calls = 0;
            Viewer.unpack = async (packed) => {
                if (!calls++) await new Promise((done) => setTimeout(done, 300));
                return unpack(packed);
            };
            for (const id of [first, last]) {
                location.hash = Viewer.address(id);
                await new Promise((done) => setTimeout(done, 50));
            }
        }""",
        [first, last],
    )
    report.tab.wait_for_selector("dialog[open] .record")
    report.tab.wait_for_timeout(500)
    assert report.texts("#viewer-meta") == [last]
    assert last in report.texts("#viewer-body .id")


LIT = """(slots) => Object.fromEntries(slots.map((slot) => [slot, [...document.querySelectorAll(
    `#viewer-body [data-slots~="${slot}"]`)].map((piece) => piece.textContent).join("|")]))"""


def test_the_evidence_of_every_slot_is_marked_at_its_words(report: Page, pages: Pages) -> None:
    seen = 0
    for record in pages.records:
        report.tab.evaluate("(id) => { location.hash = '#' + encodeURIComponent(id); }", record.record_id)
        report.tab.wait_for_function(
            "(id) => document.getElementById('viewer-meta').textContent === id", arg=record.record_id
        )
        number = record.record_id.rpartition("#")[2]
        slots = {f"r{number}-{place}": row for place, row in enumerate(slot_rows(record), start=1)}
        marked = report.tab.evaluate(LIT, list(slots))
        for slot, row in slots.items():
            spans: dict[int, str] = {}  # of pieces of evidence that overlap, every character once
            for piece in row.evidence:
                spans.update({piece.start + at: char for at, char in enumerate(piece.text)})
            expected = "".join(char for _, char in sorted(spans.items()))
            assert marked[slot].replace("|", "") == expected, (record.record_id, row.slot)
            seen += bool(expected)
    assert seen > 500


def test_slot_and_evidence_lead_to_each_other(report: Page) -> None:
    report.tab.locator("#records tbody tr").first.click()
    report.tab.wait_for_selector("dialog[open] .record")
    address = report.tab.url
    link = report.tab.locator("#viewer-body a.to").nth(1)
    quote = link.inner_text().strip("“”")
    link.click()
    lit = report.tab.locator("#viewer-body .text .lit").first
    assert lit.inner_text().startswith(quote[:20].removesuffix("…"))
    assert lit.evaluate("(node) => node === document.activeElement")
    back = report.tab.locator("#viewer-body .text .ref").first
    slot = back.get_attribute("href")
    back.click()
    assert report.tab.locator(f"#viewer-body {slot}.lit").count() == 1
    assert report.tab.url == address  # a link inside the article leaves the page's address alone


def test_keyboard_alone(report: Page) -> None:
    link = report.tab.locator("#records tbody a").nth(2)
    link.focus()
    report.tab.keyboard.press("Enter")
    report.tab.wait_for_selector("dialog[open] .record")
    first = report.texts("#viewer-meta")[0]
    report.tab.locator("#viewer-after").focus()
    report.tab.keyboard.press("Enter")
    report.tab.wait_for_function("(id) => document.getElementById('viewer-meta').textContent !== id", arg=first)
    report.tab.locator("#viewer-before").focus()
    report.tab.keyboard.press("Enter")
    report.tab.wait_for_function("(id) => document.getElementById('viewer-meta').textContent === id", arg=first)
    report.tab.keyboard.press("Escape")
    report.tab.wait_for_selector("dialog:not([open])", state="attached")
    assert link.evaluate("(node) => node === document.activeElement")


def test_an_open_article_is_printed_whole_and_alone(pages: Pages) -> None:
    longest = max(pages.records, key=lambda record: len(record.model_dump_json()))
    page = pages.open(pages.report, fragment="#" + longest.record_id.replace("#", "%23"))
    page.tab.wait_for_selector("dialog[open] .record")
    page.tab.emulate_media(media="print")
    assert not page.tab.locator("main").is_visible()
    assert not page.tab.locator("dialog nav").is_visible()
    shown, whole = page.tab.evaluate(
        "[...document.querySelectorAll('#viewer-body, #viewer-body .text')]"
        ".map((e) => e.getBoundingClientRect().bottom)"
    )
    assert shown >= whole > 900  # nothing of it is cut off, though it is longer than the window
    page.close()


def test_an_address_opens_its_record(pages: Pages) -> None:
    record = pages.records[40]
    page = pages.open(pages.report, fragment="#" + record.record_id.replace("#", "%23"))
    page.tab.wait_for_selector("dialog[open] .record")
    assert page.texts("#viewer-meta") == [record.record_id]
    for fragment, unknown in (("", False), ("#nothing", True), ("#%zz", False), ("#none", True), ("#failed", False)):
        page.tab.goto(page.address + fragment)
        page.tab.wait_for_selector("dialog:not([open])", state="attached")
        assert page.tab.locator("#unknown").is_visible() is unknown
    page.close()


def test_what_a_text_says_is_text(pages: Pages) -> None:
    page = pages.open(pages.hostile)
    assert HOSTILE_TITLE.replace("\u202e", "\ufffd") in page.texts("#records tbody")[0]
    assert "<b onclick=alert(3)>.jsonl" in page.texts("h1")[0]
    assert "<img src=x onerror=alert(2)>" in page.texts("#failures tbody")[0]
    page.tab.locator("#records tbody tr").first.click()
    page.tab.wait_for_selector("dialog[open] .record")
    shown = page.tab.locator("#viewer-body .text").text_content()
    assert shown == HOSTILE.replace("\u202e", "\ufffd").replace("\u2066", "\ufffd")
    assert page.tab.locator("#viewer-body :is(script, img, b, textarea)").count() == 0
    assert page.tab.evaluate("window.hacked") is None
    page.close()


def test_what_looks_like_markup_is_found_as_it_is_written(pages: Pages) -> None:
    page = pages.open(pages.hostile)
    for words in ("onerror=alert(1)", "R&D"):
        page.tab.fill("[name=query]", words)
        page.settle()
        assert count(page) == 1, words
    page.close()


def test_the_list_of_failures(pages: Pages) -> None:
    page = pages.open(pages.hostile)
    assert "read: duplicate_id 1" in page.texts("#failed ul")[0]
    assert len(page.texts("#failures tbody tr")) == 2
    page.close()


def test_evaluation_filters_by_label_and_kind(pages: Pages) -> None:
    page = pages.open(pages.evaluation)
    rows = page.tab.locator("#problems tbody tr")
    page.tab.select_option("[name=key]", "ORG")
    page.tab.select_option("[name=kind]", "missed")
    page.settle()
    cells = [row.split("\t") for row in page.texts("#problems tbody tr")]
    assert cells and {(cell[1], cell[2]) for cell in cells} == {("ORG", "missed")}
    rows.first.click()
    page.tab.wait_for_selector("dialog[open] .two")
    missed = page.tab.locator("#viewer-body [aria-label=gold] .ORG.wrong.lit")
    assert missed.first.text_content() == cells[0][0]
    assert page.tab.locator("#viewer-body .PERSON:not(.dim)").count() == 0
    gold, answer = (
        page.tab.locator(f"#viewer-body [aria-label={side}] .text").text_content() for side in ("gold", "answer")
    )
    assert gold == answer
    page.close()


def test_evaluation_says_what_was_gained_and_lost(pages: Pages) -> None:
    page = pages.open(pages.evaluation)
    title = page.texts("#problems-title")[0]
    page.tab.select_option("[name=change]", "gained")
    page.settle()
    gained = int(page.texts("#problems_info")[0].split(" of ")[1].split()[0])
    assert f"{gained} gained" in title and gained > 5
    page.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["report", "hostile", "evaluation", "article"])
def test_no_flaw_and_nothing_beyond_the_edge(pages: Pages, name: str, size: dict[str, int]) -> None:
    page = pages.open(getattr(pages, name), size)
    assert page.flaws() == []
    assert page.overflow() <= 0
    if name != "article":
        page.tab.locator("tbody .opens a").first.click()
        page.tab.wait_for_selector("dialog[open] .article")
        assert page.flaws() == []
        assert page.overflow() <= 0
    page.close()


def test_a_page_works_from_the_disk_without_a_network(pages: Pages) -> None:
    context = pages.browser.new_context(offline=True)
    tab = context.new_page()
    tab.goto(pages.report.resolve().as_uri())
    tab.wait_for_selector("html[data-ready]", state="attached")
    assert tab.locator("#records tbody tr").count() == 25
    context.close()
