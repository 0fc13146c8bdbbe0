"""What a service answers instead, as a person is told it: over HTTP, through botocore's own parsing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.aws.errors import explain
from canaryscope.aws.session import Connection
from canaryscope.aws.situation import Situation
from canaryscope.runs import errors
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import RunQuery, RunType
from canaryscope.runs.text import clean_line
from peer import Answer, Peer, error, html_page

QUERY = RunQuery("checkout")


def failure(connection: Connection, query: RunQuery = QUERY) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connection.synthetics.runs_page(query)
    assert caught.value.sentence
    assert "\n" not in caught.value.sentence + caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "TooManyRequestsException", errors.Throttled),
        (400, "ThrottlingException", errors.Throttled),
        (400, "Throttling", errors.Throttled),
        (400, "RequestLimitExceeded", errors.Throttled),
        (503, "SlowDown", errors.Throttled),
        (429, "Whatever", errors.Throttled),
        (403, "ExpiredTokenException", errors.CredentialsExpired),
        (400, "ExpiredToken", errors.CredentialsExpired),
        (403, "UnrecognizedClientException", errors.CredentialsRejected),
        (403, "InvalidClientTokenId", errors.CredentialsRejected),
        (403, "MissingAuthenticationToken", errors.CredentialsRejected),
        (403, "SignatureDoesNotMatch", errors.CredentialsRejected),
        (403, "InvalidSignatureException", errors.CredentialsRejected),
        (403, "RequestTimeTooSkewed", errors.ClockSkewed),
        (400, "RequestExpired", errors.ClockSkewed),
        (403, "AccessDeniedException", errors.AccessDenied),
        (403, "AccessDenied", errors.AccessDenied),
        (403, "Whatever", errors.AccessDenied),
        (401, "UnauthorizedException", errors.AccessDenied),
        (404, "ResourceNotFoundException", errors.NotFound),
        (400, "ValidationException", errors.InvalidRequest),
        (500, "InternalServerException", errors.ServiceFailure),
        (502, "Whatever", errors.ServiceFailure),
        (503, "ServiceUnavailable", errors.ServiceFailure),
        (404, "UnknownOperationException", SourceError),
        (418, "Whatever", SourceError),
    ],
)
def test_every_error_has_its_kind(
    peer: Peer, connection: Connection, log: list[CallRecord], status: int, code: str, kind: type[SourceError]
) -> None:
    peer.script(None, error(status, code, "Because."))
    told = failure(connection)
    assert type(told) is kind
    assert told.code == code
    assert told.request_id == "0" * 36
    assert peer.count() == 1
    assert (log[0].failed, log[0].code, log[0].http_status, log[0].request_id) == (True, code, status, "0" * 36)
    assert log[0].outcome.startswith(kind.summary)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (html_page(503), errors.ServiceFailure, "503"),
        (html_page(403), errors.AccessDenied, "synthetics:GetCanaryRuns"),
        (html_page(404), errors.NotFound, "404"),
        (Answer(404, b'{"message": "Not Found"}'), errors.NotFound, "HTTP 404: Not Found"),
        (html_page(302), errors.Malformed, "redirect"),
        (Answer(403, b"<html><title>Blocked by policy</title>"), errors.AccessDenied, "Blocked by policy"),
        (Answer(429, b""), errors.Throttled, "GetCanaryRuns"),
        (Answer(500, b""), errors.ServiceFailure, "Internal Server Error"),
        (Answer(503, b"[1, 2]"), errors.ServiceFailure, "503"),
        (Answer(400, b"[]"), errors.InvalidRequest, "GetCanaryRuns"),
        (Answer(400, b'{"__type": 5, "message": {"a": 1}}'), errors.InvalidRequest, "GetCanaryRuns"),
        (Answer(400, b'{"message": null}'), errors.InvalidRequest, "GetCanaryRuns"),
        (Answer(400, b'{"code": 7, "message": "text"}'), SourceError, "text"),
        (Answer(400, b"\xff\xfe broken"), errors.InvalidRequest, "broken"),
        (Answer(400, b"plain words"), errors.InvalidRequest, "plain words"),
        (Answer(404, b'{"__type": "a.b#ResourceNotFoundException", "Message": "No."}'), errors.NotFound, "checkout"),
        (Answer(300, b"{}"), errors.Malformed, "redirect"),
    ],
)
def test_errors_without_a_proper_body_keep_their_meaning(
    peer: Peer, connection: Connection, answer: Answer, kind: type[SourceError], words: str
) -> None:
    peer.script(None, answer)
    told = failure(connection)
    assert type(told) is kind
    assert words in told.sentence
    assert "<" not in told.sentence


def test_a_canary_that_is_not_there_is_named_with_its_region_and_what_to_check(
    peer: Peer, connection: Connection
) -> None:
    told = failure(connection, RunQuery("no-such-canary"))
    assert isinstance(told, errors.NotFound)
    assert told.sentence == 'There is no canary "no-such-canary" in eu-west-1.'
    assert "--region" in told.hint
    assert "--profile" in told.hint


def test_a_dry_run_that_is_not_there_is_named(peer: Peer, connection: Connection) -> None:
    peer.script(None, error(404, "ResourceNotFoundException", "No."))
    told = failure(connection, RunQuery("checkout", RunType.DRY_RUN, "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"))
    assert "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9" in told.sentence
    assert "checkout" in told.sentence


def test_the_servers_words_are_told_clean_and_bounded(peer: Peer, connection: Connection) -> None:
    peer.script(
        None, error(400, "ValidationException", "Bad \x1b[31mname\x1b[0m:\n[bold]x[/bold] \u202e" + "y" * 10_000)
    )
    told = failure(connection)
    assert told.sentence.startswith("Bad name: [bold]x[/bold] yyy")
    assert len(told.sentence) < 500


def test_a_missing_permission_is_named_with_who_lacks_it(peer: Peer, connection: Connection) -> None:
    user = "arn:aws:sts::123456789012:assumed-role/on-call/jo"
    action = "synthetics:DescribeCanariesLastRun"
    text = (
        f"User: {user} is not authorized to perform: {action} on resource: * because no identity-based policy allows it"
    )
    peer.script("DescribeCanariesLastRun", error(403, "AccessDeniedException", text))
    with pytest.raises(errors.AccessDenied) as caught:
        connection.synthetics.last_runs_page()
    assert user in caught.value.sentence
    assert action in caught.value.sentence
    assert caught.value.hint.startswith(f"Ask an administrator for the permission {action}.")
    assert "by its name" in caught.value.hint


@pytest.mark.parametrize(
    ("call", "action"),
    [
        (lambda connection: connection.synthetics.runs_page(QUERY), "synthetics:GetCanaryRuns"),
        (lambda connection: connection.synthetics.canaries_page(), "synthetics:DescribeCanaries"),
        (lambda connection: connection.synthetics.canary("a"), "synthetics:GetCanary"),
        (lambda connection: connection.synthetics.groups_page(), "synthetics:ListGroups"),
        (lambda connection: connection.synthetics.group_resources_page("a"), "synthetics:ListGroupResources"),
    ],
)
def test_the_missing_action_is_the_operations_where_the_answer_names_none(
    peer: Peer, connection: Connection, call: Callable[[Connection], object], action: str
) -> None:
    peer.script(None, error(403, "AccessDeniedException", "Forbidden"))
    with pytest.raises(errors.AccessDenied) as caught:
        call(connection)
    assert f"the permission {action}." in caught.value.hint


def test_an_explicit_deny_is_told_as_one(peer: Peer, connection: Connection) -> None:
    text = "User: a is not authorized to perform: synthetics:GetCanaryRuns with an explicit deny in a control policy"
    peer.script(None, error(403, "AccessDeniedException", text))
    told = failure(connection)
    assert "synthetics:GetCanaryRuns" in told.sentence
    assert "denies it explicitly" in told.hint


@pytest.mark.parametrize(
    ("ahead", "words"), [(-3600, "60 min behind"), (900, "15 min ahead of"), (90_000, "25 h ahead of")]
)
@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch"])
def test_a_wrong_clock_is_told_with_by_how_much(code: str, ahead: int, words: str) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(seconds=ahead), usegmt=True)
    answer = ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPHeaders": {"date": date}}},  # type: ignore[typeddict-item]
        "GetCanaryRuns",
    )
    told = explain(answer, Situation(operation="GetCanaryRuns"))
    assert isinstance(told, errors.ClockSkewed)
    assert words in told.sentence


def test_a_signature_that_is_too_old_is_the_clocks_fault(peer: Peer, connection: Connection) -> None:
    text = "Signature expired: 20261122T120000Z is now earlier than 20261122T121000Z (20261122T121500Z - 5 min.)"
    peer.script(None, error(403, "InvalidSignatureException", text))
    assert isinstance(failure(connection), errors.ClockSkewed)


def test_a_session_token_that_a_service_quotes_is_not_told(peer: Peer, connection: Connection) -> None:
    text = "The signature does not match. The Canonical String was 'POST x-amz-security-token:FwoGSECRET host'"
    peer.script(None, error(403, "SignatureDoesNotMatch", text))
    told = failure(connection)
    assert "FwoGSECRET" not in told.sentence + told.hint
    assert "does not match" in told.sentence


def test_throttling_tells_how_long_to_wait_where_the_service_says(peer: Peer, connection: Connection) -> None:
    peer.script(None, Answer(429, b"{}", {"Retry-After": "7"}))
    told = failure(connection)
    assert isinstance(told, errors.Throttled)
    assert (told.delay, told.hint) == (7, "Wait 7 s, then try again.")
    peer.script(None, Answer(429, b"{}", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    told = failure(connection)
    assert isinstance(told, errors.Throttled)
    assert (told.delay, told.hint) == (None, "Wait a little, then try again.")


values = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=2)


@given(
    code=values | st.sampled_from(["AccessDenied", "ValidationException", "ResourceNotFoundException", "ExpiredToken"]),
    message=values,
    status=values | st.integers(200, 599),
    headers=st.none() | st.dictionaries(st.sampled_from(["date", "retry-after"]), st.text(max_size=9), max_size=2),
)
def test_nothing_that_a_server_answers_makes_the_explaining_fail(
    code: Any, message: Any, status: Any, headers: Any
) -> None:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    told = explain(ClientError(response, "GetCanaryRuns"), Situation(operation="GetCanaryRuns", canary="a"))
    assert json.dumps([told.sentence, told.hint, told.code, told.request_id]).isascii()
    assert clean_line(told.sentence) == told.sentence
