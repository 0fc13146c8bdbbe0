"""One line to type into: a label, the text, and why a character was not taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.lines import Part, cut
from canaryscope_widgets.one_line import OneLine
from canaryscope_widgets.still import Still

if TYPE_CHECKING:
    from textual.widgets import Input

    from canaryscope_widgets.text_input import TextInput

__all__ = ["InputLine"]


TEXT_AT_LEAST = 4
"""Cells of the text that are seen, whatever else there is to show (min-width in the stylesheet of `TextInput`)."""
LABEL_FROM = 12
"""With fewer cells left for the text, a refusal takes the label's place."""


def _taken(_text: str) -> str | None:
    return None


class InputLine(Still, Horizontal):
    """A label, an Input of one line without a blink, and the refusal at its right.

    `check` gets the whole text as it would be after an edit (normalised) and says why it cannot be, or None. What is
    refused is not taken. Whatever is pasted comes down to its printable characters in one line.

    What it is made of is there once it is shown: one that is hidden at first has to be told to `open`.
    """

    DEFAULT_CSS = """
    InputLine {
        height: 1;
        padding: 0 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="input.cancel", tooltip="Leave the line", show=False)
    ]

    class Changed(FieldedMessage):
        """The text, normalised, is another one now."""

        input_line: InputLine
        value: str

        @property
        def control(self) -> InputLine:
            """The line that was typed in."""
            return self.input_line

    class Submitted(FieldedMessage):
        """Enter was pressed."""

        input_line: InputLine
        value: str

        @property
        def control(self) -> InputLine:
            """The line that was typed in."""
            return self.input_line

    class Cancelled(FieldedMessage):
        """Escape was pressed. The text is as it was: whether it goes is the owner's business."""

        input_line: InputLine

        @property
        def control(self) -> InputLine:
            """The line that was left."""
            return self.input_line

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters around the text are replaced by ASCII ones."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        check: Callable[[str], str | None] = _taken,
        normalise: Callable[[str], str] = str.strip,
        max_length: int = 256,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._normalise = normalise
        self._label = _Words(label, "input-line--label")
        self._input: TextInput | None = None
        self._refusal = _Words("", "input-line--refusal")
        self._check = check
        self._max_length = max_length
        self._at_first = value
        self._told = normalise(value)

    def compose(self) -> ComposeResult:
        """Label, text, refusal; nothing as long as it is hidden."""
        if self.display:
            yield from self._parts()

    def on_mount(self) -> None:
        """Input needs an app before it can have a text."""
        if self._input is not None:
            self.value = self._at_first

    async def open(self, value: str) -> None:
        """Show it with this text, and give it the keys."""
        if self._input is None:
            await self.mount(*self._parts())
        self.value = value
        self.display = True
        self.focus()

    def _parts(self) -> Sequence[Widget]:
        from canaryscope_widgets.text_input import TextInput  # to have it at once would take a twentieth of the start

        self._input = TextInput(accepts=self._accepts, max_length=self._max_length)
        return self._label, self._input, self._refusal

    def watch_ascii(self, ascii: bool) -> None:
        """Pass it on."""
        self._label.ascii = self._refusal.ascii = ascii

    @property
    def value(self) -> str:
        """The text, normalised."""
        return self._normalise(self._at_first if self._input is None else self._input.value)

    @value.setter
    def value(self, value: str) -> None:
        if self._input is not None and self._input.is_attached:
            self._input.value = value
            self._input.action_end()
            self.refuse("")
        else:
            self._at_first = value
            self._told = self._normalise(value)

    @property
    def refusal(self) -> str:
        """Why the last character was not taken; empty after one that was."""
        return self._refusal.text

    def refuse(self, reason: str) -> None:
        """Show a reason at the right, or none. Where room is short it is shown in the label's place."""
        if reason == self._refusal.text:
            return
        self._refusal.text = reason
        self._share_room()

    def on_resize(self) -> None:
        """What was typed at once may have been refused before the line had a size."""
        self._share_room()

    def _share_room(self) -> None:
        reason, width = self._refusal.text, self.content_size.width - 2  # the blanks around the text
        self._refusal.styles.max_width = max(0, width - TEXT_AT_LEAST)
        left = width - cell_len(self._label.text) - cell_len(reason)
        self._label.display = bool(self._label.text) and (not reason or left >= LABEL_FROM)

    def focus(self, scroll_visible: bool = True) -> InputLine:
        """Go on typing, after the text that is there."""
        if self._input is not None:
            self._input.focus(scroll_visible)
        return self

    def action_cancel(self) -> None:
        """Tell the owner."""
        self.post_message(self.Cancelled(self))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what differs once it is normalised."""
        event.stop()
        if self.value != self._told:
            self._told = self.value
            self.post_message(self.Changed(self, self.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on the normalised text."""
        event.stop()
        self.post_message(self.Submitted(self, self.value))

    def _accepts(self, text: str, edited: str) -> bool:
        """Whether an edit that brings in `text` may be made; shows why not. Deleting is always allowed."""
        reason = None
        if text:
            reason = self._too_long(edited) or self._check(self._normalise(edited))
        self.refuse(reason or "")
        return reason is None

    def _too_long(self, edited: str) -> str | None:
        return f"at most {self._max_length} characters" if len(edited) > self._max_length else None


class _Words(OneLine):
    """A few words, as wide as they are; not there when there are none."""

    LOOKS = {"input-line--label": "bold", "input-line--refusal": "$text-error"}
    DEFAULT_CSS = "_Words { width: auto; }"

    text: var[str] = var("", init=False)
    """What is shown, as data."""

    def __init__(self, text: str, look: str) -> None:
        super().__init__()
        self.set_reactive(_Words.text, text)
        self.display = bool(text)
        self._look = look

    def watch_text(self, text: str) -> None:
        """Another width."""
        self.display = bool(text)
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """As wide as the words."""
        return cell_len(self.text)

    def parts(self) -> Sequence[Part]:
        """The words, cut where there is no room."""
        return [(cut(self.text, self.size.width), self._look)]
