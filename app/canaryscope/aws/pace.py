"""How fast a connection asks: as fast as it likes, until a service throttles; then one call after another."""

from __future__ import annotations

import random
import time
from threading import Lock
from typing import ClassVar, Final

__all__ = ["Pace"]


class Pace:
    """Shared by all calls of a connection, whatever thread makes them: never more than three of them in a second.

    AWS counts an account's calls for each service and Region, other programs' too: what is asked beside throttled calls
    is spaced with them.
    """

    APART: ClassVar[float] = 0.4
    """Seconds between two calls at least, and half as much more at most: so that not all clients come back at once."""
    LASTS: Final = 10.0
    """Seconds after an answer that throttles."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = self._next = -1.0

    def throttled(self) -> None:
        """A service throttles: space the calls from now on."""
        with self._lock:
            now = time.monotonic()
            self._until = now + self.LASTS
            self._next = max(self._next, now + self._gap())

    def wait(self) -> None:
        """Wait for the turn of a call that is to be made. Blocks while calls are spaced, else not at all."""
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                return
            turn = max(now, self._next)
            self._next = turn + self._gap()
        time.sleep(turn - now)

    def _gap(self) -> float:
        return self.APART * random.uniform(1.0, 1.5)
