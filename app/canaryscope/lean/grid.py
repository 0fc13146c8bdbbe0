"""Rows of cells, as a terminal shows them or as they are wanted."""

from __future__ import annotations

from typing import Final

from canaryscope.lean.look import PLAIN, Look
from canaryscope.lean.strokes import Stroke

__all__ = ["BLANK", "Row", "draw"]

BLANK: Final = " "


class Row:
    """Cell by cell, its characters and its look.

    A character is "" in the second cell of a wide one, and None where it is not known what is shown.
    """

    __slots__ = ("characters", "looks")

    def __init__(self, characters: list[str | None], looks: list[Look]) -> None:
        self.characters = characters
        self.looks = looks

    @classmethod
    def unknown(cls, columns: int) -> Row:
        """Whatever may be there."""
        return cls([None] * columns, [PLAIN] * columns)

    @classmethod
    def blank(cls, columns: int) -> Row:
        """Erased."""
        return cls([BLANK] * columns, [PLAIN] * columns)

    def copy(self) -> Row:
        """Another one of the same cells."""
        return Row(self.characters.copy(), self.looks.copy())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self.characters == other.characters and self.looks == other.looks

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_known(self) -> bool:
        """Whether each of its cells is."""
        return None not in self.characters

    def text(self) -> str:
        """Of a row that is known."""
        return "".join(filter(None, self.characters))


def draw(row: Row, stroke: Stroke) -> bool:
    """Draw a stroke; False: what comes of it depends on the terminal, and the cells that it may change are unknown."""
    characters, looks = row.characters, row.looks
    certain = True
    if characters[stroke.start.column] == "":  # the left half of a wide character is cut off
        characters[stroke.start.column - 1] = None
        certain = False
    for column, width, cells, look in stroke.runs:
        if cells is None:
            first = max(column - 1, 0)
            characters[first:] = [None] * (len(characters) - first)
            return False
        characters[column : column + width] = cells
        looks[column : column + width] = [look] * width
    if stroke.end < len(characters) and characters[stroke.end] == "":  # its right half
        characters[stroke.end] = None
        certain = False
    return certain
