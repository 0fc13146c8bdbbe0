"""The requests of two runs beside each other. A pure function; time grows with their number only."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from canaryscope.evidence.pairing import later, paired
from canaryscope.evidence.request_shape import shape
from canaryscope.evidence.requests import Request

__all__ = [
    "SLOWER_BY_MS",
    "SLOWER_TIMES",
    "Host",
    "RequestChange",
    "RequestChanges",
    "RequestPair",
    "Totals",
    "request_changes",
]

SLOWER_TIMES: Final = 2
SLOWER_BY_MS: Final = 200
"""A request is slower that takes at least so many times as long, and so much longer: both, for a small one doubles by
itself, and a large one varies by as much."""
_AS_BEFORE: Final = frozenset({200, 304})
"""304 brings what the cache has: the same as 200."""


class RequestChange(StrEnum):
    """What became of a request, in words; of what is on both sides the first that fits."""

    FAILS = "fail now"
    RECOVERED = "recovered"
    STATUS = "another status"
    SLOWER = "slower"
    NEW = "new"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class RequestPair:
    """A request in the run before and in the one after; None where there is none."""

    before: Request | None
    after: Request | None
    change: RequestChange

    @property
    def request(self) -> Request:
        """The later one that there is."""
        return later(self.before, self.after)

    @property
    def difference_ms(self) -> float | None:
        """How much longer it takes; negative where it is quicker."""
        before = None if self.before is None else self.before.total_ms
        after = None if self.after is None else self.after.total_ms
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class Totals:
    """Requests together. Their time is the sum of all, though many of them ran side by side."""

    count: int = 0
    failed: int = 0
    total_ms: float = 0.0

    @classmethod
    def of(cls, requests: Iterable[Request]) -> Totals:
        """Of these requests; a time that is not known counts as none."""
        count, failed, total = 0, 0, 0.0
        for request in requests:
            count += 1
            failed += request.failed
            total += request.total_ms or 0.0
        return cls(count, failed, total)


@dataclass(frozen=True, slots=True)
class Host:
    """What was asked of a host."""

    name: str
    before: Totals
    after: Totals


@dataclass(frozen=True, slots=True)
class RequestChanges:
    """All requests of two runs."""

    before: Totals
    after: Totals
    pairs: tuple[RequestPair, ...] = ()
    """In the order of the run after."""
    hosts: tuple[Host, ...] = ()
    """Those whose time has changed most first."""

    def of(self, change: RequestChange) -> list[RequestPair]:
        """The requests of a kind: those that failed first, then those whose time has changed, or which took, most."""
        return sorted((pair for pair in self.pairs if pair.change is change), key=_weight)


def request_changes(before: Sequence[Request], after: Sequence[Request]) -> RequestChanges:
    """The requests of both runs.

    They belong together by method and URL, then by method, host and the shape of the path; several of a kind in order.
    """
    return RequestChanges(
        Totals.of(before),
        Totals.of(after),
        tuple(RequestPair(one, other, _change(one, other)) for one, other in paired(before, after, _exact, _kind)),
        _hosts(before, after),
    )


def _exact(request: Request) -> Hashable:
    return request.method.upper(), request.url


def _kind(request: Request) -> Hashable:
    return request.method.upper(), request.host.lower(), shape(request.path)


def _change(before: Request | None, after: Request | None) -> RequestChange:
    if before is None or after is None:
        return RequestChange.NEW if before is None else RequestChange.GONE
    if before.failed != after.failed:
        return RequestChange.FAILS if after.failed else RequestChange.RECOVERED
    statuses = {before.status, after.status}
    if len(statuses) > 1 and None not in statuses and not statuses <= _AS_BEFORE:
        return RequestChange.STATUS
    return RequestChange.SLOWER if _slower(before.total_ms, after.total_ms) else RequestChange.SAME


def _slower(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and after >= max(SLOWER_TIMES * before, before + SLOWER_BY_MS)


def _weight(pair: RequestPair) -> tuple[bool, float]:
    difference = pair.difference_ms
    return not pair.request.failed, -abs(difference if difference is not None else pair.request.total_ms or 0.0)


def _hosts(before: Sequence[Request], after: Sequence[Request]) -> tuple[Host, ...]:
    ours, theirs = _by_host(before), _by_host(after)
    hosts = [
        Host(name, Totals.of(ours.get(name, ())), Totals.of(theirs.get(name, ())))
        for name in dict.fromkeys((*theirs, *ours))
    ]
    return tuple(sorted(hosts, key=lambda host: -abs(host.after.total_ms - host.before.total_ms)))


def _by_host(requests: Sequence[Request]) -> dict[str, list[Request]]:
    found: dict[str, list[Request]] = {}
    for request in requests:
        if request.host:
            found.setdefault(request.host.lower(), []).append(request)
    return found
