"""Words that the rules look for all over an article: one pass finds where each of them may stand.

A search for one of many phrases tries nearly every character.  The automaton passes all of the text once, for all
patterns of :data:`SOUGHT`; a pattern is then tried only where one of its forms begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property

import ahocorasick

from nqextract.events import vocabulary as words


class Sought:
    """A pattern, and the forms with one of which each of its matches begins."""

    def __init__(self, pattern: Callable[[], re.Pattern[str]], forms: Callable[[], Iterable[str]]) -> None:
        self._pattern = pattern
        self._forms = forms

    @classmethod
    def word(cls, *roles: str) -> Sought:
        """For :func:`~nqextract.events.vocabulary.word`."""
        return cls(lambda: words.word(*roles), lambda: words.forms_of(roles))

    # The vocabulary is read when it is first needed.

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return self._pattern()

    def forms(self, *, whole: bool) -> list[str]:
        """The forms, or their first words; without those that begin with another one."""
        kept: list[str] = []
        for form in sorted(form if whole else form.partition(" ")[0] for form in self._forms()):
            if not (kept and form.startswith(kept[-1])):
                kept.append(form)
        return kept


NOUNS = Sought(words.nouns, words.noun_forms)
STUDY = Sought(words.study_verbs, lambda: words.forms_of(words.STUDY))
DOCUMENTS = Sought.word("doc_noun", "topic", "issuing_meeting")
STUDY_OR_HEAR = Sought(words.study_or_hear, lambda: words.forms_of((*words.STUDY, "hear")))
HOLD = Sought(words.hold, lambda: words.HOLD)
PRESENT = Sought.word("present")
PRESENT_BESIDE = Sought.word("present_beside")
REPORTER = Sought(words.reporter, lambda: (words.REPORTER,))
CHAIR = Sought.word("chair")
IN_HALL = Sought.word("in_hall")
WAYS = Sought.word("hybrid_phrase", "online_phrase", "in_person_phrase")

SOUGHT = (NOUNS, STUDY, DOCUMENTS, STUDY_OR_HEAR, HOLD, PRESENT, PRESENT_BESIDE, REPORTER, CHAIR, IN_HALL, WAYS)


@cache
def _automaton(*, whole: bool) -> ahocorasick.Automaton:
    """Knows each form's length, and which patterns may match where it begins."""
    begin: dict[str, list[Sought]] = {}
    for sought in SOUGHT:
        for form in sought.forms(whole=whole):
            begin.setdefault(form, []).append(sought)
    automaton = ahocorasick.Automaton()
    for form, those in begin.items():
        automaton.add_word(form, (len(form), tuple(those)))
    automaton.make_automaton()
    return automaton


def find_places(fold: str) -> dict[Sought, list[int]]:
    """Where each pattern may match in ``fold``, in order: it matches nowhere else."""
    found: dict[Sought, list[int]] = {sought: [] for sought in SOUGHT}
    # A form may be written with more spaces than one: then its first word must do.
    for last, (size, those) in _automaton(whole="  " not in fold).iter(fold):
        for sought in those:
            found[sought].append(last + 1 - size)
    for places in found.values():
        places.sort()  # the automaton tells them by their ends
    return found
