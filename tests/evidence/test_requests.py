"""Requests of a run: which is looked at first, and what of it is on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.requests import Request, Timings, failed_first, headers, masked, place
from evidence.documents import VALUES, assert_harmless

MARK = "hunter2"


@pytest.mark.parametrize(
    ("request_", "failed"),
    [
        (Request(status=200), False),
        (Request(status=304), False),
        (Request(status=399), False),
        (Request(status=400), True),
        (Request(status=503), True),
        (Request(status=0), True),
        (Request(status=None), False),
        (Request(status=None, error="net::ERR_ABORTED"), True),
    ],
)
def test_a_request_has_failed_that_brought_an_error_or_nothing(request_: Request, failed: bool) -> None:
    assert request_.failed is failed


def test_what_failed_is_first_and_then_what_was_slow() -> None:
    quick, slow, unknown = Request(url="quick", total_ms=0), Request(url="slow", total_ms=900), Request(url="unknown")
    late, early = Request(url="late", status=500, total_ms=5), Request(url="early", status=404, total_ms=80)
    assert failed_first([unknown, quick, late, slow, early]) == (early, late, slow, quick, unknown)


def test_requests_that_took_as_long_stay_in_the_order_in_which_they_were_made() -> None:
    made = [Request(url=str(number), total_ms=7) for number in range(9)]
    assert failed_first(made) == tuple(made)


@given(
    st.lists(st.builds(Request, status=st.sampled_from([0, 200, 404, None]), total_ms=st.none() | st.floats(0, 1e12)))
)
def test_ordering_loses_no_request(made: list[Request]) -> None:
    ordered = failed_first(made)
    assert sorted(map(id, ordered)) == sorted(map(id, made))
    assert [one.failed for one in ordered] == sorted((one.failed for one in made), reverse=True)


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://shop.example.com/pay?x=1#top", "shop.example.com", "/pay?x=1"),
        ("https://me:pw@h:8443", "h:8443", "/"),
        ("http://[::1]:80/a", "[::1]:80", "/a"),
        ("https://h?q=a@b", "h", "?q=a@b"),
        ("wss://h/socket", "h", "/socket"),
        ("data:image/png;base64,AA", "", "data:image/png;base64,AA"),
        ("about:blank", "", "about:blank"),
        ("", "", ""),
        ("http://[", "[", "/"),
        ("https://\u0307.example/\u0303a", ".example", "/\u0303a"),
    ],
)
def test_the_host_and_path_of_a_url_are_told_apart(url: str, host: str, path: str) -> None:
    assert place(url) == (host, path)


def test_the_phases_of_a_request_add_up() -> None:
    assert Timings(blocked=1, connect=2.5, wait=0).total == 3.5
    assert Timings().total is None


def test_headers_are_read_as_a_har_lists_them_and_as_node_does() -> None:
    assert headers([{"name": "A", "value": "1"}, {"name": "A", "value": 2}, {"value": "x"}, 7]) == (
        ("A", "1"),
        ("A", "2"),
    )
    assert headers({"set-cookie": ["a=1", "b=2"], "age": 0}) == (
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("age", "0"),
    )
    assert headers("Not enabled") == headers(None) == ()


def test_headers_beyond_the_limit_are_counted() -> None:
    found = headers([{"name": f"x-{number}", "value": "1"} for number in range(203)])
    assert (len(found), found[-1]) == (201, ("…", "3 more"))


def test_nothing_of_a_masked_request_lets_anybody_in() -> None:
    whole = Request(
        method="POST",
        url=f"https://me:{MARK}@h/login?token={MARK}&next=1",
        host="h",
        path=f"/login?token={MARK}&next=1",
        status=401,
        status_text=f"No token={MARK}",
        error=f"failed: https://h/?sig={MARK}",
        request_headers=(("AUTHORIZATION", f"Bearer {MARK}"), ("Referer", f"https://h/?key={MARK}"), ("Accept", "*/*")),
        response_headers=(("Set-Cookie", f"s={MARK}"), ("Location", f"/cb#access_token={MARK}"), ("Age", "1")),
        request_mime="application/x-www-form-urlencoded",
        request_body=f"user=me&password={MARK}&code={MARK}",
        mime="application/json",
        response_body=f'{{"access_token": "{MARK}", "expires_in": 3600, "code": "E17"}}',
    )
    shown = masked(whole)
    assert MARK not in repr(shown)
    assert shown.path == "/login?token=****&next=1"
    assert shown.host == "h"
    assert shown.request_headers == (
        ("AUTHORIZATION", "Bearer ****"),
        ("Referer", "https://h/?key=****"),
        ("Accept", "*/*"),
    )
    assert shown.response_headers[2] == ("Age", "1")
    assert shown.response_body == '{"access_token": "****", "expires_in": 3600, "code": "E17"}'
    assert masked(shown) == shown
    assert whole.request_body.count(MARK) == 2, "the whole stays for whoever asks for it"


@given(VALUES)
def test_headers_of_any_shape_are_harmless(value: object) -> None:
    assert_harmless(headers(value))
