"""Which columns the run table shows, and how wide, for what is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from canaryscope.render.runs import optional_columns
from canaryscope.render.times import Clock
from canaryscope.runs.browser import RunBrowser
from canaryscope_widgets.run_columns import ABSOLUTE_WIDTH, OPTIONAL, STATE_WIDTH
from canaryscope_widgets.run_table import RunColumn, RunTable

__all__ = ["choose_columns"]


def choose_columns(table: RunTable, browser: RunBrowser, clock: Clock, chosen: Mapping[RunColumn, bool]) -> None:
    """Show the columns that have something to show; verdicts, and years other than this one, need wider ones.

    What a person has `chosen` is shown always, or never.
    """
    store, oldest = browser.store, browser.oldest
    telling = optional_columns(store.members, browser.filter.types)
    table.optional = frozenset(column for column in OPTIONAL if chosen.get(column, column in telling))
    table.folding = store.folding.verdict_width > 0
    table.state_width = max(STATE_WIDTH, store.folding.verdict_width)
    table.started_width = max(ABSOLUTE_WIDTH, len(clock.short(oldest)) if oldest is not None else 0)
