"""The loopback HTTP server: HTTP/1.1 with keep-alive on 127.0.0.1, a thread for each connection."""

from __future__ import annotations

import os
import re
import socket
import socketserver
import struct
import sys
import time
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from botocore.config import Config
from botocore.session import Session

from canaryscope.demo.logs import parse_logs
from canaryscope.demo.questions import ServiceError, parse
from canaryscope.demo.responder import Reply, Responder
from canaryscope.demo.s3 import parse_s3
from peer.faults import Fault, Gate

FIXED_NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
"""The time that stands still in a Peer that was given no responder."""

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that came in. `params` are named as in the API; `number` counts from 1 for each operation."""

    operation: str
    params: dict[str, Any]
    at: float
    """time.monotonic() when it came."""
    authorized: bool
    """Whether it was signed; no signature is checked."""
    number: int


@dataclass(frozen=True, slots=True)
class _Rule:
    operation: str | None
    fault: Fault
    calls: Container[int] | None

    def covers(self, call: Call) -> bool:
        return self.operation in (None, call.operation) and (self.calls is None or call.number in self.calls)


class _Handler(BaseHTTPRequestHandler):
    """One connection; the exchange that faults act on."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.closing = self.server.closing

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._body = self.rfile.read(length)
        url = urlsplit(self.path)
        authorization = self.headers.get("Authorization") or ""
        scope = _SCOPE.search(authorization)
        service = scope["service"] if scope else ("sts" if url.path == "/" else "synthetics")
        headers = dict(self.headers.items())
        self._request = (service, self.command, url.path, url.query, self._body, headers)
        fault = self.server.peer.record(*_understood(*self._request), bool(scope))
        if fault is None:
            self.send(self.honest())
        else:
            fault.apply(self)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815

    def honest(self) -> Reply:
        return self.server.peer.responder.respond(*self._request)

    def send(self, reply: Reply, *, only: int | None = None) -> None:
        self.begin(reply, len(reply.body))
        self.write(reply.body[:only])

    def begin(self, reply: Reply, length: int | None) -> None:
        self.send_response_only(reply.status)
        if "Date" not in reply.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True

    def reset(self) -> None:
        self.close_connection = True
        # Closing a socket that lingers for zero seconds sends a reset (socket(7)). The descriptor itself is closed,
        # because the handler's files keep the socket object open.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that it can end their threads."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], peer: Peer) -> None:
        self.peer = peer
        self.closing = Event()
        self.problems: list[Exception] = []
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's: that asks the resolver for this machine's name.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own business; anything else is told when the peer closes."""
        problem = sys.exception()
        if isinstance(problem, Exception) and not isinstance(problem, ConnectionError):
            self.problems.append(problem)

    def stop(self) -> None:
        """End the threads and close the sockets."""
        self.shutdown()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Peer:
    """The server. A context manager; `calls` keeps what came in, `script` decides what goes wrong."""

    def __init__(self, responder: Responder | None = None, *, port: int = 0) -> None:
        self.responder = responder or Responder(FIXED_NOW)
        self.calls: list[Call] = []
        self._rules: list[_Rule] = []
        self._clients: list[Any] = []
        self._changed = Condition()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="peer")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def script(self, operation: str | None, fault: Fault, *, calls: Container[int] | None = None) -> None:
        """Let a fault happen to calls of an operation (None: of any), all or those of these numbers.

        Numbers count from 1 for each operation, retries included; of two scripts for a call the later one acts.
        """
        with self._changed:
            self._rules.insert(0, _Rule(operation, fault, calls))

    def hold(self, operation: str | None, *, calls: Container[int] | None = None) -> Gate:
        """Hold calls in flight until the gate that is returned is released."""
        gate = Gate()
        self.script(operation, gate, calls=calls)
        return gate

    def forgive(self) -> None:
        """No faults any more; what is held goes on."""
        with self._changed:
            rules, self._rules = self._rules, []
        self._release(rules)

    @property
    def connections(self) -> set[socket.socket]:
        """Those that are open."""
        return set(self._server._open)

    def count(self, operation: str | None = None) -> int:
        """How many calls of an operation (None: of any) came in."""
        with self._changed:
            return sum(1 for call in self.calls if operation in (None, call.operation))

    def wait_for_calls(self, count: int, operation: str | None = None, seconds: float = 10.0) -> None:
        """Until so many calls came in. Raises AssertionError where they do not in time."""
        with self._changed:
            came = self._changed.wait_for(lambda: self.count(operation) >= count, seconds)
        assert came, f"{self.count(operation)} calls of {operation or 'any operation'}, not {count}"

    def record(self, operation: str, params: dict[str, Any], authorized: bool) -> Fault | None:
        """Note a call, and say what happens to it. For the server's threads."""
        with self._changed:
            call = Call(operation, params, time.monotonic(), authorized, self.count(operation) + 1)
            self.calls.append(call)
            self._changed.notify_all()
            return next((rule.fault for rule in self._rules if rule.covers(call)), None)

    def client(self, service: str = "synthetics", config: Config | None = None, region: str = "eu-west-1") -> Any:
        """A boto3-like client of this server that tries once and reads no file; the peer closes it."""
        single = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5, proxies={})
        client = _session().create_client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="AKIAPEERPEERPEERPEER",
            aws_secret_access_key="peer",
            config=single.merge(config) if config else single,
        )
        self._clients.append(client)
        return client

    def environment(self) -> dict[str, str]:
        """Variables with which another process (the program, the AWS CLI) talks to this server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIAPEERPEERPEERPEER",
            "AWS_SECRET_ACCESS_KEY": "peer",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def close(self) -> None:
        """Stop at once, whatever is in flight. Raises what went wrong in the server itself."""
        self._server.closing.set()
        self.forgive()
        for client in self._clients:
            client.close()
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()
        if self._server.problems:
            raise ExceptionGroup("the peer failed", self._server.problems)

    def _release(self, rules: list[_Rule]) -> None:
        for rule in rules:
            if isinstance(rule.fault, Gate):
                rule.fault.release()


@cache
def _session() -> Session:
    """One for all peers: it keeps the service models it has read."""
    nothing = (None, None, os.devnull, None)
    return Session({"profile": (None,) * 4, "config_file": nothing, "credentials_file": nothing})


def _understood(
    service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """The operation and its parameters; an operation that is none is called by method and path."""
    if service == "sts":
        params = dict(parse_qsl(body.decode("utf-8", "replace")))
        return params.pop("Action", "?"), params
    try:
        if service == "s3":
            question = parse_s3(method, path, query, headers)
        elif service == "logs":
            question = parse_logs(body, headers)
        else:
            question = parse(method, path, query, body)
    except ServiceError:
        return f"{method} {path}", {}
    return question.operation, question.params
