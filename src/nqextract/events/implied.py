"""Conferences whose name does not tell that documents are studied, but at which somebody presents them.

"Lễ kỷ niệm …, Quyết định số 1336 được phổ biến ngay tại lễ"; a committee's own meeting that discusses a resolution.
"""

from __future__ import annotations

from dataclasses import replace

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference, is_early
from nqextract.events.occasions import Occasion, find_openings
from nqextract.events.slots.documents import discussed, tells_results, tells_study
from nqextract.events.slots.presenters import find_statements
from nqextract.events.unnamed import arranged
from nqextract.events.view import Spans, View
from nqextract.types import BlockKind

_JUST_BEFORE = 2  # sentences that tell what was done at "hội nghị" before it is called so
_NEAR = 4  # so many sentences from where a conference is spoken of, what is said is said there


def find_implied(view: View, passing: list[Conference], occasions: list[Occasion], names: Spans) -> list[Conference]:
    """The conference that an article without a named one is about, if documents are made known there.

    ``passing`` are those told beside it, ``names`` the spans of all conferences' names.
    """
    aside = {index for c in passing for index in c.sentences}
    of_it = [o for o in occasions if o.kind != "study" and o.sentence not in aside and _is_definite(view, o)]
    told = [o for o in of_it if o.held and (o.date or o.organizers)]
    if not told:
        openings = [_with_purpose(view, o) for o in find_openings(view)]
        of_it = of_it or [o for o in openings if o.kind == "study"]
        told = openings or (arranged(view, aside) if of_it else [])
    if not of_it:
        return []
    told.sort(key=lambda o: view.kinds[o.sentence] in (BlockKind.TITLE, BlockKind.CAPTION))
    conference = Conference(sorted({*of_it[:1], *told[:1]}, key=lambda o: o.start), main=True)
    conference.sentences = [index for index in range(len(view.sentences)) if index not in aside]
    opening = [*told[:1], *of_it]
    lead = [o for o in opening if _leads(view, o)][:1]
    reach = len(view.sentences) if lead else _NEAR  # what the article opens with, it is about to its end
    near = {index for o in lead or of_it for index in range(o.sentence - _JUST_BEFORE, o.sentence + reach)}
    near &= set(conference.sentences)
    has_documents = bool(view.documents(0, len(view.fold)))
    statements = [s for s in find_statements(view, sorted(near), names) if s.documents] if has_documents else []
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
