"""Two runs beside each other, full screen: what differs, the most important first."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from canaryscope.evidence.compare import Comparison
from canaryscope.render.compare import comparison_lines
from canaryscope.render.compare_markdown import comparison_markdown
from canaryscope.render.times import Clock
from canaryscope.screens.quiet import QuietScreen
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.title_bar import TitleBar
from canaryscope_widgets.tone import Tone

__all__ = ["CompareScreen"]

PADDING = 2


class CompareScreen(QuietScreen):
    """Who opens it fetches the evidence, says with `tell` how far that is, and shows with `show` what came of it."""

    CSS_PATH = "compare_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "dismiss", "Back", id="compare.back", tooltip="Back to the runs", show=False),
        Binding("y", "copy", "Copy", id="compare.copy", tooltip="Copy the comparison as Markdown", show=False),
    ]

    class CopyWanted(FieldedMessage):
        """The comparison is to be copied; `say` tells what came of it."""

        markdown: str

    def __init__(self, title: TitleBar, heading: str, *, ascii: bool = False) -> None:
        super().__init__()
        self._title = TitleBar()
        for name in ("place", "aws_region", "canary", "zone", "note"):
            setattr(self._title, name, getattr(title, name))
        self._heading = Notice(max_lines=2, id="heading")
        self._heading.say(heading, tone=Tone.PLAIN)
        self._panel = TextPanel()
        self._hints = HintBar()
        self._shown: tuple[Comparison, Clock] | None = None
        self._hint()
        for widget in (self._title, self._heading, self._panel, self._hints):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._heading
        yield self._panel
        yield self._hints

    def on_mount(self) -> None:
        """The keys scroll."""
        self._panel.focus()

    def tell(self, *sentences: str) -> None:
        """How far the evidence is, or why there will be none: a sentence for each run, in place of the comparison."""
        self._shown = None
        self._panel.set_lines(sentences)
        self._hint()

    def show(self, comparison: Comparison, clock: Clock) -> None:
        """Show what differs. Again, when more has come: from where the person is."""
        again = self._shown is not None
        self._shown = comparison, clock
        self._draw(keep_place=again)
        self._hint()

    def say(self, remark: str) -> None:
        """Show a short remark in place of the hints."""
        self._hints.remark = remark

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - that is how Textual calls it
        """The columns are as wide as the screen is."""
        self._draw(keep_place=True)

    async def action_dismiss(self, result: None = None) -> None:
        """Back to the runs."""
        self.dismiss(result)

    def action_copy(self) -> None:
        """Copy the comparison, once there is one."""
        if self._shown is not None:
            self.post_message(self.CopyWanted(comparison_markdown(self._shown[0])))

    def _draw(self, *, keep_place: bool) -> None:
        if self._shown is not None:
            comparison, clock = self._shown
            width = max(1, self.size.width - PADDING)
            self._panel.set_lines(comparison_lines(comparison, clock, width), keep_place=keep_place)

    def _hint(self) -> None:
        copy = [Hint("y", "copy as Markdown")] if self._shown is not None else []
        self._hints.hints = [Hint("esc", "back"), Hint("j k", "scroll"), *copy, Hint("?", "help"), Hint("q", "quit")]
