"""No answer takes more memory or time than an answer of the API can need; see the fault matrix for each operation."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from canaryscope.aws import body
from canaryscope.aws.session import Connection
from canaryscope.evidence.pieces import RunEvidence
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import Malformed, Stopped, TimedOut
from canaryscope.runs.model import RunQuery
from peer import Drip, Huge, Peer

QUERY = RunQuery("checkout-flow")
SOCKETS = 16 * 1024 * 1024
"""Bytes that the sockets of both sides may keep."""


def read_first(connection: Connection, reading: Reading | None = None) -> bytes:
    """The first artifact of the newest run."""
    place = RunEvidence(connection.synthetics.runs_page(QUERY).items[0]).place
    assert place is not None
    first = connection.artifacts.list_artifacts(place).artifacts[0]
    return connection.artifacts.read_artifact(place.bucket, first.key, 0, first.size - 1, first.etag, reading)


def test_calls_one_after_another_share_a_connection(peer: Peer, connection: Connection) -> None:
    connection.synthetics.runs_page(QUERY)
    read_first(connection)
    before = len(peer.connections)
    for _ in range(5):
        connection.synthetics.runs_page(QUERY)
        read_first(connection)
    assert len(peer.connections) == before


def test_an_answer_just_below_the_bound_is_read(peer: Peer, connection: Connection) -> None:
    honest = connection.synthetics.runs_page(QUERY)
    peer.script(None, Huge(body.MOST - 1))
    assert connection.synthetics.runs_page(QUERY) == honest


def test_an_object_that_is_longer_than_the_part_asked_for_is_not_read_on(peer: Peer, connection: Connection) -> None:
    huge = Huge(100_000_000, chunked=True)
    peer.script("GetObject", huge)
    with pytest.raises(Malformed):
        read_first(connection)
    assert huge.sent < SOCKETS


def test_a_person_who_goes_on_stops_an_object_that_drips(peer: Peer, connection: Connection) -> None:
    came: list[int] = []
    reading = Reading(came.append)
    peer.script("GetObject", Drip(0.02))
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(read_first, connection, reading)
        end = time.monotonic() + 10
        while not came and time.monotonic() < end:
            time.sleep(0.01)
        reading.stop()
        with pytest.raises(Stopped):
            waiting.result(timeout=5)
    assert came[0] < 100, "it is told of what is there"


def test_a_large_answer_on_a_slow_line_has_the_time_that_its_size_needs(
    peer: Peer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.0)
    monkeypatch.setattr(body, "SLOWEST", 1_000_000_000)
    peer.script("GetCanary", Drip(0.0005))
    with pytest.raises(TimedOut):
        connection.synthetics.canary("checkout-flow")
    monkeypatch.setattr(body, "SLOWEST", 100)
    assert connection.synthetics.canary("checkout-flow").name == "checkout-flow"
