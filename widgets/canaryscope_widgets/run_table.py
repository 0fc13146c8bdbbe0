"""The table of runs: any number of them, of which it holds only what is on the screen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import CURSOR, as_ascii
from canaryscope_widgets.lines import LinesWidget, Part
from canaryscope_widgets.movement import Move, movement_bindings
from canaryscope_widgets.row_window import RowSource, RowWindow, Viewport
from canaryscope_widgets.run_columns import (
    ABSOLUTE_WIDTH,
    STATE_WIDTH,
    Column,
    Fold,
    RunColumn,
    RunRow,
    choose_columns,
    header_parts,
    row_parts,
)

__all__ = ["Fold", "RowSource", "RunColumn", "RunRow", "RunTable"]

WHEEL_ROWS = 3


def _bindings() -> list[BindingType]:
    second_keys = {"table.page_down": "ctrl+f", "table.page_up": "ctrl+b"}
    moves = [
        replace(move, key=f"{move.key},{second_keys[move.id]}") if move.id in second_keys else move
        for move in movement_bindings("table")
    ]
    others = [
        ("enter", "select", "Open", "table.open", "Open the run's detail, full screen"),
        ("space", "fold(None)", "Unfold or fold", "table.toggle_fold", "Unfold a schedule's runs, or fold them"),
        ("right", "fold(True)", "Unfold", "table.unfold", "Unfold a schedule's runs"),
        ("left", "fold(False)", "Fold", "table.fold", "Fold a schedule's runs into one row"),
        ("u", "fold_all", "Unfold all", "table.unfold_all", "Unfold all schedules, or fold all"),
    ]
    return [
        *moves,
        *(
            Binding(key, action, description, id=id, tooltip=tooltip, show=False)
            for key, action, description, id, tooltip in others
        ),
    ]


class RunTable(LinesWidget, can_focus=True):
    """Draws the rows of a `RowSource` around a cursor, and tells what the person sees.

    The owner sets `source`, and calls `content_changed()` whenever its rows are others than before; it alone decides
    about loading. Row numbers count from 0. Where the cursor leaves the view, the view jumps so that the cursor is in
    its middle: a held key costs few frames.
    """

    LOOKS = {
        "run-table--cursor": "bold reverse",
        "run-table--header": "dim",
        "run-table--header-focused": "bold",
    }
    DEFAULT_CSS = "RunTable { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    class RunHighlighted(FieldedMessage):
        """The cursor is on another run, or on the same run at another row. `key` is None where there are no rows."""

        index: int
        key: Hashable | None

    class RunSelected(FieldedMessage):
        """The run under the cursor is to be opened."""

        index: int
        key: Hashable

    class Viewed(FieldedMessage):
        """Rows `first` up to, not including, `last` are in sight.

        `moved`: the person moved the cursor or the view, or tried to at the end of the rows. Otherwise the size or
        the rows changed.
        """

        first: int
        last: int
        moved: bool

    class EndWanted(FieldedMessage):
        """The person went to the last row: there may be more to load."""

    class FoldToggled(FieldedMessage):
        """The runs of the schedule under the cursor are to be shown one by one, or in one row again.

        `unfold` None: whichever they are not now. The row is never one of Fold.NONE; it may be one of the runs.
        """

        index: int
        key: Hashable
        unfold: bool | None

    class UnfoldAllToggled(FieldedMessage):
        """The runs of all schedules are to be shown one by one, or all folded again."""

    source: var[RowSource | None] = var(None, init=False)
    """Where the rows come from; None is the same as no rows. Setting it keeps cursor and top where possible."""
    optional: var[frozenset[RunColumn]] = var(frozenset(), init=False)
    """Which of the columns in `run_columns.OPTIONAL` have something to show; they appear where there is room."""
    started_width: var[int] = var(ABSOLUTE_WIDTH, init=False)
    """Cells that the texts in the column Started need; 15 for `Nov 22 12:27:07`."""
    state_width: var[int] = var(STATE_WIDTH, init=False)
    """Cells that the verdicts in the column State need; 22 for `FAILED IN FIREFOX ONLY`."""
    folding: var[bool] = var(False, init=False)
    """Whether any schedule's runs are folded: then there is a column for the sign, and members say which they are."""
    placeholder: var[Content | str] = var("", init=False)
    """What stands in the body, wrapped, while there are no rows. A `str` is text, not markup."""
    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, source: RowSource | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(RunTable.source, source)
        self._columns: tuple[Column, ...] = ()
        self._view = Viewport()
        self._window = RowWindow()
        self._highlight: tuple[int, Hashable | None] = (0, None)
        self._seen: tuple[int, int] | None = None

    # What the owner does

    def content_changed(self, *, cursor: int | None = None, top: int | None = None) -> None:
        """The rows of the source are others than before: read the visible ones again, repaint what differs.

        `cursor` and `top` place the cursor and the first visible row, as far as the rows allow. With `cursor` alone
        the cursor stays on its line of the screen, so that rows which come in above do not move what is being read.
        """
        before = self._view
        if top is None:
            top = before.top if cursor is None else before.top + cursor - before.cursor
        self._window.clear()
        self._view = Viewport(before.cursor if cursor is None else cursor, top).within(self._count, self.visible_rows)
        self.redraw()
        self._report(moved=False)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, as the person's move: with the messages that a key would send."""
        self._go(self._view.at(index, self._count, self.visible_rows))

    @property
    def cursor(self) -> int:
        """The row that the cursor is on; 0 where there are no rows."""
        return self._view.cursor

    @property
    def top(self) -> int:
        """The first visible row."""
        return self._view.top

    @property
    def visible_rows(self) -> int:
        """How many rows have room below the header; a table of one line has no header."""
        return max(0, self.size.height - self._header_height)

    @property
    def highlighted_key(self) -> Hashable | None:
        """The key of the run that the cursor is on; None where there are no rows."""
        row = self._row(self.cursor)
        return row.key if row else None

    # What the person does

    def action_move(self, move: str) -> None:
        """Move the cursor; by half pages and pages the view goes along."""
        self._go(self._view.moved(Move(move), self._count, self.visible_rows))
        if Move(move) is Move.LAST:
            self.post_message(self.EndWanted())

    def action_select(self) -> None:
        """Ask for the run under the cursor to be opened."""
        if row := self._row(self.cursor):
            self.post_message(self.RunSelected(self.cursor, row.key))

    def action_fold(self, unfold: bool | None) -> None:
        """Ask for the runs of the schedule under the cursor to be unfolded or folded; None for the other of both."""
        row = self._row(self.cursor)
        if row and row.fold is not Fold.NONE:
            self.post_message(self.FoldToggled(self.cursor, row.key, unfold))

    def action_fold_all(self) -> None:
        """Ask for all schedules to be unfolded, or folded again."""
        self.post_message(self.UnfoldAllToggled())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays within the view."""
        event.stop()
        self._go(self._view.scrolled(WHEEL_ROWS, self._count, self.visible_rows))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays within the view."""
        event.stop()
        self._go(self._view.scrolled(-WHEEL_ROWS, self._count, self.visible_rows))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self._header_height:
            index = self.top + offset.y - self._header_height
            if index < self._count:
                self.move_to(index)

    # How it is drawn

    def resized(self) -> None:
        """Lay out the columns for the new width; keep the cursor's row in view, and the top where it is if possible."""
        self._lay_out()
        self._view = self._view.within(self._count, self.visible_rows)

    def on_resize(self) -> None:
        """Tell which rows are in sight now."""
        self._view = self._view.within(self._count, self.visible_rows)
        self._report(moved=False)

    def watch_source(self) -> None:
        """Other rows."""
        self.content_changed()

    def watch_optional(self) -> None:
        """Other columns; while the table is hidden it has no width to choose them for."""
        if self.size.width:
            self._lay_out()
            self.redraw()
        else:
            self.lay_out_again()

    watch_started_width = watch_state_width = watch_folding = watch_optional

    def watch_placeholder(self) -> None:
        """Another text."""
        self.redraw()

    watch_ascii = watch_placeholder

    def line(self, y: int) -> Sequence[Part]:
        """The header, a row, or a line of the placeholder."""
        parts = self._header() if y < self._header_height else self._body(y - self._header_height)
        return as_ascii(parts) if self.ascii else parts

    def _lay_out(self) -> None:
        self._columns = choose_columns(
            self.size.width, self.optional, self.started_width, state=self.state_width, folding=self.folding
        )

    def _header(self) -> list[Part]:
        first = "run-table--header-focused" if self.has_focus else "run-table--header"
        return [(" ", ""), *header_parts(self._columns, "run-table--header", first)]

    def _body(self, y: int) -> list[Part]:
        if not self._count:
            return self._placeholder_line(y)
        index = self.top + y
        if (row := self._row(index)) is None:
            return []
        if index != self.cursor:
            return [(" ", ""), *row_parts(row, self._columns)]
        return [(CURSOR, ""), *row_parts(row, self._columns, "run-table--cursor" if self.has_focus else "")]

    def _placeholder_line(self, y: int) -> list[Part]:
        text = self.placeholder if isinstance(self.placeholder, Content) else Content(self.placeholder)
        lines = text.wrap(max(1, self.size.width - 2))
        return [(" ", ""), *lines[y].render(end="")] if y < len(lines) else []

    @property
    def _header_height(self) -> int:
        return 1 if self.size.height > 1 else 0

    @property
    def _count(self) -> int:
        return len(self.source) if self.source is not None else 0

    def _row(self, index: int) -> RunRow | None:
        return self._window.row(self.source, index, self.top, self.visible_rows) if self.source is not None else None

    def _go(self, view: Viewport) -> None:
        """The person moved: repaint two lines, or all where the view moved too."""
        before, self._view = self._view, view
        if before.top != view.top:
            self.redraw()
        elif before.cursor != view.cursor:
            self.redraw(*(index - view.top + self._header_height for index in (before.cursor, view.cursor)))
        self._report(moved=True)

    def _report(self, *, moved: bool) -> None:
        """Post what differs from what the owner knows; what the person did, always."""
        if not self.is_mounted:
            return
        highlight = (self.cursor, self.highlighted_key)
        if highlight != self._highlight:
            self._highlight = highlight
            self.post_message(self.RunHighlighted(*highlight))
        seen = (self.top, min(self.top + self.visible_rows, self._count))
        if self.visible_rows and (moved or seen != self._seen):
            self._seen = seen
            self.post_message(self.Viewed(*seen, moved))
