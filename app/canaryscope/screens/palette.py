"""Textual's command palette, quiet: nothing in it blinks, and it draws no glyph that many fonts lack."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input

__all__ = ["QuietPalette", "commands_of"]


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


def commands_of(screen: Screen[object]) -> Iterable[SystemCommand]:
    """What has a key on this screen now."""
    offered = {it.binding.id: it for it in screen.active_bindings.values() if it.enabled}
    for id, (_, binding, _, tooltip) in offered.items():
        if id and id != "app.palette" and id.startswith(("app.", "explorer.", "runs.")):
            command = partial(screen.app.run_action, binding.action, screen)
            yield SystemCommand(binding.description, tooltip or binding.tooltip, command)
