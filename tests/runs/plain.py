"""The counting of scheduled runs in plain words, to hold the counting over the store against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from canaryscope.runs.model import CanaryRun
from runs.history import START

__all__ = ["Decided", "decided", "schedules", "streak"]


@dataclass(frozen=True, order=True)
class Decided:
    """A scheduled run that does not wait for anything."""

    started: datetime
    came_to: str
    """PASSED, RETRIED, UNSAVED or FAILED."""


def schedules(runs: Iterable[CanaryRun]) -> list[list[CanaryRun]]:
    """The runs of each schedule; a run without ScheduledRunId is one of its own."""
    found: dict[object, list[CanaryRun]] = defaultdict(list)
    for it in runs:
        found[it.run_type, it.scheduled_run_id or it.id].append(it)
    return list(found.values())


def decided(runs: Iterable[CanaryRun]) -> list[Decided]:
    """The scheduled runs that are decided, newest first."""
    found = []
    for attempts in schedules(runs):
        last = {}
        for it in sorted(attempts, key=lambda it: it.retry_attempt or 0):
            last[it.browser_type, it.location] = it
        words = {_word(it) for it in last.values()}
        came_to = next((word for word in ("", "FAILED", "UNSAVED", "RETRIED", "PASSED") if word in words), "")
        if came_to:
            found.append(Decided(min(it.timeline.started or START for it in attempts), came_to))
    return sorted(found, reverse=True)


def _word(last: CanaryRun) -> str:
    """What one browser in one location came to; "" for not decided."""
    if last.status.state == "PASSED":
        return "RETRIED" if last.retry_attempt else "PASSED"
    if last.status.state == "FAILED":
        return "UNSAVED" if last.status.test_result == "PASSED" else "FAILED"
    return ""


def streak(found: list[Decided]) -> tuple[str, int, datetime, datetime | None]:
    """Outcome, runs, since and before of the current streak of at least one scheduled run."""
    newest = found[0].came_to
    outcome = newest if newest in ("FAILED", "UNSAVED") else "PASSED"
    same = {"FAILED": {"FAILED"}, "UNSAVED": {"UNSAVED"}, "PASSED": {"PASSED", "RETRIED", "UNSAVED"}}[outcome]
    length = next((index for index, one in enumerate(found) if one.came_to not in same), len(found))
    return outcome, length, found[length - 1].started, found[length].started if length < len(found) else None
