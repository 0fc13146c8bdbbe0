"""Why runs failed, full screen: the causes among the loaded runs, the numbers above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from canaryscope.render.causes import cause_rows, causes_title
from canaryscope.render.times import Clock
from canaryscope.render.triage import numbers_lines
from canaryscope.runs.browser import RunBrowser
from canaryscope.screens.quiet import QuietResultScreen
from canaryscope_widgets.cause_list import CauseList, CauseRow
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.title_bar import TitleBar
from canaryscope_widgets.tone import Tone

__all__ = ["CausesScreen", "causes_screen"]


class CausesScreen(QuietResultScreen[int]):
    """A list to choose from. The result is the key of the cause whose runs are to be shown, None for none."""

    CSS_PATH = "causes_screen.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (14, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "dismiss", "Back", id="causes.back", tooltip="Back to the runs", show=False),
    ]

    def __init__(
        self, title: TitleBar, heading: str, numbers: Sequence[str], rows: Sequence[CauseRow], *, ascii: bool = False
    ) -> None:
        super().__init__()
        self._title = TitleBar()
        for name in ("place", "aws_region", "canary", "zone", "note"):
            setattr(self._title, name, getattr(title, name))
        self._heading = Notice(id="heading")
        self._heading.say(heading, tone=Tone.PLAIN)
        self._numbers = Notice(max_lines=6, id="numbers")
        self._numbers.say("\n".join(numbers), tone=Tone.PLAIN)
        self._list = CauseList(rows)
        self._hints = HintBar()
        choose = [Hint("enter", "its runs"), Hint("j k", "move")] if rows else []
        self._hints.hints = [*choose, Hint("esc", "back"), Hint("?", "help"), Hint("q", "quit")]
        for widget in (self._title, self._heading, self._numbers, self._list, self._hints):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._heading
        yield self._numbers
        yield self._list
        yield self._hints

    def on_mount(self) -> None:
        """The keys move the cursor."""
        self._list.focus()

    async def action_dismiss(self, result: int | None = None) -> None:
        """Back to the runs as they were."""
        self.dismiss(result)

    def on_cause_list_chosen(self, event: CauseList.Chosen) -> None:
        """Back to the runs with this cause."""
        event.stop()
        self.dismiss(event.key)


def causes_screen(title: TitleBar, browser: RunBrowser, clock: Clock, *, ascii: bool = False) -> CausesScreen:
    """The causes of what is loaded of a canary."""
    counts = browser.causes()
    return CausesScreen(
        title,
        causes_title(sum(count.runs for count in counts), browser.progress.loaded),
        numbers_lines(browser.triage(clock.now).numbers, clock),
        cause_rows(counts, clock),
        ascii=ascii,
    )
