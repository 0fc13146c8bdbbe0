"""Text to read: help, the log of a session, what is to be selected by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual.binding import BindingType
from textual.content import Content

from canaryscope_widgets.lines import Part
from canaryscope_widgets.movement import Move, movement_bindings
from canaryscope_widgets.scroll_lines import ScrollLines
from canaryscope_widgets.tone import TONE_CSS, Tone
from canaryscope_widgets.wrapping import wrap, wrap_text

__all__ = ["TextLine", "TextPanel"]

TextLine: TypeAlias = str | Content | Sequence[Part]
"""A line: text as data, styled content, or parts whose looks are `text-panel--heading`, `text-panel--key`,
`text-panel--dim` or a tone's. Line ends in it are kept."""


class TextPanel(ScrollLines):
    """Read-only text, wrapped by cells. Lines are wrapped when they come into sight: ten thousand open at once."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-panel--heading",
        "text-panel--key",
        "text-panel--dim",
        *Tone.component_classes(),
    }
    DEFAULT_CSS = f"""
    TextPanel {{
        & > .text-panel--heading {{ text-style: bold underline; }}
        & > .text-panel--key {{ color: $text-accent; text-style: bold; }}
        & > .text-panel--dim {{ text-style: dim; }}
        {TONE_CSS}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [*movement_bindings("text")]

    def __init__(self, lines: Iterable[TextLine] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[TextLine] = list(lines)
        self._rows: list[Sequence[Part]] = []
        self._wrapped = 0
        self._width = 0

    def set_lines(self, lines: Iterable[TextLine], *, keep_place: bool = False) -> None:
        """Show these lines, from the top or from where the person is."""
        self._lines = list(lines)
        self._width = 0
        self.rows_changed(from_the_top=not keep_place)

    def to_end(self) -> None:
        """Show the last lines."""
        self.action_move(Move.LAST)

    def row_count(self, at_least: int) -> int:
        """Rows wrapped so far; at least one more than `at_least`, if there are that many."""
        width = self.size.width
        if width != self._width:
            self._rows, self._wrapped, self._width = [], 0, width
        while len(self._rows) <= at_least and self._wrapped < len(self._lines):
            self._rows.extend(_wrapped(self._lines[self._wrapped], width))
            self._wrapped += 1
        return len(self._rows)

    def row(self, index: int) -> Sequence[Part]:
        """A wrapped row."""
        return self._rows[index]


def _wrapped(line: TextLine, width: int) -> Sequence[Sequence[Part]]:
    if isinstance(line, str):
        return wrap_text(line, width)
    if isinstance(line, Content):
        return [list(part.render(end="")) for part in line.wrap(max(1, width))]
    return wrap(line, width)
