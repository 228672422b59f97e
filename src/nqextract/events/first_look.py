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
from nqextract.events import vocabulary as words
from nqextract.events.names import document_head
from nqextract.events.view import View


def may_hold_conference(view: View) -> bool:
    """Whether there may be a record; where not, there is none.  The cheapest questions come first."""
    end = len(view.fold)
    labels = {mention.label for mention in view.mentions}
    if "DOC" not in labels and not view.places(sought.DOCUMENTS, 0, end):
        return False
    if not view.has(sought.STUDY, 0, end):
        return False
    named = view.has(sought.NOUNS, 0, end)
    if not named and not labels >= {"ORG", "DATE"}:
        return False
    if "DOC" in labels or view.enacted.documents:
        return True
    return (named or words.beginning("study", "read", "training").search(view.fold) is not None) and _studies(view)


def _studies(view: View) -> bool:
    """Whether a sentence has a verb of study with a word for a document behind it."""
    verbs = view.holding(sought.STUDY)
    for index in view.holding(sought.DOCUMENTS):
        if index in verbs:
            start, end = view.sentences[index].start, view.sentences[index].end
            strong = words.beginning("study", "read").search(view.fold, start, end) is not None
            last = view.places(sought.DOCUMENTS, start, end)[-1]  # no document comes behind it
            if any(document_head(view, verb, end, strong=strong) for verb in _verb_ends(view, start, last)):
                return True
    return False


def _verb_ends(view: View, start: int, end: int) -> Iterator[int]:
    """Wherever in ``[start, end)`` a verb of study, long or short, may end."""
    begins = words.beginning(*words.STUDY)
    for place in view.places(sought.STUDY, start, end):
        verb = begins.match(view.fold, place, end)
        while verb is not None:
            yield verb.end()
            verb = begins.match(view.fold, place, verb.end() - 1)
