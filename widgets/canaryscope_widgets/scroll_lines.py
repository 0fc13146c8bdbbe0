"""Lines that may be more than fit, moved through with the keys of `movement` or the wheel."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from textual import events
from textual.reactive import var

from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part, cut
from canaryscope_widgets.movement import Move, moved

__all__ = ["ScrollLines"]

WHEEL_LINES = 3


class ScrollLines(LinesWidget, can_focus=True):
    """A window on rows. There is no scroll bar: where rows are out of sight, the last line says on which side.

    A subclass has `row_count` and `row`, puts `movement_bindings(...)` among its BINDINGS, and calls `rows_changed()`.
    """

    LOOKS = {
        "scroll-lines--more": "dim",
    }
    DEFAULT_CSS = "ScrollLines { height: 1fr; }"

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._top = 0

    def row_count(self, at_least: int) -> int:
        """How many rows there are. If there are more than `at_least`, any number above it will do."""
        raise NotImplementedError

    def row(self, index: int) -> Sequence[Part]:
        """A row, no wider than the content. `index` is below what `row_count` said."""
        raise NotImplementedError

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.rows_changed()

    @property
    def top(self) -> int:
        """The first row in sight."""
        return self._top

    def rows_changed(self, *, from_the_top: bool = False) -> None:
        """Show the rows as they are now, from the same row on or from the top."""
        if from_the_top:
            self._top = 0
        if self.is_mounted:
            self._top = min(self._top, self._last_top(self._top))
            self.redraw()

    def action_move(self, move: str) -> None:
        """Scroll."""
        self._go_to(moved(self._top, Move(move), self._page(sys.maxsize), sys.maxsize))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by a few lines."""
        self._go_to(self._top + WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by a few lines."""
        self._go_to(max(0, self._top - WHEEL_LINES))
        event.stop()

    def on_resize(self) -> None:
        """Stay within the rows, of which another width makes another number."""
        self.rows_changed()

    def line(self, y: int) -> Sequence[Part]:
        """Row `top + y`, or in the last line where the rest is."""
        count = self.row_count(self._top + self.size.height)
        if y == self._page(count):
            parts: Sequence[Part] = [(cut(self._more(count), self.size.width), "scroll-lines--more")]
        elif self._top + y < count:
            parts = self.row(self._top + y)
        else:
            parts = ()
        return as_ascii(parts) if self.ascii else parts

    def _more(self, count: int) -> str:
        below = count > self._top + self._page(count)
        if self._top:
            return "more above and below" if below else "more above"
        return "more below"

    def _page(self, count: int) -> int:
        """How many rows are in sight: a line less, if something is out of sight and there is room to say so."""
        height = self.size.height
        return height - 1 if count > height > 2 else height

    def _last_top(self, target: int) -> int:
        """The last row that may be at the top, counted as far as is needed to go to `target`."""
        height = self.size.height
        count = self.row_count(target + height)
        return max(0, count - self._page(count))

    def _go_to(self, target: int) -> None:
        top = min(target, self._last_top(min(target, sys.maxsize - self.size.height)))
        if top != self._top:
            self._top = top
            self.redraw()
