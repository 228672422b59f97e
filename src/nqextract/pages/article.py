"""One article as a page shows it: its records slot by slot, its people, its text with every slot's evidence."""

from __future__ import annotations

from dataclasses import dataclass

from nqextract.pages.marking import Mark, Piece, Reference, cut
from nqextract.records import ArticleResult, DocumentKey, Entity, Record
from nqextract.wording import Row, describe, line, slot_rows, words


@dataclass(frozen=True, slots=True)
class Link:
    """From a slot to a piece of its evidence."""

    target: str
    quote: str


@dataclass(frozen=True, slots=True)
class SlotView:
    id: str
    title: str
    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    id: str
    record_id: str
    main: bool
    sentence: str
    slots: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What ``article.html.j2`` shows; no ``pieces`` where the article's text is not at hand."""

    title: str
    meta: tuple[str, ...]
    url: str
    records: tuple[RecordView, ...]
    people: tuple[tuple[str, str], ...]
    pieces: list[Piece] | None


def article_view(result: ArticleResult, text: str | None) -> ArticleView:
    """``text`` is the article's raw text.  Ids are unique within one article only: a page shows one at a time."""
    slots = [
        [(_slot_id(number, place), row) for place, row in enumerate(slot_rows(record), start=1)]
        for number, record in enumerate(result.records, start=1)
    ]
    marks = [_entity(entity) for entity in result.entities]
    for number, rows in enumerate(slots, start=1):
        before = f"{number}·" if len(slots) > 1 else ""
        marks += [mark for id, row in rows for mark in _evidence(id, before, number, row)]
    return ArticleView(
        line(result.title or result.id),
        tuple(line(value) for value in (result.outlet, result.published, result.id, _decoded(result)) if value),
        line(result.url) if result.url and result.url.startswith(("https://", "http://")) else "",
        tuple(_record(*numbered) for numbered in enumerate(zip(result.records, slots, strict=True), start=1)),
        tuple((line(person.name), line("; ".join(title.text for title in person.titles))) for person in result.people),
        None if text is None else cut(text, marks),
    )


def _decoded(result: ArticleResult) -> str:
    """What the article was decoded from, where that is not plain UTF-8."""
    encoding = result.encoding
    return f"bảng mã {encoding.name}" if encoding is not None and encoding.name != "utf-8" else ""


def _slot_id(record: int, place: int) -> str:
    return f"r{record}-{place}"


def _record(number: int, record: tuple[Record, list[tuple[str, Row]]]) -> RecordView:
    found, rows = record
    slots = []
    previous = ""
    for id, row in rows:
        links = tuple(Link(_piece_id(piece.start), line(piece.text)) for piece in row.evidence)
        slots.append(SlotView(id, "" if row.title == previous else row.title, line(row.text), links))
        previous = row.title
    return RecordView(f"r{number}", line(found.record_id), found.main, line(describe(found)), tuple(slots))


def _entity(entity: Entity) -> Mark:
    name, norm = words("label")[entity.label], entity.norm
    if isinstance(norm, DocumentKey):
        norm = " ".join(filter(None, (norm.type, norm.number, norm.meeting)))
    title = f"{name}: {norm}" if norm else name
    return Mark(entity.start, entity.end, f"e {entity.label}", title, entity.label)


def _evidence(id: str, before: str, record: int, row: Row) -> list[Mark]:
    title = f"{row.title} (bản ghi {record})"
    reference = Reference(id, before + row.title, title)
    return [
        Mark(piece.start, piece.end, "v", title, reference=reference, anchor=_piece_id(piece.start))
        for piece in row.evidence
    ]


def _piece_id(start: int) -> str:
    return f"t{start}"
