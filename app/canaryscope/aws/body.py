"""An answer as it comes in, bounded in size and in time, whatever a server sends.

botocore reads the whole body before anything can look at it, and its read timeout begins anew with every byte: an
endless answer would fill the memory, and one that drips would keep a thread, and a connection, for days.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any, Final

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSResponse,
)
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError, ResponseStreamingError
from botocore.response import StreamingBody
from botocore.session import Session

from canaryscope.aws import heads
from canaryscope.runs.calls import SLOWEST

__all__ = ["AnswerTooLarge", "AnswerTooSlow", "install"]

MOST: Final = 16 * 1024 * 1024
"""Bytes. The largest answers are pages of 1 MB of log events, whose characters JSON may write as six each."""
SECONDS: Final = 35.0
"""From the headers to the last byte; less than `canaryscope.source.SECONDS`, after which nobody waits any more."""
AT_ONCE: Final = 64 * 1024


class AnswerTooLarge(Exception):
    """More than `MOST` bytes; they are not read on."""


class AnswerTooSlow(Exception):
    """It was not whole in time."""


class _Punctual(RawIOBase):
    """What a socket receives, until the headers would have to be here: a read timeout begins anew with every byte."""

    def __init__(self, raw: Any, seconds: float | None) -> None:
        self._raw = raw
        self.ends = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        """It is what RawIOBase asks."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Up to as many bytes as there is room for. Raises TimeoutError, as the socket does."""
        if self.ends is not None and time.monotonic() > self.ends:
            raise TimeoutError
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        """Leave the socket."""
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """Its headers have as long as the first byte has: the socket's timeout. So have those of a proxy's CONNECT."""

    def __init__(self, sock: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp.close()
        self._punctual = _Punctual(sock.makefile("rb", buffering=0), sock.gettimeout())
        self.fp = BufferedReader(self._punctual)

    def begin(self) -> None:
        """Read status and headers; the body has a bound of its own."""
        super().begin()
        self._punctual.ends = None


class _Connection(AWSHTTPConnection):
    response_class: Any = _Response


class _TlsConnection(AWSHTTPSConnection):
    response_class: Any = _Response


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Timed:
    """What botocore reads of urllib3's response. A read gives what is there, instead of waiting for all it asks for."""

    def __init__(self, raw: Any, ends: float) -> None:
        self._raw = raw
        self._ends = ends

    def read(self, amt: int | None = None) -> bytes:
        """Up to `amt` bytes; none at the end. Raises AnswerTooSlow."""
        if time.monotonic() > self._ends:
            self.close()
            raise AnswerTooSlow
        data: bytes | None = self._raw.read1(AT_ONCE if amt is None else amt)
        return data or b""

    def close(self) -> None:
        """Give the connection up, unless all was read."""
        self._raw.close()


class _Whole(BytesIO):
    """A body that is here, as AWSResponse reads it."""

    def stream(self) -> Iterator[bytes]:
        """All of it."""
        yield self.read()


class _Bounded:
    """In the place of botocore's HTTP session, which sends; the body is read here."""

    def __init__(self, session: Any) -> None:
        self._session = session
        session._pool_classes_by_scheme.update(http=_Pool, https=_TlsPool)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """The answer, with its body unless that is an object's, which is read by who asked for it."""
        streams = request.stream_output
        request.stream_output = True  # leaves the body unread
        response: AWSResponse = self._session.send(request)
        heads.came(response.status_code, response.headers)
        promised = response.headers.get("content-length", "")
        size = min(int(promised), MOST) if promised.isascii() and promised.isdecimal() else 0
        raw = _Timed(response.raw, time.monotonic() + SECONDS + size / SLOWEST)
        if streams and response.status_code < 300:
            response.raw = raw
            return response
        if size == MOST:
            raw.close()
            raise AnswerTooLarge
        headers: Any = response.headers
        whole: Any = _Whole(_read(raw, response.url))
        return AWSResponse(response.url, response.status_code, headers, whole)

    def close(self) -> None:
        """Close the connections that are idle."""
        self._session.close()


def _read(raw: Any, url: str) -> bytes:
    length: Any = None  # `canaryscope.aws.answers` tells what was cut off, with its sizes
    data = bytearray()
    try:
        with closing(StreamingBody(raw, length)) as body:
            for piece in body.iter_chunks(AT_ONCE):
                data += piece
                if len(data) >= MOST:
                    raise AnswerTooLarge
    except ReadTimeoutError as error:
        raise ReadTimeoutError(endpoint_url=url, error=error) from error
    except ResponseStreamingError as error:
        raise ConnectionClosedError(endpoint_url=url, error=error) from error
    return bytes(data)


class _Client:
    """A base of every client: what it sends with is bounded.

    botocore's event before-send may answer a request, but tells nothing to send it with: hence `_endpoint`.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        endpoint: Any = self._endpoint  # type: ignore[attr-defined]
        endpoint.http_session = _Bounded(endpoint.http_session)


def install(session: Session) -> None:
    """Bound every answer to the clients that `session` makes from now on, those that fetch credentials included."""

    def bound(base_classes: list[type], **_event: object) -> None:
        base_classes.insert(0, _Client)

    handler: Any = bound
    session.register("creating-client-class", handler)
