"""Files in: every article under the INPUTs, in a fixed order; what can't be read is told, never skipped."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, cast

from nqextract.read.decode import checked, decode, meant, read_error
from nqextract.read.encodings import LETTER_CODES, UTF_8, as_signs, canonical, mark_length
from nqextract.read.pages import declared_encoding, without_entities
from nqextract.read.published import parse_published
from nqextract.read.sources import InputError, Meter, Source, failure, find_sources, opened, read_whole
from nqextract.read.tables import FIELDS, HEAD, articles_of, json_rows, parse_columns, read_table
from nqextract.types import Article, Encoding, Failure, StageError

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
    "parse_encoding",
    "parse_published",
    "read_article",
    "read_inputs",
    "read_sources",
]

_PAGE_START = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A web page whose article is still to be extracted, which takes time: :func:`extract` may run elsewhere."""

    source: Source
    html: str
    encoding: Encoding

    @property
    def id(self) -> str:
        return self.source.id


Item = Article | Page | Failure


def read_inputs(
    inputs: Iterable[str], columns: Mapping[str, str] | None = None, encoding: str | None = None
) -> Iterator[Article | Failure]:
    """Every article under ``inputs``, in the same order each time, read as it is asked for.

    Args:
        inputs: files, folders with their sub-folders, URLs of either, or ``-`` for standard input; of the kinds that
            ``nqextract run`` takes.
        columns: the columns of tables by what they hold (``text``, ``id``, ``title``, ``published``, ``url``,
            ``outlet``), where they have other names: ``{"text": "summary"}``.
        encoding: that of all files, as Python's codecs call it, or ``tcvn3``, ``viscii`` or ``vni``; ``utf-8/tcvn3``
            where letters of the second were saved as the first.  Found out for each file if not given.

    Returns:
        An iterator.  A file, row or page that is no article, or whose id was there before, comes as a
        :class:`nqextract.types.Failure` in its place.

    Raises:
        nqextract.read.InputError: there is no file to read at all, or no such encoding.
        nqextract.storage.StorageError: a URL that nothing here can open.
    """
    given = parse_encoding(encoding)
    return map(extract, read_sources(find_sources(inputs), columns, encoding=given))


def parse_encoding(name: str | None) -> str | None:
    """``name`` as it is shown, or None as it is; raises :class:`InputError` where no encoding is called so."""
    known = None if name is None else canonical(name)
    if known is None and name is not None:
        raise InputError(
            f"--encoding {name}: no encoding is called so (as utf-8, windows-1258, tcvn3, viscii, vni, utf-8/tcvn3)"
        )
    return known


def read_article(path: str, columns: Mapping[str, str] | None = None, encoding: str | None = None) -> Article:
    """The first article of ``path``.

    Args:
        path: as one of the ``inputs`` of :func:`nqextract.read.read_inputs`.
        columns: as there.
        encoding: as there.

    Raises:
        nqextract.read.InputError: there is no such file.
        nqextract.types.StageError: the first that is there is no article.
    """
    first = next(read_inputs([path], columns, encoding))
    if isinstance(first, Failure):
        raise StageError(first.stage, first.error, first.message)
    return first


def read_sources(
    sources: Iterable[Source | Failure],
    columns: Mapping[str, str] | None = None,
    meter: Meter | None = None,
    encoding: str | None = None,
) -> Iterator[Item]:
    """The articles of ``sources``, web pages as they are, read as they are asked for; ids are made sure to be unique.

    ``meter`` is told how far it has come.  ``encoding`` is a canonical name.
    """
    seen: set[str] = set()
    for source in sources:
        if isinstance(source, Failure):
            yield source
            continue
        for item in _read(source, columns or {}, meter, encoding):
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
        return extract_page(item.source.id, item.source.shown, item.html, item.encoding)
    except StageError as error:
        return failure(item.source, error)
    except Exception as error:  # a parser's own failure on one page is that page's
        return failure(item.source, read_error(type(error).__name__, f"the page could not be parsed: {error}"))


def _read(source: Source, columns: Mapping[str, str], meter: Meter | None, encoding: str | None) -> Iterator[Item]:
    if source.kind == "stdin":
        return _stdin(source, sys.stdin.buffer, columns, encoding)
    if source.kind in ("text", "page"):
        return iter([_whole(source, meter, encoding)])
    return read_table(source, columns, meter, encoding)


def _whole(source: Source, meter: Meter | None, encoding: str | None) -> Item:
    try:
        with opened(source, meter) as file:
            data = read_whole(file)
        return _item(source, data, encoding, source.kind == "page")
    except StageError as error:
        return failure(source, error)


def _item(source: Source, data: bytes, given: str | None, page: bool) -> Item:
    """The article or the page that ``data`` is."""
    declared = declared_encoding(data) if page else None
    text, encoding = decode(data, given, declared)
    if page:
        if (letters := LETTER_CODES.get(encoding.name)) is not None:  # some may be there as entities of their signs
            text = letters(without_entities(as_signs(data)))
        resolved = meant(without_entities(text), encoding)
        return Page(source, resolved.text if resolved.layers else checked(text), resolved.encoding)
    text, encoding, _ = meant(text, encoding)
    return Article(source.id, text, source.shown, encoding=encoding, derived=encoding.name != UTF_8)


def _stdin(source: Source, file: IO[bytes], columns: Mapping[str, str], encoding: str | None) -> Iterator[Item]:
    """Standard input: JSON lines, a web page or one text, told apart by how it begins."""
    buffered = io.BufferedReader(cast(io.RawIOBase, file), HEAD)
    try:
        # UTF-16 has a NUL beside each letter of ASCII.
        head = buffered.peek(HEAD)
        begin = head[mark_length(head) :].replace(b"\0", b"").lstrip()
        if begin.startswith(b"{"):
            yield from articles_of(source, json_rows(source, buffered, encoding), columns)
        else:
            yield _item(source, read_whole(buffered), encoding, _PAGE_START.match(begin) is not None)
    except StageError as error:
        yield failure(source, error)
    finally:
        buffered.detach()  # standard input stays open
