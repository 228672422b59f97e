"""Where shards are done: in this process, in others of this machine, on a Dask cluster.  None knows the work."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from nqextract.run.engine import Outcome, Report, Shard, packed, process_shard, timed_out, worker_died
from nqextract.run.limits import exit_after
from nqextract.run.settings import Settings, identity, source_digest
from nqextract.types import BrokenOffError, Failure, NqextractError
from nqextract.write import Part, render_failure, unpack

_AHEAD = 3  # shards in flight for each worker: input is read no further ahead
_LOOK = 1.0  # seconds after which a pool from which nothing comes is looked at
_TRIES = 2  # of an article alone: a worker may also be killed from outside while it is at an innocent one
_PATIENCE = 300  # seconds for a cluster to have a worker


class SchedulerError(NqextractError):
    """The cluster can't be reached, has no workers, or Dask is not installed."""


class LostError(BrokenOffError):
    """The cluster went away in the middle of the run."""


class Pool(Protocol):
    """What does shards."""

    deaths: int  # of processes that worked on a shard before :meth:`has_died` says so

    def room(self) -> int:
        """How many shards it takes at a time."""
        ...

    def submit(self, shard: Shard, settings: Settings) -> Future[Outcome]: ...

    def has_died(self, error: BaseException) -> bool:
        """Whether ``error`` says that the process which worked is no more."""
        ...

    def renew(self) -> None:
        """Makes the pool fit for work after a death."""
        ...

    def check(self) -> None:
        """Raises :class:`LostError` where nothing will come any more."""
        ...

    def close(self, now: bool) -> None:
        """Ends the pool; ``now``: whatever it is at."""
        ...


@contextmanager
def open_pool(settings: Settings) -> Iterator[Pool]:
    """The pool that ``settings`` ask for.  Raises :class:`SchedulerError`."""
    pool: Pool
    if settings.scheduler is not None:
        pool = DaskPool(settings.scheduler)
    elif settings.workers > 1:
        pool = ProcessPool(settings.workers)
    else:
        pool = InProcess()
    finished = False
    try:
        yield pool
        finished = True
    finally:
        pool.close(now=not finished)


def execute(shards: Iterable[Shard], settings: Settings, pool: Pool) -> Iterator[tuple[Shard, Outcome]]:
    """Each of ``shards`` done, in the order in which they come out.

    An article for which a worker dies is a failure in its shard, and the others go on.
    """
    waiting, more = iter(shards), True
    flying: dict[Future[Outcome], Shard] = {}
    suspects: list[Shard] = []
    while True:
        while more and not suspects and len(flying) < pool.room():
            if (shard := next(waiting, None)) is None:
                more = False
            else:
                flying[_submit(pool, shard, settings)] = shard
        if not flying and not more:
            return
        done = wait(flying, timeout=_LOOK, return_when=FIRST_COMPLETED).done
        if not done:
            pool.check()
        for future in done:
            shard = flying.pop(future)
            outcome = _outcome(future, pool)
            if outcome is None:
                suspects.append(shard)
            else:
                yield shard, outcome
        if suspects and not flying:
            # A worker died, and at which of them is not known: each article of each goes alone.
            pool.renew()
            for shard in sorted(suspects, key=lambda shard: shard.number):
                yield shard, _one_by_one(shard, settings, pool)
            suspects.clear()


def _submit(pool: Pool, shard: Shard, settings: Settings) -> Future[Outcome]:
    try:
        return pool.submit(shard, settings)
    except BrokenProcessPool as error:  # a worker died between two shards
        broken: Future[Outcome] = Future()
        broken.set_exception(error)
        return broken


def _outcome(future: Future[Outcome], pool: Pool) -> Outcome | None:
    """What a finished ``future`` gave, None where its worker died."""
    if future.cancelled():
        raise LostError("the Dask scheduler went away, and with it what it was given")
    error = future.exception()
    if error is None:
        return future.result()
    if pool.has_died(error):
        return None
    pool.check()
    raise error


def _one_by_one(shard: Shard, settings: Settings, pool: Pool) -> Outcome:
    part, report = Part(), Report(shard.digest, identity(settings))
    for item in shard.items:
        outcome = _alone(replace(shard, items=(item,)), settings, pool)
        if isinstance(outcome, Failure):
            rendered = render_failure(outcome)
            part.add(rendered)
            report.add(rendered)
        else:
            part.extend(unpack(outcome.packed))
            report.extend(outcome.report)
    return packed(part, report)


def _alone(shard: Shard, settings: Settings, pool: Pool) -> Outcome | Failure:
    """The outcome of the one article of ``shard``; it fails where workers die of it again and again."""
    limit = settings.article_timeout
    for _ in range(_TRIES):
        started = time.monotonic()
        future = _submit(pool, shard, settings)
        while not wait([future], timeout=_LOOK).done:
            pool.check()
        if (outcome := _outcome(future, pool)) is not None:
            return outcome
        pool.renew()
        if limit and time.monotonic() - started >= exit_after(limit) * pool.deaths:
            return timed_out(shard.items[0], settings, "pipeline")  # nobody else kills at that second
    return worker_died(shard.items[0])


class InProcess:
    """This process.  It has nobody to stand in for it if an article ends it: the next run does."""

    deaths = 0

    def room(self) -> int:
        return 1

    def submit(self, shard: Shard, settings: Settings) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_result(process_shard(shard, settings, may_exit=False))
        return future

    def has_died(self, error: BaseException) -> bool:
        return False

    def renew(self) -> None:
        pass

    def check(self) -> None:
        pass

    def close(self, now: bool) -> None:
        pass


class ProcessPool:
    """Processes of this machine."""

    deaths = 1

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a fork of a process with threads (pyarrow's) may hang.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_end_with_parent)

    def room(self) -> int:
        return self._workers * _AHEAD

    def submit(self, shard: Shard, settings: Settings) -> Future[Outcome]:
        with _interrupt_ignored():
            return self._executor.submit(process_shard, shard, settings, True)

    def has_died(self, error: BaseException) -> bool:
        return isinstance(error, BrokenProcessPool)

    def renew(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()
        try:
            self._executor.submit(os.getpid).result()
        except BrokenProcessPool:
            cause = "worker processes cannot be started (in a script, run() must stand under if __name__ == '__main__')"
            raise LostError(cause) from None

    def check(self) -> None:
        """Ends a wait that has no end: a worker killed in the middle of a message leaves the pool reading."""
        if any(child.exitcode is not None for child in self._children()):
            for child in self._children():
                child.terminate()
            # The executor has no means to give up a message; its end of the pipe has.
            if (queue := getattr(self._executor, "_result_queue", None)) is not None:
                queue._writer.close()

    def close(self, now: bool) -> None:
        children = self._children()
        self._executor.shutdown(wait=not now, cancel_futures=True)
        if now:  # interrupted, or OUT is full: nobody waits for what the workers are at
            for child in children:
                child.terminate()

    def _children(self) -> list[Any]:
        return list((getattr(self._executor, "_processes", None) or {}).values())


def _end_with_parent() -> None:
    """A killed parent tells its children nothing, and they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """Workers start when work is submitted, and inherit this: Ctrl-C is for the process that leads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class DaskPool:
    """The workers of a Dask cluster, by ``distributed``'s own client.  Input and output are this process's alone."""

    def __init__(self, address: str) -> None:
        try:
            import dask
            from distributed import Client
        except ImportError:
            raise SchedulerError("--scheduler needs Dask: pip install 'nqextract[dask]'") from None
        for name in logging.root.manager.loggerDict:  # what matters is told by us
            if name.partition(".")[0] in ("distributed", "tornado"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        client_of: Any = Client  # without types
        try:
            self._client: Any = client_of(address, set_as_default=False)
        except (OSError, ValueError) as error:  # a TimeoutError, too
            raise SchedulerError(f"no Dask scheduler at {address}: {error}") from None
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
            self._client.submit(source_digest, pure=False).result(timeout=_PATIENCE)
        except Exception as error:
            self._client.close(timeout=5)
            raise SchedulerError(f"no worker at {address} that can work: {error}") from None
        self._executor: Any = self._client.get_executor(pure=False)
        self._threads, self._asked, self._idle = 0, float("-inf"), 0.0
        self.deaths = 1 + int(dask.config.get("distributed.scheduler.allowed-failures"))

    def room(self) -> int:
        if time.monotonic() - self._asked > _LOOK:
            self._threads, self._asked = sum(self._client.nthreads().values()), time.monotonic()
        return max(1, self._threads) * _AHEAD

    def submit(self, shard: Shard, settings: Settings) -> Future[Outcome]:
        self.check()
        future: Future[Outcome] = self._executor.submit(process_shard, shard, settings, True)
        return future

    def has_died(self, error: BaseException) -> bool:
        from distributed.scheduler import KilledWorker

        return isinstance(error, KilledWorker)

    def renew(self) -> None:
        """The scheduler sees to new workers itself."""

    def check(self) -> None:
        if self._client.status != "running":
            raise LostError(f"the Dask scheduler at {self._address} went away")
        self.room()
        if self._threads:
            self._idle = 0.0
        elif not self._idle:
            self._idle = time.monotonic()
        elif time.monotonic() - self._idle > _PATIENCE:
            raise LostError(f"the workers at {self._address} went away")

    def close(self, now: bool) -> None:
        self._executor.shutdown(wait=False)
        self._client.close(timeout=5)
