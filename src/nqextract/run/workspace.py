"""What a run keeps in OUT until it is over, so that the same command goes on where a broken one stood.

The settings, and each finished shard as an archive of its own.  A shard counts as finished where its archive is whole
and is of the articles that are read there now: nothing else has to be kept in step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from nqextract.records import OUTPUT_NAMES
from nqextract.run.engine import Outcome, Report, Shard
from nqextract.storage import Folder
from nqextract.write import Part, refused, unpack, unpack_report

STATE = ".nqextract-run"
_LOCK = f"{STATE}/lock"
_SETTINGS = f"{STATE}/settings.json"
_SHARDS = f"{STATE}/shards"


class Workspace:
    """The state of a run in ``folder``.  Its methods raise :class:`nqextract.write.OutputError`."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder; raises :class:`nqextract.storage.InUseError` where another run does."""
        with ExitStack() as stack:
            with self._told():
                self._folder.make()
                stack.enter_context(self._folder.locked(_LOCK))
            yield

    def settings(self) -> dict[str, Any] | None:
        """The settings under which there may be finished shards, None where no run broke off."""
        with self._told():
            [data] = self._folder.read([_SETTINGS])
        try:
            found = json.loads(data) if data is not None else None
        except (ValueError, RecursionError):  # torn, or none of ours
            return {}
        return found if found is None or isinstance(found, dict) else {}

    def begin(self, settings: dict[str, Any]) -> None:
        """Forgets every shard; those to come are done under ``settings``."""
        with self._told():
            self._folder.remove(_SETTINGS)
            self._folder.remove(_SHARDS)
            self._folder.write(_SETTINGS, json.dumps(settings, ensure_ascii=False).encode("utf-8", "backslashreplace"))

    def keep(self, shard: Shard, outcome: Outcome) -> None:
        with self._told():
            self._folder.write(_name(shard.number), outcome.packed)

    def report(self, number: int) -> Report | None:
        """What the shard of this number came to, None where it is missing or not whole."""
        with self._told():
            [data] = self._folder.read([_name(number)])
        try:
            return None if data is None else Report.of(unpack_report(data))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def parts(self, number: int) -> Iterator[Part | None]:
        """The first ``number`` shards, None for one that is missing or not whole."""
        with self._told():
            for data in self._folder.read([_name(shard) for shard in range(number)]):
                try:
                    yield None if data is None else unpack(data)
                except ValueError:
                    yield None

    def clear(self) -> None:
        """Ends the run: nothing of it is kept, nor what a killed one had begun to join."""
        with self._told():
            for name in OUTPUT_NAMES:
                self._folder.forget(name)
            self._folder.remove(_SETTINGS)
            self._folder.remove(_SHARDS)
        with suppress(OSError):  # the lock last, since another run may begin at once; held files stay on Windows
            self._folder.remove(_LOCK)
            self._folder.prune(STATE)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refused(self._folder, error) from None


def _name(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    return f"{_SHARDS}/{thousands:05d}/{rest:03d}.zip"
