"""``nqextract gold check``: everything that is wrong with gold files, beyond what makes them unusable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nqextract.gold.errors import GoldError
from nqextract.gold.keys import document_key, text_key
from nqextract.gold.load import default_articles, gold_files, parse_gold, read_articles, span_faults
from nqextract.gold.models import SUFFIX, GoldArticle
from nqextract.text import fold_name


def check_gold(
    paths: Sequence[Path],
    articles: Sequence[Path] = (),
    columns: Mapping[str, str] | None = None,
    notes: list[str] | None = None,
) -> list[str]:
    """Every fault of the gold under ``paths``, one line each, in order of files; empty where there is none.

    ``notes`` takes a line for each file that nobody has reviewed: that is no fault, but good to know.
    """
    faults: list[str] = []
    notes = [] if notes is None else notes
    golds: list[tuple[Path, GoldArticle]] = []
    of_article: dict[str, Path] = {}
    for path in gold_files(paths):
        try:
            gold = parse_gold(path)
        except GoldError as error:
            faults += str(error).splitlines()
            continue
        golds.append((path, gold))
        if not gold.reviewed:
            notes.append(f"{path}: not reviewed yet: evaluate and train leave it out")
        first = of_article.setdefault(gold.article, path)
        if first != path:
            faults.append(f"{path}: article {gold.article} has gold in {first} already")
        if not path.as_posix().endswith(gold.article + SUFFIX):
            faults.append(f"{path}: is about article {gold.article}: the file's name should be {gold.article}{SUFFIX}")
    store = read_articles(articles or default_articles(paths), of_article, columns)
    for path, gold in golds:
        try:
            text = store.find(gold).text
        except GoldError as error:
            faults.append(f"{path}: {error}")
            continue
        faults += [f"{path}: {fault}" for fault in (*span_faults(gold, text), *_fact_faults(gold, text))]
    return faults


def _fact_faults(gold: GoldArticle, text: str) -> Iterator[str]:
    """Facts that the text or the rest of the gold does not bear out."""
    written = text_key(text)
    names = [text_key(person.name) for person in gold.people]
    for person, name in zip(gold.people, names, strict=True):
        if names.count(name) > 1:
            yield f"people: {person.name!r} is there twice"
        if name not in written:
            yield f"people: {person.name!r} does not occur in the article"
        titles = [text_key(title) for title in person.titles]
        for title, key in zip(person.titles, titles, strict=True):
            if titles.count(key) > 1:
                yield f"people: {person.name!r} has the title {title!r} twice"
            if key not in written:
                yield f"people: the title {title!r} of {person.name!r} does not occur in the article"
    spans = {text_key(entity.text) for entity in gold.entities if entity.label == "PERSON"}
    for person, name in zip(gold.people, names, strict=True):
        if name not in spans:
            yield f"people: {person.name!r} is no PERSON among the entities"
    syllables = {syllable for person in gold.people for syllable in fold_name(person.name).split()}
    for written_so in sorted({entity.text for entity in gold.entities if entity.label == "PERSON"}):
        if syllables.isdisjoint(fold_name(written_so).split()):  # short forms and by-names share one
            yield f"people: {written_so!r}, a PERSON among the entities, is none of them"
    for number, record in enumerate(gold.records, 1):
        where = f"records: record {number}"
        if record.name is not None and text_key(record.name) not in written:
            yield f"{where}: the name {record.name!r} does not occur in the article"
        if record.place is not None and text_key(record.place) not in written:
            yield f"{where}: the place {record.place!r} does not occur in the article"
        for what, listed in (
            ("chair", record.chairs),
            ("presenter", [presenter.name for presenter in record.presenters]),
        ):
            for name in listed:
                if text_key(name) not in names:
                    yield f"{where}: the {what} {name!r} is not among the people"
                if listed.count(name) > 1:
                    yield f"{where}: the {what} {name!r} is there twice"
        for documents in (record.documents, *(presenter.documents for presenter in record.presenters)):
            keys = [document_key(document) for document in documents]
            for document, key in zip(documents, keys, strict=True):
                if keys.count(key) > 1:
                    yield f"{where}: the document {document.type} {document.number or document.meeting} is there twice"
                if document.number is not None and text_key(document.number) not in written:
                    yield f"{where}: the number {document.number!r} does not occur in the article"
