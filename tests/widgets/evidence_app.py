"""A program with one of the panes of a run's evidence on it, for tests that count what it writes to its terminal.

Usage: evidence_app.py tabs|steps|log|requests
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from textual.widget import Widget

from canaryscope_widgets.log_view import LogRow, LogView
from canaryscope_widgets.request_list import Phase, RequestList, RequestRow
from canaryscope_widgets.step_list import StepList, StepRow
from canaryscope_widgets.tab_bar import Tab, TabBar
from canaryscope_widgets.tone import Tone
from stage import Stage

__all__ = ["EvidenceApp"]


class _Log:
    """A log of a million lines, every seventh an error."""

    def __len__(self) -> int:
        return 1_000_000

    def rows(self, first: int, last: int) -> Sequence[LogRow]:
        return [
            LogRow(f"some words of line {index}", Tone.PLAIN if index % 7 else Tone.BAD, "12:27:31.104")
            for index in range(first, last)
        ]


class EvidenceApp(Stage):
    """`t` shows the next tab."""

    BINDINGS = [("t", "next", "Next")]

    def __init__(self, pane: str) -> None:
        self.pane = _PANES[pane]()
        super().__init__(self.pane)

    def on_mount(self) -> None:
        self.pane.focus()

    def action_next(self) -> None:
        if isinstance(self.pane, TabBar):
            names = [tab.name for tab in self.pane.tabs]
            self.pane.active = names[(names.index(self.pane.active) + 1) % len(names)]


def _tabs() -> TabBar:
    tabs = TabBar()
    tabs.tabs = tuple(Tab(title.lower(), title, "7") for title in ("Status", "Steps", "Log", "Requests", "Raw"))
    tabs.active = "status"
    return tabs


def _steps() -> StepList:
    steps = StepList()
    rows = [StepRow(number, str(number), f"step {number}", "PASSED", Tone.GOOD, "1.2 s") for number in range(60)]
    rows[30] = StepRow(30, "30", "pay", "FAILED", Tone.BAD, "30.4 s", "TimeoutError: a selector\n at x.js:69:19")
    steps.show(rows, facts=["FAILED · 34.5 s"])
    return steps


def _log() -> LogView:
    log = LogView(_Log())
    log.time_width = 12
    return log


def _requests() -> RequestList:
    requests = RequestList()
    bar = ((Phase.TLS, 0.2), (Phase.WAIT, 0.5))
    requests.show(
        [
            RequestRow(number, "200", "GET", "shop.example.com", f"/{number}", "1 kB", "2 ms", Tone.GOOD, bar)
            for number in range(500)
        ]
    )
    return requests


_PANES: dict[str, Callable[[], Widget]] = {"tabs": _tabs, "steps": _steps, "log": _log, "requests": _requests}

if __name__ == "__main__":
    EvidenceApp(sys.argv[1]).run()
