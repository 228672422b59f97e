"""Out and in: gold with its articles to files of a format, and such files to gold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nqextract.gold.errors import GoldError, UsageError
from nqextract.gold.exchange.between import Format, Incoming, Refusal, accept
from nqextract.gold.exchange.brat import Brat
from nqextract.gold.exchange.conll import Conll
from nqextract.gold.exchange.docbin import SpacyDocBin
from nqextract.gold.exchange.doccano import Doccano
from nqextract.gold.exchange.label_studio import LabelStudio
from nqextract.gold.exchange.templates import render
from nqextract.gold.load import ArticleStore, collect_gold, read_articles
from nqextract.gold.models import GoldArticle, as_reviewed
from nqextract.types import ExchangeFormat

FORMATS: dict[str, Format] = {
    ExchangeFormat.LABEL_STUDIO: LabelStudio(),
    ExchangeFormat.DOCCANO: Doccano(),
    ExchangeFormat.BRAT: Brat(),
    ExchangeFormat.CONLL: Conll(),
    ExchangeFormat.DOCBIN: SpacyDocBin(),
}


def find_format(name: str) -> Format:
    """The format of this name; raises :class:`UsageError` where there is none."""
    if name not in FORMATS:
        raise UsageError(f"no format is called {name!r}: there are {', '.join(FORMATS)}")
    return FORMATS[name]


def export_gold(
    to: str, gold: Sequence[Path], articles: Sequence[Path] = (), columns: Mapping[str, str] | None = None
) -> tuple[dict[str, bytes], int, list[str]]:
    """The files of all ``gold`` in the format ``to``, by name; how many articles they hold; what could not be used.

    ``articles``: files or folders, as for :func:`~nqextract.gold.load.load_gold`.  Without an article no file is made.
    Raises :class:`UsageError` for an unknown format, and where there is no gold.
    """
    form = find_format(to)
    pairs, _, faults = collect_gold(gold, articles, columns=columns)
    if not pairs:
        return {}, 0, faults
    files = form.write(pairs)
    files.update((template.rpartition("/")[2], render(template)) for template in form.templates)
    return files, len(pairs), faults


def import_gold(
    source: str, path: Path, articles: Sequence[Path], columns: Mapping[str, str] | None = None
) -> tuple[list[GoldArticle], list[str]]:
    """The gold of ``path``, a file or a folder of them, in the order in which its articles come, and what was refused.

    An article that comes twice is taken where both say the same.  Raises :class:`UsageError` for an unknown format,
    and where there is nothing to read.
    """
    found: list[Incoming] = []
    refused: list[str] = []
    for item in _read(find_format(source), source, path):
        if isinstance(item, Refusal):
            refused.append(str(item))
        else:
            found.append(item)
    store = read_articles(articles, {item.header.article for item in found}, columns)
    golds: dict[str, list[tuple[str, GoldArticle]]] = {}
    spoilt: set[str] = set()
    for item in found:
        try:
            golds.setdefault(item.header.article, []).append((item.where, _gold(item, store)))
        except GoldError as error:
            refused.append(str(Refusal(item.where, str(error))))
            spoilt.add(item.header.article)
    taken: list[GoldArticle] = []
    for article, several in golds.items():
        if article in spoilt:  # one of several annotations cannot be read, so nobody knows whether they agree
            refused += [f"{where}: article {article} was refused above, so this is left out" for where, _ in several]
        elif any(as_reviewed(gold) != as_reviewed(several[0][1]) for _, gold in several[1:]):
            places = ", ".join(where for where, _ in several)
            refused.append(f"article {article}: comes {len(several)} times and differs: {places}")
        else:
            taken.append(next((gold for _, gold in several if gold.reviewed), several[0][1]))
    return taken, refused


def _gold(item: Incoming, store: ArticleStore) -> GoldArticle:
    header = item.header
    wanted = GoldArticle(article=header.article, sha256=header.sha256, entities=[], people=[], records=[])
    return accept(item, store.find(wanted).text)


def _read(form: Format, name: str, path: Path) -> Iterator[Incoming | Refusal]:
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in form.endings and file.is_file())
        if not files:
            raise UsageError(f"{path}: nothing of {name} ({', '.join('*' + ending for ending in form.endings)})")
    for file in files:
        try:
            yield from form.read(file)
        except OSError as error:
            yield Refusal(str(file), str(error.strerror or error))
        except GoldError as error:
            yield Refusal(str(file), str(error))
