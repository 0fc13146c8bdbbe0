"""The explorer: canaries, runs and detail on one screen. It alone connects the panes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from canaryscope.background import Background
from canaryscope.options import StartOptions
from canaryscope.render.times import Zone
from canaryscope.runs.progress import Phase
from canaryscope.screens.detail_pane import DetailPane
from canaryscope.screens.explorer_keys import FOR_A_RUN, FOR_RUNS, ExplorerKeys
from canaryscope.screens.explorer_lines import ExplorerLines
from canaryscope.screens.panes import Panes
from canaryscope.screens.picker_pane import PickerPane
from canaryscope.screens.remarks import Remarks
from canaryscope.screens.run_actions import RunActions
from canaryscope.screens.runs_pane import RunsPane
from canaryscope.screens.told import Told
from canaryscope.screens.triage_pane import TriagePane
from canaryscope.source import Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.input_line import InputLine

if TYPE_CHECKING:
    from canaryscope_widgets.picker import CanaryPicker

__all__ = ["Explorer"]

WIDE = 150
"""Columns from which on all panes are side by side."""

REST = 0.08
"""Seconds for which the cursor has to rest before the detail follows."""


class Explorer(ExplorerKeys):
    """Three panes, a line above and three below them."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    """As CSS_PATH it would make Textual parse all stylesheets once more when the screen is shown for the first time."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-flat"), (17, "-tall"), (30, "-roomy")]

    class CanaryOpened(FieldedMessage):
        """The runs of a canary are shown now."""

        canary: str

    class ZoneChosen(FieldedMessage):
        """The person wants times in another way, from now on."""

        zone: Zone

    class LinkWanted(Message):
        """The console link of the canary is to be shown."""

    def __init__(
        self,
        options: StartOptions,
        source: Source,
        background: Background,
        runs: RunsPane,
        terminal: TerminalApp[Any],
        last_canary: str | None = None,
    ) -> None:
        super().__init__()
        self._options = options
        self.source, self.terminal = source, terminal
        source.ask_code = self.ask_code
        self._detail_timer: Timer | None = None
        self._answered = asyncio.Event()
        ascii = options.environment.ascii
        self.picker_pane = PickerPane(source, runs.look_at_clock, last=last_canary, ascii=ascii, id="picker")
        self.runs_pane = runs
        self.detail_pane = DetailPane(
            source,
            runs.triage_pane.ask_canary,
            terminal,
            lambda run: self.run_actions.last_good(run),
            ascii=ascii,
            id="detail",
        )
        self.lines = ExplorerLines(runs, self.picker_pane, self.detail_pane, ascii=ascii)
        self.title_bar = self.lines.title
        self._remarks = Remarks(self, self.lines.hints)
        loader = self.detail_pane.loader
        self.run_actions = RunActions(self, source, background, runs, loader, self.title_bar, self.say, ascii=ascii)
        self._main = Panes(id="main")
        self.set_class(ascii, "-ascii")
        self.set_class(options.canary is None, "-picking")
        self.copy_menu.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.title_bar
        with Panes(id="panes"):
            yield self.picker_pane
            with self._main:
                yield self.runs_pane
                yield self.detail_pane
        yield self.lines.status
        yield self.lines.hints
        yield self.copy_menu

    async def on_mount(self) -> None:
        """Ask at once: the answer may be there before the first paint."""
        if self._options.canary is None:
            await self.picker_pane.load()
            self.picker_pane.focus()
            self._show_state()
        else:
            self.open(self._options.canary)

    def fit(self, size: Size) -> None:
        """Take the classes of a screen of this size before the first resize brings them: then styles are found once."""
        wide, high = (size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)
        for length, breakpoints in (wide, high):
            self.add_class(next(name for least, name in reversed(breakpoints) if length >= least))

    async def first_answer(self, seconds: float) -> None:
        """Wait until the first question is answered, or so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), seconds)

    def open(self, canary: str) -> None:
        """Show the runs of a canary."""
        self.remove_class("-picking")
        self.run_actions.marked = None
        first = self.runs_pane.browser is None
        self.picker_pane.choose(canary)
        self.runs_pane.open(canary, self._options.run_types, self._options.dry_run_id if first else None)
        self.runs_pane.focus()
        self.post_message(self.CanaryOpened(canary))

    def say(self, remark: str, *, stay: bool = False) -> None:
        """Show a short remark in place of the hints, for a few seconds or (`stay`) until a key is pressed."""
        self._remarks.say(remark, stay=stay)

    def on_key(self) -> None:
        """Whatever key comes after a remark, it has been read. Keys come by here before they act."""
        self._remarks.forget()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """What is for the runs does nothing while the picker, or one run, hides them."""
        if action in FOR_A_RUN:
            return self._main.display
        return action not in FOR_RUNS or (self._main.display and not self.detail_pane.full)

    async def action_pick(self) -> None:
        """Show the picker and give it the keys."""
        self._fill(False)
        self.add_class("-picking")
        await self.picker_pane.load()
        self.picker_pane.focus()

    def action_causes(self) -> None:
        """Show why runs failed; the choice is what the table is narrowed to."""
        from canaryscope.screens.causes_screen import causes_screen

        if (browser := self.runs_pane.browser) is not None:
            screen = causes_screen(self.title_bar, browser, self.runs_pane.clock, ascii=self._options.environment.ascii)
            self.app.push_screen(screen, self._narrow_to_cause)

    def _narrow_to_cause(self, cause: int | None) -> None:
        if cause is not None:  # Esc leaves the filter as it is
            self.runs_pane.query_pane.narrow_to_cause(cause)

    async def action_turn(self, step: int) -> None:
        """Go by tabs of the detail, of the run that the cursor is on now."""
        self._show_detail()
        await self.detail_pane.turn(step)
        self._show_hints()

    def action_refresh_pane(self) -> None:
        """Look for new canaries, or for new runs; read again what failed in the tab of the run.

        With the keys in that tab, nothing else is done if there is something to read again.
        """
        self.source.ask_again()
        if self.picker_pane.has_focus_within:
            self.picker_pane.refresh_list()
        elif not self.detail_pane.retry() or not self.detail_pane.has_focus_within:
            self.runs_pane.refresh_runs()

    def action_zone(self) -> None:
        """The next way to show times."""
        self.post_message(self.ZoneChosen(self.runs_pane.zone.next))

    def action_link(self) -> None:
        """The console link."""
        if self.runs_pane.browser is not None:
            self.post_message(self.LinkWanted())

    async def action_back(self) -> None:
        """Stop or clear something in the runs; where there is nothing, go back to the canaries."""
        if self.detail_pane.full:
            self._fill(False)
        elif not self.runs_pane.back():
            await self.action_pick()

    # What the panes tell

    def on_resize(self, event: events.Resize) -> None:
        """Say it where there is less room than the screen is made for."""
        logging.getLogger(__name__).debug("the terminal has %dx%d", event.size.width, event.size.height)
        small = event.size.width < 80 or event.size.height < 24
        self.title_bar.note = "under 80x24" if small else ""
        self.detail_pane.narrow = event.size.width < WIDE
        self.call_after_refresh(self._laid_out)

    async def _laid_out(self) -> None:
        """Another layout may hide the pane with the keys, or show the canaries for the first time."""
        if self.focused is None or not all(node.display for node in self.focused.ancestors_with_self):
            shown = self.detail_pane if self.detail_pane.full else self.runs_pane
            (self.picker_pane if self.has_class("-picking") else shown).focus()
        if self.picker_pane.display:
            await self.picker_pane.load()

    def on_descendant_focus(self) -> None:
        """Other keys matter in another pane."""
        if self.focused is not self.copy_menu:
            self.remove_class("-copying")
        self._show_hints()

    def on_canary_picker_opened(self, event: CanaryPicker.Opened) -> None:
        """A canary was chosen."""
        self.open(event.name)

    def on_canary_picker_cancelled(self) -> None:
        """Back from the picker to the runs, if there are any."""
        if self.runs_pane.browser is not None:
            self.remove_class("-picking")
            self.runs_pane.focus()

    def on_runs_pane_changed(self) -> None:
        """The figures or filters of the runs are others."""
        self._show_state()
        if self.runs_pane.browser is not None and self.runs_pane.browser.progress.phase is not Phase.LOADING:
            self._answered.set()

    def on_told(self, event: Told) -> None:
        """A remark on what the person did; or on what has happened, which stays until a key is pressed."""
        self.say(event.text, stay=event.bell)
        if event.bell:
            self.app.bell()

    def on_picker_pane_changed(self) -> None:
        """The list tells of the canary on screen, too."""
        self._answered.set()
        if (browser := self.runs_pane.browser) is not None:
            entry = self.picker_pane.entry(browser.canary)
            if entry is not None and entry.canary is not None:
                self.runs_pane.triage_pane.facts.note(entry.canary)

    def on_triage_pane_changed(self, event: TriagePane.Changed) -> None:
        """The list says for how many runs, and what came of the newest."""
        event.stop()
        self.picker_pane.tell(event.known)
        if event.newest is not None:
            self.picker_pane.learn(event.canary, event.newest)

    def on_triage_pane_learnt(self, event: TriagePane.Learnt) -> None:
        """The bar is drawn against the canary's timeout."""
        event.stop()
        if self.detail_pane.shown is not None:
            self._show_detail()

    def on_runs_pane_opened(self) -> None:
        """Enter on a run: it fills the screen, as the cursor has it."""
        self._show_detail()
        self._fill(True)

    def on_detail_pane_full_wanted(self, event: DetailPane.FullWanted) -> None:
        """The run is to fill the screen, or no more."""
        event.stop()
        self._fill(event.full)

    async def on_detail_pane_escaped(self, event: DetailPane.Escaped) -> None:
        """Esc in the detail is Esc."""
        event.stop()
        await self.action_back()

    def on_detail_pane_request_wanted(self, event: DetailPane.RequestWanted) -> None:
        """Enter on a request."""
        event.stop()
        self.run_actions.open_request(event.evidence, event.part, event.index)

    def _fill(self, full: bool) -> None:
        """Give one run the screen, or give it back to the runs, and the keys with it."""
        if full == self.detail_pane.full:
            return
        self.detail_pane.fill(full)
        self.set_class(full, "-full")
        (self.detail_pane if full else self.runs_pane).focus()
        self._show_hints()
        self.call_after_refresh(self._laid_out)

    def on_runs_pane_highlighted(self, event: RunsPane.Highlighted) -> None:
        """The detail follows the cursor once it rests; the first run is shown at once."""
        self.lines.show_row()
        if self._detail_timer is not None:
            self._detail_timer.stop()
        if self.detail_pane.shown is None or event.stored is None:
            self._show_detail()
        else:
            self._detail_timer = self.set_timer(REST, self._show_detail)

    # What is shown

    def _show_detail(self) -> None:
        if self._detail_timer is not None:
            self._detail_timer.stop()
            self._detail_timer = None
        stored = self.runs_pane.under_cursor
        self.runs_pane.mark_cursor()
        self.detail_pane.show(stored, self.runs_pane.clock, self.runs_pane.triage_pane.scale)

    @property
    def resting(self) -> bool:
        """Whether the detail has followed the cursor, and all that is read by itself has been asked for."""
        return self._detail_timer is None and self.detail_pane.resting

    def _show_state(self) -> None:
        self.lines.show_state()
        self._show_hints()

    def _show_hints(self) -> None:
        self.lines.show_hints(typing=self.focused is not None and isinstance(self.focused.parent, InputLine))

    @property
    def copied_from(self) -> Widget | None:
        """The runs, once there are any; or the one that fills the screen."""
        if self.detail_pane.full:
            return self.detail_pane
        return self.runs_pane if self.runs_pane.browser is not None else None
