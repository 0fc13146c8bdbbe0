"""Columns of a list that is held whole: each as wide as its texts need, one of them takes what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from canaryscope_widgets.lines import fit

__all__ = ["Column", "room_beside", "sized"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the attribute of a row that it shows, its title, its cells without the gap behind it."""

    name: str
    title: str
    width: int
    right: bool = False
    """Aligned to the right."""
    gap: int = 2

    def text(self, text: str) -> str:
        """A text in this column, and the gap behind it."""
        return fit(text, self.width, right=self.right) + " " * self.gap


def sized(
    rows: Iterable[object], name: str, title: str, most: int, *, least: int = 0, right: bool = False, gap: int = 2
) -> list[Column]:
    """The column for an attribute, as wide as its widest text or title, at most `most`; none if no row has it."""
    cells = max((cell_len(getattr(row, name)) for row in rows), default=0)
    return [Column(name, title, min(most, max(cells, cell_len(title), least)), right, gap)] if cells else []


def room_beside(columns: Sequence[Column], width: int) -> int:
    """What the columns leave of a line, but for its first cell, the marker's, and the last, which is left free."""
    needed = sum(column.width + column.gap for column in columns)
    return width - 2 - needed + (columns[-1].gap if columns else 0)
