"""A limit on the time of one article, wherever it is done."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import IO, ClassVar, Protocol, Self

_LONGEST = 1e7  # seconds: timers take no more
_GRACE = 5.0  # seconds, and three quarters of the limit, that are left to a process before it is ended


class OutOfTimeError(BaseException):
    """The article took too long.  No ``Exception``, so that nothing that catches those takes it for its own."""


class _Bell(Protocol):
    def set(self, seconds: float) -> None: ...

    def unset(self) -> None: ...

    def close(self) -> None: ...


class Limit:
    """Raises :class:`OutOfTimeError` between :meth:`start` and :meth:`stop` when ``seconds`` have passed; 0: never.

    What hangs inside a library, where Python raises nothing, can only be ended with its process: where ``may_exit``,
    that is done some time later.
    """

    def __init__(self, seconds: float, may_exit: bool) -> None:
        self._bell: _Bell | None = None
        self._exit: _Exit | None = None
        seconds = self._seconds = min(seconds, _LONGEST)
        if seconds:
            main = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
            self._bell = _Alarm() if main else _Watcher()
            self._exit = _Exit(seconds) if may_exit else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bell:
            self._bell.close()
        if self._exit:
            self._exit.close()

    def start(self) -> None:
        if self._exit:
            self._exit.postpone()
        if self._bell:
            self._bell.set(self._seconds)

    def stop(self) -> None:
        """Nothing is raised after this."""
        if self._bell:
            self._bell.unset()


def exit_after(seconds: float) -> float:
    """After how many seconds at the latest a process ends whose article has ``seconds``."""
    return 1.75 * seconds + _GRACE


class _Exit:
    """Ends the process by a timer that needs nothing of the interpreter.

    There is one timer a process, for all threads that work there: it is set for the first of their deadlines.  Setting
    it costs a thread, so a deadline is postponed only now and then.
    """

    _deadlines: ClassVar[dict[int, float]] = {}  # by thread
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _silence: ClassVar[IO[str] | None] = None

    def __init__(self, seconds: float) -> None:
        self._seconds, self._grace = exit_after(seconds), seconds / 4
        self._set = float("-inf")

    def postpone(self) -> None:
        now = time.monotonic()
        if now - self._set > self._grace:
            self._set = now
            self._change(now + self._seconds)

    def close(self) -> None:
        self._change(None)

    def _change(self, deadline: float | None) -> None:
        cls, thread = type(self), threading.get_ident()
        with cls._lock:
            if deadline is None:
                cls._deadlines.pop(thread, None)
            else:
                cls._deadlines[thread] = deadline
            if not cls._deadlines:
                faulthandler.cancel_dump_traceback_later()
                return
            if cls._silence is None:
                cls._silence = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process is
            left = max(0.01, min(cls._deadlines.values()) - time.monotonic())
            faulthandler.dump_traceback_later(left, exit=True, file=cls._silence)


class _Alarm:
    """By a signal, which the main thread alone gets; it also wakes what sleeps or searches."""

    def __init__(self) -> None:
        self._on = False
        self._before = signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._on:
            self._on = False
            raise OutOfTimeError

    def set(self, seconds: float) -> None:
        self._on = True
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def unset(self) -> None:
        self._on = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def close(self) -> None:
        self.unset()
        signal.signal(signal.SIGALRM, self._before)


class _Watcher:
    """By another thread, where the work is not done in the main one (in a Dask worker)."""

    def __init__(self) -> None:
        self._thread = ctypes.c_ulong(threading.get_ident())
        self._change = threading.Condition()
        self._deadline: float | None = None
        self._wakes = float("inf")  # when it looks again by itself
        self._closed = False
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with self._change:
            while not self._closed:
                left = None if self._deadline is None else self._deadline - time.monotonic()
                if left is not None and left <= 0:
                    self._deadline = None
                    self._throw(ctypes.py_object(OutOfTimeError))
                else:
                    self._wakes = float("inf") if self._deadline is None else self._deadline
                    self._change.wait(left)

    def _throw(self, error: ctypes.py_object[type[BaseException]] | None) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, error)

    def set(self, seconds: float) -> None:
        with self._change:
            self._deadline = time.monotonic() + seconds
            if self._deadline < self._wakes:  # not at every article: a thread that wakes takes time from the others
                self._change.notify()

    def unset(self) -> None:
        with self._change:
            self._deadline = None
            self._throw(None)  # what was thrown and has not arrived

    def close(self) -> None:
        with self._change:
            self._deadline, self._closed = None, True
            self._change.notify()
