"""What Synthetics is about, as plain values.

Names and members follow the API (GetCanaryRuns, DescribeCanaries); every member of a run is optional there, so
it is here. Times are aware datetimes in UTC. Enumerations that AWS may extend stay `str`: an unknown value is
kept and shown as it is. All text in these objects has been cleaned (see `canaryscope.runs.text`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from canaryscope.runs.causes import Cause

__all__ = [
    "Canary",
    "CanaryRun",
    "Engine",
    "LastRun",
    "Page",
    "RunQuery",
    "RunStatus",
    "RunTimeline",
    "RunType",
]

T = TypeVar("T")


class RunType(StrEnum):
    """The RunType of GetCanaryRuns. The API has no value for "both"."""

    CANARY_RUN = "CANARY_RUN"
    DRY_RUN = "DRY_RUN"


class RunStatus(NamedTuple):
    """CanaryRunStatus. State (RUNNING, PASSED, FAILED) and TestResult (PASSED, FAILED, UNKNOWN) are two things."""

    state: str | None = None
    state_reason: str | None = None
    state_reason_code: str | None = None
    test_result: str | None = None


class RunTimeline(NamedTuple):
    """CanaryRunTimeline, in UTC. A RUNNING run has no `completed`."""

    started: datetime | None = None
    completed: datetime | None = None
    metric_timestamp: datetime | None = None


class CanaryRun(NamedTuple):
    """One run. `run_type` is the RunType it was asked for with: the API's answer does not say."""

    run_type: RunType = RunType.CANARY_RUN
    id: str | None = None
    name: str | None = None
    scheduled_run_id: str | None = None
    retry_attempt: int | None = None
    status: RunStatus = RunStatus()
    timeline: RunTimeline = RunTimeline()
    artifact_s3_location: str | None = None
    dry_run_id: str | None = None
    browser_type: str | None = None
    location: str | None = None

    @property
    def failed(self) -> bool:
        """Whether a person who looks for failures wants to see it: the state or the test's result is FAILED."""
        return self.status.state == "FAILED" or self.status.test_result == "FAILED"

    @property
    def length(self) -> timedelta | None:
        """Completed minus Started; negative where the service says so, None where either is missing."""
        if self.timeline.started is None or self.timeline.completed is None:
            return None
        return self.timeline.completed - self.timeline.started


@dataclass(frozen=True, slots=True)
class RunQuery:
    """One question to GetCanaryRuns.

    Raises ValueError for a DryRunId without RunType=DRY_RUN, which the API answers with a ValidationException.
    """

    canary: str
    run_type: RunType = RunType.CANARY_RUN
    dry_run_id: str | None = None

    def __post_init__(self) -> None:
        if self.dry_run_id is not None and self.run_type is not RunType.DRY_RUN:
            raise ValueError("DryRunId needs RunType=DRY_RUN")


class Page(NamedTuple, Generic[T]):
    """One answer of a paginated operation. `next_token` None: there is nothing below."""

    items: tuple[T, ...]
    next_token: str | None = None
    causes: tuple[Cause | None, ...] = ()
    """Of runs: why each of them failed (`causes.cause_of`), found where the answer was parsed; or nothing."""


class LastRun(NamedTuple):
    """One line of DescribeCanariesLastRun: a canary and its newest run, if it has one."""

    canary: str
    run: CanaryRun | None = None


class Engine(NamedTuple):
    """A Lambda function that runs a canary."""

    browser: str | None
    """The BrowserType that it runs; None where the canary does not say."""
    arn: str
    """EngineArn: `arn:aws:lambda:eu-west-1:123456789012:function:cwsyn-checkout-4f2…:4`, as the API has it."""


class Canary(NamedTuple):
    """What DescribeCanaries and GetCanary say of a canary, as far as it is used."""

    name: str
    id: str | None = None
    state: str | None = None
    state_reason: str | None = None
    state_reason_code: str | None = None
    schedule: str | None = None
    """Schedule.Expression: rate(...) or cron(...)."""
    duration_seconds: int | None = None
    """Schedule.DurationInSeconds: other than 0, the canary stops by itself after that long."""
    max_retries: int | None = None
    timeout_seconds: int | None = None
    runtime_version: str | None = None
    success_retention_days: int | None = None
    failure_retention_days: int | None = None
    artifact_s3_location: str | None = None
    engines: tuple[Engine, ...] = ()
    """One for each browser; runtimes of today name them in EngineConfigs only, older ones in EngineArn only."""
    browsers: tuple[str, ...] = ()
    created: datetime | None = None
    last_modified: datetime | None = None
    last_started: datetime | None = None
    last_stopped: datetime | None = None
    last_dry_run_status: str | None = None
    """DryRunConfig.LastDryRunExecutionStatus, a free string; only in answers to a DryRunId."""
