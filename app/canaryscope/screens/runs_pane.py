"""The runs of one canary: the query bar, the lines to type into, the table, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from canaryscope.render.runs import RunRows, optional_columns
from canaryscope.render.status import StatusText, nothing_to_show, status_text
from canaryscope.render.times import Clock, Zone
from canaryscope.runs import dry_run_id
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import RunType
from canaryscope.runs.store import StoredRun
from canaryscope.screens.run_loader import RunLoader
from canaryscope.source import Source
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.query_lines import QueryLines
from canaryscope_widgets.run_columns import ABSOLUTE_WIDTH
from canaryscope_widgets.run_table import RunTable

__all__ = ["RunsPane"]

KEPT = 6
"""Canaries whose runs stay loaded: going back to one shows them at once."""


class RunsPane(Vertical):
    """Connects a RunBrowser (what to load), a Source (loading) and the table (what is seen)."""

    @dataclass
    class Highlighted(Message):
        """Another run is under the cursor, or the same one has changed; None where there is none."""

        stored: StoredRun | None

    @dataclass
    class Opened(Message):
        """The run under the cursor shall be shown full screen."""

        stored: StoredRun

    @dataclass
    class Changed(Message):
        """The figures or the filters are others than before."""

    @dataclass
    class Told(Message):
        """A short remark on what the person has just done."""

        text: str

    def __init__(
        self, source: Source, *, zone: Zone, now: Callable[[], datetime], ascii: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.browser: RunBrowser | None = None
        self.zone = zone
        self._now = now
        self._loader = RunLoader(self, source, self._loaded)
        self._kept: dict[str, RunBrowser] = {}
        self._following_end = False
        self._place: tuple[int, int] | None = None
        self.clock = Clock(zone, now())
        """How times are shown now."""
        self.query_lines = QueryLines(check_dry_run_id=dry_run_id.refusal, normalise_dry_run_id=dry_run_id.normalise)
        self.table = RunTable()
        self.notice = Notice(max_lines=4)
        self.query_lines.ascii = self.table.ascii = self.notice.ascii = ascii
        self.table.placeholder = "Choose a canary: c"

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.query_lines
        yield self.table
        yield self.notice

    # What the screen asks

    @property
    def under_cursor(self) -> StoredRun | None:
        """The run that the cursor is on."""
        if self.browser is None:
            return None
        rows = self.browser.view.rows(self.table.cursor, self.table.cursor + 1)
        return rows[0] if rows else None

    @property
    def status(self) -> StatusText:
        """What the status bar says of these runs."""
        if self.browser is None:
            return StatusText("", "no canary chosen")
        return status_text(self.browser.progress)

    # What the screen does

    def open(self, canary: str, types: frozenset[RunType], dry_run: str | None = None) -> None:
        """Show the runs of a canary. One that was open before shows what it had at once, and looks for new runs."""
        again = self._kept.pop(canary, None)
        self.browser = again or RunBrowser(canary, types)
        self._kept[canary] = self.browser
        while len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        if dry_run is not None:
            self.browser.search_dry_run(dry_run, beside=types if len(types) > 1 else frozenset())
        if again is not None:
            again.refresh()
        self.query_lines.leave()
        self._place, self._following_end = None, False
        self.table.source = RunRows(self.browser.view, lambda: self.clock)
        self.table.content_changed(cursor=0, top=0)
        self._tell_view(moved=False)
        self._pump()

    def set_zone(self, zone: Zone) -> None:
        """Show times in another way."""
        self.zone = zone
        self._content_changed()
        self._pump()

    def refresh_runs(self) -> None:
        """Look for new runs, or try again what failed."""
        if self.browser is not None:
            self._loader.hurry()
            self.browser.refresh()
            self._pump()

    def toggle(self, run_type: RunType) -> None:
        """Switch canary runs or dry runs on or off."""
        browser = self.browser
        if browser is None:
            return
        if browser.filter.types != {run_type}:
            self._change(lambda: browser.toggle(run_type))
        else:
            other = "2" if run_type is RunType.CANARY_RUN else "1"
            self.post_message(self.Told(f"One of the two stays on: press {other} first"))

    def toggle_failures(self) -> None:
        """Show failures only, or all runs again."""
        if (browser := self.browser) is not None:
            self._change(lambda: browser.narrow(failures_only=not browser.filter.failures_only))

    def seek_failure(self, step: int) -> None:
        """Go to the next failure below (`step` 1) or above (-1) the cursor."""
        if self.browser is None:
            return
        found = self.browser.seek_failure(self.table.cursor, step)
        if found is not None:
            self.table.move_to(found)
        elif step < 0:
            self.post_message(self.Told("No newer failure; r looks for new runs"))
        else:
            self._pump()
            self._look_for_failure()

    def edit_text(self) -> None:
        """Open the line for the text filter."""
        if self.browser is not None:
            self.query_lines.edit_text(self.browser.filter.text)

    def edit_dry_run(self) -> None:
        """Open the line for the DryRunId search."""
        if self.browser is not None:
            self.query_lines.edit_dry_run(self.browser.dry_run_text)

    def back(self) -> bool:
        """Esc: stop a long search, else clear a filter. False: there was nothing to stop or clear."""
        browser = self.browser
        if browser is None:
            return False
        if browser.hurrying:
            browser.stop()
            self._pump()
            return True
        if browser.filter.text:
            self._change(lambda: browser.narrow(text=""))
        elif browser.dry_run_text:
            self._change(lambda: browser.search_dry_run(""))
        elif browser.filter.failures_only:
            self._change(lambda: browser.narrow(failures_only=False))
        else:
            return False
        return True

    def focus(self, scroll_visible: bool = True) -> RunsPane:
        """Give the keys to the table."""
        self.table.focus(scroll_visible)
        return self

    # What the widgets tell

    def on_run_table_viewed(self, event: RunTable.Viewed) -> None:
        """The window or the cursor has moved: load what is needed ahead of it."""
        event.stop()
        if event.moved:
            self._following_end = False
            self._place = self._anchor
        self._tell_view(moved=event.moved)
        self._pump()

    def on_run_table_end_wanted(self, event: RunTable.EndWanted) -> None:
        """`G`: load on to the oldest run of all."""
        event.stop()
        if self.browser is not None:
            self.browser.to_the_end()
            self._following_end = True
            self._pump()

    def on_run_table_run_highlighted(self, event: RunTable.RunHighlighted) -> None:
        """Pass on which run it is."""
        event.stop()
        self.post_message(self.Highlighted(self.under_cursor))

    def on_run_table_run_selected(self, event: RunTable.RunSelected) -> None:
        """Enter on a run."""
        event.stop()
        if (stored := self.under_cursor) is not None:
            self.post_message(self.Opened(stored))

    def on_query_lines_text_typed(self, event: QueryLines.TextTyped) -> None:
        """Filter as the person types; Enter goes back to the table."""
        event.stop()
        browser = self.browser
        if browser is not None and event.text != browser.filter.text:
            self._change(lambda: browser.narrow(text=event.text))
        self._typed(event.submitted)

    def on_query_lines_dry_run_typed(self, event: QueryLines.DryRunTyped) -> None:
        """Search by DryRunId as the person types; Enter goes back to the table, and on through further pages."""
        event.stop()
        browser = self.browser
        if browser is not None and (event.submitted or event.text != browser.dry_run_text):
            self._change(lambda: browser.search_dry_run(event.text, submitted=event.submitted))
        self._typed(event.submitted)

    def on_query_lines_escaped(self, event: QueryLines.Escaped) -> None:
        """Esc while typing: stop a long search, else take the filter back."""
        event.stop()
        if self.browser is None or not self.browser.hurrying or not self.back():
            self.query_lines.clear()
            self.table.focus()

    def _typed(self, submitted: bool) -> None:
        if submitted:
            self.query_lines.leave()
            self.table.focus()

    # Loading

    def _tell_view(self, *, moved: bool) -> None:
        """Tell the browser what is in sight."""
        if self.browser is not None:
            table = self.table
            at_last = table.cursor >= len(self.browser.view) - 1
            bottom = table.top + table.visible_rows
            self.browser.viewed(bottom, table.visible_rows, moved=moved, at_last=at_last)

    def _pump(self) -> None:
        """Have the calls made that are wanted now, and say how things stand."""
        if self.browser is not None:
            self._loader.pump(self.browser)
            self._show_state()

    def _loaded(self, browser: RunBrowser, rows: bool) -> None:
        """A call has ended, or a scan has come further."""
        if browser is not self.browser:
            return
        if rows:
            self._content_changed(self._place)
            self._look_for_failure()
        self._pump()
        if not browser.hurrying:
            self._end_reached()

    # What is shown

    @property
    def _anchor(self) -> tuple[int, int] | None:
        """What finds the run under the cursor again."""
        return self.browser.anchor(self.table.cursor) if self.browser is not None else None

    def _content_changed(self, anchor: tuple[int, int] | None = None) -> None:
        """The table's rows are others than before: keep the cursor on its run, and what is read where it is."""
        if self.browser is None:
            return
        self.clock = Clock(self.zone, self._now())
        at_top = self.table.top == 0
        cursor = None if anchor is None else self.browser.view.find(*anchor)
        keep_top = at_top and cursor is not None and cursor < self.table.visible_rows
        self.table.content_changed(cursor=cursor, top=0 if keep_top else None)
        if not self.browser.view.scanning:
            self._place = self._anchor or self._place
        self._tell_view(moved=False)
        self._choose_columns()
        self.post_message(self.Highlighted(self.under_cursor))

    def _change(self, change: Callable[[], object]) -> None:
        """Change filter or run types: the cursor stays on its run, or goes to the one nearest in time."""
        self._place, self._following_end = self._anchor, False
        change()
        self._content_changed(self._place)
        self._pump()

    def _look_for_failure(self) -> None:
        """After `n` found none among the loaded: has the page that came brought one?"""
        if self.browser is None or not self.browser.seeking:
            return
        found = self.browser.found()
        if found is not None:
            self.table.move_to(found)
        elif not self.browser.seeking:
            self.post_message(self.Told("No older failure: this is the end of the history"))

    def _end_reached(self) -> None:
        """`G` has loaded what there is, or was stopped: go to the oldest run, unless the person has moved since."""
        if self._following_end and self.browser is not None:
            self._following_end = False
            self.table.move_to(len(self.browser.view) - 1)

    def _show_state(self) -> None:
        """Query bar, notice and placeholder."""
        browser = self.browser
        if browser is None:
            return
        bar, shown = self.query_lines.bar, browser.filter
        bar.canary_runs = RunType.CANARY_RUN in shown.types
        bar.dry_runs = RunType.DRY_RUN in shown.types
        bar.dry_run_id = browser.dry_run_text
        bar.failures_only = shown.failures_only
        bar.filter = shown.text
        progress = browser.progress
        empty = len(browser.view) == 0
        error = progress.error
        self.table.placeholder = nothing_to_show(browser.canary, progress, shown) if empty else ""
        self.notice.say(*(("", "") if error is None or empty else (error.sentence, error.hint)))
        self.post_message(self.Changed())

    def _choose_columns(self) -> None:
        """Show the columns that have something to show; years other than this one need a wider Started."""
        if self.browser is None:
            return
        self.table.optional = optional_columns(self.browser.members, self.browser.filter.types)
        oldest = self.browser.oldest
        self.table.started_width = max(ABSOLUTE_WIDTH, len(self.clock.short(oldest)) if oldest is not None else 0)
