"""A run's Lambda log: against moto's Logs, which nobody here wrote, and where that is too kind, a loopback peer."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from canaryscope.aws import logs as logs_module
from canaryscope.aws import session as session_module
from canaryscope.aws.session import Connection
from canaryscope.demo.border import _response
from canaryscope.demo.responder import Reply
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion
from canaryscope.evidence.reading import Reading
from canaryscope.runs import errors
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError
from peer import Answer, Exchange, Fault, Hang, Peer, Reset, empty, html_page, wrong_shape
from peer.moto_server import moto_server, writer

Connecting = Callable[..., Connection]
GROUP = "/aws/lambda/cwsyn-checkout-0f8fad5b-d9cb-469f-a165-70867728950e"
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
"""moto drops events that are older than a fortnight, as CloudWatch Logs does."""
A, B, C = (f"{letter * 8}-1111-4111-8111-111111111111" for letter in "abc")
MINUTE = timedelta(minutes=1)
QUESTION = LambdaLogQuestion(GROUP, "eu-west-1", NOW - MINUTE, NOW + 2 * MINUTE, NOW)
WHO = "arn:aws:sts::123456789012:assumed-role/on-call/jo"


def event(seconds: float, message: str, stream: str = "one") -> dict[str, Any]:
    moment = round((NOW + timedelta(seconds=seconds)).timestamp() * 1000)
    return {"logStreamName": stream, "timestamp": moment, "message": message, "ingestionTime": moment, "eventId": "1"}


def invocation(request_id: str, start: float, *lines: str, stream: str = "one") -> list[dict[str, Any]]:
    texts = [f"START RequestId: {request_id} Version: 4", *lines, f"END RequestId: {request_id}"]
    return [event(start + number / 10, text, stream) for number, text in enumerate(texts)]


def texts(log: LambdaLog) -> list[str]:
    return [line.text for line in log.lines]


@pytest.fixture(scope="module")
def moto(
    recording: Callable[[str], tuple[Connection, list[CallRecord]]],
) -> Iterator[tuple[Any, Connection, list[CallRecord]]]:
    """moto's Logs on a loopback port, with the log of a function; and the connection that is tested."""
    with moto_server() as url:
        for region, word in (("eu-west-1", "here"), ("ap-southeast-2", "there")):
            write(url, region, word)
        yield url, *recording(url)


def write(url: str, region: str, word: str) -> None:
    """Three runs in one environment, and one in another at the same time."""
    client = writer(url, "logs", region)
    client.create_log_group(logGroupName=GROUP)
    written = {
        "2026/11/22/[4]one": [
            *invocation(A, -59.8, "INFO: before"),
            *invocation(B, 0.2, f"INFO: {word}", "ERROR: \x1b[31mred\x1b[0m\n    at x", f"Task {B} timed out"),
            *invocation(C, 60.2, "INFO: after"),
            event(500, "long after"),
        ],
        "2026/11/22/[4]two": invocation(A, 20, "INFO: elsewhere"),
    }
    for stream, events in written.items():
        client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        sent = [{"timestamp": one["timestamp"], "message": one["message"]} for one in events]
        client.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=sent)
    client.close()


@pytest.fixture
def aws(moto: tuple[Any, Connection, list[CallRecord]]) -> Connection:
    moto[2].clear()
    return moto[1]


@pytest.fixture
def records(moto: tuple[Any, Connection, list[CallRecord]]) -> list[CallRecord]:
    return moto[2]


# --- what moto's Logs answer


def test_the_lines_of_exactly_that_run_come_in_one_call(aws: Connection, records: list[CallRecord]) -> None:
    log = aws.logs.lambda_log(QUESTION, Reading())
    assert (log.exact, log.cut, log.group) == (True, False, GROUP)
    assert texts(log) == [
        f"START RequestId: {B} Version: 4",
        "INFO: here",
        "ERROR: red",
        "    at x",
        f"Task {B} timed out",
        f"END RequestId: {B}",
    ]
    assert log.lines[1].time == NOW + timedelta(seconds=0.3)
    (record,) = records
    assert (record.service, record.operation, record.outcome, record.failed) == (
        "logs",
        "FilterLogEvents",
        "14 lines",
        False,
    )
    assert dict(record.params) == {
        "logGroupName": GROUP,
        "startTime": f"{round((NOW - MINUTE).timestamp() * 1000)}",
        "endTime": f"{round((NOW + 2 * MINUTE).timestamp() * 1000)}",
    }


def test_the_log_of_a_run_in_another_region_is_read_there(aws: Connection) -> None:
    assert texts(aws.logs.lambda_log(replace(QUESTION, region="ap-southeast-2"), Reading()))[1] == "INFO: there"
    assert texts(aws.logs.lambda_log(QUESTION, Reading()))[1] == "INFO: here"


def test_a_run_whose_request_is_known_is_found_wherever_it_began(aws: Connection) -> None:
    assert texts(aws.logs.lambda_log(replace(QUESTION, request_id=C), Reading()))[1] == "INFO: after"


def test_a_window_in_which_nothing_was_written_is_an_empty_log(aws: Connection) -> None:
    hour = timedelta(hours=1)
    then = replace(QUESTION, start=QUESTION.start - hour, end=QUESTION.end - hour, started=NOW - hour)
    log = aws.logs.lambda_log(then, Reading())
    assert (log.lines, log.exact, log.cut) == ((), False, False)


def test_what_is_too_much_is_read_on_by_the_request_that_is_known(
    aws: Connection, records: list[CallRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "EVENTS", 5)
    log = aws.logs.lambda_log(replace(QUESTION, request_id=B), Reading())
    assert [dict(record.params).get("filterPattern") for record in records] == [None, f'"{B}"']
    assert (log.exact, log.cut) == (True, True)
    # the first five events of the window are the run before and the run's first two; the rest names the request
    assert texts(log) == [
        f"START RequestId: {B} Version: 4",
        "INFO: here",
        f"Task {B} timed out",
        f"END RequestId: {B}",
    ]
    assert "only those that name the request" in log.note


def test_what_is_too_much_and_has_no_request_says_so(
    aws: Connection, records: list[CallRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "EVENTS", 5)
    log = aws.logs.lambda_log(QUESTION, Reading())
    assert len(records) == 1
    assert (log.exact, log.cut, len(log.lines)) == (True, True, 2)


def test_a_log_group_that_is_not_there_is_named(aws: Connection, records: list[CallRecord]) -> None:
    with pytest.raises(errors.NotFound) as caught:
        aws.logs.lambda_log(replace(QUESTION, group="/aws/lambda/cwsyn-gone", region="us-east-1"), Reading())
    assert caught.value.sentence == (
        "There is no log group /aws/lambda/cwsyn-gone: the function has not run, or its log was deleted."
    )
    assert caught.value.hint == "It was looked for in us-east-1."
    assert records[0].failed


def test_a_group_that_cannot_be_one_is_an_error_before_it_is_sent(aws: Connection) -> None:
    with pytest.raises(errors.InvalidRequest):
        aws.logs.lambda_log(replace(QUESTION, group=""), Reading())


# --- what a peer answers


def page(*events: dict[str, Any], token: str | None = None) -> Answer:
    sent = {"events": [*events], "searchedLogStreams": []} | ({"nextToken": token} if token else {})
    return Answer(200, json.dumps(sent).encode(), {"Content-Type": "application/x-amz-json-1.1"})


def refusal(status: int, code: str, message: str = "Because.") -> Answer:
    """An error in the shape of JSON 1.1."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "0" * 36}
    return Answer(status, json.dumps({"__type": code, "message": message}).encode(), headers)


class CutOff:
    """A page of which the last bytes do not come."""

    def apply(self, exchange: Exchange) -> None:
        answer = page(*invocation(A, 0))
        exchange.send(Reply(200, answer.headers, answer.body), only=-9)
        exchange.hang_up()


def failure(connection: Connection, question: LambdaLogQuestion = QUESTION) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connection.logs.lambda_log(question, Reading())
    return caught.value


def test_empty_pages_are_no_end_and_their_tokens_are_not_in_the_log(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    peer.script(None, page(*invocation(A, 0, "mine")[1:]))
    peer.script(None, page(*invocation(A, 0, "mine")[:1], token="Bxkq6kVGFtq2y_MoigeqscPOdhXVbhi"), calls={2})
    peer.script(None, page(token="Bxkq6kVGFtq2y_MoigeqscPOdhXVbhi"), calls={1})
    found = connection.logs.lambda_log(QUESTION, Reading())
    assert (texts(found)[1:2], found.exact, found.cut) == (["mine"], True, False)
    assert [record.outcome for record in log] == ["0 lines, more below", "1 lines, more below", "2 lines"]
    assert dict(log[1].params)["nextToken"] == "Bxkq6kVG…"


def test_a_server_that_has_always_one_page_more_is_not_asked_for_ever(peer: Peer, connection: Connection) -> None:
    peer.script(None, page(token="again"))
    found = connection.logs.lambda_log(QUESTION, Reading())
    assert (found.lines, found.exact, found.cut) == ((), False, True)
    assert peer.count() == logs_module.PAGES


def test_a_log_that_nobody_waits_for_any_more_is_not_read_on(peer: Peer, connection: Connection) -> None:
    told: list[int] = []

    def stop(count: int) -> None:
        told.append(count)
        if len(told) == 2:
            reading.stop()

    reading = Reading(stop)
    peer.script(None, page(event(0, "12345"), token="again"))
    with pytest.raises(errors.Stopped):
        connection.logs.lambda_log(QUESTION, reading)
    assert (told, peer.count()) == ([5, 10], 3)


def test_megabytes_are_not_read_on_and_on(peer: Peer, connection: Connection) -> None:
    peer.script(None, page(event(0, "x" * 1_000_000), token="again"))
    found = connection.logs.lambda_log(QUESTION, Reading())
    assert found.cut
    assert peer.count() == 5


def test_a_request_that_the_reason_names_by_mistake_costs_one_call_and_nothing_else(
    peer: Peer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "PAGES", 1)
    peer.script(None, page(*invocation(A, 0, "mine")[:2], token="more"))
    peer.script(None, page(), calls={2})
    found = connection.logs.lambda_log(replace(QUESTION, request_id=C), Reading())
    assert (texts(found)[1], found.exact, found.cut, peer.count()) == ("mine", True, True, 2)


def test_members_may_be_missing_and_clocks_may_be_odd(peer: Peer, connection: Connection) -> None:
    odd: list[dict[str, Any]] = [
        {"timestamp": 10**20},
        {"timestamp": -(10**17)},
        {"message": None, "timestamp": "12"},
        {},
    ]
    peer.script(None, page(*invocation(A, 0), *odd))
    assert connection.logs.lambda_log(QUESTION, Reading()).exact
    peer.script(None, page(*odd, {"message": "\ud800\x1b[2Jtext"}))
    assert texts(connection.logs.lambda_log(QUESTION, Reading()))[-1] == "?text"
    peer.script(None, page())
    assert connection.logs.lambda_log(QUESTION, Reading()).lines == ()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html_page(), "a web page"),
        (Answer(200, b"<html><head><title>Sign in\x1b[31m</title></head></html>"), 'a web page ("Sign in")'),
        (empty(), "empty"),
        (wrong_shape(), "shape"),
        (wrong_shape({"message": "Forbidden"}), "shape"),
        (wrong_shape({}), "shape"),
        (wrong_shape({"events": {"a": 1}}), "shape"),
        (wrong_shape({"events": "none"}), "shape"),
        (wrong_shape({"events": ["a"]}), "shape"),
        (wrong_shape({"events": [{"message": 5}]}), "not one of a log"),
        (wrong_shape({"events": [{"timestamp": "noon"}]}), "not a number"),
        (wrong_shape({"events": [], "nextToken": 5}), "nextToken"),
        (Answer(200, page(event(0, "a")).body[:50]), "breaks off"),
        (html_page(302), "redirect"),
    ],
)
def test_an_answer_that_is_none_is_told_and_never_a_run_without_lines(
    peer: Peer, connection: Connection, log: list[CallRecord], answer: Answer, words: str
) -> None:
    peer.script(None, answer)
    told = failure(connection)
    assert isinstance(told, errors.Malformed)
    assert words in told.sentence
    assert told.sentence.isprintable()
    assert log[0].failed


@pytest.mark.parametrize("fault", [CutOff(), Reset(), Reset(within=True)])
def test_a_line_that_breaks_is_told(peer: Peer, connection: Connection, fault: Fault) -> None:
    peer.script(None, fault)
    assert isinstance(failure(connection), errors.Unreachable)


def test_an_answer_that_never_comes_is_given_up(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_CONFIG", Config(read_timeout=0.2, retries={"total_max_attempts": 1}))
    peer.script(None, Hang())
    assert isinstance(failure(connecting(region="eu-west-1", endpoint_url=peer.url)), errors.TimedOut)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refusal(400, "ExpiredTokenException"), errors.CredentialsExpired, "expired"),
        (refusal(400, "UnrecognizedClientException"), errors.CredentialsRejected, "does not accept"),
        (refusal(400, "ThrottlingException", "Rate exceeded"), errors.Throttled, "FilterLogEvents"),
        (refusal(400, "InvalidParameterException", "nextToken is odd"), errors.InvalidRequest, "nextToken is odd"),
        (refusal(503, "ServiceUnavailableException"), errors.ServiceFailure, "HTTP 503"),
        (refusal(400, "ResourceNotFoundException"), errors.NotFound, f"There is no log group {GROUP}: the function"),
        (html_page(503), errors.ServiceFailure, "503"),
        (Answer(403, b"<html><title>Blocked by policy & co</title>"), errors.AccessDenied, "Blocked by policy & co"),
        (Answer(404, b""), errors.NotFound, "HTTP 404"),
        (Answer(418, b"plain words"), SourceError, "plain words"),
    ],
)
def test_every_error_has_its_kind_and_its_words(
    peer: Peer, connection: Connection, answer: Answer, kind: type[SourceError], words: str
) -> None:
    peer.script(None, answer)
    told = failure(connection)
    assert type(told) is kind
    assert words in told.sentence
    assert "<" not in told.sentence


def test_a_missing_permission_is_named(peer: Peer, connection: Connection) -> None:
    peer.script(None, refusal(400, "AccessDeniedException", ""))
    told = failure(connection)
    assert isinstance(told, errors.AccessDenied)
    assert "logs:FilterLogEvents" in told.sentence
    assert told.hint == "Ask an administrator for the permission logs:FilterLogEvents."
    group = f"arn:aws:logs:eu-west-1:123456789012:log-group:{GROUP}:log-stream:"
    text = f"User: {WHO} is not authorized to perform: logs:FilterLogEvents on resource: {group} because no policy"
    peer.script(None, refusal(400, "AccessDeniedException", text))
    assert failure(connection).sentence == f"Access denied to logs:FilterLogEvents on {group} for {WHO}."


def test_an_error_of_a_server_that_is_no_logs_asks_whether_it_is(peer: Peer, connection: Connection) -> None:
    peer.script(None, refusal(400, "UnknownOperationException"))
    assert failure(connection).hint == "Check that the endpoint speaks the CloudWatch Logs API."


# --- where Logs are asked


def asked_of(peer: Peer, connection: Connection, question: LambdaLogQuestion = QUESTION) -> int:
    """How many calls come to `peer` when a log is read."""
    peer.script(None, page())
    try:
        connection.logs.lambda_log(question, Reading())
    except errors.Unreachable:
        return 0
    return peer.count()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own hosts are asked through a proxy that is not there."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_an_endpoint_that_is_no_host_of_aws_is_asked_for_logs_too_in_every_region(
    peer: Peer, keys: None, connecting: Connecting, offline: None
) -> None:
    connection = connecting(region="eu-west-1", endpoint_url=peer.url)
    assert asked_of(peer, connection) == 1
    assert asked_of(peer, connection, replace(QUESTION, region="ap-southeast-2")) == 2


def test_an_endpoint_of_aws_for_synthetics_is_not_asked_for_logs(
    peer: Peer, keys: None, connecting: Connecting, offline: None
) -> None:
    vpce = "https://vpce-0a1b-2c3d.synthetics.eu-west-1.vpce.amazonaws.com"
    told = failure(connecting(region="eu-west-1", endpoint_url=vpce))
    assert told.sentence == "The proxy 127.0.0.1:9 could not be used."


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"])
def test_the_endpoint_of_logs_own_comes_before_that_of_synthetics(
    peer: Peer, keys: None, connecting: Connecting, offline: None, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, peer.url)
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url="http://127.0.0.1:9")) == 1
    monkeypatch.setenv(variable, "https://logs.eu-west-1.amazonaws.com")
    peer.calls.clear()
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url=peer.url)) == 0


def test_the_endpoint_of_s3_is_not_that_of_logs(
    peer: Peer, keys: None, connecting: Connecting, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url=peer.url)) == 1


@pytest.mark.parametrize(
    "setting", ["endpoint_url = {url}", "services = local\n[services local]\ncloudwatch_logs =\n  endpoint_url = {url}"]
)
def test_the_endpoint_of_the_profile_comes_before_that_of_synthetics(
    peer: Peer, home: Any, keys: None, connecting: Connecting, offline: None, setting: str
) -> None:
    (home / ".aws/config").write_text(f"[default]\n{setting.format(url=peer.url)}\n")
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url="http://127.0.0.1:9")) == 1


def test_at_aws_itself_each_region_has_its_host_its_signature_and_one_client(
    keys: None, connecting: Connecting
) -> None:
    hosts: list[str] = []

    def answer(request: Any, **_: object) -> AWSResponse:
        scope = str(request.headers["Authorization"]).split("/")[2]
        hosts.append(f"{urlsplit(request.url).hostname} {scope}")
        return _response(request.url, Reply(200, page().headers, page().body))

    connection = connecting(region="eu-west-1")
    far = replace(QUESTION, region="ap-southeast-2")
    for region in ("eu-west-1", "ap-southeast-2"):
        events: Any = connection._client("logs", region=region).meta.events
        events.register("before-send.cloudwatch-logs", answer)
    for question in (QUESTION, far, QUESTION, far):
        connection.logs.lambda_log(question, Reading())
    assert hosts == [f"logs.{region}.amazonaws.com {region}" for region in ("eu-west-1", "ap-southeast-2")] * 2


def test_an_error_in_another_region_names_that_region(peer: Peer, connection: Connection) -> None:
    peer.script(None, refusal(400, "UnrecognizedClientException"))
    told = failure(connection, replace(QUESTION, region="ap-east-1"))
    assert "is ap-east-1 enabled for the account?" in told.hint
    peer.script(None, refusal(400, "UnrecognizedClientException"))
    assert "is eu-west-1 enabled for the account?" in failure(connection).hint


def test_a_host_that_does_not_exist_is_not_called_a_region_without_synthetics(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", no_such_host)
    told = failure(connecting(region="eu-west-9"), replace(QUESTION, region="eu-west-9"))
    assert isinstance(told, errors.Unreachable)
    assert "logs.eu-west-9.amazonaws.com cannot be resolved" in told.sentence


def no_such_host(*_: Any, **__: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_logs_are_loaded_where_they_are_asked_first(keys: None, connecting: Connecting) -> None:
    connection = connecting(region="eu-west-1")
    assert connection.logs is connection.logs
    assert [service for service, _ in connection._clients] == ["synthetics"]
