"""SyntheticsReport-PASSED.json and -FAILED.json: what a run's script did, step by step.

The shape is that of the runtimes' own report classes (Node.js with Puppeteer or Playwright, Python with Selenium,
Java); API canaries, broken-link checkers and visual monitoring leave members out or add some. So every member is
optional, one of another shape counts as absent, and what is not known here is passed over: the file itself shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from canaryscope.evidence.document import (
    Shape,
    as_object,
    as_objects,
    decoded,
    first,
    line,
    milliseconds,
    moment,
    parsed,
    reason,
    whole,
)
from canaryscope.evidence.errors import BadArtifact

__all__ = ["SCREENSHOTS", "STEPS", "Report", "RequestCounts", "Screenshot", "Step", "parse_report", "screenshots"]

STEPS: Final = 2_000
"""Steps kept of one report: the first ones, and among them the first that failed, wherever it was."""
SCREENSHOTS: Final = 100
"""Screenshots kept of one step or link."""
_URL: Final = 4_096
_NAME: Final = "The report"


@dataclass(frozen=True, slots=True)
class Screenshot:
    """ScreenshotResult: a file beside the report, or why there is none."""

    file_name: str = ""
    page_url: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """CanaryStepResult. Its number need not be unique: a script may do a step again."""

    number: int | None = None
    name: str = ""
    status: str = ""
    """PASSED, FAILED, or what a runtime may say else; empty where it says nothing."""
    started: datetime | None = None
    ended: datetime | None = None
    failure_reason: str = ""
    source_url: str = ""
    destination_url: str = ""
    screenshots: tuple[Screenshot, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the status says so; without a status, whether there is a reason."""
        return self.status.upper().startswith("FAIL") if self.status else bool(self.failure_reason)

    @property
    def duration(self) -> timedelta | None:
        """From start to end; None where either is missing, or the clock was set back between them."""
        return _between(self.started, self.ended)


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """RequestsResult: how many requests the script made, by what came of them. `failed` got no answer."""

    successful: int | None = None
    redirected: int | None = None
    client_errors: int | None = None
    server_errors: int | None = None
    failed: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a run from its report. All text is clean."""

    canary: str = ""
    status: str = ""
    """customerScript.status, else executionStatus: PASSED, FAILED, NO RESULT."""
    failure_reason: str = ""
    """customerScript.failureReason with its stack, where StateReason was cut; else the execution error."""
    execution_error: str = ""
    """What failed beside the script, saving screenshots for example: a reason for EXECUTION_FAILURE."""
    started: datetime | None = None
    ended: datetime | None = None
    reset_ms: float | None = None
    launch_ms: float | None = None
    setup_ms: float | None = None
    requests: RequestCounts | None = None
    steps: tuple[Step, ...] = ()
    """By number; those of one number, and those without, as they came."""
    cut: int = 0
    """Steps beyond `STEPS`, which are not kept."""

    @property
    def failing(self) -> Step | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.failed), None)

    @property
    def duration(self) -> timedelta | None:
        """From start to end; None where either is missing, or the clock was set back between them."""
        return _between(self.started, self.ended)


def parse_report(data: bytes) -> Report:
    """The report in a file's bytes. Raises BadArtifact for what is no JSON object, or too large or deep."""
    report = parsed(decoded(data, _NAME), _NAME)
    if not isinstance(report, dict):
        raise BadArtifact(f"{_NAME} is JSON, but not the object that Synthetics writes.")
    script = as_object(report.get("customerScript"))
    steps = as_objects(script.get("steps"))
    execution_error = reason(report.get("executionError"))
    return Report(
        canary=line(report.get("canaryName")),
        status=line(script.get("status")) or line(report.get("executionStatus")),
        failure_reason=reason(script.get("failureReason")) or execution_error,
        execution_error=execution_error,
        started=moment(report.get("startTime")) or moment(script.get("startTime")),
        ended=moment(report.get("endTime")) or moment(script.get("endTime")),
        reset_ms=milliseconds(report.get("timeSpentInResetInMs")),
        launch_ms=milliseconds(report.get("timeSpentInLaunchInMs")),
        setup_ms=milliseconds(first(report, "timeSpentInSetUpInMs", "timeSpentInSetupInMs", "SetupInMs")),
        requests=_counts(script.get("requests")),
        steps=_by_number(_kept(steps)),
        cut=max(0, len(steps) - STEPS),
    )


def screenshots(value: object) -> tuple[Screenshot, ...]:
    """A list of ScreenshotResult, or null."""
    return tuple(
        Screenshot(
            file_name=line(one.get("fileName")),
            page_url=line(one.get("pageUrl"), limit=_URL),
            error=reason(one.get("error")),
        )
        for one in as_objects(value)[:SCREENSHOTS]
    )


def _kept(steps: list[Shape]) -> list[Step]:
    kept = [_step(step) for step in steps[:STEPS]]
    if len(steps) > STEPS and not any(step.failed for step in kept):
        kept[-1:] = [next((step for step in map(_step, steps[STEPS:]) if step.failed), kept[-1])]
    return kept


def _step(step: Shape) -> Step:
    return Step(
        number=whole(step.get("stepNum")),
        name=line(step.get("stepName")),
        status=line(step.get("status")),
        started=moment(step.get("startTime")),
        ended=moment(step.get("endTime")),
        failure_reason=reason(step.get("failureReason")),
        source_url=line(step.get("sourceUrl"), limit=_URL),
        destination_url=line(step.get("destinationUrl"), limit=_URL),
        screenshots=screenshots(step.get("screenshots")),
    )


def _by_number(steps: list[Step]) -> tuple[Step, ...]:
    """A step without a number stays behind the one that it came behind."""
    keys: list[int] = []
    for step in steps:
        keys.append(step.number if step.number is not None else keys[-1] if keys else -1)
    return tuple(steps[at] for at in sorted(range(len(steps)), key=keys.__getitem__))


def _counts(value: object) -> RequestCounts | None:
    counts = as_object(value)
    found = RequestCounts(
        successful=whole(counts.get("_2xx")),
        redirected=whole(counts.get("_3xx")),
        client_errors=whole(counts.get("_4xx")),
        server_errors=whole(counts.get("_5xx")),
        failed=whole(counts.get("failed")),
    )
    return None if found == RequestCounts() else found


def _between(started: datetime | None, ended: datetime | None) -> timedelta | None:
    return ended - started if started is not None and ended is not None and ended >= started else None
