"""Who does something at a conference: the persons that are subject of a verb, and those that follow one."""

from __future__ import annotations

import re
from functools import cache

from nqextract.events import vocabulary as words
from nqextract.events.view import View

_REACH = 260  # characters between a person and the verb: room for the titles of one person
_LIST = 1500  # characters that a list of persons with their titles may take
_LIST_RESIDUE = re.compile(r"[\s,;:.\-/&]*(?:và|cùng)?[\s,;:.\-/&]*")
_IN_TURN = re.compile(r"[^.;\n:]{0,120}?(?<![^\W_])(?:lần lượt|đồng chủ trì)(?![^\W_])")
_JOINED = re.compile(r";|(?<![^\W_])(?:và|cùng)(?![^\W_])")
_OPENS_LIST = re.compile(r"(?<![^\W_])(?:các +(?:đồng chí|ông|bà|đ/c|anh|chị)|gồm|đồng chí:|các [^:;.\n]{1,80}:)")


def subjects(view: View, verb: int, sentence: int) -> list[int]:
    """Indices of the mentions of the persons who do what the verb at ``verb`` says, in order."""
    before = view.persons(max(sentence, verb - _REACH), verb)
    if not before:
        return _pronoun(view, verb, sentence)
    if not _governs(view, view.mentions[before[-1]].end, verb):
        return []
    return _with_list(view, before[-1], sentence)


_PRONOUN = re.compile(r"(?<![^\W_])(?:ông|bà|đồng chí|anh|chị)(?: +(?:đã|cũng|còn|trực tiếp|lần lượt|tiếp tục))* *\Z")
_SENTENCES_BACK = 3


def _pronoun(view: View, verb: int, sentence: int) -> list[int]:
    """ "Ông thông báo …", "Từ đó ông giới thiệu …": the person of the sentences before, in the same block."""
    index = view.sentence_at(sentence)
    if index is None:
        return []
    if _PRONOUN.search(view.fold, max(sentence, verb - 40), verb) is None and not _opens_clause(view, sentence, verb):
        return []
    for earlier in range(index - 1, max(-1, index - 1 - _SENTENCES_BACK), -1):
        before = view.sentences[earlier]
        if before.block != view.sentences[index].block:
            break
        if persons := view.persons(before.start, before.end):
            return persons[:1]
    return []


_CLAUSE_PRONOUN = re.compile(r"(?:[,;] |(?<=\n))(?:ông|bà|đồng chí|anh|chị) (?P<next>[^\W_])")


def _opens_clause(view: View, sentence: int, verb: int) -> bool:
    """ "…, đồng chí điểm lại …, đồng thời | nói kỹ về …": a pronoun that begins a clause, and nobody's name."""
    first = view.fold[sentence : sentence + 12]
    told = re.match(r"\s*(?:ông|bà|đồng chí|anh|chị) (?=[^\W_])", first)
    start = sentence + told.end() if told else None
    if start is None and (clause := _CLAUSE_PRONOUN.search(view.fold, sentence, verb)):
        start = clause.start("next")
    if start is None or view.text[start].isupper():
        return False
    return words.word("other_subject", "audience").search(view.fold, start, verb) is None and _governs(
        view, start, verb
    )


_ALSO = re.compile(  # "(A) dự, phát biểu khai mạc và (điều hành)": verbs beside the one looked at
    r"(?<![^\W_])(?:(?:tham dự|đến dự|dự|phát biểu(?: khai mạc| chỉ đạo| mở đầu)?|khai mạc|chỉ đạo)(?: hội nghị)?"
    r"(?:, *và|,| và) *){1,3}(?=(?:đã |trực tiếp |cùng |đồng )*\Z)"
)


_ASKED_TO = re.compile(r"(?<![^\W_])được (?:[^\W\d_]+ ){0,3}(?:giao|phân công|mời|cử)(?: nhiệm vụ)? *\Z")


def _governs(view: View, start: int, verb: int) -> bool:
    """Whether nothing between a person and a verb gives the verb another subject or makes it a request."""
    between = _ASKED_TO.sub(" ", _ALSO.sub(" ", view.residue(start, verb)))
    if re.search(r"[;!?\n\"]|\.\s", between):
        return False
    return words.word("demand", "other_subject").search(between) is None


def _with_list(view: View, last: int, sentence: int) -> list[int]:
    """``last`` and the persons listed with it before it: "các đồng chí: A, …; B, … và C"."""
    opener = _OPENS_LIST.search(view.fold, sentence, view.mentions[last].start)
    chain = [last]
    in_turn = _IN_TURN.match(view.fold, view.mentions[last].end) is not None
    for index in reversed(view.persons(max(sentence, view.mentions[last].start - _LIST), view.mentions[last].start)):
        start, end = view.mentions[index].end, view.mentions[chain[0]].start
        if not _listed(view, start, end):
            break
        opened = in_turn or (opener is not None and opener.start() < view.mentions[index].start)
        if not opened and _JOINED.search(view.residue(start, end)) is None:
            break
        chain.insert(0, index)
    return chain


def _listed(view: View, start: int, end: int) -> bool:
    """Whether two persons are neighbours in a list: only titles, marks and "và" between them."""
    between = view.residue(start, end)
    if _LIST_RESIDUE.fullmatch(between):
        return True
    unread = re.sub(r"[^\w;]", "", between)  # a position that was not recognised is passed over when it is short
    return len(unread) <= 24 and _JOINED.search(between) is not None and not _acts().search(between)


@cache
def _acts() -> re.Pattern[str]:
    return words.word("present", "chair", "demand", "attend", "hold", "other_subject")


def following(view: View, start: int, limit: int) -> list[int]:
    """The person named directly behind ``start`` ("có đồng chí A, …"), with those listed after."""
    found = view.persons(start, limit)
    if not found:
        return []
    lead = view.residue(start, view.mentions[found[0]].start).replace("làm việc", "")
    if len(lead) > 60 or re.search(r"[;.!?\n]", lead) or words.word("demand", "other_subject").search(lead):
        return []
    chain = [found[0]]
    for index in found[1:]:
        if not _listed(view, view.mentions[chain[-1]].end, view.mentions[index].start):
            break
        chain.append(index)
    return chain
