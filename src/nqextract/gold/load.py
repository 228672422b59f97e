"""Reads gold files together with their articles."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from nqextract.gold.errors import GoldError, UsageError
from nqextract.gold.models import SUFFIX, GoldArticle, faults_of
from nqextract.gold.split import Split, in_split
from nqextract.text import sha256
from nqextract.types import Article, Failure
from nqextract.wording import line


@dataclass(frozen=True, slots=True)
class Pair:
    """An annotated article and its gold."""

    gold: GoldArticle
    """What is right."""
    article: Article
    """The text that it is about."""


@dataclass(slots=True)
class ArticleStore:
    """The articles that gold may be about.  One id may name several texts: the gold's hash tells which is meant."""

    texts: dict[str, list[Article]] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)

    def find(self, gold: GoldArticle) -> Article:
        """The article of ``gold``.  Raises :class:`GoldError` where it is missing or has changed."""
        found = self.texts.get(gold.article, [])
        for article in found:
            if sha256(article.text) == gold.sha256:
                return article
        if found:
            where = ", ".join(article.path or "its source" for article in found)
            raise GoldError(
                f"article {gold.article}: its text in {where} has changed since it was annotated "
                f"(sha256 {sha256(found[0].text)[:12]}…, the gold's is {gold.sha256[:12]}…)"
            )
        if gold.article in self.failures:
            failure = self.failures[gold.article]
            raise GoldError(f"article {gold.article}: cannot be read: {failure.message}")
        raise GoldError(f"article {gold.article}: not found under the folders of --articles")


def gold_files(paths: Iterable[Path]) -> list[Path]:
    """The gold files under ``paths`` (files, or folders with their sub-folders), sorted, each once."""
    files: set[Path] = set()
    for path in paths:
        if path.is_dir():
            files.update(path.rglob("*" + SUFFIX))
        elif path.exists():
            files.add(path)
        else:
            raise UsageError(f"{path}: no such file or folder")
    if not files:
        raise UsageError(f"no gold (*{SUFFIX}) under {', '.join(map(str, paths)) or 'nothing'}")
    return sorted(files)


def default_articles(paths: Sequence[Path]) -> list[Path]:
    """Where the articles are looked for if nothing says: ``raw`` or ``articles`` beside the gold folder."""
    found: list[Path] = []
    for path in paths:
        folder = path if path.is_dir() else path.parent
        found += [place for name in ("raw", "articles") if (place := folder.resolve().parent / name).is_dir()]
    if not found:
        raise UsageError("no folder named raw or articles beside the gold: say with --articles where the articles are")
    return list(dict.fromkeys(found))


def parse_gold(path: Path) -> GoldArticle:
    """The gold of one file.  Raises :class:`GoldError` that names the file and each fault."""
    try:
        return GoldArticle.model_validate_json(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror or error}") from error
    except ValidationError as error:
        raise GoldError("\n".join(f"{path}: {fault}" for fault in faults_of(error))) from error


def read_articles(
    paths: Sequence[Path], wanted: Iterable[str], columns: Mapping[str, str] | None = None
) -> ArticleStore:
    """The ``wanted`` articles under ``paths``: every kind of input that ``nqextract run`` takes."""
    from nqextract.read import extract, find_sources, read_sources

    ids = frozenset(wanted)
    store = ArticleStore()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        for item in read_sources(find_sources([str(path)]), columns):
            if item.id not in ids:  # before a page's article is extracted, which takes time
                continue
            read = extract(item)
            if isinstance(read, Failure):
                store.failures[read.id] = read
            else:
                store.texts.setdefault(read.id, []).append(read)
    return store


def load_gold(
    paths: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    split: Split = "all",
    columns: Mapping[str, str] | None = None,
    stderr: TextIO | None = None,
) -> list[Pair]:
    """The reviewed gold under ``paths`` with its articles, in order of article id.

    Args:
        paths: gold files, or folders of them with their sub-folders.
        articles: files or folders of the articles, as ``nqextract run`` takes them; none: folders named ``raw`` or
            ``articles`` beside the gold.
        split: which part of the gold.
        columns: as for :func:`nqextract.read.read_inputs`.
        stderr: where gold that nobody has reviewed is named, which is left out.

    Raises:
        nqextract.gold.GoldError: lists every file which is not as the format has it, whose article is missing or
            changed, or whose spans do not fit.
        nqextract.gold.UsageError: no such file or folder, or no reviewed gold there.
    """
    pairs, waiting, faults = collect_gold(paths, articles, split=split, columns=columns, unreviewed=False)
    if faults:
        raise GoldError("\n".join(faults))
    messages = stderr or sys.stderr
    for path in waiting:
        messages.write(f"not counted: {line(str(path))} is not reviewed\n")
    if not pairs:
        where = ", ".join(map(str, paths))
        if waiting:
            raise UsageError(f"none of the gold under {where} is reviewed")
        raise UsageError(f"no article of the part {split!r} under {where}")
    return pairs


def collect_gold(
    paths: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    split: Split = "all",
    columns: Mapping[str, str] | None = None,
    unreviewed: bool = True,
) -> tuple[list[Pair], list[Path], list[str]]:
    """The gold that can be used, in order of article id; the files left out as nobody has reviewed them; the faults.

    ``unreviewed``: whether gold that nobody has reviewed is used, too.  A file with a fault is not used.
    """
    faults: list[str] = []
    waiting: list[Path] = []
    golds: dict[str, GoldArticle] = {}
    for path in gold_files(paths):
        try:
            gold = parse_gold(path)
        except GoldError as error:
            faults.append(str(error))
            continue
        if not (gold.reviewed or unreviewed):
            if in_split(gold.article, split):
                waiting.append(path)
        elif gold.article in golds:
            faults.append(f"{path}: a second gold for article {gold.article}")
        elif in_split(gold.article, split):
            golds[gold.article] = gold
    pairs: list[Pair] = []
    if not golds:
        return pairs, waiting, faults
    store = read_articles(articles or default_articles(paths), golds, columns)
    for _, gold in sorted(golds.items()):
        try:
            article = store.find(gold)
        except GoldError as error:
            faults.append(str(error))
            continue
        wrong = span_faults(gold, article.text)
        faults += [f"article {gold.article}: {fault}" for fault in wrong]
        if not wrong:
            pairs.append(Pair(gold, article))
    return pairs, waiting, faults


def span_faults(gold: GoldArticle, text: str) -> list[str]:
    """What is wrong with the spans over raw ``text``: not the text's, out of order, overlapping."""
    faults: list[str] = []
    before = 0
    for entity in gold.entities:
        where = f"{entity.label} {entity.start}-{entity.end} {entity.text!r}"
        if text[entity.start : entity.end] != entity.text:
            faults.append(f"{where}: the text there is {text[entity.start : entity.end]!r}")
        if entity.start < before:
            faults.append(f"{where}: overlaps the entity before it or is out of order")
        before = max(before, entity.end)
    return faults
