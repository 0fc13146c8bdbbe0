"""The demo as the program itself asks it: through its own connection, its guard and its checks of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.demo.environment import LATENCY_VARIABLE, NOW_VARIABLE
from canaryscope.demo.responder import Responder
from canaryscope.evidence.artifacts import ArtifactKind
from canaryscope.evidence.report import parse_report
from canaryscope.runs.errors import AccessDenied, NotFound
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
