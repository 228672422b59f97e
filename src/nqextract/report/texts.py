"""The raw texts of a run's articles: OUT holds only those that were taken from pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nqextract.read import InputError, Source, extract, find_sources, read_sources
from nqextract.read.sources import STDIN
from nqextract.records import ArticleResult
from nqextract.storage import StorageError
from nqextract.text import sha256
from nqextract.types import Article, BrokenOffError


def find_texts(
    results: Iterable[ArticleResult],
    manifest: Mapping[str, Any],
    articles: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], set[str]]:
    """The raw text of each of ``results`` by id, where it is found; and the ids of those whose text has changed.

    ``articles``: files, folders or URLs; none: the inputs of the run, of which only the files are read that have a
    result.  ``columns``: as in the run, if not given.
    """
    texts: dict[str, str] = {}
    changed: set[str] = set()
    wanted: dict[str, ArticleResult] = {}
    for result in results:
        if result.text is not None:
            texts[result.id] = result.text
        else:
            wanted[result.id] = result
    settings = manifest.get("settings") or {}
    paths = None if articles else {result.path for result in wanted.values()}
    for source in _sources(articles or settings.get("inputs") or ()):
        if not wanted or (paths is not None and source.shown not in paths):
            continue
        for article in _articles(source, wanted, columns or settings.get("columns") or {}):
            if sha256(article.text) != wanted[article.id].sha256:
                changed.add(article.id)
                continue
            texts[article.id] = article.text
            del wanted[article.id]
    return texts, changed & wanted.keys()


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


def _articles(source: Source, wanted: Mapping[str, ArticleResult], columns: Mapping[str, str]) -> Iterator[Article]:
    """The articles of ``source`` with the ids ``wanted``."""
    try:
        for item in read_sources([source], columns):
            if item.id in wanted and isinstance(article := extract(item), Article):
                yield article
    except BrokenOffError:  # a connection: the rest goes without its text
        return
