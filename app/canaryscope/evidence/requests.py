"""What a run asked of the monitored site, and what came back: one Request, whichever file it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from canaryscope.evidence.document import as_list, as_objects, line, number
from canaryscope.evidence.masking import masked_body, masked_header, masked_text, masked_url

__all__ = [
    "REQUESTS",
    "URL",
    "Headers",
    "Request",
    "Requests",
    "Timings",
    "failed_first",
    "headers",
    "masked",
    "place",
    "status",
    "summary",
    "urgency",
]

REQUESTS: Final = 20_000
"""Requests kept of one file."""
URL: Final = 4_096
"""Characters kept of a URL: a data URL holds a whole image."""
_HEADERS: Final = 200
_HEADER: Final = 8_192

Headers = tuple[tuple[str, str], ...]
"""Names as they were written, and in that order; a name may come again."""

_PLACE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+://([^/?#]*+)([^#]*+)").match


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of each phase, in the order in which they happen; None where it is not known or did not apply.

    They add up: `connect` is TCP alone, though in a HAR the time for TLS is a part of it.
    """

    blocked: float | None = None
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    send: float | None = None
    wait: float | None = None
    receive: float | None = None

    @property
    def total(self) -> float | None:
        """What is known of them together."""
        phases = (self.blocked, self.dns, self.connect, self.tls, self.send, self.wait, self.receive)
        known = [phase for phase in phases if phase is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole: with its credentials (see `masked`). All text is clean."""

    method: str = ""
    url: str = ""
    host: str = ""
    """With the port, where the URL has one."""
    path: str = ""
    """With the query; of a URL without a host, what there is."""
    status: int | None = None
    """0: no answer came."""
    status_text: str = ""
    started: datetime | None = None
    total_ms: float | None = None
    timings: Timings = field(default_factory=Timings)
    size: int | None = None
    """Bytes of the answer's body: as they came over the wire, else unpacked."""
    error: str = ""
    """Why no answer came, `net::ERR_NAME_NOT_RESOLVED` for example."""
    request_headers: Headers = ()
    response_headers: Headers = ()
    request_mime: str = ""
    request_body: str = ""
    mime: str = ""
    """Of the answer."""
    response_body: str = ""

    @property
    def failed(self) -> bool:
        """Whether it brought an error, or nothing."""
        return bool(self.error) or (self.status is not None and (self.status >= 400 or self.status == 0))


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one file, in its order."""

    items: tuple[Request, ...] = ()
    cut: int = 0
    """Requests beyond `REQUESTS`, which are not kept."""


def failed_first(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Those that failed first, each kind from the slowest on; where no time is known last."""
    return tuple(sorted(requests, key=urgency))


def urgency(request: Request) -> tuple[bool, float]:
    """What `failed_first` sorts by: the smaller, the sooner it is looked at."""
    return not request.failed, 1 if request.total_ms is None else -request.total_ms


def summary(request: Request) -> Request:
    """`request` without its headers and bodies, which are most of what it weighs: what a list shows of it."""
    return replace(request, request_headers=(), response_headers=(), request_body="", response_body="")


def masked(request: Request) -> Request:
    """`request` as it is shown unless a person asks for all of it: without what lets somebody in."""
    url = masked_url(request.url)
    host, path = place(url)
    return replace(
        request,
        url=url,
        host=host,
        path=path,
        status_text=masked_text(request.status_text),
        error=masked_text(request.error),
        request_headers=tuple((name, masked_header(name, value)) for name, value in request.request_headers),
        response_headers=tuple((name, masked_header(name, value)) for name, value in request.response_headers),
        request_body=masked_body(request.request_body, request.request_mime, sent=True),
        response_body=masked_body(request.response_body, request.mime, sent=False),
    )


def place(url: str) -> tuple[str, str]:
    """Host with port, and path with query, of a URL: each a line of its own, which no mark on nothing begins."""
    parts = _PLACE(url)
    return (line(parts[1].rpartition("@")[2]), line(parts[2], limit=URL) or "/") if parts else ("", url)


def status(value: object) -> int | None:
    """A status of HTTP. 0 stands for no answer, and so does what is below: Playwright says -1 where Chrome says 0."""
    found = number(value)
    return max(0, int(found)) if found is not None and found < 1_000 else None


def headers(value: object) -> Headers:
    """Headers as a HAR lists them (name and value), or as an object of Node.js, where a value may be a list."""
    if isinstance(value, dict):
        pairs = [(name, one) for name, many in value.items() for one in (as_list(many) or (many,))]
    else:
        pairs = [(one.get("name"), one.get("value")) for one in as_objects(value)]
    found = [(_name(name), line(one, limit=_HEADER)) for name, one in pairs[:_HEADERS] if isinstance(name, str)]
    if len(pairs) > _HEADERS:
        found.append(("…", f"{len(pairs) - _HEADERS:,} more"))
    return tuple(found)


def _name(name: str) -> str:
    """A header's name: some dozens of them are most of what a HAR has."""
    return _known_name(name) if len(name) <= 100 else line(name)


@lru_cache(2_000)
def _known_name(name: str) -> str:
    return line(name)
