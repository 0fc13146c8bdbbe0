"""Every operation that the guard allows, met by every fault on a real socket: each pair is a cell of the fault matrix.

A page is asked for in the middle of paging where the operation has pages. Whatever happens to it, the person is told
what to do, it is not asked for again unasked, and then it comes from the same token, with what it would have had.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import pytest
from botocore.config import Config

from canaryscope.aws import body, guard, session
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.pace import Pace
from canaryscope.aws.session import Connection, connect
from canaryscope.evidence.lambda_log import LambdaLogQuestion, question_for
from canaryscope.evidence.pieces import RunEvidence
from canaryscope.evidence.reading import Reading
from canaryscope.runs import errors
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.model import RunQuery
from peer import FIXED_NOW, Peer
from peer.fault_report import report
from peer.fault_table import FAULTS, WAYS, told_well
from peer.faults import Huge
from peer.short_pages import ShortPages

KEYS = {"AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST", "AWS_SECRET_ACCESS_KEY": "test"}
SHOP, TIMED_OUT = RunQuery("checkout-flow"), RunQuery("bulk-import")
LEVEL = "calls over a socket"
SOON = 1.0
"""Seconds that an answer, or its body, has here: on a busy machine an honest one takes more than a third of that."""
IMPATIENT = Config(connect_timeout=5, read_timeout=SOON, retries={"total_max_attempts": 1})
PATIENCE = 5.0
"""Seconds after which a call has not ended by itself, on a busy machine, too."""
SOCKETS = 16 * 1024 * 1024
"""Bytes that the sockets of both sides may keep."""
OPERATIONS = pytest.mark.parametrize(
    ("service", "operation"), sorted(guard.READ_OPERATIONS), ids=lambda part: part if part[0].isupper() else ""
)
Request = pytest.FixtureRequest
Lasting: TypeAlias = "tuple[Peer, Connection, Prepared, list[CallRecord]]"


class Prepared(NamedTuple):
    """What the calls are asked with, learnt from a peer that fails in nothing."""

    place: Any
    file: Any
    question: LambdaLogQuestion
    group: str
    runs: str | None
    canaries: str | None


CALLS: dict[tuple[str, str], Callable[[Connection, Prepared], object]] = {
    ("synthetics", "GetCanaryRuns"): lambda aws, known: aws.synthetics.runs_page(SHOP, known.runs),
    ("synthetics", "DescribeCanaries"): lambda aws, known: aws.synthetics.canaries_page(known.canaries),
    ("synthetics", "DescribeCanariesLastRun"): lambda aws, known: aws.synthetics.last_runs_page(),
    ("synthetics", "GetCanary"): lambda aws, known: aws.synthetics.canary("checkout-flow"),
    ("synthetics", "ListGroups"): lambda aws, known: aws.synthetics.groups_page(),
    ("synthetics", "ListGroupResources"): lambda aws, known: aws.synthetics.group_resources_page(known.group),
    ("s3", "ListObjectsV2"): lambda aws, known: aws.artifacts.list_artifacts(known.place),
    ("s3", "GetObject"): lambda aws, known: aws.artifacts.read_artifact(
        known.place.bucket, known.file.key, 0, known.file.size - 1, known.file.etag
    ),
    ("logs", "FilterLogEvents"): lambda aws, known: aws.logs.lambda_log(known.question, Reading()),
    ("sts", "GetCallerIdentity"): lambda aws, known: aws.account(),
}
"""How canaryscope makes the calls of each operation."""


@pytest.fixture(scope="module")
def lasting() -> Iterator[Lasting]:
    """A peer, an impatient connection to it, and what it is asked with."""
    records: list[CallRecord] = []
    with Peer() as peer, pytest.MonkeyPatch.context() as patch:
        for name, value in (KEYS | {"AWS_ENDPOINT_URL_STS": peer.url}).items():
            patch.setenv(name, value)
        aws = connect(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url), records.append)
        known = prepare(aws)
        patch.setattr(session, "_CONFIG", IMPATIENT)
        aws.close()
        aws = connect(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url), records.append)
        yield peer, aws, known, records
        aws.close()


@pytest.fixture(autouse=True)
def forgiven(lasting: Lasting) -> Iterator[None]:
    """Nothing is left of a fault for the next test."""
    yield
    lasting[0].forgive()


def prepare(aws: Connection) -> Prepared:
    """Look around at a peer that fails in nothing."""
    runs = aws.synthetics.runs_page(SHOP)
    place = RunEvidence(runs.items[0]).place
    assert place is not None
    failed = next(run for run in aws.synthetics.runs_page(TIMED_OUT).items if run.failed)
    question = question_for(failed, aws.synthetics.canary("bulk-import"))
    assert isinstance(question, LambdaLogQuestion)
    return Prepared(
        place,
        aws.artifacts.list_artifacts(place).artifacts[0],
        question,
        aws.synthetics.groups_page().items[0].name,
        runs.next_token,
        aws.synthetics.canaries_page().next_token,
    )


def test_the_matrix_has_a_row_for_each_operation_that_the_guard_allows() -> None:
    assert CALLS.keys() == guard.READ_OPERATIONS


@pytest.mark.parametrize("fault", FAULTS)
@OPERATIONS
def test_a_call_that_fails_says_what_to_do_and_comes_whole_when_it_is_asked_again(
    lasting: Lasting, monkeypatch: pytest.MonkeyPatch, request: Request, service: str, operation: str, fault: str
) -> None:
    peer, aws, known, records = lasting
    monkeypatch.setattr(Pace, "APART", 0.001)
    monkeypatch.setattr(body, "SECONDS", SOON)
    report(request, LEVEL, operation, fault, "FAILED")
    call, case = CALLS[service, operation], FAULTS[fault]
    happens = case.fault(service)
    honest = call(aws, known)
    peer.calls.clear()
    records.clear()
    peer.script(operation, happens)
    started = time.monotonic()
    if case.kind is None:
        assert call(aws, known) == honest
        told = "read all the same"
    else:
        with pytest.raises(errors.SourceError) as caught:
            call(aws, known)
        told_well(caught.value, case.kind, case.words)
        told = caught.value.summary
    assert time.monotonic() - started < PATIENCE, "it ends by itself"
    assert peer.count() == 1, "it is not asked for again unasked"
    assert [record.failed for record in records] == [case.kind is not None], "the log tells of it"
    if isinstance(happens, Huge):
        assert happens.sent < 2 * body.MOST + SOCKETS, "what is too large is not read on"
    peer.forgive()
    assert call(aws, known) == honest
    assert peer.calls[0].params == peer.calls[1].params, "it is asked for again from the same token"
    report(request, LEVEL, operation, fault, told)


PAGED: dict[str, Callable[[Connection, Prepared, Any], object]] = {
    "ListObjectsV2": lambda aws, known, begun: aws.artifacts.list_artifacts(known.place, begun),
    "FilterLogEvents": lambda aws, known, begun: aws.logs.lambda_log(replace(known.question, begun=begun), Reading()),
}
"""What is read whole, page by page, before anybody sees it."""


@pytest.mark.parametrize("fault", ["403 expired", "429 throttled", "500", "reset within", "half a body"])
@pytest.mark.parametrize("operation", PAGED)
def test_what_is_read_whole_goes_on_with_the_page_that_failed(
    monkeypatch: pytest.MonkeyPatch, keys: None, operation: str, fault: str
) -> None:
    monkeypatch.setattr(Pace, "APART", 0.001)
    call = PAGED[operation]
    with Peer(ShortPages(FIXED_NOW)) as peer, ExitStack() as stack:
        aws = connect(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url))
        stack.callback(aws.close)
        known = prepare(aws)
        peer.calls.clear()
        honest = call(aws, known, None)
        asked = [one.params for one in peer.calls]
        assert len(asked) >= 3
        peer.calls.clear()
        peer.script(operation, FAULTS[fault].fault("s3" if operation == "ListObjectsV2" else "logs"), calls={2})
        with pytest.raises(errors.SourceError) as caught:
            call(aws, known, None)
        assert call(aws, known, caught.value.begun) == honest
        assert [one.params for one in peer.calls] == [*asked[:2], *asked[1:]]


@pytest.mark.parametrize("way", WAYS)
@OPERATIONS
def test_a_way_that_leads_nowhere_is_told_with_what_to_check(
    lasting: Lasting, monkeypatch: pytest.MonkeyPatch, request: Request, service: str, operation: str, way: str
) -> None:
    peer, _, known, _ = lasting
    report(request, LEVEL, operation, way, "FAILED")
    case = WAYS[way]
    with ExitStack() as stack:
        monkeypatch.setattr(session, "_CONFIG", IMPATIENT.merge(Config(read_timeout=PATIENCE)))
        url = case.make(peer.url, stack, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        aws = connect(ConnectionOptions(region="eu-west-1", endpoint_url=url))
        stack.callback(aws.close)
        peer.calls.clear()
        with pytest.raises(errors.SourceError) as caught:
            CALLS[service, operation](aws, known)
        told_well(caught.value, case.kind, case.words)
        assert peer.count() == 0
    report(request, LEVEL, operation, way, caught.value.summary)
