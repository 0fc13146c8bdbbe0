"""HTTP archives in the forms that runtimes leave them, and as an attacker would."""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.document import BYTES, PARTS, TEXT
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.requests import REQUESTS, Request, Requests, Timings
from evidence.documents import VALUES, assert_harmless, packed

PAGE = "<body><script>var harOutput = {har}</script><script>var div = document.createElement('div');</script></body>"


def entry(**answer: object) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-22T12:27:07.123Z",
        "time": 123.5,
        "request": {
            "method": "POST",
            "url": "https://shop.example.com/api/pay?step=2",
            "headers": [{"name": "Accept", "value": "*/*"}],
            "postData": {"mimeType": "application/json", "text": '{"amount": 3}'},
        },
        "response": {
            "status": 503,
            "statusText": "Service Unavailable",
            "headers": [{"name": "Retry-After", "value": "5"}],
            "content": {"size": 4, "mimeType": "text/plain", "text": "busy"},
            "_transferSize": 210,
            **answer,
        },
        "timings": {"blocked": 1, "dns": 2, "connect": 30, "ssl": 20, "send": 0.5, "wait": 60, "receive": 10},
    }


def har(*entries: object) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "Chrome HAR Capturer"}, "pages": [], "entries": entries}}


def only(value: dict[str, Any], name: str = "results.har") -> Request:
    found = parse_har(packed(value), name)
    assert len(found.items) == 1
    return found.items[0]


WHOLE = Request(
    method="POST",
    url="https://shop.example.com/api/pay?step=2",
    host="shop.example.com",
    path="/api/pay?step=2",
    status=503,
    status_text="Service Unavailable",
    started=datetime(2026, 11, 22, 12, 27, 7, 123_000, tzinfo=UTC),
    total_ms=123.5,
    timings=Timings(blocked=1, dns=2, connect=10, tls=20, send=0.5, wait=60, receive=10),
    size=210,
    request_headers=(("Accept", "*/*"),),
    response_headers=(("Retry-After", "5"),),
    request_mime="application/json",
    request_body='{"amount": 3}',
    mime="text/plain",
    response_body="busy",
)


def test_an_entry_is_read_whole_and_its_phases_add_up_to_its_time() -> None:
    assert only(har(entry())) == WHOLE
    assert WHOLE.timings.total == 103.5, "connect without the time for TLS, which a HAR counts twice"


CONTENT = packed(har(entry()))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("results.har", CONTENT),
        ("with a byte order mark.har", b"\xef\xbb\xbf" + CONTENT),
        ("indented.har", json.dumps(har(entry()), indent=2).encode()),
        ("results.har.gz", gzip.compress(CONTENT, mtime=0)),
        ("results.har.html", PAGE.replace("{har}", CONTENT.decode()).encode()),
        ("minified.har.html", f"<script>const harOutput={CONTENT.decode()};</script>".encode()),
        ("page.har.html.gz", gzip.compress(PAGE.replace("{har}", CONTENT.decode()).encode(), mtime=0)),
        ("without log.har", packed(har(entry())["log"])),
    ],
)
def test_a_har_is_read_in_each_form(name: str, data: bytes) -> None:
    assert parse_har(data, name) == Requests((WHOLE,))


def test_a_body_that_ends_the_script_of_its_page_does_not_end_the_har() -> None:
    body = "<script>x</script> var harOutput = {};"
    for written in (
        json.dumps(har(entry(content={"text": body}))),
        json.dumps(har(entry(content={"text": body}))).replace("</", "<\\/"),
    ):
        assert parse_har(PAGE.replace("{har}", written).encode(), "results.har.html").items[0].response_body == body


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        ({"status": 0, "_error": "net::ERR_NAME_NOT_RESOLVED"}, 0, "net::ERR_NAME_NOT_RESOLVED"),
        ({"status": -1, "_failureText": "net::ERR_ABORTED"}, 0, "net::ERR_ABORTED"),
        ({"status": "502"}, 502, ""),
        ({"status": 200, "_error": None}, 200, ""),
        ({"status": {}}, None, ""),
        ({"status": 1e400}, None, ""),
        ({"status": 10**9}, None, ""),
    ],
)
def test_a_request_that_got_no_answer_says_why(answer: dict[str, object], status: int | None, error: str) -> None:
    found = only(har(entry(**answer)))
    assert (found.status, found.error) == (status, error)


@pytest.mark.parametrize(
    ("answer", "size"),
    [
        ({"_transferSize": 0, "bodySize": 90}, 90),
        ({"_transferSize": None, "bodySize": -1, "content": {"size": 7}}, 7),
        ({"_transferSize": -1, "bodySize": 0, "content": {}}, 0),
        ({"_transferSize": None}, 4),
        ({"_transferSize": "x", "content": None}, None),
    ],
)
def test_the_size_is_the_first_that_is_known(answer: dict[str, object], size: int | None) -> None:
    assert only(har(entry(**answer))).size == size


def test_a_phase_that_did_not_apply_is_none_and_a_missing_total_is_their_sum() -> None:
    found = only(
        har({"time": -1, "timings": {"dns": -1, "connect": 5, "ssl": 9, "wait": "7", "receive": float("nan")}})
    )
    assert found.timings == Timings(connect=5, tls=9, wait=7)
    assert found.total_ms == 21


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"mimeType": "application/json", "encoding": "base64", "text": base64.b64encode(b'{"a": 1}').decode()},
            '{"a": 1}',
        ),
        ({"mimeType": "text/html", "encoding": "base64", "text": "aGk"}, "hi"),
        ({"mimeType": "image/png", "encoding": "base64", "text": "AAAA" * 300}, "(binary, 900 bytes)"),
        ({"mimeType": "text/html", "encoding": "base64", "text": "a"}, "(base64 that cannot be read)"),
        ({"mimeType": "text/html", "encoding": "base64", "text": "\u1234"}, "(base64 that cannot be read)"),
        ({"mimeType": "text/html", "encoding": "base64"}, ""),
        ({"text": "a\tb\r\n\x1b[31mc"}, "a b\nc"),
    ],
)
def test_a_body_is_readable(content: dict[str, object], expected: str) -> None:
    assert only(har(entry(content=content))).response_body == expected


def test_a_body_of_megabytes_is_cut_and_says_so() -> None:
    body = only(har(entry(content={"text": "x" * 5_000_000}))).response_body
    assert body == "x" * TEXT + "… (cut, 5,000,000 characters)"


def test_a_form_that_has_only_its_parameters_is_a_body() -> None:
    value = entry()
    value["request"]["postData"] = {"params": [{"name": "user", "value": "a&b"}, {"name": "file", "fileName": "x.png"}]}
    assert only(har(value)).request_body == "user=a%26b&file=x.png"


def test_requests_beyond_the_limit_are_counted() -> None:
    found = parse_har(packed(har(*[{"request": {"url": "https://h/"}}] * (REQUESTS + 5))), "results.har")
    assert (len(found.items), found.cut) == (REQUESTS, 5)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{}", "has no log.entries"),
        (packed({"log": {"entries": {"0": {}}}}), "has no log.entries"),
        (b'{"log": {"entries": [', "is no JSON"),
        (b"<html>AccessDenied</html>", "no HAR, and no page that shows one"),
        (b"<script>var harOutput = 7;</script>", "no HAR, and no page that shows one"),
        (b"<script>var harOutput = {oops}</script>", "is no JSON"),
        (b"\x1f\x8b", "ends before"),
        (gzip.compress(CONTENT, mtime=0)[:-20], "ends before"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 50, "cannot be unpacked"),
    ],
)
def test_what_is_no_har_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(BadArtifact, match=why) as refused:
        parse_har(data, "results.har")
    assert refused.value.sentence.startswith("results.har ")


@pytest.mark.parametrize(
    ("piece", "times", "why"),
    [
        (b'{"log":', 100_000, "nested too deeply"),
        (b"[],", PARTS // 2 + 1, "more than 4,000,000 parts"),
        (b" ", BYTES + 1, "larger than 64 MB"),
    ],
)
def test_what_would_take_gigabytes_or_the_stack_is_refused(piece: bytes, times: int, why: str) -> None:
    with pytest.raises(BadArtifact, match=f"^results.har .*{why}"):
        parse_har(piece * times, "results.har")


def test_a_small_file_that_unpacks_to_more_than_is_read_is_refused() -> None:
    packing = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    bomb = b"".join([packing.compress(zeros) for _ in range(80)] + [packing.flush()])
    assert len(bomb) < 1 << 20
    with pytest.raises(BadArtifact, match="larger than 64 MB"):
        parse_har(bomb, "results.har.gz")


@pytest.mark.parametrize("written", ["9" * 5_000, "-" + "9" * 5_000, "1e400", "NaN", "-Infinity"])
def test_a_number_that_is_none_costs_itself_only(written: str) -> None:
    data = CONTENT.replace(b"123.5", written.encode())
    assert parse_har(data, "results.har").items[0].total_ms == 103.5


def test_of_two_members_of_one_name_the_last_counts_and_bytes_that_are_no_text_are_replaced() -> None:
    data = CONTENT.replace(b'"busy"', b'"no", "text": "b\xff\xfesy"')
    assert parse_har(data, "results.har").items[0].response_body == "b\ufffd\ufffdsy"


def test_the_name_of_a_file_is_harmless_in_the_sentence_that_refuses_it() -> None:
    with pytest.raises(BadArtifact) as refused:
        parse_har(b"", "a\x1b]0;x\x07\nb.har")
    assert refused.value.sentence == "a b.har is empty."
    assert pickle.loads(pickle.dumps(refused.value)).sentence == refused.value.sentence


def test_requests_cross_to_another_process() -> None:
    found = parse_har(CONTENT, "results.har")
    assert pickle.loads(pickle.dumps(found)) == found


@given(st.lists(VALUES, max_size=3), VALUES, VALUES)
def test_whatever_an_entry_holds_it_is_read_and_harmless(entries: list[object], sent: object, answer: object) -> None:
    found = parse_har(packed(har(*entries, {"request": sent, "response": answer, "timings": answer})), "results.har")
    assert_harmless(found)
    for one in found.items:
        assert one.total_ms is None or 0 <= one.total_ms <= 7e12


@given(st.binary(max_size=200), st.integers(0, len(CONTENT)), st.integers(0, 40))
def test_whatever_bytes_come_they_are_read_or_refused(noise: bytes, at: int, cut: int) -> None:
    for data in (
        noise,
        CONTENT[:at] + noise + CONTENT[at + cut :],
        gzip.compress(CONTENT, mtime=0)[: at or None] + noise,
    ):
        try:
            found = parse_har(data, "results.har")
        except BadArtifact as refused:
            assert_harmless(refused.sentence)
        else:
            assert_harmless(found)
