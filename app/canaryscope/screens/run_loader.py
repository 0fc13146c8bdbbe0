"""RunLoader: makes the calls that a RunBrowser wants, and hands over what comes."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from textual.widget import Widget
from textual.worker import WorkType

from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import CanaryRun, Page
from canaryscope.source import Source
from canaryscope_widgets.keys_in_order import after_keys

__all__ = ["Backoff", "RunLoader"]

_LOG = logging.getLogger(__name__)

_Following: TypeAlias = tuple[PageRequest, asyncio.Task[Page[CanaryRun]] | None]
"""What is to be fetched next, and its answer to come if that was asked for already."""


class Backoff:
    """How long to wait after throttling: twice as long each time, with jitter, until it is a person's turn."""

    FIRST = 2.0
    """Seconds, at most; half of it at least."""
    LONGEST = 30.0
    """Seconds. A service that asks for a longer wait is asked again by a person only."""
    TRIES = 6

    def __init__(self) -> None:
        self._times = 0

    def reset(self) -> None:
        """A call went through, or a person asked."""
        self._times = 0

    def plan(self, error: Throttled) -> None:
        """Set the `delay` of what was throttled, and say so in its hint. None: no further try by itself.

        A delay that it has already is the service's own wish (Retry-After): it is not undercut.
        """
        self._times += 1
        delay = min(self.LONGEST, self.FIRST * 2 ** (self._times - 1)) * random.uniform(0.5, 1.0)
        delay = max(delay, error.delay or 0.0)
        if self._times >= self.TRIES or delay > self.LONGEST:
            error.delay = None
        else:
            error.delay = delay
            error.hint = f"canaryscope asks again {error.within}; r asks at once."
        _LOG.debug("throttled %d times in a row; next try: %s", self._times, error.hint or "when a person asks")


class RunLoader:
    """Runs calls as workers of `owner`, one for each request; none of it blocks.

    A worker is given a function, not a coroutine: at quit, one that was never begun would be complained of on stderr.

    `changed(browser, rows)` is called after each answer, failure or step of a scan; `rows`: the rows are others now.
    A page is taken in, and the next step of a scan taken, when `after_keys` lets it: no key waits for either. Just
    before an answer is taken in `changing(browser)` is called: the last moment at which the cursor's row is known.
    """

    def __init__(
        self,
        owner: Widget,
        source: Source,
        changing: Callable[[RunBrowser], None],
        changed: Callable[[RunBrowser, bool], None],
    ) -> None:
        self._owner = owner
        self._source = source
        self._changing = changing
        self._changed = changed
        self._backoff = Backoff()

    def pump(self, browser: RunBrowser) -> None:
        """Start the calls that are wanted now."""
        for request in browser.requests():
            self._start(browser, request)
        if browser.view.scanning:
            scan: WorkType[None] = partial(self._scan, browser)
            self._owner.run_worker(scan, group="scan", exclusive=True, exit_on_error=False)

    def _start(self, browser: RunBrowser, request: PageRequest) -> None:
        fetch: WorkType[None] = partial(self._fetch, browser, request)
        self._owner.run_worker(fetch, group="runs", exit_on_error=False)

    def hurry(self) -> None:
        """The person asked: forget how often it was throttled."""
        self._backoff.reset()

    async def _fetch(self, browser: RunBrowser, request: PageRequest) -> None:
        """Fetch that page, and go on as long as another is wanted: a worker for each costs as much as parsing it."""
        asked: asyncio.Task[Page[CanaryRun]] | None = None
        try:
            while True:
                following = await self._fetch_page(browser, request, asked)
                if following is None:
                    return
                request, asked = following
        finally:
            if asked is not None:
                asked.cancel()

    async def _fetch_page(
        self, browser: RunBrowser, request: PageRequest, asked: asyncio.Task[Page[CanaryRun]] | None
    ) -> _Following | None:
        """Fetch a page, or wait for one that is asked for already; what is to be fetched then."""
        try:
            page = await (asked or self._source.runs_page(request))
        except SourceError as error:
            if isinstance(error, Throttled):
                self._backoff.plan(error)
            if browser.fail(request, error):
                self._try_later(browser, error)
                self._changed(browser, False)
            return self._following(browser)
        self._backoff.reset()
        ahead = None
        if (following := browser.go_ahead(request, page)) is not None:
            ahead = following, asyncio.create_task(self._source.runs_page(following))
        await after_keys(self._owner)  # meanwhile the call that follows gets on its way
        self._changing(browser)
        try:
            accepted = browser.accept(request, page)
        except sqlite3.Error as error:
            _LOG.debug("a page of %d runs cannot be kept", len(page.items), exc_info=error)
            browser.fail(request, SourceError(f"The runs cannot be kept: {error}.", "Is the temporary folder full?"))
            accepted = True
        _LOG.debug("a page of %d runs was %s", len(page.items), "taken in" if accepted else "not wanted any more")
        if accepted:
            self._changed(browser, True)
        return ahead or self._following(browser)

    def _following(self, browser: RunBrowser) -> _Following | None:
        """Whoever heard of the page may have had the next ones fetched; then there are none."""
        first, *others = [*browser.requests(), None]
        for other in others:
            if other is not None:
                self._start(browser, other)
        return None if first is None else (first, None)

    def _try_later(self, browser: RunBrowser, error: SourceError) -> None:
        if not isinstance(error, Throttled) or error.delay is None:
            return

        def again() -> None:
            browser.retry(error)
            self._changed(browser, False)

        self._owner.set_timer(error.delay, again)

    async def _scan(self, browser: RunBrowser) -> None:
        """Look through the loaded runs for a new filter, and let keys in between."""
        through = False
        while not through:
            through = browser.scan()
            self._changed(browser, True)
            await after_keys(self._owner)
