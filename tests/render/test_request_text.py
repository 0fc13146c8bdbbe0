"""One request whole: nothing is missing, nothing is shown that lets somebody in, nothing acts as markup in a ticket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given

from canaryscope.clipboard import LIMIT
from canaryscope.evidence.document import TEXT
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.links import Link
from canaryscope.evidence.report import Screenshot
from canaryscope.evidence.requests import Request, Timings
from canaryscope.render.request_text import link_lines, request_lines, request_markdown, request_title
from canaryscope.runs.text import clean
from canaryscope_widgets.text_panel import TextLine
from evidence.documents import VALUES, packed

SECRETS = ("abc123", "s3cr3t", "hunter2", "eyJhbGciOiJIUzI1NiJ9.e30.x")
WHOLE = Request(
    method="POST",
    url=f"https://shop.example.com/pay?token={SECRETS[0]}&step=2",
    host="shop.example.com",
    path=f"/pay?token={SECRETS[0]}&step=2",
    status=503,
    status_text="Service Unavailable",
    started=datetime(2026, 11, 22, 12, 27, 7, 123_000, tzinfo=UTC),
    total_ms=123.5,
    timings=Timings(blocked=0, dns=2, connect=10, tls=20, wait=60, receive=8),
    size=210,
    error="net::ERR_ABORTED",
    request_headers=(("Authorization", f"Bearer {SECRETS[3]}"), ("X-Api-Key", SECRETS[1]), ("Accept", "*/*")),
    response_headers=(("Set-Cookie", f"sid={SECRETS[0]}; Secure"), ("Retry-After", "5")),
    request_mime="application/json",
    request_body=json.dumps({"amount": 3, "password": SECRETS[2]}),
    mime="text/html",
    response_body="<h1>busy</h1>\n<p>later</p>",
)


def texts(lines: Iterable[TextLine]) -> list[str]:
    return [line if isinstance(line, str) else "".join(str(part[0]) for part in line) for line in lines]  # type: ignore[union-attr]


def test_all_of_a_request_is_there_with_its_secrets_masked() -> None:
    assert texts(request_lines(WHOLE)) == [
        "503  POST https://shop.example.com/pay?token=****&step=2",
        "Service Unavailable · 124 ms · 210 B · started 2026-11-22T12:27:07.123000Z",
        "net::ERR_ABORTED",
        "",
        "Time",
        "  DNS         2 ms  d",
        "  connect    10 ms   cccc",
        "  TLS        20 ms       tttttttt",
        "  wait       60 ms               wwwwwwwwwwwwwwwwwwwwwwww",
        "  receive     8 ms                                       rrr",
        "",
        "Credentials are masked; v shows them.",
        "",
        "Request headers",
        "  Authorization: Bearer ****",
        "  X-Api-Key: ****",
        "  Accept: */*",
        "",
        "Request body  application/json",
        "{",
        '  "amount": 3,',
        '  "password": "****"',
        "}",
        "",
        "Response headers",
        "  Set-Cookie: ****",
        "  Retry-After: 5",
        "",
        "Response body  text/html",
        "<h1>busy</h1>",
        "<p>later</p>",
    ]


def test_a_person_who_asks_for_it_sees_all_and_is_told_so() -> None:
    shown = "\n".join(texts(request_lines(WHOLE, masked=False)))
    assert all(secret in shown for secret in SECRETS)
    assert "Credentials are shown; v masks them again." in shown


def test_while_headers_and_bodies_are_still_to_come_nothing_is_said_of_them() -> None:
    shown = "\n".join(texts(request_lines(WHOLE, whole=False)))
    assert "503  POST" in shown
    assert "headers" not in shown
    assert "Credentials" not in shown


def test_a_request_of_which_nothing_is_known_is_shown_all_the_same() -> None:
    shown = texts(request_lines(Request()))
    assert shown[0].strip() == "–"
    assert shown.count("  none in the file") == 2


def test_what_is_copied_is_masked_in_one_block_of_code_and_fits_the_clipboard() -> None:
    block = request_markdown(WHOLE)
    assert not any(secret in block for secret in SECRETS)
    assert block.startswith("```\n503  POST https://")
    assert block.endswith("<p>later</p>\n```")
    hostile = "é``` [x](https://evil.example.com)\n" * (TEXT // 36)
    headers = tuple((f"X-{number}", "é" * 8_192) for number in range(200))
    big = Request(
        url="https://x.example.com/" + "é" * 4_000,
        request_headers=headers,
        response_headers=headers,
        request_body=hostile,
        response_body=hostile,
    )
    block = request_markdown(big)
    assert len(block.encode()) < LIMIT
    first, *_, last = block.split("\n")
    assert first == last == "``````", "longer than any run of backticks in it"


def test_the_title_is_masked() -> None:
    assert request_title(WHOLE) == "POST 503 shop.example.com/pay?token=****&step=2"
    assert request_title(Request(error="x")) == "none"


def test_a_link_tells_what_it_brought_and_where_it_is() -> None:
    link = Link(
        "https://shop.example.com/old?key=abc",
        404,
        "Not Found",
        "old offers",
        "https://shop.example.com/",
        failed=True,
        failure_reason="Failed at https://u:p@host/",
        screenshots=(Screenshot("02-old.png"), Screenshot(error="timed out")),
    )
    assert texts(link_lines(link)) == [
        "404 Not Found  broken",
        "https://shop.example.com/old?key=****",
        "",
        "  Text: old offers",
        "  On the page: https://shop.example.com/",
        "  Screenshot: 02-old.png",
        "  Screenshot: none: timed out",
        "",
        "Why",
        "Failed at https://****@host/",
    ]


@given(VALUES)
def test_whatever_an_entry_holds_its_text_is_harmless(value: object) -> None:
    entry = {"request": value, "response": {"content": value, "headers": [value]}, "timings": value, "time": value}
    try:
        found = parse_har(packed({"log": {"entries": [value, entry, {"request": {"postData": value}}]}}), "x.har")
    except BadArtifact:
        return
    for request in found.items:
        for masked in (True, False):
            for text in texts(request_lines(request, masked=masked)):
                assert clean(text, limit=len(text) + 1) == text
        assert request_markdown(request)
        assert "\n" not in request_title(request)
