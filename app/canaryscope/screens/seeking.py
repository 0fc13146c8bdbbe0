"""Going to what a person looks for among the runs: a failure, the start of the streak."""

from __future__ import annotations

from collections.abc import Callable

from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import RunType
from canaryscope.screens.told import Told
from canaryscope_widgets.run_table import RunTable

__all__ = ["Seeking"]


class Seeking:
    """Moves the table's cursor there, at once or with a page that comes later; says so where there is no such run.

    `load` is called where more has to be fetched for it.
    """

    def __init__(self, table: RunTable, load: Callable[[], None]) -> None:
        self._table = table
        self._load = load
        self._led: tuple[RunBrowser, int] | None = None
        """The row to which the outcome strip has led."""

    def failure(self, browser: RunBrowser, step: int) -> None:
        """Go to the next failure below (`step` 1) or above (-1) the cursor."""
        found = browser.seek_failure(self._table.cursor, step)
        if found is not None:
            self._table.move_to(found)
        elif step < 0:
            self._tell("No newer failure; r looks for new runs")
        else:
            self._load()
            self._failure_found(browser)

    def streak(self, browser: RunBrowser) -> None:
        """Go to where the current streak began, be it many pages down."""
        if RunType.CANARY_RUN not in browser.filter.types:
            self._tell("A streak is one of canary runs: press 1 first")
            return
        self._streak_found(browser, browser.seek_streak())
        self._load()

    def scheduled(self, browser: RunBrowser | None, scheduled: int | None) -> None:
        """Go to the line of a scheduled run, as the strip leads; where a filter hides it, to the nearest one."""
        if browser is not None and scheduled is not None:
            self._table.move_to(browser.line_of(scheduled))
            self._led = browser, self._table.cursor

    def stands_there(self, browser: RunBrowser | None) -> bool:
        """Whether the cursor is still where the outcome strip has led."""
        return self._led == (browser, self._table.cursor)

    def go_on(self, browser: RunBrowser) -> None:
        """A page has come: has it brought what is looked for?"""
        if browser.seeking_streak:
            self._streak_found(browser, browser.streak_start())
        elif browser.seeking:
            self._failure_found(browser)

    def _failure_found(self, browser: RunBrowser) -> None:
        found = browser.found()
        if found is not None:
            self._table.move_to(found)
        elif not browser.seeking:
            self._tell("No older failure: this is the end of the history")

    def _streak_found(self, browser: RunBrowser, found: int | None) -> None:
        if found is not None:
            self._table.move_to(found)
        elif not browser.seeking:
            self._tell("No run has finished yet")

    def _tell(self, text: str) -> None:
        self._table.post_message(Told(text))
