"""From the INPUTs of a run to the files to read, in a fixed order; and the bytes of each, wherever it lies."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, AnyStr, Literal, cast

from nqextract.read.decode import STAGE, printable, read_error
from nqextract.records import MANIFEST, OUTPUT_NAMES
from nqextract.storage import as_os_error, filesystem, is_url, local_path
from nqextract.types import BrokenOffError, Failure, NqextractError, StageError

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
LARGEST = 64 * 1024 * 1024
"""Bytes, or characters, of one article as it is read: a text or a page, unpacked, or a row of a table.

So much text is a shelf of books and takes minutes and some GB of memory.  What is longer is no article, but a file that
was packed so as to fill the memory, or a table whose line ends are lost.  Tables themselves may be of any length.
"""
_PIECE = 1024 * 1024  # bytes that are read at a time


class InputError(NqextractError):
    """There is nothing to read: wrong usage."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.  ``id`` is the article's, or the beginning of its rows' (``id#ROW``)."""

    path: str  # as given, or the INPUT with the path below it
    id: str
    kind: Kind
    gz: bool = False
    size: int = 0  # bytes, as they lie there

    @property
    def shown(self) -> str:
        """The path as it is written out: posix separators, valid Unicode."""
        return printable(self.path.replace(os.sep, "/"))


class Meter:
    """How many bytes of the input have been read: :func:`opened` tells it."""

    def __init__(self) -> None:
        self._before = 0  # of files that were read to their end
        self._at = 0
        self._open: tuple[Source, IO[bytes]] | None = None

    @property
    def position(self) -> int:
        if self._open is not None:
            source, file = self._open
            with suppress(ValueError, OSError):  # closed, or a stream without places
                self._at = max(self._at, min(file.tell(), source.size))  # Parquet is read to and fro
        return self._before + self._at

    def begin(self, source: Source, file: IO[bytes]) -> None:
        self._open = source, file

    def end(self, source: Source) -> None:
        self._before, self._at, self._open = self._before + source.size, 0, None


def find_sources(inputs: Iterable[str], exclude: Collection[str] = ()) -> list[Source | Failure]:
    """The files of ``inputs`` (paths or URLs) in the order given, those of a folder by their path below it.

    In a folder, files of other kinds and hidden ones are passed over, as are the real paths in ``exclude`` (the files
    that a run writes) and what an earlier run wrote into a folder on a disk.  A named file of another kind, one that
    is not there and a folder without articles are each a :class:`Failure`.  Raises :class:`InputError` where no file at
    all is found, and :class:`nqextract.storage.StorageError` for a URL that nothing here can open.
    """
    found: list[Source | Failure] = []
    for given in map(local_path, inputs):
        if given == STDIN:
            found.append(Source(STDIN, "stdin", "stdin"))
        elif is_url(given):
            found.extend(_remote(given, exclude))
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
    if not os.path.lexists(given):
        return _missing(path.name, printable(path.as_posix()))
    return _file(given, path.name, printable(path.as_posix()), _size(given))


def _missing(name: str, shown: str) -> Failure:
    cause = f"{shown}: there is no such file or folder"
    return Failure(printable(split_name(name)[0]), shown, STAGE, "not_found", cause)


def _file(path: str, name: str, shown: str, size: int) -> Source | Failure:
    stem, kind, gz = split_name(name)
    if kind is None:
        cause = f"{shown}: not a kind that is read ({', '.join(KINDS)}, or these .gz)"
        return Failure(printable(stem), shown, STAGE, "unknown_kind", cause)
    return Source(path, printable(stem), kind, gz, size)


def _no_articles(shown: str) -> Failure:
    return Failure(shown, shown, STAGE, "no_articles", f"{shown}: the folder has no articles ({', '.join(KINDS)})")


def _remote(given: str, exclude: Collection[str]) -> list[Source | Failure]:
    files, root = filesystem(given)
    shown = printable(given)
    try:
        with as_os_error():
            try:
                top = files.info(root)
            except FileNotFoundError:
                return [_missing(given.rpartition("/")[2], shown)]
            if top["type"] != "directory":
                return [_file(given, given.rpartition("/")[2], shown, top.get("size") or 0)]
            below = files.find(root, detail=True)
    except OSError as error:
        return [Failure(shown, shown, STAGE, "unreadable", f"{shown}: {cause(error)}")]
    found: list[Source | Failure] = []
    for path in sorted(below):
        name = path.removeprefix(root).lstrip("/")
        stem, kind, gz = split_name(name)
        url = f"{given.rstrip('/')}/{name}"
        if kind is None or url in exclude or any(part.startswith(".") for part in name.split("/")):
            continue
        found.append(Source(url, printable(stem), kind, gz, below[path].get("size") or 0))
    return found or [_no_articles(shown)]


def _folder(given: str, exclude: Collection[str]) -> list[Source | Failure]:
    found: list[tuple[str, Source | Failure]] = []
    # Not by recursion, and the real path is asked for once: folders may lie thousands deep in each other.
    folders = [(given, "", os.path.realpath(given))]
    while folders:
        folder, prefix, real = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as error:
            below, shown = prefix.rstrip("/") or ".", printable(Path(folder).as_posix())
            told = Failure(printable(below), shown, STAGE, "unreadable", f"{shown}: {cause(error)}")
            found.append((below, told))
            continue
        written = _written_by_a_run(folder) if any(entry.name == MANIFEST for entry in entries) else frozenset()
        for entry in entries:
            if _is_folder(entry):
                if not entry.is_symlink():  # or a link to a folder above it would have no end
                    folders.append((entry.path, f"{prefix}{entry.name}/", os.path.join(real, entry.name)))
                continue
            stem, kind, gz = split_name(entry.name)
            if kind is None or entry.name in written:
                continue
            place = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)
            if place not in exclude:
                source = Source(entry.path, printable(prefix + stem), kind, gz, _size(entry.path))
                found.append((prefix + entry.name, source))
    if not found:
        return [_no_articles(printable(Path(given).as_posix()))]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: told when it is opened
        return False


def _written_by_a_run(folder: str) -> frozenset[str]:
    """The names of the files in ``folder`` that a run wrote there, as its manifest has them: results, no articles."""
    try:
        with open(os.path.join(folder, MANIFEST), "rb") as file:
            manifest = json.load(file)
        files, made_by = manifest["files"], manifest["versions"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # somebody else's file of that name
        return frozenset()
    ours = isinstance(files, list) and isinstance(made_by, dict) and "nqextract" in made_by
    return frozenset(name for name in OUTPUT_NAMES if name in files) if ours else frozenset()


def split_name(name: str) -> tuple[str, Kind | None, bool]:
    """``"thư.txt.gz"`` as ``("thư", "text", True)``; the kind is None where it is not one that is read."""
    stem, suffix = os.path.splitext(name)
    gz = suffix.lower() == ".gz"
    if gz:
        stem, suffix = os.path.splitext(stem)
    kind = KINDS.get(suffix.lower())
    return (stem, kind, gz) if kind else (name, None, gz)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:  # told when it is opened
        return 0


@contextmanager
def opened(source: Source, meter: Meter | None = None) -> Iterator[IO[bytes]]:
    """The bytes of ``source``, decompressed.  What goes wrong inside is raised as a :class:`StageError`."""
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(_bytes_of(source))
            if meter is not None:
                meter.begin(source, raw)
                stack.callback(meter.end, source)
            yield cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=raw))) if source.gz else raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise read_error("unreadable", f"damaged gzip file: {error}") from None
    except OSError as error:
        raise read_error("unreadable", cause(error)) from None


@contextmanager
def _bytes_of(source: Source) -> Iterator[IO[bytes]]:
    if not is_url(source.path):
        with open(source.path, "rb", opener=_open_file) as file:
            yield file
        return
    files, path = filesystem(source.path)
    with _steady(source):
        file = files.open(path, "rb")
    with io.BufferedReader(_Steady(file, source)) as buffered:
        yield cast(IO[bytes], buffered)


def _open_file(path: str, flags: int) -> int:
    """For ``open``: a file and nothing else, for a FIFO would wait for who writes to it, and /dev/zero has no end."""
    _refuse_special(os.stat(path))
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    try:
        _refuse_special(os.fstat(descriptor))  # it may have become another
    except StageError:
        os.close(descriptor)
        raise
    return descriptor


_SPECIAL = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def _refuse_special(found: os.stat_result) -> None:
    if (what := _SPECIAL.get(stat.S_IFMT(found.st_mode))) is not None:
        raise read_error("unreadable", f"{what}, not a file; give - as INPUT to read standard input")


def read_whole(file: IO[bytes]) -> bytes:
    """All of ``file``; raises a :class:`StageError` (``too_large``) as soon as it is more than one article may be."""
    pieces: list[bytes] = []
    size = 0
    while piece := file.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        refuse_larger(size, "the article")
    return b"".join(pieces)


def read_lines(file: IO[AnyStr]) -> Iterator[AnyStr]:
    """The lines of ``file``; of one that is longer than :data:`LARGEST` only its beginning, which is longer, too."""
    while line := file.readline(LARGEST + 1):
        yield line
        if len(line) > LARGEST:
            skip_line(file, line)


def skip_line(file: IO[AnyStr], begun: AnyStr) -> None:
    """Reads on to the end of the line of which ``begun`` was read."""
    while begun and begun[-1:] not in ("\n", "\r", b"\n"):
        begun = file.readline(_PIECE)


def refuse_larger(size: int, what: str) -> None:
    """Raises a :class:`StageError` (``too_large``) where ``what`` has more than :data:`LARGEST` bytes or characters."""
    if size > LARGEST:
        raise read_error("too_large", f"{what} is larger than {LARGEST / 2**20:g} MiB")


@contextmanager
def _steady(source: Source) -> Iterator[None]:
    """A connection that breaks ends the run: later the file can be read again, and nothing of it is lost."""
    try:
        with as_os_error():
            yield
    except (FileNotFoundError, PermissionError):
        raise
    except OSError as error:
        raise BrokenOffError(f"{source.shown}: {cause(error)}") from None


class _Steady(io.RawIOBase):
    """A file behind a URL."""

    def __init__(self, file: IO[bytes], source: Source) -> None:
        self._file, self._source = file, source

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _steady(self._source):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


def cause(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
