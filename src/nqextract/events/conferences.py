"""From mentions of conferences to conferences: which mentions are of one, and which sentences report on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nqextract.events import vocabulary as words
from nqextract.events.occasions import Occasion
from nqextract.events.organizers import passive
from nqextract.events.view import View
from nqextract.text import fold
from nqextract.types import BlockKind, DateValue, DocumentValue, Mention

_COMPARED = 6  # so many mentions of a conference tell whether another one is of it, too
_ENOUGH = 40
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


def group(view: View, occasions: list[Occasion]) -> list[Conference]:
    """The conferences at which documents are studied, each with all that is said of it by name."""
    study = [o for o in occasions if o.kind == "study"]
    told = [o for o in study if o.date or o.organizers]
    rest = [o for o in study if not (o.date or o.organizers)]
    found: list[Conference] = []
    for occasion in (
        sorted(told, key=lambda o: (not o.held, view.kinds[o.sentence] is BlockKind.CAPTION, o.start)) + rest
    ):
        home = _home(view, found, occasion)
        if home is not None:
            home.occasions.append(occasion)
        else:
            found.append(Conference([occasion]))
    for conference in found:
        conference.occasions.sort(key=lambda o: o.start)
    found.sort(key=lambda c: c.occasions[0].start)
    _add_unnamed_reports(found, occasions)
    return found


def _home(view: View, found: list[Conference], occasion: Occasion) -> Conference | None:
    """The conference that ``occasion`` speaks of, if it is one of ``found``."""
    best: tuple[float, Conference] | None = None
    for conference in found:
        likeness = _likeness(view, conference, occasion)
        if likeness is not None and (best is None or likeness > best[0]):
            best = likeness, conference
    return best[1] if best else None


def _likeness(view: View, conference: Conference, occasion: Occasion) -> float | None:
    """How well ``occasion`` fits ``conference``; ``None`` where it is another one."""
    alike = max(_overlap(view, occasion, other) for other in conference.occasions[:_COMPARED])
    shared = _documents_agree(view, conference, occasion)
    if shared is False and alike < _SAME:
        return None
    same_day = dates_agree(conference.dates, occasion.date)
    same_body = _bodies_agree(view, conference.organizers, occasion.organizers)
    if same_day is False or same_body is False:
        return None
    if occasion.held and _is_another(view, conference, occasion):
        return None
    if not (occasion.date or occasion.organizers):
        return alike + (1.0 if shared else 0.0)
    if _is_set_apart(view, occasion) and not (same_day and same_body):
        return None
    if same_day or same_body or shared or alike >= _SAME:
        return alike + 1.0
    return None


_ALSO_HELD = re.compile(r"(?:cũng trong|cùng) ngày(?![^\W_])[^.;\n]*(?<![^\W_])(?:cũng|tổ chức|mở) ")


def _is_another(view: View, conference: Conference, occasion: Occasion) -> bool:
    """ "Cùng ngày, … cũng tổ chức hội nghị": held beside the one told before."""
    start = view.sentences[occasion.sentence].start
    told = any(o.sentence < occasion.sentence and (o.date or o.organizers) for o in conference.occasions[:_COMPARED])
    return told and not occasion.organizers and _ALSO_HELD.match(view.fold, start, occasion.start) is not None


def _overlap(view: View, one: Occasion, other: Occasion) -> float:
    first, second = (view.words(o.start, o.end) for o in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))


def _keys(view: View, occasion: Occasion) -> set[tuple[str, str]]:
    keys = set()
    for mention in view.documents(occasion.start, occasion.end):
        assert isinstance(mention.value, DocumentValue)
        number = re.match(r"\d+", mention.value.number or "")
        keys.add((mention.value.type, number.group() if number else mention.value.meeting or ""))
    return keys


def _documents_agree(view: View, conference: Conference, occasion: Occasion) -> bool | None:
    known = {key for o in conference.occasions[:_COMPARED] for key in _keys(view, o)}
    new = _keys(view, occasion)
    return bool(known & new) if known and new else None


def dates_agree(known: list[Mention], new: Mention | None) -> bool | None:
    """Whether ``new`` may be the day of a conference with the dates ``known``; ``None`` where either is not told."""
    if new is None or not known:
        return None
    return any(_overlapping(m, new) for m in known[:_COMPARED])


def _overlapping(one: Mention, other: Mention) -> bool:
    assert isinstance(one.value, DateValue) and isinstance(other.value, DateValue)
    spans = [value.edtf.partition("/") for value in (one.value, other.value)]
    bounds = [(first, last or first) for first, _, last in spans]
    if any("XXXX" in edge for pair in bounds for edge in pair):
        bounds = [(first[5:], last[5:]) for first, last in bounds]
    (a, b), (c, d) = bounds
    return a[: len(d)] <= d[: len(a)] and c[: len(b)] <= b[: len(c)]


def _bodies_agree(view: View, known: list[Mention], new: tuple[Mention, ...]) -> bool | None:
    if not known or not new:
        return None
    return any(_one_body(view, a, b) for a in known[:_COMPARED] for b in new)


def _one_body(view: View, one: Mention, other: Mention) -> bool:
    first, second = (set(_name(view, m).split()) for m in (one, other))
    return first <= second or second <= first


def _name(view: View, mention: Mention) -> str:
    return view.fold[mention.start : mention.end].replace("ban thường vụ", "").replace("ban chấp hành", "").strip()


def _is_set_apart(view: View, occasion: Occasion) -> bool:
    start = view.sentences[occasion.sentence].start
    return words.word("separate").search(view.fold, start, occasion.start) is not None


def _add_unnamed_reports(found: list[Conference], occasions: list[Occasion]) -> None:
    """A conference known only by its name gets the sentence that tells who held a "hội nghị", and when."""
    for conference in found:
        if conference.dates and conference.organizers:
            continue
        near = [o for o in occasions if o.kind != "study" and o.held and (o.date or o.organizers)]
        taken = {id(o) for other in found for o in other.occasions}
        for occasion in near:
            if id(occasion) in taken or (len(found) > 1 and occasion.sentence > conference.position + 2):
                continue
            if conference.dates and occasion.date and not dates_agree(conference.dates, occasion.date):
                continue
            if occasion.kind == "bare":
                conference.occasions.append(occasion)
                break
        conference.occasions.sort(key=lambda o: o.start)


# --- what the article is about ---


def settle(view: View, found: list[Conference], occasions: list[Occasion]) -> None:
    """Sets ``main`` and the sentences of each conference."""
    _divide(view, found)
    for conference in found:
        conference.main = _is_main(view, conference, occasions)
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
    for conference in found:
        if not conference.main:
            conference.sentences = sorted({o.sentence for o in conference.occasions})
            own = _rest_of_paragraph(view, conference, telling)
            conference.sentences += own
            for other in mains if own else ():
                other.sentences = [index for index in other.sentences if index not in own]


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


def _is_main(view: View, conference: Conference, occasions: list[Occasion]) -> bool:
    title = view.clean.article.title
    for occasion in conference.occasions:
        kind = view.kinds[occasion.sentence]
        if kind is BlockKind.TITLE:
            return True
        if occasion.sentence in conference.parts and words.AFTER.search(
            view.fold, max(0, occasion.start - 12), occasion.start
        ):
            continue  # "Hai tuần sau hội nghị toàn quốc …, Đảng ủy X mở hội nghị …"
        if kind is BlockKind.CAPTION or _is_label(view, occasion, occasions):
            continue
        if occasion.held and (occasion.date or occasion.organizers) and not _is_recalled(view, occasion):
            return True
        if (
            is_early(view, occasion.sentence)
            and not _is_recalled_later(view, occasion)
            and (occasion.held or _is_taken_up(occasion, occasions) or _is_told(view, occasion))
        ):
            return True
    return bool(title) and any(_overlap_title(view, title or "", o) for o in conference.occasions)


def _overlap_title(view: View, title: str, occasion: Occasion) -> bool:
    inside = set(re.findall(r"[^\W_]+", fold(title)))
    name = set(re.findall(r"[^\W_]+", view.fold[occasion.start : occasion.end]))
    return words.nouns().search(fold(title)) is not None and len(inside & name) >= 0.7 * len(inside)


def _is_label(view: View, occasion: Occasion, occasions: list[Occasion]) -> bool:
    """Whether the sentence is only a name with its particulars, as under a picture, and nothing comes back to it."""
    sentence = view.sentences[occasion.sentence]
    alone = occasion.start - sentence.start <= 2 and passive(view, occasion.end, sentence.end) != ()
    if _PREDICATE.match(view.fold, occasion.end, sentence.end) or _HELD_BY.search(
        view.fold, occasion.end, sentence.end
    ):
        return False
    return alone and not _is_taken_up(occasion, occasions)


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


def _is_taken_up(occasion: Occasion, occasions: list[Occasion]) -> bool:
    """Whether the article speaks of the conference again: "tại hội nghị", "Hội nghị …"."""
    return any(o.kind == "bare" and o.sentence != occasion.sentence for o in occasions)
