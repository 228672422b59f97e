"""From the INPUTs of a run to the files to read, in a fixed order."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from nqextract.read.decode import STAGE, printable, read_error
from nqextract.types import Failure, NqextractError, StageError

Kind = Literal["text", "page", "jsonl", "csv", "parquet", "stdin"]
KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".html": "page",
    ".htm": "page",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}
STDIN = "-"


class InputError(NqextractError):
    """There is nothing to read: wrong usage."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.  ``id`` is the article's, or the beginning of its rows' (``id#ROW``)."""

    path: str  # as given, or the INPUT with the path below it
    id: str
    kind: Kind
    gz: bool = False

    @property
    def shown(self) -> str:
        """The path as it is written out: posix separators, valid Unicode."""
        return printable(self.path.replace(os.sep, "/"))


def find_sources(inputs: Iterable[str], exclude: frozenset[str] = frozenset()) -> list[Source | Failure]:
    """The files of ``inputs`` in the order given, those of a folder by their path below it.

    In a folder, files of other kinds and hidden ones are passed over, as are the real paths in ``exclude`` (the files
    that a run writes).  A named file of another kind, one that is not there and a folder without articles are each a
    :class:`Failure`.  Raises :class:`InputError` where no file at all is found.
    """
    found: list[Source | Failure] = []
    for given in inputs:
        if given == STDIN:
            found.append(Source(STDIN, "stdin", "stdin"))
        elif os.path.isdir(given):
            found.extend(_folder(given, exclude))
        else:
            found.append(_named(given))
    if not any(isinstance(item, Source) for item in found):
        causes = [f"{item.path}: {item.message}" for item in found if isinstance(item, Failure)]
        raise InputError("no input: " + ("; ".join(causes) or "nothing was named"))
    return found


def failure(source: Source, error: StageError, id: str | None = None) -> Failure:
    """The line of ``errors.jsonl`` for ``source``, or for its row ``id``."""
    return Failure(source.id if id is None else id, source.shown, error.stage, error.kind, f"{source.shown}: {error}")


def _named(given: str) -> Source | Failure:
    path = Path(given)
    stem, kind, gz = split_name(path.name)
    shown = printable(path.as_posix())
    if not os.path.lexists(given):
        return Failure(printable(stem), shown, STAGE, "not_found", f"{shown}: there is no such file or folder")
    if kind is None:
        kinds = ", ".join(KINDS)
        return Failure(
            printable(stem), shown, STAGE, "unknown_kind", f"{shown}: not a kind that is read ({kinds}, or these .gz)"
        )
    return Source(given, printable(stem), kind, gz)


def _folder(given: str, exclude: frozenset[str]) -> list[Source | Failure]:
    found: list[tuple[str, Source | Failure]] = []

    def unreadable(error: OSError) -> None:
        below = Path(os.path.relpath(str(error.filename), given)).as_posix()
        shown = printable(Path(str(error.filename)).as_posix())
        found.append((below, Failure(printable(below), shown, STAGE, "unreadable", f"{shown}: {cause(error)}")))

    for folder, folders, names in os.walk(given, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            stem, kind, gz = split_name(name)
            path = os.path.join(folder, name)
            if kind is None or name.startswith(".") or (exclude and os.path.realpath(path) in exclude):
                continue
            below = Path(os.path.relpath(path, given))
            source = Source(path, printable(below.with_name(stem).as_posix()), kind, gz)
            found.append((below.as_posix(), source))
    if not found:
        shown = printable(Path(given).as_posix())
        return [
            Failure(shown, shown, STAGE, "no_articles", f"{shown}: the folder has no articles ({', '.join(KINDS)})")
        ]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def split_name(name: str) -> tuple[str, Kind | None, bool]:
    """``"thư.txt.gz"`` as ``("thư", "text", True)``; the kind is None where it is not one that is read."""
    stem, suffix = os.path.splitext(name)
    gz = suffix.lower() == ".gz"
    if gz:
        stem, suffix = os.path.splitext(stem)
    kind = KINDS.get(suffix.lower())
    return (stem, kind, gz) if kind else (name, None, gz)


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The bytes of ``source``, decompressed.  What goes wrong inside is raised as a :class:`StageError`."""
    try:
        with gzip.open(source.path, "rb") if source.gz else open(source.path, "rb") as file:
            yield file  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise read_error("unreadable", f"damaged gzip file: {error}") from None
    except OSError as error:
        raise read_error("unreadable", cause(error)) from None


def cause(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
