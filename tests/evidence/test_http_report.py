"""The requests of API canaries, as the Node.js runtime writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.http_report import parse_http_report
from canaryscope.evidence.requests import REQUESTS, Request, Timings
from evidence.documents import VALUES, assert_harmless, packed


def call(**members: object) -> dict[str, Any]:
    return {
        "requestNum": 1,
        "requestUrl": "https://api.example.com/health/deep",
        "request": {
            "headers": {"User-Agent": "CloudWatchSynthetics/arn", "Content-Type": "application/json"},
            "path": "/health/deep",
            "body": "{}",
            "hostname": "api.example.com",
            "method": "POST",
            "protocol": "https:",
            "port": 443,
            "sizeInBytes": {"headers": 0, "body": 2},
        },
        "response": {
            "headers": {"set-cookie": ["a=1", "b=2"]},
            "content": {"body": '{"status":"ok"}', "encoding": "", "contentType": "application/json"},
            "statusCode": 200,
            "statusMessage": "OK",
            "error": "",
            "sizeInBytes": {"headers": 0, "body": 15},
        },
        "httpTimings": {
            "startedAt": 1795350427123,
            "endedAt": 1795350427199,
            "dnsLookUpTimeInMs": 3,
            "tcpConnectionTimeInMs": 2,
            "tlsHandshakeTimeInMs": 2,
            "firstByteTimeInMs": 68,
            "contentTransferTimeInMs": 1,
            "totalDurationInMs": 76,
        },
        "step": "deep-health",
        **members,
    }


def only(**members: object) -> Request:
    found = parse_http_report(packed({"requests": [call(**members)]}))
    assert len(found.items) == 1
    return found.items[0]


def test_a_call_is_read_whole_and_its_phases_add_up_to_its_time() -> None:
    found = only()
    assert found == Request(
        method="POST",
        url="https://api.example.com/health/deep",
        host="api.example.com",
        path="/health/deep",
        status=200,
        status_text="OK",
        started=datetime(2026, 11, 22, 12, 27, 7, 123_000, tzinfo=UTC),
        total_ms=76,
        timings=Timings(dns=3, connect=2, tls=2, wait=68, receive=1),
        size=15,
        request_headers=(("User-Agent", "CloudWatchSynthetics/arn"), ("Content-Type", "application/json")),
        response_headers=(("set-cookie", "a=1"), ("set-cookie", "b=2")),
        request_mime="application/json",
        request_body="{}",
        mime="application/json",
        response_body='{"status":"ok"}',
    )
    assert found.timings.total == found.total_ms


def test_headers_and_bodies_that_the_canary_does_not_record_are_no_obstacle() -> None:
    found = only(
        request={"headers": "Not enabled", "body": ""}, response={"headers": "Not enabled", "statusCode": "503"}
    )
    assert (found.request_headers, found.response_headers, found.response_body) == ((), (), "")
    assert (found.method, found.status, found.failed) == ("GET", 503, True)


@pytest.mark.parametrize(
    "error", ["connect ECONNREFUSED 127.0.0.1:443", {"message": "connect ECONNREFUSED 127.0.0.1:443"}]
)
def test_a_call_that_got_no_answer_says_why(error: object) -> None:
    found = only(response={"statusCode": "", "error": error}, httpTimings={})
    assert (found.status, found.error, found.failed) == (None, "connect ECONNREFUSED 127.0.0.1:443", True)
    assert found.total_ms is None


@pytest.mark.parametrize(
    ("url", "sent", "expected"),
    [
        ({"protocol": "https:", "hostname": "h", "path": "/a?b=1"}, {}, "https://h/a?b=1"),
        (None, {"protocol": "http:", "hostname": "h", "port": 8080, "path": "/"}, "http://h:8080/"),
        ("", {"host": "h:8443", "port": 1, "path": "/x"}, "https://h:8443/x"),
        (None, {"hostname": "h", "port": "443"}, "https://h"),
        (7, {"path": "/x"}, ""),
    ],
)
def test_the_url_is_put_together_where_it_is_in_pieces(url: object, sent: object, expected: str) -> None:
    assert only(requestUrl=url, request=sent).url == expected


def test_a_body_that_was_given_as_an_object_is_json() -> None:
    assert only(request={"body": {"é": [1, None]}}).request_body == '{"é": [1, null]}'


def test_a_list_without_its_object_is_read() -> None:
    assert len(parse_http_report(packed([call(), call()])).items) == 2


def test_requests_beyond_the_limit_are_counted() -> None:
    found = parse_http_report(packed({"requests": [{}] * (REQUESTS + 2)}))
    assert (len(found.items), found.cut) == (REQUESTS, 2)


@pytest.mark.parametrize("content", [b"{}", b"7", b'{"requests": {}}'])
def test_json_that_is_no_such_report_is_refused(content: bytes) -> None:
    with pytest.raises(BadArtifact, match="no list of requests"):
        parse_http_report(content)


@given(VALUES, VALUES)
def test_whatever_a_call_holds_it_is_read_and_harmless(members: object, answer: object) -> None:
    calls = [members, {"requestUrl": members, "request": answer, "response": members, "httpTimings": answer}]
    assert_harmless(parse_http_report(packed({"requests": calls})))
