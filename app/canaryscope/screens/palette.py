"""Textual's command palette, quiet: nothing in it blinks, and it draws no glyph that many fonts lack."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets import Input

__all__ = ["QuietPalette"]


class QuietPalette(CommandPalette):
    """Opened with `ctrl+p` or `:`. At rest it writes nothing."""

    DEFAULT_CSS = """
    QuietPalette {
        SearchIcon { display: none; }
        CommandList { scrollbar-size: 0 0; }
    }
    """

    def on_mount(self) -> None:
        """A blink repaints a whole row, twice a second."""
        for line in self.query(Input):
            line.cursor_blink = False
