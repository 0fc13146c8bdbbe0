"""The screen as the terminal shows it, the screen as Textual wants it, and what leads from one to the other."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from canaryscope.lean.difference import write_difference
from canaryscope.lean.grid import Row, draw
from canaryscope.lean.look import PLAIN
from canaryscope.lean.pen import Pen
from canaryscope.lean.scrolling import find_shift
from canaryscope.lean.strokes import HARMLESS, Place, Stroke, strokes

__all__ = ["LeanScreen"]

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_LARGE: Final = 1024
"""Characters of a frame from which on the terminal is asked to show it at once."""
_MOST_STROKES: Final = 64
"""On one row, until those count no more that were drawn over: frames that are left out do not add up."""
_MOVE: Final = re.compile(r"\x1b\[\d*(?:;\d*)?H")
_HOME: Final = Place(0, 0, PLAIN)
_CLEAR: Final = "\x1b[H\x1b[J"


class LeanScreen:
    """Takes what Textual writes, and gives what the terminal is to get instead. No thread, no terminal.

    Cells are written only where Textual has drawn. Those of which it is not known what the terminal shows (under
    images, behind text whose width is not certain) are written whenever it draws them.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._synchronises = False
        self.reset(columns, rows)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._columns, self._rows

    def reset(self, columns: int, rows: int) -> None:
        """Begin anew, in this size: it is not known what is shown, and Textual has to draw all of it."""
        self._columns, self._rows = columns, rows
        self._pen = Pen(columns)
        self._place: Place | None = None
        self._clears = True
        self._forget()

    def write(self, data: str) -> str:
        """Take a piece of what Textual writes; what must go to the terminal at once."""
        if data in (_BEGIN, _END):
            self._synchronises = True
            return ""
        if HARMLESS.fullmatch(data):
            return self.frame() + data
        begins_somewhere = self._place is not None or _MOVE.match(data)
        understood = strokes(data, self._place or _HOME, self._columns, self._rows) if begins_somewhere else None
        if understood is None:
            return self._pass_on(data)
        drawn, self._place = understood
        for stroke in drawn:
            self._draw(stroke)
        return ""

    def frame(self) -> str:
        """What makes the terminal show all that was drawn; empty where it does."""
        pen = self._difference()
        if self._place is not None:
            pen.plain()
            pen.move(self._place.row, min(self._place.column, self._columns - 1))
        for y in self._touched:
            self._shown[y] = self._wanted[y].copy()
        self._touched.clear()
        self._uncertain.clear()
        self._drawn.clear()
        self._pen = pen.copy()
        text = pen.text()
        return f"{_BEGIN}{text}{_END}" if self._synchronises and len(text) > _LARGE else text

    @property
    def is_drawn(self) -> bool:
        """Whether something was drawn since the last frame."""
        return bool(self._touched)

    def _draw(self, stroke: Stroke) -> None:
        y = stroke.start.row
        self._touched.add(y)
        self._drawn[y].append(stroke)
        if len(self._drawn[y]) > _MOST_STROKES:
            self._drawn[y] = _latest(self._drawn[y])
        if not draw(self._wanted[y], stroke):
            self._uncertain.add(y)

    def _pass_on(self, data: str) -> str:
        """Send it as it is, from where and how Textual would: nobody knows what is shown after it."""
        before = self.frame()
        self._clears = False  # there may be an image, which would be erased
        self._place = None
        self._forget()
        return before + data

    def _forget(self) -> None:
        self._shown = [Row.unknown(self._columns) for _ in range(self._rows)]
        self._wanted = [Row.unknown(self._columns) for _ in range(self._rows)]
        self._touched: set[int] = set()
        self._uncertain: set[int] = set()
        """Touched rows that are to be drawn stroke by stroke."""
        self._drawn: defaultdict[int, list[Stroke]] = defaultdict(list)
        self._pen.lose()

    def _difference(self) -> Pen:
        rows = sorted(self._touched)
        pen = self._pen.copy()
        shown = self._shown
        clears, self._clears = self._clears and all(row.is_known for row in self._wanted), self._clears and not rows
        if clears:
            pen.plain()
            pen.send(_CLEAR)
            pen.row, pen.column = 0, 0
            shown = [Row.blank(self._columns) for _ in range(self._rows)]
        self._write_rows(pen, rows, shown)
        if clears:
            return pen
        changed = [y for y in rows if y not in self._uncertain and shown[y] != self._wanted[y]]
        shift = find_shift(shown, self._wanted, changed)
        if shift is None or self._uncertain & set(range(shift.top, shift.bottom + 1)):
            return pen
        other = self._pen.copy()
        shift.write(other)
        moved = shift.apply(shown, self._columns)
        region = range(shift.top, shift.bottom + 1)
        self._write_rows(other, sorted({*rows, *region}), moved)
        if len(other.text()) >= len(pen.text()):
            return pen
        self._touched.update(region)
        return other

    def _write_rows(self, pen: Pen, rows: list[int], shown: list[Row]) -> None:
        for y in rows:
            if y not in self._uncertain:
                write_difference(pen, y, shown[y], self._wanted[y])
                continue
            for stroke in self._drawn[y]:
                pen.move(y, stroke.start.column)
                pen.write(stroke.raw, 0, stroke.start.look)
                pen.column, pen.look = None, stroke.look


def _latest(drawn: list[Stroke]) -> list[Stroke]:
    """Of strokes over the same cells the last one."""
    latest: dict[tuple[int, int], Stroke] = {}
    for stroke in drawn:
        place = stroke.start.column, stroke.end
        latest.pop(place, None)
        latest[place] = stroke
    return [*latest.values()]
