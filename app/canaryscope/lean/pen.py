"""The terminal's cursor: where it is, the look of what it would write, and what brings it elsewhere."""

from __future__ import annotations

from canaryscope.lean.look import PLAIN, Look, change

__all__ = ["Pen"]


class Pen:
    """Collects what is to be written. None is what is not known of the cursor."""

    __slots__ = ("column", "columns", "look", "parts", "row")

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.row: int | None = None
        self.column: int | None = None
        """None too when the last column was written: the cursor is on it, or about to go on."""
        self.look: Look | None = None
        self.parts: list[str] = []

    def copy(self) -> Pen:
        """One at the same place, with nothing to write yet."""
        other = Pen(self.columns)
        other.row, other.column, other.look = self.row, self.column, self.look
        return other

    def text(self) -> str:
        """What is to be written."""
        return "".join(self.parts)

    def lose(self) -> None:
        """Forget where the cursor is and how it writes."""
        self.row = self.column = self.look = None

    def move(self, row: int, column: int) -> None:
        """Go there."""
        if (row, column) == (self.row, self.column):
            return
        ways = [f"\x1b[{row + 1 if row else ''}{f';{column + 1}' if column else ''}H"]
        if row == self.row:
            ways += self._along(column)
        elif self.row is not None and column == 0 and row == self.row + 1:
            ways.append("\r\n")
        elif self.row is not None and column == self.column:
            down = row - self.row
            ways.append(f"\x1b[{_count(abs(down))}{'B' if down > 0 else 'A'}")
        self.parts.append(min(ways, key=len))
        self.row, self.column = row, column

    def write(self, text: str, width: int, look: Look) -> None:
        """Write text that has certain cells, so many of them."""
        self.parts.append(change(self.look, look))
        self.parts.append(text)
        self.look = look
        assert self.column is not None
        end = self.column + width
        self.column = end if end < self.columns else None

    def send(self, sequence: str) -> None:
        """Write what neither moves the cursor nor changes its look."""
        self.parts.append(sequence)

    def plain(self) -> None:
        """Go on in the terminal's own colours."""
        self.parts.append(change(self.look, PLAIN))
        self.look = PLAIN

    def _along(self, column: int) -> list[str]:
        if column == 0:
            return ["\r"]
        ways = [f"\x1b[{column + 1}G"]
        if self.column is not None:
            right = column - self.column
            ways.append(f"\x1b[{_count(right)}C" if right > 0 else "\b" * -right)
        return ways


def _count(number: int) -> str:
    return "" if number == 1 else str(number)
