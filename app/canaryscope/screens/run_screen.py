"""One run, full screen: everything that the API sent, whole."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from canaryscope.screens.copying import CopyingScreen
from canaryscope_widgets.detail import Detail, RunDetail
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.title_bar import TitleBar

__all__ = ["RunScreen"]


class RunScreen(CopyingScreen):
    """A RunDetail between title and hints."""

    CSS_PATH = "run_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "dismiss", "Back", id="run.back", tooltip="Back to the runs", show=False),
        Binding("y", "copy", "Copy", id="run.copy", tooltip="Copy something of the run", show=False),
    ]

    def __init__(self, detail: Detail, title: TitleBar, *, ascii: bool = False) -> None:
        super().__init__()
        self._run_detail = RunDetail()
        self._run_detail.detail = detail
        self._title = TitleBar()
        for name in ("place", "aws_region", "canary", "zone", "note"):
            setattr(self._title, name, getattr(title, name))
        self._hints = HintBar(id="hints")
        self._hints.hints = [Hint("esc", "back"), Hint("j k", "scroll"), Hint("y", "copy"), Hint("q", "quit")]
        for widget in (self._run_detail, self._title, self._hints, self.copy_menu):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._run_detail
        yield self._hints
        yield self.copy_menu

    def on_mount(self) -> None:
        """The keys scroll."""
        self._run_detail.focus()

    async def action_dismiss(self, result: None = None) -> None:
        """Back to the runs."""
        self.dismiss(result)

    @property
    def copied_from(self) -> RunDetail:
        """The run."""
        return self._run_detail

    def say(self, remark: str) -> None:
        """Show a short remark in place of the hints."""
        self._hints.remark = remark
