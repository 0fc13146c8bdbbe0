"""A reading that takes a while: it tells how far it is, and ends where nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from canaryscope.runs.errors import Stopped

__all__ = ["Reading"]


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

    def reached(self, count: int) -> None:
        """`count` bytes are here. Raises Stopped where nobody waits any more: for them, and for what comes next."""
        with self._lock:
            stopped = self._stopped
        if stopped:
            raise Stopped("The reading was stopped.", code="Stopped")
        if self._progress is not None:
            self._progress(count)
