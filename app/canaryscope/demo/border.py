"""The demo at botocore's HTTP border: requests are built, signed, parsed and retried as ever, and sent nowhere.

botocore's event `before-send` may return the answer to a request instead of sending it
(https://docs.aws.amazon.com/botocore/latest/topics/events.html).
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.session import Session

from canaryscope.demo.environment import clock_from_environment, latency_from_environment
from canaryscope.demo.responder import Reply, Responder

__all__ = ["DEMO_ACCESS_KEY", "DEMO_REGION", "DEMO_SECRET_KEY", "demo_session", "install"]

DEMO_REGION = "eu-west-1"
DEMO_ACCESS_KEY = "AKIADEMODEMODEMODEMO"
DEMO_SECRET_KEY = "demo"  # noqa: S105  (nothing is protected by it: no request leaves the process)


_SERVICES = {"cloudwatch-logs": "logs"}
"""Services that botocore's events call otherwise than a signature does."""


class _Body(io.BytesIO):
    """What AWSResponse reads a body from: urllib3's `stream()`, and `read()` for that of an object of S3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it."""
        yield self.read()


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
        headers = {"Host": url.netloc} | {name: _text(value) for name, value in request.headers.items()}
        body = _bytes(request.body)
        reply = responder.respond(_SERVICES.get(service, service), request.method, url.path, url.query, body, headers)
        return _response(request.url, reply)

    handler: Any = answer  # the type stubs know no event whose handlers return something
    session.register("before-send", handler)


def demo_session(responder: Responder | None = None, *, seed: int = 0, region: str | None = None) -> Session:
    """A botocore session with the demo installed. It reads none of AWS's files, profiles or credentials.

    Without a responder of one's own, time and latency are those of the environment; with one, answers are instant.
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
    if responder is None:
        install(session, Responder(clock_from_environment(), seed, region), latency_from_environment(seed))
    else:
        install(session, responder)
    return session


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode()


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _response(url: str, reply: Reply) -> AWSResponse:
    headers: Any = {
        "Content-Length": str(len(reply.body))
    } | reply.headers  # any mapping will do; the type stubs ask for an HTTPMessage
    return AWSResponse(url, reply.status, headers, _Body(reply.body))
