"""A program with one of the panes on it, for tests that count what it writes to its terminal.

Usage: pane_app.py picker|detail|text|input|strip
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from textual.app import ComposeResult
from textual.widget import Widget

from canaryscope_widgets.detail import Detail, Field, RunDetail
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.outcome_strip import OutcomeCell, OutcomeStrip
from canaryscope_widgets.picker import CanaryPicker
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.timeline import Bar
from canaryscope_widgets.tone import Tone
from stage import Stage
from widgets.picker_canaries import failing, many, passing

__all__ = ["DETAILS", "PaneApp"]


def _detail(number: int) -> Detail:
    return Detail(
        status=(
            Field("State", "FAILED", Tone.BAD),
            Field("Test result", "FAILED", Tone.BAD),
            Field("Reason code", "CANARY_FAILURE", explanation="The canary's script failed."),
            Field("Reason", "TimeoutError: Navigation timeout of 30000 ms exceeded\n at x.js:69:19"),
        ),
        timeline=(
            Field("Started", f"2026-11-22 12:{59 - number:02}:07"),
            Field("Completed", f"2026-11-22 12:{59 - number:02}:37"),
            Field("Duration", f"30.{number} s"),
            Field("Metric timestamp", None),
        ),
        bar=Bar(0.5, "of 60 s"),
        key=str(number),
    )


DETAILS = [_detail(number) for number in range(10)]


class PaneApp(Stage):
    """`n` shows the next run in the detail, or puts the strip's cursor on the next older cell."""

    BINDINGS = [("n", "next", "Next")]
    number = 0

    def __init__(self, pane: str) -> None:
        self.pane = _PANES[pane]()
        super().__init__(self.pane)

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        if isinstance(self.pane, CanaryPicker):
            self.pane.set_items([failing("checkout-flow"), passing("other-flow", "STOPPED"), *many(1000)])
            self.pane.status = "loading…"
        self.action_next()
        self.pane.focus()

    def action_next(self) -> None:
        if isinstance(self.pane, RunDetail):
            self.pane.detail = DETAILS[self.number]
            self.number += 1
        if isinstance(self.pane, OutcomeStrip):
            self.pane.cursor = len(self.pane.outcomes) - 1 if self.pane.cursor is None else self.pane.cursor - 1


def _text() -> TextPanel:
    return TextPanel(f"{number} some words of a log" for number in range(10_000))


def _input() -> InputLine:
    return InputLine("DryRunId", check=lambda text: "no x" if "x" in text else None)


def _strip() -> OutcomeStrip:
    strip = OutcomeStrip()
    strip.outcomes = [
        OutcomeCell(letter, Tone.BAD if letter == "F" else Tone.GOOD, 1.0 if letter == "F" else 0.1)
        for letter in "." * 20 + "F" + "." * 20 + "FFF"
    ]
    strip.labels = (("93.3% of 1,200",), ("p50 3.0 s  p95 30.4 s",))
    return strip


_PANES: dict[str, Callable[[], Widget]] = {
    "picker": CanaryPicker,
    "detail": lambda: RunDetail(compact=True),
    "text": _text,
    "input": _input,
    "strip": _strip,
}

if __name__ == "__main__":
    PaneApp(sys.argv[1]).run()
