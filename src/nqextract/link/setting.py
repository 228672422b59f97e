"""Where an article is set: the one province, district and commune that its own bodies name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Kind, vocabulary
from nqextract.text import fold
from nqextract.types import Analysis, Mention, NameValue

_BODY_WEIGHT = 2  # a body's name says more than a place that is merely spoken of
_PLACE_WEIGHT = 1
_PROVINCE_KINDS = frozenset({"province", "municipality"})
_SITE = ".gov.vn"
_LONGEST_SITE = 20
_SITE_NAME = re.compile(rf"[a-z]{{4,{_LONGEST_SITE}}}\Z")
_UNITS_BEFORE = ("tỉnh ", "điểm cầu ", "thành phố ", "tp ", "tp. ")
_DISTRICTS, _COMMUNES = "huyện|quận|thị ủy|thị xã", "xã|phường|thị trấn|đặc khu"
_DISTRICT = re.compile(rf"(?<![^\W_])(?:{_DISTRICTS}|thành phố)(?![^\W_])")
_OF_PROVINCE = re.compile(r"(?<![^\W_])(?:tỉnh|thành|thành phố|tp)(?: ủy| đoàn)?$")
_COMMUNE = re.compile(rf"(?<![^\W_])(?:{_COMMUNES})(?![^\W_])")
_LEADING_UNIT = re.compile(r"(?i:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s+")
_LONGEST_PLACE = 24  # characters
_BEHIND = re.compile(r"\s*(?P<mark>\(|,|- )\s*(?P<place>(?:tỉnh |thành phố |tp\.? ?)?)")
# A unit of which there may be several with one name, or with that of a province.
_SMALL = re.compile(rf"(?<![^\W_])(?:{_DISTRICTS}|{_COMMUNES})(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Setting:
    """Each is ``None`` where the article names none, or several alike."""

    province: str | None = None
    district: str | None = None
    commune: str | None = None

    def place_of(self, unit: str) -> str | None:
        """The place that a name ending in ``unit`` ("tỉnh", "huyện", "xã" …) means here."""
        if unit == "tỉnh":
            return None if self.is_municipality else self.province
        if unit == "thành phố":
            return self.province if self.is_municipality else self.district
        if unit in ("huyện", "quận", "thị xã"):
            return self.district
        return self.commune

    @property
    def is_municipality(self) -> bool:
        return provinces().get(self.province or "") == "municipality"


@cache
def provinces() -> dict[str, str]:
    """Province -> "province" or "municipality" (the latter where it ever was one)."""
    table: dict[str, str] = {}
    for row in rows("places"):
        if row["kind"] in _PROVINCE_KINDS and table.get(row["name"]) != "municipality":
            table[row["name"]] = row["kind"]
    return table


def province_of_district(name: str) -> str | None:
    """The province of the district called ``name``, where only one province has such a district."""
    ids = _districts().get(fold(name), frozenset())
    return _names_of_ids().get(next(iter(ids))) if len(ids) == 1 else None


def is_small(folded: str, start: int, place: tuple[int, int]) -> bool:
    """Whether the name at ``start`` gives as its ``place`` a district or commune: "xã Hòa Bình" is no province."""
    return _SMALL.search(folded, start, place[1]) is not None


def province_behind(text: str, folded: str, mention: Mention) -> tuple[str, tuple[int, int]] | None:
    """The province that is written right behind a body, and where: "Huyện ủy Kỳ Sơn (Nghệ An)"."""
    found = _BEHIND.match(folded, mention.end)
    if found is None:
        return None
    start, behind_unit = found.span("place")
    for at in {start: None, behind_unit: None}:  # "TP. Hồ Chí Minh" is a province by its whole name only
        if place := _province_at(text, folded, at):
            name, end = place[0], at + place[1]
            if found["mark"] == "(":
                return (name, (start, end)) if folded.startswith(")", end) else None
            if found["place"] or _SMALL.search(folded, mention.start, mention.end):
                return name, (start, end)
            return None  # a list: "Quân khu 5, Đà Nẵng"
    return None


@lru_cache(4096)
def canonical_place(written: str) -> str | None:
    """The known place in ``written`` ("TP. HCM" is "Hồ Chí Minh"), else its proper name; ``None`` for "tỉnh" alone."""
    written = " ".join(written.split())  # a line may have been broken inside
    hits = vocabulary().scan(fold(written))
    for start in sorted(hits.by_start):
        found = hits.at(start, Kind.PLACE)
        if found:
            return found[1].name
    stripped = _LEADING_UNIT.sub("", written, count=1)
    return stripped if any(character.isupper() for character in stripped) else None


def find_setting(analysis: Analysis) -> Setting:
    """Count what the article's bodies, its phrases of place and its source name."""
    text, folded = analysis.clean.text, analysis.clean.fold
    named: Counter[str] = Counter()
    districts: Counter[str] = Counter()
    communes: Counter[str] = Counter()
    for mention in analysis.mentions:
        value = mention.value
        if mention.label not in ("ORG", "TITLE") or not isinstance(value, NameValue):
            continue
        if mention.label == "ORG" and (behind := province_behind(text, folded, mention)):
            named[behind[0]] += _PLACE_WEIGHT
        if value.place is None:
            continue
        place = canonical_place(text[slice(*value.place)])
        if place is None:
            continue
        head = folded[mention.start : value.place[1]]
        if _COMMUNE.search(head):
            communes[place] += 1
        elif place in provinces():
            named[place] += _BODY_WEIGHT
        elif _DISTRICT.search(head):
            districts[place] += 1
    for unit in _UNITS_BEFORE:
        for end in _ends(folded, unit):
            spoken = _province_at(text, folded, end)
            if spoken:
                named[spoken[0]] += _PLACE_WEIGHT
    passed = 0
    for end in _ends(folded, _SITE):
        site_name = _SITE_NAME.search(folded, max(passed, end - len(_SITE) - _LONGEST_SITE), end - len(_SITE))
        if site_name is not None:
            passed = end
            if site := _sites().get(site_name.group()):
                named[site] += _BODY_WEIGHT
    if outlet := analysis.clean.article.outlet:
        for name in provinces():
            if name in outlet:
                named[name] += _BODY_WEIGHT
    if not named and not districts and _lacks_province(analysis):
        named = _spoken_of(text, folded)
    district = _only(districts)
    province = _leading(named) or (province_of_district(district) if district and not named else None)
    return Setting(province, district, _only(communes))


def _ends(folded: str, words: str) -> Iterator[int]:
    """Where ``words`` end in ``folded``."""
    start = folded.find(words)
    while start >= 0:
        yield start + len(words)
        start = folded.find(words, start + len(words))


def _lacks_province(analysis: Analysis) -> bool:
    """Whether a body is called that of a province or city that its name does not give: "Hội Phụ nữ tỉnh"."""
    folded = analysis.clean.fold
    return any(
        mention.label == "ORG" and _OF_PROVINCE.search(folded, mention.start, mention.end)
        for mention in analysis.mentions
    )


def _spoken_of(text: str, folded: str) -> Counter[str]:
    """Provinces by their bare names ("phụ nữ Bến Tre"), said more than once: the last thing to go by."""
    named: Counter[str] = Counter()
    for start, found in vocabulary().scan(folded, text).by_start.items():
        if text[start].isupper():
            named.update({entry.name for _, entry in found if entry.kind is Kind.PLACE and entry.name in provinces()})
    return Counter({name: count for name, count in named.items() if count > 1})


def _only(named: Counter[str]) -> str | None:
    return next(iter(named)) if len(named) == 1 else None


def _leading(named: Counter[str]) -> str | None:
    """The one named at least twice as often as the next."""
    if not named:
        return None
    (best, most), *others = named.most_common(2)
    return best if not others or others[0][1] * 2 <= most else None


def _province_at(text: str, folded: str, start: int) -> tuple[str, int] | None:
    """The province at ``start``, and the length of its name there."""
    if not text[start : start + 1].isupper():
        return None
    hit = vocabulary().scan(folded[start : start + _LONGEST_PLACE]).at(0, Kind.PLACE)
    return (hit[1].name, hit[0]) if hit and hit[1].name in provinces() else None


@cache
def _districts() -> dict[str, frozenset[str]]:
    """Folded district name -> the ids of its provinces."""
    table: dict[str, set[str]] = {}
    for row in rows("places_districts"):
        table.setdefault(fold(row["name"]), set()).add(row["province"])
    return {name: frozenset(ids) for name, ids in table.items()}


@cache
def _names_of_ids() -> dict[str, str]:
    return {row["id"]: row["name"] for row in rows("places")}


@cache
def _sites() -> dict[str, str]:
    """Province by its name without marks and spaces, as its government's site has it ("thanhhoa")."""
    return {_without_marks(name): name for name in provinces()}


def _without_marks(name: str) -> str:
    plain = unicodedata.normalize("NFD", fold(name).replace("đ", "d"))
    return "".join(character for character in plain if character.isalpha() and character.isascii())
