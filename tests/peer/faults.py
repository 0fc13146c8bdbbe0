"""What can happen to a call on its way: each fault is given the exchange instead of the honest answer being sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

from canaryscope.demo.responder import Reply


class Exchange(Protocol):
    """One call in flight, as a fault sees it."""

    closing: Event
    """Set when the peer stops: nothing may wait any longer."""

    def honest(self) -> Reply:
        """The answer that the responder gives."""

    def send(self, reply: Reply, *, only: int | None = None) -> None:
        """Send an answer, or its headers and the first `only` bytes of its body."""

    def begin(self, reply: Reply, length: int | None) -> None:
        """Send status and headers of an answer that promises so many bytes; None: it comes in chunks."""

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""

    def hang_up(self) -> None:
        """Close the connection in good order, after what was sent."""

    def reset(self) -> None:
        """Tear the connection down with a TCP reset."""


class Fault(Protocol):
    """Something that happens to a call."""

    def apply(self, exchange: Exchange) -> None:
        """Deal with the call instead of the peer."""


@dataclass(frozen=True)
class Delay:
    """The honest answer, so many seconds late."""

    seconds: float

    def apply(self, exchange: Exchange) -> None:
        exchange.closing.wait(self.seconds)
        exchange.send(exchange.honest())


@dataclass(frozen=True)
class Gate:
    """Holds calls in flight until it is released; then they get the honest answer. Once open it stays open."""

    arrived: Event = field(default_factory=Event)
    """Set when the first call has come to the gate."""
    opened: Event = field(default_factory=Event)

    def apply(self, exchange: Exchange) -> None:
        self.arrived.set()
        self.opened.wait()
        if exchange.closing.is_set():
            exchange.hang_up()
        else:
            self.pass_on(exchange)

    def pass_on(self, exchange: Exchange) -> None:
        exchange.send(exchange.honest())

    def wait_arrived(self, seconds: float = 10.0) -> None:
        """Until a call is held. Raises AssertionError where none comes in time."""
        assert self.arrived.wait(seconds), "no call came to the gate"

    def release(self) -> None:
        """Let the calls held go on, and all that come later."""
        self.opened.set()


@dataclass(frozen=True)
class Hang(Gate):
    """Takes the call and never answers; released, it hangs up."""

    def pass_on(self, exchange: Exchange) -> None:
        exchange.hang_up()


@dataclass(frozen=True)
class Held(Gate):
    """Holds the call until it is released; then a fault happens to it."""

    fault: Fault | None = None

    def pass_on(self, exchange: Exchange) -> None:
        assert self.fault is not None
        self.fault.apply(exchange)


@dataclass(frozen=True)
class Cut:
    """Promises the whole body and hangs up after a share of it."""

    share: float = 0.5

    def apply(self, exchange: Exchange) -> None:
        reply = exchange.honest()
        exchange.send(reply, only=int(len(reply.body) * self.share))
        exchange.hang_up()


@dataclass(frozen=True)
class Reset:
    """A TCP reset instead of an answer, or `within` its body."""

    within: bool = False

    def apply(self, exchange: Exchange) -> None:
        if self.within:
            reply = exchange.honest()
            exchange.send(reply, only=len(reply.body) // 2)
        exchange.reset()


@dataclass(frozen=True)
class Drip:
    """The honest answer, a byte at a time, so many seconds apart: no read timeout ends it. With its headers, or not."""

    seconds: float
    headers: bool = False

    def apply(self, exchange: Exchange) -> None:
        reply = exchange.honest()
        if self.headers:
            lines = [f"HTTP/1.1 {reply.status} OK", *(f"{name}: {value}" for name, value in reply.headers.items())]
            head = "\r\n".join([*lines, f"Content-Length: {len(reply.body)}", "", ""]).encode()
            reply = Reply(reply.status, {}, head + reply.body)
        else:
            exchange.begin(reply, len(reply.body))
        for at in range(len(reply.body)):
            if exchange.closing.wait(self.seconds):
                break
            exchange.write(reply.body[at : at + 1])
        exchange.hang_up()


@dataclass
class Huge:
    """The honest answer, lengthened with blanks to so many bytes: with its length told, or in chunks."""

    size: int
    chunked: bool = False
    sent: int = 0
    """Bytes of the body that the network took."""

    def apply(self, exchange: Exchange) -> None:
        reply = exchange.honest()
        exchange.begin(reply, None if self.chunked else self.size)
        exchange.hang_up()
        self._send(exchange, reply.body)
        blanks = b" " * 65_536
        while self.sent < self.size:
            self._send(exchange, blanks[: self.size - self.sent])
        if self.chunked:
            exchange.write(b"0\r\n\r\n")

    def _send(self, exchange: Exchange, data: bytes) -> None:
        exchange.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)
        self.sent += len(data)


@dataclass(frozen=True)
class Answer:
    """Another answer than the honest one."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def apply(self, exchange: Exchange) -> None:
        exchange.send(Reply(self.status, self.headers, self.body))


@dataclass(frozen=True)
class Changed:
    """What a function makes of the honest answer."""

    change: Callable[[Reply], Reply]

    def apply(self, exchange: Exchange) -> None:
        exchange.send(self.change(exchange.honest()))


def error(status: int, code: str, message: str) -> Answer:
    """An error in the shape of rest-json."""
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code, "x-amzn-RequestId": "0" * 36}
    return Answer(status, json.dumps({"message": message}).encode(), headers)


def throttled(status: int = 429) -> Answer:
    """Too many requests: 429 TooManyRequestsException, or 400 ThrottlingException."""
    code = "TooManyRequestsException" if status == 429 else "ThrottlingException"
    return error(status, code, "Rate exceeded")


def html_page(status: int = 200) -> Answer:
    """What a captive portal or a proxy answers."""
    return Answer(status, b"<!DOCTYPE html><html><body>Please log in</body></html>", {"Content-Type": "text/html"})


def empty(status: int = 200) -> Answer:
    """No body at all."""
    return Answer(status, b"", {"Content-Type": "application/json"})


def wrong_shape(value: Any = ("not", "an", "object")) -> Answer:
    """Valid JSON that is not what the operation answers."""
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def wrong_content_type() -> Changed:
    """The honest body, called something else."""
    return Changed(lambda reply: Reply(reply.status, reply.headers | {"Content-Type": "image/png"}, reply.body))


def truncated_json() -> Changed:
    """Half of the honest body, as if it were the whole."""
    return Changed(lambda reply: Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2]))
