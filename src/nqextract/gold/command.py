"""What the commands ``gold …`` do; the command line only passes their options on."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from nqextract.gold.check import check_gold
from nqextract.gold.errors import GoldError, UsageError
from nqextract.gold.exchange import export_gold, import_gold
from nqextract.gold.models import as_reviewed, gold_json, gold_name
from nqextract.gold.new import gold_of
from nqextract.records import ArticleResult
from nqextract.storage import LocalFolder
from nqextract.types import Article, Failure, StageError
from nqextract.wording import harmless


def cli_gold_check(
    gold: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    columns: Mapping[str, str] | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Lists everything wrong with ``gold``, one line each, and on ``stderr`` what nobody has reviewed.

    Returns 1 where anything is wrong, else 0.
    """
    notes: list[str] = []
    faults = check_gold(gold, articles, columns, notes)
    _lines(faults, stdout or sys.stdout)
    _lines(notes, stderr or sys.stderr)
    return 1 if faults else 0


def cli_gold_new(
    articles: Sequence[str],
    out: Path,
    *,
    process: Callable[[Article], ArticleResult],
    columns: Mapping[str, str] | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Writes what ``process`` makes of each of ``articles`` (any input of ``run``) to ``out`` as unreviewed gold.

    A gold file that is there already is left as it is.  Returns 1 where that was so or an article failed, else 0;
    raises :class:`InputError` where there is nothing to read, :class:`UsageError` where ``out`` cannot be written.
    """
    from nqextract.read import read_inputs

    messages = stderr or sys.stderr
    written = failed = 0
    for item in read_inputs(articles, columns):
        try:
            if isinstance(item, Failure):
                raise GoldError(item.message)
            name = gold_name(item.id)
            if _is_there(out, name):
                raise GoldError(f"{out / name}: there is gold already, which is left as it is")
            _write(out, name, gold_json(gold_of(process(item))))
        except UsageError:
            raise
        except Exception as error:  # a bug that one article meets must not keep the others
            what = error.stage if isinstance(error, StageError) else type(error).__name__
            _lines([str(error) if isinstance(error, GoldError) else f"article {item.id}: {what}: {error}"], messages)
            failed += 1
        else:
            written += 1
    messages.write(f"{out}: {written} new, not reviewed yet\n")
    return 1 if failed else 0


def cli_gold_export(
    to: str,
    gold: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    out: Path,
    force: bool = False,
    columns: Mapping[str, str] | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Writes ``gold`` with its articles to the folder ``out`` in the format ``to``.

    Returns 1 where some gold cannot be used, which is named, else 0.  Raises :class:`UsageError` for an unknown format,
    and, without ``force``, where a file to be written is there already.
    """
    messages = stderr or sys.stderr
    files, exported, faults = export_gold(to, gold, articles, columns)
    _lines(faults, messages)
    if not force and (there := [name for name in files if _is_there(out, name)]):
        more = f" (and {len(there) - 1} more files)" if len(there) > 1 else ""
        raise UsageError(f"{out / there[0]}{more}: there already: somebody may have worked on it; --force replaces it")
    for name, content in files.items():
        _write(out, name, content)
    messages.write(f"{out}: {exported} articles for {to}\n")
    return 1 if faults else 0


def cli_gold_import(
    source: str,
    path: Path,
    articles: Sequence[Path],
    *,
    out: Path,
    reviewed: bool = False,
    force: bool = False,
    columns: Mapping[str, str] | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Writes what lies in ``path`` in the format ``source`` to the folder ``out`` as gold.

    ``reviewed``: all of it has been reviewed, whatever it says itself.  Gold that is there already is left as it is,
    or replaced with ``force``.  Returns 1 where something was refused, each named, else 0.  Raises :class:`UsageError`
    for an unknown format and where there is nothing to read.
    """
    messages = stderr or sys.stderr
    golds, faults = import_gold(source, path, articles, columns)
    written = waiting = 0
    for gold in golds:
        if reviewed and not gold.reviewed:
            gold = as_reviewed(gold)
        try:
            name = gold_name(gold.article)
            if not force and _is_there(out, name):
                raise GoldError(f"{out / name}: there is gold already, which is left as it is; --force replaces it")
            _write(out, name, gold_json(gold))
        except GoldError as error:
            faults.append(str(error))
            continue
        written += 1
        waiting += not gold.reviewed
    _lines(faults, messages)
    messages.write(f"{out}: {written} written" + (f", {waiting} of them not reviewed yet" if waiting else "") + "\n")
    return 1 if faults else 0


def _lines(lines: Sequence[str], to: TextIO) -> None:
    for line in lines:
        to.write(harmless(line) + "\n")


def _is_there(folder: Path, name: str) -> bool:
    """Also a link that leads nowhere."""
    return os.path.lexists(folder / name)


_OF_THE_NAME = frozenset((errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP))


def _write(folder: Path, name: str, content: bytes) -> None:
    """Raises :class:`GoldError` where the name is the reason, else :class:`UsageError`: none can be written."""
    try:
        LocalFolder(str(folder)).write(name, content)
    except OSError as error:
        kind = GoldError if error.errno in _OF_THE_NAME and folder.is_dir() else UsageError
        raise kind(f"{folder / name}: cannot be written: {error.strerror or error}") from error
