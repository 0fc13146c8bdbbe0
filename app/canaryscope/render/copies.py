"""What `y` copies. Times are ISO 8601 with Z; nothing is in it that is not known."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from canaryscope.render.ticket import Place, s3_uri, ticket
from canaryscope.render.times import iso
from canaryscope.runs.causes import Cause
from canaryscope.runs.model import CanaryRun
from canaryscope.runs.triage import Triage

__all__ = ["Copy", "Place", "as_json", "copied_text"]


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


def copied_text(
    copy: Copy,
    run: CanaryRun | None,
    place: Place,
    triage: Triage | None = None,
    cause: Cause | None = None,
    reason: str | None = None,
) -> str:
    """The text to copy; empty where the run (or the service) does not have it.

    `triage` (of the canary) and `cause` (of the run) go into the Markdown block. `reason` is the whole one, where the
    run has only its beginning.
    """
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
            return reason or run.status.state_reason or ""
        case Copy.S3:
            return s3_uri(run)
        case Copy.JSON:
            return as_json(run)
    return ticket(run, place, triage, cause, reason)


def as_json(run: CanaryRun) -> str:
    """The run as the API sent it, in lines."""
    return json.dumps(_as_api(run), indent=2, ensure_ascii=False)


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
