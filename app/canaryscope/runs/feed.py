"""RunFeed: the lazy pagination of one question as a state machine. No threads, no clock, no I/O.

A feed hands out `PageRequest`s, at most one at a time, and takes the answers. It walks in one of three ways:

* OLDER: the next page below what is loaded.
* NEWER: a refresh: the newest page, and further pages only until one meets a run that was known.
* AGAIN: the NextToken had expired, so it starts again from the newest page and walks down to what is loaded, then on.
  Runs that are known already are not doubled (the store sees to that).

A failed call is never repeated unasked: the feed stays FAILED until `retry`. The exception is an expired NextToken,
which only starting again can mend: a ValidationException to a request that differs from the one before by its token.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from canaryscope.runs.errors import InvalidRequest, Malformed, SourceError
from canaryscope.runs.model import CanaryRun, Page, RunQuery
from canaryscope.runs.store import Added, RunStore, last_place
from canaryscope.runs.view import OLDEST

__all__ = ["FeedState", "PageRequest", "RunFeed", "Walk"]

REFRESH_ROOM = 2**32
"""Places set aside above the newest run for what one refresh may bring."""


class FeedState(Enum):
    """Where a feed stands."""

    IDLE = auto()
    LOADING = auto()
    FAILED = auto()
    END = auto()


class Walk(Enum):
    """Which way a request goes."""

    OLDER = auto()
    NEWER = auto()
    AGAIN = auto()


class PageRequest(NamedTuple):
    """One call to make. Told apart by identity: an answer counts only for the request that is in flight."""

    query: RunQuery
    walk: Walk
    token: str | None
    seq: int
    """The store's place for the first run of the answer."""
    after: int | None
    """The `at` of the run before the page, if known."""
    place: int
    """How many runs this walk has passed before the page."""


@dataclass
class _Cursor:
    """How far a walk has come."""

    token: str | None
    seq: int
    after: int | None
    place: int
    tokens: set[int]
    goal: int | None = None
    """Of a walk from the newest page: the newest `at` that was loaded before; None once it has come down to it."""
    above: int | None = None
    """The `at` down to which that walk has come; None where it has brought nothing yet."""

    def begin_again(self, goal: int | None, seq: int) -> _Cursor:
        """A walk from the newest page down to `goal`; what this one has not come down to is still missing."""
        missing = self.goal is not None
        return _Cursor(None, seq, None, 0, set(), self.goal if missing else goal, self.above if missing else None)


class RunFeed:
    """The pages of one RunQuery, into one store."""

    def __init__(self, query: RunQuery, store: RunStore) -> None:
        self.query = query
        self.error: SourceError | None = None
        self.newest: int | None = None
        """The newest `at` loaded; None before the first page."""
        self.oldest: int | None = None
        """The oldest `at` loaded: above it nothing is missing."""
        self.pages = 0
        """How many pages were taken in on the way down."""
        self._store = store
        self._tail = _Cursor(None, 0, None, 0, set())
        self._ended = False
        self._head_seq = 0
        self._refresh: _Cursor | None = None
        self._again: _Cursor | None = None
        self._new_since_restart = True
        self._in_flight: PageRequest | None = None
        self._passed: tuple[PageRequest, _Cursor] | None = None
        """The request of a page that is to be taken in although the walk goes on already, and how far it was before."""

    @property
    def state(self) -> FeedState:
        """LOADING while a call is in flight, FAILED until a retry, END when there is nothing below."""
        if self._in_flight is not None:
            return FeedState.LOADING
        if self.error is not None:
            return FeedState.FAILED
        return FeedState.END if self._ended and self._refresh is None else FeedState.IDLE

    @property
    def started(self) -> bool:
        """Whether a first page has been taken in."""
        return self.newest is not None or self._ended

    @property
    def ended(self) -> bool:
        """Whether the oldest run of all is loaded."""
        return self._ended

    @property
    def refreshing(self) -> bool:
        """Whether a refresh has further pages to fetch before it meets what is known."""
        return self._refresh is not None

    @property
    def unbroken(self) -> int:
        """The `at` down to which no run is missing, newest runs included: a walk from the newest page leaves a gap."""
        walks = [walk for walk in (self._refresh, self._again) if walk is not None and walk.goal is not None]
        return max((walk.above for walk in walks if walk.above is not None), default=self.floor)

    @property
    def floor(self) -> int:
        """The `at` above which no run of this question is missing."""
        if self._ended:
            return OLDEST
        return -OLDEST - 1 if self.oldest is None else self.oldest

    def request(self) -> PageRequest | None:
        """The call to make now to get on: a refresh's next page, or the next older one. None: nothing to ask now."""
        if self.state in (FeedState.LOADING, FeedState.FAILED, FeedState.END):
            return None
        walk = self._walk()
        cursor = self._cursor(walk)
        self._in_flight = PageRequest(self.query, walk, cursor.token, cursor.seq, cursor.after, cursor.place)
        return self._in_flight

    def _walk(self) -> Walk:
        """The way that the next request goes."""
        if self._refresh is not None:
            return Walk.NEWER
        return Walk.OLDER if self._again is None else Walk.AGAIN

    def _cursor(self, walk: Walk) -> _Cursor:
        """How far that way has been gone. A refresh may be asked for while an older page is in flight."""
        found = {Walk.NEWER: self._refresh, Walk.AGAIN: self._again, Walk.OLDER: self._tail}[walk]
        assert found is not None
        return found

    def refresh(self) -> None:
        """Look for new runs with the next `request`. A refresh that is under way goes on; a failed feed tries again."""
        if self.error is not None:
            self.retry()
        elif self.newest is None:
            self._tail, self._ended = _Cursor(None, 0, None, 0, set()), False
        elif self._refresh is None:
            self._head_seq -= REFRESH_ROOM
            self._refresh = (self._again or self._tail).begin_again(self.newest, self._head_seq)

    def retry(self) -> None:
        """After a failure: let the next `request` ask the same again, from the same token."""
        self.error = None
        self._new_since_restart = True

    def go_ahead(self, request: PageRequest, page: Page[CanaryRun]) -> PageRequest | None:
        """The call that follows, before the answer is taken in: the two take time in different places.

        None: it can be told after `accept` only.
        """
        if request is not self._in_flight or request.walk is not Walk.OLDER or page.next_token is None:
            return None
        self._passed = request, replace(self._tail)
        self._pass(self._tail, request, page)
        return self.request()

    def accept(self, request: PageRequest, page: Page[CanaryRun]) -> Added | None:
        """Take in an answer. None: it answers a question that is no longer asked, and is dropped.

        Raises sqlite3.Error; then it is as if the page had not come.
        """
        passed, self._passed = self._passed, None
        if passed is None or passed[0] is not request:
            if request is not self._in_flight:
                return None
            passed = request, replace(self._cursor(request.walk))
            self._pass(self._cursor(request.walk), request, page)
        try:
            return self._keep(request, page)
        except sqlite3.Error:
            _, before = passed
            cursor = self._cursor(request.walk)
            cursor.token, cursor.seq, cursor.after, cursor.place = before.token, before.seq, before.after, before.place
            cursor.tokens.discard(hash(page.next_token))
            self._in_flight = request
            raise

    def _pass(self, cursor: _Cursor, request: PageRequest, page: Page[CanaryRun]) -> None:
        """Go on to what follows a page."""
        self._in_flight = None
        cursor.seq += len(page.items)
        cursor.place += len(page.items)
        cursor.after = last_place(page.items, request.after)
        self._turn(cursor, page.next_token)

    def _keep(self, request: PageRequest, page: Page[CanaryRun]) -> Added:
        """Take in a page that was passed."""
        cursor, oldest_before = self._cursor(request.walk), self.oldest
        added = self._store.add(
            page.items,
            self.query.run_type,
            page.causes,
            seq=request.seq,
            after=request.after,
            place=request.place,
            reorder=request.walk is Walk.NEWER,
        )
        if page.items:
            self.newest = added.newest if self.newest is None else max(self.newest, added.newest)
        if request.walk is not Walk.OLDER:
            self._come_down(cursor, added, page.next_token is None)
        if request.walk is Walk.NEWER:
            if cursor.goal is None:
                self._refresh = None
                self._new_since_restart = True
        else:
            self.pages += 1
            self._after_older(request.walk, added, oldest_before)
        return added

    def _come_down(self, cursor: _Cursor, added: Added, at_the_end: bool) -> None:
        """Note how far a walk from the newest page has come, and whether it has met what was loaded before it.

        What it has brought itself does not count: where new runs come meanwhile, the next page begins with the last
        ones of the page before.
        """
        cursor.above = added.last
        if at_the_end or cursor.goal is None or any(at <= cursor.goal for at in added.known):
            cursor.goal = None
            if cursor is self._refresh and self._again is not None:
                self._again.goal = None

    def _turn(self, cursor: _Cursor, token: str | None) -> None:
        """Go on with the next page. A token that came before leads in a circle: its page counts, and is the last."""
        if token is not None and hash(token) in cursor.tokens:
            self.error = Malformed("The service sent a NextToken a second time.", "r asks for this page again.")
            return
        if token is not None:
            cursor.tokens.add(hash(token))
        cursor.token = token

    def _after_older(self, walk: Walk, added: Added, oldest_before: int | None) -> None:
        """Move the tail down; a walk that had to start again becomes the tail once it is past what was loaded."""
        if added.newest >= added.oldest:
            self.oldest = added.oldest if self.oldest is None else min(self.oldest, added.oldest)
        if walk is Walk.OLDER:
            self._ended = self._tail.token is None
            self._new_since_restart = self._new_since_restart or added.new > 0
            return
        again = self._again
        assert again is not None
        past = self.oldest != oldest_before
        if past or again.token is None:
            self._new_since_restart = past
            self._tail, self._again, again.goal = again, None, None
            self._ended = again.token is None

    def fail(self, request: PageRequest, error: SourceError) -> bool:
        """The call failed. False: it was a call that nobody waits for. An expired token starts the walk again."""
        if request is not self._in_flight:
            return False
        self._in_flight = None
        if isinstance(error, InvalidRequest) and request.token is not None and self._restart(request.walk):
            return True
        self.error = error
        return True

    def _restart(self, walk: Walk) -> bool:
        """Begin the walk again from the newest page; False where that has been tried and brought nothing new."""
        if not self._new_since_restart:
            return False
        self._new_since_restart = False
        if walk is Walk.NEWER and self._refresh is not None:
            self._head_seq -= REFRESH_ROOM
            self._refresh = self._refresh.begin_again(self.newest, self._head_seq)
        else:
            self._again = (self._again or self._tail).begin_again(self.newest, self._tail.seq)
        return True

    def abandon(self) -> None:
        """Nobody waits for the call in flight any more: its answer will be dropped, and it may be asked again."""
        self._in_flight = None
