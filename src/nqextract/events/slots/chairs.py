"""``chairs``: who chairs or leads the conference."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nqextract.events import vocabulary as words
from nqextract.events.slots.speakers import following, subjects
from nqextract.events.view import View

_OF = re.compile(r" +của +")


def find_chairs(view: View, sentences: Iterable[int]) -> list[int]:
    """Indices of the mentions of those who chair, in order."""
    found: list[int] = []
    for index in sentences:
        sentence = view.sentences[index]
        for verb in view.free(words.word("chair"), sentence.start, sentence.end):
            if _is_of_conference(view, verb, sentence.end):
                found += _of_verb(view, verb, sentence.start, sentence.end)
    return found


def _of_verb(view: View, verb: re.Match[str], start: int, end: int) -> list[int]:
    if of := _OF.match(view.fold, verb.end(), end):  # "dưới sự chủ trì của"
        return following(view, of.end(), end)
    return subjects(view, verb.start(), start) or following(view, verb.end(), end)


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
