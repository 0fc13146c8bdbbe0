"""The border: from botocore's dicts to model objects, one function a shape, where untrusted text is cleaned.

Every member may be missing or null, numbers may come as text and text as numbers, and members that are not known
are passed over. What cannot be read so is no answer of the API: Malformed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from canaryscope.aws.groups import CanaryGroup
from canaryscope.runs.causes import cause_of
from canaryscope.runs.errors import Malformed
from canaryscope.runs.model import Canary, CanaryRun, Engine, LastRun, Page, RunStatus, RunTimeline, RunType
from canaryscope.runs.text import clean, clean_line

if TYPE_CHECKING:
    from canaryscope.evidence.artifacts import Artifact, ArtifactPlace
    from canaryscope.evidence.invocations import LogEvent

__all__ = [
    "artifacts_page",
    "canaries_page",
    "canary",
    "canary_run",
    "group_resources_page",
    "groups_page",
    "last_runs_page",
    "log_events_page",
    "runs_page",
]

Shape = Mapping[str, Any]
T = TypeVar("T")

_NOTHING: Shape = {}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def runs_page(answer: Shape, run_type: RunType) -> Page[CanaryRun]:
    """GetCanaryRunsResponse, asked for with `run_type`. Runs stay as many and in the order that they came."""
    runs = [canary_run(run, run_type) for run in _objects(answer, "CanaryRuns")]
    return Page(tuple(runs), _next_token(answer), tuple([cause_of(run.status) for run in runs]))


def last_runs_page(answer: Shape) -> Page[LastRun]:
    """DescribeCanariesLastRunResponse. A line without any name names no canary and is passed over."""
    lines = (_last_run(line) for line in _objects(answer, "CanariesLastRun"))
    return Page(tuple(line for line in lines if line is not None), _next_token(answer))


def canaries_page(answer: Shape) -> Page[Canary]:
    """DescribeCanariesResponse. A canary without a name cannot be asked about and is passed over."""
    described = (canary(one) for one in _objects(answer, "Canaries"))
    return Page(tuple(one for one in described if one.name), _next_token(answer))


def groups_page(answer: Shape) -> Page[CanaryGroup]:
    """ListGroupsResponse. A group without Id and Name is passed over."""
    groups = (_group(group) for group in _objects(answer, "Groups"))
    return Page(tuple(group for group in groups if group is not None), _next_token(answer))


def group_resources_page(answer: Shape) -> Page[str]:
    """ListGroupResourcesResponse: the names of the canaries, from their ARNs."""
    arns = (_line(arn, "Resources") for arn in _list(answer, "Resources"))
    return Page(tuple(arn.rpartition(":")[2] for arn in arns if arn), _next_token(answer))


def artifacts_page(answer: Shape, place: ArtifactPlace) -> Page[Artifact]:
    """ListObjectsV2Output, asked for with the folder of `place`. The token is a ContinuationToken."""
    from canaryscope.evidence.artifacts import artifact_of  # not needed for the first page of runs

    found: list[Artifact | None] = []
    for one in _objects(answer, "Contents"):
        if not isinstance(one.get("Key"), str):
            raise _not("Key", "a text")
        size, modified = _number(one, "Size") or 0, _moment(one, "LastModified")
        found.append(artifact_of(place, one["Key"], size, modified, _line(one.get("ETag"), "ETag") or ""))
    token = answer.get("NextContinuationToken") if answer.get("IsTruncated") else None
    return Page(tuple(one for one in found if one is not None), token or None)


def log_events_page(answer: Shape) -> Page[LogEvent]:
    """FilterLogEventsResponse. The messages are not cleaned here: whose line each is, its beginning tells."""
    from canaryscope.evidence.invocations import LogEvent  # not needed for the first page of runs

    found: list[LogEvent] = []
    for one in _objects(answer, "events"):
        stream, message = one.get("logStreamName") or "", one.get("message") or ""
        if not isinstance(stream, str) or not isinstance(message, str):
            raise _not("A line of events", "one of a log")
        found.append(LogEvent(stream, _moment_of(_number(one, "timestamp")), message))
    return Page(tuple(found), _next_token(answer, "nextToken"))


def canary_run(run: Shape, run_type: RunType) -> CanaryRun:
    """CanaryRun."""
    status = _object(run, "Status")
    timeline = _object(run, "Timeline")
    return CanaryRun(
        run_type=run_type,
        id=_line(run.get("Id"), "Id"),
        name=_line(run.get("Name"), "Name"),
        scheduled_run_id=_line(run.get("ScheduledRunId"), "ScheduledRunId"),
        retry_attempt=_number(run, "RetryAttempt"),
        status=RunStatus(
            state=_line(status.get("State"), "State"),
            state_reason=_text(status.get("StateReason"), "StateReason"),
            state_reason_code=_line(status.get("StateReasonCode"), "StateReasonCode"),
            test_result=_line(status.get("TestResult"), "TestResult"),
        ),
        timeline=RunTimeline(
            started=_moment(timeline, "Started"),
            completed=_moment(timeline, "Completed"),
            metric_timestamp=_moment(timeline, "MetricTimestampForRunAndRetries"),
        ),
        artifact_s3_location=_line(run.get("ArtifactS3Location"), "ArtifactS3Location"),
        dry_run_id=_line(_object(run, "DryRunConfig").get("DryRunId"), "DryRunId"),
        browser_type=_line(run.get("BrowserType"), "BrowserType"),
        location=_line(run.get("Location"), "Location"),
    )


def canary(described: Shape) -> Canary:
    """Canary, as in DescribeCanaries and GetCanary. `name` is empty where none came."""
    status = _object(described, "Status")
    schedule = _object(described, "Schedule")
    timeline = _object(described, "Timeline")
    engines = _objects(described, "EngineConfigs")
    browsers = (
        _line(one.get("BrowserType"), "BrowserType") for one in _objects(described, "BrowserConfigs") or engines
    )
    return Canary(
        name=_line(described.get("Name"), "Name") or "",
        id=_line(described.get("Id"), "Id"),
        state=_line(status.get("State"), "State"),
        state_reason=_text(status.get("StateReason"), "StateReason"),
        state_reason_code=_line(status.get("StateReasonCode"), "StateReasonCode"),
        schedule=_line(schedule.get("Expression"), "Expression"),
        duration_seconds=_number(schedule, "DurationInSeconds"),
        max_retries=_number(_object(schedule, "RetryConfig"), "MaxRetries"),
        timeout_seconds=_number(_object(described, "RunConfig"), "TimeoutInSeconds"),
        runtime_version=_line(described.get("RuntimeVersion"), "RuntimeVersion"),
        success_retention_days=_number(described, "SuccessRetentionPeriodInDays"),
        failure_retention_days=_number(described, "FailureRetentionPeriodInDays"),
        artifact_s3_location=_line(described.get("ArtifactS3Location"), "ArtifactS3Location"),
        engines=_engines(engines, _line(described.get("EngineArn"), "EngineArn")),
        browsers=tuple(dict.fromkeys(browser for browser in browsers if browser)),
        created=_moment(timeline, "Created"),
        last_modified=_moment(timeline, "LastModified"),
        last_started=_moment(timeline, "LastStarted"),
        last_stopped=_moment(timeline, "LastStopped"),
        last_dry_run_status=_line(_object(described, "DryRunConfig").get("LastDryRunExecutionStatus"), "DryRunConfig"),
    )


def get_canary(answer: Shape) -> Canary:
    """GetCanaryResponse."""
    described = answer.get("Canary")
    if not isinstance(described, Mapping):
        raise Malformed("The answer to GetCanary holds no canary.", code="NotTheApi")
    return canary(described)


def _engines(configs: Iterable[Shape], only: str | None) -> tuple[Engine, ...]:
    """EngineConfigs, and the canary's own EngineArn where it is not among them."""
    arns = ((_line(one.get("BrowserType"), "BrowserType"), _line(one.get("EngineArn"), "EngineArn")) for one in configs)
    engines = [Engine(browser, arn) for browser, arn in arns if arn]
    if only and all(engine.arn != only for engine in engines):
        engines.append(Engine(None, only))
    return tuple(engines)


def _last_run(line: Shape) -> LastRun | None:
    run = line.get("LastRun")
    if run is not None and not isinstance(run, Mapping):
        raise _not("LastRun", "an object")
    newest = canary_run(run, RunType.CANARY_RUN) if run else None
    name = _line(line.get("CanaryName"), "CanaryName") or (newest and newest.name)
    return LastRun(name, newest) if name else None


def _group(group: Shape) -> CanaryGroup | None:
    name = _line(group.get("Name"), "Name")
    identifier = _line(group.get("Id"), "Id") or name
    return CanaryGroup(identifier, name or identifier, _line(group.get("Arn"), "Arn")) if identifier else None


def _next_token(answer: Shape, member: str = "NextToken") -> str | None:
    """The token as it came: it is handed back to the server and to nobody else. Null and "" are the end."""
    token = answer.get(member)
    if token is not None and not isinstance(token, str):
        raise _not(member, "a text")
    return token or None


def _list(answer: Shape, member: str) -> Iterable[Any]:
    items = answer.get(member)
    if items is None:
        return ()
    if not isinstance(items, list):
        raise _not(member, "a list")
    return items


def _objects(answer: Shape, member: str) -> list[Shape]:
    items = list(_list(answer, member))
    for item in items:
        if not isinstance(item, Mapping):
            raise _not(f"A line of {member}", "an object")
    return items


def _object(shape: Shape, member: str) -> Shape:
    value = shape.get(member)
    if value is None:
        return _NOTHING
    if not isinstance(value, Mapping):
        raise _not(member, "an object")
    return value


def _as(cleaner: Callable[[object], str]) -> Callable[[Any, str], str | None]:
    def cleaned(value: Any, member: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str | int | float):
            raise _not(member, "a text")
        return cleaner(value)

    return cleaned


_text = _as(clean)
_line = _as(clean_line)


def _number(shape: Shape, member: str) -> int | None:
    value = shape.get(member)
    if value is None or type(value) is int:
        return value
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise _not(member, "a number") from None


def _moment(shape: Shape, member: str) -> datetime | None:
    value = shape.get(member)
    if value is None or (isinstance(value, datetime) and value.tzinfo is not None):
        return value
    raise _not(member, "a time")


def _moment_of(milliseconds: int | None) -> datetime | None:
    """A time that is a number of milliseconds, if it is in the years 1 to 9999."""
    try:
        return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _not(what: str, kind: str) -> Malformed:
    return Malformed(f"{what} in the answer is not {kind}, as the API has it.", code="NotTheApi")
