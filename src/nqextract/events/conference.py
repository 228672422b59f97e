"""The conference at which documents of the Party or the State are studied: one record for each that was held."""

from __future__ import annotations

from dataclasses import replace

from nqextract.events import vocabulary as words
from nqextract.events.assemble import build
from nqextract.events.conferences import Conference, group, is_early, settle
from nqextract.events.later import find_later
from nqextract.events.occasions import Occasion, find_occasions, find_openings
from nqextract.events.slots.documents import discussed, tells_results, tells_study
from nqextract.events.slots.presenters import find_statements
from nqextract.events.unnamed import arranged, find_unnamed
from nqextract.events.view import Spans, View
from nqextract.records import Record
from nqextract.types import Analysis, BlockKind, Mention

_JUST_BEFORE = 2  # sentences that tell what was done at "hội nghị" before it is called so
_NEAR = 4  # so many sentences from where a conference is spoken of, what is said is said there


def find_conferences(analysis: Analysis) -> tuple[Record, ...]:
    """The records of ``analysis``, in the order in which the article comes to them."""
    fold = analysis.clean.fold
    if words.study_verbs().search(fold) is None:
        return ()
    view = View(analysis)
    occasions = find_occasions(view)
    occasions = sorted(occasions + find_unnamed(view, occasions), key=lambda o: o.start)
    names = Spans((o.start, o.end) for o in occasions if o.kind != "bare")
    found = group(view, occasions)
    found = sorted(found + find_later(view, found, occasions, names), key=lambda c: c.position)
    settle(view, found, occasions)
    found = [c for c in found if _is_reported(c)]
    if not any(c.main for c in found):
        found = sorted(found + _by_what_was_done(view, found, occasions, names), key=lambda c: c.position)
    records: list[Record] = []
    told: list[Mention] = []
    for number, conference in enumerate(found, start=1):
        record, documents = build(view, conference, number, names, told)
        records.append(record)
        told += documents
    return tuple(records)


def _is_reported(conference: Conference) -> bool:
    """Whether it is told as an event: with a date or a holder, or as where something happened."""
    return conference.main or any(o.date or o.organizers or o.attended for o in conference.occasions)


def _by_what_was_done(
    view: View, passing: list[Conference], occasions: list[Occasion], names: Spans
) -> list[Conference]:
    """A conference whose name does not tell, but at which somebody presents documents or all are told of them."""
    aside = {index for c in passing for index in c.sentences}
    of_it = [o for o in occasions if o.kind != "study" and o.sentence not in aside and _is_definite(view, o)]
    openings = [_with_purpose(view, o) for o in find_openings(view)]
    of_it = of_it or [o for o in openings if o.kind == "study"]
    if not of_it:
        return []
    told = [o for o in of_it if o.held and (o.date or o.organizers)] or openings or arranged(view, aside)
    told.sort(key=lambda o: view.kinds[o.sentence] in (BlockKind.TITLE, BlockKind.CAPTION))
    conference = Conference(sorted({*of_it[:1], *told[:1]}, key=lambda o: o.start), main=True)
    conference.sentences = [index for index in range(len(view.sentences)) if index not in aside]
    opening = [*told[:1], *of_it]
    lead = [o for o in opening if _leads(view, o)][:1]
    reach = len(view.sentences) if lead else _NEAR  # what the article opens with, it is about to its end
    near = {index for o in lead or of_it for index in range(o.sentence - _JUST_BEFORE, o.sentence + reach)}
    near &= set(conference.sentences)
    statements = [s for s in find_statements(view, sorted(near), names) if s.documents]
    if any(_reviews(view, o) for o in [*lead, *told[:1]]):  # there more must be said than "đã triển khai Chỉ thị …"
        statements = [s for s in statements if not view.fold.startswith("triển khai", s.start)]
    studied = statements or any(
        tells_study(view, index, names) or tells_results(view, index, names) for index in sorted(near)
    )
    studied = studied or any(o.kind == "study" for o in told[:1])
    return [conference] if studied and (statements or not passing) else []


def _is_definite(view: View, occasion: Occasion) -> bool:
    """Whether one meeting is meant: "hội nghị", or one told with its day or holder; "cuộc họp" may be any."""
    called = view.fold.startswith("hội nghị", occasion.start)
    return called or (occasion.held and bool(occasion.date or occasion.organizers)) or _leads(view, occasion)


def _leads(view: View, occasion: Occasion) -> bool:
    """Whether an article opens with it, told with its day: then what is said later is said there."""
    if view.fold[occasion.start : occasion.end] == _ANY:
        return False
    told = occasion.date and (occasion.organizers or occasion.attended)
    return bool(told) and is_early(view, occasion.sentence)


def _reviews(view: View, occasion: Occasion) -> bool:
    return words.word("review").search(view.fold, occasion.start, occasion.end) is not None


_ANY = "buổi"  # "buổi hòa giải", "buổi thẩm vấn": of any kind


def _with_purpose(view: View, opening: Occasion) -> Occasion:
    """A committee's own meeting with what it is said to discuss: "Hội nghị lần thứ 10 …, thảo luận chương trình …"."""
    end = discussed(view, opening.sentence, opening.end)
    return replace(opening, kind="study", end=end, unnamed=True) if end else opening
