"""The rows of ``cases/documents.jsonl`` ([span, type, number, meeting]), and what linking adds to documents."""

from __future__ import annotations

import time
from typing import Any

import pytest

from nqextract.clean import clean_article
from nqextract.link.documents import canonical_key, resolve_documents, same_document
from nqextract.link.organizations import link_organizations
from nqextract.link.setting import find_setting
from nqextract.tag import tag
from nqextract.tag.counts import find_counts
from nqextract.tag.dates import find_dates
from nqextract.tag.documents import find_documents
from nqextract.tag.meetings import find_meetings
from nqextract.types import Analysis, Article, DocumentValue
from tagging import cases, ids, plain

DOCUMENTS = cases("documents")


@pytest.mark.parametrize("case", DOCUMENTS, ids=ids(DOCUMENTS))
def test_documents(case: dict[str, Any]) -> None:
    clean = plain(case["text"])
    found = []
    for mention in find_documents(clean):
        value = mention.value
        assert isinstance(value, DocumentValue)
        found.append([clean.text[mention.start : mention.end], value.type, value.number, value.meeting])
    assert found == case["expect"]


def linked(text: str) -> list[tuple[str, DocumentValue, Analysis]]:
    analysis = Analysis(clean_article(Article("a", text)))
    tag(analysis)
    setting = find_setting(analysis)
    link_organizations(analysis, setting)
    resolve_documents(analysis, setting)
    return [
        (analysis.clean.text[mention.start : mention.end], mention.value, analysis)
        for mention in analysis.mentions
        if isinstance(mention.value, DocumentValue)
    ]


def part(analysis: Analysis, span: tuple[int, int] | None) -> str | None:
    return analysis.clean.text[slice(*span)] if span else None


def test_issue_date_issuer_and_subject_stand_beside() -> None:
    ((text, value, analysis),) = linked(
        "Huyện triển khai Chỉ thị số 30-CT/TU, ngày 29-11-2023 của Ban Thường vụ Tỉnh ủy về tăng cường kỷ cương."
    )
    assert text == "Chỉ thị số 30-CT/TU"
    assert value.issued == "2023-11-29"
    assert part(analysis, value.issuer) == "Ban Thường vụ Tỉnh ủy"
    assert part(analysis, value.subject) == "tăng cường kỷ cương"


def test_quoted_subject_is_without_its_quotes() -> None:
    ((_, value, analysis),) = linked("Hội nghị nghe Nghị quyết số 27 về “Tiếp tục đổi mới công tác”; rồi thảo luận.")
    assert part(analysis, value.subject) == "Tiếp tục đổi mới công tác"


@pytest.mark.parametrize(
    ("behind", "subject"),
    [
        (" về đất đai do TS Liêu Thị Mận, Giám đốc Sở, trình bày.", "đất đai"),
        (" về phòng, chống thiệt hại do thiên tai gây ra.", "phòng, chống thiệt hại do thiên tai gây ra"),
        (" về xây dựng Đảng sẽ được đồng chí Tạ Văn Bảng quán triệt.", "xây dựng Đảng"),
        (" về hỗ trợ hộ được giao đất.", "hỗ trợ hộ được giao đất"),
        (" về đất đai, được phổ biến ngay tại lễ.", "đất đai"),
        (" về biên giới cho hơn 200 cán bộ.", "biên giới"),
        (" về chính sách cho người có công.", "chính sách cho người có công"),
        (" về kinh tế tư nhân, tổ chức ngày 27/6 tại Hà Nội.", "kinh tế tư nhân"),
        (" về đổi mới, tổ chức bộ máy, trong đó yêu cầu các xã báo cáo.", "đổi mới, tổ chức bộ máy"),
        (" về phát triển TP. HCM.", "phát triển TP. HCM"),
        (" về kinh tế biển đến 2030 cho", "kinh tế biển đến 2030 cho"),
    ],
)
def test_unquoted_subject_ends_where_the_telling_begins(behind: str, subject: str) -> None:
    ((_, value, analysis),) = linked("Hội nghị nghe Nghị quyết số 27-NQ/TW" + behind)
    assert part(analysis, value.subject) == subject


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("Quyết định số 08/2024/QĐ-UBND do UBND tỉnh Lào Cai ban hành.", "UBND tỉnh Lào Cai"),
        ("Hội nghị học tập Nghị quyết số 18-NQ/TW do Đảng ủy xã Giao Phong tổ chức sáng 17/4/2012.", None),
        ("Kết luận số 21-KL/TW do Bí thư Đảng ủy xã trình bày.", None),
    ],
)
def test_who_issued_it_is_told_from_who_holds_the_conference(text: str, issuer: str | None) -> None:
    ((_, value, analysis),) = linked(text)
    assert part(analysis, value.issuer) == issuer


def test_issuer_of_coordinated_numbers_is_said_once() -> None:
    rows = linked("Cán bộ học tập Nghị quyết số 19, 20 và 21 của Bộ Chính trị trong hội nghị.")
    assert [(text, part(analysis, value.issuer)) for text, value, analysis in rows] == [
        ("Nghị quyết số 19", "Bộ Chính trị"),
        ("20", "Bộ Chính trị"),
        ("21", "Bộ Chính trị"),
    ]


def test_issuer_of_a_number_is_not_that_of_a_congress_beside_it() -> None:
    rows = linked("Cán bộ học Nghị quyết Đại hội XIV của Đảng, Nghị quyết số 79-NQ/TW của Bộ Chính trị.")
    assert [part(analysis, value.issuer) for _, value, analysis in rows] == [None, "Bộ Chính trị"]


def test_term_of_a_plenum_from_elsewhere_in_the_article() -> None:
    rows = linked(
        "Quán triệt Nghị quyết Trung ương 6 (khóa XII).\n"
        "Thực hiện Nghị quyết Hội nghị Trung ương 6, Nghị quyết Trung ương 4."
    )
    assert [value.meeting for _, value, _ in rows] == ["plenum:6:XII", "plenum:6:XII", "plenum:4:XII"]


def test_term_of_a_plenum_from_the_bodies_named() -> None:
    rows = linked(
        "Quán triệt Nghị quyết Hội nghị lần thứ 8.\nBan Bí thư khóa XIII yêu cầu hướng tới Đại hội XIV của Đảng."
    )
    assert [value.meeting for _, value, _ in rows] == ["plenum:8:XIII"]
    assert [value.meeting for _, value, _ in linked("Quán triệt Nghị quyết Hội nghị lần thứ 8.")] == ["plenum:8:"]


def test_province_of_a_congress() -> None:
    rows = linked(
        "Ban Thường vụ Tỉnh ủy Thanh Hóa tổ chức hội nghị.\n"
        "Thực hiện Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XIX của địa phương."
    )
    assert [value.meeting for _, value, _ in rows] == ["congress:XIX:tỉnh Thanh Hóa"]


def test_short_number_knows_its_full_form() -> None:
    rows = linked("Quán triệt Nghị quyết số 57-NQ/TW.\nNghị quyết 57 là đột phá; Chỉ thị 57 thì không.")
    assert [(value.number, value.full_number) for _, value, _ in rows] == [
        ("57-NQ/TW", None),
        ("57", "57-NQ/TW"),
        ("57", None),
    ]


def test_two_full_forms_leave_the_short_one_open() -> None:
    rows = linked("Nghị quyết số 57-NQ/TW và Nghị quyết số 57-NQ/TU được học tập; Nghị quyết 57 là đột phá.")
    assert rows[-1][1].full_number is None


def test_same_document_whatever_the_spacing() -> None:
    first = DocumentValue("directive", number="40 - CT / TW")
    second = DocumentValue("directive", number="40-CT/TW")
    assert canonical_key(first) == canonical_key(second)
    assert same_document(first, DocumentValue("directive", number="040"))
    assert not same_document(first, DocumentValue("directive", number="4"))
    assert not same_document(first, DocumentValue("resolution", number="40-CT/TW"))
    assert not same_document(DocumentValue("law", meeting="session:8:XV"), DocumentValue("law", meeting="session:9:XV"))


def test_meetings_outside_documents() -> None:
    clean = plain("Thông báo nhanh kết quả Hội nghị Trung ương 8, khóa XII và Kỳ họp thứ 8, Quốc hội khóa XV.")
    assert [(clean.text[meeting.start : meeting.end], meeting.key) for meeting in find_meetings(clean)] == [
        ("Hội nghị Trung ương 8, khóa XII", "plenum:8:XII"),
        ("Kỳ họp thứ 8, Quốc hội khóa XV", "session:8:XV"),
    ]
    assert find_meetings(plain("Hội nghị lần thứ 12 của huyện và hội nghị trung ương.")) == []


HOSTILE = (
    "1/" * 100_000,
    "ngày 1, " * 40_000,
    "1 và " * 60_000,
    "luật " * 30_000,
    "luật " + "a" * 200_000,
    "nghị quyết số 1-" + "a-" * 100_000,
    "nghị quyết số " + "1, " * 30_000,
    "nghị quyết trung ương 4, " * 12_000,
    "nghị quyết trung ương " + "4, " * 30_000,
    "đại hội đảng bộ " * 18_000,
    "nghị quyết đại hội đoàn " + "a " * 100_000,
    "hai trăm " * 40_000 + "đại biểu",
    "1 đại biểu, " * 25_000,
    "1 cán bộ" + ", cán bộ" * 40_000,
    " " * 300_000,
    '"' * 300_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:24] for text in HOSTILE])
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    clean = plain(text)
    started = time.perf_counter()
    for find in (find_dates, find_counts, find_documents, find_meetings):
        find(clean)
    assert time.perf_counter() - started < 6
