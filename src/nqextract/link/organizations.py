"""Organisations and positions to full names: abbreviations written out, and the place that the article makes known."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from nqextract.lexicon import either, rows, variants
from nqextract.link.setting import Setting, canonical_place, is_small, province_behind, province_of_district, provinces
from nqextract.text import fold_name, old_tones
from nqextract.types import Analysis, Mention, NameValue

_ENDS_IN_UNIT = re.compile(r"(?<![^\W_])(?P<unit>tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)$")
_ENDS_IN_COMMITTEE = re.compile(r"(?<![^\W_])(?P<unit>tỉnh|thành|huyện|quận|thị|xã) (?:ủy|đoàn)$")
_UNITS_OF_COMMITTEES = {"thành": "thành phố", "thị": "thị xã"}
_UNITS_IN_NAMES = frozenset(("thành phố",))
_COUNCIL = re.compile(r"(?:hội đồng nhân dân|ủy ban nhân dân|mặt trận tổ quốc(?: việt nam)?)$")
_COORDINATION = re.compile(r", ?| và |, ?và ")
_OWN_ACRONYM = re.compile(r" ?\((?P<short>[^\W\d_][^\W_]*[A-ZĐ][^\W_]*(?: ?[-&] ?[^\W_]+)*)\)")
_WORD = re.compile(r"[^\W_]+")
_DEPARTMENT = re.compile(r"sở (?=[^\W\d_])")


def link_organizations(analysis: Analysis, setting: Setting) -> None:
    """Set the values of ORG and TITLE mentions: the expanded name, and the province where the article tells it."""
    linked = [
        _with_value(mention, _value(analysis, mention, setting)) if mention.label in ("ORG", "TITLE") else mention
        for mention in analysis.mentions
    ]
    for index in range(len(linked) - 1, 0, -1):
        if linked[index].label == linked[index - 1].label == "ORG":
            linked[index - 1] = _with_shared_place(analysis, linked[index - 1], linked[index])
    analysis.mentions = tuple(_with_own_acronyms(analysis, _with_definite_names(analysis, linked)))


def _with_value(mention: Mention, value: NameValue) -> Mention:
    return Mention(mention.label, mention.start, mention.end, value, mention.score, mention.source)


def _value(analysis: Analysis, mention: Mention, setting: Setting) -> NameValue:
    text = analysis.clean.text
    old = mention.value if isinstance(mention.value, NameValue) else NameValue("")
    name = expand(text[mention.start : mention.end])
    behind = province_behind(text, analysis.clean.fold, mention) if mention.label == "ORG" else None
    told, told_at = behind or (None, None)
    own = canonical_place(text[slice(*old.place)]) if old.place else None
    if own is not None and old.place:
        is_province = own in provinces() and not is_small(analysis.clean.fold, mention.start, old.place)
        province = own if is_province else told or province_of_district(own) or setting.province
        return NameValue(name, old.organisation, old.place, province, told_at if province == told else None)
    unit = _unit(name)
    place = setting.place_of(unit) if unit else None
    if mention.label == "ORG":
        if place:
            name = _join(name, place)
        elif setting.province and _DEPARTMENT.match(fold_name(name)):
            kind = "Thành phố" if setting.is_municipality else "tỉnh"
            name = _join(f"{name} {kind}", setting.province)
            place = setting.province
    return NameValue(name, old.organisation, old.place, told or (setting.province if place else None), told_at)


def _join(name: str, place: str) -> str:
    """``name`` with ``place`` behind it, the unit said once ("… Thành phố" and "Thành phố Hồ Chí Minh")."""
    unit = " ".join(place.split()[:2])
    if fold_name(unit) in _UNITS_IN_NAMES and fold_name(name).endswith(fold_name(unit)):
        name = name[: -len(unit)].rstrip()
    return f"{name} {place}"


def _with_shared_place(analysis: Analysis, mention: Mention, following: Mention) -> Mention:
    """ "HĐND, UBND tỉnh Sơn La": the place is said once, behind the last of them."""
    one, other = mention.value, following.value
    if not (isinstance(one, NameValue) and isinstance(other, NameValue)):
        return mention
    if one.place or not other.place or not _COUNCIL.search(fold_name(one.name)):
        return mention
    if not _COORDINATION.fullmatch(analysis.clean.fold, mention.end, following.start):
        return mention
    written = expand(analysis.clean.text[following.start : other.place[0]])
    shared = other.name[len(written) :].strip()
    return replace(mention, value=replace(one, name=f"{one.name} {shared}", place=other.place, province=other.province))


def _with_definite_names(analysis: Analysis, mentions: list[Mention]) -> list[Mention]:
    """ "Đảng ủy Công ty" is "Đảng ủy Công ty Cổ phần Than …" where the article has one company."""
    folded = analysis.clean.fold
    short = {
        index: match[1]
        for index, mention in enumerate(mentions)
        if mention.label == "ORG" and (match := _definite().search(folded, mention.start, mention.end))
    }
    if not short:
        return mentions
    names = {mention.value.name for mention in mentions if isinstance(mention.value, NameValue)}
    full = {form: _full_name(names, _definite_forms()[form]) for form in set(short.values())}
    for index, form in short.items():
        value, named = mentions[index].value, full[form]
        if named and isinstance(value, NameValue) and fold_name(value.name).endswith(form):
            name = value.name[: -len(form)] + named
            mentions[index] = replace(mentions[index], value=replace(value, name=name))
    return mentions


def _with_own_acronyms(analysis: Analysis, mentions: list[Mention]) -> list[Mention]:
    """Names without the short form in brackets behind them, and in place of a short form the name it was given."""
    full: dict[str, NameValue] = {}
    for index, mention in enumerate(mentions):
        value = mention.value
        if mention.label != "ORG" or not isinstance(value, NameValue) or "(" not in value.name:
            continue
        if match := _OWN_ACRONYM.search(value.name):
            named = replace(value, name=value.name.replace(match.group(), "", 1))
            full.setdefault(match["short"], named)
            mentions[index] = replace(mention, value=named)
    if full:
        for index, mention in enumerate(mentions):
            written = analysis.clean.text[mention.start : mention.end]
            if mention.label == "ORG" and written in full:
                mentions[index] = replace(mention, value=replace(full[written], organisation=None, place=None))
    return mentions


def _full_name(names: set[str], begins: str) -> str | None:
    """The one name in ``names`` that goes on from the word ``begins``: "Công ty Cổ phần Than …"."""
    found: dict[str, str] = {}
    for name in names:
        folded = fold_name(name)
        match = re.search(rf"(?<![^\W_]){begins} (?=[^\W_])", folded)
        if match:
            tail = folded[match.start() :]
            found[tail] = min(found.get(tail, name[match.start() :]), name[match.start() :])
    return next(iter(found.values())) if len(found) == 1 else None


@cache
def _definite_forms() -> dict[str, str]:
    return {row["form"]: row["begins"] for row in rows("definite_bodies")}


@cache
def _definite() -> re.Pattern[str]:
    return re.compile(f" ({either(_definite_forms())})$")


@lru_cache(4096)
def _unit(name: str) -> str | None:
    """The unit that a name without a place ends in: "huyện" for "UBND huyện", "tỉnh" for "Tỉnh ủy"."""
    folded = fold_name(name)
    match = _ENDS_IN_COMMITTEE.search(folded) or _ENDS_IN_UNIT.search(folded)
    return _UNITS_OF_COMMITTEES.get(match["unit"], match["unit"]) if match else None


@cache
def _expansions() -> tuple[tuple[frozenset[str], re.Pattern[str], str], ...]:
    """Each form with its words: what it is written out in, the longest first."""
    table = []
    for row in rows("expansions"):
        for form in variants(row["forms"]):
            flags = 0 if form.isupper() and len(form) < 4 else re.IGNORECASE
            pattern = re.compile(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])\.?", flags)
            table.append((frozenset(_words(form)), pattern, row["name"]))
    return tuple(sorted(table, key=lambda entry: -len(entry[1].pattern)))


@cache
def _last_words() -> frozenset[str]:
    """A word of each form, so that most names are seen to have none."""
    return frozenset(_words(form)[-1] for row in rows("expansions") for form in variants(row["forms"]))


def _words(name: str) -> list[str]:
    return _WORD.findall(name.casefold())


@lru_cache(4096)
def expand(name: str) -> str:
    """``name`` with its abbreviations written out, its white space single and its tone marks in the old placement."""
    name = old_tones(" ".join(name.split()))
    words = set(_words(name))
    if _last_words().isdisjoint(words):
        return name
    for own, pattern, full in _expansions():
        if own <= words:
            name, found = pattern.subn(full, name)
            if found:
                words = set(_words(name))
    return name
