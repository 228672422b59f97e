"""The raw texts of a run's articles: OUT holds only those that were taken from pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nqextract.read import InputError, Source, extract, find_sources, parse_encoding, read_sources
from nqextract.read.sources import STDIN
from nqextract.records import ArticleResult
from nqextract.storage import StorageError, is_url
from nqextract.text import sha256
from nqextract.types import Article, BrokenOffError


def find_texts(
    results: Sequence[ArticleResult],
    manifest: Mapping[str, Any],
    articles: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], set[str]]:
    """The raw text of each of ``results`` by id, where it is found; and the ids of those whose text has changed.

    ``articles``: files, folders or URLs; none: the inputs of the run, of which only the files are read that have a
    result, and none behind a URL: a manifest from anywhere must not say whom this machine calls.  ``columns``: as in
    the run, if not given.
    """
    texts: dict[str, str] = {}
    changed: set[str] = set()
    paths = {result.path for result in results}
    wanted: dict[str, list[str]] = {}  # ids by the hash of the text: elsewhere an article may have another id
    for result in results:
        if result.text is not None:
            texts[result.id] = result.text
        else:
            wanted.setdefault(result.sha256, []).append(result.id)
    ids = {id for same in wanted.values() for id in same}
    settings = manifest.get("settings") or {}
    encoding = parse_encoding(settings.get("encoding"))
    inputs = (given for given in settings.get("inputs") or () if not is_url(given))
    for source in _sources(articles or inputs):
        if ids <= texts.keys():
            break
        if not articles and source.shown not in paths:
            continue
        for article in _articles(source, columns or settings.get("columns") or {}, encoding):
            if same := wanted.get(sha256(article.text)):
                texts.update(dict.fromkeys(same, article.text))
            elif article.id in ids:
                changed.add(article.id)
    return texts, changed - texts.keys()


def _sources(inputs: Iterable[str]) -> list[Source]:
    """The files of ``inputs``; an input that is gone by now has none."""
    found: list[Source] = []
    for given in inputs:
        if given == STDIN:
            continue
        try:
            found += [source for source in find_sources([given]) if isinstance(source, Source)]
        except (InputError, StorageError):
            continue
    return found


def _articles(source: Source, columns: Mapping[str, str], encoding: str | None) -> Iterator[Article]:
    try:
        for item in read_sources([source], columns, encoding=encoding):
            if isinstance(article := extract(item), Article):
                yield article
    except BrokenOffError:  # a connection: the rest goes without its text
        return
