"""A widget of blocks of lines with a cursor on one of them, moved through with the keys of `movement` or the wheel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, zip_longest

from textual import events
from textual.reactive import var

from canaryscope_widgets.block_view import BlockView, Place
from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part
from canaryscope_widgets.movement import Move

__all__ = ["BlockLines"]

WHEEL_LINES = 3


class BlockLines(LinesWidget, can_focus=True):
    """Blocks around a cursor, in as many lines as each needs. Of those out of sight only the heights are asked.

    A subclass has `block_count`, `block_height` and `block`, puts `movement_bindings(...)` among its BINDINGS, and
    calls `blocks_changed()`. It may have a header and a footer of a line each, which stay where they are.
    """

    DEFAULT_CSS = "BlockLines { height: 1fr; }"

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._view = BlockView()
        self._places: list[Place] = []
        self._shown: list[Sequence[Part]] = []
        self._shown_for: tuple[object, ...] | None = None

    def block_count(self) -> int:
        """How many blocks there are now."""
        raise NotImplementedError

    def block_height(self, index: int, *, highlighted: bool) -> int:
        """Lines of a block, at least one. It may have more while it has the cursor (`highlighted`)."""
        raise NotImplementedError

    def block_lead(self, index: int) -> int:  # noqa: ARG002
        """How many of its lines stand above the one that the cursor is for."""
        return 0

    def block(self, index: int) -> Sequence[Sequence[Part]]:
        """The lines of a block, as many as its height; with the marker where it has the cursor."""
        raise NotImplementedError

    def header(self) -> Sequence[Part]:
        """The first line, where there is one."""
        return ()

    def footer(self) -> Sequence[Part]:
        """The last line, where there is one."""
        return ()

    def nothing(self) -> Sequence[Sequence[Part]]:
        """What stands in the place of the blocks while there are none."""
        return ()

    @property
    def has_header(self) -> bool:
        """Whether the first line is a header."""
        return False

    @property
    def has_footer(self) -> bool:
        """Whether the last line is a footer."""
        return False

    def view_changed(self) -> None:
        """Something else is in sight, or the cursor is on another block. Not called while painting."""

    @property
    def view(self) -> BlockView:
        """The cursor and the first line in sight."""
        return self._view

    @property
    def page(self) -> int:
        """How many lines of blocks there is room for."""
        return max(0, self.size.height - self.has_header - self.has_footer)

    @property
    def places(self) -> Sequence[Place]:
        """The lines of blocks in sight, as they were last laid out."""
        return self._places

    @property
    def cursor_line(self) -> int:
        """The line of the screen, below the header, in which the cursor's block begins; 0 if it is not in sight."""
        return next((y for y, place in enumerate(self._places) if place.block == self._view.cursor), 0)

    def position(self) -> str:
        """Which blocks are in sight, `120 to 131 of 9,812`; "" where there are none."""
        if not self._places:
            return ""
        return f"{self._places[0].block + 1:,} to {self._places[-1].block + 1:,} of {self.block_count():,}"

    @property
    def overflows(self) -> bool:
        """Whether there are more lines than the widget has."""
        room, count = self.size.height - self.has_header, self.block_count()
        if count > room:
            return True
        for index in range(count):
            room -= self.block_height(index, highlighted=index == self._view.cursor)
            if room < 0:
                return True
        return False

    def show_view(self, view: BlockView) -> None:
        """Show this, as far as the blocks allow, and repaint the lines that differ."""
        before = self._shown if self._shown_for else []
        self._view = view
        self._view = view.within(self, self.page)  # how many lines there are depends on where the cursor is
        after = self._laid_out()
        changed = [y for y, lines in enumerate(zip_longest(before, after)) if lines[0] != lines[1]]
        if changed:
            self.redraw(*changed)
        self.view_changed()

    def blocks_changed(self, view: BlockView | None = None) -> None:
        """The blocks are others than before: show them, from where the view was or as `view` says."""
        self._view = self._view if view is None else view
        self._shown_for = None
        if self.size.height:
            self._view = self._view.within(self, self.page)
            self.redraw()
            self.view_changed()
        else:
            self.lay_out_again()

    # What the person does

    def action_move(self, move: str) -> None:
        """Move the cursor, or within a block that is not whole in sight."""
        self.show_view(self._view.moved(Move(move), self, self.page))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor comes along where it would leave the view."""
        event.stop()
        self.show_view(self._view.scrolled(WHEEL_LINES, self, self.page))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor comes along where it would leave the view."""
        event.stop()
        self.show_view(self._view.scrolled(-WHEEL_LINES, self, self.page))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the block that was clicked."""
        offset = event.get_content_offset(self)
        index = None if offset is None else self.block_at(offset.y)
        if index is not None:
            self.show_view(self._view.at(index, self, self.page))

    def block_at(self, y: int) -> int | None:
        """The block that a line of the widget belongs to."""
        at = y - self.has_header
        return self.places[at].block if 0 <= at < len(self.places) else None

    # How it is drawn

    def on_resize(self) -> None:
        """Tell what is in sight now. Not while painting: a message's sender would be the screen, which stops it."""
        self.resized()
        self.view_changed()

    def resized(self) -> None:
        """Keep the cursor in sight."""
        self._view = self._view.within(self, self.page)

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.redraw()

    def line(self, y: int) -> Sequence[Part]:
        """A line of a block, or the footer."""
        shown = self._laid_out()
        parts = shown[y] if y < len(shown) else ()
        return as_ascii(parts) if self.ascii else parts

    def _laid_out(self) -> list[Sequence[Part]]:
        """All lines, made once for what they depend on."""
        now = (self._view, self.size, self.has_focus)
        if now != self._shown_for:
            self._shown_for = now
            self._shown = self._lines_in_sight()
        return self._shown

    def _lines_in_sight(self) -> list[Sequence[Part]]:
        self._places = self._view.places(self, self.page)
        lines: list[Sequence[Part]] = [self.header()] if self.has_header else []
        for index, places in groupby(self._places, key=lambda place: place.block):
            block = self.block(index)
            lines += [block[place.line] for place in places]
        if not self._places:
            lines += self.nothing()[: self.page]
        if self.has_footer:
            lines += [()] * (self.size.height - 1 - len(lines))
            lines.append(self.footer())
        return lines
