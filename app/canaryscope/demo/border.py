"""The demo at botocore's HTTP border: requests are built, signed, parsed and retried as ever, and sent nowhere.

botocore's event `before-send` may return the answer to a request instead of sending it
(https://boto3.amazonaws.com/v1/documentation/api/latest/guide/events.html).
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.session import Session

from canaryscope.demo.responder import Reply, Responder

__all__ = [
    "DEMO_ACCESS_KEY",
    "DEMO_REGION",
    "DEMO_SECRET_KEY",
    "LATENCY_VARIABLE",
    "NOW_VARIABLE",
    "Latency",
    "clock_from_environment",
    "demo_session",
    "install",
    "latency_from_environment",
]

DEMO_REGION = "eu-west-1"
DEMO_ACCESS_KEY = "AKIADEMODEMODEMODEMO"
DEMO_SECRET_KEY = "demo"  # noqa: S105  (nothing is protected by it: no request leaves the process)

LATENCY_VARIABLE = "CANARYSCOPE_DEMO_LATENCY"
"""Set to 0, answers are instant. For tests."""
NOW_VARIABLE = "CANARYSCOPE_DEMO_NOW"
"""An ISO 8601 time at which the demo's time stands still. For screenshots."""

_SHORTEST, _LONGEST = 0.040, 0.120


class Latency:
    """How long the answers take, one after the other: 40 to 120 ms, the same row for the same seed. In seconds."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._count = itertools.count()

    def __call__(self) -> float:
        """The next answer's latency, in seconds."""
        digest = blake2b(f"{self._seed}/{next(self._count)}".encode(), digest_size=4).digest()
        return _SHORTEST + (_LONGEST - _SHORTEST) * int.from_bytes(digest) / 0xFFFF_FFFF


class _Body:
    """What AWSResponse reads a body from: urllib3's `stream()`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._data


def latency_from_environment(seed: int = 0) -> Latency | None:
    """The demo's latency, or None where CANARYSCOPE_DEMO_LATENCY=0 asks for instant answers."""
    return None if os.environ.get(LATENCY_VARIABLE) == "0" else Latency(seed)


def clock_from_environment() -> datetime | Callable[[], datetime]:
    """The time of CANARYSCOPE_DEMO_NOW (UTC where it names no zone), or the machine's clock.

    Raises ValueError where the variable is no ISO 8601 time.
    """
    text = os.environ.get(NOW_VARIABLE)
    if not text:
        return lambda: datetime.now(UTC)
    try:
        fixed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{NOW_VARIABLE} is no ISO 8601 time: {text!r}") from None
    return fixed if fixed.tzinfo else fixed.replace(tzinfo=UTC)


def install(session: Session, responder: Responder, latency: Callable[[], float] | None = None) -> None:
    """Answer every request of the session's clients, those to come included, from the responder.

    `latency` says how many seconds each answer takes; the thread that calls sleeps so long. Nothing is sent, whatever
    the service and the endpoint URL.
    """

    def answer(request: AWSPreparedRequest, event_name: str, **_: Any) -> Any:
        if latency is not None:
            time.sleep(latency())
        service = event_name.split(".")[1]
        url = urlsplit(request.url)
        reply = responder.respond(service, request.method, url.path, url.query, _bytes(request.body))
        return _response(request.url, reply)

    handler: Any = answer  # the type stubs know no event whose handlers return something
    session.register("before-send", handler)


def demo_session(seed: int = 0, region: str | None = None) -> Session:
    """A botocore session with the demo installed. It reads none of AWS's files, profiles or credentials.

    Raises ValueError for a CANARYSCOPE_DEMO_NOW that is no time.
    """
    session = Session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    region = region or DEMO_REGION
    session.set_config_variable("region", region)
    session.set_credentials(DEMO_ACCESS_KEY, DEMO_SECRET_KEY)
    responder = Responder(clock_from_environment(), seed, region)
    install(session, responder, latency_from_environment(seed))
    return session


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode()


def _response(url: str, reply: Reply) -> AWSResponse:
    headers: Any = reply.headers  # any mapping will do; the type stubs ask for an HTTPMessage
    return AWSResponse(url, reply.status, headers, _Body(reply.body))
