"""A screen that doesn't repaint itself whole when the focus moves."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.await_remove import AwaitRemove
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from canaryscope_widgets.still import Still

__all__ = ["QuietResultScreen", "QuietScreen"]

Result = TypeVar("Result")


class QuietResultScreen(Still, Screen[Result]):
    """Textual repaints the screen, 2.4 kB at 80x24, at every change of focus; here widgets redraw what differs."""

    AUTO_FOCUS = None
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Shown for the first time, it has just been given its styles; Textual would look for all of them once more."""
        event.refresh_styles = self.stack_updates > 0

    def remove(self) -> AwaitRemove:
        """Forget what is painted: Textual keeps what a removed widget had painted, of the last 1,024 of them."""
        for widget in self.walk_children(Widget, with_self=True):
            widget.refresh()
        return super().remove()

    def _compositor_refresh(self) -> None:
        """Textual draws a frame also where it will not be shown, and has lost then what was to be drawn."""
        if not self.app._batch_count:
            super()._compositor_refresh()


class QuietScreen(QuietResultScreen[None]):
    """One that is left without a result."""

    def say(self, remark: str) -> None:
        """Show a short remark; nothing where the screen has no place for it."""
