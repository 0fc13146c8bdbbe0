"""What a person on call asks first: failing since when, how often, why. Plain values; see `canaryscope.runs.outcomes`.

All of it is about canary runs: a dry run never counts. What is counted are scheduled runs, not attempts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from canaryscope.runs.causes import Cause
from canaryscope.runs.scheduled import Outcome

__all__ = ["CauseCount", "Numbers", "Streak", "Triage"]

LAST = 50
"""Scheduled runs that are looked at for changes."""
MANY_CHANGES = 5
"""So many changes among them are called flapping..."""
LONG_STREAK = 10
"""...unless so many scheduled runs in a row came to the same since."""


class Streak(NamedTuple):
    """Scheduled runs in a row, down from the newest that is decided, that all failed or all passed."""

    outcome: Outcome
    """FAILED; PASSED; or UNSAVED: the tests pass, and the newest runs have not been saved."""
    runs: int
    since: datetime | None
    """When its oldest run started."""
    lasted: timedelta | None
    """From there to the end of the newest run's interval, or to now where that is earlier. None: not known."""
    whole: bool
    """Whether the run before it has been seen; else it is at least as long."""
    before: datetime | None = None
    """When the run before it started: the last good one of a failing canary, the last failure of a passing one."""
    causes: int = 0
    """How many different causes the failures in it have."""
    cause: Cause | None = None
    """Of its newest failure."""
    only: str = ""
    """The one browser or location in which its runs failed while others passed: `FIREFOX`; "" for none."""
    mostly: bool = False
    """A few of its runs, less than one in ten, failed elsewhere too."""


class Numbers(NamedTuple):
    """Counts of scheduled runs that are decided, and the durations of runs, over the loaded range."""

    passed: int
    """At the first attempt, everywhere."""
    retried: int
    unsaved: int
    """The test passed, saving artifacts failed: these count as passed."""
    failed: int
    since: datetime | None
    """Where the range begins: the oldest run loaded, or where the service may have deleted passed runs before."""
    until: datetime | None
    """The newest run's start."""
    p50: timedelta | None
    p95: timedelta | None
    """Percentiles (nearest rank) of the durations of completed canary runs, to a tenth of a second."""

    @property
    def decided(self) -> int:
        """All that is counted."""
        return self.passed + self.retried + self.unsaved + self.failed

    @property
    def pass_rate(self) -> float:
        """The share that passed in the end, 0 to 1."""
        return 1 - self.failed / self.decided

    @property
    def first_attempt_rate(self) -> float:
        """The share that passed without a retry."""
        return (self.passed + self.unsaved) / self.decided

    @property
    def flake_rate(self) -> float:
        """The share that passed, but only on a retry."""
        return self.retried / self.decided


class Triage(NamedTuple):
    """The answer, as far as the loaded runs give it."""

    streak: Streak | None = None
    """None: no run is decided yet."""
    changes: int = 0
    """How often failing turned into passing, or back, among the last `of` scheduled runs."""
    of: int = 0
    numbers: Numbers | None = None
    """None where nothing is decided."""
    failures_only_before: datetime | None = None
    """Before this the service may have deleted passed runs and kept failed ones: nothing there is called a streak."""

    @property
    def flapping(self) -> bool:
        """Neither steadily failing nor steadily passing."""
        return self.changes >= MANY_CHANGES and self.streak is not None and self.streak.runs < LONG_STREAK


class CauseCount(NamedTuple):
    """One cause among the failed runs that are loaded. Runs are counted, attempts each."""

    id: int
    """The store's number of the cause."""
    cause: Cause
    runs: int
    first: datetime | None
    last: datetime | None
    browsers: tuple[str, ...]
    locations: tuple[str, ...]
