"""The process that talks to AWS: what is asked of it, how it fails, and that nothing of it is left behind."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psutil
import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws_process import AwsProcess, RemoteConnection
from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace
from canaryscope.evidence.lambda_log import LambdaLogQuestion
from canaryscope.evidence.reading import Reading
from canaryscope.runs.calls import CallRecord, Record, ignore
from canaryscope.runs.errors import AccessDenied, ConnectionLost, NotFound, ProfileNotFound, Stopped, Unreadable
from canaryscope.runs.model import RunQuery, RunType
from peer import Answer, Hang, Peer
from peer.s3 import listing, part, refusal
from remote import running

QUERY = RunQuery("checkout-flow")


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with Peer() as peer:
        for name, value in peer.environment().items():
            monkeypatch.setenv(name, value)
        yield peer


@pytest.fixture
def process(peer: Peer) -> Iterator[AwsProcess]:
    with running(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url)) as process:
        yield process


def connect(process: AwsProcess, record: Record = ignore) -> RemoteConnection:
    return process.connect(process._options, record)


def child(process: AwsProcess) -> psutil.Process:
    assert process._process is not None
    return psutil.Process(process._process.pid)


def test_a_page_comes_through_whole_and_the_call_is_in_the_log(process: AwsProcess, peer: Peer) -> None:
    records: list[CallRecord] = []
    connection = connect(process, records.append)
    page = connection.synthetics.runs_page(QUERY)
    assert len(page.items) == 100
    assert page.items[0].run_type is RunType.CANARY_RUN
    assert page.next_token is not None
    older = connection.synthetics.runs_page(QUERY, page.next_token)
    assert older.items[0].timeline.started < page.items[-1].timeline.started  # type: ignore[operator]
    assert [record.operation for record in records] == ["GetCanaryRuns"] * 2
    assert (connection.region, connection.partition, connection.endpoint_host) == (
        "eu-west-1",
        "aws",
        peer.url.removeprefix("http://"),
    )


def test_artifacts_come_through_and_their_calls_are_in_the_log(process: AwsProcess, peer: Peer) -> None:
    place = ArtifactPlace("results", "canary/eu-west-1/checkout/2026/11/22/12/27-07-250")
    peer.script("ListObjectsV2", listing(f"{place.folder}a-log.txt", size=4))
    peer.script("GetObject", part(b"\x00\xff\r\n"))
    records: list[CallRecord] = []
    artifacts = connect(process, records.append).artifacts
    found = artifacts.list_artifacts(place)
    (log,) = found.artifacts
    assert (found.place, log.name, log.kind, log.size) == (place, "a-log.txt", ArtifactKind.LOG, 4)
    assert artifacts.read_artifact(place.bucket, log.key, 0, 3) == b"\x00\xff\r\n"
    peer.script("ListObjectsV2", refusal(403, "AccessDenied", "Access Denied"))
    with pytest.raises(AccessDenied, match="s3:ListBucket"):
        artifacts.list_artifacts(place)
    called = [(record.service, record.operation, record.outcome) for record in records[:2]]
    assert called == [("s3", "ListObjectsV2", "1 artifacts"), ("s3", "GetObject", "4 bytes")]
    assert records[2].failed


def test_a_lambda_log_comes_through_and_its_call_is_in_the_log(process: AwsProcess, peer: Peer) -> None:
    request = "aaaaaaaa-1111-4111-8111-111111111111"
    texts = (f"START RequestId: {request}", "mine", f"END RequestId: {request}", "nobody's")
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    events = [{"timestamp": round(noon.timestamp() * 1000), "message": text} for text in texts]
    peer.script(None, Answer(200, json.dumps({"events": events}).encode()))
    records: list[CallRecord] = []
    logs = connect(process, records.append).logs
    question = LambdaLogQuestion("/aws/lambda/cwsyn-x", "ap-southeast-2", noon, noon, noon)
    log = logs.lambda_log(question, Reading())
    assert (log.exact, [line.text for line in log.lines]) == (True, [*texts[:3]])
    assert log.lines[1].time == noon
    peer.script(None, Answer(400, b'{"__type": "AccessDeniedException"}'))
    with pytest.raises(AccessDenied, match="logs:FilterLogEvents"):
        logs.lambda_log(question, Reading())
    called = [(record.service, record.operation, record.outcome) for record in records[:1]]
    assert called == [("logs", "FilterLogEvents", "4 lines")]


def test_debug_tells_the_start_the_question_and_where_in_the_process_it_failed(
    process: AwsProcess, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "canaryscope")
    peer.script(None, Answer(400, b'{"__type": "AccessDeniedException"}'))
    with pytest.raises(AccessDenied):
        connect(process).synthetics.runs_page(QUERY)
    told = [record.getMessage() for record in caplog.records]
    assert told[0].startswith("the process for AWS is ")
    assert "question 2: runs_page" in told
    assert "the process for AWS: credentials come from env" in told
    [failure] = [text for text in told if text.startswith("answer 2: AccessDenied: ")]
    assert "Traceback (most recent call last)" in failure
    assert "botocore.exceptions.ClientError" in failure or "AccessDeniedException" in failure


PLACE = ArtifactPlace("results", "canary/eu-west-1/checkout/2026/11/22/12/27-07-250")
REPORT = Artifact(
    f"{PLACE.folder}SyntheticsReport-FAILED.json", "SyntheticsReport-FAILED.json", 300_000, None, ArtifactKind.REPORT
)


def test_a_report_is_read_over_there_and_tells_how_far_it_is(process: AwsProcess, peer: Peer) -> None:
    data = json.dumps({"customerScript": {"status": "FAILED", "failureReason": "x" * 299_930}}).encode().ljust(300_000)
    peer.script("GetObject", part(data))
    told: list[int] = []
    report = connect(process).evidence.report("results", REPORT, Reading(told.append))
    assert report.status == "FAILED"
    assert told == sorted(told)
    assert told[-1] == 300_000
    assert len(told) > 2


def test_what_is_no_report_is_told_as_such(process: AwsProcess, peer: Peer) -> None:
    peer.script("GetObject", part(b"[" * 300_000))
    with pytest.raises(Unreadable, match="The report"):
        connect(process).evidence.report("results", REPORT, Reading())


def test_a_reading_that_is_stopped_is_given_up_on_both_sides(process: AwsProcess, peer: Peer) -> None:
    connection, reading = connect(process), Reading()
    gate = peer.hold("GetObject")
    peer.script("GetObject", part(b"[" * 300_000), calls={2})
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connection.evidence.report, "results", REPORT, reading)
        gate.wait_arrived()
        reading.stop()
        with pytest.raises(Stopped):
            asked.result(10)
    gate.release()
    with pytest.raises(Stopped):  # one that was stopped before it was asked
        connection.evidence.report("results", REPORT, reading)


def test_the_first_question_is_asked_once_before_anybody_wants_the_answer(process: AwsProcess, peer: Peer) -> None:
    process.start("runs_page", QUERY, None)
    peer.wait_for_calls(1, "GetCanaryRuns")
    page = connect(process).synthetics.runs_page(QUERY, None)
    assert len(page.items) == 100
    assert peer.count("GetCanaryRuns") == 1
    connect(process).synthetics.runs_page(QUERY, None)
    assert peer.count("GetCanaryRuns") == 2


def test_an_error_comes_through_with_its_sentence_and_hint(process: AwsProcess) -> None:
    with pytest.raises(NotFound) as caught:
        connect(process).synthetics.runs_page(RunQuery("no-such-canary"))
    assert "no-such-canary" in caught.value.sentence
    assert caught.value.hint
    assert caught.value.request_id


def test_what_failed_at_the_connection_is_not_in_the_way_of_the_next_one(process: AwsProcess) -> None:
    good, process._options = process._options, ConnectionOptions(profile="nobody")
    process.start("runs_page", QUERY, None)
    with pytest.raises(ProfileNotFound):
        process.connect(process._options, ignore)
    assert len(process.connect(good, ignore).synthetics.runs_page(QUERY, None).items) == 100


def test_a_process_that_was_killed_is_told_and_started_again(process: AwsProcess, peer: Peer) -> None:
    connection = connect(process)
    peer.script("GetCanaryRuns", Hang(), calls={1})
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            connection.synthetics.runs_page(QUERY)
        except ConnectionLost as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    peer.wait_for_calls(1, "GetCanaryRuns")
    os.kill(child(process).pid, signal.SIGKILL)
    thread.join(10)
    assert "gone" in str(failed[0])
    assert len(connect(process).synthetics.runs_page(QUERY).items) == 100


def test_it_ends_with_the_explorer_even_while_a_call_hangs(process: AwsProcess, peer: Peer) -> None:
    connection = connect(process)
    peer.script("GetCanaryRuns", Hang())

    def ask() -> None:
        with pytest.raises(ConnectionLost):
            connection.synthetics.runs_page(QUERY)

    thread = threading.Thread(target=ask)
    thread.start()
    peer.wait_for_calls(1, "GetCanaryRuns")
    running = child(process)
    assert process._process is not None
    assert process._process.stdin is not None
    process._process.stdin.close()
    running.wait(10)
    thread.join(10)


def test_it_has_no_terminal_to_ask_or_print_on(process: AwsProcess) -> None:
    connect(process)
    assert child(process).terminal() is None
    assert os.getsid(child(process).pid) != os.getsid(0)
