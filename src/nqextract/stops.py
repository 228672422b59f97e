"""Where sentences end: shared by the steps that need to know (cleaning, tokenizing)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nqextract.lexicon import rows

_stop = re.compile(r"[.!?…](?:\s?[.!?…])*(?:/\.)?(?:\s?[\"”’')\]»]+)?")
_last_word = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?$")
_numbered = re.compile(r"^[\W_]*(?:\d{1,2}(?:\.\d{1,2}){0,3}|[^\W\d_]|[IVX]{1,5})$")
_LONGEST_WORD = 24


@cache
def _forms(kind: str) -> frozenset[str]:
    return frozenset(row["form"] for row in rows("abbreviations") if row["kind"] == kind)


def sentence_ends(text: str, fold: str, start: int, end: int) -> Iterator[int]:
    """Offsets behind the last mark of each sentence of ``text[start:end]`` but the last; ``fold`` is its folded twin.

    Linear in ``end - start``.
    """
    begin = after = start
    for match in _stop.finditer(text, start, end):
        at = match.start()
        if at > after and text[at - 1].isspace():  # "… ?": not in the pattern, which could not skip to a mark then
            at -= 1
        after = match.end()
        if after < end and _ends_sentence(text, fold, begin, at, after, end):
            yield after
            begin = after


def _ends_sentence(text: str, fold: str, begin: int, at: int, after: int, end: int) -> bool:
    """Whether the marks ``text[at:after]`` end the sentence that begins at ``begin``."""
    following = after
    while following < end and (text[following].isspace() or text[following] in "\"“‘'(*+-–•"):
        following += 1
    if following >= end:
        return False
    spaced = text[after].isspace()
    first = text[following]
    if not (first.isupper() or first.isdigit()):
        return False
    stop = text[at:after].lstrip()
    if stop != ".":  # ? ! … ." ... : whatever has a capital letter behind it is a new sentence
        if stop.startswith("."):
            return spaced or _runs_on(text, at, following, end)
        return spaced or (first.isupper() and not text[at - 1 : at].isupper())
    word = _last_word.search(fold, max(begin, at - _LONGEST_WORD), at)
    if first.isdigit() and (not spaced or text[at - 1 : at].isdigit()):
        return False  # "20.000", "12. 5"
    if word is not None:
        initial = len(word.group()) == 1 and text[word.start()].isupper()
        if initial and _ordinal_before(fold, begin, word.start()):
            return True  # "khóa X. Hội nghị"
        if initial or word.group() in _forms("abbreviation"):
            return False
    if at - begin <= 12 and _numbered.match(text[begin:at]):
        return False  # "1. Về …", "a. …" at the beginning
    return spaced or _runs_on(text, at, following, end)


def _runs_on(text: str, at: int, following: int, end: int) -> bool:
    """A full stop without a space behind it: "hội nghị.Đồng chí", "khóa XII).Đồng chí", not "TP.HCM", "Th.S"."""
    before = text[at - 1 : at]
    if not text[following].isupper() or following + 1 >= end:
        return False
    if not (text[following + 1].islower() or text[following + 1].isspace()):
        return False
    if before.isdigit() or before in ')]"”’':
        return True
    return before.islower() and text[at - 2 : at - 1].islower()


def _ordinal_before(fold: str, begin: int, at: int) -> bool:
    before = fold[max(begin, at - _LONGEST_WORD) : at].rstrip()
    word = _last_word.search(before)
    return word is not None and word.group() in _forms("ordinal")
