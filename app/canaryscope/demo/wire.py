"""Stories and runs in the words of the API: the members, types and ranges of botocore's model of Synthetics."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from canaryscope.demo.history import DryRun, Run, as_uuid
from canaryscope.demo.story import DAY, Artifacts, Story

__all__ = ["Account", "canary_member", "group_member", "run_member"]

_REASON_LIMIT = 1_024
"""The most that CanaryRunStatus.StateReason holds; the service cuts what is longer."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the canaries live."""

    id: str
    region: str

    @property
    def partition(self) -> str:
        """The partition in the region's ARNs."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def bucket(self) -> str:
        """The bucket that Synthetics makes for artifacts."""
        return f"cw-syn-results-{self.id}-{self.region}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


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
            "ArtifactS3Location": None if running else _artifact_location(run, story, account),
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
        reason = reason.replace("{uuid}", as_uuid(run.digest[40:56]))[:_REASON_LIMIT]
    return _without_none(
        {
            "State": "FAILED",
            "StateReason": reason,
            "StateReasonCode": failure.code,
            "TestResult": failure.test_result,
        }
    )


def _artifact_location(run: Run, story: Story, account: Account) -> str | None:
    """`bucket/canary/region/name-xxx-hex/YYYY/MM/DD/HH/MM-SS-mmm`, without `s3://`."""
    artifacts = Artifacts.STORED if run.failure is None else run.failure.artifacts
    if artifacts is Artifacts.ABSENT:
        return None
    if artifacts is Artifacts.NO_DATA:
        return "No data"
    seconds, milliseconds = divmod(run.started, 1000)
    moment = time.strftime("%Y/%m/%d/%H/%M-%S", time.gmtime(seconds))
    return f"{_artifact_root(story, account, run.location)}/{moment}-{milliseconds:03}"


def _artifact_root(story: Story, account: Account, location: str | None = None) -> str:
    digest = _digest(story.name).hex()
    return f"{account.bucket}/canary/{location or account.region}/{story.name}-{digest[:3]}-{digest[3:15]}"


def canary_member(
    story: Story, account: Account, epoch: int, dry_run: tuple[DryRun, str] | None = None
) -> dict[str, Any]:
    """A Canary, as DescribeCanaries and GetCanary tell it; with a dry run and its status, as it is for that dry run."""
    digest = _digest(story.name)
    status = {"State": story.state, "StateReason": story.state_reason, "StateReasonCode": story.state_reason_code}
    member = {
        "Id": as_uuid(digest),
        "Name": story.name,
        **_configuration(story, account),
        "SuccessRetentionPeriodInDays": story.success_days,
        "FailureRetentionPeriodInDays": story.failure_days,
        "Status": _without_none(status),
        "Timeline": _canary_timeline(story, epoch),
        "ArtifactS3Location": _artifact_root(story, account),
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
            "SourceLocationArn": account.arn("lambda", f"layer:cwsyn-{story.name}-{as_uuid(_digest(story.name))}:3"),
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
    timeline: dict[str, Any] = {"Created": created, "LastModified": created + min(story.age, 40 * DAY) // 2}
    if story.runs is not None:
        timeline["LastStarted"] = timeline["LastModified"]
        if story.runs.ends is not None and story.state == "STOPPED":
            timeline["LastStopped"] = epoch // 1000 - story.runs.ends
    return timeline


def _engines(story: Story, account: Account) -> dict[str, Any]:
    """One engine for each browser; a canary without a browser has EngineArn alone."""
    if story.state == "CREATING":
        return {}
    # Lambda allows a function's name 140 characters.
    name = f"cwsyn-{story.name[:90]}-{as_uuid(_digest(story.name))}"
    arns = [
        account.arn("lambda", f"function:{name}{'-' + browser.lower() if more else ''}:4")
        for more, browser in enumerate(story.browsers or ("",))
    ]
    members: dict[str, Any] = {"EngineArn": arns[0]}
    if story.browsers:
        members["BrowserConfigs"] = [{"BrowserType": browser} for browser in story.browsers]
        members["EngineConfigs"] = [
            {"EngineArn": arn, "BrowserType": browser} for arn, browser in zip(arns, story.browsers, strict=True)
        ]
    return members


def _vpc(story: Story) -> dict[str, Any]:
    text = _digest(story.name).hex()
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
    identifier = _digest(f"group/{name}").hex()[:20]
    return {"Id": identifier, "Name": name, "Arn": account.arn("synthetics", f"group:{identifier}")}
