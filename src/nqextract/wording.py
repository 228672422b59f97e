"""Records in words: a sentence, and each slot as short text with the evidence it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nqextract.lexicon import rows
from nqextract.records import DateSlot, Document, DocumentKey, Evidence, Organizer, Participants, Record, Venues
from nqextract.types import DIRECTION_MARKS, LABELS

_day = re.compile(r"(\d{4}|XXXX)-(\d\d)-(\d\d)")
_month = re.compile(r"(\d{4}|XXXX)-(\d\d)")
_harmful = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)},
    0x0D: 0x20,  # of \r\n the \n is enough
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    **dict.fromkeys(map(ord, DIRECTION_MARKS), 0xFFFD),
}


def harmless(text: str) -> str:
    """``text`` with the same length, without what would steer a terminal or turn the direction of a page."""
    return text.translate(_harmful)


def line(text: str) -> str:
    """``text`` harmless and on one line."""
    return " ".join(harmless(text).split())


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a slot.  ``slot`` is its name in the records, ``title`` what people call it."""

    slot: str
    title: str
    text: str
    evidence: Sequence[Evidence]


@cache
def words(kind: str) -> dict[str, str]:
    """What the keys of ``kind`` are called in ``lexicon/display.tsv``."""
    return {row["key"]: row["text"] for row in rows("display") if row["kind"] == kind}


class LabelLook(NamedTuple):
    """A label as people see it.

    ``background`` is a colour as ``#rrggbb`` on which black can be read, ``key`` the key that sets it in an annotation
    tool.
    """

    name: str
    words: str
    background: str
    key: str


@cache
def labels() -> tuple[LabelLook, ...]:
    """All labels, in their order."""
    looks = {row["label"]: row for row in rows("label_looks")}
    return tuple(LabelLook(n, words("label")[n], looks[n]["background"], looks[n]["key"]) for n in LABELS)


def describe(record: Record) -> str:
    """The record as Vietnamese sentences, from its slots alone."""
    held = when(record.date)
    form = words("format").get(record.format or "", "")
    what = record.name.text if record.name else " ".join(filter(None, ("hội nghị", form)))
    place = f" tại {record.place.text}" if record.place else ""
    who = _list([organizer.name for organizer in record.organizers])
    first = f"{who} tổ chức {what}{place}" if who else f"diễn ra {what}{place}"
    about = _list([document_name(document) for document in record.documents])
    if about:
        first += f" (văn bản: {about})" if record.name else f" về {about}"
    sentences = [f"{held}, {first}" if held else first[:1].upper() + first[1:]]
    if record.name and form:
        sentences.append(f"Hình thức: {form}")
    crowd = []
    if record.participants:
        crowd.append(f"{count(record.participants)} tham dự")
    if record.venues:
        crowd.append(f"{'tại ' if crowd else 'Có '}{count(record.venues)}")
    if crowd:
        sentences.append(" ".join(crowd))
    if record.chairs:
        sentences.append("Chủ trì: " + _list([_person(chair.name, chair.titles) for chair in record.chairs]))
    if record.presenters:
        sentences.append(
            "Truyền đạt: " + "; ".join(_presenter(person.name, [], person.documents) for person in record.presenters)
        )
    return harmless(" ".join(f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences))


def slot_rows(record: Record) -> list[Row]:
    """Every filled slot, in the order of the records, one row a value."""
    found: list[tuple[str, str, Sequence[Evidence]]] = []
    if record.name:
        found.append(("name", record.name.text, [record.name]))
    if record.date:
        inferred = "; năm suy ra" if record.date.year_inferred else ""
        found.append(("date", f"{when(record.date)} [{record.date.edtf}{inferred}]", record.date.evidence))
    found += [("organizers", _placed(organizer), organizer.evidence) for organizer in record.organizers]
    found += [("documents", _document(document), document.evidence) for document in record.documents]
    if record.participants:
        found.append(("participants", count(record.participants), record.participants.evidence))
    if record.venues:
        found.append(("venues", count(record.venues), record.venues.evidence))
    if record.format:
        found.append(("format", words("format")[record.format], []))
    found += [("chairs", _person(chair.name, chair.titles), chair.evidence) for chair in record.chairs]
    for presenter in record.presenters:
        text = _presenter(presenter.name, presenter.titles, presenter.documents)
        found.append(("presenters", text, presenter.evidence))
    if record.place:
        found.append(("place", record.place.text, record.place.evidence))
    names = words("slot")
    return [Row(slot, names[slot], harmless(text), evidence) for slot, text, evidence in found]


def document_name(document: DocumentKey) -> str:
    """ "Nghị quyết số 18-NQ/TW", "Nghị quyết Hội nghị Trung ương 6, khóa XII"."""
    kind = words("document")[document.type]
    number = f" số {document.number}" if document.number else ""
    meeting = f" {_meeting(document.meeting)}" if document.meeting else ""
    return f"{kind}{number}{' của' if number and meeting else ''}{meeting}"


def _document(document: Document) -> str:
    pieces = [document_name(document)]
    if document.issued:
        pieces.append(f"ngày {_dates(document.issued)}")
    if document.issuer:
        pieces.append(f"của {document.issuer}")
    if document.subject:
        pieces.append(f"“{document.subject}”")
    return " ".join(pieces)


def _placed(organizer: Organizer) -> str:
    """The name with the province, where it is not said in it."""
    province = organizer.province
    return f"{organizer.name} ({province})" if province and province not in organizer.name else organizer.name


def _meeting(key: str) -> str:
    kind, _, rest = key.partition(":")
    number, _, term = rest.partition(":")
    if kind == "plenum":
        return f"Hội nghị Trung ương {number}" + (f", khóa {term}" if term else "")
    if kind == "congress":
        return f"Đại hội lần thứ {number}" + (f", {term}" if term else " của Đảng")
    if kind == "session":
        extra = number.removeprefix("extra-")
        name = f"Kỳ họp thứ {number}" if extra == number else f"Kỳ họp bất thường lần thứ {extra}"
        return name + (f", Quốc hội khóa {term}" if term else "")
    return key


def when(date: DateSlot | None) -> str:
    if date is None:
        return ""
    part = words("part_of_day").get(date.part_of_day or "", "")
    said = _dates(date.edtf)
    if "/" in date.edtf:
        said = f"từ ngày {said}"
    elif _day.fullmatch(date.edtf):
        said = f"ngày {said}"
    elif _month.fullmatch(date.edtf):
        said = f"tháng {said}"
    said = f"{part} {said}" if part else said
    return said[:1].upper() + said[1:]


def _dates(edtf: str) -> str:
    return " đến ".join(_date(part) for part in edtf.split("/"))


def _date(edtf: str) -> str:
    if match := _day.fullmatch(edtf):
        year, month, day = match.groups()
        return f"{int(day)}/{int(month)}" + ("" if year == "XXXX" else f"/{year}")
    if match := _month.fullmatch(edtf):
        year, month = match.groups()
        return f"{int(month)}" + ("" if year == "XXXX" else f"/{year}")
    return edtf


def count(count: Participants | Venues) -> str:
    value = f"{count.value:,}".replace(",", ".")
    if isinstance(count, Participants) and count.invited is not None:
        value += f"/{count.invited:,}".replace(",", ".")
    return " ".join(filter(None, (words("qualifier")[count.qualifier], value, count.unit)))


def _person(name: str, titles: Sequence[str]) -> str:
    return f"{name} ({', '.join(titles)})" if titles else name


def _presenter(name: str, titles: Sequence[str], documents: Sequence[DocumentKey]) -> str:
    said = _person(name, titles)
    return f"{said}: {_list([document_name(document) for document in documents])}" if documents else said


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" và {items[-1]}" if items else ""
