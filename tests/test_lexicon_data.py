"""The lexicon's data tables: surnames, places, districts, fields, bodies."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from nqextract.lexicon import rows, variants
from nqextract.text import fold

TABLES = ("surnames", "places", "places_districts", "fields", "bodies")
PROVINCIAL = ("province", "municipality")
PLACE_KINDS = {"country", "province", "municipality", "region", "city", "historical"}
DISTRICT_KINDS = {"huyện", "quận", "thị xã", "thành phố"}
LEVELS = {"central", "provincial", "district", "commune", "other"}
BODY_KINDS = {
    *("party", "state", "assembly", "front", "mass", "army", "police", "court", "procuracy"),
    *("press", "bank", "enterprise", "university", "international", "religious"),
}
FIELD_HEADS = {
    *("bộ", "sở", "ban", "cục", "vụ", "tổng cục", "phòng", "ủy ban", "văn phòng", "hội", "học viện", "viện"),
    *("thanh tra", "trường", "chi cục", "trung tâm", "khoa", "quỹ", "đội", "đồn", "đoàn", "cơ quan", "khối"),
    *("hội đồng", "hiệp hội", "liên hiệp", "ban chỉ đạo", "ban chỉ huy", "ban quản lý", "bộ tư lệnh", "bộ tổng"),
    *(
        "kiểm toán",
        "trụ sở",
        "chi nhánh",
        "trung đoàn",
        "đảng ủy",
        "đảng bộ",
        "đảng ủy khối",
        "đảng bộ khối",
        "công đoàn",
    ),
}

_word = re.compile(r"[^\W\d_]+")


def _key(phrase: str) -> str:
    """How the vocabulary matches a phrase: folded, ``-``, ``&`` and ``/`` without spaces about them."""
    return re.sub(r" ?([-&/]) ?", r"\1", fold(phrase))


def _forms(row: dict[str, str], name: str) -> list[str]:
    return [row[name], *variants(row.get("variants", ""))]


def _repeated(values: list[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def _valid(row: dict[str, str], day: str) -> bool:
    return (not row["valid_from"] or row["valid_from"] <= day) and (not row["valid_to"] or day <= row["valid_to"])


@pytest.mark.parametrize("table", TABLES)
def test_cells_are_clean(table: str) -> None:
    for row in rows(table):
        assert row["source"], row
        for cell in row.values():
            assert unicodedata.is_normalized("NFC", cell), cell
            assert "  " not in cell and '"' not in cell, cell
            assert fold(cell) == cell.lower(), f"not the old tone placement, or an odd dash or quote: {cell}"
            assert not re.search(r"\| | \||\|\||^\||\|$", cell), cell


@pytest.mark.parametrize("table", ("places", "places_districts", "fields", "bodies"))
def test_dates_are_dates_in_order(table: str) -> None:
    for row in rows(table):
        begin, end = (row.get(column, "") for column in ("valid_from", "valid_to"))
        first, last = (date.fromisoformat(day) if day else None for day in (begin, end))
        assert first is None or last is None or first <= last, row


@pytest.mark.parametrize(
    ("table", "name"), [("surnames", "surname"), ("fields", "field"), ("bodies", "name"), ("places", "id")]
)
def test_keys_are_unique(table: str, name: str) -> None:
    assert not _repeated([_key(row[name]) for row in rows(table)])


def test_surnames() -> None:
    table = rows("surnames")
    common = {row["surname"] for row in table if row["frequency"] == "common"}
    assert {row["frequency"] for row in table} == {"common", "rare"}
    assert {"Nguyễn", "Trần", "Lê", "Giàng", "Lò", "Ksor"} <= common
    assert not common & {"Từ", "Văn", "Hà", "Lại", "Tăng", "Lầu"}, "words that often begin a sentence"
    for row in table:
        assert all(part[0].isupper() for part in row["surname"].split()), row
        assert row["group"], row


@pytest.mark.parametrize(
    ("day", "count"), [("2008-09-01", 63), ("2024-06-01", 63), ("2025-06-30", 63), ("2025-07-01", 34)]
)
def test_provincial_units_of_a_day(day: str, count: int) -> None:
    units = [row for row in rows("places") if row["kind"] in PROVINCIAL and _valid(row, day)]
    assert len(units) == count
    assert not _repeated([fold(row["name"]) for row in units])


def test_no_place_has_a_double_at_one_time() -> None:
    table = rows("places")
    for kinds in (("province", "municipality", "historical"), ("country",), ("city",), ("region",)):
        named: dict[str, list[dict[str, str]]] = {}
        for row in table:
            if row["kind"] in kinds:
                for form in _forms(row, "name"):
                    named.setdefault(_key(form), []).append(row)
        for form, owners in named.items():
            spans = sorted((row["valid_from"] or "0000", row["valid_to"] or "9999") for row in owners)
            assert all(a[1] < b[0] for a, b in pairwise(spans)), (form, spans)


def test_every_successor_exists_and_follows() -> None:
    table = {row["id"]: row for row in rows("places")}
    for row in table.values():
        assert row["kind"] in PLACE_KINDS, row
        if row["kind"] in (*PROVINCIAL, "historical"):
            assert bool(row["valid_to"]) == bool(row["successor"]), row
        for successor in variants(row["successor"]):
            begin = table[successor]["valid_from"]
            assert not begin or date.fromisoformat(begin) >= date.fromisoformat(row["valid_to"]), (row, begin)


def test_2025_units_gather_the_mergers() -> None:
    merged: dict[str, set[str]] = {}
    for row in rows("places"):
        if row["kind"] in PROVINCIAL and row["valid_to"] == "2025-06-30":
            merged.setdefault(row["successor"], set()).add(row["id"])
    assert len(merged) == 23
    assert merged["phu-tho-2025"] == {"phu-tho", "vinh-phuc", "hoa-binh"}
    assert merged["tp-ho-chi-minh-2025"] == {"tp-ho-chi-minh", "binh-duong", "ba-ria-vung-tau"}
    assert all(2 <= len(parts) <= 3 for parts in merged.values()), merged


def test_districts() -> None:
    table = rows("places_districts")
    provinces = {row["id"] for row in rows("places") if row["kind"] in PROVINCIAL}
    assert {row["kind"] for row in table} == DISTRICT_KINDS
    assert {row["province"] for row in table} <= provinces
    assert not any(row["province"].endswith("-2025") for row in table), "districts went with the mergers"
    assert not _repeated([(row["kind"], _key(row["name"]), row["province"]) for row in table])
    assert sum(row["valid_to"] == "2025-06-30" for row in table) >= 696
    assert not any(row["name"].isdigit() for row in table), "a number alone is no name"
    where = {row["name"]: row["province"] for row in table}
    assert where["Mường Lát"] == "thanh-hoa" and where["Ea H'leo"] == "dak-lak"
    assert len({row["province"] for row in table if row["name"] == "Châu Thành"}) >= 9


def test_fields() -> None:
    taken: list[object] = []
    for row in rows("fields"):
        heads = variants(row["heads"])
        assert heads and set(heads) <= FIELD_HEADS, row
        taken += [(head, _key(form)) for head in heads for form in _forms(row, "field")]
    assert not _repeated(taken), "one head and wording, one field"


@pytest.mark.parametrize(
    ("day", "gone", "there"),
    [
        ("2025-03-01", "Bộ Kế hoạch và Đầu tư", "Bộ Dân tộc và Tôn giáo"),
        ("2025-03-01", "Bộ Tài nguyên và Môi trường", "Bộ Nông nghiệp và Môi trường"),
        ("2025-02-03", "Ban Dân vận Trung ương", "Ban Tuyên giáo và Dân vận Trung ương"),
        ("2024-06-01", "Đảng ủy Chính phủ", "Đảng ủy Khối các cơ quan Trung ương"),
    ],
)
def test_bodies_of_a_day(day: str, gone: str, there: str) -> None:
    table = {row["name"]: row for row in rows("bodies")}
    assert _valid(table[there], day) and not _valid(table[gone], day)


def test_bodies() -> None:
    table = rows("bodies")
    assert {row["level"] for row in table} <= LEVELS and {row["kind"] for row in table} == BODY_KINDS
    assert {row["ambiguous"] for row in table} == {"", "1"}
    assert not _repeated([_key(form) for row in table for form in _forms(row, "name")])
    for row in table:
        for form in _forms(row, "name"):
            assert (len(form) >= 2 and not form[0].islower()) or form.startswith("báo "), form


@pytest.mark.parametrize(("table", "name"), [("bodies", "name"), ("fields", "field")])
def test_no_person_is_named(table: str, name: str) -> None:
    common = {row["surname"] for row in rows("surnames") if row["frequency"] == "common"}
    for row in rows(table):
        for form in _forms(row, name):
            words = _word.findall(form)
            for first, second, third in zip(words, words[1:], words[2:], strict=False):
                named = first in common and second.istitle() and third.istitle()
                assert not named or (first, second, third) == ("Hồ", "Chí", "Minh"), form
