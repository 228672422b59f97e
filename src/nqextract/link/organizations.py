"""Organisations and positions to full names: abbreviations written out, and the place that the article makes known."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache

from nqextract.lexicon import rows, variants
from nqextract.lexicon.vocabulary import Hits, Kind, vocabulary
from nqextract.text import fold
from nqextract.types import Analysis, Mention, NameValue

_PROVINCIAL = re.compile(r"tỉnh|thành (?:ủy|đoàn|phố)(?![^\W_])")
_SOURCE_SITE = re.compile(r"([a-z]{4,20})\.gov\.vn")
_PROVINCE_KINDS = frozenset({"province", "municipality"})


def link_organizations(analysis: Analysis) -> None:
    """Set the values of ORG and TITLE mentions: the expanded name, and the province where the article tells it."""
    article = _Places(analysis)
    province = article.province()
    district = article.district(province)
    analysis.mentions = tuple(
        replace(mention, value=_value(analysis, mention, province, district))
        if mention.label in ("ORG", "TITLE")
        else mention
        for mention in analysis.mentions
    )


def _value(analysis: Analysis, mention: Mention, province: str | None, district: str | None) -> NameValue:
    text = analysis.clean.text
    old = mention.value if isinstance(mention.value, NameValue) else NameValue("")
    name = expand(text[mention.start : mention.end])
    own = _canonical(text[slice(*old.place)]) if old.place else None
    found_province = own if own in _provinces() else None
    folded = fold(name)
    if found_province is None and own is None:
        if province and _level(folded) == "province":
            found_province = province
            if mention.label == "ORG":
                name = _with_place(name, folded, province)
        elif district and _level(folded) == "district" and mention.label == "ORG":
            name = f"{name} {district}"
            found_province = province
    elif found_province is None and own is not None:
        found_province = _province_of_district(own) or province
    return NameValue(name, old.organisation, old.place, found_province)


def _level(folded: str) -> str | None:
    if re.search(r"(?:tỉnh (?:ủy|đoàn)|thành (?:ủy|đoàn)|tỉnh|thành phố)$", folded):
        return "province"
    if re.search(r"(?:huyện (?:ủy|đoàn)|quận (?:ủy|đoàn)|thị ủy|huyện|quận|thị xã)$", folded):
        return "district"
    return None


def _with_place(name: str, folded: str, province: str) -> str:
    """``name`` with the province behind it; a municipality goes with "Thành ủy", not with "Tỉnh ủy"."""
    municipal = _provinces().get(province) == "municipality"
    says_province = re.search(r"tỉnh(?: ủy| đoàn)?$", folded) is not None
    return name if municipal and says_province else f"{name} {province}"


@cache
def _expansions() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = []
    for row in rows("expansions"):
        for form in variants(row["forms"]):
            flags = 0 if form.isupper() and len(form) < 4 else re.IGNORECASE
            table.append((re.compile(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])\.?", flags), row["name"]))
    return tuple(sorted(table, key=lambda entry: -len(entry[0].pattern)))


def expand(name: str) -> str:
    """``name`` with its abbreviations written out and its white space single."""
    name = " ".join(name.split())
    for pattern, full in _expansions():
        name = pattern.sub(full, name)
    return name


@cache
def _provinces() -> dict[str, str]:
    """Province -> kind."""
    return {row["name"]: row["kind"] for row in rows("places") if row["kind"] in _PROVINCE_KINDS}


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
    return {_bare(name): name for name in _provinces()}


def _bare(name: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFD", fold(name).replace("đ", "d"))
    return "".join(character for character in plain if character.isalpha() and character.isascii())


def _canonical(place: str) -> str | None:
    """The canonical name of the known place in ``place`` ("TP. HCM"); else its proper name as written."""
    hits = vocabulary().scan(fold(place))
    for start in sorted(hits.by_start):
        found = hits.at(start, Kind.PLACE)
        if found:
            return found[1].name
    proper = re.search(r"(?<![^\W_])[^\W\d_]*[A-ZĐÂÊÔƠƯÁÀẢÃẠ].*$", place)
    stripped = re.sub(r"^(?i:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|xã|phường|thị trấn)\s+", "", place.strip())
    return stripped if proper and stripped else None


def _province_of_district(name: str) -> str | None:
    ids = _districts().get(fold(name), frozenset())
    return _names_of_ids().get(next(iter(ids))) if len(ids) == 1 else None


class _Places:
    """What the article says of where it is set."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.folded = analysis.clean.fold
        self.hits: Hits | None = None

    def province(self) -> str | None:
        """The one province that the article's own bodies name; ``None`` where it names none or several alike."""
        named: Counter[str] = Counter()
        clean = self.analysis.clean
        for mention in self.analysis.mentions:
            value = mention.value
            if mention.label in ("ORG", "TITLE") and isinstance(value, NameValue) and value.place:
                written = clean.text[slice(*value.place)]
                place = _canonical(written)
                if place in _provinces():
                    named[place] += 2
        for match in re.finditer(r"(?:tỉnh|điểm cầu|thành phố|tp\.?) ", self.folded):
            place = _known_at(clean.text, self.folded, match.end())
            if place:
                named[place] += 1
        for match in _SOURCE_SITE.finditer(self.folded):
            site = _sites().get(match.group(1))
            if site:
                named[site] += 2
        outlet = self.analysis.clean.article.outlet
        if outlet:
            for name in _provinces():
                if name in outlet:
                    named[name] += 2
        if not named:
            return None
        (best, most), *others = named.most_common(2)
        return best if not others or others[0][1] * 2 <= most else None

    def district(self, province: str | None) -> str | None:
        """The one district that the article's own bodies name."""
        named: Counter[str] = Counter()
        text = self.analysis.clean.text
        for mention in self.analysis.mentions:
            value = mention.value
            if mention.label in ("ORG", "TITLE") and isinstance(value, NameValue) and value.place:
                head = self.folded[mention.start : value.place[0]]
                place = _canonical(text[slice(*value.place)])
                if (
                    place
                    and place not in _provinces()
                    and re.search(r"huyện|quận|thị ủy|thị xã", head + self.folded[slice(*value.place)])
                ):
                    named[place] += 1
        if len(named) != 1:
            return None
        return next(iter(named))


def _known_at(text: str, folded: str, start: int) -> str | None:
    if start >= len(text) or not text[start].isupper():
        return None
    hit = vocabulary().scan(folded[start : start + 24]).at(0, Kind.PLACE)
    return hit[1].name if hit and hit[1].name in _provinces() else None
