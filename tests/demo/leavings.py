"""What runs of the demo leave: runs found by their story, their objects read as a person's program reads them."""

from __future__ import annotations

from typing import Any

from canaryscope.demo.responder import Responder
from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace, RunArtifacts, artifact_of, place_of
from demo.paging import runs_page

__all__ = ["ENDED", "keys", "kinds_of_runs", "listed", "place", "read", "run_that", "telling"]

ENDED = ("PASSED", "FAILED")


def run_that(responder: Responder, canary: str, state: str, *, reason: str = "", pages: int = 60) -> dict[str, Any]:
    """The newest run of a canary that ended so, in its newest pages."""
    token: dict[str, str] = {}
    for _ in range(pages):
        page = runs_page(responder, canary, **token)
        for run in page["CanaryRuns"]:
            if run["Status"]["State"] == state and reason in run["Status"].get("StateReason", ""):
                found: dict[str, Any] = run
                return found
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    raise AssertionError(f"{canary} has no run that {state} ({reason})")


def kinds_of_runs(responder: Responder, canary: str, pages: int = 3) -> list[dict[str, Any]]:
    """One run of each way to end, in the newest pages of a canary: the newest."""
    found: dict[tuple[str, str | None, str | None], dict[str, Any]] = {}
    token: dict[str, str] = {}
    for _ in range(pages):
        page = runs_page(responder, canary, **token)
        for run in page["CanaryRuns"]:
            if run["Status"]["State"] in ENDED:
                reason = run["Status"].get("StateReason", "")[:40]
                found.setdefault((reason, run.get("BrowserType"), run.get("Location")), run)
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    return list(found.values())


def place(run: dict[str, Any]) -> ArtifactPlace:
    found = place_of(run.get("ArtifactS3Location"))
    assert found is not None, run
    return found


def listed(s3: Any, run: dict[str, Any]) -> RunArtifacts:
    """The artifacts of a run."""
    where = place(run)
    answer = s3.list_objects_v2(Bucket=where.bucket, Prefix=where.folder)
    found = [artifact_of(where, one["Key"], one["Size"], one["LastModified"]) for one in answer.get("Contents", [])]
    artifacts: list[Artifact] = []
    for artifact in found:
        assert artifact is not None
        artifacts.append(artifact)
    return RunArtifacts(where, tuple(artifacts))


def keys(s3: Any, run: dict[str, Any]) -> list[str]:
    """The names of a run's objects."""
    return [artifact.key.removeprefix(place(run).folder) for artifact in listed(s3, run).artifacts]


def read(s3: Any, run: dict[str, Any], artifact: Artifact) -> bytes:
    """All of an object."""
    data: bytes = s3.get_object(Bucket=place(run).bucket, Key=artifact.key)["Body"].read()
    assert len(data) == artifact.size
    return data


def telling(s3: Any, run: dict[str, Any], kind: ArtifactKind) -> bytes:
    """The object of a kind that a person opens first."""
    artifact = listed(s3, run).telling(kind, run.get("BrowserType"))
    assert artifact is not None, (run, kind)
    return read(s3, run, artifact)
