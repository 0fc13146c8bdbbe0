"""A loopback S3 that has one log, of any size, and answers ranges of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

__all__ = ["KEY", "NEEDLE", "SIZE", "log_server"]

SIZE = 200_000_000
KEY = "canary/eu-west-1/big-log.txt"
NEEDLE = SIZE // 2
"""Where the one line is that says `needle`."""
_LINES = 10_000
_ID = "6ecbbe03-2c53-4d05-a73b-89da6cefec7e"
_BLOCK = b"".join(
    f"2026-11-22T12:27:{number // 1000:02}.{number % 1000:03}Z\t{_ID}\tINFO\tGET /items/{number}".ljust(99).encode()
    + b"\n"
    for number in range(_LINES)
)
_SPECIAL = b"ERROR: needle".ljust(99)


def part(first: int, last: int) -> bytes:
    """The log's bytes, both ends included."""
    skip = first % len(_BLOCK)
    data = bytearray((_BLOCK * ((last - first + skip) // len(_BLOCK) + 1))[skip : skip + last - first + 1])
    at = NEEDLE - first
    if 0 <= at < len(data) - len(_SPECIAL):
        data[at : at + len(_SPECIAL)] = _SPECIAL
    return bytes(data)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        first, last = (int(asked[1]), int(asked[2])) if asked else (0, 0)
        body = part(first, last)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{SIZE}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who has asked is gone: killed, at the end."""


@contextlib.contextmanager
def log_server() -> Iterator[str]:
    """Its URL; it ends with the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
