"""Which articles can hold a conference, told before anything else is asked: hardly any news can.

A record needs documents, or a verb of study with a word for a document behind it
(:func:`~nqextract.events.names.document_head`): there is one in the name of a conference, in what is told without a
noun, and where results are made known; else documents are asked for.  And it needs a noun for the meeting, or without
one the body that holds it, the day, and a verb that says by itself that something is studied, or its document
(``unnamed.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from nqextract.events import sought
from nqextract.events.names import document_head
from nqextract.events.view import View


def may_hold_conference(view: View) -> bool:
    """Whether there may be a record; where not, there is none.  The cheapest questions come first."""
    end = len(view.fold)
    labels = {mention.label for mention in view.mentions}
    if "DOC" not in labels and not view.places(sought.DOCUMENT_BEGINS, 0, end):
        return False
    if not view.has(sought.STUDY, 0, end):
        return False
    named = view.has(sought.NOUNS, 0, end)
    if not named and not labels >= {"ORG", "DATE"}:
        return False
    if "DOC" in labels or view.enacted.documents:
        return True
    return (named or view.has(sought.TEACHING_BEGINS, 0, end)) and _studies(view)


def _studies(view: View) -> bool:
    """Whether a sentence has a verb of study with a word for a document behind it."""
    passed = 0
    for noun in view.places(sought.DOCUMENT_BEGINS, 0, len(view.fold)):
        if noun < passed or (index := view.sentence_at(noun)) is None:
            continue
        start, passed = view.sentences[index].start, view.sentences[index].end
        for end in _verb_ends(view, start, passed):
            if document_head(view, end, passed, strong=view.has(sought.STRONG_BEGINS, start, passed)):
                return True
    return False


def _verb_ends(view: View, start: int, end: int) -> Iterator[int]:
    """Wherever in ``[start, end)`` a verb of study, long or short, may end."""
    for place in view.places(sought.STUDY_BEGINS, start, end):
        verb = sought.STUDY_BEGINS.pattern.match(view.fold, place, end)
        while verb is not None:
            yield verb.end()
            verb = sought.STUDY_BEGINS.pattern.match(view.fold, place, verb.end() - 1)
