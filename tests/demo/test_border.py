"""The demo under a real boto3 client: nothing leaves the process, and everything else is botocore's own."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError

from canaryscope.demo.border import demo_session, install
from canaryscope.demo.environment import (
    LATENCY_VARIABLE,
    NOW_VARIABLE,
    Latency,
    clock_from_environment,
    latency_from_environment,
)
from canaryscope.demo.responder import Reply, Responder
from demo.paging import NOW


class Stumbling(Responder):
    """Throttles so many calls before it answers."""

    def __init__(self, failures: int) -> None:
        super().__init__(NOW)
        self.failures = failures
        self.calls = 0

    def respond(self, *request: Any) -> Reply:
        self.calls += 1
        if self.calls <= self.failures:
            return Reply(429, {"x-amzn-ErrorType": "TooManyRequestsException"}, b'{"message": "Rate exceeded"}')
        return super().respond(*request)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a socket was connected")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_no_port_no_file_and_no_credentials_are_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor does what a person has set for AWS get in the way."""
    broken = tmp_path / "config"
    broken.write_text("[profile\nnonsense")
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "AWS_CONFIG_FILE": str(broken),
        "AWS_SHARED_CREDENTIALS_FILE": str(broken),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        LATENCY_VARIABLE: "0",
    }.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session(botocore_session=demo_session())
    synthetics, sts = session.client("synthetics"), session.client("sts")
    assert len(synthetics.get_canary_runs(Name="checkout-flow")["CanaryRuns"]) == 100
    assert sts.get_caller_identity()["Account"] == "123456789012"
    synthetics.close()
    sts.close()


@pytest.mark.usefixtures("no_network")
def test_no_service_gets_through_to_the_network() -> None:
    lambdas: Any = demo_session(Responder(NOW)).create_client("lambda")
    with pytest.raises(lambdas.exceptions.ClientError, match="UnknownOperationException"):
        lambdas.list_functions()
    lambdas.close()


def test_retries_are_botocores_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    stumbling = Stumbling(failures=1)
    session = demo_session(stumbling)
    client: Any = session.create_client(
        "synthetics", config=Config(retries={"mode": "standard", "total_max_attempts": 2})
    )
    answer = client.get_canary_runs(Name="cart-api", MaxResults=5)
    assert len(answer["CanaryRuns"]) == 5
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert stumbling.calls == 2
    client.close()


def test_requests_are_validated_and_signed_as_ever() -> None:
    session = demo_session(Responder(NOW))
    signed: list[str] = []

    def see(request: Any, **_: Any) -> None:
        signed.append(request.headers["Authorization"])

    see_it: Any = see
    session.get_component("event_emitter").register_first("before-send", see_it)
    client: Any = session.create_client("synthetics")
    with pytest.raises(ParamValidationError):
        client.get_canary_runs(Name="cart-api", MaxResults="many")
    client.get_canary_runs(Name="cart-api")
    assert len(signed) == 1
    assert b"AWS4-HMAC-SHA256" in str(signed[0]).encode()
    client.close()


def test_another_region_is_told_in_arns_and_artifacts() -> None:
    client: Any = demo_session(Responder(NOW, region="eu-central-1"), region="eu-central-1").create_client("synthetics")
    canary = client.get_canary(Name="cart-api")["Canary"]
    assert canary["EngineArn"].startswith("arn:aws:lambda:eu-central-1:123456789012:function:cwsyn-cart-api-")
    assert "/canary/eu-central-1/" in canary["ArtifactS3Location"]
    client.close()


def test_each_answer_takes_its_latency_in_the_calling_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("canaryscope.demo.border.time.sleep", slept.append)
    session = demo_session(Responder(NOW))
    install(session, Responder(NOW), Latency(seed=3))
    client: Any = session.create_client("synthetics")
    for _ in range(3):
        client.list_groups()
    again = Latency(seed=3)
    assert slept == [again() for _ in range(3)]
    client.close()


def test_latencies_are_40_to_120_ms_and_the_same_for_a_seed() -> None:
    latency, again, other = Latency(), Latency(), Latency(seed=1)
    row = [latency() for _ in range(500)]
    assert row == [again() for _ in range(500)]
    assert row[:5] != [other() for _ in range(5)]
    assert 0.040 <= min(row) < 0.045
    assert 0.115 < max(row) <= 0.120


def test_the_test_switch_makes_answers_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LATENCY_VARIABLE, raising=False)
    assert latency_from_environment() is not None
    monkeypatch.setenv(LATENCY_VARIABLE, "0")
    assert latency_from_environment() is None


@pytest.mark.parametrize("text", ["2026-11-22T12:30:00Z", "2026-11-22T12:30:00", "2026-11-22T13:30:00+01:00"])
def test_time_stands_still_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NOW_VARIABLE, text)
    assert clock_from_environment() == NOW


def test_time_goes_on_where_the_environment_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NOW_VARIABLE, raising=False)
    clock = clock_from_environment()
    assert callable(clock)
    assert abs(clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_time_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NOW_VARIABLE, "yesterday")
    with pytest.raises(ValueError, match="CANARYSCOPE_DEMO_NOW is no ISO 8601 time: 'yesterday'"):
        demo_session()
