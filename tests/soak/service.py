"""A canary with one run a minute, behind a service that fails in every way now and then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, cast

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection
from canaryscope.runs.calls import Record
from canaryscope.runs.errors import (
    CredentialsExpired,
    InvalidRequest,
    Malformed,
    ServiceFailure,
    SourceError,
    Throttled,
    TimedOut,
    Unreachable,
)
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page, RunQuery, RunType
from canaryscope.source import SECONDS
from runs.history import START, run
from screens.gated import CANARY, TIMEOUT, running
from soak.simulated import SimulatedTime

__all__ = ["Service"]

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
HISTORY: Final = 250
"""Runs that are there before the watch begins."""
PAGE: Final = 25
"""Runs on a page: the API has up to 100, and short pages make long ways back after an outage."""
TOOK: Final = timedelta(seconds=3)
"""A run: that of `runs.history`."""
FAULTY: Final = 0.06
"""The share of calls that fail where nothing worse is going on."""
HANGS: Final = 10 * MINUTE
"""Longer than the explorer waits for an answer."""


def _reset() -> SourceError:
    return Unreachable("The connection was reset by the server.", "Check the network, then r.")


def _failure() -> SourceError:
    return ServiceFailure("GetCanaryRuns was answered with HTTP 500.", "Try again.")


def _nonsense() -> SourceError:
    return Malformed("The answer to GetCanaryRuns is no list of runs.", "Is a proxy in between?")


def _expired() -> SourceError:
    return CredentialsExpired("The credentials have expired.", "Run `aws sso login`, then r.")


def _throttled() -> SourceError:
    return Throttled("AWS throttles GetCanaryRuns.", "Wait a little, then try again.")


def _throttled_with_a_wait() -> SourceError:
    error = Throttled("AWS throttles GetCanaryRuns.", "Wait 7 s, then try again.")
    error.delay = 7.0
    return error


SOMETIMES: Final[dict[str, Callable[[], SourceError]]] = {
    "reset": _reset,
    "500": _failure,
    "nonsense": _nonsense,
    "throttled": _throttled,
    "throttled, with a wait": _throttled_with_a_wait,
    "expired": _expired,
}
"""What befalls a single call. One in seven of those that something befalls hangs."""
SPELLS: Final[dict[str, tuple[float, float, Callable[[], SourceError]]]] = {
    "throttled for a minute": (2.2, MINUTE, _throttled),
    "expired for 40 minutes": (5.5, 40 * MINUTE, _expired),
    "throttled for 20 minutes": (8.1, 20 * MINUTE, _throttled_with_a_wait),
    "no network for 4 hours": (11.0, 4 * HOUR, _reset),
    "an outage of an hour": (18.4, HOUR, _failure),
}
"""What befalls all calls: after how many hours, for how long, and how each of them fails."""


def _made(number: int) -> CanaryRun:
    failing = number % 97 in range(7) or number % 41 == 3
    return run(number, state="FAILED", reason=TIMEOUT) if failing else run(number)


@dataclass
class Service:
    """Synthetics, as far as a watch asks it. Answers take simulated time."""

    time: SimulatedTime
    seed: int
    hours: int
    """For how long there are runs. They are made at once: what they take is no growth."""
    faults: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    most_at_once: int = 0
    """But for calls that nobody waits for any more."""
    most_throttled: int = 0
    """Calls within any one second in which the service throttles."""
    honest: bool = False
    """Nothing fails any more."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = Lock()
        self._at_once = 0
        self._runs = {number: _made(number) for number in range(-61 * self.hours, HISTORY)}
        self._throttled_at: list[float] = []

    def connect(self, options: ConnectionOptions, record: Record) -> Connection:
        """For CanaryScope's `connect`."""
        self._called("connect")
        return cast("Connection", _Connection(self))

    def listed(self, now: datetime) -> list[CanaryRun]:
        """All runs, newest first: the list that the service itself has."""
        return [self._run(number, now) for number in range(self._newest(now), HISTORY)]

    def page(self, query: RunQuery, token: str | None) -> Page[CanaryRun]:
        """The token names the next run: what comes in above moves nothing."""
        if query.run_type is not RunType.CANARY_RUN or query.canary != CANARY:
            return Page((), None)
        self._called("GetCanaryRuns", token)
        now = self.time.now()
        first = self._newest(now) if token is None else int(token)
        last = min(first + PAGE, HISTORY)
        return Page(
            tuple(self._run(number, now) for number in range(first, last)), str(last) if last < HISTORY else None
        )

    def called(self) -> None:
        """Another call, of which all that matters is that it may fail."""
        self._called("another")

    def _newest(self, now: datetime) -> int:
        return -int((now - START) / timedelta(minutes=1))

    def _run(self, number: int, now: datetime) -> CanaryRun:
        it = self._runs[number]
        return running(it) if now < START - timedelta(minutes=number) + TOOK else it

    def _called(self, operation: str, token: str | None = None) -> None:
        with self._lock:
            self.calls += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            name, error = self._fault(token)
            if name:
                self.faults[name] += 1
            takes = HANGS if name == "hang" else self._random.uniform(0.05, 0.4)
            if isinstance(error, Throttled):
                self._note_throttled()
        self.time.sleep(min(takes, SECONDS))
        with self._lock:
            self._at_once -= 1  # what takes longer is waited for no more
        self.time.sleep(max(0.0, takes - SECONDS))
        if error is not None:
            raise error

    def _fault(self, token: str | None) -> tuple[str, SourceError | None]:
        if self.honest:
            return "", None
        for name, (begins, lasts, error) in SPELLS.items():
            if begins * HOUR <= self.time.elapsed < begins * HOUR + lasts:
                return name, error()
        if self._random.random() >= FAULTY:
            return "", None
        if token is not None and self._random.random() < 0.5:
            return "token expired", InvalidRequest("The NextToken has expired.")
        if self._random.random() < 1 / 7:
            return "hang", TimedOut("GetCanaryRuns brought no answer.")
        name = self._random.choice([*SOMETIMES])
        return name, SOMETIMES[name]()

    def _note_throttled(self) -> None:
        self._throttled_at = [at for at in self._throttled_at if at > self.time.elapsed - 1] + [self.time.elapsed]
        self.most_throttled = max(self.most_throttled, len(self._throttled_at))


class _Connection:
    """The parts of `Connection` that a watch uses; it is its own `synthetics`."""

    profile = None
    region = "eu-west-1"
    partition = "aws"
    endpoint_host = None

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def synthetics(self) -> _Connection:
        return self

    def account(self) -> str:
        self._service.called()
        return "123456789012"

    def runs_page(self, query: RunQuery, token: str | None = None) -> Page[CanaryRun]:
        return self._service.page(query, token)

    def last_runs_page(self, token: str | None = None) -> Page[LastRun]:
        self._service.called()
        return Page((LastRun(CANARY, None),), None)

    def canaries_page(self, token: str | None = None) -> Page[Canary]:
        self._service.called()
        return Page((self.canary(CANARY),), None)

    def canary(self, name: str) -> Canary:
        self._service.called()
        return Canary(name, state="RUNNING", schedule="rate(1 minute)")
