"""CanaryList: all canaries of an account and region, as they become known page by page. Headless, no I/O.

DescribeCanariesLastRun (100 a page) tells which canaries fail, so it is asked first; DescribeCanaries (20 a page)
then adds each canary's own state, and canaries that never ran. Either may be refused; the other still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from canaryscope.runs import schedule
from canaryscope.runs.errors import InvalidRequest, Malformed, SourceError
from canaryscope.runs.model import Canary, LastRun, Page
from canaryscope.runs.scheduled import ScheduledRun

__all__ = ["CanaryEntry", "CanaryList", "ListKind", "ListRequest"]


class ListKind(Enum):
    """The two lists, in the order in which they are asked for; the value is the API's operation."""

    LAST_RUNS = "DescribeCanariesLastRun"
    CANARIES = "DescribeCanaries"


class ListRequest(NamedTuple):
    """One call to make. Told apart by identity, like a feed's PageRequest."""

    kind: ListKind
    token: str | None


class CanaryEntry(NamedTuple):
    """What is known of one canary so far."""

    name: str
    last_run: LastRun | None = None
    canary: Canary | None = None
    started: datetime | None = None
    """When the newest of its runs started: `last_run` is not always the newest, there is one for each browser."""
    seen: datetime | None = None
    """When that was so; None: it is not known when its newest run started, or whether there is one."""

    @property
    def overdue(self) -> bool:
        """Whether three starts of its schedule had gone by without a run when its last run was asked for."""
        if self.canary is None or self.seen is None:
            return False
        return schedule.overdue(self.canary, self.started, self.seen)

    @property
    def failing(self) -> bool:
        """Whether its last run failed."""
        return self.last_run is not None and self.last_run.run is not None and self.last_run.run.failed


class CanaryList:
    """The canaries known, and which call is next. At most one call is in flight; a failed one waits for `retry`."""

    def __init__(self) -> None:
        self.errors: dict[ListKind, SourceError] = {}
        self._entries: dict[str, CanaryEntry] = {}
        self._tokens: dict[ListKind, str | None] = dict.fromkeys(ListKind)
        self._seen: set[tuple[ListKind, int]] = set()
        self._ended: set[ListKind] = set()
        self._in_flight: ListRequest | None = None
        self._named: dict[ListKind, set[str]] = {kind: set() for kind in ListKind}
        self._runs_told: datetime | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def loading(self) -> bool:
        """Whether a call is in flight."""
        return self._in_flight is not None

    @property
    def complete(self) -> bool:
        """Whether both lists are through."""
        return len(self._ended) == len(ListKind)

    def entries(self) -> list[CanaryEntry]:
        """Failing first, then by name."""
        return sorted(self._entries.values(), key=lambda entry: (not entry.failing, entry.name))

    def get(self, name: str) -> CanaryEntry | None:
        """What is known of a canary."""
        return self._entries.get(name)

    def request(self) -> ListRequest | None:
        """The next call to make, or None while one is in flight and when all that can be had is here."""
        if self._in_flight is not None:
            return None
        kind = next((kind for kind in ListKind if kind not in self._ended and kind not in self.errors), None)
        self._in_flight = None if kind is None else ListRequest(kind, self._tokens[kind])
        return self._in_flight

    def accept(self, request: ListRequest, page: Page[LastRun] | Page[Canary], now: datetime | None = None) -> bool:
        """Take in an answer, which came `now`: without it no canary is overdue. False: it is no longer wanted."""
        if request is not self._in_flight:
            return False
        self._in_flight = None
        for item in page.items:
            self._add(request.kind, item, now)
        if (request.kind, hash(page.next_token)) in self._seen:
            self.errors[request.kind] = Malformed("The service sent a NextToken a second time.", "r asks again.")
            return True
        self._tokens[request.kind] = page.next_token
        if page.next_token is None:
            self._ended.add(request.kind)
            if request.kind is ListKind.LAST_RUNS:
                self._know_who_never_ran(now)
            self._forget_deleted()
        else:
            self._seen.add((request.kind, hash(page.next_token)))
        return True

    def learn(self, name: str, newest: ScheduledRun, now: datetime) -> None:
        """A listed canary's newest runs were loaded `now`: they are its last run, unless the list has later ones."""
        entry = self._entries.get(name)
        started = max((run.timeline.started for run in newest.runs if run.timeline.started is not None), default=None)
        if entry is not None and started is not None and (entry.started is None or started >= entry.started):
            last_run = LastRun(name, newest.runs[newest.telling])
            self._entries[name] = entry._replace(last_run=last_run, started=started, seen=now)

    def _add(self, kind: ListKind, item: LastRun | Canary, now: datetime | None) -> None:
        name = item.canary if isinstance(item, LastRun) else item.name
        entry = self._entries.get(name, CanaryEntry(name))
        if isinstance(item, LastRun):
            again = name in self._named[kind]
            started = None if item.run is None else item.run.timeline.started
            starts = (started, entry.started if again else None)
            entry = entry._replace(
                last_run=entry.last_run if again and entry.failing else item,
                started=max((start for start in starts if start is not None), default=None),
                seen=now if item.run is None or started is not None else None,
            )
        else:
            listed = name in self._named[ListKind.LAST_RUNS] or ListKind.LAST_RUNS not in self._ended
            entry = entry._replace(canary=item, seen=entry.seen if listed else self._runs_told)
        self._named[kind].add(name)
        self._entries[name] = entry

    def _know_who_never_ran(self, now: datetime | None) -> None:
        """The last runs are through: a canary without one has none, whenever it is listed."""
        self._runs_told = now
        for name in self._entries.keys() - self._named[ListKind.LAST_RUNS]:
            self._entries[name] = self._entries[name]._replace(seen=now)

    def _forget_deleted(self) -> None:
        """Once both lists are through, a canary that is in neither is gone."""
        if self.complete:
            there = set().union(*self._named.values())
            self._entries = {name: entry for name, entry in self._entries.items() if name in there}

    def fail(self, request: ListRequest, error: SourceError) -> bool:
        """A call failed. False: it is no longer wanted. The other list is still asked for."""
        if request is not self._in_flight:
            return False
        self._in_flight = None
        self.errors[request.kind] = error
        if isinstance(error, InvalidRequest):  # an expired NextToken stays expired: begin this list again
            self._tokens[request.kind] = None
            self._seen = {seen for seen in self._seen if seen[0] is not request.kind}
        return True

    def retry(self, kinds: Iterable[ListKind] = tuple(ListKind)) -> None:
        """Ask again what failed, from the same token; from the beginning where the token was refused."""
        for kind in kinds:
            self.errors.pop(kind, None)

    def refresh(self) -> None:
        """Ask for everything anew, or only for what failed; what is known stays until it is replaced."""
        if self.errors:
            self.retry()
        elif self.complete:
            self._tokens = dict.fromkeys(ListKind)
            self._seen, self._ended = set(), set()
            self._named = {kind: set() for kind in ListKind}
