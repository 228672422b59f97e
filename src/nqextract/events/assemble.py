"""From a conference to its :class:`~nqextract.records.Record`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.occasions import Occasion, is_deadline
from nqextract.events.organizers import told_apart
from nqextract.events.slots.attendance import find_count, find_format
from nqextract.events.slots.chairs import find_chairs
from nqextract.events.slots.documents import Merged, find_documents
from nqextract.events.slots.meant import MOST_MEANT, one_each, referred_to, with_documents, with_remaining
from nqextract.events.slots.place import find_place
from nqextract.events.slots.presenters import Statement, find_statements
from nqextract.events.view import Spans, View
from nqextract.records import (
    Chair,
    DateSlot,
    Document,
    DocumentKey,
    Evidence,
    Organizer,
    Participants,
    PartOfDay,
    Place,
    Presenter,
    Record,
    Venues,
)
from nqextract.types import BlockKind, DateValue, DocumentValue, Mention, NameValue

_TOLD_BEFORE = 20_000  # characters before a conference within which documents may be named that it is about


def build(view: View, conference: Conference, number: int, names: Spans, told: Merged) -> tuple[Record, list[Mention]]:
    """The record of ``conference`` with the mentions of its documents.

    ``names`` are the spans of all conferences' names in the article, ``told`` the documents of those before.
    """
    article = view.clean.article.id
    statements = find_statements(view, conference.sentences, names)
    documents = find_documents(view, conference, statements, names)
    documents = _with(referred_to(view, conference, told, by_count=bool(documents)), documents)
    if not documents and conference.main:
        start = conference.occasions[0].start
        documents = referred_to(view, conference, Merged(view.documents(max(0, start - _TOLD_BEFORE), start)))
    known = Merged(documents)
    each = one_each(known) if len(known.groups) <= MOST_MEANT else []
    statements = with_remaining(view, [with_documents(view, statement, each) for statement in statements], each)
    format_ = find_format(view, conference)
    venues = _venues(view, conference)
    place = find_place(view, conference)
    record = Record(
        record_id=f"{article}#{number}",
        article_id=article,
        main=conference.main,
        name=_name(view, conference),
        date=_date(view, conference, statements),
        organizers=_organizers(view, conference),
        documents=_documents(view, known),
        participants=_participants(view, conference),
        venues=venues,
        format=format_[0] if format_ else ("online" if venues else None),
        chairs=_chairs(view, find_chairs(view, conference.sentences)),
        presenters=_presenters(view, statements, known),
        place=Place(text=view.text[place[0] : place[1]], evidence=[_at(view, *place)]) if place else None,
    )
    return record, documents


def _with(again: list[Mention], own: list[Mention]) -> list[Mention]:
    """The documents ``again`` spoken of, those that the conference's ``own`` sentences name in their own words."""
    numbers = {m.value.number for m in own if isinstance(m.value, DocumentValue)}
    return [m for m in again if not (isinstance(m.value, DocumentValue) and m.value.number in numbers)] + own


def _at(view: View, start: int, end: int) -> Evidence:
    return Evidence.at(view.clean, start, end)


def _name(view: View, conference: Conference) -> Evidence | None:
    """The name in the body where it stands there, else in a caption or the title."""

    def rank(occasion: Occasion) -> tuple[int, bool, int]:
        kind = view.kinds[occasion.sentence]
        place = {BlockKind.CAPTION: 1, BlockKind.TITLE: 2}.get(kind, 0)
        return place, not occasion.held, occasion.start

    named = [o for o in conference.occasions if o.kind != "bare" and not o.unnamed]
    study = [o for o in named if o.kind == "study"] or named
    return _at(view, *min((rank(o), (o.start, o.end)) for o in study)[1]) if study else None


def _date(view: View, conference: Conference, statements: Sequence[Statement]) -> DateSlot | None:
    told = sorted(
        (o for o in conference.occasions if o.date is not None),
        key=lambda o: (view.kinds[o.sentence] in (BlockKind.CAPTION, BlockKind.TITLE), not o.held, o.start),
    )
    mention = told[0].date if told else _date_elsewhere(view, conference) or _date_before(view, conference)
    mention = mention or _date_of_statement(view, conference, statements)
    if mention is None:
        return _same_day(view, conference)
    mention = _all_days(view, conference, mention)
    value = mention.value
    assert isinstance(value, DateValue)
    start, end = interval(value.edtf)
    return DateSlot(
        edtf=value.edtf,
        start=start,
        end=end,
        part_of_day=value.part_of_day,  # type: ignore[arg-type]
        year_inferred=value.year_inferred,
        evidence=[_at(view, mention.start, mention.end)],
    )


_LASTS = re.compile(
    r"(?<![^\W_])(?:diễn ra|kéo dài|tổ chức|được mở|tiến hành|làm việc)(?: [^\W_]+){0,2} trong"
    r" (?:[2-5]|hai|ba|bốn|năm) *\Z"
)


def _all_days(view: View, conference: Conference, day: Mention) -> Mention:
    """The days that it is said to last, one of them told before: "diễn ra trong 2 ngày 21, 22/7"."""
    for index in conference.sentences:
        sentence = view.sentences[index]
        for date in view.dates(sentence.start, sentence.end):
            assert isinstance(date.value, DateValue) and isinstance(day.value, DateValue)
            lasts = _LASTS.search(view.fold, max(sentence.start, date.start - 60), date.start)
            if lasts and "/" in date.value.edtf and day.value.edtf in date.value.edtf.split("/"):
                return date
    return day


def _date_before(view: View, conference: Conference) -> Mention | None:
    """The day that its paragraph begins with, for a conference that the article is about."""
    if not conference.main or view.sentences[conference.position].block == 0:
        return None
    block = view.sentences[conference.position].block
    first = conference.position
    while first and view.sentences[first - 1].block == block:
        first -= 1
    start = view.sentences[first].start
    dates = view.dates(start, view.sentences[conference.position].start)
    return dates[0] if len(dates) == 1 and dates[0].start - start <= 60 and not is_deadline(view, dates[0]) else None


def _date_of_statement(view: View, conference: Conference, statements: Sequence[Statement]) -> Mention | None:
    """The day on which somebody is first said to present, for a conference known only by what was done at it."""
    if not statements or any(o.kind == "study" for o in conference.occasions):
        return None
    sentence = view.sentences[statements[0].sentence]
    dates = [d for d in view.dates(sentence.start, statements[0].start) if not is_deadline(view, d)]
    return dates[0] if len(dates) == 1 else None


_APART = 6  # so many sentences behind where a conference is told, its holder may be
_NEXT = 2  # so many sentences behind the last one that names the conference may begin with its day
_SAME_DAY = re.compile(r"(?:(sáng|trưa|chiều|tối) +)?cùng ngày(?![^\W_])")
_PARTS: dict[str, PartOfDay] = {"sáng": "morning", "trưa": "noon", "chiều": "afternoon", "tối": "evening"}


def _same_day(view: View, conference: Conference) -> DateSlot | None:
    """ "Chiều cùng ngày, X tổ chức hội nghị …": the day told before."""
    for occasion in conference.occasions:
        start = view.sentences[occasion.sentence].start
        word = _SAME_DAY.search(view.fold, start, occasion.start)
        before = view.dates(0, start) if word else []
        if word is None or not before:
            continue
        opening = (d for d in reversed(before) if d.start - _start_of(view, d) <= _OPENING)
        day = next(opening, before[-1])  # not the deadline that the last sentence ended with
        assert isinstance(day.value, DateValue)
        if len(day.value.edtf) != 10:
            return None
        return DateSlot(
            edtf=day.value.edtf,
            start=interval(day.value.edtf)[0],
            end=interval(day.value.edtf)[1],
            part_of_day=_PARTS.get(word.group(1) or ""),
            year_inferred=day.value.year_inferred,
            evidence=[_at(view, *word.span()), _at(view, day.start, day.end)],
        )
    return None


_DAY_IS = re.compile(  # "Hôm ấy là thứ Ba, 24/2", "Ngày họp, 23/9", "Thời gian: 7 giờ 30 phút, …"
    r"(?:hôm (?:ấy|đó) là|ngày (?:họp|học|mở lớp),|thời gian:)[^.;\n]{0,40}\Z"
)


_OF_CONFERENCE = re.compile(r"(?<![^\W_])(?:hội nghị|buổi [^\W_]+|lớp học)(?: +[^\W_]+){0,8} *\Z")
_OTHER_DAY = re.compile("trước|sau|đến")


_OPENING = 40  # characters of a sentence before the day that it tells of


def _start_of(view: View, date: Mention) -> int:
    index = view.sentence_at(date.start)
    return date.start if index is None else view.sentences[index].start


def _date_elsewhere(view: View, conference: Conference) -> Mention | None:
    """A date right behind "hội nghị diễn ra …", where no sentence that names the conference gives one."""
    if not conference.main:
        return None
    last = max((o.sentence for o in conference.occasions), default=0)
    for index in conference.sentences:
        sentence = view.sentences[index]
        for date in view.dates(sentence.start, sentence.end):
            before = view.fold[max(sentence.start, date.start - 70) : date.start]
            if index - conference.position <= _APART and _DAY_IS.search(before):
                return date
            if _OF_CONFERENCE.search(before) and not _OTHER_DAY.search(before[-12:]):
                return date
            if (
                date.start - sentence.start <= 2
                and index <= last + _NEXT
                and not words.word("separate", "passing").search(view.fold, date.end, min(sentence.end, date.end + 20))
            ):
                return date  # "Ngày 17/1, hơn 250 cán bộ đã tham dự …", right behind
    return None


def interval(edtf: str) -> tuple[str | None, str | None]:
    """First and last day of an EDTF day, month or range; ``None`` where the year is not known."""
    if "X" in edtf:
        return None, None
    first, _, last = edtf.partition("/")
    last = last or first
    if len(first) == 7:
        first += "-01"
    if len(last) == 7:
        year, month = int(last[:4]), int(last[5:])
        last += f"-{calendar.monthrange(year, month)[1]:02d}"
    return first, last


def _organizers(view: View, conference: Conference) -> list[Organizer]:
    """The bodies of the sentence that tells most of them, so that a shorter form elsewhere adds nothing."""
    told = [o for o in conference.occasions if o.organizers]
    if not told:
        near = [i for i in conference.sentences if 0 <= i - conference.position <= _APART] if conference.main else []
        return _each(view, told_apart(view, near))
    best = max(
        told,
        key=lambda o: (
            view.kinds[o.sentence] not in (BlockKind.CAPTION, BlockKind.TITLE),
            o.held,
            len(o.organizers),
            -o.start,
        ),
    )
    return _each(view, best.organizers)


def _each(view: View, bodies: tuple[Mention, ...]) -> list[Organizer]:
    found: dict[str, Organizer] = {}
    for mention in bodies:
        text = view.text[mention.start : mention.end]
        value = mention.value if isinstance(mention.value, NameValue) else NameValue(text)
        spans = [(mention.start, mention.end), *((value.province_at,) if value.province_at else ())]
        evidence = [_at(view, *span) for span in spans]
        found.setdefault(value.name, Organizer(name=value.name, text=text, province=value.province, evidence=evidence))
    return list(found.values())


def _documents(view: View, known: Merged) -> list[Document]:
    return [
        Document(
            type=value.type,  # type: ignore[arg-type]
            number=value.number,
            meeting=value.meeting,
            issuer=view.text[slice(*value.issuer)] if value.issuer else None,
            issued=value.issued,
            subject=view.text[slice(*value.subject)] if value.subject else None,
            evidence=[_at(view, m.start, m.end) for m in members],
        )
        for value, members in known.groups
    ]


def _participants(view: View, conference: Conference) -> Participants | None:
    count = find_count(view, conference, "participants")
    if count is None:
        return None
    return Participants(
        value=count.value,
        qualifier=count.qualifier,
        unit=count.unit,
        invited=count.invited,
        evidence=[_at(view, count.start, count.end)],
    )


def _venues(view: View, conference: Conference) -> Venues | None:
    count = find_count(view, conference, "venues")
    if count is None:
        return None
    return Venues(
        value=count.value, qualifier=count.qualifier, unit=count.unit, evidence=[_at(view, count.start, count.end)]
    )


def _chairs(view: View, mentions: Sequence[int]) -> list[Chair]:
    found: dict[str, Chair] = {}
    for index in mentions:
        person = view.person(index)
        mention = view.mentions[index]
        if person is not None:
            found.setdefault(
                person.name,
                Chair(
                    name=person.name,
                    titles=[t.text for t in person.titles],
                    evidence=[_at(view, mention.start, mention.end)],
                ),
            )
    return list(found.values())


def _presenters(view: View, statements: list[Statement], known: Merged) -> list[Presenter]:
    """One entry a person, with the documents of all that is said of them."""
    spans: dict[str, list[Evidence]] = {}
    titles: dict[str, list[str]] = {}
    documents: dict[str, list[Mention]] = {}
    place = {(m.start, m.end): at for at, (_, members) in enumerate(known.groups) for m in members}
    for statement in statements:
        for index in statement.persons:
            person = view.person(index)
            if person is None:
                continue
            mention = view.mentions[index]
            spans.setdefault(person.name, []).extend(
                [_at(view, mention.start, mention.end), _at(view, statement.start, statement.end)]
            )
            titles.setdefault(person.name, [t.text for t in person.titles])
            documents.setdefault(person.name, []).extend(statement.documents)
    return [
        Presenter(name=name, titles=titles[name], documents=_keys(documents[name], known, place), evidence=spans[name])
        for name in spans
    ]


def _keys(mentions: list[Mention], known: Merged, place: dict[tuple[int, int], int]) -> list[DocumentKey]:
    """The documents of ``mentions`` under the numbers that the conference's documents ``known`` give them.

    ``place`` tells which of them a span belongs to.
    """
    wanted = sorted({place[span] for m in mentions if (span := (m.start, m.end)) in place})
    values = [known.groups[at][0] for at in wanted]
    return [DocumentKey(type=v.type, number=v.number, meeting=v.meeting) for v in values]  # type: ignore[arg-type]
