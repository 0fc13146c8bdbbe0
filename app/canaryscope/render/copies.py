"""What `y` copies. Times are ISO 8601 with Z; nothing is in it that is not known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from canaryscope.render.times import iso
from canaryscope.runs.model import CanaryRun

__all__ = ["Copy", "Place", "copied_text"]

NO_ARTIFACTS = "No data"
"""What the API says as the location of a run that left no artifacts."""


class Copy(StrEnum):
    """What can be copied of a run; the values are the names of CopyMenu's choices."""

    RUN_ID = "run_id"
    REASON = "reason"
    S3 = "s3"
    LINK = "link"
    COMMAND = "command"
    MARKDOWN = "markdown"
    JSON = "json"

    @property
    def label(self) -> str:
        """What it is called in a sentence."""
        return LABELS[self]


LABELS = {
    Copy.RUN_ID: "run id",
    Copy.REASON: "reason",
    Copy.S3: "S3 location",
    Copy.LINK: "console link",
    Copy.COMMAND: "AWS CLI command",
    Copy.MARKDOWN: "Markdown block",
    Copy.JSON: "JSON",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the run on screen is from. Empty: not known."""

    canary: str
    region: str = ""
    account: str = ""
    """The account's number, or the profile where that is what is known."""
    link: str = ""
    """The console's page of the canary; there is none for a single run."""
    command: str = ""
    """The question on screen as an AWS CLI command."""


def copied_text(copy: Copy, run: CanaryRun | None, place: Place) -> str:
    """The text to copy; empty where the run (or the service) does not have it."""
    match copy:
        case Copy.LINK:
            return place.link
        case Copy.COMMAND:
            return place.command
    if run is None:
        return ""
    match copy:
        case Copy.RUN_ID:
            return run.id or ""
        case Copy.REASON:
            return run.status.state_reason or ""
        case Copy.S3:
            return _s3(run)
        case Copy.JSON:
            return json.dumps(_as_api(run), indent=2, ensure_ascii=False)
    return _markdown(run, place)


def _s3(run: CanaryRun) -> str:
    """The artifacts' location with its scheme, which the API leaves out."""
    location = run.artifact_s3_location
    if not location or location == NO_ARTIFACTS:
        return ""
    return location if location.startswith("s3://") else f"s3://{location}"


def _as_api(run: CanaryRun) -> dict[str, Any]:
    """The run in the API's names, with what was sent only."""
    status, timeline = run.status, run.timeline
    sent = {
        "Id": run.id,
        "ScheduledRunId": run.scheduled_run_id,
        "RetryAttempt": run.retry_attempt,
        "Name": run.name,
        "Status": _sent(
            State=status.state,
            StateReason=status.state_reason,
            StateReasonCode=status.state_reason_code,
            TestResult=status.test_result,
        ),
        "Timeline": _sent(
            Started=iso(timeline.started),
            Completed=iso(timeline.completed),
            MetricTimestampForRunAndRetries=iso(timeline.metric_timestamp),
        ),
        "ArtifactS3Location": run.artifact_s3_location,
        "DryRunConfig": _sent(DryRunId=run.dry_run_id),
        "BrowserType": run.browser_type,
        "Location": run.location,
    }
    return _sent(**sent)


def _sent(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, {})}


def _markdown(run: CanaryRun, place: Place) -> str:
    """The facts of one run as a Markdown table for a ticket, the reason below it as a code block."""
    exact = run.length
    facts = {
        "Canary": place.canary,
        "Account": place.account,
        "Region": place.region,
        "State": run.status.state,
        "Test result": run.status.test_result,
        "Reason code": run.status.state_reason_code,
        "Started": iso(run.timeline.started),
        "Completed": iso(run.timeline.completed),
        "Duration": None if exact is None else f"{exact.total_seconds():.3f} s",
        "Run ID": run.id,
        "Retry attempt": None if run.retry_attempt is None else str(run.retry_attempt),
        "Dry run ID": run.dry_run_id,
        "Browser": run.browser_type,
        "Location": run.location,
        "Artifacts": _s3(run),
        "Console": place.link,
    }
    lines = ["| | |", "|---|---|", *(f"| {label} | {_cell(value)} |" for label, value in facts.items() if value)]
    if run.status.state_reason:
        fence = "`" * (_longest_run_of_backticks(run.status.state_reason) + 3)
        lines += ["", fence, run.status.state_reason, fence]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A value in a cell of a Markdown table: as it is, not as markup.

    An underscore between letters is none (and would break a link), so ids and links stay readable as they are.
    """
    return re.sub(r"[\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def _longest_run_of_backticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
