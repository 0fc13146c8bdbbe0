"""One demo, told at a time that stands still, and a real client of it."""

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
    client = demo_session(responder).create_client("synthetics")
    yield client
    client.close()
