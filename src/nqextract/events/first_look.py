"""Which articles can hold a conference, told before anything else is asked: hardly any news can.

A record needs documents, or a verb of study with a word for a document behind it
(:func:`~nqextract.events.names.document_head`): there is one in the name of a conference, in what is told without a
noun, and where results are made known; else documents are asked for.  And it needs a noun for the meeting, or without
one the body that holds it, the day, and a verb that says by itself that something is studied, or its document
(``unnamed.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nqextract.events import vocabulary as words
from nqextract.events.names import document_head
from nqextract.events.view import View


def may_hold_conference(view: View) -> bool:
    """Whether there may be a record; where not, there is none.  The cheapest questions come first."""
    labels = {mention.label for mention in view.mentions}
    documents = "DOC" in labels or bool(view.enacted.documents)
    plain = _SPACES.sub(" ", view.fold) if "  " in view.fold else view.fold  # a form may be written with more spaces
    if not documents and not any(form in plain for form in _document_forms()):
        return False
    if words.nouns().search(view.fold) is None:
        told = labels >= {"ORG", "DATE"} and (
            documents or words.beginning("study", "read", "training").search(view.fold)
        )
        if not told:
            return False
    return words.study_verbs().search(view.fold) is not None and (documents or _studies(view))


_DOCUMENTS = ("doc_noun", "topic", "issuing_meeting")
_SPACES = re.compile("  +")


def _studies(view: View) -> bool:
    """Whether a sentence has a verb of study with a word for a document behind it."""
    passed = 0
    for noun in words.beginning(*_DOCUMENTS).finditer(view.fold):
        if noun.start() < passed or (index := view.sentence_at(noun.start())) is None:
            continue
        start, passed = view.sentences[index].start, view.sentences[index].end
        strong = words.beginning("study", "read").search(view.fold, start, passed) is not None
        if any(document_head(view, end, passed, strong=strong) for end in _verb_ends(view.fold, start, passed)):
            return True
    return False


@cache
def _document_forms() -> frozenset[str]:
    return frozenset(form for role in _DOCUMENTS for form in words.forms(role))


def _verbs() -> re.Pattern[str]:
    return words.beginning("study", "study_weak", "read")


def _verb_ends(fold: str, start: int, end: int) -> Iterator[int]:
    """Wherever in ``fold[start:end]`` a verb of study, long or short, may end."""
    verb = _verbs().search(fold, start, end)
    while verb is not None:
        shorter: re.Match[str] | None = verb
        while shorter is not None:
            yield shorter.end()
            shorter = _verbs().match(fold, verb.start(), shorter.end() - 1)
        verb = _verbs().search(fold, verb.start() + 1, end)
