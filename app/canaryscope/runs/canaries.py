"""CanaryList: all canaries of an account and region, as they become known page by page. Headless, no I/O.

DescribeCanariesLastRun (100 a page) tells which canaries fail, so it is asked first; DescribeCanaries (20 a page)
then adds each canary's own state, and canaries that never ran. Either may be refused; the other still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from canaryscope.runs.errors import InvalidRequest, Malformed, SourceError
from canaryscope.runs.model import Canary, LastRun, Page

__all__ = ["CanaryEntry", "CanaryList", "ListKind", "ListRequest"]


class ListKind(Enum):
    """The two lists, in the order in which they are asked for; the value is the API's operation."""

    LAST_RUNS = "DescribeCanariesLastRun"
    CANARIES = "DescribeCanaries"


@dataclass(frozen=True, slots=True, eq=False)
class ListRequest:
    """One call to make. Compared by identity, like a feed's PageRequest."""

    kind: ListKind
    token: str | None


@dataclass(frozen=True, slots=True)
class CanaryEntry:
    """What is known of one canary so far."""

    name: str
    last_run: LastRun | None = None
    canary: Canary | None = None

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

    def accept(self, request: ListRequest, page: Page[LastRun] | Page[Canary]) -> bool:
        """Take in an answer. False: it is no longer wanted."""
        if request is not self._in_flight:
            return False
        self._in_flight = None
        for item in page.items:
            self._add(request.kind, item)
        if (request.kind, hash(page.next_token)) in self._seen:
            self.errors[request.kind] = Malformed("The service sent a NextToken a second time.", "r asks again.")
            return True
        self._tokens[request.kind] = page.next_token
        if page.next_token is None:
            self._ended.add(request.kind)
            self._forget_deleted()
        else:
            self._seen.add((request.kind, hash(page.next_token)))
        return True

    def _add(self, kind: ListKind, item: LastRun | Canary) -> None:
        name = item.canary if isinstance(item, LastRun) else item.name
        entry = self._entries.get(name, CanaryEntry(name))
        if isinstance(item, LastRun):
            again = name in self._named[kind] and entry.failing
            entry = CanaryEntry(name, entry.last_run if again else item, entry.canary)
        else:
            entry = CanaryEntry(name, entry.last_run, item)
        self._named[kind].add(name)
        self._entries[name] = entry

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
