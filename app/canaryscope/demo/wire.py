"""Stories and runs in the words of the API: the members, types and ranges of botocore's model of Synthetics."""

from __future__ import annotations

from typing import Any

from canaryscope.demo.account import Account
from canaryscope.demo.history import DryRun, Run, as_uuid
from canaryscope.demo.places import (
    artifact_location,
    artifact_root,
    bucket_of,
    digest_of,
    function_names,
    request_id,
)
from canaryscope.demo.story import DAY, Story

__all__ = ["canary_member", "group_member", "run_member"]

_REASON_LIMIT = 1_024
"""The most that CanaryRunStatus.StateReason holds; the service cuts what is longer."""


def _seconds(milliseconds: int) -> float:
    """A timestamp as rest-json sends it: seconds since the epoch."""
    return milliseconds / 1000


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def run_member(run: Run, story: Story, account: Account, now: int, *, dry: bool) -> dict[str, Any]:
    """A CanaryRun. Until it has completed (times in ms) it is RUNNING and has no result."""
    retried = story.max_retries > 0 and not dry
    several = len(story.browsers) > 1 or len(story.locations) > 1
    running = run.completed > now
    timeline = {
        "Started": _seconds(run.started),
        "Completed": None if running else _seconds(run.completed),
        "MetricTimestampForRunAndRetries": _seconds(run.scheduled) if retried else None,
    }
    return _without_none(
        {
            "Id": as_uuid(run.digest),
            "ScheduledRunId": as_uuid(run.tick_digest[32:]) if retried or several else None,
            "RetryAttempt": run.attempt or None,
            "Name": story.name,
            "Status": {"State": "RUNNING"} if running else _run_status(run),
            "Timeline": _without_none(timeline),
            "ArtifactS3Location": None if running else artifact_location(run, story, account),
            "DryRunConfig": {"DryRunId": as_uuid(run.tick_digest)} if dry else None,
            "BrowserType": run.browser,
            "Location": run.location,
        }
    )


def _run_status(run: Run) -> dict[str, Any]:
    failure = run.failure
    if failure is None:
        return {"State": "PASSED", "TestResult": "PASSED"}
    reason = failure.reason
    if reason is not None:
        reason = reason.replace("{uuid}", request_id(run))[:_REASON_LIMIT]
    return _without_none(
        {
            "State": "FAILED",
            "StateReason": reason,
            "StateReasonCode": failure.code,
            "TestResult": failure.test_result,
        }
    )


def canary_member(
    story: Story, account: Account, epoch: int, dry_run: tuple[DryRun, str] | None = None
) -> dict[str, Any]:
    """A Canary, as DescribeCanaries and GetCanary tell it; with a dry run and its status, as it is for that dry run."""
    digest = digest_of(story.name)
    status = {"State": story.state, "StateReason": story.state_reason, "StateReasonCode": story.state_reason_code}
    member = {
        "Id": as_uuid(digest),
        "Name": story.name,
        **_configuration(story, account),
        "SuccessRetentionPeriodInDays": story.success_days,
        "FailureRetentionPeriodInDays": story.failure_days,
        "Status": _without_none(status),
        "Timeline": _canary_timeline(story, epoch),
        "ArtifactS3Location": f"{bucket_of(story, account)}/{artifact_root(story, account)}",
        "RuntimeVersion": story.runtime,
        "ProvisionedResourceCleanup": "AUTOMATIC",
        "VpcConfig": _vpc(story) if story.vpc else None,
        "MultiLocationConfig": _locations(story, epoch) if len(story.locations) > 1 else None,
        "Tags": {"team": story.group} if story.group else None,
    }
    if dry_run is not None:
        started, outcome = dry_run
        member["DryRunConfig"] = {"DryRunId": started.id, "LastDryRunExecutionStatus": outcome}
        if started.failure is not None:
            member["Status"] = {
                "State": "ERROR",
                "StateReason": started.failure.reason,
                "StateReasonCode": "CREATE_FAILED",
            }
    return _without_none(member)


def _configuration(story: Story, account: Account) -> dict[str, Any]:
    """What runs, as whom, and when."""
    return {
        "Code": {
            "SourceLocationArn": account.arn("lambda", f"layer:cwsyn-{story.name}-{as_uuid(digest_of(story.name))}:3"),
            "Handler": f"{story.name.replace('-', '_')}.handler"[:128],
        },
        "ExecutionRoleArn": f"arn:{account.partition}:iam::{account.id}:role/service-role/{_role(story)}",
        "Schedule": {
            "Expression": story.expression,
            "DurationInSeconds": story.duration_limit,
            "RetryConfig": {"MaxRetries": story.max_retries},
        },
        "RunConfig": {
            "TimeoutInSeconds": story.timeout,
            "MemoryInMB": 1500,
            "ActiveTracing": False,
            "EphemeralStorage": 1024,
        },
        **_engines(story, account),
    }


def _role(story: Story) -> str:
    """IAM allows a role's name 64 characters."""
    return f"CloudWatchSyntheticsRole-{story.name}"[:64]


def _canary_timeline(story: Story, epoch: int) -> dict[str, Any]:
    created = epoch // 1000 - story.age
    modified = created + min(story.age, 40 * DAY) // 2 if story.modified is None else epoch // 1000 - story.modified
    timeline: dict[str, Any] = {"Created": created, "LastModified": modified}
    if story.runs is not None:
        timeline["LastStarted"] = timeline["LastModified"]
        if story.runs.ends is not None and story.state == "STOPPED":
            timeline["LastStopped"] = epoch // 1000 - story.runs.ends
    return timeline


def _engines(story: Story, account: Account) -> dict[str, Any]:
    """One engine for each browser; a canary without a browser has EngineArn alone."""
    names = function_names(story)
    if not names:
        return {}
    arns = [account.arn("lambda", f"function:{name}:4") for name in names.values()]
    members: dict[str, Any] = {"EngineArn": arns[0]}
    if story.browsers:
        members["BrowserConfigs"] = [{"BrowserType": browser} for browser in story.browsers]
        members["EngineConfigs"] = [
            {"EngineArn": arn, "BrowserType": browser} for arn, browser in zip(arns, story.browsers, strict=True)
        ]
    return members


def _vpc(story: Story) -> dict[str, Any]:
    text = digest_of(story.name).hex()
    return {
        "VpcId": f"vpc-0{text[:16]}",
        "SubnetIds": [f"subnet-0{text[4:20]}", f"subnet-0{text[8:24]}"],
        "SecurityGroupIds": [f"sg-0{text[12:28]}"],
    }


def _locations(story: Story, epoch: int) -> dict[str, Any]:
    replicas = [
        {
            "Location": location,
            "ReplicationStatus": {"State": "InSync"},
            "CanaryState": story.state,
            "LastModified": epoch // 1000 - 20 * DAY,
        }
        for location in story.locations[1:]
    ]
    return {
        "LocationType": "Primary",
        "PrimaryLocation": story.locations[0],
        "Replicas": replicas,
        "ReplicationState": "InSync",
    }


def group_member(name: str, account: Account) -> dict[str, Any]:
    """A GroupSummary."""
    identifier = digest_of(f"group/{name}").hex()[:20]
    return {"Id": identifier, "Name": name, "Arn": account.arn("synthetics", f"group:{identifier}")}
