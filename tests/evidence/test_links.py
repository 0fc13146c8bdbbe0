"""What a broken-link checker found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.links import LINKS, Link, Links, broken_first, parse_links
from canaryscope.evidence.report import Screenshot
from evidence.documents import VALUES, assert_harmless, packed

HOME, GONE = "https://shop.example.com/", "https://shop.example.com/gone"


def link(url: str, code: object, **more: object) -> dict[str, Any]:
    return {"linkNum": 1, "url": url, "text": "", "parentUrl": "", "status": {"statusCode": code}, **more}


def report(*links: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"links": {one["url"]: one for one in links}, "totalLinksChecked": len(links), **more}


def test_links_tell_where_they_are_what_they_brought_and_how_it_looked() -> None:
    found = parse_links(
        packed(
            report(
                link(HOME, 200, status={"statusCode": 200, "statusText": "OK"}, screenshots=[]),
                link(
                    GONE,
                    "404",
                    status={"statusCode": "404", "statusText": "Not Found"},
                    text="old\n offers",
                    parentUrl=HOME,
                    failureReason=None,
                    screenshots=[{"fileName": "02-gone-sourcePage.png", "pageUrl": HOME, "error": None}],
                ),
                brokenLinks=[GONE],
                totalBrokenLinks=1,
            )
        )
    )
    home = Link(HOME, 200, "OK")
    gone = Link(
        GONE,
        404,
        "Not Found",
        text="old offers",
        parent_url=HOME,
        failed=True,
        screenshots=(Screenshot("02-gone-sourcePage.png", HOME),),
    )
    assert found == Links((home, gone))
    assert broken_first(found.items) == (gone, home)


def test_the_canary_decides_which_links_are_broken_where_it_says_so() -> None:
    found = parse_links(packed(report(link(HOME, 200), link(GONE, 404), brokenLinks=[HOME])))
    assert [one.failed for one in found.items] == [True, False]


@pytest.mark.parametrize(
    ("code", "status", "failed"),
    [(200, 200, False), (399, 399, False), (400, 400, True), ("", None, True), (None, None, True), (0, None, True)],
)
def test_a_link_is_broken_without_a_status_or_from_400_on(code: object, status: int | None, failed: bool) -> None:
    found = parse_links(packed(report(link(HOME, code)))).items[0]
    assert (found.status, found.failed) == (status, failed)


def test_why_a_page_did_not_load_is_told_also_where_it_was_an_error_object() -> None:
    why = {"name": "TimeoutError", "message": "Navigation timeout of 30000 ms exceeded"}
    found = parse_links(packed(report(link(HOME, "", failureReason=why)))).items[0]
    assert found.failure_reason == "TimeoutError: Navigation timeout of 30000 ms exceeded"


def test_a_list_of_links_is_read_and_a_link_without_its_url_has_that_of_its_place() -> None:
    assert [one.url for one in parse_links(packed({"links": [link(HOME, 200), 7]})).items] == [HOME]
    assert parse_links(packed({"links": {GONE: {}, HOME: None}, "brokenLinks": [GONE]})).items == (
        Link(GONE, failed=True),
        Link(HOME),
    )


def test_links_beyond_the_limit_are_counted() -> None:
    found = parse_links(packed({"links": {str(number): {} for number in range(LINKS + 3)}}))
    assert (len(found.items), found.cut) == (LINKS, 3)


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"links": 7}'])
def test_json_that_is_no_such_report_is_refused(content: bytes) -> None:
    with pytest.raises(BadArtifact, match="has no links"):
        parse_links(content)


@given(VALUES, VALUES)
def test_whatever_a_link_holds_it_is_read_and_harmless(members: object, broken: object) -> None:
    assert_harmless(
        parse_links(packed({"links": {"a\x1b[2J": members, "b": {"status": members}}, "brokenLinks": broken}))
    )
