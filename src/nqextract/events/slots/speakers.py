"""Who does something at a conference: the persons that are subject of a verb, and those that follow one."""

from __future__ import annotations

import re

from nqextract.events import vocabulary as words
from nqextract.events.view import View

_REACH = 260  # characters between a person and the verb: room for the titles of one person
_LIST_RESIDUE = re.compile(r"[\s,;:.\-/&]*(?:và|cùng)?[\s,;:.\-/&]*")
_OPENS_LIST = re.compile(r"(?<![^\W_])(?:các +(?:đồng chí|ông|bà|đ/c)|gồm|đồng chí:)")


def subjects(view: View, verb: int, sentence: int) -> list[int]:
    """Indices of the mentions of the persons who do what the verb at ``verb`` says, in order."""
    before = view.persons(max(sentence, verb - _REACH), verb)
    if not before or not _governs(view, view.mentions[before[-1]].end, verb):
        return []
    return _with_list(view, before[-1], sentence)


def _governs(view: View, start: int, verb: int) -> bool:
    """Whether nothing between a person and a verb gives the verb another subject or makes it a request."""
    between = view.residue(start, verb)
    if re.search(r"[;!?\n\"]|\.\s", between):
        return False
    return words.word("demand", "other_subject").search(between) is None


def _with_list(view: View, last: int, sentence: int) -> list[int]:
    """``last`` and the persons listed with it before it: "các đồng chí: A, …; B, … và C"."""
    opener = _OPENS_LIST.search(view.fold, sentence, view.mentions[last].start)
    chain = [last]
    if opener is None:
        return chain
    for index in reversed(view.persons(opener.start(), view.mentions[last].start)):
        if not _listed(view, view.mentions[index].end, view.mentions[chain[0]].start):
            break
        chain.insert(0, index)
    return chain


def _listed(view: View, start: int, end: int) -> bool:
    """Whether two persons are neighbours in a list: only titles, marks and "và" between them."""
    return _LIST_RESIDUE.fullmatch(view.residue(start, end)) is not None


def following(view: View, start: int, limit: int) -> list[int]:
    """The person named directly behind ``start`` ("có đồng chí A, …"), with those listed after."""
    found = view.persons(start, limit)
    if not found:
        return []
    lead = view.residue(start, view.mentions[found[0]].start)
    if len(lead) > 60 or re.search(r"[;.!?\n]", lead) or words.word("demand", "other_subject").search(lead):
        return []
    chain = [found[0]]
    for index in found[1:]:
        if not _listed(view, view.mentions[chain[-1]].end, view.mentions[index].start):
            break
        chain.append(index)
    return chain
