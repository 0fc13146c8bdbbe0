"""A reading that takes a while: it tells how far it is, and ends where nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock
from typing import TypeVar

from canaryscope.runs.errors import Stopped

__all__ = ["Reading", "stopped"]

T = TypeVar("T")


class Reading:
    """Shared by who reads, in whatever thread, and who waits. `progress` is told how many bytes are here."""

    def __init__(self, progress: Callable[[int], None] | None = None) -> None:
        self._progress = progress
        self._lock = Lock()
        self._stopped = False
        self._whenever: Callable[[], None] | None = None

    def stop(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._stopped = True
            told, self._whenever = self._whenever, None
        if told is not None:
            told()

    def when_stopped(self, told: Callable[[], None]) -> None:
        """Call `told` when it is stopped; at once, if it has been already."""
        with self._lock:
            if not self._stopped:
                self._whenever = told
                return
        told()

    def check(self) -> None:
        """Raise Stopped where nobody waits any more."""
        with self._lock:
            is_stopped = self._stopped
        if is_stopped:
            raise stopped()

    def reached(self, count: int) -> None:
        """`count` bytes are here. Raises Stopped where nobody waits any more: for them, and for what comes next."""
        self.check()
        if self._progress is not None:
            self._progress(count)

    def make(self, read: Callable[[Reading], T]) -> T:
        """What `read` returns, in this thread, which meanwhile works for this reading: see `current`."""
        before = _current.set(self)
        try:
            return read(self)
        finally:
            _current.reset(before)

    @staticmethod
    def current() -> Reading:
        """What this thread reads for; one that nobody stops, where that is nothing."""
        return _current.get() or Reading()


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)


def stopped() -> Stopped:
    """The error of a reading that nobody waits for any more."""
    return Stopped("The reading was stopped.", code="Stopped")
