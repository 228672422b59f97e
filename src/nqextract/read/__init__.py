"""Files in: every article under the INPUTs, in a fixed order; what can't be read is told, never skipped."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from nqextract.read.decode import decode, read_error, strip_mark
from nqextract.read.published import parse_published
from nqextract.read.sources import (
    InputError,
    Meter,
    Source,
    failure,
    find_sources,
    opened,
    read_lines,
    read_whole,
    refuse_larger,
)
from nqextract.read.tables import FIELDS, article_of, json_rows, parse_columns, read_table
from nqextract.types import Article, Failure, StageError

__all__ = [
    "FIELDS",
    "InputError",
    "Item",
    "Meter",
    "Page",
    "Source",
    "extract",
    "find_sources",
    "parse_columns",
    "parse_published",
    "read_article",
    "read_inputs",
    "read_sources",
]

_PAGE_START = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A web page whose article is still to be extracted, which takes time: :func:`extract` may run elsewhere."""

    source: Source
    html: str

    @property
    def id(self) -> str:
        return self.source.id


Item = Article | Page | Failure


def read_inputs(inputs: Iterable[str], columns: Mapping[str, str] | None = None) -> Iterator[Article | Failure]:
    """Every article under ``inputs``, in the same order each time, read as it is asked for.

    Args:
        inputs: files, folders with their sub-folders, URLs of either, or ``-`` for standard input; of the kinds that
            ``nqextract run`` takes.
        columns: the columns of tables by what they hold (``text``, ``id``, ``title``, ``published``, ``url``,
            ``outlet``), where they have other names: ``{"text": "summary"}``.

    Returns:
        An iterator.  A file, row or page that is no article, or whose id was there before, comes as a
        :class:`nqextract.types.Failure` in its place.

    Raises:
        nqextract.read.InputError: there is no file to read at all.
        nqextract.storage.StorageError: a URL that nothing here can open.
    """
    return map(extract, read_sources(find_sources(inputs), columns))


def read_article(path: str, columns: Mapping[str, str] | None = None) -> Article:
    """The first article of ``path``.

    Args:
        path: as one of the ``inputs`` of :func:`nqextract.read.read_inputs`.
        columns: as there.

    Raises:
        nqextract.read.InputError: there is no such file.
        nqextract.types.StageError: the first that is there is no article.
    """
    first = next(read_inputs([path], columns))
    if isinstance(first, Failure):
        raise StageError(first.stage, first.error, first.message)
    return first


def read_sources(
    sources: Iterable[Source | Failure], columns: Mapping[str, str] | None = None, meter: Meter | None = None
) -> Iterator[Item]:
    """The articles of ``sources``, web pages as they are, read as they are asked for; ids are made sure to be unique.

    ``meter`` is told how far it has come.
    """
    seen: set[str] = set()
    for source in sources:
        if isinstance(source, Failure):
            yield source
            continue
        for item in _read(source, columns or {}, meter):
            if item.id not in seen:
                seen.add(item.id)
                yield item
            elif isinstance(item, Failure):
                yield item
            else:
                cause = f'the id "{item.id}" was there before; ids are unique in one run'
                yield failure(source, read_error("duplicate_id", cause), item.id)


def extract(item: Item) -> Article | Failure:
    """``item`` itself, or the article of a page."""
    if not isinstance(item, Page):
        return item
    from nqextract.read.pages import extract_page

    try:
        return extract_page(item.source.id, item.source.shown, item.html)
    except StageError as error:
        return failure(item.source, error)
    except Exception as error:  # a parser's own failure on one page is that page's
        return failure(item.source, read_error(type(error).__name__, f"the page could not be parsed: {error}"))


def _read(source: Source, columns: Mapping[str, str], meter: Meter | None) -> Iterator[Item]:
    if source.kind == "stdin":
        return _stdin(source, sys.stdin.buffer, columns)
    if source.kind in ("text", "page"):
        return iter([_whole(source, meter)])
    return read_table(source, columns, meter)


def _whole(source: Source, meter: Meter | None) -> Item:
    try:
        with opened(source, meter) as file:
            text = decode(read_whole(file))
    except StageError as error:
        return failure(source, error)
    return Page(source, text) if source.kind == "page" else Article(source.id, text, source.shown)


def _stdin(source: Source, file: IO[bytes], columns: Mapping[str, str]) -> Iterator[Item]:
    """Standard input: JSON lines, a web page or one text, told apart by how it begins."""
    head: list[bytes] = []
    lines = read_lines(file)
    for line in lines:
        head.append(line)
        if strip_mark(line).strip():
            break
    if head and strip_mark(head[-1]).lstrip().startswith(b"{"):
        names = {field: columns.get(field, field) for field in FIELDS}
        for row in json_rows(source, itertools.chain(head, lines)):
            yield row if isinstance(row, Failure) else article_of(source, row[0], row[1], names)
        return
    try:
        data = b"".join(head)
        refuse_larger(len(data), "the article")
        data += read_whole(file)
        refuse_larger(len(data), "the article")
        text = decode(data)
        yield Page(source, text) if _PAGE_START.match(text) else Article(source.id, text, source.shown)
    except StageError as error:
        yield failure(source, error)
