"""The raw texts of a run's articles: OUT holds only those that were taken from pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
) -> dict[str, str]:
    """The raw text of each of ``results`` by id, where it is found and has not changed.

    ``articles``: files, folders or URLs; none: the inputs of the run, of which only the files are read that have a
    result.  ``columns``: as in the run, if not given.
    """
    texts: dict[str, str] = {}
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
        texts.update(_found(source, wanted, columns or settings.get("columns") or {}))
    return texts


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


def _found(source: Source, wanted: dict[str, ArticleResult], columns: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for item in read_sources([source], columns):
            if item.id not in wanted:
                continue
            article = extract(item)
            if isinstance(article, Article) and sha256(article.text) == wanted[item.id].sha256:
                found[item.id] = article.text
                del wanted[item.id]
    except BrokenOffError:  # a connection: the rest goes without its text
        pass
    return found
