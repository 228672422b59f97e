"""Documents known by the meeting that passed them, where the name itself says neither number nor meeting.

"Luật Biên phòng được Quốc hội khóa XIV thông qua tại Kỳ họp thứ 10" is no DOC entity, a law being named there by its
name alone, and yet the law of a session; "Nghị quyết số 43-NQ/TW của Hội nghị Trung ương 8" gives its meeting beside
the number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqextract.events import vocabulary as words
from nqextract.tag.meetings import Meeting, meetings_of
from nqextract.tag.numerals import to_roman
from nqextract.text import fold
from nqextract.types import Analysis, CleanArticle, DateValue, DocumentValue, Mention

_REACH = 220
_NOUN = re.compile(r"(?<![^\W_])(?:bộ luật|luật|nghị quyết|pháp lệnh)(?![^\W_])")
_TYPES = {"luật": "law", "bộ luật": "law", "nghị quyết": "resolution", "pháp lệnh": "law"}
_PASSED = re.compile(r"(?<![^\W_])(?:thông qua|ban hành)(?: tại| ở| trong)? *\Z")
_OF = re.compile(r"[\s,(]*+(?:của|tại|ban hành tại|được thông qua tại)?[\s,]*+")
_TERM = re.compile(r"quốc hội(?: nước chxhcn việt nam)?,? (?:nhiệm kỳ )?khóa ([ivx]{1,5})(?![^\W_])")
_RESULTS = re.compile(r"(?<![^\W_])(?:kết quả|nội dung|vấn đề|tinh thần)(?: của)? *\Z")
_ISSUED_BY_PLENUMS = {"nghị quyết": "resolution", "kết luận": "conclusion", "quy định": "regulation"}
_BY_SUBJECT = re.compile(r"(?<![^\W_])(?P<type>Nghị quyết|Kết luận|Quy định) (?:về (?!việc)|[“\"])")
_NUMBERED = re.compile(r"(?<=/)\s?qh\s?(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Enacted:
    """``documents``: those without a number.  ``meetings``: where a numbered document begins, its meeting's twin."""

    documents: tuple[Mention, ...]
    meetings: dict[int, Mention]


def find_enacted(analysis: Analysis) -> Enacted:
    """What an article says of the meetings that passed documents, beside its DOC mentions."""
    clean, mentions = analysis.clean, analysis.mentions
    named = [m for m in mentions if m.label == "DOC" and isinstance(m.value, DocumentValue)]
    documents: list[Mention] = []
    meetings: dict[int, Mention] = {}
    conveyed: set[str] = set()
    position = 0
    told = meetings_of(analysis)
    terms = {term.upper() for term in _TERM.findall(clean.fold)} if told else set()
    for meeting in told:
        while position < len(named) and named[position].start < meeting.start:
            position += 1
        last = named[position - 1] if position else None
        if (
            meeting.kind == "plenum"
            and meeting.key
            and _RESULTS.search(clean.fold, max(0, meeting.start - 24), meeting.start)
        ):
            conveyed.add(meeting.key)
        if meeting.key is None or (last is not None and meeting.start < last.end):
            continue
        if last is not None and _belongs(clean, mentions, last, meeting):
            meetings[last.start] = _twin(clean, last.start, meeting, last.value.type, terms)  # type: ignore[union-attr]
        elif meeting.kind == "session" and (noun := _noun(clean, meeting, last.end if last else 0)):
            documents.append(_twin(clean, noun.start(), meeting, _TYPES[noun.group()], terms))
    conveyed = {key for key in conveyed if not key.endswith(":")} or conveyed  # the term said once is enough
    if len(conveyed) == 1:
        documents += _of_plenum(clean, named, conveyed.pop())
    return Enacted(tuple(sorted(documents, key=lambda document: document.start)), meetings)


def _of_plenum(clean: CleanArticle, named: Sequence[Mention], key: str) -> Iterator[Mention]:
    """ "Quy định về trách nhiệm nêu gương" where the article tells of the results of the plenum that issued it."""
    position = 0
    for noun in _BY_SUBJECT.finditer(clean.text):
        while position < len(named) and named[position].end <= noun.start():
            position += 1
        if position == len(named) or named[position].start >= noun.end():
            kind = _ISSUED_BY_PLENUMS[fold(noun["type"])]
            yield Mention("DOC", noun.start(), noun.end("type"), DocumentValue(type=kind, meeting=key))


def _belongs(clean: CleanArticle, mentions: Sequence[Mention], document: Mention, meeting: Meeting) -> bool:
    """Whether ``meeting`` is said to have passed the numbered ``document`` right before it."""
    value = document.value
    if not isinstance(value, DocumentValue) or not value.number or meeting.start - document.end > _REACH:
        return False
    between = clean.fold[document.end : meeting.start]
    if meeting.kind == "session":
        return _PASSED.search(between) is not None and re.search(r"[.;\n]|(?<![^\W_])luật ", between) is None
    first = bisect_left(mentions, document.end, key=lambda m: m.start)
    behind = bisect_left(mentions, meeting.start, key=lambda m: m.start)
    dates = [m for m in mentions[first:behind] if isinstance(m.value, DateValue)]
    return (
        len(dates) <= 1
        and _OF.fullmatch(clean.fold[dates[0].end if dates else document.end : meeting.start]) is not None
    )


def _noun(clean: CleanArticle, meeting: Meeting, floor: int) -> re.Match[str] | None:
    """The word for the document in "Luật A được Quốc hội thông qua tại <meeting>"."""
    start = max(floor, meeting.start - _REACH)
    before = clean.fold[start : meeting.start]
    if _PASSED.search(before) is None:
        return None
    start += max(before.rfind(mark) for mark in ".;\n") + 1
    found = None
    for noun in _NOUN.finditer(clean.fold, start, meeting.start):
        if not words.word("not_doc").search(clean.fold, max(start, noun.start() - 8), noun.end() + 8):
            found = found or noun
    return found


def _twin(clean: CleanArticle, start: int, meeting: Meeting, kind: str, terms: set[str]) -> Mention:
    """The document at ``start`` under its meeting, with the term of the Assembly where the article has only one."""
    key = meeting.key or ""
    if meeting.kind == "session" and key.count(":") == 2 and key.endswith(":"):
        key += _term(clean, start, meeting, terms)
    return Mention("DOC", start, meeting.end, DocumentValue(type=kind, meeting=key))


def _term(clean: CleanArticle, start: int, meeting: Meeting, terms: set[str]) -> str:
    """The Assembly's term from the words around, the number ("31/2024/QH15"), or the article's only one."""
    if near := _TERM.search(clean.fold, start, meeting.end):
        return near.group(1).upper()
    if number := _NUMBERED.search(clean.fold, start, meeting.start):
        return to_roman(int(number.group(1)))
    return next(iter(terms)) if len(terms) == 1 else ""
