"""The peer on its loopback port: the same answers as the border, and every way to fail."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError
from botocore.session import Session

from peer import (
    Cut,
    Delay,
    Fault,
    Hang,
    Peer,
    Reset,
    empty,
    error,
    html_page,
    throttled,
    truncated_json,
    wrong_content_type,
    wrong_shape,
)
from peer.s3 import refusal

RUNS = "GetCanaryRuns"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def get(peer: Peer, **config: Any) -> Any:
    return peer.client(config=Config(**config)).get_canary_runs(Name="checkout-flow", MaxResults=10)


def test_the_border_and_the_port_give_the_same_answers(peer: Peer, client: Any) -> None:
    remote = peer.client()
    for operation, params in (
        ("get_canary_runs", {"Name": "product-gallery"}),
        ("get_canary_runs", {"Name": "release-gate", "RunType": "DRY_RUN"}),
        ("describe_canaries", {"MaxResults": 20}),
        ("describe_canaries_last_run", {}),
        ("get_canary", {"Name": "global-landing-page"}),
        ("list_groups", {}),
        ("list_group_resources", {"GroupIdentifier": "storefront"}),
    ):
        near, far = getattr(client, operation)(**params), getattr(remote, operation)(**params)
        near.pop("ResponseMetadata")
        far.pop("ResponseMetadata")
        assert near == far
    for missing in ({"Name": "nobody"}, {"Name": "cart-api", "MaxResults": 1000}):
        with pytest.raises(ClientError) as near_error:
            client.get_canary_runs(**missing)
        with pytest.raises(ClientError) as far_error:
            remote.get_canary_runs(**missing)
        assert near_error.value.response["Error"] == far_error.value.response["Error"]


def test_calls_are_kept_with_what_they_asked(peer: Peer) -> None:
    client = peer.client()
    client.get_canary_runs(Name="cart-api", RunType="DRY_RUN", MaxResults=7)
    client.get_canary(Name="cart-api")
    client.get_canary_runs(Name="cart-api")
    peer.client("sts").get_caller_identity()
    first, second, third, fourth = peer.calls
    assert (first.operation, first.number, first.authorized) == (RUNS, 1, True)
    assert first.params == {"Name": "cart-api", "RunType": "DRY_RUN", "MaxResults": 7}
    assert (second.operation, second.params) == ("GetCanary", {"Name": "cart-api"})
    assert (third.operation, third.number) == (RUNS, 2)
    assert fourth.operation == "GetCallerIdentity"
    assert first.at <= second.at <= time.monotonic()
    assert peer.count() == 4


def test_a_connection_is_kept_and_used_again(peer: Peer) -> None:
    client = peer.client()
    before = threading.active_count()
    for _ in range(5):
        client.list_groups()
    assert threading.active_count() == before + 1


def test_a_held_call_is_in_flight_until_released(peer: Peer) -> None:
    gate = peer.hold(RUNS, calls={2})
    client = peer.client()
    token = client.get_canary_runs(Name="cart-api")["NextToken"]
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.get_canary_runs, Name="cart-api", NextToken=token)
        gate.wait_arrived()
        peer.wait_for_calls(2, RUNS)
        assert not answer.done()
        gate.release()
        assert len(answer.result(5)["CanaryRuns"]) == 100


def test_a_delay_is_longer_than_a_short_patience(peer: Peer) -> None:
    peer.script(RUNS, Delay(0.3), calls={1})
    with pytest.raises(ReadTimeoutError):
        get(peer, read_timeout=0.05)
    assert len(get(peer)["CanaryRuns"]) == 10


def test_a_hanging_call_times_out(peer: Peer) -> None:
    peer.script(RUNS, Hang())
    with pytest.raises(ReadTimeoutError):
        get(peer, read_timeout=0.1)


def test_a_hanging_call_that_is_released_is_a_closed_connection(peer: Peer) -> None:
    hang = Hang()
    peer.script(RUNS, hang)
    hang.release()
    with pytest.raises(ConnectionClosedError):
        get(peer)


DENIED = error(403, "AccessDeniedException", "not authorized to perform: synthetics:GetCanaryRuns")
FAILURES: dict[str, tuple[Fault, type[Exception]]] = {
    "reset before an answer": (Reset(), ConnectionClosedError),
    "reset within the body": (Reset(within=True), ConnectionClosedError),
    "throttled": (throttled(), ClientError),
    "throttled in the old way": (throttled(400), ClientError),
    "refused": (DENIED, ClientError),
    "broken": (error(500, "InternalServerException", "sorry"), ClientError),
    "an error page of HTML": (html_page(503), ClientError),
}


@pytest.mark.parametrize(("fault", "kind"), FAILURES.values(), ids=FAILURES.keys())
def test_a_fault_happens_to_the_call_it_is_for_and_to_no_other(peer: Peer, fault: Fault, kind: type[Exception]) -> None:
    peer.script(RUNS, fault, calls={2})
    assert len(get(peer)["CanaryRuns"]) == 10
    with pytest.raises(kind):
        get(peer)
    assert len(get(peer)["CanaryRuns"]) == 10
    assert [call.number for call in peer.calls] == [1, 2, 3]


NONSENSE: dict[str, Fault] = {
    "cut in the middle of the body": Cut(),
    "cut before the body": Cut(0.0),
    "a page of HTML": html_page(),
    "half of the JSON": truncated_json(),
    "no body": empty(),
    "null where the runs are": wrong_shape({"CanaryRuns": None, "NextToken": None}),
    "another object": wrong_shape({"Canaries": []}),
}


@pytest.mark.parametrize("fault", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_an_answer_without_runs_to_botocore(peer: Peer, fault: Fault) -> None:
    """botocore reads a body that is no JSON, or is cut off, as an empty answer: whoever asks must look."""
    peer.script(RUNS, fault)
    answer = get(peer)
    assert set(answer) == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_cut_body_is_shorter_than_its_content_length(peer: Peer) -> None:
    peer.script(RUNS, Cut())
    with (
        urllib.request.urlopen(urllib.request.Request(f"{peer.url}/canary/cart-api/runs", b"{}")) as answered,
        pytest.raises(http.client.IncompleteRead) as caught,
    ):
        answered.read()
    assert caught.value.expected is not None
    assert abs(caught.value.expected - len(caught.value.partial)) <= 1


def test_botocore_does_not_mind_another_content_type(peer: Peer) -> None:
    peer.script(RUNS, wrong_content_type())
    answer = get(peer)
    assert len(answer["CanaryRuns"]) == 10
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (throttled(), 429, "TooManyRequestsException"),
        (throttled(400), 400, "ThrottlingException"),
        (error(403, "ExpiredTokenException", "expired"), 403, "ExpiredTokenException"),
        (error(503, "ServiceUnavailable", ""), 503, "ServiceUnavailable"),
    ],
)
def test_an_error_has_the_status_and_the_code_it_was_given(peer: Peer, fault: Fault, status: int, code: str) -> None:
    peer.script(None, fault)
    with pytest.raises(ClientError) as caught:
        get(peer)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("value", [["not", "an", "object"], {"CanaryRuns": "none"}, {"CanaryRuns": [1]}, 5])
def test_json_of_another_shape_is_no_answer(peer: Peer, value: Any) -> None:
    peer.script(RUNS, wrong_shape(value))
    with pytest.raises((AttributeError, TypeError, ValueError, ResponseParserError)):
        get(peer)


def test_the_later_script_acts_and_forgiving_ends_them_all(peer: Peer) -> None:
    peer.script(None, throttled())
    peer.script(RUNS, error(500, "InternalServerException", "sorry"))
    with pytest.raises(ClientError, match="InternalServerException"):
        get(peer)
    peer.forgive()
    assert len(get(peer)["CanaryRuns"]) == 10


@pytest.mark.parametrize("fault", [Hang(), Delay(60)])
def test_it_stops_at_once_whatever_is_in_flight_and_leaves_no_thread(fault: Fault) -> None:
    before = set(threading.enumerate())
    peer = Peer()
    peer.script(RUNS, fault)
    failures: list[BaseException] = []

    def call() -> None:
        try:
            get(peer)
        except HTTPClientError as problem:
            failures.append(problem)

    caller = threading.Thread(target=call)
    caller.start()
    peer.wait_for_calls(1)
    began = time.monotonic()
    peer.close()
    caller.join()
    assert time.monotonic() - began < 2
    assert len(failures) <= 1
    assert set(threading.enumerate()) == before


def test_a_mistake_of_the_peer_itself_is_not_swallowed() -> None:
    class Mistake:
        def apply(self, exchange: object) -> None:
            raise LookupError("mine")

    peer = Peer()
    peer.script(RUNS, Mistake())
    with pytest.raises(HTTPClientError):
        get(peer)
    with pytest.raises(ExceptionGroup) as caught:
        peer.close()
    assert caught.value.subgroup(LookupError)


def test_it_runs_as_a_process_of_its_own() -> None:
    tests = Path(__file__).parents[1]
    paths = [str(tests), *(str(tests.parent / folder) for folder in ("app", "widgets"))]
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "peer.server",
        "--big",
        "--crowd",
        "3",
        "--now",
        "2026-11-22T12:30:00Z",
    ]
    with subprocess.Popen(command, env={"PYTHONPATH": ":".join(paths)}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        session = Session()
        session.set_credentials("AKIAPEERPEERPEERPEER", "peer")
        client: Any = session.create_client("synthetics", "eu-west-1", endpoint_url=url)
        assert len(client.get_canary_runs(Name="homepage-heartbeat-archive")["CanaryRuns"]) == 100
        assert client.get_canary(Name="service-0002-health")["Canary"]["Name"] == "service-0002-health"
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_faults_of_s3_and_logs_are_scripted_by_their_operations(peer: Peer) -> None:
    s3, logs = peer.client("s3", Config(s3={"addressing_style": "path"})), peer.client("logs")
    run = next(run for run in get(peer)["CanaryRuns"] if "ArtifactS3Location" in run)
    bucket, _, prefix = run["ArtifactS3Location"].partition("/")
    key = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"][0]["Key"]
    s3.get_object(Bucket=bucket, Key=key, Range="bytes=0-9")["Body"].read()
    with pytest.raises(ClientError):
        logs.filter_log_events(logGroupName="/aws/lambda/nobody", startTime=1, endTime=2, filterPattern='"x"')
    listed, got, filtered = peer.calls[1:]
    assert listed.operation == "ListObjectsV2"
    assert listed.params == {"Bucket": bucket, "Prefix": prefix, "EncodingType": "url"}
    assert (got.operation, got.params) == ("GetObject", {"Bucket": bucket, "Key": key, "Range": "bytes=0-9"})
    asked = {"logGroupName": "/aws/lambda/nobody", "startTime": 1, "endTime": 2, "filterPattern": '"x"'}
    assert (filtered.operation, filtered.params) == ("FilterLogEvents", asked)
    peer.script("GetObject", refusal(503, "SlowDown"), calls=[2])
    with pytest.raises(ClientError, match="SlowDown"):
        s3.get_object(Bucket=bucket, Key=key)
    assert s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] > 1
    assert s3.get_object(Bucket=bucket, Key=key)["ETag"]
