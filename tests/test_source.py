"""What a person would see of a Source that goes wrong: a traceback, two logins, an answer of another question."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from canaryscope import source as source_module
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.background import Background
from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace, RunArtifacts
from canaryscope.evidence.begun import Begun
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion
from canaryscope.evidence.links import Links
from canaryscope.evidence.reading import Reading
from canaryscope.evidence.report import Report
from canaryscope.evidence.requests import Request, Requests
from canaryscope.runs.calls import CallRecord, Record
from canaryscope.runs.canaries import ListKind, ListRequest
from canaryscope.runs.errors import (
    CredentialsExpired,
    NoCredentials,
    NotFound,
    SourceError,
    Stopped,
    TimedOut,
)
from canaryscope.runs.feed import PageRequest, Walk
from canaryscope.runs.model import Page, RunQuery, RunType
from canaryscope.source import Source

QUERY = RunQuery("checkout-flow", RunType.DRY_RUN, "0f8fad5b-d9cb-469f-a165-70867728950e")
REQUEST = PageRequest(QUERY, Walk.OLDER, "token", 0, None, 0)


class Aws:
    """Connections that note what they are asked; each answer is a value, an error to raise, or a call to make."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.connected: list[tuple[ConnectionOptions, threading.Thread]] = []
        self.refuse_connecting: list[Exception] = []
        self.asked: list[tuple[object, ...]] = []
        self.synthetics = self.artifacts = self.evidence = self.logs = self

    def connect(self, options: ConnectionOptions, record: Record) -> Connection:
        self.connected.append((options, threading.current_thread()))
        if self.refuse_connecting:
            raise self.refuse_connecting.pop(0)
        return cast("Connection", self)

    def _answer(self, *asked: object) -> Any:
        self.asked.append(asked)
        answer = self.answers.pop(0) if self.answers else Page(())
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    def runs_page(self, query: RunQuery, token: str | None) -> Any:
        return self._answer("GetCanaryRuns", query, token)

    def last_runs_page(self, token: str | None) -> Any:
        return self._answer("DescribeCanariesLastRun", token)

    def canaries_page(self, token: str | None) -> Any:
        return self._answer("DescribeCanaries", token)

    def list_artifacts(self, place: ArtifactPlace, begun: Begun | None = None) -> Any:
        return self._answer("ListObjectsV2", place)

    def read_artifact(self, bucket: str, key: str, first: int, last: int, etag: str = "") -> Any:
        return self._answer("GetObject", bucket, key, first, last, etag)

    def report(self, *asked: object) -> Any:
        return self._answer("report", *asked)

    def requests(self, *asked: object) -> Any:
        return self._answer("requests", *asked)

    def links(self, *asked: object) -> Any:
        return self._answer("links", *asked)

    def request(self, *asked: object) -> Any:
        return self._answer("request", *asked)

    def lambda_log(self, *asked: object) -> Any:
        return self._answer("FilterLogEvents", *asked)

    def account(self) -> Any:
        return self._answer("GetCallerIdentity")


def source(aws: Aws) -> Source:
    return Source(ConnectionOptions("prod", "eu-west-1"), Background(), aws.connect)


async def test_nothing_is_connected_before_the_first_call_and_then_once() -> None:
    aws = Aws()
    it = source(aws)
    assert (aws.connected, it.connection) == ([], None)
    await asyncio.gather(*(it.runs_page(REQUEST) for _ in range(3)))
    [(options, thread)] = aws.connected
    assert options == ConnectionOptions("prod", "eu-west-1")
    assert thread is not threading.current_thread(), "boto3 takes longer to load than a frame may"
    assert it.connection is not None


async def test_each_question_goes_to_its_operation_with_its_token() -> None:
    aws = Aws(Page((), "runs"), Page((), "last"), Page((), "canaries"), "123456789012")
    it = source(aws)
    assert (await it.runs_page(REQUEST)).next_token == "runs"
    assert (await it.list_page(ListRequest(ListKind.LAST_RUNS, "a"))).next_token == "last"
    assert (await it.list_page(ListRequest(ListKind.CANARIES, "b"))).next_token == "canaries"
    assert await it.account() == "123456789012"
    assert aws.asked == [
        ("GetCanaryRuns", QUERY, "token"),
        ("DescribeCanariesLastRun", "a"),
        ("DescribeCanaries", "b"),
        ("GetCallerIdentity",),
    ]


PLACE = ArtifactPlace("results", "canary/x")
ETAG = '"781e5e24"'


def har(size: int) -> Artifact:
    return Artifact("canary/x/results.har", "results.har", size, None, ArtifactKind.HAR, ETAG)


async def test_artifacts_are_listed_and_read_by_range() -> None:
    aws = Aws(RunArtifacts(PLACE, (har(3),)), b"abc")
    it = source(aws)
    assert (await it.artifacts(PLACE)).artifacts == (har(3),)
    assert await it.read_artifact("results", har(3).key, 0, 2, ETAG) == b"abc"
    assert aws.asked == [("ListObjectsV2", PLACE), ("GetObject", "results", har(3).key, 0, 2, ETAG)]


async def test_what_a_file_says_is_asked_for_with_its_progress() -> None:
    report, requests, links, request = Report(status="FAILED"), Requests(), Links(), Request("GET")
    aws = Aws(report, requests, links, request)
    it, told = source(aws), list[int]()
    assert await it.report("results", har(3), told.append) is report
    assert await it.requests("results", har(3)) is requests
    assert await it.links("results", har(3)) is links
    assert await it.request("results", har(3), 7) is request
    assert [asked[0] for asked in aws.asked] == ["report", "requests", "links", "request"]
    assert aws.asked[3][1:4] == ("results", har(3), 7)
    reading = cast("Reading", aws.asked[0][-1])
    with pytest.raises(Stopped):  # what comes late is for nobody
        reading.reached(3)
    assert told == []


async def test_progress_is_told_in_the_event_loop() -> None:
    def read() -> Report:
        cast("Reading", aws.asked[-1][-1]).reached(2)
        return Report()

    aws, told = Aws(read), list[tuple[int, threading.Thread]]()
    await source(aws).report("results", har(3), lambda count: told.append((count, threading.current_thread())))
    assert told == [(2, threading.current_thread())]


async def test_a_reading_that_nobody_waits_for_any_more_is_stopped() -> None:
    arrived, stopped, loop = asyncio.Event(), threading.Event(), asyncio.get_running_loop()

    def held() -> None:
        cast("Reading", aws.asked[-1][-1]).when_stopped(stopped.set)
        loop.call_soon_threadsafe(arrived.set)
        assert stopped.wait(10)

    aws = Aws(held)
    reading = asyncio.create_task(source(aws).report("results", har(12)))
    await arrived.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert stopped.is_set()


async def test_a_reading_that_drips_is_given_up_later_than_a_call_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "SECONDS", 0.02)
    monkeypatch.setattr(source_module, "SLOWEST", 1_000)
    stopped = threading.Event()

    def held() -> None:
        cast("Reading", aws.asked[-1][-1]).when_stopped(stopped.set)
        stopped.wait(10)

    aws = Aws(held)
    with pytest.raises(TimedOut, match="GetObject brought no whole answer"):
        await source(aws).report("results", har(10))
    assert stopped.wait(10)


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUESTION = LambdaLogQuestion("/aws/lambda/cwsyn-x", "eu-west-1", NOON, NOON, NOON)


async def test_the_lambda_log_of_a_run_is_asked_for() -> None:
    log = LambdaLog(QUESTION.group, (), exact=True, note="Found.")
    aws = Aws(log)
    assert await source(aws).lambda_log(QUESTION) is log
    assert aws.asked[0][:2] == ("FilterLogEvents", QUESTION)


async def test_a_lambda_log_that_drips_is_given_up_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "SECONDS", 0.02)
    stopped = threading.Event()

    def held() -> None:
        cast("Reading", aws.asked[-1][-1]).when_stopped(stopped.set)
        stopped.wait(10)

    aws = Aws(held)
    with pytest.raises(TimedOut, match="FilterLogEvents brought no whole answer"):
        await source(aws).lambda_log(QUESTION)
    assert stopped.wait(10)


@pytest.mark.parametrize("error", [CredentialsExpired("Log in."), NoCredentials("None.")])
async def test_after_credentials_failed_the_next_call_reads_them_anew(error: SourceError) -> None:
    aws = Aws(error)
    it = source(aws)
    with pytest.raises(type(error)):
        await it.runs_page(REQUEST)
    assert it.connection is None
    await it.runs_page(REQUEST)
    assert len(aws.connected) == 2


async def test_after_any_other_error_the_connection_stays() -> None:
    aws = Aws(NotFound("No such canary."))
    it = source(aws)
    with pytest.raises(NotFound):
        await it.runs_page(REQUEST)
    await it.runs_page(REQUEST)
    assert len(aws.connected) == 1


async def test_connecting_that_failed_is_tried_again_by_the_next_call() -> None:
    aws = Aws()
    aws.refuse_connecting.append(NoCredentials("None."))
    it = source(aws)
    with pytest.raises(NoCredentials):
        await it.account()
    await it.runs_page(REQUEST)
    assert len(aws.connected) == 2


async def test_a_mistake_of_ones_own_is_a_sentence_too() -> None:
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    it = source(Aws(broken))
    with pytest.raises(SourceError, match="GetCanaryRuns failed in canaryscope itself: ZeroDivisionError") as caught:
        await it.runs_page(REQUEST)
    assert caught.value.code == "ZeroDivisionError"


async def test_an_answer_that_drips_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "SECONDS", 0.02)
    opened = threading.Event()
    it = source(Aws(opened.wait))
    with pytest.raises(TimedOut, match="GetCanaryRuns brought no whole answer"):
        await it.runs_page(REQUEST)
    opened.set()


async def test_connecting_that_hangs_holds_up_no_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "SECONDS", 0.02)
    opened = threading.Event()
    tried: list[Callable[[], object]] = [opened.wait]
    aws = Aws()

    def slow(options: ConnectionOptions, record: Record) -> Connection:
        if tried:
            tried.pop()()
        return aws.connect(options, record)

    it = Source(ConnectionOptions(), Background(), slow)
    with pytest.raises(TimedOut, match="Connecting to AWS"):
        await it.account()
    await it.runs_page(REQUEST)
    opened.set()


async def test_the_demo_answers_through_the_real_connection_and_every_call_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANARYSCOPE_DEMO_LATENCY", "0")
    records: list[CallRecord] = []
    it = Source(ConnectionOptions(demo=True), Background(), connect, records.append)
    page = await it.runs_page(PageRequest(RunQuery("checkout-flow"), Walk.OLDER, None, 0, None, 0))
    assert len(page.items) == 100
    assert [record.operation for record in records] == ["GetCanaryRuns"]
    assert isinstance(it.connection, Connection)
    it.connection.close()


async def test_what_no_call_of_the_api_records_is_in_the_log_too() -> None:
    aws = Aws()
    aws.refuse_connecting.append(NoCredentials("None at all.", code="NoCredentialsError"))
    records: list[CallRecord] = []
    it = Source(ConnectionOptions(), Background(), aws.connect, records.append)
    with pytest.raises(NoCredentials):
        await it.account()
    (record,) = records
    assert (record.service, record.operation, record.failed, record.code) == (
        "aws",
        "connect",
        True,
        "NoCredentialsError",
    )
    assert record.outcome == "no credentials: None at all."
