"""The requests that a run made, or the links that it followed: one a line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.binding import Binding, BindingType

from canaryscope_widgets.block_lines import BlockLines
from canaryscope_widgets.block_view import BlockView
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import CURSOR
from canaryscope_widgets.lines import Part, cut, spread
from canaryscope_widgets.list_columns import Column
from canaryscope_widgets.movement import movement_bindings
from canaryscope_widgets.request_columns import (
    BAR,
    URL,
    Phase,
    RequestRow,
    choose_columns,
    draw_phases,
    legend,
    shorten_url,
)
from canaryscope_widgets.request_rows import RequestRows
from canaryscope_widgets.wrapping import wrap_text

__all__ = ["Phase", "RequestList", "RequestRow"]

FRAME_FROM = 6
"""Below this many lines there are neither header nor footer."""
BETWEEN = " · "
URL_BESIDE_NOTE = 20
"""Cells that a URL in the last line has at least; else it is left out there."""


class RequestList(BlockLines):
    """Draws requests in the order in which they are given, and tells which one is to be opened.

    The last line tells what there is to note about the highlighted one, and its URL where the column cuts that; else
    what the letters of the bars mean.
    """

    LOOKS = {
        "request-list--cursor": "bold reverse",
        "request-list--dim": "dim",
        "request-list--bar": "$text-secondary",
        "request-list--header-focused": "bold",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *movement_bindings("requests"),
        Binding("enter", "open", "Open", id="requests.open", tooltip="Show its headers and body", show=False),
    ]

    class Selected(FieldedMessage):
        """The request under the cursor is to be opened."""

        key: Hashable

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[RequestRow] = ()
        self._notice = ""
        self._columns: list[Column] = []

    @property
    def highlighted(self) -> Hashable | None:
        """The key of the request with the cursor; None where there are no requests."""
        return self._rows[self.view.cursor].key if self._rows else None

    def show(self, rows: Sequence[RequestRow], *, notice: str = "") -> None:
        """Show these requests; the notice where there are none. The cursor stays on its request, if that is there."""
        key, line = self.highlighted, self.cursor_line
        self._rows, self._notice = rows if isinstance(rows, RequestRows) else tuple(rows), notice
        keys = rows.keys if isinstance(rows, RequestRows) else [row.key for row in rows]
        at = next((index for index, other in enumerate(keys) if other == key), None)
        self._lay_out()
        self.blocks_changed(BlockView() if at is None else self.view.placed(at, line, self, self.page))

    def action_open(self) -> None:
        """Ask for the request under the cursor to be opened; without requests the key is the owner's."""
        if not self._rows:
            raise SkipAction
        self.post_message(self.Selected(self.highlighted))

    # How it is drawn

    def resized(self) -> None:
        """Other columns."""
        self._lay_out()
        super().resized()

    def block_count(self) -> int:
        """The requests."""
        return len(self._rows)

    def block_height(self, index: int, *, highlighted: bool) -> int:  # noqa: ARG002
        """One line each."""
        return 1

    def block(self, index: int) -> Sequence[Sequence[Part]]:
        """A request."""
        row, here = self._rows[index], index == self.view.cursor
        parts: list[Part] = [(CURSOR if here else " ", "")]
        for column in self._columns:
            parts += self._cell(row, column, lit=here and self.has_focus)
        return [parts]

    def nothing(self) -> Sequence[Sequence[Part]]:
        """The notice."""
        return [[(" ", ""), *line] for line in wrap_text(self._notice, self.size.width - 2, "request-list--dim")]

    @property
    def has_header(self) -> bool:
        """Whether the columns have titles."""
        return bool(self._rows) and self.size.height >= FRAME_FROM

    @property
    def has_footer(self) -> bool:
        """There is one where there is a header."""
        return self.has_header

    def header(self) -> Sequence[Part]:
        """The titles."""
        looks = "request-list--header-focused" if self.has_focus else "request-list--dim"
        return [(" ", ""), ("".join(column.text(column.title) for column in self._columns).rstrip(), looks)]

    def footer(self) -> Sequence[Part]:
        """What there is to say of the highlighted request, and which are in sight."""
        where = self.position() if self.overflows else ""
        room = self.size.width - 2
        said = self._said(room - cell_len(where) - 2 if where else room)
        return [(" ", ""), *spread([(said, "request-list--dim")], [(where, "request-list--dim")], room)]

    def _said(self, room: int) -> str:
        """The note on the highlighted request, and its URL if that is cut; else what the letters of the bars mean."""
        row = self._rows[self.view.cursor]
        url = row.host + row.path
        is_cut = any(column.name == URL and cell_len(url) > column.width for column in self._columns)
        beside = room - cell_len(row.note) - len(BETWEEN) if row.note else room
        if is_cut and beside >= URL_BESIDE_NOTE:
            shown = shorten_url(url, beside)
            return f"{row.note}{BETWEEN}{shown}" if row.note else shown
        bars = any(column.title == "Phases" for column in self._columns)
        return cut(row.note or (legend() if bars else ""), room)

    def _lay_out(self) -> None:
        self._columns = choose_columns(self._rows, self.size.width)

    def _cell(self, row: RequestRow, column: Column, *, lit: bool) -> list[Part]:
        """A text in its column."""
        if column.name == URL:
            return [(column.text(shorten_url(row.host + row.path, column.width)), "")]
        if column.name == BAR:
            drawn = draw_phases(row.bar, column.width)
            looks = "request-list--bar" if drawn else "request-list--dim"
            return [(column.text(drawn or row.note), looks)]
        text = column.text(getattr(row, column.name))
        if column.name != "status":
            return [(text, "")]
        word = text.rstrip()
        return [(word, row.tone.look + (" request-list--cursor" if lit else "")), (text[len(word) :], "")]
