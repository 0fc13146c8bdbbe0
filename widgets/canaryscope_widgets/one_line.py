"""What the bars have in common: one line, redrawn when something that it shows is set."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import var

from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part

__all__ = ["OneLine"]


class OneLine(LinesWidget):
    """A widget of one line. A subclass says what it shows in `parts`, and has `changed` watch what that depends on."""

    DEFAULT_CSS = "OneLine { height: 1; }"

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        raise NotImplementedError

    def line(self, y: int) -> Sequence[Part]:
        """The line at the top, nothing below it."""
        parts = self.parts() if y == 0 else ()
        return as_ascii(parts) if self.ascii else parts

    def changed(self) -> None:
        """Something that the line shows was set."""
        self.redraw()

    watch_ascii = changed
