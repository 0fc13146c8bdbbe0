"""The demo as the program itself asks it: through its own connection, its guard and its checks of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.demo.environment import LATENCY_VARIABLE, NOW_VARIABLE
from canaryscope.demo.responder import Responder
from canaryscope.evidence.artifacts import Artifact, ArtifactKind, place_of
from canaryscope.evidence.compare import Comparison, Configuration, Side, compare
from canaryscope.evidence.compare_requests import RequestChange
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion, question_for
from canaryscope.evidence.reading import Reading
from canaryscope.evidence.report import parse_report
from canaryscope.runs.errors import AccessDenied, NotFound
from canaryscope.runs.model import CanaryRun, RunQuery
from demo.leavings import place, run_that
from demo.paging import NOW


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setenv(LATENCY_VARIABLE, "0")
    monkeypatch.setenv(NOW_VARIABLE, NOW.isoformat())
    connection = connect(ConnectionOptions(demo=True))
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("canary", "state"),
    [
        ("checkout-flow", "FAILED"),
        ("product-gallery", "FAILED"),
        ("guest-book", "PASSED"),
        ("returns-portal", "PASSED"),
    ],
)
def test_the_report_of_a_run_is_listed_and_read_in_whatever_region_it_is(
    responder: Responder, connection: Connection, canary: str, state: str
) -> None:
    where = place(run_that(responder, canary, state))
    found = connection.artifacts.list_artifacts(where)
    report = found.telling(ArtifactKind.REPORT)
    assert report is not None
    assert (
        parse_report(connection.artifacts.read_artifact(where.bucket, report.key, 0, report.size - 1)).status == state
    )
    for artifact in found.artifacts:
        assert (
            len(connection.artifacts.read_artifact(where.bucket, artifact.key, 0, artifact.size - 1)) == artifact.size
        )


def test_what_is_refused_is_named(responder: Responder, connection: Connection) -> None:
    def first(canary: str) -> Any:
        where = place(run_that(responder, canary, "PASSED"))
        artifact = connection.artifacts.list_artifacts(where).artifacts[0]
        return connection.artifacts.read_artifact(where.bucket, artifact.key, 0, artifact.size - 1)

    for canary, action in (
        ("card-vault", "s3:ListBucket"),
        ("account-settings", "s3:GetObject"),
        ("gift-cards", "kms:Decrypt"),
    ):
        with pytest.raises(AccessDenied) as caught:
            first(canary)
        assert action in f"{caught.value.sentence} {caught.value.hint}"


def test_an_artifact_that_is_gone_is_said_to_be_gone(responder: Responder, connection: Connection) -> None:
    where = place(run_that(responder, "checkout-flow", "FAILED"))
    with pytest.raises(NotFound):
        connection.artifacts.read_artifact(where.bucket, f"{where.folder}gone.png", 0, 9)


def newest(
    connection: Connection, canary: str, state: str, reason: str | None = "", before: CanaryRun | None = None
) -> CanaryRun:
    """The newest run that ended so; with `reason` None, one without any; with `before`, an older one."""
    behind = before is None
    token: str | None = None
    while True:
        page = connection.synthetics.runs_page(RunQuery(canary), token)
        for run in page.items:
            told = run.status.state_reason
            if behind and run.status.state == state and (told is None if reason is None else reason in (told or "")):
                return run
            behind = behind or run == before
        token = page.next_token
        assert token is not None, (canary, state, reason)


def lambda_log(connection: Connection, run: CanaryRun) -> LambdaLog:
    assert run.name is not None
    question = question_for(run, connection.synthetics.canary(run.name))
    assert isinstance(question, LambdaLogQuestion)
    return connection.logs.lambda_log(question, Reading())


@pytest.mark.parametrize(
    ("canary", "reason", "words"),
    [
        ("legacy-intranet", "Task timed out", "Task timed out after 60.06 seconds"),
        ("legacy-intranet", None, "Status: error"),
        ("bulk-import", "signal: killed", "Error: Runtime exited with error: signal: killed"),
        ("nightly-statement-archive", "Unable to upload", "Unable to upload artifacts to S3"),
    ],
)
def test_a_run_without_artifacts_has_its_own_lines_in_the_lambda_log(
    connection: Connection, canary: str, reason: str | None, words: str
) -> None:
    run = newest(connection, canary, "FAILED", reason)
    assert place_of(run.artifact_s3_location) is None
    log = lambda_log(connection, run)
    assert log.exact, log.note
    texts = [line.text for line in log.lines]
    assert sum(text.startswith("START RequestId: ") for text in texts) == 1
    assert any(words in text for text in texts)
    assert log.lines[0].time == run.timeline.started


def side(connection: Connection, run: CanaryRun) -> Side:
    where = place_of(run.artifact_s3_location)
    assert where is not None
    found = connection.artifacts.list_artifacts(where)

    def telling(kind: ArtifactKind) -> Artifact:
        artifact = found.telling(kind, run.browser_type)
        assert artifact is not None
        return artifact

    evidence = connection.evidence
    return Side(
        run,
        evidence.report(where.bucket, telling(ArtifactKind.REPORT), Reading()),
        evidence.requests(where.bucket, telling(ArtifactKind.HAR), Reading()).items,
    )


def compared(connection: Connection, canary: str, reason: str = "") -> Comparison:
    bad = newest(connection, canary, "FAILED", reason)
    good = newest(connection, canary, "PASSED", before=bad)
    modified = connection.synthetics.canary(canary).last_modified
    return compare(side(connection, good), side(connection, bad), modified)


def test_a_failed_run_held_against_the_last_good_one_tells_what_is_gone_and_fails_now(connection: Connection) -> None:
    found = compared(connection, "checkout-flow")
    assert found.turned is not None
    assert found.turned.after is not None
    assert found.turned.after.name == "go to checkout"
    assert found.requests is not None
    assert [pair.after.path for pair in found.requests.of(RequestChange.FAILS) if pair.after] == ["/checkout"]
    assert found.requests.of(RequestChange.GONE)
    assert found.configuration is Configuration.UNCHANGED


def test_a_site_that_answers_with_errors_asks_for_something_new(connection: Connection) -> None:
    found = compared(connection, "shop-jp", "タイトル")
    assert found.requests is not None
    assert [pair.after.path for pair in found.requests.of(RequestChange.NEW) if pair.after] == ["/assets/error-503.css"]


def test_a_click_that_waited_is_told_by_the_call_that_is_slower(connection: Connection) -> None:
    found = compared(connection, "payment-3ds-challenge")
    assert found.requests is not None
    slower = [pair.after.path for pair in found.requests.of(RequestChange.SLOWER) if pair.after]
    assert slower[0] == "/api/confirm-challenge"


def test_the_mail_canary_fails_since_its_configuration_changed(connection: Connection) -> None:
    assert compared(connection, "customer-onboarding-mail", "entry file").configuration is Configuration.BETWEEN
