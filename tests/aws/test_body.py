"""No answer takes more memory or time than an answer of the API can need; see the fault matrix for each operation."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Thread

import pytest
from botocore.config import Config

from canaryscope.aws import body, session
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.evidence.pieces import RunEvidence
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import Malformed, Stopped, TimedOut, Unreachable
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


def test_a_proxy_that_drips_its_answer_to_connect_is_given_up(monkeypatch: pytest.MonkeyPatch, keys: None) -> None:
    impatient = Config(connect_timeout=0.5, read_timeout=0.5, retries={"total_max_attempts": 1})
    monkeypatch.setattr(session, "_CONFIG", impatient)
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def drip() -> None:
            asking, _ = proxy.accept()
            with asking, suppress(OSError):
                while not done.wait(0.05):
                    asking.sendall(b"H")

        dripping = Thread(target=drip)
        dripping.start()
        for name, value in (("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}"), ("NO_PROXY", "")):
            monkeypatch.setenv(name, value)
        aws = connect(ConnectionOptions(region="eu-west-1", endpoint_url="https://synthetics.test"))
        started = time.monotonic()
        with pytest.raises((TimedOut, Unreachable)):
            aws.synthetics.canary("checkout-flow")
        assert time.monotonic() - started < 5
        aws.close()
        done.set()
        dripping.join()


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
