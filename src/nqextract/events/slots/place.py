"""``place``: where the conference was held, as written."""

from __future__ import annotations

import re

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.view import View

_AT = re.compile(r"(?<![^\W_])(?:tại|ở) +")
_VENUES = re.compile(r"(?:hai|ba|bốn|năm|\d+) +điểm cầu:? +")
_STOP = re.compile(
    r"[,;:()\n\"“”]|(?<!TP)(?<!Tp)(?<!tp)\.(?=\s|\Z)| [-–] (?=[^\W\d_]*[a-zà-ỹ]{2}[^\W\d_]* )(?![A-ZĐÀ-Ỹ])"
)
_LONGEST = 90


def find_place(view: View, conference: Conference) -> tuple[int, int] | None:
    """The span of the place in a sentence that tells that the conference was held."""
    for occasion in conference.occasions:
        sentence = view.sentences[occasion.sentence]
        spans = (
            [(occasion.end, sentence.end)]
            if not occasion.held
            else [(sentence.start, occasion.start), (occasion.end, sentence.end)]
        )
        for start, end in spans:
            if found := _between(view, start, end):
                return found
    for index in conference.sentences:
        sentence = view.sentences[index]
        told = re.compile(
            r"\s*(?:hội nghị|buổi [^\W_]+(?: [^\W_]+)?|lớp học)[^.;,]{0,40} (?:diễn ra|được tổ chức|tổ chức)"
        ).match(view.fold, sentence.start)
        if told and (found := _between(view, told.start(), sentence.end)):
            return found
    return None


def _between(view: View, start: int, end: int) -> tuple[int, int] | None:
    for at in _AT.finditer(view.fold, start, end):
        if words.word("demand").search(view.residue(start, at.start())):
            return None
        span = _place_at(view, at.end(), end)
        if span is not None:
            return span
    return None


def _place_at(view: View, start: int, limit: int) -> tuple[int, int] | None:
    if venues := _VENUES.match(view.fold, start, limit):
        start = venues.end()
    elif words.word("not_place").match(view.fold, start, limit):
        return None
    stop = _STOP.search(view.text, start, min(limit, start + _LONGEST))
    end = stop.start() if stop else min(limit, start + _LONGEST)
    for mention in view.within(start + 1, end):
        if mention.label in ("DATE", "PERSON"):
            end = mention.start
            break
    if ending := view.first_free(words.word("place_end"), start, end):
        end = ending.start()
    end = start + len(view.fold[start:end].rstrip(" -"))
    if end <= start:
        return None
    facility = words.word("facility").match(view.fold, start, end)
    if facility is None and not view.text[start].isupper():
        return None
    if facility is not None and not any(c.isupper() for c in view.text[start:end]) and facility.end() == end:
        return None
    return start, end
