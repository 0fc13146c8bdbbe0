"""How fast a connection asks: three calls at once at most, and while a service throttles one after another."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock, Semaphore
from typing import ClassVar, Final

from canaryscope.aws.models import EVIDENCE
from canaryscope.evidence.reading import Reading

__all__ = ["Pace"]


class Pace:
    """Shared by all calls of a connection, whatever thread makes them: never more than three of them in flight.

    While a service throttles there are no more than three in any second. AWS counts an account's calls for each service
    and Region, other programs' too: what is asked beside throttled calls is spaced with them.
    """

    AT_ONCE: Final = 3
    """Calls in flight; those that nobody waits for any more count, until they have ended."""
    FOR_EVIDENCE: Final = 2
    """Of these to the services of `EVIDENCE`. Who goes from run to run where they hang leaves one behind with each, and
    the runs are still to be had.
    """
    APART: ClassVar[float] = 0.5
    """Seconds between two calls at least, and half as much more at most: so that not all clients come back at once.

    More than a third, so that there are no four in a second where the line delays the first of them by half a second.
    """
    LASTS: Final = 40.0
    """Seconds after an answer that throttles, at most; more than `Backoff.LONGEST` of `screens/run_loader.py`."""

    ENOUGH: Final = 10
    """Calls of an operation that have to go through, after one was throttled, until it counts as throttled no more."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        """By operation that is throttled, how many of them are left."""
        self._lock = Lock()
        self._room, self._room_for_evidence = Semaphore(self.AT_ONCE), Semaphore(self.FOR_EVIDENCE)
        self._until = self._next = -1.0

    @contextmanager
    def turn(self, service: str) -> Iterator[None]:
        """While a call is made; entering blocks until it may be. Raises Stopped where nobody waits for it any more."""
        with self._room_for_evidence if service in EVIDENCE else nullcontext(), self._room:
            Reading.current().check()
            self.wait()
            yield

    def throttled(self, operation: str = "") -> None:
        """A service throttles: space the calls from now on. Those that are in flight beside it count for two."""
        with self._lock:
            now = time.monotonic()
            spaced, self._until = now < self._until, now + self.LASTS
            self._next = max(self._next, now + (1 if spaced else 2) * self._gap())
            self._left = (self._left if spaced else {}) | {operation: self.ENOUGH}

    def went_through(self, operation: str) -> None:
        """A call was answered; where no operation is throttled any more, calls are as fast as they like."""
        with self._lock:
            if operation in self._left:
                self._left[operation] -= 1
                if not any(self._left.values()):
                    self._left, self._until = {}, -1.0
                elif not self._left[operation]:
                    del self._left[operation]

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
