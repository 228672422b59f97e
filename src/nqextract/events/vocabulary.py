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


def forms_of(roles: Iterable[str]) -> set[str]:
    return {form for role in roles for form in forms(role)}


def alternation(some: Iterable[str], space: str = " +") -> str:
    """A pattern for any of the forms ``some``, the longest that fits; ``space`` is what stands for a space in them."""
    rests: dict[str, list[str]] = {}
    for form in some:
        rests.setdefault(form[:1], []).append(form[1:])
    ends = rests.pop("", None) is not None
    branches = [
        (space if first == " " else re.escape(first)) + alternation(rests[first], space) for first in sorted(rests)
    ]
    if len(branches) < 2 and not ends:
        return "".join(branches)
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}" if branches else ""


def at_word(some: Iterable[str], behind: str = "", *, but: Iterable[str] = (), space: str = " +") -> str:
    """Alternatives of a pattern for any of the forms ``some`` where a word begins, each with the pattern ``behind``.

    Not where a whole word of ``but`` stands.  The look to the left comes after the first letter: so a search, which can
    skip to where one of the first letters stands, need not look at every place.
    """
    own, others = list(some), list(but)
    branches = []
    for first in sorted({form[0] for form in own}):
        rest, other = ([form[1:] for form in group if form[0] == first] for group in (own, others))
        unless = f"(?!{alternation(other)}{RIGHT})" if other else ""
        letter = re.escape(first)
        branches.append(f"{letter}(?<![^\\W_]{letter}){unless}{alternation(rest, space)}{behind}")
    return "|".join(branches)


def without_tail(text: str, some: tuple[str, ...]) -> str:
    """``text`` without white space and words of ``some`` at its end; of two that fit, the first of them goes."""
    while True:
        shorter = text.rstrip()
        if shorter.endswith(some):
            shorter = shorter.removesuffix(next(form for form in some if shorter.endswith(form)))
        if len(shorter) == len(text):
            return text
        text = shorter


@cache
def word(*roles: str) -> re.Pattern[str]:
    """Matches a whole word or phrase of any of ``roles``, the longest that fits."""
    some = forms_of(roles)
    others = [form for form in forms("compound") if not any(own.startswith(form) for own in some)]
    return re.compile(f"(?:{at_word(some, but=others)}){RIGHT}")


@cache
def beginning(*roles: str) -> re.Pattern[str]:
    """Matches where a word of ``roles`` may stand, be it cut off: where it does not match, :func:`word` cannot."""
    return re.compile(at_word(forms_of(roles)))


class AtEnd:
    """Finds one of some forms at the end of the searched text, white space aside."""

    def __init__(self, some: Iterable[str]) -> None:
        own = tuple(some)
        self._last_words = tuple({form.rpartition(" ")[2] for form in own})
        self._pattern = re.compile(rf"(?:{at_word(own)})\s*\Z")

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else end
        last = end
        while last > start and text[last - 1].isspace():
            last -= 1
        # Hardly any text ends in one of the last words; only where it does the forms must be looked for.
        return self._pattern.search(text, start, end) if text.endswith(self._last_words, start, last) else None


@cache
def word_at_end(*roles: str) -> AtEnd:
    """Finds a word of ``roles`` that ends the searched text, white space aside."""
    return AtEnd(forms_of(roles))


@cache
def noun_forms() -> tuple[str, ...]:
    return tuple(fold(row["form"]) for row in rows("conference_nouns"))


@cache
def nouns() -> re.Pattern[str]:
    """A noun that names a meeting."""
    return re.compile(
        f"(?:{at_word(noun_forms())}){RIGHT}(?<!{LEFT}buổi(?= {alternation(forms('time_of_day'))}{RIGHT}))"
    )


@cache
def _meetings() -> frozenset[str]:
    return frozenset(fold(row["form"]) for row in rows("conference_nouns") if row["kind"] == "meeting")


def is_class(noun: re.Match[str]) -> bool:
    """Whether a match of :func:`nouns` needs a study phrase of its own."""
    return " ".join(noun.group().split()) not in _meetings()


@cache
def _before_document() -> str:
    """Behind a verb that is one of study only right before a document: "học Nghị quyết", not "học nghề"."""
    before = alternation(forms("read_before"))
    return rf"(?=(?: +(?:\d{{1,2}}|{before})){{0,3}} +{alternation(forms('read_doc'))}{RIGHT})"


STUDY = ("study", "study_weak", "read")
"""The roles of the verbs with which :func:`study_verbs` may begin."""


@cache
def study_verbs() -> re.Pattern[str]:
    """A list of study verbs: ``nghiên cứu, học tập, quán triệt và triển khai thực hiện``."""
    some = {*forms("study"), *forms("study_weak")}
    first = f"(?:{at_word(some)}|{at_word(forms('read'), _before_document())}){RIGHT}"
    verb = f"(?:{alternation(some)}|{alternation(forms('read'))}{_before_document()}){RIGHT}"
    link = alternation(forms("study_link"))
    return re.compile(rf"{first}(?:(?: *, *| +và +| *, *và +| +)(?:{link} +)?{verb})*")


@cache
def study_or_hear() -> re.Pattern[str]:
    """What was done with documents, by those who told of them or by those who listened."""
    return re.compile(study_verbs().pattern + "|" + word("hear").pattern)


MEET = frozenset(("họp", "gặp mặt", "tập trung", "triệu tập", "tập hợp"))
HOLD = (*MEET, "tổ chức", "mở")


@cache
def hold() -> re.Pattern[str]:
    """The verb of those who hold something, or meet, right before what they hold or meet for."""
    return re.compile(f"(?:{at_word(HOLD, space=' ')}) +" + r"(?=[^\W_])")


REPORTER = "báo cáo viên"


@cache
def reporter() -> re.Pattern[str]:
    """Who is invited to present, but for those of the Central Committee's own body of them."""
    return re.compile(
        rf"{REPORTER}(?<![^\W_]{REPORTER})(?! +trung ương)(?: của hội nghị| tại hội nghị)?(?:,| là| gồm|:)? *"
    )


@cache
def opening() -> re.Pattern[str]:
    """A meeting that issues documents itself: ``hội nghị trung ương 8``, ``hội nghị lần thứ 6``."""
    return re.compile(r" *(?:trung ương|tw|bch|lần|thứ|toàn thể|thường niên|thượng đỉnh)(?![^\W_])")


@cache
def ordinal() -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])lần +(?:thứ +)?(?:\d+|[ivxl]+|nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)")


_HONORIFICS = (
    *(
        "đồng chí",
        "đ/c",
        "đc",
        "ông",
        "bà",
        "anh",
        "chị",
        "gs",
        "pgs",
        "ts",
        "ths",
        "giáo sư",
        "phó giáo sư",
        "tiến sĩ",
    ),
    *("thạc sĩ", "luật sư", "nhà báo", "bác sĩ", "phó đô đốc", "đô đốc", "chuẩn đô đốc"),
    *(f"{rank} {grade}" for rank in ("đại", "thượng", "trung", "thiếu") for grade in ("tướng", "tá", "úy")),
)
HONORIFIC = re.compile(
    f"(?:{at_word(_HONORIFICS, space=' ')}|{at_word(('các',), ' +' + alternation(_HONORIFICS, ' '))}){RIGHT}\\.?"
)
