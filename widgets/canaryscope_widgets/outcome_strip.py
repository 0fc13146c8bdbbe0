"""What came of the last runs at a glance: a line of letters, and under it how long each took."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len
from textual import events
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part
from canaryscope_widgets.tone import Tone

__all__ = ["Labels", "OutcomeCell", "OutcomeStrip"]

MARGIN = 1
"""Cells left free at either end, as in the other lines."""
GAP = 2
"""Cells between the newest outcome and the labels."""
CELLS_AT_LEAST = 0.6
"""The share of the width that is kept for outcomes; a label that would take of it gives way to a shorter one."""
SLACK = 4
"""Labels that become shorter by fewer cells than this leave their column as wide as it is."""

_BARS = "▁▂▃▄▅▆▇█"
_ASCII_BARS = "_-=#"
"""Fewer steps, which the eye tells apart: a stroke at the bottom, in the middle, two, a full cell."""

Labels: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""For the outcomes and for the durations: texts that say the same, the longest first."""


class OutcomeCell(NamedTuple):
    """A run, or several of which the worst is told."""

    letter: str
    """One cell wide, the same in ASCII: `.` passed, `F` failed, `R` running, `~` passed on a retry or not saved."""
    tone: Tone = Tone.PLAIN
    """Supports the letter, which alone has to tell."""
    level: float | None = None
    """The duration as a share of what the owner takes for the longest, 0 to 1; above 1 the bar is full. None (or NaN,
    or negative): no bar."""


class OutcomeStrip(LinesWidget):
    """Outcomes from left to right, the newest at the right end, bars of their durations below, and a label for each.

    The owner asks for the `room` there is, makes as many cells of its runs, and does so again at `RoomChanged`. Fewer
    cells leave the left end free; of more, the newest are shown. The cell at `cursor` is reversed and bold, which no
    terminal needs colours for.
    """

    LOOKS = {
        "outcome-strip--cursor": "bold reverse",
        "outcome-strip--duration": "dim",
    }
    DEFAULT_CSS = "OutcomeStrip { height: 2; }"

    class RoomChanged(FieldedMessage):
        """Another number of cells fits: the widget got its first size or another one, or labels of another width."""

        room: int

    class CellChosen(FieldedMessage):
        """A cell, or the bar under it, was clicked. `index` counts from 0 in `outcomes`."""

        index: int

    outcomes: var[Sequence[OutcomeCell]] = var((), init=False)
    """Oldest first. An equal sequence paints nothing."""
    cursor: var[int | None] = var(None, init=False)
    """The index, in `outcomes`, of the cell that the table's cursor is in; None, or one that is not shown: no cell."""
    labels: var[Labels] = var(((), ()), init=False)
    """What stands behind the cells. Of each, the first text is shown that leaves enough room for cells, or none."""
    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown_labels = ("", "")
        self._label_width = 0
        self._laid_out_width = 0
        self._told_room = 0

    @property
    def room(self) -> int:
        """How many cells fit; 0 until the widget has a size."""
        for_label = GAP + self._label_width if self._label_width else 0
        return max(0, self._laid_out_width - 2 * MARGIN - for_label)

    def watch_outcomes(self) -> None:
        """Draw what is another."""
        self.redraw()

    watch_ascii = watch_outcomes

    def watch_cursor(self) -> None:
        """Paint the line from the cell that the cursor left to the one it is in now.

        As one region: Textual writes a line from its widget's left edge to the end of each region.
        """
        self.redraw(0)

    def watch_labels(self) -> None:
        """Other labels, and room for more or fewer cells where they are much shorter, or longer."""
        self._lay_out()
        self.redraw()
        self._tell_room()

    def resized(self) -> None:
        """Choose the labels for the new width."""
        self._lay_out()

    def on_resize(self) -> None:
        """Tell how much room there is. Not while painting: a message's sender would be the screen, which stops it."""
        self._lay_out()
        self._tell_room()

    def on_click(self, event: events.Click) -> None:
        """Tell which cell was clicked, whichever its line."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = offset.x - self._left
        if 0 <= index < len(self._visible):
            self.post_message(self.CellChosen(index + len(self.outcomes) - len(self._visible)))

    def line(self, y: int) -> Sequence[Part]:
        """Letters, bars, and the labels to the right of them."""
        if y > 1:
            return []
        parts: list[Part] = [(" " * self._left, ""), *(self._bars() if y else self._letters())]
        if self._label_width:
            parts.append((" " * GAP + self._shown_labels[y], ""))
        return as_ascii(parts) if self.ascii else parts

    @property
    def _visible(self) -> Sequence[OutcomeCell]:
        return self.outcomes[max(0, len(self.outcomes) - self.room) :]

    @property
    def _left(self) -> int:
        """Where the oldest visible cell stands."""
        return MARGIN + self.room - len(self._visible)

    def _letters(self) -> Iterator[Part]:
        visible = self._visible
        first = len(self.outcomes) - len(visible)
        looks = [_looks(cell.tone, index == self.cursor) for index, cell in enumerate(visible, first)]
        for look, group in groupby(zip(visible, looks, strict=True), key=lambda pair: pair[1]):
            yield "".join(cell.letter for cell, _ in group), look

    def _bars(self) -> Iterator[Part]:
        glyphs = _ASCII_BARS if self.ascii else _BARS
        yield "".join(_bar(cell.level, glyphs) for cell in self._visible), "outcome-strip--duration"

    def _lay_out(self) -> None:
        """Choose the labels for the width, and the width of their column.

        The figures in labels grow and shrink with every page: in a strip of the same width the column grows as they
        need it, and shrinks only where that is worth a change of all cells.
        """
        width = self.size.width
        most = width - 2 * MARGIN - GAP - math.ceil(width * CELLS_AT_LEAST)
        outcome, duration = (_longest(texts, most) for texts in self.labels)
        self._shown_labels = (outcome, duration)
        needed = max(cell_len(outcome), cell_len(duration))
        keeps = width == self._laid_out_width and needed <= self._label_width < needed + SLACK
        if not keeps:
            self._label_width = needed
        self._laid_out_width = width

    def _tell_room(self) -> None:
        if self.is_mounted and self.room != self._told_room:
            self._told_room = self.room
            self.post_message(self.RoomChanged(self.room))


def _longest(texts: Sequence[str], most: int) -> str:
    return next((text for text in texts if cell_len(text) <= most), "")


def _looks(tone: Tone, marked: bool) -> str:
    names = [] if tone is Tone.PLAIN else [tone.look]
    return " ".join([*names, "outcome-strip--cursor"] if marked else names)


def _bar(level: float | None, glyphs: str) -> str:
    """The glyph for a height, rounded up: a run that took any time at all shows something, as the timeline's bar."""
    if level is None or not level >= 0:
        return " "
    return glyphs[max(math.ceil(min(level, 1.0) * len(glyphs)), 1) - 1]
