"""Text to read: help, the log of a session, what is to be selected by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import BindingType
from textual.content import Content

from canaryscope_widgets.block_lines import BlockLines
from canaryscope_widgets.block_view import TOP, BlockView, Place
from canaryscope_widgets.lines import Part, cut
from canaryscope_widgets.movement import Move, moved, movement_bindings
from canaryscope_widgets.wrapping import wrap, wrap_text

__all__ = ["TextLine", "TextPanel"]

TextLine: TypeAlias = str | Content | Sequence[Part]
"""A line: text as data, styled content, or parts whose looks are `text-panel--heading`, `text-panel--key`,
`text-panel--dim` or a tone's. Line ends in it are kept."""


class TextPanel(BlockLines):
    """Read-only text, wrapped by cells. Lines are wrapped when they come into sight: fifty thousand open at once.

    No line has a cursor: keys and wheel scroll. The last line of the widget says on which side there is more.
    """

    LOOKS = {
        "text-panel--heading": "bold underline",
        "text-panel--key": "$text-accent bold",
        "text-panel--dim": "dim",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*movement_bindings("text")]

    def __init__(self, lines: Iterable[TextLine] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[TextLine] = list(lines)
        self._rows: dict[int, Sequence[Sequence[Part]]] = {}
        self._width = 0

    def set_lines(self, lines: Iterable[TextLine], *, keep_place: bool = False) -> None:
        """Show these lines, from the top or from where the person is."""
        self._lines = list(lines)
        self._rows = {}
        self.blocks_changed(self.view if keep_place else BlockView())

    def to_end(self) -> None:
        """Show the last lines."""
        self.action_move(Move.LAST)

    def action_move(self, move: str) -> None:
        """Scroll."""
        page, wanted = self.page, Move(move)
        if wanted in (Move.FIRST, Move.LAST):
            self.show_view(self.view.moved(wanted, self, page))
        else:
            self.show_view(self.view.scrolled(moved(page, wanted, page, 2 * page) - page, self, page))

    def on_click(self, event: events.Click) -> None:
        """There is no cursor to put anywhere."""
        event.prevent_default()

    def block_count(self) -> int:
        """The lines."""
        return len(self._lines)

    def block_height(self, index: int, *, highlighted: bool) -> int:  # noqa: ARG002
        """As many rows as it is wrapped to."""
        return len(self.block(index))

    def block(self, index: int) -> Sequence[Sequence[Part]]:
        """A line, wrapped."""
        if self.size.width != self._width:
            self._rows, self._width = {}, self.size.width
        if index not in self._rows:
            self._rows[index] = _wrapped(self._lines[index], self._width)
        return self._rows[index]

    @property
    def has_footer(self) -> bool:
        """Where not all is in sight, and there is room to say so."""
        return self.size.height > 2 and self.overflows

    def footer(self) -> Sequence[Part]:
        """On which side there is more."""
        end = Place(len(self._lines) - 1, len(self.block(len(self._lines) - 1)) - 1)
        above, below = self.places[0] > TOP, self.places[-1] < end
        said = "more above and below" if above and below else "more above" if above else "more below"
        return [(cut(said, self.size.width), "text-panel--dim")]


def _wrapped(line: TextLine, width: int) -> Sequence[Sequence[Part]]:
    if isinstance(line, str):
        return wrap_text(line, width)
    if isinstance(line, Content):
        return [list(part.render(end="")) for part in line.wrap(max(1, width))]
    return wrap(line, width)
