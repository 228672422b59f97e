"""What a document is about, from the words behind it: quoted, or behind "về"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import takewhile

from nqextract.lexicon import either, forms_by_kind, rows
from nqextract.text import fold
from nqextract.types import CleanArticle, Mention

_LENGTH = 400
_ACTING = ("PERSON", "TITLE", "ORG")
_ADDRESS = 30  # characters of "các đồng chí PGS, TS " between a verb and a person
_quoted = re.compile(rf'[ ,(]{{0,3}}(?:về )?(?:việc )?" ?(?P<subject>[^"\n]{{2,{_LENGTH}}}?) ?"')
_about = re.compile(rf" ?,? về (?P<subject>(?:[^.;:\"\n]|(?<=tp)\.(?= ?\w)){{4,{_LENGTH}}})")
_turn = re.compile(
    r",? (?:"
    r"(?P<whom>do|(?:(?:ấy|đó|này|nói trên) )?(?:(?:đã|vừa|sẽ|cũng) )?được)"
    r"|(?P<hearers>cho)"
    r"|(?P<held>(?:tổ chức|diễn ra)(?: vào)?)"
    r") "
    r"|, ?(?P<beyond>)"
)
_trailing = re.compile(r"(?:[ ,]|(?<!\w)(?:và|các|cùng|với|của|theo)(?!\w))+$")
_place_or_part_of_day = re.compile(r"(?:tại|ở|sáng|chiều|tối) ")


def find_subject(clean: CleanArticle, behind: Iterable[Mention], end: int, stop: int) -> tuple[int, int] | None:
    """The span of the subject of the document whose mention, date and issuer end at ``end``.

    ``behind`` are the mentions behind ``end``, in order; what is not quoted ends before ``stop``.
    """
    match = _quoted.match(clean.fold, end)
    if match is not None:
        return match.span("subject")
    match = _about.match(clean.fold, end, min(stop, end + _LENGTH))
    if match is None:
        return None
    start, last = match.span("subject")
    last = _before_the_telling(clean.fold, behind, start, last)
    words = _trailing.sub("", clean.fold[start:last])
    return (start, start + len(words)) if len(words) > 3 else None


def _before_the_telling(text: str, mentions: Iterable[Mention], start: int, last: int) -> int:
    """Where the subject ends at the latest: before who presents the document, to whom, when, and other asides."""
    inside = {m.start: m.label for m in takewhile(lambda m: m.start < last, mentions)}
    words = _words()
    for turn in _turn.finditer(text, start, last):
        behind = turn.end()
        if turn["whom"]:
            address = words["address"].match(text, behind, behind + _ADDRESS)
            ends = inside.get(address.end() if address else behind) in _ACTING or (
                turn["whom"] != "do" and words["studied"].match(text, behind) is not None
            )
        elif turn["hearers"]:
            ends = text[behind : behind + 1].isdigit() or words["hearers"].match(text, behind) is not None
        elif turn["held"]:
            ends = inside.get(behind) == "DATE" or _place_or_part_of_day.match(text, behind) is not None
        else:
            ends = words["beyond"].match(text, behind) is not None
        if ends:
            return turn.start()
    return last


@cache
def _words() -> dict[str, re.Pattern[str]]:
    forms = forms_by_kind("document_words")
    address = either(fold(row["word"]) for row in rows("honorifics"))
    words = {kind: re.compile(rf"{either(forms[kind])}(?![^\W_])") for kind in ("studied", "beyond", "hearers")}
    return words | {"address": re.compile(rf"(?:(?:các|hai|ba) )?(?:{address}[., ]+)+")}
