"""The line that says what is asked for; in its place, a line to type a filter or a DryRunId into."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.query_bar import QueryBar
from canaryscope_widgets.still import Still

__all__ = ["QueryLines"]


class QueryLines(Still, Vertical):
    """One line high: the QueryBar, or one of two InputLines while the person types. Nothing else moves."""

    DEFAULT_CSS = """
    QueryLines { height: 1; }
    """

    class TextTyped(FieldedMessage):
        """The text filter is another one now; `submitted` with Enter."""

        text: str
        submitted: bool

    class DryRunTyped(FieldedMessage):
        """The DryRunId, or the part of one, is another one now; `submitted` with Enter."""

        text: str
        submitted: bool

    class Escaped(Message):
        """Esc in one of the lines. The owner stops what it is doing, or calls `leave`."""

    def __init__(
        self,
        *,
        check_dry_run_id: Callable[[str], str | None],
        normalise_dry_run_id: Callable[[str], str],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.bar = QueryBar()
        self._text = InputLine("/")
        self._dry_run = InputLine("DryRunId", check=check_dry_run_id, normalise=normalise_dry_run_id)
        self._text.display = self._dry_run.display = False

    def compose(self) -> ComposeResult:
        """The three, of which one is shown."""
        yield self.bar
        yield self._text
        yield self._dry_run

    @property
    def ascii(self) -> bool:
        """Whether only ASCII characters are drawn around what was typed."""
        return self.bar.ascii

    @ascii.setter
    def ascii(self, ascii: bool) -> None:
        for widget in (self.bar, self._text, self._dry_run):
            widget.ascii = ascii

    @property
    def typing(self) -> bool:
        """Whether one of the lines has the keys."""
        return self._text.has_focus_within or self._dry_run.has_focus_within

    async def edit_text(self, text: str) -> None:
        """Type a text filter, from what it is."""
        await self._edit(self._text, text)

    async def edit_dry_run(self, text: str) -> None:
        """Type a DryRunId, or a part of one."""
        await self._edit(self._dry_run, text)

    def leave(self) -> None:
        """Show what is asked for again."""
        if not self.bar.display:
            self._text.display = self._dry_run.display = False
            self.bar.display = True

    def clear(self) -> None:
        """Take back what is typed in the open line, and leave it."""
        for line in (self._text, self._dry_run):
            if line.display and line.value:
                line.value = ""
                self._tell(line, submitted=False)
        self.leave()

    async def _edit(self, line: InputLine, value: str) -> None:
        self.leave()
        self.bar.display = False
        await line.open(value)

    def on_input_line_changed(self, event: InputLine.Changed) -> None:
        """Pass it on as the person types."""
        event.stop()
        if event.input_line.display:
            self._tell(event.input_line, submitted=False)

    def on_input_line_submitted(self, event: InputLine.Submitted) -> None:
        """Enter."""
        event.stop()
        self._tell(event.input_line, submitted=True)

    def on_input_line_cancelled(self, event: InputLine.Cancelled) -> None:
        """Esc."""
        event.stop()
        self.post_message(self.Escaped())

    def _tell(self, line: InputLine, *, submitted: bool) -> None:
        kind = self.TextTyped if line is self._text else self.DryRunTyped
        self.post_message(kind(line.value, submitted))
