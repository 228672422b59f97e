"""Photo credits: "(Ảnh: Báo X)", "- Ảnh: NAM TRẦN.", a line "Ảnh: VGP" of its own."""

from __future__ import annotations

import re

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


def trailing(line: Line) -> tuple[int, int] | None:
    """The credit at the end of the line, behind a dash or the caption's full stop, as offsets in the line."""
    if line.words > 80:
        return None
    last = None
    for match in _lead_in().finditer(line.fold):
        last = match
    if last is None:
        return None
    if not is_credit(line.text[last.start("credit") :], line.fold[last.start("credit") :]):
        return None
    dash = last.start() if line.fold[last.start()] == "-" else last.start("credit")
    return dash, len(line.fold)


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


def _lead_in() -> re.Pattern[str]:
    return _patterns()[0]


def _bracketed() -> re.Pattern[str]:
    return _patterns()[1]


_compiled: list[re.Pattern[str]] = []


def _patterns() -> list[re.Pattern[str]]:
    if not _compiled:
        words = pattern("credit").pattern
        free = pattern("credit_free").pattern
        _compiled.append(re.compile(rf"(?:^|[-.!?,;:\])\"…])\s*(?P<credit>(?:{free}|{words}))"))
        _compiled.append(
            re.compile(
                rf"\(\s*(?:(?:{words})\s*(?:\([^()\n]{{1,20}}\)\s*)?[:\-][^()\n]{{1,80}}|(?:{free})[^()\n]{{0,60}})\)"
            )
        )
    return _compiled
