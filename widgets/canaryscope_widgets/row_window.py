"""What is in sight of a long list of rows: which of them, around which cursor, and their contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from canaryscope_widgets.movement import Move, moved
from canaryscope_widgets.run_columns import RunRow

__all__ = ["RowSource", "RowWindow", "Viewport"]


class RowSource(Protocol):
    """The runs in their order on the screen, read by window."""

    def __len__(self) -> int:
        """How many rows there are now."""

    def rows(self, first: int, last: int) -> Sequence[RunRow]:
        """Rows `first` up to, not including, `last`; both lie within the length."""


class Viewport(NamedTuple):
    """The row with the cursor and the first row in sight, counted from 0.

    `count` is always the number of rows, `visible` the number that the screen has room for.
    """

    cursor: int = 0
    top: int = 0

    def within(self, count: int, visible: int) -> Viewport:
        """The nearest one with the cursor among the rows and in sight, and no room wasted below the last row.

        Where nothing is visible yet, the top stays as it is wanted.
        """
        cursor = max(0, min(self.cursor, count - 1))
        if visible < 1:
            return Viewport(cursor, self.top)
        top = max(0, min(self.top, count - visible))
        return Viewport(cursor, max(cursor - visible + 1, min(top, cursor)))

    def moved(self, move: Move, count: int, visible: int) -> Viewport:
        """After a key: by lines the cursor moves within the view; by half pages and pages the view goes along."""
        cursor = moved(self.cursor, move, visible, max(0, count - 1))
        if move in (Move.DOWN, Move.UP):
            return self.at(cursor, count, visible)
        top = moved(self.top, move, visible, max(0, count - visible))
        return Viewport(cursor, top).within(count, visible)

    def at(self, cursor: int, count: int, visible: int) -> Viewport:
        """With the cursor on that row; where it is not in sight, the view jumps so that it is in the middle.

        One line past the edge this is a jump of half a page: a held key costs few frames.
        """
        cursor = max(0, min(cursor, count - 1))
        in_sight = self.top <= cursor < self.top + visible
        return Viewport(cursor, self.top if in_sight else cursor - visible // 2).within(count, visible)

    def scrolled(self, rows: int, count: int, visible: int) -> Viewport:
        """With the view moved by `rows`; the cursor stays on its row as long as that is in sight."""
        top = max(0, min(self.top + rows, count - visible))
        return Viewport(max(top, min(self.cursor, top + visible - 1)), top).within(count, visible)


class RowWindow:
    """Reads rows from a source and keeps the last screenful, no more."""

    def __init__(self) -> None:
        self._rows: Sequence[RunRow] = ()
        self._first = 0

    def clear(self) -> None:
        """Forget what was read: the rows are others now."""
        self._rows = ()

    def row(self, source: RowSource, index: int, top: int, visible: int) -> RunRow | None:
        """A row, read together with its neighbours in sight; None where the source has none."""
        count = len(source)
        if not 0 <= index < count:
            return None
        if not self._first <= index < self._first + len(self._rows):
            first, last = (top, top + visible) if top <= index < top + visible else (index, index + 1)
            self._first, self._rows = first, source.rows(first, min(last, count))
        at = index - self._first
        return self._rows[at] if at < len(self._rows) else None
