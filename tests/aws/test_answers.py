"""Answers that are none: what botocore would show as an empty page, or fail at with a traceback."""

from __future__ import annotations

import json
import math

import pytest

from canaryscope.aws.session import Connection
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import Malformed, SourceError, Unreachable
from canaryscope.runs.model import Page, RunQuery
from peer import Answer, Cut, Fault, Peer, Reset, empty, html_page, truncated_json, wrong_content_type, wrong_shape

CANARY = "inventory-sync"
QUERY = RunQuery(CANARY)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (html_page(), "a web page"),
        (Answer(200, b"<html><head><title>Sign in\x1b[31m</title>"), 'a web page ("Sign in")'),
        (empty(), "empty"),
        (empty(204), "empty"),
        (Answer(200, b" \n"), "empty"),
        (truncated_json(), "breaks off"),
        (Answer(200, b"hello"), "not JSON"),
        (Answer(200, b"null"), "another shape"),
        (Answer(200, b"[]"), "another shape"),
        (Answer(200, b'"text"'), "another shape"),
        (wrong_shape(), "another shape"),
        (wrong_shape({"CanaryRuns": {}}), "another shape"),
        (wrong_shape({"message": "Forbidden"}), "another shape"),
        (wrong_shape({"CanaryRuns": ""}), "another shape"),
        (wrong_shape({}), "another shape"),
        (wrong_shape({"CanaryRuns": None}), "another shape"),
        (wrong_shape({"NextToken": ""}), "another shape"),
        (Answer(200, b'{"CanaryRuns": [], }'), "damaged"),
        (Answer(200, b'{"CanaryRuns": \xff}'), "shape"),
        (Answer(200, b"\x1f\x8b\x08\x00gzip"), "not JSON"),
        (wrong_shape({"CanaryRuns": {"a": 1}}), "shape"),
        (wrong_shape({"CanaryRuns": "text"}), "shape"),
        (wrong_shape({"CanaryRuns": 0}), "shape"),
        (wrong_shape({"CanaryRuns": 5}), "shape"),
        (wrong_shape({"CanaryRuns": [None]}), "not an object"),
        (wrong_shape({"CanaryRuns": ["text"]}), "shape"),
        (wrong_shape({"CanaryRuns": [[]]}), "shape"),
        (wrong_shape({"CanaryRuns": [{"Status": "FAILED"}]}), "shape"),
        (wrong_shape({"CanaryRuns": [{"RetryAttempt": "one"}]}), "shape"),
        (wrong_shape({"CanaryRuns": [], "NextToken": 5}), "NextToken"),
        (Answer(200, b"[" * 100_000), "damaged"),
        (Answer(200, b'{"a":' * 100_000), "shape"),
    ],
)
def test_an_answer_of_another_kind_is_told_and_is_never_an_empty_page(
    peer: Peer, connection: Connection, log: list[CallRecord], fault: Fault, words: str
) -> None:
    peer.script(None, fault)
    with pytest.raises(Malformed) as caught:
        connection.synthetics.runs_page(QUERY)
    assert words in caught.value.sentence
    assert caught.value.code
    assert caught.value.sentence.isprintable()
    assert log[0].failed


@pytest.mark.parametrize("fault", [Cut(0), Cut(0.5), Cut(0.99), Reset(), Reset(within=True)])
def test_an_answer_that_was_cut_off_is_no_answer(peer: Peer, connection: Connection, fault: Fault) -> None:
    peer.script(None, fault)
    with pytest.raises(Unreachable, match=r"cut off|closed before") as caught:
        connection.synthetics.runs_page(QUERY)
    assert caught.value.hint
    assert peer.count() == 1
    peer.forgive()
    assert len(connection.synthetics.runs_page(QUERY).items) == 100


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b""), (200, b"hello"), (200, b'{"CanaryRuns": \xff}'), (502, b"<html>Bad Gateway</html>")],
)
def test_what_cannot_be_read_has_its_request_id_for_whoever_looks_for_it(
    peer: Peer, connection: Connection, log: list[CallRecord], status: int, body: bytes
) -> None:
    peer.script(None, Answer(status, body, {"x-amzn-RequestId": "a-b-c"}))
    with pytest.raises(SourceError) as caught:
        connection.synthetics.runs_page(QUERY)
    assert (caught.value.request_id, log[0].request_id, log[0].http_status) == ("a-b-c", "a-b-c", status)


def test_an_answer_that_breaks_off_has_its_request_id(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    peer.script(None, Cut())
    with pytest.raises(Unreachable):
        connection.synthetics.runs_page(QUERY)
    assert log[0].http_status == 200
    assert len(log[0].request_id) == 36


def test_a_call_that_is_not_answered_has_no_id_of_the_one_before(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    for fault in (Answer(200, b"<html>", {"x-amzn-RequestId": "a-b-c"}), Reset()):
        peer.script(None, fault, calls=[peer.count() + 1])
        with pytest.raises(SourceError):
            connection.synthetics.runs_page(QUERY)
    assert [(call.request_id, call.http_status) for call in log] == [("a-b-c", 200), ("", None)]


@pytest.mark.parametrize("sent", [{"CanaryRuns": []}, {"CanaryRuns": [], "NextToken": None}])
def test_an_honest_empty_page_is_an_empty_page(peer: Peer, connection: Connection, sent: dict[str, object]) -> None:
    peer.script(None, wrong_shape(sent))
    assert connection.synthetics.runs_page(QUERY) == Page(())


def test_an_empty_page_may_have_pages_below(peer: Peer, connection: Connection) -> None:
    peer.script(None, wrong_shape({"NextToken": "abcd"}))
    assert connection.synthetics.runs_page(QUERY) == Page((), "abcd")


def test_the_content_type_does_not_matter(peer: Peer, connection: Connection) -> None:
    peer.script(None, wrong_content_type())
    assert len(connection.synthetics.runs_page(QUERY).items) == 100


def test_members_that_aws_adds_later_do_no_harm(peer: Peer, connection: Connection) -> None:
    run = {"Id": "1", "Cost": {"USD": 1}, "Status": {"State": "PAUSED", "Mood": "fine"}}
    peer.script(None, Answer(200, json.dumps({"CanaryRuns": [run], "Total": 1}).encode()))
    (got,) = connection.synthetics.runs_page(QUERY).items
    assert (got.id, got.name, got.status.state) == ("1", None, "PAUSED")


@pytest.mark.parametrize("resources", ["text", {"a": 1}, 5])
def test_names_in_a_group_are_not_made_of_letters(peer: Peer, connection: Connection, resources: object) -> None:
    peer.script(None, wrong_shape({"Resources": resources}))
    with pytest.raises(Malformed):
        connection.synthetics.group_resources_page("storefront")


@pytest.mark.parametrize(
    "fault", [html_page(), empty(), wrong_shape({}), wrong_shape({"Canary": []}), truncated_json()]
)
def test_a_canary_is_a_canary_or_an_error(peer: Peer, connection: Connection, fault: Fault) -> None:
    peer.script(None, fault)
    with pytest.raises(Malformed):
        connection.synthetics.canary(CANARY)


@pytest.mark.parametrize(
    "fault", [html_page(), empty(), wrong_shape({"Account": 5}), html_page(503), Cut(0.3), Reset()]
)
def test_who_one_is_may_fail_in_every_way_too(
    peer: Peer, keys: None, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    from canaryscope.aws.session import ConnectionOptions, connect

    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", peer.url)
    connection = connect(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url))
    assert connection.account() == "123456789012"
    peer.script(None, fault)
    with pytest.raises(SourceError) as caught:
        connection.account()
    assert type(caught.value) is not SourceError
    connection.close()


@pytest.mark.parametrize("started", ["soon", 1e300, math.nan, 10**400, True], ids=str)
def test_a_time_that_is_none_costs_itself_not_the_page(peer: Peer, connection: Connection, started: object) -> None:
    runs = [{"Id": "odd", "Timeline": {"Started": started, "Completed": 1_700_000_000}}, {"Id": "sound"}]
    peer.script("GetCanaryRuns", wrong_shape({"CanaryRuns": runs}))
    page = connection.synthetics.runs_page(QUERY)
    assert [run.id for run in page.items] == ["odd", "sound"]
    assert page.items[0].timeline.started is None
    assert page.items[0].timeline.completed is not None
