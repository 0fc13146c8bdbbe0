"""The runs of one canary: what is asked, how it stands with the canary, the table, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from canaryscope.render.runs import RunRows
from canaryscope.render.status import nothing_to_show
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import RunType
from canaryscope.runs.store import StoredRun
from canaryscope.screens.glance import Glance
from canaryscope.screens.query_pane import QueryPane
from canaryscope.screens.run_loader import RunLoader
from canaryscope.screens.seeking import Seeking
from canaryscope.screens.table_columns import choose_columns
from canaryscope.screens.triage_pane import TriagePane
from canaryscope.source import Source
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.query_lines import QueryLines
from canaryscope_widgets.run_table import RunColumn, RunTable
from canaryscope_widgets.still import Still

__all__ = ["RunsPane"]

KEPT = 6
"""Canaries whose runs stay loaded: going back to one shows them at once."""


class RunsPane(Still, Vertical):
    """Connects a RunBrowser (what to load), a Source (loading) and the table (what is seen)."""

    class Highlighted(FieldedMessage):
        """Another run is under the cursor, or the same one has changed; None where there is none."""

        stored: StoredRun | None

    class Opened(FieldedMessage):
        """The run under the cursor shall be shown full screen."""

        stored: StoredRun

    class Changed(Message):
        """The figures or the filters are others than before."""

    def __init__(
        self, source: Source, *, zone: Zone, now: Callable[[], datetime], ascii: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.browser: RunBrowser | None = None
        self.zone = zone
        self.columns: dict[RunColumn, bool] = {}  # shown always, or never
        self._now = now
        self._loader = RunLoader(self, source, self._loading, self._loaded)
        self.kept: dict[str, RunBrowser] = {}
        """The canaries whose runs are loaded, the one on screen last."""
        self._following_end = self._looking = False
        self._glance = Glance(self, self._show_loaded)
        self._place: tuple[int, int] | None = None
        self.clock = self.look_at_clock()
        """How times are shown now."""
        self.query_pane = QueryPane(self._change_query, self.focus)
        self.triage_pane = TriagePane(source)
        self.table = RunTable()
        self.notice = Notice(max_lines=4)
        self._seeking = Seeking(self.table, self._pump)
        for widget in (self.query_pane, self.triage_pane.headline, self.triage_pane.strip, self.table, self.notice):
            widget.ascii = ascii
        self.table.placeholder = "Choose a canary: c"

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.query_pane
        yield self.triage_pane
        yield self.table
        yield self.notice

    # What the screen asks

    def look_at_clock(self) -> Clock:
        """How times are to be shown, seen from this moment."""
        return Clock(self.zone, self._now())

    @property
    def under_cursor(self) -> StoredRun | None:
        """The run that the cursor is on; of a schedule with several, the one that tells most."""
        if self.browser is None:
            return None
        lines = self.browser.view.rows(self.table.cursor, self.table.cursor + 1)
        return lines[0].stored if lines else None

    # What the screen does

    def open(self, canary: str, types: frozenset[RunType], dry_run: str | None = None) -> None:
        """Show the runs of a canary. One that was open before shows what it had at once, and looks for new runs."""
        if self.browser is not None:
            self.browser.stop()
        again = self.kept.pop(canary, None)
        self.kept[canary] = self.browser = again or RunBrowser(canary, types)
        while len(self.kept) > KEPT:
            self.kept.pop(next(iter(self.kept))).close()
        if dry_run is not None:
            self.browser.search_dry_run(dry_run, beside=types if len(types) > 1 else frozenset())
        if again is not None:
            again.refresh()
        self.query_pane.leave()
        self._place, self._following_end, self._looking = None, False, True
        self.clock = self.look_at_clock()
        self.triage_pane.opened(self.browser, self.clock)
        self.table.source = RunRows(self.browser.view, lambda: self.clock)
        self.table.content_changed(cursor=0, top=0)
        self.post_message(self.Highlighted(self.under_cursor))
        self._tell_view(moved=False)
        self._pump()

    def set_zone(self, zone: Zone) -> None:
        """Show times in another way."""
        self.zone = zone
        self._content_changed()
        self._pump()
        self._show_triage()

    def refresh_runs(self) -> None:
        """Look for new runs, or try again what failed."""
        self._loader.hurry()
        self._look()

    def _look(self) -> None:
        if self.browser is not None:
            self._looking = True
            self.browser.refresh()
            self._pump()

    def toggle_watch(self) -> None:
        """Look for new runs every so often, or no more."""
        self.triage_pane.toggle_watch()
        self._show_state()

    def seek_failure(self, step: int) -> None:
        """Go to the next failure below (`step` 1) or above (-1) the cursor."""
        if self.browser is not None:
            self._seeking.failure(self.browser, step)

    def seek_streak(self) -> None:
        """Go to where the current streak began, be it many pages down."""
        if self.browser is not None:
            self._seeking.streak(self.browser)

    def go_beside(self, step: int) -> None:
        """Go by cells of the outcome strip: from where the cursor is, or they have led last."""
        if not self._seeking.stands_there(self.browser):
            self.mark_cursor()
        self._seeking.scheduled(self.browser, self.triage_pane.beside(step))

    def mark_cursor(self) -> None:
        """Show in the outcome strip where the cursor is."""
        anchor, stored = self._anchor, self.under_cursor
        dry = stored is None or stored.run.run_type is not RunType.CANARY_RUN
        self.triage_pane.mark(None if anchor is None or dry else anchor[1])

    def back(self) -> bool:
        """Esc: stop a long search, else clear a filter. False: there was nothing to stop or clear."""
        if self.browser is None:
            return False
        if not self.browser.hurrying:
            return self.query_pane.widen()
        self.browser.stop()
        self._pump()
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

    def on_run_table_fold_toggled(self, event: RunTable.FoldToggled) -> None:
        """Show the runs of a schedule one by one, or in one row; the cursor goes to its row."""
        event.stop()
        if self.browser is not None:
            head = self.browser.view.unfold(event.index, event.unfold)
            self._place = self.browser.anchor(head)
            self._content_changed(self._place)

    def on_run_table_unfold_all_toggled(self, event: RunTable.UnfoldAllToggled) -> None:
        """The same for all schedules."""
        event.stop()
        self._change_query(lambda browser: browser.view.unfold_all())

    def on_triage_pane_chosen(self, event: TriagePane.Chosen) -> None:
        """A cell of the outcome strip was clicked."""
        event.stop()
        self._seeking.scheduled(self.browser, event.scheduled)

    def on_triage_pane_look_wanted(self, event: TriagePane.LookWanted) -> None:
        """It is time to look for new runs."""
        event.stop()
        self._look()

    def on_triage_pane_paced(self, event: TriagePane.Paced) -> None:
        """The query bar says how often new runs are looked for."""
        event.stop()
        self._show_state()

    def on_query_lines_escaped(self, event: QueryLines.Escaped) -> None:
        """Esc while typing: stop a long search, else take the filter back."""
        event.stop()
        if self.browser is None or not self.browser.hurrying or not self.back():
            self.query_pane.clear()
            self.table.focus()

    # Loading

    def _tell_view(self, *, moved: bool) -> None:
        """Tell the browser what is in sight."""
        if self.browser is not None:
            top, height = self.table.top, self.table.visible_rows
            at_last = self.table.cursor >= len(self.browser.view) - 1
            self.browser.viewed(top + height, height, moved=moved, at_last=at_last)

    def _pump(self) -> None:
        """Have the calls made that are wanted now, and say how things stand."""
        if self.browser is not None:
            self._loader.pump(self.browser)
            self._show_state()

    def _loading(self, browser: RunBrowser) -> None:
        """Rows are about to come: a key may have moved the cursor without its message having been heard."""
        if browser is self.browser and not browser.view.scanning:
            self._place = self._anchor or self._place

    def _loaded(self, browser: RunBrowser, rows: bool) -> None:
        """A call has ended, or a scan has come further."""
        if browser is not self.browser:
            return
        onward = rows and browser.hurrying and not browser.refreshing and not browser.view.scanning
        if onward:
            self._seeking.go_on(browser)
        (self._glance.soon if onward and browser.hurrying else self._glance.now)(browser, rows)

    def _show_loaded(self, browser: RunBrowser, rows: bool) -> None:
        """Show what has come since the last time."""
        if browser is not self.browser:
            return
        if browser.hurrying and not browser.refreshing:
            self._loading(browser)  # all of it came in below
        if rows:
            self._content_changed(self._place)
            self._seeking.go_on(browser)
            self.triage_pane.facts.want(browser.canary)
        self._pump()
        if rows:
            self._show_triage()
        if self._looking and not (browser.refreshing and browser.hurrying):
            self._looking = False
            self.triage_pane.looked(browser.progress.error)
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
        self.clock = self.look_at_clock()
        at_top = self.table.top == 0
        cursor = None if anchor is None else self.browser.view.find(*anchor)
        keep_top = at_top and cursor is not None and cursor < self.table.visible_rows
        self.table.content_changed(cursor=cursor, top=0 if keep_top else None)
        if not self.browser.view.scanning:
            self._place = self._anchor or self._place
        self._tell_view(moved=False)
        choose_columns(self.table, self.browser, self.clock, self.columns)
        self.post_message(self.Highlighted(self.under_cursor))

    def _change_query(self, change: Callable[[RunBrowser], object]) -> None:
        """Change filter or run types: the cursor stays on its run, or goes to the one nearest in time."""
        if self.browser is None:
            return
        self._place, self._following_end = self._anchor or self._place, False
        change(self.browser)
        self._content_changed(self._place)
        self._pump()
        self._show_triage()

    def _end_reached(self) -> None:
        """`G` has loaded what there is, or was stopped: go to the oldest run, unless the person has moved since."""
        if self._following_end and self.browser is not None:
            self._following_end = False
            self.table.move_to(len(self.browser.view) - 1)

    def _show_triage(self) -> None:
        """Headline and strip: after what is wanted has been asked for, for more may be on its way."""
        if self.browser is not None:
            self.triage_pane.show(self.browser, self.clock)

    def _show_state(self) -> None:
        """Query bar, notice and placeholder."""
        browser = self.browser
        if browser is None:
            return
        self.query_pane.show(browser, self.triage_pane.watching)
        progress, error = browser.progress, browser.progress.error
        empty = len(browser.view) == 0
        self.table.placeholder = nothing_to_show(browser.canary, progress, browser.filter) if empty else ""
        self.notice.say(*(("", "") if error is None or empty else (error.sentence, error.hint)))
        self.post_message(self.Changed())
