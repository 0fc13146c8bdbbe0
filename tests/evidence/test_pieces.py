"""What is known of a run: which file tells what, what may be asked for again, how much of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.document_text import DocumentText
from canaryscope.evidence.lambda_log import LambdaLog
from canaryscope.evidence.links import Link, Links
from canaryscope.evidence.log import parse_log
from canaryscope.evidence.pieces import Part, Phase, Piece, RunEvidence
from canaryscope.evidence.report import Report, Step
from canaryscope.evidence.requests import Request, Requests
from canaryscope.runs.errors import AccessDenied, Malformed, NotFound, SourceError
from canaryscope.runs.model import CanaryRun

PLACE = ArtifactPlace("results", "canary/12")


def evidence(*names: str) -> RunEvidence:
    """A run whose files are listed."""
    it = RunEvidence(CanaryRun(artifact_s3_location="results/canary/12"))
    found = [artifact_of(PLACE, f"{PLACE.folder}{name}", 10, datetime(2026, 1, 1, tzinfo=UTC)) for name in names]
    it.put(Part.ARTIFACTS, Piece(Phase.READY, RunArtifacts(PLACE, tuple(one for one in found if one is not None))))
    return it


def failed(it: RunEvidence, part: Part, error: SourceError) -> None:
    it.put(part, Piece(Phase.FAILED, error=error))


def test_a_har_tells_more_of_requests_than_a_report_of_them() -> None:
    it = evidence("HttpRequestsReport.json", "results.har", "x.png")
    file = it.file(Part.REQUESTS)
    assert file is not None
    assert file.name == "results.har"
    assert evidence("x.png").file(Part.REQUESTS) is None


def test_what_failed_is_asked_for_again_and_no_more_than_that() -> None:
    it = evidence("SyntheticsReport-FAILED.json", "results.har")
    it.put(Part.REQUESTS, Piece(Phase.READY, Requests((), 0)))
    failed(it, Part.REPORT, AccessDenied("no"))
    assert it.forget_failures(Part.REPORT)
    assert it.piece(Part.REPORT).phase is Phase.UNASKED
    assert it.artifacts is not None
    assert it.requests is not None
    assert not it.forget_failures(Part.REPORT)


@pytest.mark.parametrize("error", [NotFound("gone"), Malformed("written anew")])
def test_what_is_not_as_it_was_listed_is_listed_again(error: SourceError) -> None:
    it = evidence("SyntheticsReport-FAILED.json")
    failed(it, Part.REPORT, error)
    assert it.forget_failures(Part.REPORT)
    assert it.artifacts is None


def test_what_was_not_there_is_listed_again_where_nothing_of_the_tab_was_there() -> None:
    it = evidence("results.har")
    it.put(Part.LINKS, Piece(Phase.ABSENT))
    it.put(Part.REQUESTS, Piece(Phase.READY, Requests((), 0)))
    assert not it.forget_failures(Part.LINKS, Part.REQUESTS)
    it.put(Part.REPORT, Piece(Phase.ABSENT))
    assert it.forget_failures(Part.REPORT)
    assert it.artifacts is None
    assert it.piece(Part.REPORT).phase is Phase.UNASKED


def test_an_empty_place_is_listed_again_and_no_place_is_not() -> None:
    assert evidence().forget_failures(Part.REPORT)
    nowhere = RunEvidence(CanaryRun(artifact_s3_location="No data"))
    nowhere.put(Part.ARTIFACTS, Piece(Phase.ABSENT))
    assert nowhere.left_nothing
    assert not nowhere.forget_failures(Part.REPORT)


@pytest.mark.parametrize(
    ("part", "value", "lines"),
    [
        (Part.REPORT, Report(steps=(Step(), Step())), 2),
        (Part.REQUESTS, Requests((Request("GET", "https://a.example"),), 0), 1),
        (Part.LINKS, Links((Link("https://a.example"),)), 1),
        (Part.DOCUMENT, DocumentText(("one", "two", "three")), 3),
        (Part.LAMBDA_LOG, LambdaLog("/aws/lambda/x", tuple(parse_log(b"one\ntwo\n")), exact=True, note=""), 2),
    ],
)
def test_every_kind_of_lines_weighs(part: Part, value: object, lines: int) -> None:
    it = evidence("a", "b")
    assert it.weight == 2
    it.put(part, Piece(Phase.READY, value))
    assert it.weight == 2 + lines
