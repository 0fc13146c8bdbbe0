"""A terminal's screen, cell by cell, to compare what two streams make of it: pyte's, with the attributes it lacks."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pyte

__all__ = ["Cell", "Shown"]

_MORE: Final = {2: "dim", 6: "fast", 8: "hidden", 21: "double", 51: "framed", 52: "circled", 53: "over"}
_MORE_ENDS: Final = {22: {"dim"}, 24: {"double"}, 25: {"fast"}, 28: {"hidden"}, 54: {"framed", "circled"}, 55: {"over"}}


class Cell(NamedTuple):
    """pyte's Char, and what else was set."""

    data: str = " "
    fg: str = "default"
    bg: str = "default"
    bold: bool = False
    italics: bool = False
    underscore: bool = False
    strikethrough: bool = False
    reverse: bool = False
    blink: bool = False
    more: frozenset[str] = frozenset()


class Shown(pyte.Screen):
    """`feed` it text, and compare `cells`."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self._stream = pyte.Stream(self)

    @property
    def default_char(self) -> Any:
        return Cell()

    @property
    def _attributes(self) -> Any:
        return self.cursor.attrs

    def reset(self) -> None:
        super().reset()
        self.cursor.attrs = self.default_char

    def select_graphic_rendition(self, *attributes: int, **_: Any) -> None:
        more = self._attributes.more
        super().select_graphic_rendition(*attributes)
        numbers = iter(attributes or (0,))
        for number in numbers:
            if number in (38, 48):
                for _color in range(1 if next(numbers) == 5 else 3):
                    next(numbers)
            elif number == 0:
                more = frozenset()
            elif number in _MORE:
                more |= {_MORE[number]}
            more -= _MORE_ENDS.get(number, set())
        self.cursor.attrs = self._attributes._replace(more=more)

    def feed(self, text: str) -> None:
        """Take what a program writes."""
        self._stream.feed(text)

    def cells(self) -> list[list[Any]]:
        """Row by row."""
        return [[self.buffer[y][x] for x in range(self.columns)] for y in range(self.lines)]

    def place(self) -> tuple[int, int, bool]:
        """Row and column of the cursor, and whether it is hidden."""
        return self.cursor.y, min(self.cursor.x, self.columns - 1), self.cursor.hidden
