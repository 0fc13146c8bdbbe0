"""What a person would miss in the list of requests: what failed, what was slow, and that no secret is in it."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.links import Link, Links, parse_links
from canaryscope.evidence.requests import Request, Requests, Timings, failed_first
from canaryscope.render.requests import link_rows, links_summary, request_rows, requests_summary
from canaryscope.runs.text import clean
from canaryscope_widgets.request_list import Phase, RequestRow
from canaryscope_widgets.tone import Tone
from evidence.documents import VALUES, packed

HOST = "shop.example.com"


def request(path: str, status: int | None, total: float | None, **more: object) -> Request:
    return Request("GET", f"https://{HOST}{path}", HOST, path, status, total_ms=total, **more)  # type: ignore[arg-type]


FAST = request("/fast", 200, 12, size=1_200, timings=Timings(dns=2, connect=0, wait=8, receive=2))
SLOW = request("/slow?token=abc", 301, 10_200, size=1_400_000, timings=Timings(blocked=1, tls=200, wait=10_000))
BUSY = request("/busy", 503, 300, status_text="Service Unavailable")
GONE = request("/gone", 0, None, error="net::ERR_NAME_NOT_RESOLVED at https://u:p@x/\nmore")
ALL = Requests((FAST, SLOW, BUSY, GONE), cut=3)


def test_what_failed_comes_first_then_the_slowest_and_the_key_finds_the_request() -> None:
    rows = request_rows(ALL, "run")
    assert [row.key for row in rows] == [("run", 2), ("run", 3), ("run", 1), ("run", 0)]
    assert [row.path for row in rows] == ["/busy", "/gone", "/slow?token=****", "/fast"]
    assert tuple(ALL.items[at] for at in (2, 3, 1, 0)) == failed_first(ALL.items)


def test_a_status_is_a_number_or_a_word_and_what_went_wrong_is_noted() -> None:
    busy, gone, slow, fast = request_rows(ALL, "run")
    assert [(row.status, row.tone) for row in (busy, gone, slow, fast)] == [
        *(("503", Tone.BAD), ("none", Tone.BAD)),
        *(("301", Tone.PLAIN), ("200", Tone.GOOD)),
    ]
    assert [row.note for row in (busy, gone, slow)] == [
        "Service Unavailable",
        "net::ERR_NAME_NOT_RESOLVED at https://****@x/ more",
        "",
    ]
    assert [(row.size, row.time) for row in (busy, gone, slow, fast)] == [
        *(("", "300 ms"), ("", "")),
        *(("1.4 MB", "10.2 s"), ("1.2 kB", "12 ms")),
    ]
    assert request_rows(Requests((request("/x", None, 1),)), "run")[0].status == "–"


def test_bars_are_shares_of_the_slowest_request() -> None:
    _, gone, slow, fast = request_rows(ALL, "run")
    assert gone.bar == ()
    assert dict(slow.bar) == {Phase.TLS: 200 / 10_201, Phase.WAIT: 10_000 / 10_201}
    assert [phase for phase, _ in fast.bar] == [Phase.DNS, Phase.WAIT, Phase.RECEIVE]


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        (ALL, "4 requests, 2 failed, slowest 10.2 s, 1.4 MB; 3 more are not kept"),
        (Requests((FAST,), cut=1), "1 request, slowest 12 ms, 1.2 kB; 1 more is not kept"),
        (Requests((GONE,)), "1 request, 1 failed"),
        (Requests(), "The file has no requests."),
    ],
)
def test_the_summary(requests: Requests, said: str) -> None:
    assert requests_summary(requests) == said


HOME = Link(f"https://{HOST}/", 200, "OK")
OLD = Link(f"https://{HOST}/old?key=abc", 404, "Not Found", "old offers", f"https://{HOST}/?sid=1", failed=True)
ODD = Link(f"https://{HOST}/odd", 200, "OK", failed=True)


def test_broken_links_come_first_with_where_they_are() -> None:
    old, odd, home = link_rows(Links((HOME, OLD, ODD)), "run")
    assert (old.key, old.status, old.path, old.tone) == (("run", 1), "404", "/old?key=****", Tone.BAD)
    assert old.note == f'Not Found, "old offers" on https://{HOST}/?sid=****'
    assert (odd.status, odd.note) == ("200", "Broken, in the canary's view"), "colour alone tells nothing"
    assert (home.status, home.note, home.tone) == ("200", "", Tone.GOOD)
    assert link_rows(Links((Link(failed=True),)), "run")[0].status == "none"


def test_the_summary_of_links() -> None:
    assert links_summary(Links((HOME, OLD), cut=2)) == "2 links, 1 broken; 2 more are not kept"
    assert links_summary(Links((HOME,))) == "1 link, none broken"
    assert links_summary(Links()) == "The report has no links."


def assert_harmless(row: RequestRow) -> None:
    texts = [getattr(row, field.name) for field in fields(row)]
    for text in (text for text in texts if isinstance(text, str)):
        assert "\n" not in text
        assert clean(text) == text
    assert all(0 <= share <= 1.001 for _, share in row.bar)


@given(st.lists(VALUES, max_size=5))
def test_whatever_a_file_holds_its_rows_are_harmless_lines(values: list[object]) -> None:
    try:
        requests = parse_har(packed({"log": {"entries": values}}), "x.har")
        links = parse_links(packed({"links": [*values, {"url": values, "status": {"statusText": values}}]}))
    except BadArtifact:
        return
    for row in (*request_rows(requests, 1), *link_rows(links, 1)):
        assert_harmless(row)
    assert requests_summary(requests)
    assert links_summary(links)
