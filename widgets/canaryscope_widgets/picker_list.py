"""The lines of the canary picker: one canary a line, one of them highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import CURSOR, as_ascii
from canaryscope_widgets.lines import ELLIPSIS, LinesWidget, Part, cells, cut, fit, spread
from canaryscope_widgets.movement import Move
from canaryscope_widgets.picker_items import Match
from canaryscope_widgets.row_window import Viewport
from canaryscope_widgets.wrapping import wrap_text

__all__ = ["Offer", "PickerList"]

WORD_WIDTH = 7
"""Cells of the state word: RUNNING is the longest that the API knows today."""
WORDS_FROM = 28
"""Below this many cells a state is its first letter, and there are no notes."""
DETAILS_FROM = 64
"""Below this many cells there are no details, only their short form."""
NAME_BESIDE_DETAIL = 24
NAME_BESIDE_SHORT = 12
"""A name that needs them keeps so many cells, else the detail, or its short form, is left out."""
WHEEL_LINES = 3
MATCH = "picker-list--match"
"""The look of a letter that the filter found."""


class Offer(NamedTuple):
    """A line below the canaries: a typed name that can be opened although no list has it."""

    name: str


class PickerList(LinesWidget, can_focus=True):
    """Draws and moves; which canaries there are, and what a key means, is the picker's business."""

    LOOKS = {
        "picker-list--match": "$text-accent bold underline",
        "picker-list--note": "dim",
        "picker-list--remark": "dim",
        "picker-list--cursor": "bold reverse",
        "picker-list--cursor-match": "bold reverse underline",
    }
    DEFAULT_CSS = "PickerList { height: 1fr; }"

    class CursorMoved(FieldedMessage):
        """Another name, or none, is highlighted now."""

        name: str | None

    class Clicked(Message):
        """The highlighted line was clicked."""

    ascii: var[bool] = var(False, init=False)
    active: var[bool] = var(False, init=False)
    """Whether keys move this cursor: they do also while they go to the filter line."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.cursor_moved = False
        """Whether the person has moved the cursor. Until then it stays on the first line."""
        self._rows: Sequence[Match | Offer] = ()
        self._remark = ""
        self._view = Viewport()
        self._told: str | None = None

    @property
    def highlighted(self) -> str | None:
        """The name on the line with the cursor: a canary's, or one that was typed; None where there is none."""
        return _name(self._rows[self._view.cursor]) if self._rows else None

    def show(self, rows: Sequence[Match | Offer], remark: str = "") -> None:
        """Show these lines, and below them a remark, wrapped.

        The highlighted name keeps its place on the screen, if the cursor was ever moved.
        """
        view, name = self._view, self.highlighted
        self._rows, self._remark = rows, remark
        if not self.cursor_moved:
            view = Viewport()
        elif (index := self._index(name)) is not None:
            view = Viewport(index, view.top + index - view.cursor)
        self._go(view.within(len(rows), self.size.height))

    def choose(self, name: str | None) -> None:
        """Put the cursor on a name, if it is there."""
        if (index := self._index(name)) is not None:
            self._go(self._view.at(index, len(self._rows), self.size.height))

    def move(self, move: Move) -> None:
        """Move the cursor as a key says."""
        self.cursor_moved = True
        self._go(self._view.moved(move, len(self._rows), self.size.height))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor comes along where it would leave the view."""
        event.stop()
        self._wheel(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor comes along where it would leave the view."""
        event.stop()
        self._wheel(-WHEEL_LINES)

    def on_click(self, event: events.Click) -> None:
        """Highlight the line that was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and self._view.top + offset.y < len(self._rows):
            self.cursor_moved = True
            self._go(Viewport(self._view.top + offset.y, self._view.top))
            self.post_message(self.Clicked())

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._go(self._view.within(len(self._rows), self.size.height))

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.redraw()

    watch_active = watch_ascii

    def line(self, y: int) -> Sequence[Part]:
        """The canary, offer or remark at line y of the screen."""
        index = self._view.top + y
        parts = self._row_parts(index) if index < len(self._rows) else self._remark_parts(index - len(self._rows))
        return as_ascii(parts) if self.ascii else parts

    def _row_parts(self, index: int) -> list[Part]:
        row, width = self._rows[index], self.size.width - 2
        parts = _match_parts(row, width) if isinstance(row, Match) else [(cut(f'open "{row.name}"', width), "")]
        if index != self._view.cursor:
            return [(" ", ""), *parts]
        if self.active:
            parts = [
                (text, f"{looks} picker-list--cursor{'-match' if looks == MATCH else ''}")
                for text, looks in spread(parts, (), width)
            ]
        return [(CURSOR, ""), *parts]

    def _remark_parts(self, index: int) -> list[Part]:
        lines = wrap_text(self._remark, self.size.width - 2, "picker-list--remark") if self._remark else []
        return [(" ", ""), *lines[index]] if index < len(lines) else []

    def _index(self, name: str | None) -> int | None:
        return next((index for index, row in enumerate(self._rows) if _name(row) == name), None)

    def _wheel(self, lines: int) -> None:
        self.cursor_moved = True
        self._go(self._view.scrolled(lines, len(self._rows), self.size.height))

    def _go(self, view: Viewport) -> None:
        """Repaint what changed, and tell if another name is highlighted."""
        self._view = view
        self.redraw()
        if self.is_mounted and self.highlighted != self._told:
            self._told = self.highlighted
            self.post_message(self.CursorMoved(self._told))


def _name(row: Match | Offer) -> str:
    return row.item.name if isinstance(row, Match) else row.name


def _match_parts(match: Match, width: int) -> list[Part]:
    """State, name, and at the right the detail and the note, as far as there is room."""
    item = match.item
    state = fit(item.word, WORD_WIDTH) if width >= WORDS_FROM else fit(item.word[:1], 1)
    note = cut(item.note, width // 3) if width >= WORDS_FROM else ""
    beside = f" · {note}" if note else ""
    room = width - cell_len(state) - cell_len(beside) - 2
    forms = ((DETAILS_FROM, NAME_BESIDE_DETAIL, item.detail), (WORDS_FROM, NAME_BESIDE_SHORT, item.short))
    fitting = (
        form + beside
        for cells_from, keeps, form in forms
        if form and width >= cells_from and cell_len(form) + min(keeps, cell_len(item.name)) <= room
    )
    said = next(fitting, note)
    right: list[Part] = [(f" {said}", "picker-list--note")] if said else []
    left: list[Part] = [(state, item.tone.look), (" ", "")]
    name = _name_parts(item.name, match.offsets, max(1, width - cells(left) - cells(right)))
    return spread([*left, *name], right, width)


def _name_parts(name: str, offsets: frozenset[int], width: int) -> list[Part]:
    """The name in at most `width` cells, the matching letters marked; what does not fit is left out in the middle.

    Names often begin alike and differ at the end (region, stage). With characters wider than a cell the end is cut.
    """
    if not offsets and cell_len(name) <= width:
        return [(name, "")]
    letters: list[Part] = [(letter, MATCH if at in offsets else "") for at, letter in enumerate(name)]
    if cell_len(name) <= width:
        return letters
    if cell_len(name) != len(name):
        shown = cut(name, width)[:-1]  # ends with a blank where a letter of two cells did not fit
        return [*letters[: len(shown) if name.startswith(shown) else len(shown) - 1], (ELLIPSIS, "")]
    tail = (width - 1) // 2
    return [*letters[: width - 1 - tail], (ELLIPSIS, ""), *letters[len(letters) - tail :]]
