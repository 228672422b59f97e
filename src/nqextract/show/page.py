"""The article as one HTML page that loads nothing: styles are inside, there is no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

from nqextract.lexicon import rows
from nqextract.records import ArticleResult, DocumentKey, Entity, Record
from nqextract.show.wording import describe, harmless, slot_rows, words

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.6 system-ui, "Segoe UI", "Noto Sans", sans-serif; color: #1a1a1a; background: #fff;
       max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.meta, .id, .none { color: #555; }
.record { border: 1px solid #bbb; border-left: .3rem solid #b3261e; border-radius: .3rem; padding: .2rem 1rem .8rem;
          margin: 1rem 0; }
.record.passing { border-left-color: #999; }
table { border-collapse: collapse; } th { text-align: left; font-weight: normal; color: #555; white-space: nowrap; }
th, td { vertical-align: top; padding: .1rem 1rem .1rem 0; }
td a { color: #1a4fa0; margin-left: .4rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid #bbb; padding-top: 1rem; }
.e { border-radius: .2rem; padding: .05rem .15rem; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.last::after { content: attr(data-label); font-size: .6rem; margin-left: .25rem; color: #444; }
.v { border-bottom: 2px solid #b3261e; } .v:target { outline: 2px solid #b3261e; }
.tokens { white-space: normal; } .w { border: 1px solid #ccc; border-radius: .2rem; padding: 0 .2rem; }
"""


def render_html(result: ArticleResult, text: str, tokens: dict[str, Any] | None = None) -> str:
    """The whole page; ``text`` is the article's raw text, ``tokens`` its token layer, if that is to be shown."""
    title = _plain(result.title or result.id)
    meta = " · ".join(_plain(value) for value in (result.outlet, result.published, result.id) if value)
    records = "".join(_record(number, record) for number, record in enumerate(result.records, start=1))
    legend = " ".join(f'<span class="e {label}">{escape(name)}</span>' for label, name in words("label").items())
    colours = "".join(f".{row['label']} {{ background: {row['background']}; }}\n" for row in rows("label_looks"))
    people = "".join(
        f"<tr><th>{_plain(person.name)}</th><td>{_plain('; '.join(title.text for title in person.titles))}</td></tr>"
        for person in result.people
    )
    parts = [
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{_STYLE}{colours}</style>\n</head>\n<body>\n<main>",
        f'<h1>{title}</h1>\n<p class="meta">{meta}</p>',
        f"<h2>Bản ghi ({len(result.records)})</h2>",
        records or '<p class="none">Không có bản ghi nào.</p>',
        f"<h2>Người ({len(result.people)})</h2>\n<table>{people}</table>" if people else "",
        f'<h2>Văn bản bài báo</h2>\n<p class="meta">{legend} <span class="v">chứng cứ của bản ghi</span></p>',
        f'<div class="text">{_marked(result, text)}</div>',
        _tokens(tokens, text) if tokens is not None else "",
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _record(number: int, record: Record) -> str:
    rows = []
    previous = ""
    for row in slot_rows(record):
        links = "".join(
            f'<a href="#t{piece.start}" title="{_plain(piece.text)}">[{piece.start}]</a>' for piece in row.evidence
        )
        rows.append(f"<tr><th>{'' if row.title == previous else escape(row.title)}</th>")
        rows.append(f"<td>{_plain(row.text)}{links}</td></tr>")
        previous = row.title
    passing = "" if record.main else " passing"
    return (
        f'<section class="record{passing}" id="r{number}">\n<p>{_plain(describe(record))}</p>\n'
        f'<table>{"".join(rows)}</table>\n<p class="id">{_plain(record.record_id)}'
        f"{'' if record.main else ' (nhắc đến)'}</p>\n</section>"
    )


def _marked(result: ArticleResult, text: str) -> str:
    """The text cut wherever an entity or a piece of evidence begins or ends."""
    grounds: dict[tuple[int, int], list[str]] = {}
    for record in result.records:
        for row in slot_rows(record):
            for piece in row.evidence:
                grounds.setdefault((piece.start, piece.end), []).append(f"{record.record_id}: {row.title}")
    entities = sorted(result.entities, key=lambda entity: entity.start)
    cuts = {0, len(text)}
    for span in (*((entity.start, entity.end) for entity in entities), *grounds):
        cuts.update(offset for offset in span if offset <= len(text))
    edges = sorted(cuts)
    open_grounds = _Open(sorted(grounds))
    out: list[str] = []
    index = 0
    for start, end in pairwise(edges):
        while index < len(entities) and entities[index].end <= start:
            index += 1
        entity = entities[index] if index < len(entities) and entities[index].start <= start else None
        evidence = open_grounds.at(start)
        shown = escape(harmless(text[start:end]))
        if entity is None and not evidence:
            out.append(shown)
            continue
        out.append(_span(shown, start, end, entity, [why for span in evidence for why in grounds[span]]))
    return "".join(out)


class _Open:
    """Which of some spans, sorted by their starts, hold an offset; asked with growing offsets."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._waiting = list(reversed(spans))
        self._open: list[tuple[int, int]] = []

    def at(self, offset: int) -> list[tuple[int, int]]:
        while self._waiting and self._waiting[-1][0] <= offset:
            self._open.append(self._waiting.pop())
        self._open = [span for span in self._open if span[1] > offset]
        return self._open


def _span(piece: str, start: int, end: int, entity: Entity | None, why: Sequence[str]) -> str:
    classes, title, attributes = [], [], ""
    if entity is not None:
        classes += ["e", entity.label]
        title.append(f"{words('label').get(entity.label, entity.label)}{_norm(entity)}")
        if entity.end == end:
            classes.append("last")
            attributes = f' data-label="{entity.label}"'
    if why:
        classes.append("v")
        attributes += f' id="t{start}"'
        title += dict.fromkeys(why)
    return f'<span class="{" ".join(classes)}"{attributes} title="{_plain(" | ".join(title))}">{piece}</span>'


def _norm(entity: Entity) -> str:
    norm = entity.norm
    if isinstance(norm, DocumentKey):
        return ": " + " ".join(filter(None, (norm.type, norm.number, norm.meeting)))
    return f": {norm}" if norm else ""


def _tokens(layers: dict[str, Any], text: str) -> str:
    items = []
    for sentence in layers["sentences"]:
        shown = " ".join(f'<span class="w">{_plain(text[start:end])}</span>' for start, end in sentence["words"])
        items.append(f"<li>{shown}</li>")
    return f'<h2>Câu và từ ({_plain(layers.get("segmenter", ""))})</h2>\n<ol class="tokens">{"".join(items)}</ol>'


def _plain(text: str) -> str:
    return escape(" ".join(harmless(text).split()))
