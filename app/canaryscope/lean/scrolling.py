"""Finds rows that have moved up or down together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from canaryscope.lean.grid import Row
from canaryscope.lean.pen import Pen

__all__ = ["Shift", "find_shift"]

_FEWEST: int = 3
"""Rows that must have moved."""


class Shift(NamedTuple):
    """The rows from `top` to `bottom` go up by `up`, or down where it is negative; blank ones come in."""

    top: int
    bottom: int
    up: int

    def apply(self, rows: list[Row], columns: int) -> list[Row]:
        """The rows after it."""
        moved = rows[self.top : self.bottom + 1]
        blank = [Row.blank(columns) for _ in range(abs(self.up))]
        moved = moved[self.up :] + blank if self.up > 0 else blank + moved[: self.up]
        return [*rows[: self.top], *moved, *rows[self.bottom + 1 :]]

    def write(self, pen: Pen) -> None:
        """Have the terminal do it: a region (DECSTBM), and IND at its bottom or RI at its top, which all know."""
        pen.plain()  # what comes in takes the background's colour
        pen.send(f"\x1b[{self.top + 1};{self.bottom + 1}r")
        pen.row = pen.column = None  # most terminals go home at each
        pen.move(self.bottom if self.up > 0 else self.top, 0)
        pen.send(("\x1bD" if self.up > 0 else "\x1bM") * abs(self.up))
        pen.send("\x1b[r")
        pen.row = pen.column = None


def find_shift(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Shift | None:
    """The move that explains most of the changed rows, if there is one. All rows in it are known."""
    if len(changed) < _FEWEST:
        return None
    shown_at = {row.text(): y for y in range(changed[0], changed[-1] + 1) if (row := shown[y]).is_known}
    pairs = [(y, shown_at[text]) for y in changed if wanted[y].is_known and (text := wanted[y].text()) in shown_at]
    votes = Counter(old - new for new, old in pairs if old != new and wanted[new].text().strip())
    if not votes:
        return None
    up, count = votes.most_common(1)[0]
    rows = [new for new, old in pairs if old - new == up]
    top, bottom = min(rows[0], rows[0] + up), max(rows[-1], rows[-1] + up)
    if count < _FEWEST - 1 or not all(shown[y].is_known and wanted[y].is_known for y in range(top, bottom + 1)):
        return None
    return Shift(top, bottom, up)
