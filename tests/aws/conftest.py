"""A person's AWS settings, and a peer to talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.runs.calls import CallRecord
from peer import Peer


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture(scope="module")
def recording() -> Iterator[Callable[[str], tuple[Connection, list[CallRecord]]]]:
    """Connects to a URL, with credentials from the environment; gives what the connection records, too."""
    made: list[Connection] = []

    def recording(url: str) -> tuple[Connection, list[CallRecord]]:
        records: list[CallRecord] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
            made.append(connect(ConnectionOptions(region="eu-west-1", endpoint_url=url), records.append))
        return made[-1], records

    yield recording
    for connection in made:
        connection.close()


@pytest.fixture(scope="module")
def lasting(
    recording: Callable[[str], tuple[Connection, list[CallRecord]]],
) -> Iterator[tuple[Peer, Connection, list[CallRecord]]]:
    """A peer and a connection to it that the tests of a module share: making one costs 60 ms and more."""
    with Peer() as peer:
        yield peer, *recording(peer.url)


@pytest.fixture
def peer(lasting: tuple[Peer, Connection, list[CallRecord]]) -> Iterator[Peer]:
    """The peer, to which nothing has happened yet."""
    lasting[0].calls.clear()
    yield lasting[0]
    lasting[0].forgive()


@pytest.fixture
def log(lasting: tuple[Peer, Connection, list[CallRecord]]) -> list[CallRecord]:
    """What the connection records."""
    lasting[2].clear()
    return lasting[2]


@pytest.fixture
def connection(lasting: tuple[Peer, Connection, list[CallRecord]]) -> Connection:
    """A connection to the peer, with credentials from the environment; it records into `log`."""
    return lasting[1]


@pytest.fixture
def connecting() -> Iterator[Callable[..., Connection]]:
    """`connect` with keywords, closed at the end."""
    made: list[Connection] = []

    def connecting(**options: object) -> Connection:
        made.append(connect(ConnectionOptions(**options)))  # type: ignore[arg-type]
        return made[-1]

    yield connecting
    for connection in made:
        connection.close()
