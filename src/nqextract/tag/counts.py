"""How many people or venues: numbers with their qualifier and unit ("hơn 20.000 đại biểu", "2.838/2.870 cán bộ").

One automaton finds the units that stand behind something that may be a number in the folded text; a pattern over the
words before reads it.  Which count belongs to a conference is decided where records are assembled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product

import ahocorasick

from nqextract.lexicon import either, rows
from nqextract.tag.numerals import cardinal, figure, number_words, scale_pattern
from nqextract.types import CleanArticle, Count, Qualifier

_SOME = re.compile(r"\s*,\s*người$")
_LOOK_BACK = 64
_NEAR = 120  # how far before a bare "điểm" the word that makes it a venue may stand
_FIGURE = r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,7}(?:,[0-9]{1,2})?)"


@dataclass(frozen=True)
class _Grammar:
    finder: ahocorasick.Automaton  # of the last figure or word of a number and the unit behind it
    units: dict[str, str]  # form -> kind
    qualifiers: dict[str, Qualifier]
    words: frozenset[str]  # those of which numbers with their qualifiers are made, figures aside
    before: re.Pattern[str]
    not_before: re.Pattern[str]
    unit: re.Pattern[str]
    places: re.Pattern[str]
    connected: re.Pattern[str]
    online: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    forms: dict[str, list[str]] = {}
    qualifiers: dict[str, Qualifier] = {}
    for row in rows("count_units"):
        forms.setdefault(row["kind"], []).append(row["form"])
        match row["value"]:
            case "over" | "under" | "about" | "exact" as value:
                qualifiers[row["form"]] = value
    units = {form: kind for kind in ("person", "venue", "weak_venue", "linked_venue") for form in forms[kind]}
    person = rf"{either(forms['person'])}(?: {either(forms['modifier'])}){{0,2}}(?!\w)"
    linked = rf"{either(forms['linked_venue'])}(?!\w)"
    word = either(number_words())
    words = f"(?:{word} ){{0,9}}{word}"
    parts = " ".join(("lượt", *number_words(), *forms["qualifier"]))
    finder = ahocorasick.Automaton()
    for number, unit in product((*"0123456789", *number_words(), "lượt"), units):
        finder.add_word(f"{number} {unit}", (number, unit))
    finder.make_automaton()
    return _Grammar(
        finder=finder,
        units=units,
        qualifiers=qualifiers,
        words=frozenset(parts.split()),
        before=re.compile(
            rf"(?<![^\W_])(?<![0-9][.,/-])(?<![0-9] [/-])(?P<qualifier>{either(forms['qualifier'])} )?"
            rf"(?:(?P<figure>{_FIGURE})(?: (?P<scale>{scale_pattern()}))?(?: ?/ ?(?P<of>{_FIGURE}))?"
            rf"|(?P<words>{words}))"
            r" (?P<turns>lượt )?$"
        ),
        not_before=re.compile(rf"(?<!\w){either(forms['not_before'])} $"),
        unit=re.compile(rf"{person}(?:(?: ?, ?| và | ?, và ){person}){{0,6}}"),
        places=re.compile(rf"{linked}(?:(?: ?, ?| và ){linked}){{0,3}}"),
        connected=re.compile(
            rf"(?<!\w){either(forms['connects'])}(?!\w)[^.;\n]{{0,60}}(?<!\w)(?:đến|tới|với|xuống)(?: các)? $"
        ),
        online=re.compile(either(forms["online"])),
    )


def _units(fold: str) -> list[tuple[int, str]]:
    """Where units stand behind something that may be a number; the longest unit where several begin at one place."""
    found: dict[int, str] = {}
    for last, (number, unit) in _grammar().finder.iter(fold):
        end = last + 1
        start = end - len(unit)
        before = start - len(number) - 2
        if not fold[end : end + 1].isalnum() and (number.isdecimal() or before < 0 or fold[before] == " "):
            found[start] = unit  # longer ones come later
    return sorted(found.items())


def _count(clean: CleanArticle, start: int, unit: str) -> Count | None:
    """The count whose unit begins at ``start``."""
    grammar, fold = _grammar(), clean.fold
    kind = grammar.units[unit]
    floor = max(0, start - _LOOK_BACK)
    before = fold[floor:start]
    line = before.rfind("\n")
    if line >= 0:
        floor += line + 1
        before = before[line + 1 :]
    match = grammar.before.search(before, _earliest(before))
    if match is None:
        return None
    qualifier = (match["qualifier"] or "").strip()
    if not qualifier and grammar.not_before.search(before[: match.start()]):
        return None
    if kind == "weak_venue" and not grammar.online.search(fold, max(0, start - _NEAR), start):
        return None
    if kind == "linked_venue" and not _is_connected(fold, floor + match.start()):
        return None
    value = figure(match["figure"], match["scale"] or "") if match["figure"] else _in_words(match["words"], qualifier)
    invited = figure(match["of"]) if match["of"] else None
    if not value or (match["of"] and (invited is None or invited < value)):
        return None
    end = _unit_end(fold, start, start + len(unit), kind)
    unit_start = start - len(match["turns"] or "")
    return Count(
        kind="participants" if kind == "person" else "venues",
        start=floor + match.start(),
        end=end,
        value=value,
        qualifier=grammar.qualifiers.get(qualifier, "exact"),
        unit=clean.text[unit_start:end],
        invited=invited,
    )


def _earliest(before: str) -> int:
    """Where in ``before`` the number that ends it begins at the earliest: in the last word that is no part of one."""
    known = _grammar().words
    end = len(before) - 1  # a space
    while end > 0:
        start = before.rfind(" ", 0, end) + 1
        word = before[start:end]
        if word not in known and not word[:1].isdecimal() and not word.startswith("/"):
            return start
        end = start - 1
    return 0


def _is_connected(fold: str, start: int) -> bool:
    """Whether places counted at ``start`` are where something is transmitted to: "kết nối tới 14 đồn"."""
    return _grammar().connected.search(fold[max(0, start - _NEAR) : start]) is not None


def _unit_end(fold: str, start: int, end: int, kind: str) -> int:
    """Where the whole unit ends that begins at ``start``: "cán bộ, đảng viên chủ chốt", "xã, phường"."""
    pattern = {"person": _grammar().unit, "linked_venue": _grammar().places}.get(kind)
    whole = pattern.match(fold, start) if pattern else None
    if whole is None:
        return end
    # "1.100 cán bộ, người ở hội trường, người trước màn hình"
    return max(end, whole.start() + len(_SOME.sub("", whole.group())))


def _in_words(words: str, qualifier: str) -> int | None:
    # "năm" is a year, "một đại biểu" somebody, unless said of an amount.
    if words in ("năm", "một", "tư", "không", "mươi", "trăm", "nghìn", "ngàn", "triệu", "lẻ", "linh") and not qualifier:
        return None
    return cardinal(words)


def find_counts(clean: CleanArticle) -> list[Count]:
    """The counts of people and venues in ``clean``, in order, not overlapping.  Linear in the length of the text."""
    counts: list[Count] = []
    for start, unit in _units(clean.fold):
        if counts and start < counts[-1].end:
            continue
        count = _count(clean, start, unit)
        if count is not None and not (counts and count.start < counts[-1].end):
            counts.append(count)
    return counts
