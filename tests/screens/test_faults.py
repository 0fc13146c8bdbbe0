"""What goes wrong on the way to the runs is a sentence in place; what was loaded stays, and `r` tries again.

The peer fails on a real socket, the errors come through boto3, and all is read off a screen of 80 by 24.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest
from botocore.config import Config

from canaryscope import source
from canaryscope.aws import session
from canaryscope.aws.pace import Pace
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.run_loader import Backoff
from peer import (
    Answer,
    Cut,
    Fault,
    Hang,
    Peer,
    Reset,
    empty,
    error,
    html_page,
    throttled,
    truncated_json,
    wrong_shape,
)
from screens.support import FakeAccount, Seen, explorer

CANARY = "checkout-flow"
RUNS = "GetCanaryRuns"
WHO = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/someone@example.com"
WHAT = f"arn:aws:synthetics:eu-west-1:123456789012:canary:{CANARY}"
DENIED = f"User: {WHO} is not authorized to perform: synthetics:GetCanaryRuns on resource: {WHAT} because no policy"
ASK = "Ask an administrator for the permission synthetics:GetCanaryRuns."
PROXY = "Is a proxy or a login page in between?"
SPEAKS = "Does the endpoint speak the Synthetics API?"


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    """An answer with JSON, or with these bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


class Case(NamedTuple):
    """A fault; what went wrong, in the status bar; words of the sentence; words of what to do."""

    fault: Fault
    summary: str
    sentence: str
    hint: str = "r to retry"


AWS = {
    "validation": Case(
        error(400, "ValidationException", "1 validation error detected: Value at 'x' is wrong"),
        "request refused",
        "1 validation error detected: Value at 'x' is wrong.",
    ),
    "no such canary": Case(
        error(404, "ResourceNotFoundException", "Canary not found"),
        "not found",
        f'There is no canary "{CANARY}" in eu-west-1.',
        "Check the spelling, the region (--region) and the account (--profile).",
    ),
    "access denied": Case(
        error(403, "AccessDeniedException", DENIED), "access denied", "Access denied to synthetics:GetCanaryRuns", ASK
    ),
    "access denied by a policy": Case(
        error(403, "AccessDeniedException", f"{DENIED} with an explicit deny in a service control policy"),
        "access denied",
        "Access denied to synthetics:GetCanaryRuns",
        "A policy denies it explicitly: only an administrator can change that.",
    ),
    "expired": Case(
        error(403, "ExpiredTokenException", "The security token included in the request is expired"),
        "credentials expired",
        "The credentials have expired.",
        "set new ones and start canaryscope again.",
    ),
    "a key that is none": Case(
        error(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
        "credentials not accepted",
        "AWS does not accept the credentials",
        "is eu-west-1 enabled for the account?",
    ),
    "a wrong clock": Case(
        error(403, "RequestTimeTooSkewed", "The difference is too large"),
        "this machine's clock is wrong",
        "this machine's clock is wrong",
        "`timedatectl set-ntp true`",
    ),
    "internal error": Case(
        error(500, "InternalServerException", "boom"),
        "AWS had an internal error",
        "GetCanaryRuns was answered with HTTP 500 (boom).",
        "Try again.",
    ),
}
NETWORK = {
    "reset": Case(Reset(), "AWS could not be reached", "was closed before the answer was complete.", "Try again."),
    "reset within": Case(Reset(within=True), "AWS could not be reached", "was closed before the answer", "Try again."),
    "cut off": Case(Cut(), "AWS could not be reached", "The answer to GetCanaryRuns was cut off after", "Try again."),
}
NONSENSE = {
    "a web page": Case(html_page(), "unreadable answer", "The answer to GetCanaryRuns is a web page, not what", PROXY),
    "nothing": Case(empty(), "unreadable answer", "The answer to GetCanaryRuns is empty, not what", PROXY),
    "half of it": Case(truncated_json(), "unreadable answer", "JSON that breaks off or is damaged, not what", PROXY),
    "a list": Case(wrong_shape(), "unreadable answer", "JSON of another shape, not what the API answers.", PROXY),
    "another object": Case(wrong_shape({"message": "Forbidden"}), "unreadable answer", "JSON of another shape", PROXY),
    "a text for a list": Case(wrong_shape({"CanaryRuns": "x"}), "unreadable answer", "not of the API's shape.", SPEAKS),
    "no token": Case(
        wrong_shape({"CanaryRuns": [], "NextToken": 5}), "unreadable answer", "NextToken in the answer is not a text"
    ),
    "a redirect": Case(
        answer(302, Location="https://login.example/"),
        "unreadable answer",
        "GetCanaryRuns was answered with a redirect (HTTP 302)",
        "Is a proxy or a login page in between?",
    ),
}
OTHER_SERVERS = {
    "Message and __type": Case(
        answer(400, {"__type": "com.amazonaws.synthetics#ValidationException", "Message": "Bad name"}),
        "request refused",
        "Bad name.",
    ),
    "a code in the body": Case(answer(403, {"code": "AccessDenied", "message": "no"}), "access denied", "no.", ASK),
    "a type with its address": Case(
        answer(404, {"message": "no"}, x_amzn_errortype="ResourceNotFoundException:http://internal.example/coral/"),
        "not found",
        f'There is no canary "{CANARY}"',
    ),
    "403 without a code": Case(
        answer(403, {"message": "Forbidden"}),
        "access denied",
        "Access denied to synthetics:GetCanaryRuns for the identity in use: Forbidden.",
        ASK,
    ),
    "401 with nothing": Case(answer(401), "access denied", "Access denied to synthetics:GetCanaryRuns", ASK),
    "400 with nothing": Case(answer(400), "request refused", "The server refused the request GetCanaryRuns."),
    "502 of a proxy": Case(
        answer(502, b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"),
        "AWS had an internal error",
        "GetCanaryRuns was answered with HTTP 502 (502 Bad Gateway).",
    ),
    "503 with nothing": Case(answer(503), "AWS had an internal error", "HTTP 503 (Service Unavailable)."),
    "404 of an address": Case(
        answer(404, b"<html><title>Not found</title></html>"),
        "not found",
        "GetCanaryRuns was answered with HTTP 404: Not found.",
        "that the endpoint speaks the Synthetics API.",
    ),
    "404 without a code": Case(answer(404, {"message": "Not Found"}), "not found", "HTTP 404: Not Found."),
    "418": Case(answer(418, {"message": "short and stout"}), "the call failed", "HTTP 418: short and stout."),
}
GROUPS = {"AWS": AWS, "network": NETWORK, "nonsense": NONSENSE, "other servers": OTHER_SERVERS}

THROTTLED = {
    "TooManyRequestsException": throttled(),
    "ThrottlingException": throttled(400),
    "a bare 429": answer(429),
    "429 with a message": answer(429, {"message": "Too Many Requests"}),
    "a type with its address": answer(400, {"message": "slow"}, X_Amzn_ErrorType="ThrottlingException:http://x/coral/"),
    "__type": answer(400, {"__type": "com.amazon.coral.availability#ThrottlingException", "Message": "slow"}),
}


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was throttled is asked again after 10 to 20 ms, not seconds."""
    monkeypatch.setattr(Backoff, "FIRST", 0.02)
    monkeypatch.setattr(Pace, "APART", 0.001)


def tokens(peer: Peer) -> list[str | None]:
    """The NextTokens that runs were asked with, in order."""
    return [call.params.get("NextToken") for call in peer.calls if call.operation == RUNS]


def rows(seen: Seen) -> list[str]:
    """The lines of the table."""
    return [line for line in seen.lines if re.search(r" Nov \d\d \d\d:\d\d:\d\d ", line)]


def told(seen: Seen, name: str, case: Case, loaded: int) -> None:
    """The status bar has its form; sentence and hint are on the screen, and not cut."""
    assert seen.status.split(" row ")[0] == f"{loaded:,} loaded · {case.summary} · r to retry", name
    assert case.sentence in seen.text, name
    assert case.hint in seen.text, name


@pytest.mark.parametrize("cases", GROUPS.values(), ids=GROUPS)
async def test_a_failure_is_told_where_the_runs_would_be_and_r_tries_again(peer: Peer, cases: dict[str, Case]) -> None:
    for number, case in enumerate(cases.values(), start=1):
        peer.script(RUNS, case.fault, calls={number})
    async with explorer(peer, canary=CANARY) as seen:
        for number, (name, case) in enumerate(cases.items(), start=1):
            await seen.fails(peer, RUNS, number)
            told(seen, name, case, 0)
            await seen.press("j", "pagedown")
            assert peer.count(RUNS) == number, f"{name}: what failed is not asked again before r"
            await seen.press("r")
        await seen.reaches()
        assert not any(case.sentence in seen.text for case in cases.values())
        assert "r to retry" not in seen.text


@pytest.mark.parametrize("cases", GROUPS.values(), ids=GROUPS)
async def test_a_failure_below_leaves_the_runs_and_r_goes_on_from_there(peer: Peer, cases: dict[str, Case]) -> None:
    # What is refused below the first page means that the NextToken has expired.
    cases = {name: case for name, case in cases.items() if case.summary != "request refused"}
    for turn, case in enumerate(cases.values(), start=1):
        peer.script(RUNS, case.fault, calls={2 * turn})
    async with explorer(peer, canary=CANARY) as seen:
        for turn, (name, case) in enumerate(cases.items(), start=1):
            await seen.reaches(f"{turn * 100:,} loaded · more below")
            await seen.press("G")
            await seen.fails(peer, RUNS, 2 * turn)
            told(seen, name, case, turn * 100)
            assert seen.status.endswith(f" row {turn}00")
            assert len(rows(seen)) >= 5, name
            await seen.press("k", "j", "pageup", "pagedown")
            assert peer.count(RUNS) == 2 * turn, f"{name}: what failed is not asked again before r"
            await seen.press("r")
        await seen.reaches(f"{(len(cases) + 1) * 100:,} loaded · more below")
        assert not any(case.sentence in seen.text for case in cases.values())
    asked = tokens(peer)
    assert asked[1::2] == asked[2::2], "each page is asked for again with its own token"
    assert len(set(asked)) == len(cases) + 1


async def test_throttling_is_told_and_waited_out(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backoff, "FIRST", 1.0)
    peer.script(RUNS, throttled(), calls={1})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.until(lambda: "0 loaded · throttled by AWS, trying again within 1 s · r to retry" in seen.status)
        assert "AWS throttles GetCanaryRuns: Rate exceeded." in seen.text
        assert "canaryscope asks again within 1 s; r asks at once." in seen.text
        await seen.reaches()
        assert peer.count(RUNS) == 2


async def test_every_way_to_throttle_is_waited_out_from_the_same_token(peer: Peer, hasty: None) -> None:
    for number, fault in enumerate(THROTTLED.values()):
        peer.script(RUNS, fault, calls={1 + 2 * number})
    async with explorer(peer, canary="hourly-reconciliation") as seen:
        await seen.reaches()
        await seen.press("G")
        await seen.reaches("744 loaded · end of history")
        calls = [call for call in seen.log if call.operation == RUNS]
    throttled_calls = calls[: 2 * len(THROTTLED) : 2]
    assert all(call.outcome.startswith("throttled by AWS: AWS throttles GetCanaryRuns") for call in throttled_calls)
    asked = tokens(peer)
    assert [asked[2 * number] == asked[2 * number + 1] for number in range(len(THROTTLED))] == [True] * len(THROTTLED)


async def test_the_wait_grows_with_each_time(peer: Peer, hasty: None) -> None:
    peer.script(RUNS, throttled(), calls={2, 3, 4})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.reaches()
        await seen.press(*["pagedown"] * 8)
        await seen.reaches("200 loaded")
    calls = [call.at for call in peer.calls if call.operation == RUNS][1:5]
    waits = [later - earlier for earlier, later in pairwise(calls)]
    assert all(wait >= least for wait, least in zip(waits, (0.01, 0.02, 0.04), strict=True))


async def test_throttling_that_does_not_end_is_left_to_the_person(peer: Peer, hasty: None) -> None:
    peer.script(RUNS, throttled())
    async with explorer(peer, canary=CANARY) as seen:
        await seen.until(lambda: seen.status == "0 loaded · throttled by AWS · r to retry")
        await seen.shows("Wait a little, then try again.")
        assert peer.count(RUNS) == Backoff.TRIES
        peer.forgive()
        await seen.press("r")
        await seen.reaches()


async def test_a_service_that_asks_for_a_longer_wait_gets_it(peer: Peer, hasty: None) -> None:
    peer.script(RUNS, answer(429, Retry_After="1"), calls={1})
    peer.script(RUNS, answer(429, Retry_After="600"), calls={3})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.shows("canaryscope asks again within 1 s")
        await seen.reaches()
        first, second = (call.at for call in peer.calls if call.operation == RUNS)
        assert second - first >= 1
        await seen.press("G")
        await seen.until(lambda: seen.status.startswith("100 loaded · throttled by AWS · r to retry"))
        await seen.shows("Wait 600 s, then try again.")


async def test_a_server_that_is_not_running_is_named_and_found_once_it_runs() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    async with explorer(f"http://127.0.0.1:{port}", canary=CANARY) as seen:
        await seen.until(lambda: seen.status == "0 loaded · AWS could not be reached · r to retry")
        await seen.shows(f"127.0.0.1:{port} refused the connection.", "Is the server running there?")
        with Peer(port=port):
            await seen.press("r")
            await seen.reaches()


async def test_an_answer_that_does_not_come_in_time_is_told(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Config(connect_timeout=0.5, read_timeout=0.5, retries={"total_max_attempts": 1})
    monkeypatch.setattr(session, "_CONFIG", quick)
    peer.script(RUNS, Hang(), calls={1})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.until(lambda: seen.status == "0 loaded · timed out · r to retry")
        await seen.shows("took the request but did not answer it in time.")
        await seen.press("r")
        await seen.reaches()


@pytest.mark.parametrize(("operation", "doing"), [("connect", "Connecting to AWS"), (RUNS, RUNS)])
async def test_what_hangs_where_no_timeout_of_the_network_ends_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch, operation: str, doing: str
) -> None:
    monkeypatch.setattr(source, "SECONDS", 0.5)
    account = FakeAccount({CANARY: [CanaryRun(id="1")]})
    gate = account.hold(operation, calls={1})
    async with explorer(account, canary=CANARY) as seen:
        await seen.until(lambda: seen.status == "0 loaded · timed out · r to retry")
        assert f"{doing} brought no whole answer" in seen.text
        monkeypatch.setattr(source, "SECONDS", 10.0)  # a busy machine takes its time over the answer that does come
        await seen.press("r")
        await seen.reaches("1 loaded · end of history")
        gate.release()


@pytest.mark.parametrize(
    ("operation", "mistake"),
    [
        ("connect", ValueError("[/x] secret")),
        (RUNS, ValueError("[/x] secret")),
        (RUNS, StopIteration()),
        ("DescribeCanariesLastRun", RecursionError()),
        ("DescribeCanaries", ValueError("[/x] secret")),
    ],
)
async def test_a_mistake_of_the_program_itself_is_a_sentence_and_no_crash(operation: str, mistake: Exception) -> None:
    account = FakeAccount({CANARY: [CanaryRun(id="1")]})
    account.fail(operation, mistake)
    async with explorer(account, size=(120, 35), canary=CANARY) as seen:
        await seen.until(lambda: "itself:" in seen.picker if "Describe" in operation else "itself:" in seen.text)
        assert "secret" not in seen.text
        account.forgive()
        await seen.press("r", "c", "r")
        await seen.until(lambda: seen.status.startswith("1 loaded") and "itself" not in seen.text)


@pytest.mark.parametrize("text", ["Invalid NextToken", "The token has expired."])
async def test_an_expired_token_starts_again_from_the_newest_without_doubling_a_run(peer: Peer, text: str) -> None:
    peer.script(RUNS, error(400, "ValidationException", text), calls={4})
    async with explorer(peer, canary="hourly-reconciliation") as seen:
        await seen.reaches()
        await seen.press("G")
        await seen.reaches("744 loaded · end of history")
        assert text not in seen.text
        assert tokens(peer)[4] is None
        assert peer.count(RUNS) == 3 + 1 + 8


async def test_a_server_that_takes_no_token_at_all_is_not_asked_for_ever(peer: Peer) -> None:
    peer.script(RUNS, error(400, "ValidationException", "Invalid NextToken"), calls=range(2, 100, 2))
    async with explorer(peer, canary=CANARY) as seen:
        await seen.reaches()
        await seen.press("G")
        await seen.until(lambda: seen.status.startswith("100 loaded · request refused · r to retry"))
        await seen.shows("Invalid NextToken.")
        assert peer.count(RUNS) == 4


async def test_dry_runs_that_fail_leave_the_canary_runs_on_the_screen(peer: Peer) -> None:
    async with explorer(peer, canary=CANARY) as seen:
        await seen.reaches()
        before = [row[:30] for row in rows(seen)]
        peer.script(RUNS, error(500, "InternalServerException", "boom"))
        await seen.press("2")
        await seen.until(lambda: "AWS had an internal error · r to retry" in seen.status)
        assert seen.status.startswith("100 loaded")
        assert [row[:30] for row in rows(seen)[:8]] == before[:8]


async def test_a_refresh_that_fails_keeps_the_runs(peer: Peer) -> None:
    peer.script(RUNS, error(500, "InternalServerException", "boom"), calls={2})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.reaches()
        await seen.press("j", "r")
        await seen.until(lambda: seen.status == "100 loaded · AWS had an internal error · r to retry row 2")
        await seen.press("r")
        await seen.reaches()
        assert seen.status.endswith("row 2")


async def test_the_log_tells_every_failure(peer: Peer) -> None:
    peer.script(RUNS, error(500, "InternalServerException", "boom"), calls={1})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.until(lambda: "internal error" in seen.status)
        await seen.press("r")
        await seen.reaches()
        await seen.press("!")
        await seen.shows("HTTP 500 (boom)", "500 InternalServerException", "100 runs, more below")
