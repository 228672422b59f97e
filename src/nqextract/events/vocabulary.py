"""The words of ``lexicon/conference_*.tsv`` as patterns over folded text, and the few shapes built from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from nqextract.lexicon import rows
from nqextract.text import fold

LEFT = r"(?<![^\W_])"
RIGHT = r"(?![^\W_])"
AFTER = re.compile(LEFT + r"sau(?: khi)? *\Z")
"""Ends what stands before a conference that only dates another: "hai tuần sau | hội nghị toàn quốc"."""


@cache
def forms(role: str) -> tuple[str, ...]:
    """The folded forms that play ``role``, longest first."""
    found = {fold(row["form"]) for row in rows("conference_words") if row["role"] == role}
    if not found:
        raise KeyError(role)
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def alternation(some: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(form).replace(r"\ ", " +") for form in some) + ")"


@cache
def word(*roles: str) -> re.Pattern[str]:
    """Matches a whole word or phrase of any of ``roles``, the longest that fits."""
    some = sorted({form for role in roles for form in forms(role)}, key=lambda form: (-len(form), form))
    others = [form for form in forms("compound") if not any(own.startswith(form) for own in some)]
    return re.compile(f"{LEFT}(?!{alternation(others)}{RIGHT}){alternation(some)}{RIGHT}")


@cache
def word_at_end(*roles: str) -> re.Pattern[str]:
    """Matches a word of ``roles`` that ends the searched text, white space aside."""
    some = sorted({form for role in roles for form in forms(role)}, key=lambda form: (-len(form), form))
    return re.compile(LEFT + alternation(some) + r"\s*\Z")


@cache
def nouns() -> re.Pattern[str]:
    """A noun that names a meeting; the group ``class`` matches where it needs a study phrase of its own."""
    kinds: dict[str, list[str]] = {"meeting": [], "class": []}
    for row in rows("conference_nouns"):
        kinds[row["kind"]].append(fold(row["form"]))
    for some in kinds.values():
        some.sort(key=lambda form: (-len(form), form))
    return re.compile(
        f"{LEFT}(?:(?P<class>{alternation(kinds['class'])})|(?P<meeting>{alternation(kinds['meeting'])})){RIGHT}"
        f"(?<!{LEFT}buổi(?= {alternation(forms('time_of_day'))}{RIGHT}))"
    )


@cache
def _reading() -> str:
    """A verb that is one of study only right before a document: "học Nghị quyết", not "học nghề"."""
    document = (
        rf"(?: +(?:\d{{1,2}}|{alternation(forms('read_before'))})){{0,3}} +{alternation(forms('read_doc'))}{RIGHT}"
    )
    return f"{alternation(forms('read'))}(?={document})"


def _verb_list() -> str:
    verb = alternation(sorted({*forms("study"), *forms("study_weak")}, key=lambda form: (-len(form), form)))
    verb = f"(?:{verb}|{_reading()})"
    link = alternation(forms("study_link"))
    return rf"{LEFT}{verb}{RIGHT}(?:(?: *, *| +và +| *, *và +| +)(?:{link} +)?{verb}{RIGHT})*"


@cache
def study_verbs() -> re.Pattern[str]:
    """A list of study verbs: ``nghiên cứu, học tập, quán triệt và triển khai thực hiện``."""
    return re.compile(_verb_list())


@cache
def opening() -> re.Pattern[str]:
    """A meeting that issues documents itself: ``hội nghị trung ương 8``, ``hội nghị lần thứ 6``."""
    return re.compile(r" *(?:trung ương|tw|bch|lần|thứ|toàn thể|thường niên|thượng đỉnh)(?![^\W_])")


@cache
def ordinal() -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])lần +(?:thứ +)?(?:\d+|[ivxl]+|nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)")


HONORIFIC = re.compile(
    r"(?<![^\W_])(?:các +)?(?:đồng chí|đ/c|đc|ông|bà|anh|chị|gs|pgs|ts|ths|giáo sư|phó giáo sư|tiến sĩ|thạc sĩ|luật sư"
    r"|(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy)|đại tướng|phó đô đốc|đô đốc|chuẩn đô đốc|nhà báo|bác sĩ)(?![^\W_])\.?"
)
