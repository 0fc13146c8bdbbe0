"""How often what a long search brings is shown: its pages come faster than anybody can read their number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from textual.timer import Timer
from textual.widget import Widget
from textual.worker import WorkType

from canaryscope.runs.browser import RunBrowser
from canaryscope_widgets.keys_in_order import after_keys

__all__ = ["Glance"]

SECONDS: Final = 0.2


class Glance:
    """Calls `show(browser, rows)` now, or once for all that has come meanwhile; `rows`: some of it were rows.

    What has come meanwhile is shown when `after_keys` lets it.
    """

    def __init__(self, owner: Widget, show: Callable[[RunBrowser, bool], None]) -> None:
        self._owner = owner
        self._show = show
        self._timer: Timer | None = None
        self._rows = False

    def soon(self, browser: RunBrowser, rows: bool) -> None:
        """Show it with what comes in the next fifth of a second."""
        self._rows = self._rows or rows
        if self._timer is None:
            self._timer = self._owner.set_timer(SECONDS, partial(self._work, browser))

    def _work(self, browser: RunBrowser) -> None:
        """As a worker: where the owner waited itself, it would hold up the key."""
        wait: WorkType[None] = partial(self._in_time, browser)
        self._owner.run_worker(wait, group="glance")

    async def _in_time(self, browser: RunBrowser) -> None:
        await after_keys(self._owner)
        if self._timer is not None:
            self.now(browser, False)

    def now(self, browser: RunBrowser, rows: bool) -> None:
        """Show all that has come."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        rows, self._rows = rows or self._rows, False
        self._show(browser, rows)
