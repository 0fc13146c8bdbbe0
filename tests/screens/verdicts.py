"""Canaries for the pictures of triage: each verdict that a schedule can come to, each sentence above the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from canaryscope.runs.model import CanaryRun, RunStatus
from runs.history import run
from screens.gated import account
from screens.support import FakeAccount

__all__ = ["at_least", "flapping", "passing_again", "unsaved", "verdicts"]

TIMED_OUT = "TimeoutError: Navigation timeout of 30000 ms exceeded"
UNAVAILABLE = "Failed to load url: https://shop.example.com/ 503 Service Unavailable"
NOT_UPLOADED = "Unable to upload artifacts to S3, Exception: Unable to fetch S3 bucket location: Access Denied"
EVERY = 5
"""Minutes."""


def _run(
    schedule: int, state: str, second: int = 0, *, reason: str = TIMED_OUT, attempt: int = 0, **leg: str
) -> CanaryRun:
    """A run of schedule number `schedule`, counted from the newest, so many seconds after its first one."""
    it = run(
        100 * schedule + second,
        minutes=EVERY * schedule - second / 60,
        state=state,
        reason=reason if state == "FAILED" else None,
    )
    scheduled = f"{schedule:08x}-5c4e-4000-8000-000000000000"
    return it._replace(scheduled_run_id=scheduled, retry_attempt=attempt or None, **leg)  # type: ignore[arg-type]


def _everywhere(schedule: int, states: Iterable[tuple[str, str, str]]) -> Iterator[CanaryRun]:
    """The runs of a schedule in some browsers and locations, of which each has its state."""
    for second, (state, browser, location) in enumerate(states):
        yield _run(schedule, state, second, browser_type=browser, location=location)


def _newest_first(runs: Iterable[CanaryRun]) -> FakeAccount:
    return account(sorted(runs, key=lambda it: str(it.timeline.started), reverse=True))


def verdicts() -> FakeAccount:
    """RUNNING, FAILED, FAILED IN FIREFOX ONLY, FAILED IN eu-west-3 ONLY, PASSED ON RETRY, PASSED."""
    here, there = "eu-west-1", "eu-west-3"
    legs = [("CHROME", here), ("FIREFOX", here), ("CHROME", there), ("FIREFOX", there)]
    chosen = [
        [("RUNNING", *leg) for leg in legs],
        [("FAILED", *leg) for leg in legs],
        [("FAILED" if leg[0] == "FIREFOX" else "PASSED", *leg) for leg in legs],
        [("FAILED" if leg[1] == there else "PASSED", *leg) for leg in legs],
    ]
    runs = [it for schedule, states in enumerate(chosen) for it in _everywhere(schedule, states)]
    runs += [_run(4, "FAILED", browser_type="CHROME"), _run(4, "PASSED", 32, attempt=1, browser_type="CHROME")]
    runs += [it for schedule in range(5, 30) for it in _everywhere(schedule, [("PASSED", *leg) for leg in legs])]
    return _newest_first(runs)


def flapping() -> FakeAccount:
    """Two schedules fail of every five; another cause the last time but one."""
    failing = {number for number in range(60) if number % 5 in (1, 2)}
    reasons = {1: TIMED_OUT, 2: UNAVAILABLE}
    return _newest_first(
        _run(number, "FAILED", reason=reasons[number % 5]) if number in failing else _run(number, "PASSED")
        for number in range(60)
    )


def passing_again() -> FakeAccount:
    """An outage that ended eight schedules ago, before it a long time without one."""
    return _newest_first(_run(number, "FAILED" if 8 <= number < 20 else "PASSED") for number in range(90))


def unsaved() -> FakeAccount:
    """The script passes, and saving its artifacts fails: no outage."""
    status = RunStatus("FAILED", NOT_UPLOADED, "EXECUTION_FAILURE", "PASSED")
    return _newest_first(
        _run(number, "PASSED")._replace(status=status) if number < 12 else _run(number, "PASSED")
        for number in range(60)
    )


def at_least() -> FakeAccount:
    """It has failed for longer than is loaded unasked."""
    return _newest_first(_run(number, "FAILED") for number in range(700))
