"""Lines of a table with two runs beside each other: names left, then before, after, and the difference."""

from __future__ import annotations

from dataclasses import dataclass

from canaryscope_widgets.lines import Part, fit
from canaryscope_widgets.tone import Tone

__all__ = ["DIM", "HEADING", "Cell", "Columns"]

DIM = "text-panel--dim"
HEADING = "text-panel--heading"
GAP = "  "
TIME = 8
"""Cells of a duration, as `render.times.duration` writes it."""
DIFFERENCE = 9
RATIO = 6
NAME_AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one of the two runs: a word, and how long it took. Without a time the word has all the room."""

    word: str = ""
    time: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns are, in cells."""

    width: int
    """Of a whole line."""
    word: int
    ratio: bool = False

    @property
    def name(self) -> int:
        """What is left for the name."""
        taken = 3 * len(GAP) + 2 * (self.word + TIME) + DIFFERENCE + (RATIO if self.ratio else 0)
        return max(NAME_AT_LEAST, self.width - taken)

    def row(
        self,
        name: str,
        before: Cell,
        after: Cell,
        difference: str = "",
        ratio: str = "",
        *,
        mark: str = "",
        looks: str = "",
    ) -> list[Part]:
        """A line; `looks` is that of all but the two runs' words."""
        line: list[Part] = [
            (fit(mark, len(GAP)) + fit(name, self.name) + GAP, looks),
            *self._cell(before, looks),
            (GAP, ""),
            *self._cell(after, looks),
            (fit(difference, DIFFERENCE, right=True), looks),
        ]
        return [*line, (fit(ratio, RATIO, right=True), looks)] if self.ratio else line

    def header(self, name: str) -> list[Part]:
        """What the columns are."""
        return self.row(name, Cell("Before"), Cell("After"), "Change", looks=DIM)

    def _cell(self, cell: Cell, looks: str) -> list[Part]:
        meant = looks if cell.tone is Tone.PLAIN else cell.tone.look
        if not cell.time:
            return [(fit(cell.word, self.word + TIME), meant)]
        return [(fit(cell.word, self.word), meant), (fit(cell.time, TIME, right=True), looks)]
