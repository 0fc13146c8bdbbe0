"""Scheduled runs: what the runs of one ScheduledRunId (retries, browsers, locations) come to together. Pure functions.

A leg is one browser in one location. Of each leg the last attempt counts: a scheduled run has failed only if the last
attempt of a leg has failed, and is not decided while the last attempt of a leg is RUNNING.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import NamedTuple

from canaryscope.runs.model import CanaryRun, RunStatus

__all__ = ["Outcome", "ScheduledRun", "outcome", "scheduled_run"]

LONG_AGO = datetime.min.replace(tzinfo=UTC)
Leg = tuple[str | None, str | None]
"""BrowserType and Location."""


class Outcome(IntEnum):
    """What came of a run, or of a scheduled run. The greater the worse: of several, the greatest is told."""

    PASSED = 0
    UNDECIDED = 1
    """RUNNING, or a State that AWS added later: it does not count yet."""
    RETRIED = 2
    """Passed, but on a retry."""
    UNSAVED = 3
    """State FAILED although the TestResult is PASSED: saving artifacts failed. A fault of the monitoring, no outage."""
    FAILED = 4


class ScheduledRun(NamedTuple):
    """The loaded runs of one schedule."""

    runs: tuple[CanaryRun, ...]
    """Newest first; at least one."""
    outcome: Outcome
    verdict: str
    """PASSED, FAILED, PASSED ON RETRY, FAILED IN FIREFOX ONLY, FAILED IN eu-west-3 ONLY, RUNNING."""
    telling: int
    """The index of the run that tells most: the newest one that failed in the end, else the newest."""

    @property
    def started(self) -> datetime | None:
        """When its first attempt started, if the server said so."""
        return min((run.timeline.started for run in self.runs if run.timeline.started is not None), default=None)


def outcome(status: RunStatus, attempt: int | None = None) -> Outcome:
    """What a single run came to; `attempt` is its RetryAttempt."""
    if status.state == "FAILED" and status.test_result == "PASSED":
        return Outcome.UNSAVED
    if status.state == "FAILED" or status.test_result == "FAILED":
        return Outcome.FAILED
    if status.state != "PASSED":
        return Outcome.UNDECIDED
    return Outcome.RETRIED if attempt else Outcome.PASSED


def scheduled_run(runs: Sequence[CanaryRun]) -> ScheduledRun:
    """What these runs of one schedule come to, whatever their order."""
    ordered = tuple(sorted(runs, key=_age, reverse=True))
    last: dict[Leg, CanaryRun] = {}
    for run in reversed(ordered):
        leg = (run.browser_type, run.location)
        if leg not in last or _attempt(run) >= _attempt(last[leg]):
            last[leg] = run
    outcomes = {leg: outcome(run.status, run.retry_attempt) for leg, run in last.items()}
    waiting = [run for leg, run in last.items() if outcomes[leg] is Outcome.UNDECIDED]
    together = Outcome.UNDECIDED if waiting else max(outcomes.values())
    telling = [last[leg] for leg, one in outcomes.items() if one is together]
    newest = next(index for index, run in enumerate(ordered) if together <= Outcome.RETRIED or run in telling)
    verdict = (waiting[0].status.state or "–") if waiting else _verdict(together, outcomes)
    return ScheduledRun(ordered, together, verdict, newest)


def _attempt(run: CanaryRun) -> int:
    """The first attempt has no RetryAttempt."""
    return run.retry_attempt or 0


def _age(run: CanaryRun) -> tuple[datetime, int, list[str], Outcome, list[str]]:
    """An order that does not depend on the order of arrival; where nothing else tells runs apart, the worst is last."""
    status, started = run.status, run.timeline.started or LONG_AGO
    names = [text or "" for text in (run.browser_type, run.location, run.id)]
    texts = [text or "" for text in (status.state, status.test_result, status.state_reason)]
    return started, _attempt(run), names, outcome(status, run.retry_attempt), texts


def _verdict(together: Outcome, outcomes: dict[Leg, Outcome]) -> str:
    if together is Outcome.PASSED:
        return "PASSED"
    if together is Outcome.RETRIED:
        return "PASSED ON RETRY"
    bad = {leg for leg, one in outcomes.items() if one >= Outcome.UNSAVED}
    if len(bad) == len(outcomes):
        return "FAILED"
    for part in (0, 1):
        named = {leg[part] for leg in bad}
        name = named.pop()
        if name is not None and not named and bad == {leg for leg in outcomes if leg[part] == name}:
            return f"FAILED IN {name} ONLY"
    if len(bad) == 1 and any(leg := next(iter(bad))):
        return f"FAILED IN {_names(leg)} ONLY"
    return f"FAILED IN {len(bad)} OF {len(outcomes)}"


def _names(parts: Iterable[str | None]) -> str:
    return " ".join(part or "–" for part in parts)
