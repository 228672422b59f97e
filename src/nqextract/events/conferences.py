"""From mentions of conferences to conferences: which mentions are of one, and which sentences report on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from nqextract.events import vocabulary as words
from nqextract.events.occasions import Occasion
from nqextract.events.organizers import passive
from nqextract.events.view import View
from nqextract.text import fold
from nqextract.types import BlockKind, DateValue, DocumentValue, Mention

_COMPARED = 6  # so many mentions of a conference tell whether another one is of it, too
_ENOUGH = 40
_RECALLED = 50  # so many conferences, the last, may be spoken of again: no article reports on more
_SAME = 0.5  # share of the shorter name's words that the other has, from which two names are of one conference
_LEAD = 4  # so many sentences of the body, from its beginning, say what the article is about


@dataclass(slots=True)
class Conference:
    occasions: list[Occasion]
    main: bool = False
    sentences: list[int] = field(default_factory=list)  # those that report on it, in order
    parts: dict[int, tuple[int, int]] = field(default_factory=dict)  # of sentences that name another one, too: its span

    @property
    def dates(self) -> list[Mention]:
        return [o.date for o in self.occasions[:_ENOUGH] if o.date is not None]

    @property
    def organizers(self) -> list[Mention]:
        return [org for o in self.occasions[:_ENOUGH] for org in o.organizers]

    @property
    def position(self) -> int:
        """Where its report begins: the first sentence that says it was held, else that names it."""
        return min((o.sentence for o in self.occasions if o.held), default=self.occasions[0].sentence)


class _Traits(NamedTuple):
    """What an occasion is compared by."""

    words: frozenset[str]
    documents: frozenset[tuple[str, str]]
    bodies: tuple[frozenset[str], ...]


def _traits(view: View, occasion: Occasion) -> _Traits:
    return _Traits(
        view.words(occasion.start, occasion.end),
        frozenset(_keys(view, occasion)),
        tuple(frozenset(_name(view, body).split()) for body in occasion.organizers),
    )


class _Candidate:
    """A conference while mentions are put together, with what its first mentions are compared by."""

    def __init__(self, occasion: Occasion, traits: _Traits) -> None:
        self.conference = Conference([])
        self.words: list[frozenset[str]] = []
        self.documents: set[tuple[str, str]] = set()
        self.dates: list[Mention] = []
        self.bodies: list[frozenset[str]] = []
        self.add(occasion, traits)

    def add(self, occasion: Occasion, traits: _Traits) -> None:
        occasions = self.conference.occasions
        occasions.append(occasion)
        if len(occasions) <= _COMPARED:
            self.words.append(traits.words)
            self.documents |= traits.documents
        if len(occasions) <= _ENOUGH:
            if occasion.date is not None and len(self.dates) < _COMPARED:
                self.dates.append(occasion.date)
            self.bodies += traits.bodies[: _COMPARED - len(self.bodies)]


def group(view: View, occasions: list[Occasion]) -> list[Conference]:
    """The conferences at which documents are studied, each with all that is said of it by name."""
    study = [o for o in occasions if o.kind == "study"]
    told = [o for o in study if o.date or o.organizers]
    rest = [o for o in study if not (o.date or o.organizers)]
    candidates: list[_Candidate] = []
    for occasion in (
        sorted(told, key=lambda o: (not o.held, view.kinds[o.sentence] is BlockKind.CAPTION, o.start)) + rest
    ):
        traits = _traits(view, occasion)
        home = _home(view, candidates, occasion, traits)
        if home is not None:
            home.add(occasion, traits)
        else:
            candidates.append(_Candidate(occasion, traits))
    found = [candidate.conference for candidate in candidates]
    for conference in found:
        conference.occasions.sort(key=lambda o: o.start)
    found.sort(key=lambda c: c.occasions[0].start)
    _add_unnamed_reports(found, occasions)
    return found


def _home(view: View, candidates: list[_Candidate], occasion: Occasion, traits: _Traits) -> _Candidate | None:
    """The conference that ``occasion`` speaks of, if it is one of ``candidates``."""
    is_told = bool(occasion.date or occasion.organizers)
    is_apart = is_told and _is_set_apart(view, occasion)
    best: tuple[float, _Candidate] | None = None
    for candidate in candidates[-_RECALLED:]:
        likeness = _likeness(view, candidate, occasion, traits, is_told=is_told, is_apart=is_apart)
        if likeness is not None and (best is None or likeness > best[0]):
            best = likeness, candidate
    return best[1] if best else None


def _likeness(
    view: View, candidate: _Candidate, occasion: Occasion, traits: _Traits, *, is_told: bool, is_apart: bool
) -> float | None:
    """How well ``occasion`` fits ``candidate``; ``None`` where it is another one.  What costs least is asked first."""
    same_day = dates_agree(candidate.dates, occasion.date)
    if same_day is False:
        return None
    same_body = _bodies_agree(candidate.bodies, traits.bodies)
    if same_body is False or (is_apart and not (same_day and same_body)):
        return None
    alike = max(_overlap(traits.words, other) for other in candidate.words)
    both = candidate.documents and traits.documents
    shared = not candidate.documents.isdisjoint(traits.documents)
    if both and not shared and alike < _SAME:
        return None
    if occasion.held and _is_another(view, candidate.conference, occasion):
        return None
    if not is_told:
        return alike + (1.0 if shared else 0.0)
    if same_day or same_body or shared or alike >= _SAME:
        return alike + 1.0
    return None


_ALSO_HELD = re.compile(r"(?:cũng trong|cùng) ngày(?![^\W_])[^.;\n]*(?<![^\W_])(?:cũng|tổ chức|mở) ")


def _is_another(view: View, conference: Conference, occasion: Occasion) -> bool:
    """ "Cùng ngày, … cũng tổ chức hội nghị": held beside the one told before."""
    start = view.sentences[occasion.sentence].start
    told = any(o.sentence < occasion.sentence and (o.date or o.organizers) for o in conference.occasions[:_COMPARED])
    return told and not occasion.organizers and _ALSO_HELD.match(view.fold, start, occasion.start) is not None


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _keys(view: View, occasion: Occasion) -> set[tuple[str, str]]:
    keys = set()
    for mention in view.documents(occasion.start, occasion.end):
        assert isinstance(mention.value, DocumentValue)
        number = re.match(r"\d+", mention.value.number or "")
        keys.add((mention.value.type, number.group() if number else mention.value.meeting or ""))
    return keys


def dates_agree(known: list[Mention], new: Mention | None) -> bool | None:
    """Whether ``new`` may be the day of a conference with the dates ``known``; ``None`` where either is not told."""
    if new is None or not known:
        return None
    return any(_overlapping(_edtf(m), _edtf(new)) for m in known[:_COMPARED])


def _edtf(date: Mention) -> str:
    assert isinstance(date.value, DateValue)
    return date.value.edtf


@lru_cache(4096)
def _overlapping(one: str, other: str) -> bool:
    spans = [edtf.partition("/") for edtf in (one, other)]
    bounds = [(first, last or first) for first, _, last in spans]
    if any("XXXX" in edge for pair in bounds for edge in pair):
        bounds = [(first[5:], last[5:]) for first, last in bounds]
    (a, b), (c, d) = bounds
    return a[: len(d)] <= d[: len(a)] and c[: len(b)] <= b[: len(c)]


def _bodies_agree(known: list[frozenset[str]], new: tuple[frozenset[str], ...]) -> bool | None:
    if not known or not new:
        return None
    return any(a <= b or b <= a for a in known for b in new)


def _name(view: View, mention: Mention) -> str:
    return view.fold[mention.start : mention.end].replace("ban thường vụ", "").replace("ban chấp hành", "").strip()


def _is_set_apart(view: View, occasion: Occasion) -> bool:
    start = view.sentences[occasion.sentence].start
    return words.word("separate").search(view.fold, start, occasion.start) is not None


def _add_unnamed_reports(found: list[Conference], occasions: list[Occasion]) -> None:
    """A conference known only by its name gets the sentence that tells who held a "hội nghị", and when."""
    free = [o for o in occasions if o.kind == "bare" and o.held and (o.date or o.organizers)]
    for conference in found:
        dates = conference.dates
        if dates and conference.organizers:
            continue
        last = conference.position + 2 if len(found) > 1 else None
        for at, occasion in enumerate(free):
            if last is not None and occasion.sentence > last:
                break
            if dates and occasion.date and not dates_agree(dates, occasion.date):
                continue
            conference.occasions.append(free.pop(at))
            break
        conference.occasions.sort(key=lambda o: o.start)


# --- what the article is about ---


def settle(view: View, found: list[Conference], occasions: list[Occasion]) -> None:
    """Sets ``main`` and the sentences of each conference."""
    _divide(view, found)
    bare = {o.sentence for o in occasions if o.kind == "bare"}
    for conference in found:
        conference.main = _is_main(view, conference, bare)
    if found and not any(c.main for c in found):
        found[0].main = any(_opens(view, o) for o in found[0].occasions)
    mains = sorted((c for c in found if c.main), key=lambda c: c.position)
    aside = {o.sentence for c in found if not c.main for o in c.occasions}
    named = {o.sentence: c for c in mains for o in c.occasions}
    current = 0
    item = -1  # where the last item of a bulletin begins ("* PHƯỜNG SÓC TRĂNG: …"): what it tells is its own
    for index in range(len(view.sentences)):
        heading = _ITEM.match(view.text, view.sentences[index].start)
        if heading and heading["name"].isupper():
            item = index
        while current + 1 < len(mains) and mains[current + 1].position <= index:
            current += 1
        owner = named.get(index) or (mains[current] if mains else None)
        if view.kinds[index] is BlockKind.TITLE and index not in named and len(mains) > 1:
            continue  # which of them the title is about is not known
        if owner is not None and index not in named and owner.position < item:
            continue
        if owner is not None and (index not in aside or index in named):
            owner.sentences.append(index)
    telling = {o.sentence for c in found for o in c.occasions}
    told_apart: set[int] = set()
    for conference in found:
        if not conference.main:
            conference.sentences = sorted({o.sentence for o in conference.occasions})
            own = _rest_of_paragraph(view, conference, telling)
            conference.sentences += own
            told_apart.update(own)
    for conference in mains if told_apart else ():
        conference.sentences = [index for index in conference.sentences if index not in told_apart]


def _rest_of_paragraph(view: View, conference: Conference, named: set[int]) -> list[int]:
    """What follows in a paragraph that begins with a conference told beside the main one."""
    first = conference.position
    block = view.sentences[first].block
    told = [o for o in conference.occasions if o.sentence == first and o.held and (o.date or o.organizers)]
    if not told or (first and view.sentences[first - 1].block == block):
        return []
    rest: list[int] = []
    for index in range(first + 1, len(view.sentences)):
        if view.sentences[index].block != block or index in named:
            break
        rest.append(index)
    return rest


_ITEM = re.compile(r"\s*[*•] *(?P<name>[^\n:]{3,60}):")


def _divide(view: View, found: list[Conference]) -> None:
    """Gives each conference its part of the sentences that name several: up to where the next one is named."""
    named: dict[int, list[tuple[int, Conference]]] = {}
    for conference in found:
        for occasion in conference.occasions:
            if occasion.kind == "study":
                named.setdefault(occasion.sentence, []).append((occasion.start, conference))
    for index, told in named.items():
        told.sort(key=lambda item: item[0])
        if len({id(conference) for _, conference in told}) < 2:
            continue
        sentence = view.sentences[index]
        starts = [sentence.start, *(start for start, _ in told[1:]), sentence.end]
        for (_, conference), start, end in zip(told, starts, starts[1:], strict=False):
            first = conference.parts.get(index, (start, end))[0]
            conference.parts[index] = (first, end)


def _is_main(view: View, conference: Conference, bare: set[int]) -> bool:
    """Whether the article is about it; ``bare`` are the sentences that speak of a "hội nghị" by the noun alone."""
    title = view.clean.article.title
    for occasion in conference.occasions:
        kind = view.kinds[occasion.sentence]
        if kind is BlockKind.TITLE:
            return True
        if occasion.sentence in conference.parts and words.AFTER.search(
            view.fold, max(0, occasion.start - 12), occasion.start
        ):
            continue  # "Hai tuần sau hội nghị toàn quốc …, Đảng ủy X mở hội nghị …"
        if kind is BlockKind.CAPTION or _is_label(view, occasion, bare):
            continue
        if occasion.held and (occasion.date or occasion.organizers) and not _is_recalled(view, occasion):
            return True
        if (
            is_early(view, occasion.sentence)
            and not _is_recalled_later(view, occasion)
            and (occasion.held or _is_taken_up(occasion, bare) or _is_told(view, occasion))
        ):
            return True
    return bool(title) and any(_overlap_title(view, title or "", o) for o in conference.occasions)


def _overlap_title(view: View, title: str, occasion: Occasion) -> bool:
    inside = set(re.findall(r"[^\W_]+", fold(title)))
    name = set(re.findall(r"[^\W_]+", view.fold[occasion.start : occasion.end]))
    return words.nouns().search(fold(title)) is not None and len(inside & name) >= 0.7 * len(inside)


def _is_label(view: View, occasion: Occasion, bare: set[int]) -> bool:
    """Whether the sentence is only a name with its particulars, as under a picture, and nothing comes back to it."""
    sentence = view.sentences[occasion.sentence]
    alone = occasion.start - sentence.start <= 2 and passive(view, occasion.end, sentence.end) != ()
    if _PREDICATE.match(view.fold, occasion.end, sentence.end) or _HELD_BY.search(
        view.fold, occasion.end, sentence.end
    ):
        return False
    return alone and not _is_taken_up(occasion, bare)


_PREDICATE = re.compile(r"[ ,]*(?:đã |vừa )?(?:được|diễn ra|khai mạc|có|thu hút)(?![^\W_])")


_HELD_BY = re.compile(
    r"(?<![^\W_])(?:tổ chức|chủ trì)(?![^\W_])[^.;:]{0,80}?[ ,](?:đã |vừa )?(?:diễn ra|khai mạc|có|thu hút)(?![^\W_])"
)


_SAID_AT = re.compile(r"(?<![^\W_])tại(?: buổi| cuộc| các)?\s*\Z")
_SAYS_SO = re.compile(
    r"(?<![^\W_])(?:như vậy|như trên|điều này|điều trên|nội dung trên|thông tin trên|nêu trên)(?![^\W_])"
)


def _is_told(view: View, occasion: Occasion) -> bool:
    """Whether the sentence reports on it, with its day or holder.

    What was said "tại hội nghị" may only open an article about something else: there it must be what the article
    says ("cho biết như vậy tại hội nghị"), or go on with who said it.
    """
    if not (occasion.attended and (occasion.date or occasion.organizers)) or _is_recalled(view, occasion):
        return False
    sentence = view.sentences[occasion.sentence]
    if not _SAID_AT.search(view.fold, sentence.start, occasion.start):
        return True
    return _SAYS_SO.search(view.fold, sentence.start, sentence.end) is not None or _goes_on(view, occasion.sentence)


def _goes_on(view: View, index: int) -> bool:
    """Whether the next sentence speaks of a person of this one."""
    if index + 1 >= len(view.sentences):
        return False
    here, following = (
        {view.analysis.person_of.get(i) for i in view.indices(s.start, s.end)} - {None}
        for s in view.sentences[index : index + 2]
    )
    return bool(here & following)


_COME_TO = re.compile(r"(?<![^\W_])(?:về|đến|tới|tham) dự(?: các)?\s*\Z")


def _opens(view: View, occasion: Occasion) -> bool:
    """Whether the article begins with those who came to it: "Gần một trăm chức sắc … về dự hội nghị …"."""
    sentence = view.sentences[occasion.sentence]
    return is_early(view, occasion.sentence, _LEAD + 2) and (
        _COME_TO.search(view.fold, sentence.start, occasion.start) is not None
    )


def _is_recalled_later(view: View, occasion: Occasion) -> bool:
    """Whether it is recalled in another sentence than the one that the body begins with."""
    return _is_recalled(view, occasion) and not is_early(view, occasion.sentence, 1)


def _is_recalled(view: View, occasion: Occasion) -> bool:
    start = view.sentences[occasion.sentence].start
    return words.word("passing").match(view.fold, start, occasion.start) is not None


def is_early(view: View, index: int, lead: int = _LEAD) -> bool:
    """Whether a sentence is one of the first ``lead`` of the body."""
    return index in view.body[:lead]


def _is_taken_up(occasion: Occasion, bare: set[int]) -> bool:
    """Whether the article speaks of the conference again: "tại hội nghị", "Hội nghị …"."""
    return len(bare) > (occasion.sentence in bare)
