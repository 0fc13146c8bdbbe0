"""The lines around the explorer's panes: the title above them, status and hints below."""

from __future__ import annotations

from canaryscope.render.status import status_text
from canaryscope.screens.detail_pane import DetailPane
from canaryscope.screens.hints import hints_for
from canaryscope.screens.picker_pane import PickerPane
from canaryscope.screens.runs_pane import RunsPane
from canaryscope_widgets.hint_bar import HintBar
from canaryscope_widgets.status_bar import StatusBar
from canaryscope_widgets.title_bar import TitleBar

__all__ = ["ExplorerLines"]


class ExplorerLines:
    """Says in them how it stands with the panes, when it is told that this may have changed."""

    def __init__(self, runs: RunsPane, picker: PickerPane, detail: DetailPane, *, ascii: bool = False) -> None:
        self._runs = runs
        self._picker = picker
        self._detail = detail
        self.title = TitleBar()
        self.status = StatusBar()
        self.hints = HintBar(id="hints")
        for widget in (self.title, self.status, self.hints):
            widget.ascii = ascii

    def show_state(self) -> None:
        """Title and status."""
        browser = self._runs.browser
        status = status_text(browser.progress if browser is not None else None)
        self.status.text, self.status.tail = status.head, status.tail
        self.title.canary = browser.canary if browser is not None else ""
        self.title.zone = self._runs.clock.name
        self.show_row()

    def show_row(self) -> None:
        """On which row the cursor is."""
        rows = len(self._runs.browser.view) if self._runs.browser is not None else 0
        self.status.row = self._runs.table.cursor + 1 if rows else None

    def show_hints(self, *, typing: bool) -> None:
        """The keys that matter now. `typing`: they go into a line."""
        browser = self._runs.browser
        self.hints.hints = hints_for(
            picker=self._picker.has_focus_within,
            detail=self._detail.tab if self._detail.has_focus_within else None,
            hurrying=browser is not None and browser.hurrying,
            folding=self._runs.table.folding,
            filtered=browser is not None and (browser.filter.narrows or bool(browser.dry_run_text)),
            typing=typing,
            full=self._detail.full,
        )
