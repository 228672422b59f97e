"""Photo credits: "(Ảnh: Báo X)", "- Ảnh: NAM TRẦN.", a line "Ảnh: VGP" of its own."""

from __future__ import annotations

import re
from functools import cache

from nqextract.clean.names import is_byline, is_name
from nqextract.clean.page import Line
from nqextract.clean.phrases import is_line, pattern, prefix_end

_MOST_WORDS = 11
_colon = re.compile(r"\s*[:\-]\s*")


def bracketed(line: Line) -> list[tuple[int, int]]:
    """Credits in parentheses, wherever they stand in the line, as offsets in it."""
    found = []
    for match in _bracketed().finditer(line.fold):
        end = match.end()
        if end < len(line.fold) and not line.fold[end:].strip(" ."):
            end = len(line.fold)
        found.append((match.start(), end))
    return found


def lead_ins(folded: str) -> list[tuple[int, int]]:
    """Where a mark with a credit word behind it stands in a page: no line without one needs a look for its end."""
    return [match.span() for match in _lead_ins()[1].finditer(folded)]


def begins_credit(line: Line) -> bool:
    """Whether the line may begin with a credit, by its first word."""
    return "credit" in line.begins or "credit_free" in line.begins


def trailing(line: Line) -> tuple[int, int] | None:
    """The credit at the end of the line, behind a dash or the caption's full stop, as offsets in the line."""
    if line.words > 80:
        return None
    first, inner = _lead_ins()
    last = first.match(line.fold) if begins_credit(line) else None
    match = inner.search(line.fold, last.end() if last else 0)
    while match is not None:
        last, match = match, inner.search(line.fold, match.end())
    if last is None:
        return None
    if not is_credit(line.text[last.start("credit") :], line.fold[last.start("credit") :]):
        return None
    dash = last.start() if line.fold[last.start()] == "-" else last.start("credit")
    return dash, len(line.fold)


def is_credit_line(line: Line) -> bool:
    """:func:`is_credit` of the line."""
    return begins_credit(line) and is_credit(line.text, line.fold)


def is_credit(text: str, folded: str) -> bool:
    """Whether ``text`` begins with a credit word and holds nothing else but whose the picture is."""
    if len(folded.split()) > _MOST_WORDS:
        return False
    if is_line("credit_free", folded):
        return True
    if prefix_end("credit_free", folded) is not None and not folded.rstrip(" .").endswith(("hội nghị", "hội trường")):
        return True
    end = prefix_end("credit", folded)
    if end is None:
        return False
    bracket = re.match(r"\s*\([^()]{1,30}\)", folded[end:])
    if bracket is not None:
        end += bracket.end()
    colon = _colon.match(folded, end)
    if colon is None:
        rest = text[end:].strip(" .")
        return (
            folded[:end].strip() == "ảnh"
            and rest != ""
            and all(is_name(part) for part in re.split(r"\s*[-–/,]\s*", rest) if part)
        )
    rest = text[colon.end() :].strip(" .)")
    if not rest:
        return False
    if is_byline(rest):
        return True
    if "ảnh" not in folded[:end] and "nguồn" not in folded[:end]:  # "Video: <what it shows>"
        return sum(word[0].islower() for word in rest.split()) < 3
    return not _is_caption(folded[colon.end() :])


def _is_caption(folded: str) -> bool:
    return prefix_end("caption", folded) is not None or prefix_end("caption_person", folded) is not None


@cache
def _lead_ins() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A credit at the beginning of the line, and one behind a mark: apart, so that a search skips to the marks."""
    words, free = pattern("credit").pattern, pattern("credit_free").pattern
    credit = rf"\s*(?P<credit>{free}|{words})"
    first = re.compile(credit)
    return first, re.compile(rf"[-.!?,;:\])\"…]{credit}")


@cache
def _bracketed() -> re.Pattern[str]:
    words, free = pattern("credit").pattern, pattern("credit_free").pattern
    return re.compile(
        rf"\(\s*(?:(?:{words})\s*(?:\([^()\n]{{1,20}}\)\s*)?[:\-][^()\n]{{1,80}}|(?:{free})[^()\n]{{0,60}})\)"
    )
