"""One demo, told at a time that stands still, and real clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from demo.paging import NOW


@pytest.fixture(scope="package")
def responder() -> Responder:
    return Responder(NOW)


@pytest.fixture(scope="package")
def client(responder: Responder) -> Iterator[Any]:
    yield from _client(responder, "synthetics")


@pytest.fixture(scope="package")
def s3(responder: Responder) -> Iterator[Any]:
    yield from _client(responder, "s3")


@pytest.fixture(scope="package")
def logs(responder: Responder) -> Iterator[Any]:
    yield from _client(responder, "logs")


def _client(responder: Responder, service: str) -> Iterator[Any]:
    client: Any = demo_session(responder).create_client(service)
    yield client
    client.close()
