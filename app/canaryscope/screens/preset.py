"""The runs pane, as a person's settings want it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from canaryscope.render.times import Zone
from canaryscope.screens.runs_pane import RunsPane
from canaryscope.settings import Effective
from canaryscope.source import Source
from canaryscope_widgets.run_table import RunColumn

__all__ = ["preset_runs_pane"]


def preset_runs_pane(wanted: Effective, source: Source, *, now: Callable[[], datetime], ascii: bool) -> RunsPane:
    """The pane with the zone, the columns and the pace of the watch that are in force."""
    pane = RunsPane(source, zone=Zone(wanted["zone"].value), now=now, ascii=ascii, id="runs")
    pane.columns = {RunColumn[name.upper()]: shown for name, shown in wanted.settings.columns.items()}
    pane.triage_pane.watcher.chosen = wanted.settings.watch_interval
    return pane
