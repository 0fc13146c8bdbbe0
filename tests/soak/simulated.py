"""Time that passes only while nothing else can happen: a day takes as long as what is done in it.

An event loop whose clock jumps to the next timer when it has nothing to do, and waits in real time for the calls that
are on their way on other threads. So Textual's timers, asyncio's timeouts and a program that asks `time.monotonic` live
in one time, and none of them knows.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
from datetime import datetime, timedelta
from itertools import count
from threading import Event, Lock
from threading import enumerate as threads
from typing import Any

__all__ = ["SimulatedLoop", "SimulatedTime"]

CALLS = "canaryscope-call"
"""The name of the threads that the loop waits for (see `canaryscope.background`)."""
GLANCE = 0.002
"""Seconds of real time between two looks at whether they have ended."""


class SimulatedTime:
    """The clock: `elapsed` seconds since `start`."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.elapsed = 0.0
        self._lock = Lock()
        self._sleepers: list[tuple[float, int, Event]] = []
        self._numbers = count()
        self._others = {*threads()}
        """Those that were there before are nobody's calls."""

    def monotonic(self) -> float:
        """In place of `time.monotonic`."""
        return 1_000.0 + self.elapsed

    def now(self) -> datetime:
        """The time of day."""
        return self.start + timedelta(seconds=self.elapsed)

    def sleep(self, seconds: float) -> None:
        """For the threads of calls: come back when so much time has passed in the simulation."""
        woken = Event()
        with self._lock:
            heapq.heappush(self._sleepers, (self.elapsed + seconds, next(self._numbers), woken))
        woken.wait()

    @property
    def asleep(self) -> int:
        """How many calls wait for time to pass."""
        return len(self._sleepers)

    @property
    def working(self) -> bool:
        """Whether a call is on its way that time cannot pass for: it is answered in real time."""
        with self._lock:
            calls = [thread for thread in threads() if thread.name == CALLS and thread not in self._others]
            return len(calls) > len(self._sleepers)

    def pass_by(self, seconds: float | None) -> None:
        """Let at most so much time pass (None: any), and no more than until the next call wakes up."""
        with self._lock:
            wake = self._sleepers[0][0] - self.elapsed if self._sleepers else None
            steps = [step for step in (seconds, wake) if step is not None]
            if not steps:
                raise RuntimeError("nothing will ever happen any more")
            self.elapsed += max(0.0, min(steps))
            while self._sleepers and self._sleepers[0][0] <= self.elapsed:
                heapq.heappop(self._sleepers)[2].set()


class _Selector(selectors.DefaultSelector):
    """Waits for no longer than it has to."""

    def __init__(self, time: SimulatedTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if self._time.working:
            return super().select(GLANCE)
        found = super().select(0)  # a call that has ended in this moment has told so
        if not found:
            self._time.pass_by(timeout)
        return found


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop in simulated time."""

    def __init__(self, time: SimulatedTime) -> None:
        selector: Any = _Selector(time)
        super().__init__(selector)
        self._simulated = time

    def time(self) -> float:
        """The clock that timers go by."""
        return self._simulated.monotonic()
