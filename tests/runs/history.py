"""A made-up history of a canary and a server that pages through it, for the tests of the headless core."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from canaryscope.runs.model import CanaryRun, Page, RunQuery, RunStatus, RunTimeline, RunType

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DRY_RUN_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
UNSAVED = "UNSAVED"
"""As a `state` of `attempt`: State FAILED with TestResult PASSED."""


def run(
    number: int,
    *,
    minutes: float | None = None,
    state: str = "PASSED",
    run_type: RunType = RunType.CANARY_RUN,
    reason: str | None = None,
    dry_run_id: str | None = None,
) -> CanaryRun:
    """Run `number`, started `minutes` (default: `number`) before START; `minutes` < 0 is later."""
    started = START - timedelta(minutes=number if minutes is None else minutes)
    return CanaryRun(
        run_type=run_type,
        id=f"{number:08x}-0000-4000-8000-{int(run_type is RunType.DRY_RUN):012x}",
        name="checkout-flow",
        status=RunStatus(state, reason, None, state if state != "RUNNING" else None),
        timeline=RunTimeline(started, None if state == "RUNNING" else started + timedelta(seconds=3)),
        artifact_s3_location=f"bucket/canary/eu-west-1/checkout-flow-abc/{started:%Y/%m/%d/%H/%M-%S-000}",
        dry_run_id=dry_run_id,
    )


def attempt(
    number: int,
    state: str = "PASSED",
    *,
    retry: int | None = None,
    browser: str | None = None,
    location: str | None = None,
    later: float = 0,
    minutes: float | None = None,
    run_type: RunType = RunType.CANARY_RUN,
    reason: str | None = None,
) -> CanaryRun:
    """A run of schedule `number`: as `run`, but `later` seconds after it, and 10 more for each retry."""
    at = (number if minutes is None else minutes) - (later + 10 * (retry or 0)) / 60
    shown = "FAILED" if state == UNSAVED else state
    it = run(number, minutes=at, state=shown, run_type=run_type, reason=reason)
    return it._replace(
        id=f"{it.id}*{retry or 0}{browser or ''}{location or ''}",
        scheduled_run_id=f"{number:08x}-1111-4000-8000-000000000000",
        retry_attempt=retry,
        browser_type=browser,
        location=location,
        status=it.status._replace(test_result="PASSED") if state == UNSAVED else it.status,
    )


def without_started(it: CanaryRun) -> CanaryRun:
    return it._replace(timeline=it.timeline._replace(started=None))


def newest_first(runs: Sequence[CanaryRun]) -> list[CanaryRun]:
    """As the server lists them; those of one moment stay in this order."""
    return sorted(runs, key=lambda it: it.timeline.started or START, reverse=True)


class Server:
    """Pages of `size` runs out of lists that a test may change between the calls. Tokens are positions in the list."""

    def __init__(
        self, canary_runs: Sequence[CanaryRun] = (), dry_runs: Sequence[CanaryRun] = (), size: int = 10
    ) -> None:
        self.lists = {RunType.CANARY_RUN: list(canary_runs), RunType.DRY_RUN: list(dry_runs)}
        self.size = size
        self.calls: list[tuple[RunQuery, str | None]] = []

    def answer(self, query: RunQuery, token: str | None) -> Page[CanaryRun]:
        self.calls.append((query, token))
        runs = [it for it in self.lists[query.run_type] if query.dry_run_id in (None, it.dry_run_id)]
        first = int(token or 0)
        last = first + self.size
        return Page(tuple(runs[first:last]), str(last) if last < len(runs) else None)
