"""The demo's stories with what runs leave in moto's S3 and CloudWatch Logs, servers that nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from canaryscope.demo.responder import Responder
from canaryscope.evidence.artifacts import ArtifactPlace
from demo.leavings import place
from peer import Peer
from peer.moto_server import moto_server, writer
from screens.support import CREDENTIALS, REGION

__all__ = ["Mirror", "mirrored"]

NEWEST = 6
"""Runs of a canary that are mirrored."""


@dataclass(frozen=True)
class Mirror:
    """`peer` answers Synthetics, as it is at `now`; moto answers S3 and CloudWatch Logs."""

    peer: Peer
    url: str
    now: datetime
    s3: Any
    """A client that may write to moto's S3."""

    @property
    def environ(self) -> dict[str, str]:
        """Variables with which a person's programs ask the three of them."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.peer.url,
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": self.url,
        }

    def runs(self, canary: str) -> list[dict[str, Any]]:
        """The newest runs of a canary, as the API sends them."""
        runs: list[dict[str, Any]] = self.peer.client().get_canary_runs(Name=canary)["CanaryRuns"]
        return runs

    def place(self, canary: str, row: int = 0) -> ArtifactPlace:
        """Where a run left its artifacts."""
        return place(self.runs(canary)[row])

    def objects(self, where: ArtifactPlace) -> dict[str, bytes]:
        """What is there now, by key."""
        listed = self.s3.list_objects_v2(Bucket=where.bucket, Prefix=where.folder).get("Contents", [])
        return {one["Key"]: self.s3.get_object(Bucket=where.bucket, Key=one["Key"])["Body"].read() for one in listed}

    def store(self, *canaries: str) -> None:
        """Put there what the newest runs of these canaries left, bucket by bucket, each in its Region."""
        told = {region: self.peer.client("s3", region=region) for region in (REGION, "us-east-1")}
        made: set[str] = set()
        for canary in canaries:
            for run in self.runs(canary)[:NEWEST]:
                if not run.get("ArtifactS3Location", "No data").startswith("No data"):
                    where = place(run)
                    region = "us-east-1" if where.bucket.endswith("us-east-1") else REGION
                    if where.bucket not in made:
                        made.add(where.bucket)
                        self._make(where.bucket, region)
                    self._copy(told[region], where)

    def log(self, canary: str) -> None:
        """Put there what the function of a canary has written in the last hour."""
        function = self.peer.client().get_canary(Name=canary)["Canary"]["EngineArn"].split(":")[6]
        group = f"/aws/lambda/{function}"
        since = {"startTime": round((self.now - timedelta(hours=1)).timestamp() * 1000)}
        told = self.peer.client("logs").filter_log_events(logGroupName=group, **since)["events"]
        with closing(writer(self.url, "logs", REGION)) as logs:
            logs.create_log_group(logGroupName=group)
            for stream in {event["logStreamName"] for event in told}:
                sent = [
                    {"timestamp": event["timestamp"], "message": event["message"]}
                    for event in told
                    if event["logStreamName"] == stream
                ]
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=sent)

    def _make(self, bucket: str, region: str) -> None:
        elsewhere = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with closing(writer(self.url, "s3", region)) as client:
            client.create_bucket(Bucket=bucket, **elsewhere)

    def _copy(self, told: Any, where: ArtifactPlace) -> None:
        for one in told.list_objects_v2(Bucket=where.bucket, Prefix=where.folder).get("Contents", []):
            body = told.get_object(Bucket=where.bucket, Key=one["Key"])["Body"].read()
            self.s3.put_object(Bucket=where.bucket, Key=one["Key"], Body=body)


@contextmanager
def mirrored() -> Iterator[Mirror]:
    """It is empty at first. Time stands still at the moment: CloudWatch Logs takes no old events."""
    now = datetime.now(UTC).replace(microsecond=0)
    with Peer(Responder(now)) as peer, moto_server() as url, closing(writer(url, "s3", REGION)) as s3:
        yield Mirror(peer, url, now, s3)
