"""A made-up history of a canary and a server that pages through it, for the tests of the headless core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from canaryscope.runs.model import CanaryRun, Page, RunQuery, RunStatus, RunTimeline, RunType

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DRY_RUN_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


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


def without_started(it: CanaryRun) -> CanaryRun:
    return replace(it, timeline=replace(it.timeline, started=None))


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
