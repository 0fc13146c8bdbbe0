"""The run under the cursor: its status, and in further tabs what it left in S3, read when a tab is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker, WorkType

from canaryscope.evidence.artifacts import Artifact
from canaryscope.evidence.pieces import LARGE, Part, Phase, RunEvidence
from canaryscope.render.evidence_notes import readable
from canaryscope.render.runs import detail
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.model import Canary, CanaryRun
from canaryscope.runs.store import StoredRun
from canaryscope.screens.detail_tabs import DetailTab, tabs_of
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.source import Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.detail import RunDetail
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.still import Still
from canaryscope_widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from canaryscope.screens.evidence_views import EvidenceView
    from canaryscope_widgets.request_list import RequestList

__all__ = ["DetailPane"]

REST = 0.25
"""Seconds for which a run has to be shown before anything of it is read: who passes by asks for nothing."""


class DetailPane(Still, Vertical):
    """A TabBar over the view of the active tab. The tab stays when another run is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="detail.open", tooltip="Full screen; read a large file", show=False),
        Binding("escape,backspace", "back", "Back", id="run.back", tooltip="Back to the runs", show=False),
    ]

    class FullWanted(FieldedMessage):
        """It is to fill the screen, or no more."""

        full: bool

    class Escaped(Message):
        """Esc had nothing to undo here."""

    class RequestWanted(FieldedMessage):
        """One request, or one link, of a run is to be shown; `index` is its place in the file."""

        evidence: RunEvidence
        part: Part
        index: int

    def __init__(
        self,
        source: Source,
        canary: Callable[[str | None], Awaitable[Canary]],
        terminal: TerminalApp[Any],
        good: Callable[[StoredRun], CanaryRun | None],
        *,
        ascii: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.loader = EvidenceLoader(source, canary, self._came)
        self.tab = DetailTab.STATUS
        self._full = False
        self._narrow = False
        self._clock = Clock(Zone.UTC, datetime.min.replace(tzinfo=UTC))
        self._tab_bar = TabBar()
        self.status = RunDetail(compact=True)
        self._views: dict[DetailTab, EvidenceView] = {}
        """Those that were opened: all of them take a fifth of the start."""
        self._source = source
        self._terminal = terminal
        self._ascii = self._tab_bar.ascii = self.status.ascii = ascii
        self._stored: StoredRun | None = None
        self._good = good
        self._scale: timedelta | None = None
        self._evidence: RunEvidence | None = None
        self._timer: Timer | None = None
        self._reading: Worker[None] | None = None
        """Reads a large file, as the person has said."""

    def compose(self) -> ComposeResult:
        """From top to bottom; in place of the status there will be the views of other tabs."""
        yield self._tab_bar
        yield self.status

    def on_mount(self) -> None:
        """The tabs are named before there is a run."""
        self._show_tabs()

    # What the screen does

    def show(self, stored: StoredRun | None, clock: Clock, scale: timedelta | None) -> None:
        """Show a run. `scale` is how long a full bar is."""
        another = (stored and stored.run) != (self._stored and self._stored.run)
        self._stored, self._clock, self._scale = stored, clock, scale
        if another:
            self.workers.cancel_group(self, "evidence")
            self._evidence = None if stored is None else self.loader.of(stored.run)
            self._want_after_rest()
            for view in self._views.values():
                if view is not self._view:
                    view.show(None, resting=False)
        self._show_evidence()

    async def turn(self, step: int) -> None:
        """Go to a tab further right (1) or left (-1)."""
        await self.choose(self.tab.beside(step))

    async def choose(self, tab: DetailTab) -> None:
        """Show a tab; what it needs is read at once."""
        if tab is self.tab:
            return
        focused = self.has_focus_within
        if tab is not DetailTab.STATUS and tab not in self._views:
            self._views[tab] = view = self._made(tab)
            view.widget.display = False
            await self.mount(view.widget)
        self._shown_widget.display = False
        self.tab = tab
        self._shown_widget.display = True
        self._rested()
        if focused:
            self.focus()

    def _made(self, tab: DetailTab) -> EvidenceView:
        from canaryscope.screens.evidence_views import view_of  # loads all that reads and shows evidence

        view = view_of(tab, self._source, self.loader, self._terminal, self._last_good, lambda: self._clock)
        setattr(view.widget, "ascii", self._ascii)  # noqa: B010 - each of them has it, but no class that they share
        return view

    def retry(self) -> bool:
        """Read again what failed, or was not there. False: there is nothing to read again."""
        if self._evidence is None:
            return False
        resumed = self._view is not None and self._view.retry()
        again = self.loader.retry(self._evidence, *(() if resumed else self.tab.parts)) or resumed
        if again:
            self._show_evidence()
            self._want(asked=True)
        return again

    def fill(self, full: bool) -> None:
        """Fill the screen, or do so no more. Who opens a run wants to see what it left at once."""
        self._full = full
        self.status.compact = self._narrow and not full
        if full:
            self._rested()

    @property
    def full(self) -> bool:
        """Whether it fills the screen."""
        return self._full

    @property
    def narrow(self) -> bool:
        """Whether the screen is so narrow that the status is kept as short as its height."""
        return self._narrow

    @narrow.setter
    def narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.status.compact = narrow and not self._full

    @property
    def shown(self) -> StoredRun | None:
        """The run that is shown."""
        return self._stored

    @property
    def evidence(self) -> RunEvidence | None:
        """What is known of it from its files."""
        return self._evidence

    @property
    def _view(self) -> EvidenceView | None:
        """The view of the active tab; None for Status."""
        return self._views.get(self.tab)

    @property
    def _shown_widget(self) -> Widget:
        return self.status if self._view is None else self._view.widget

    @property
    def resting(self) -> bool:
        """Whether all that is read by itself has been asked for."""
        return self._timer is None

    def focus(self, scroll_visible: bool = True) -> DetailPane:
        """Give the keys to the view."""
        (self._view.keys if self._view is not None else self.status).focus(scroll_visible)
        return self

    # What the person does

    def action_open(self) -> None:
        """Read the large file that waits for it; else fill the screen."""
        if self._view is not None and self._view.agree():
            return
        if (part := self._waiting) is not None:
            self._reading = self._load(part, large=True)
        elif not self._full:
            self.post_message(self.FullWanted(True))

    def action_back(self) -> None:
        """Stop reading a large file, undo something in the view; else back to the runs, and there to what Esc does."""
        if self._reading is not None and not self._reading.is_finished and self._reads_large:
            self._reading.cancel()
        elif self._view is None or not self._view.back():
            self.post_message(self.FullWanted(False) if self._full else self.Escaped())

    async def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """A tab was clicked."""
        event.stop()
        await self.choose(DetailTab[event.name])

    def on_request_list_selected(self, event: RequestList.Selected) -> None:
        """Enter on a request, or on a link."""
        from canaryscope.screens.evidence_views import RequestsView

        event.stop()
        found = RequestsView.place(event.key)
        if self._evidence is not None and found is not None:
            self.post_message(self.RequestWanted(self._evidence, *found))

    # Reading

    def _want_after_rest(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if self._evidence is None else self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        """The cursor rests on the run; or the person wants to see it without waiting for that."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show_evidence()
        self._want()

    def _want(self, *, asked: bool = False) -> None:
        """Have read what the tab shows; of a failed run its report in any case, unless that was refused before."""
        if self._evidence is None or self._timer is not None:
            return
        unasked = self._evidence.run.failed and self.loader.welcome(self._evidence)
        parts = () if self.tab is DetailTab.STATUS and not (unasked or asked) else self.tab.parts
        self._load(*parts, *((Part.REPORT,) if unasked and Part.REPORT not in parts else ()))

    def _load(self, *parts: Part, large: bool = False) -> Worker[None] | None:
        if self._evidence is None or not parts:
            return None
        load: WorkType[None] = partial(self._loaded, self._evidence, parts, large)
        return self.run_worker(load, group="evidence", exit_on_error=False)

    async def _loaded(self, evidence: RunEvidence, parts: tuple[Part, ...], large: bool) -> None:
        for part in parts:
            await self.loader.load(evidence, part, large=large)

    def _came(self, evidence: RunEvidence) -> None:
        if evidence is self._evidence and self.is_mounted:
            self._show_evidence()

    @property
    def picture(self) -> Artifact | None:
        """The screenshot that is looked at; None in other tabs."""
        return None if self._view is None else self._view.picture

    def _last_good(self, run: CanaryRun) -> CanaryRun | None:
        """The last good run before the one that is shown."""
        stored = self._stored
        return self._good(stored) if stored is not None and stored.run == run else None

    @property
    def _waiting(self) -> Part | None:
        """The part of which a large file waits for the person's word."""
        pieces = [] if self._evidence is None else [(part, self._evidence.piece(part)) for part in self.tab.asks_for]
        return next((part for part, piece in pieces if piece.phase is Phase.LARGE and readable(piece.artifact)), None)

    @property
    def _reads_large(self) -> bool:
        """Whether what the tab shows is a large file being read."""
        pieces = [] if self._evidence is None else map(self._evidence.piece, self.tab.asks_for)
        loading = (piece.artifact for piece in pieces if piece.phase is Phase.LOADING)
        return any(artifact is not None and artifact.size > LARGE for artifact in loading)

    # What is shown

    def _show_evidence(self) -> None:
        """Draw the tab anew: another run, or more is known of it."""
        self._show_tabs()
        if self._view is not None:
            self._view.show(self._evidence, resting=self.resting)
        else:
            self._show_status()

    def _show_tabs(self) -> None:
        self._tab_bar.tabs = tabs_of(self._evidence)
        self._tab_bar.active = self.tab.name

    def _show_status(self) -> None:
        if self._stored is None:
            self.status.detail = None
            return
        self.status.detail = detail(self._stored, self._clock, self._scale, self.reason_of(self._stored.run))

    def reason_of(self, run: CanaryRun) -> str | None:
        """The reason of which the run's is only the beginning; None where that is whole, or no more is known."""
        report = None if self._evidence is None or self._evidence.run != run else self._evidence.report
        if report is None:
            return None
        from canaryscope.render.steps import whole_reason  # the report has come; the first paint has not waited for it

        return whole_reason(run, report)
