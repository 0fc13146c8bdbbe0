"""The line that says how much is loaded, what is going on, and where the cursor is."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import var

from canaryscope_widgets.lines import Part, cells, cut, spread
from canaryscope_widgets.one_line import OneLine

__all__ = ["StatusBar"]

SEPARATOR = " · "


class StatusBar(OneLine):
    """`{text} · {tail}` at the left, `row {row}` at the right end.

    People and scripts read it: it is shown as given. Where room is short the end of `text` gives way to an ellipsis,
    never the tail (what to do now), nor the row.
    """

    text: var[str] = var("", init=False)
    """`1,200 loaded · more below`, or `1,200 loaded · timed out`, what went wrong last."""
    tail: var[str] = var("", init=False)
    """What can be done about it, without the separator: `r to retry`."""
    row: var[int | None] = var(None, init=False)
    """The row that the cursor is on, counted from 1; None where there are no rows."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        width = self.size.width
        right: list[Part] = [] if self.row is None else [(cut(f"row {self.row:,}", width - 1), ""), (" ", "")]
        room = width - 1 - (cells(right) + 2 if right else 1)
        tail = f"{SEPARATOR}{self.tail}" if self.text and self.tail else self.tail
        left = cut(self.text, max(1, room - cells([(tail, "")]))) + tail
        return spread([(" ", ""), (cut(left, room), "")], right, width)

    watch_text = watch_tail = watch_row = OneLine.changed
