"""Textual's Input as an InputLine has it. In a module of its own: the first paint has nothing to type into."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

__all__ = ["TextInput"]


class TextInput(Input, inherit_bindings=False):
    """Textual's Input, without blink, bell and borders; every edit is asked for."""

    DEFAULT_CSS = """
    TextInput, TextInput:focus {
        width: 1fr;
        min-width: 4;
        height: 1;
        margin: 0 1;
        padding: 0;
        border: none;
        background: transparent;
        background-tint: transparent;
        & > .input--cursor {
            background: transparent;
            color: $foreground;
            text-style: reverse;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, action, description, id=f"input.{name}", tooltip=tooltip, show=False)
        for name, keys, action, description, tooltip in (
            ("left", "left,ctrl+b", "cursor_left", "Left", "One character to the left"),
            ("right", "right,ctrl+f", "cursor_right", "Right", "One character to the right"),
            ("word_left", "ctrl+left,alt+b", "cursor_left_word", "Word left", "One word to the left"),
            ("word_right", "ctrl+right,alt+f", "cursor_right_word", "Word right", "One word to the right"),
            ("start", "home,ctrl+a", "home", "Start", "To the start of the text"),
            ("end", "end,ctrl+e", "end", "End", "To the end of the text"),
            ("delete_left", "backspace", "delete_left", "Delete left", "Delete the character to the left"),
            ("delete_right", "delete,ctrl+d", "delete_right", "Delete right", "Delete the character to the right"),
            ("delete_word", "ctrl+w", "delete_left_word", "Delete word", "Delete the word to the left"),
            ("delete_to_start", "ctrl+u", "delete_left_all", "Delete to start", "Delete all to the left"),
            ("delete_to_end", "ctrl+k", "delete_right_all", "Delete to end", "Delete all to the right"),
            ("submit", "enter", "submit", "Enter", "Take the text"),
        )
    ]

    def __init__(self, *, accepts: Callable[[str, str], bool], max_length: int) -> None:
        self._accepts = accepts
        self._limit = max_length
        super().__init__(select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Whatever sets the text, it is one line of printable characters, no longer than it may be."""
        return _one_line(value)[: self._limit]

    def replace(self, text: str, start: int, end: int) -> None:
        """Make an edit, unless what comes in is refused. All edits of Input come here."""
        text = _one_line(text)
        first, last = sorted((max(0, start), min(len(self.value), end)))
        if self._accepts(text, self.value[:first] + text + self.value[last:]):
            super().replace(text, start, end)

    def on_paste(self, event: events.Paste) -> None:
        """Put the pasted text, of however many lines, at the cursor as one edit."""
        event.stop()
        event.prevent_default()
        self.replace(event.text, *self.selection)


def _one_line(text: str) -> str:
    """Printable characters only: line ends and tabs become blanks (none at the ends), all other controls nothing."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "" for character in text.strip("\r\n")
    )
