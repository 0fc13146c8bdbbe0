"""Which columns the run table shows, and how wide, for what is loaded."""

from __future__ import annotations

from canaryscope.render.runs import optional_columns
from canaryscope.render.times import Clock
from canaryscope.runs.browser import RunBrowser
from canaryscope_widgets.run_columns import ABSOLUTE_WIDTH, STATE_WIDTH
from canaryscope_widgets.run_table import RunTable

__all__ = ["choose_columns"]


def choose_columns(table: RunTable, browser: RunBrowser, clock: Clock) -> None:
    """Show the columns that have something to show; verdicts, and years other than this one, need wider ones."""
    store, oldest = browser.store, browser.oldest
    table.optional = optional_columns(store.members, browser.filter.types)
    table.folding = store.folding.verdict_width > 0
    table.state_width = max(STATE_WIDTH, store.folding.verdict_width)
    table.started_width = max(ABSOLUTE_WIDTH, len(clock.short(oldest)) if oldest is not None else 0)
