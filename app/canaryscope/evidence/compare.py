"""Two runs of a canary beside each other: what a person on call asks who knows a good run of a failing canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from canaryscope.evidence.compare_requests import RequestChanges, request_changes
from canaryscope.evidence.compare_steps import StepPair, step_pairs
from canaryscope.evidence.report import Report
from canaryscope.evidence.requests import Request
from canaryscope.runs.model import CanaryRun, RunType

__all__ = ["Comparison", "Configuration", "Side", "compare"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs, with what could be had of its evidence."""

    run: CanaryRun
    report: Report | None = None
    requests: tuple[Request, ...] | None = None
    """None: there are none to be had; empty: it made none."""
    missing: tuple[str, ...] = ()
    """What could not be had, a sentence each: `HAR: access denied to s3:GetObject.`"""


class Configuration(Enum):
    """Whether the canary's configuration changed between the two runs: LastModified tells the last change only."""

    UNCHANGED = auto()
    """For certain: the last change is older than both."""
    BETWEEN = auto()
    """For certain."""
    LATER = auto()
    """The last change is newer than both: whether there was an earlier one in between is not known."""
    UNKNOWN = auto()
    """The time of the change or that of a run is not known."""
    ONE_DRY_RUN = auto()
    """For certain unchanged: both are of one dry run, which has one configuration."""
    DRY_RUN = auto()
    """A dry run tries out a configuration of its own: LastModified says nothing of it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older run, the newer one, and what differs."""

    before: Side
    after: Side
    configuration: Configuration
    modified: datetime | None = None
    steps: tuple[StepPair, ...] | None = None
    """None: one of the runs has no report."""
    requests: RequestChanges | None = None
    """None: the requests of one of the runs are not to be had."""

    @property
    def turned(self) -> StepPair | None:
        """The first step whose status differs."""
        return next((pair for pair in self.steps or () if pair.turned), None)


def compare(one: Side, other: Side, modified: datetime | None = None) -> Comparison:
    """Compare two runs, of which the one that started first is `before`. `modified`: the canary's LastModified.

    Where the times do not tell, `one` is before: so the good run is given first where a failed one is compared with it.
    """
    before, after = (other, one) if _later(one.run, other.run) else (one, other)
    return Comparison(
        before,
        after,
        _configuration(before.run, after.run, modified),
        modified,
        _steps(before.report, after.report),
        _requests(before.requests, after.requests),
    )


def _steps(before: Report | None, after: Report | None) -> tuple[StepPair, ...] | None:
    return None if before is None or after is None else step_pairs(before.steps, after.steps)


def _requests(before: tuple[Request, ...] | None, after: tuple[Request, ...] | None) -> RequestChanges | None:
    return None if before is None or after is None else request_changes(before, after)


def _later(one: CanaryRun, other: CanaryRun) -> bool:
    started, others = one.timeline.started, other.timeline.started
    return started is not None and others is not None and started > others


def _configuration(before: CanaryRun, after: CanaryRun, modified: datetime | None) -> Configuration:
    if RunType.DRY_RUN in (before.run_type, after.run_type):
        one = before.dry_run_id is not None and before.dry_run_id == after.dry_run_id
        return Configuration.ONE_DRY_RUN if one else Configuration.DRY_RUN
    started, ended = before.timeline.started, after.timeline.started
    if modified is None or started is None or ended is None:
        return Configuration.UNKNOWN
    if modified <= started:
        return Configuration.UNCHANGED
    return Configuration.BETWEEN if modified <= ended else Configuration.LATER
