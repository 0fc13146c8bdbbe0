"""A Lambda function's log, taken apart into invocations.

A log stream is one environment of the function, which runs one invocation after the other. Lambda writes `START
RequestId: …` before one and `END` and `REPORT` after it; `Task timed out` may come after those. In between the
script writes, with the request id in its lines or without. So every line has its invocation by where it stands, and by
the id that it begins with where that is one of the stream's.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

__all__ = ["REQUEST_ID", "Invocation", "LogEvent", "invocations_in"]

REQUEST_ID: Final = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

_INIT: Final = "INIT_START"
"""How the line begins with which a new environment starts to load the script, before its first START."""
_OWN = re.compile(
    rf"(?:(?:(?P<mark>START|END|REPORT) )?RequestId: |(?:\[\w{{1,9}}\]\t)?\d{{4}}-\d\d-\d\dT[\d:.]{{8,18}}Z[\t ])"
    rf"(?P<id>{REQUEST_ID})\b",
    re.IGNORECASE,
)
"""How a line begins that says whose it is: Lambda's own, and the script's by Node.js (`…Z\tid`) and by Python
(`[INFO]\t…Z\tid`)."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of CloudWatch Logs. Nothing of it is clean."""

    stream: str
    time: datetime | None
    """UTC, in milliseconds."""
    message: str
    """May hold line breaks."""


@dataclass(slots=True)
class Invocation:
    """One invocation of a function: what its environment wrote from the START on, and while it loaded for it."""

    request_id: str
    """In lower case. Lambda's own retry of an invocation has the same."""
    started: datetime | None
    """The time of its START; None where that was not read."""
    events: list[LogEvent] = field(default_factory=list)
    """In the order of the stream."""
    ended: bool = False
    """Whether its END or REPORT was read."""


def invocations_in(events: Iterable[LogEvent], known: str | None = None) -> list[Invocation]:
    """The invocations in events that are in order within each stream.

    One whose START is not among them is known by its END or REPORT, or because its request id is `known`.
    """
    streams: dict[str, list[LogEvent]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    return [invocation for stream in streams.values() for invocation in _in_stream(stream, known)]


def _in_stream(events: Sequence[LogEvent], known: str | None) -> list[Invocation]:
    owns = [_OWN.match(event.message) for event in events]
    stream = _Stream({own["id"].lower() for own in owns if own and own["mark"]}, known)
    for event, own in zip(events, owns, strict=True):
        stream.take(event, own)
    return stream.found


class _Stream:
    """One environment, as its lines come in."""

    def __init__(self, marked: Container[str], known: str | None) -> None:
        """`marked`: the request ids of the invocations whose begin or end is in the stream."""
        self.found: list[Invocation] = []
        self._marked, self._known = marked, known
        self._latest: dict[str, Invocation] = {}
        self._open: Invocation | None = None
        self._loading: list[LogEvent] | None = None
        """The lines since an environment was started, before its START."""

    def take(self, event: LogEvent, own: re.Match[str] | None) -> None:
        """The next line. An id that it begins with (`own`) may be another service's: then it says nothing."""
        request_id = own["id"].lower() if own else ""
        if own and own["mark"] == "START":
            self._open = self._begin(request_id, event.time, [*(self._loading or ()), event])
            self._loading = None
        elif own and (request_id in self._marked or (request_id == self._known and self._open is None)):
            self._belongs(event, request_id, ended=own["mark"] is not None)
        elif self._open is not None:
            self._open.events.append(event)
        elif self._loading is not None:
            self._loading.append(event)
        elif event.message.startswith(_INIT):
            self._loading = [event]

    def _belongs(self, event: LogEvent, request_id: str, *, ended: bool) -> None:
        invocation = self._latest.get(request_id)
        if invocation is not None:
            invocation.events.append(event)
        else:
            invocation = self._begin(request_id, None, [event])
            self._open = self._open or invocation
        if ended:
            invocation.ended = True
            self._open = None if self._open is invocation else self._open

    def _begin(self, request_id: str, started: datetime | None, events: list[LogEvent]) -> Invocation:
        invocation = self._latest[request_id] = Invocation(request_id, started, events)
        self.found.append(invocation)
        return invocation
