"""The causes of failed runs: what, how often, when and where, two lines a cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import CURSOR, as_ascii
from canaryscope_widgets.lines import LinesWidget, Part, cut, fit
from canaryscope_widgets.movement import Move, movement_bindings
from canaryscope_widgets.row_window import Viewport

__all__ = ["CauseList", "CauseRow"]

ROW_HEIGHT = 2
GAP = "  "
HEADER_FROM = 5
"""Below this many lines there is no header."""
FAMILIES_FROM = 64
"""Below this many cells the family has no column of its own and stands first in the second line."""
WHEEL_ROWS = 2


class CauseRow(NamedTuple):
    """A cause, in display terms. All texts are data: clean, one line, never markup; "" where there is nothing."""

    key: int
    runs: int
    """How many failed runs have it."""
    family: str
    """What kind of trouble it is: `target down`."""
    text: str
    first: str = ""
    """When the oldest of these runs started."""
    last: str = ""
    where: str = ""
    """Browsers and locations: `FIREFOX, eu-west-3`."""

    @property
    def circumstances(self) -> list[str]:
        """When and where, for the second line."""
        if self.first and self.last and self.first != self.last:
            seen = [f"first {self.first}", f"last {self.last}"]
        else:
            seen = [f"seen {self.last or self.first}"] if self.last or self.first else []
        return [*seen, f"in {self.where}"] if self.where else seen


class CauseList(LinesWidget, can_focus=True):
    """Draws causes around a cursor and tells which one is chosen. They stay as they were given."""

    LOOKS = {
        "cause-list--cursor": "bold reverse",
        "cause-list--dim": "dim",
        "cause-list--header-focused": "bold",
    }
    DEFAULT_CSS = "CauseList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        *movement_bindings("causes"),
        Binding("enter", "choose", "Its runs", id="causes.choose", tooltip="Show the runs with this cause", show=False),
    ]

    class Chosen(FieldedMessage):
        """The runs with this cause are to be shown."""

        key: int

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, rows: Sequence[CauseRow] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows = tuple(rows)
        self._view = Viewport()
        self._count_width = max(map(len, ("Runs", *(f"{row.runs:,}" for row in self._rows))))
        self._family_width = max(map(cell_len, ("Family", *(row.family for row in self._rows))))

    @property
    def highlighted(self) -> int | None:
        """The key of the cause that the cursor is on; None where there are no causes."""
        return self._rows[self._view.cursor].key if self._rows else None

    # What the person does

    def action_move(self, move: str) -> None:
        """Move the cursor, a cause a line."""
        self._go(self._view.moved(Move(move), len(self._rows), self._visible))

    def action_choose(self) -> None:
        """Ask for the runs of the cause under the cursor."""
        if self.highlighted is not None:
            self.post_message(self.Chosen(self.highlighted))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays within the view."""
        event.stop()
        self._go(self._view.scrolled(WHEEL_ROWS, len(self._rows), self._visible))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays within the view."""
        event.stop()
        self._go(self._view.scrolled(-WHEEL_ROWS, len(self._rows), self._visible))

    def on_click(self, event: events.Click) -> None:
        """Choose the cause that was clicked."""
        offset = event.get_content_offset(self)
        index = None if offset is None else self._index(offset.y)
        if index is not None:
            self._go(Viewport(index, self._view.top))
            self.action_choose()

    # How it is drawn

    def resized(self) -> None:
        """Keep the cursor in sight."""
        self._view = self._view.within(len(self._rows), self._visible)

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.redraw()

    def line(self, y: int) -> Sequence[Part]:
        """The header, a line of a cause, or at the bottom which causes are in sight."""
        index = self._index(y)
        parts: Sequence[Part] = ()
        if index is not None:
            parts = self._second(index) if (y - self._header_height) % ROW_HEIGHT else self._first(index)
        elif y < self._header_height:
            parts = self._header()
        elif self._overflows and y == self.size.height - 1:
            parts = self._position()
        return as_ascii(parts) if self.ascii else parts

    def _header(self) -> list[Part]:
        family = fit("Family", self._family_width) + GAP if self._families else ""
        looks = "cause-list--header-focused" if self.has_focus else "cause-list--dim"
        return [(" " + fit("Runs", self._count_width, right=True) + GAP, looks), (f"{family}Cause", "cause-list--dim")]

    def _first(self, index: int) -> list[Part]:
        row, here = self._rows[index], index == self._view.cursor
        family = fit(row.family, self._family_width) + GAP if self._families else ""
        count = fit(f"{row.runs:,}", self._count_width, right=True)
        looks = "cause-list--cursor" if here and self.has_focus else ""
        room = self.size.width - self._indent - cell_len(family) - 1
        return [(CURSOR if here else " ", ""), (count, looks), (GAP + family + cut(row.text, room), "")]

    def _second(self, index: int) -> list[Part]:
        row = self._rows[index]
        text = " · ".join(row.circumstances if self._families else [row.family, *row.circumstances])
        return [
            (CURSOR if index == self._view.cursor else " ", ""),
            (" " * (self._indent - 1), ""),
            (cut(text, self.size.width - self._indent - 1), "cause-list--dim"),
        ]

    def _position(self) -> list[Part]:
        last = min(self._view.top + self._visible, len(self._rows))
        text = f"{self._view.top + 1:,} to {last:,} of {len(self._rows):,} causes"
        return [(" ", ""), (cut(text, self.size.width - 2), "cause-list--dim")]

    @property
    def _indent(self) -> int:
        """Cells before the family or the text: the marker, the count, the gap."""
        return 1 + self._count_width + len(GAP)

    @property
    def _families(self) -> bool:
        return self.size.width >= FAMILIES_FROM

    @property
    def _header_height(self) -> int:
        return 1 if self._rows and self.size.height >= HEADER_FROM else 0

    @property
    def _body_height(self) -> int:
        return self.size.height - self._header_height

    @property
    def _overflows(self) -> bool:
        """Whether a line at the bottom has to say which causes are in sight; there is room for it."""
        return len(self._rows) * ROW_HEIGHT > self._body_height > ROW_HEIGHT

    @property
    def _visible(self) -> int:
        """How many causes there is room for, at least one."""
        return max(1, (self._body_height - self._overflows) // ROW_HEIGHT)

    def _index(self, y: int) -> int | None:
        """The cause that a line belongs to."""
        row = (y - self._header_height) // ROW_HEIGHT
        index = self._view.top + row
        return index if 0 <= row < self._visible and index < len(self._rows) else None

    def _go(self, view: Viewport) -> None:
        """Repaint the causes that the cursor left and came to, or all where the view moved."""
        before, self._view = self._view, view
        if before.top != view.top:
            self.redraw()
        elif before.cursor != view.cursor:
            starts = [self._header_height + (at - view.top) * ROW_HEIGHT for at in (before.cursor, view.cursor)]
            self.redraw(*(start + line for start in starts for line in range(ROW_HEIGHT)))
