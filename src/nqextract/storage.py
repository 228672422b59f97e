"""Where files lie: on this machine's disks, or behind a URL (``s3://bucket/folder``) by fsspec."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, Protocol

from nqextract.types import NqextractError

_FILE = "file://"
BEAT = 3.0  # seconds between two signs of life of the run that holds a folder behind a URL
DEAD = 10.0  # seconds without a sign after which it is taken for dead
_PART = 8 * 1024 * 1024  # bytes sent at a time
_AT_ONCE = 64  # small files fetched together: each costs a way to the server and back


class StorageError(NqextractError):
    """A place that can't be used at all: no such kind of URL, or the library for it is missing."""


class InUseError(StorageError):
    """Another process works in the folder ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__(f"another run writes to {path} at this moment")


def is_url(path: str) -> bool:
    """Whether ``path`` lies behind a URL.  ``file://`` is a path like others: see :func:`local_path`."""
    return "://" in path and not path.startswith(_FILE)


def real_path(path: str) -> str:
    """One name for a place, however ``path`` writes it."""
    return path if is_url(path) else os.path.realpath(local_path(path))


def local_path(path: str) -> str:
    """``path`` without ``file://``."""
    return path.removeprefix(_FILE)


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system that answers for ``url``, and the path in it; raises :class:`StorageError`."""
    import fsspec

    try:
        return fsspec.core.url_to_fs(url)  # type: ignore[no-any-return]
    except ImportError as error:
        extra = "; s3:// needs the extra nqextract[s3]" if url.startswith(("s3://", "s3a://")) else ""
        raise StorageError(f"{url}: {error}{extra}") from None
    except ValueError as error:
        raise StorageError(f"{url}: {error}") from None


@contextmanager
def as_os_error() -> Iterator[None]:
    """What a file system's own library raises (no credentials, no connection), as the ``OSError`` that it means."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


class NewFile(Protocol):
    """A file in the making, which nobody sees before :meth:`commit`."""

    file: IO[bytes]

    def finish(self) -> None:
        """All is written, and lies where no full disk can take it back."""
        ...

    def commit(self) -> None:
        """Puts the finished file in its place."""
        ...

    def discard(self) -> None: ...


class Folder(Protocol):
    """A folder to write to.  Names are relative, with ``/``; every method raises ``OSError``."""

    path: str

    def make(self) -> None: ...

    def locked(self, name: str) -> AbstractContextManager[None]:
        """Holds the folder; raises :class:`InUseError` where another process does, and a dead one's hold ends."""
        ...

    def read(self, names: Sequence[str]) -> Iterator[bytes | None]:
        """The files in this order, None for one that is missing."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """The whole file, or none of it."""
        ...

    def create(self, name: str) -> NewFile: ...

    def remove(self, name: str) -> None:
        """The file or the folder ``name``, if it is there."""
        ...

    def prune(self, name: str) -> None:
        """The folder ``name``, which must be empty."""
        ...

    def forget(self, name: str) -> None:
        """What a process that is no more began of the file ``name``."""
        ...


def open_folder(path: str) -> Folder:
    return RemoteFolder(path) if is_url(path) else LocalFolder(local_path(path))


class LocalFolder:
    """On a disk.  A symbolic link in it leads no writing out of it: one in the place of a file is replaced, and one in
    the place of a folder is refused.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def make(self) -> None:
        os.makedirs(self.path, exist_ok=True)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        place = self._place(name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if os.path.islink(place):  # as it is by FileLock, but with an error that says nothing of a link
            raise _leads_out(place)
        lock = FileLock(place)  # the kernel's, so that a killed process holds nothing
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise InUseError(self.path) from None
        try:
            yield
        finally:
            lock.release()

    def read(self, names: Sequence[str]) -> Iterator[bytes | None]:
        for name in names:
            try:
                with open(os.path.join(self.path, name), "rb") as file:
                    data: bytes | None = file.read()
            except FileNotFoundError:
                data = None
            yield data

    def write(self, name: str, data: bytes) -> None:
        new = self.create(name)
        try:
            new.file.write(data)
            new.finish()
            new.commit()
        except BaseException:
            new.discard()
            raise

    def create(self, name: str) -> NewFile:
        return _LocalFile(self._place(name))

    def remove(self, name: str) -> None:
        place = self._place(name)
        if os.path.isdir(place) and not os.path.islink(place):
            shutil.rmtree(place)
            return
        with contextlib.suppress(FileNotFoundError):
            os.remove(place)

    def prune(self, name: str) -> None:
        os.rmdir(self._place(name))

    def forget(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.remove(_draft(self._place(name)))

    def _place(self, name: str) -> str:
        """Where ``name`` lies.  Raises ``OSError`` where a link stands in the way to it."""
        place = self.path
        *folders, last = name.split("/")
        for folder in folders:
            place = os.path.join(place, folder)
            if os.path.islink(place):
                raise _leads_out(place)
        return os.path.join(place, last)


def _leads_out(place: str) -> OSError:
    return OSError(errno.ELOOP, f"a symbolic link is in the way: {place}")


def _draft(place: str) -> str:
    head, name = os.path.split(place)
    return os.path.join(head, f".{name}.partial")


class _LocalFile:
    """Written beside its place and renamed into it."""

    def __init__(self, place: str) -> None:
        self._place, self._partial = place, _draft(place)
        try:
            self.file = self._new()
        except FileNotFoundError:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            self.file = self._new()

    def _new(self) -> IO[bytes]:
        """A file that was not there: never what another name or a link stands for."""
        try:
            return open(self._partial, "xb")
        except FileExistsError:  # of a killed process
            os.remove(self._partial)
            return open(self._partial, "xb")

    def finish(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())  # or after a power cut the name may stand for an empty file
        self.file.close()

    def commit(self) -> None:
        os.replace(self._partial, self._place)

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.remove(self._partial)


class RemoteFolder:
    """A folder behind a URL.  An object there is written whole or not at all."""

    def __init__(self, url: str) -> None:
        self.path = url.rstrip("/")
        self._fs, self._root = filesystem(self.path)

    def make(self) -> None:
        with as_os_error():
            self._fs.makedirs(self._root, exist_ok=True)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        # There are no locks behind a URL: who holds the folder gives a sign of life again and again.  No clocks are
        # compared, as those of two machines differ.
        if (before := self._sign(name)) is not None:
            time.sleep(DEAD)
            if self._sign(name) not in (before, None):
                raise InUseError(self.path)
        holder, over = secrets.token_hex(8).encode(), threading.Event()

        def live() -> None:
            beat = 0
            while not over.wait(BEAT):
                beat += 1
                with contextlib.suppress(OSError):  # the next one may come through
                    if (self._sign(name) or holder).startswith(holder):
                        self.write(name, b"%s %d" % (holder, beat))

        self.write(name, holder)
        time.sleep(0.2)
        if self._sign(name) != holder:  # two began at the same moment: the last one stays
            raise InUseError(self.path)
        thread = threading.Thread(target=live, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.remove(name)

    def _sign(self, name: str) -> bytes | None:
        return next(self.read([name]))

    def read(self, names: Sequence[str]) -> Iterator[bytes | None]:
        for start in range(0, len(names), _AT_ONCE):
            paths = [self._at(name) for name in names[start : start + _AT_ONCE]]
            with as_os_error():
                found = self._fs.cat(paths, on_error="return")
            for path in paths:
                data = found[path]
                if isinstance(data, FileNotFoundError):
                    yield None
                elif isinstance(data, bytes):
                    yield data
                else:
                    raise OSError(f"{path}: {data}")

    def write(self, name: str, data: bytes) -> None:
        with as_os_error():
            self._fs.pipe_file(self._at(name), data)

    def create(self, name: str) -> NewFile:
        with as_os_error():
            return _RemoteFile(self._fs.open(self._at(name), "wb", block_size=_PART, autocommit=False))

    def remove(self, name: str) -> None:
        with as_os_error(), contextlib.suppress(FileNotFoundError):
            self._fs.rm(self._at(name), recursive=True)

    def prune(self, name: str) -> None:
        """There are no empty folders among objects."""

    def forget(self, name: str) -> None:
        """Nothing is seen of an object before it is whole."""

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"


class _RemoteFile:
    def __init__(self, file: Any) -> None:
        self.file = file

    def finish(self) -> None:
        with as_os_error():
            self.file.close()

    def commit(self) -> None:
        with as_os_error():
            self.file.commit()

    def discard(self) -> None:
        with contextlib.suppress(OSError), as_os_error():
            self.file.discard()
