"""Text to read, full screen: help, the log of the session, what is to be selected by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from canaryscope.screens.quiet import QuietScreen
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.text_panel import TextLine, TextPanel
from canaryscope_widgets.tone import Tone

__all__ = ["TextScreen"]


class TextScreen(QuietScreen):
    """A title, the text, and how to leave. No border, so that the text can be selected as it is."""

    CSS_PATH = "text_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "dismiss", "Back", id="text.back", tooltip="Back", show=False),
    ]

    def __init__(self, title: str, lines: Iterable[TextLine], *, at_end: bool = False, ascii: bool = False) -> None:
        super().__init__()
        self._title = Notice()
        self._title.say(title, tone=Tone.PLAIN)
        self._panel = TextPanel(lines)
        self._at_end = at_end
        self._hints = HintBar()
        self._hints.hints = [Hint("esc", "back"), Hint("j k", "scroll"), Hint("q", "quit")]
        for widget in (self._title, self._panel, self._hints):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._panel
        yield self._hints

    def on_mount(self) -> None:
        """The keys scroll."""
        self._panel.focus()
        if self._at_end:
            self.call_after_refresh(self._panel.to_end)

    async def action_dismiss(self, result: None = None) -> None:
        """Back to where it was opened."""
        self.dismiss(result)
