"""What a tab says while it has nothing to show, and what a person is to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace, NoArtifacts, RunArtifacts, artifact_of
from canaryscope.render.evidence_notes import EMPTY_PLACE, asks_first, failure, nothing_of, reading
from canaryscope.runs.errors import AccessDenied, SourceError, Unreadable

PLACE = ArtifactPlace("results", "canary/27-07-250")
NOON = datetime(2026, 11, 22, 12, 27, 7, tzinfo=UTC)


def artifact(name: str, size: int = 10) -> Artifact:
    found = artifact_of(PLACE, PLACE.folder + name, size, NOON)
    assert found is not None
    return found


def listed(*names: str) -> RunArtifacts:
    return RunArtifacts(PLACE, tuple(map(artifact, names)))


@pytest.mark.parametrize("why", NoArtifacts)
def test_a_run_without_a_place_says_why(why: NoArtifacts) -> None:
    assert nothing_of(ArtifactKind.LOG, why) == why.sentence


def test_an_empty_place_is_a_lifecycle_rules_doing_perhaps() -> None:
    assert nothing_of(ArtifactKind.REPORT, listed()) == EMPTY_PLACE


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ArtifactKind.REPORT, "no SyntheticsReport"),
        (ArtifactKind.LOG, "no log"),
        (ArtifactKind.HAR, "no HAR"),
        (ArtifactKind.HTTP_REQUESTS, "no HttpRequestsReport.json"),
        (ArtifactKind.LINKS, "no BrokenLinkCheckerReport.json"),
        (ArtifactKind.SCREENSHOT, "no screenshots"),
    ],
)
def test_what_is_missing_is_named_and_where_the_rest_is(kind: ArtifactKind, words: str) -> None:
    said = nothing_of(kind, listed("x.bin"))
    assert words in said
    assert "Raw lists the 1 file" in said


def test_an_api_canary_has_no_screenshots() -> None:
    assert "API canary" in nothing_of(ArtifactKind.SCREENSHOT, listed("HttpRequestsReport.json"))


def test_a_large_file_is_read_when_a_person_asks_for_it_and_one_that_is_too_large_never() -> None:
    assert asks_first(artifact("results.har", 5_000_000)) == ""
    assert asks_first(artifact("results.har", 23_400_000)) == "results.har is 23.4 MB: enter reads it."
    assert "more than 67.1 MB is not read here" in asks_first(artifact("results.har", 80_000_000))


@pytest.mark.parametrize(
    ("size", "done", "said"),
    [
        (4_000_000, 0, "Reading x.har · 4.0 MB"),
        (4_000_000, 1_200_000, "Reading x.har · 1.2 of 4.0 MB"),
        (4_000_000, 900_000, "Reading x.har · 900.0 kB of 4.0 MB"),
        (4_000_000, 9_000_000, "Reading x.har · 4.0 of 4.0 MB"),
        (0, 0, "Reading x.har · 0 B"),
    ],
)
def test_progress_is_in_numbers(size: int, done: int, said: str) -> None:
    assert reading(artifact("x.har", size), done) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (AccessDenied("Not allowed.", "Ask for s3:GetObject."), "Not allowed.\n\nAsk for s3:GetObject."),
        (Unreadable("x.har is no HAR."), "x.har is no HAR.\n\nRaw lists it; E saves it as it is."),
        (SourceError("It failed."), "It failed."),
    ],
)
def test_an_error_says_what_to_do(error: SourceError, said: str) -> None:
    assert failure(error) == said
