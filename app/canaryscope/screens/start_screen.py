"""What is on the screen while the explorer is loaded: the program has started, and looks where it was told to."""

from __future__ import annotations

from textual.app import ComposeResult

from canaryscope.options import StartOptions
from canaryscope.screens.quiet import QuietScreen
from canaryscope_widgets.title_bar import TitleBar

__all__ = ["StartScreen"]


class StartScreen(QuietScreen):
    """The explorer's title, where that will stand."""

    def __init__(self, options: StartOptions) -> None:
        super().__init__()
        self._title = TitleBar()
        self._title.ascii = options.environment.ascii
        self._title.place, self._title.aws_region = options.place, options.place_region
        self._title.canary = options.canary or ""

    def compose(self) -> ComposeResult:
        """One line."""
        yield self._title
