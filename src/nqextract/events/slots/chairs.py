"""``chairs``: who chairs or leads the conference."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.slots.speakers import following, subjects
from nqextract.events.view import View

_OF = re.compile(r" +của +")
_COMMA = re.compile(",")
_WHILE = re.compile(r"(?<![^\W_])(?:khi|lúc)(?: trực tiếp| cùng)? *\Z")


def find_chairs(view: View, sentences: Iterable[int]) -> list[int]:
    """Indices of the mentions of those who chair, in order."""
    found: list[int] = []
    chairing = view.holding(sought.CHAIR)
    for index in sentences:
        if index not in chairing:
            continue
        sentence = view.sentences[index]
        for verb in view.free(sought.CHAIR, sentence.start, sentence.end):
            if _is_of_conference(view, verb, sentence.end):
                found += _of_verb(view, verb, sentence.start, sentence.end)
    return found


def _of_verb(view: View, verb: re.Match[str], start: int, end: int) -> list[int]:
    if of := _OF.match(view.fold, verb.end(), end):  # "dưới sự chủ trì của"
        return following(view, of.end(), end)
    if _WHILE.search(view.fold, start, verb.start()):  # "ông A nêu ra …, khi chủ trì hội nghị"
        return view.persons(start, verb.start())[:1] or _behind_comma(view, verb.end(), end)
    found = subjects(view, verb.start(), start) or following(view, verb.end(), end)
    if not found and not view.residue(start, verb.start()).strip(' *-+"'):
        found = _behind_comma(view, verb.end(), end)
    return found


def _behind_comma(view: View, start: int, end: int) -> list[int]:
    """ "Chủ trì hội nghị triển khai …, đồng chí A …": the person that a clause behind a comma begins with."""
    for comma in view.free(_COMMA, start, end):
        persons = view.persons(comma.end(), end)
        if persons and not view.residue(comma.end(), view.mentions[persons[0]].start).strip(" ,-"):
            return persons[:1]
    return []


def _is_of_conference(view: View, verb: re.Match[str], end: int) -> bool:
    """Whether it is the conference that is chaired, not the drafting of a plan or another meeting."""
    if re.compile(r"(?<![^\W_])(?:cơ quan|đơn vị|giao|được giao|phải|cần) *\Z").search(
        view.fold, max(0, verb.start() - 20), verb.start()
    ):
        return False
    rest = view.fold[verb.end() : end]
    if re.match(r",? *(?:phối hợp|xây dựng|tham mưu|thực hiện|soạn)", rest):
        return False
    return (
        re.match(r"\s*(?:[,.;:)\-\n]|\Z)", rest) is not None
        or words.word("chair_object").match(rest.lstrip()) is not None
    )
