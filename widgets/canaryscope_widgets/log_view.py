"""A log to read, of any length: levels, times, what a search found, wrapped or scrolled sideways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var

from canaryscope_widgets.block_lines import BlockLines
from canaryscope_widgets.block_view import BlockView
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.glyphs import CURSOR
from canaryscope_widgets.lines import Part, cells, cut, fit, spread
from canaryscope_widgets.log_rows import LogRow, LogSource, LogWindow, Pattern, crop, found, is_longer, marked
from canaryscope_widgets.movement import movement_bindings
from canaryscope_widgets.wrapping import wrap, wrap_text

__all__ = ["LogRow", "LogSource", "LogView"]

TIMES_FROM = 48
"""Below this many cells the text has the room of the times."""
FOOTER_FROM = 3
"""Below this many lines there is no footer."""
ROWS_KEPT = 256
"""Rows of which the lines are kept."""
MATCH = "log-view--match"


def _bindings() -> list[BindingType]:
    others = [
        ("slash", "search", "Search", "log.search", "Search the log for a pattern"),
        ("n", "seek(1)", "Next match", "log.next_match", "Go to the next line that matches"),
        ("N", "seek(-1)", "Previous match", "log.previous_match", "Go to the previous line that matches"),
        ("f", "errors", "Errors", "log.errors", "Errors only, or all lines"),
        ("s", "step", "Failing step", "log.step", "Go to the time of the failing step"),
        ("z", "wrap", "Wrap", "log.wrap", "Wrap long lines, or show them in one line"),
        ("right", "sideways(1)", "Right", "log.right", "Further right in lines that are not wrapped"),
        ("left", "sideways(-1)", "Left", "log.left", "Further left in lines that are not wrapped"),
    ]
    return [
        *movement_bindings("log"),
        *(
            Binding(key, action, description, id=id, tooltip=tooltip, show=False)
            for key, action, description, id, tooltip in others
        ),
    ]


class LogView(BlockLines):
    """Draws the rows of a `LogSource` around a cursor; of those out of sight it holds a few screens at most.

    The owner sets `source`, and calls `content_changed()` whenever its rows are others than before. It searches, and
    leaves errors only, on what the widget asks for; the widget marks what `pattern` finds in the rows in sight.
    """

    LOOKS = {
        "log-view--cursor": "bold reverse",
        "log-view--dim": "dim",
        "log-view--match": "$text-accent bold underline",
    }
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    class SearchWanted(FieldedMessage):
        """A pattern is to be asked for. `pattern` is the one that is marked now, "" for none."""

        pattern: str

    class SeekWanted(FieldedMessage):
        """The cursor is to go to the next row that matches (`step` 1), or the previous one (-1), from row `cursor`."""

        step: int
        cursor: int

    class ErrorsToggled(Message):
        """Errors only are wanted, or all rows again."""

    class FailingStepWanted(Message):
        """The cursor is to go to the time of the failing step."""

    class Viewed(FieldedMessage):
        """Rows `first` up to, not including, `last` are in sight, which were not all before."""

        first: int
        last: int

    source: var[LogSource | None] = var(None, init=False)
    """Where the rows come from; None is the same as no rows. Setting it keeps cursor and top where possible."""
    pattern: var[Pattern | None] = var(None, init=False)
    """What is marked in the rows in sight."""
    wrapped: var[bool] = var(True, init=False)
    """Whether rows are wrapped; else they are one line each, and scroll sideways."""
    time_width: var[int] = var(0, init=False)
    """Cells of the times, 12 for `12:27:31.104`; 0 for a log without."""
    note: var[str] = var("", init=False)
    """What stands in the last line, beside which rows are in sight: `errors only`, `3 of 17 for timeout`."""
    placeholder: var[str] = var("", init=False)
    """What stands there, wrapped, while there are no rows."""

    def __init__(self, source: LogSource | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(LogView.source, source)
        self._window = LogWindow()
        self._lines_kept: dict[int, list[list[Part]]] = {}
        self._lines_for: tuple[object, ...] = ()
        self._left = 0
        self._seen = (0, 0)

    # What the owner does

    def content_changed(self, *, cursor: int | None = None) -> None:
        """The rows of the source are others than before: read those in sight again.

        With `cursor` the cursor goes to that row and keeps its line of the screen, so that rows which come in above do
        not move what is being read.
        """
        self._window.clear()
        self._lines_kept.clear()
        if cursor is None:
            self.blocks_changed()
            return
        self.blocks_changed(self.view.placed(cursor, self.cursor_line, self, self.page))

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; the first of what `pattern` finds there is in sight."""
        index = max(0, min(index, self.block_count() - 1))
        if not (self.page and self.block_count()):
            self.blocks_changed(BlockView(index))
            return
        line = 0
        if self.wrapped:
            line = next((y for y, line in enumerate(self._lines(index)) if _has_match(line)), 0)
        elif places := found(self._row(index).text, self.pattern):
            self._left = self._left_for(*(cell_len(self._row(index).text[:at]) for at in places[0]))
        self.blocks_changed(self.view.at(index, self, self.page, line=line))

    @property
    def cursor(self) -> int:
        """The row that the cursor is on; 0 where there are no rows."""
        return self.view.cursor

    def _left_for(self, start: int, end: int) -> int:
        """From which cell on the cells `start` to `end` of a row are in sight: the present one if possible, or 0."""
        first, last = self._left + bool(self._left), self._left + self._room - 1
        if first <= start and end <= last:
            return self._left
        return 0 if end < self._room else max(0, start - self._room // 2)

    # What the person does

    def action_search(self) -> None:
        """Ask for a pattern."""
        self.post_message(self.SearchWanted(self.pattern.text if self.pattern else ""))

    def action_seek(self, step: int) -> None:
        """Ask for the next or the previous match."""
        self.post_message(self.SeekWanted(step, self.cursor))

    def action_errors(self) -> None:
        """Ask for errors only, or for all."""
        self.post_message(self.ErrorsToggled())

    def action_step(self) -> None:
        """Ask for the time of the failing step."""
        self.post_message(self.FailingStepWanted())

    def action_wrap(self) -> None:
        """Wrap, or no more."""
        self.wrapped = not self.wrapped

    def action_sideways(self, step: int) -> None:
        """Scroll sideways by half of what is in sight; to the right as long as a row in sight goes on there."""
        end = self._left + self._room
        goes_on = any(is_longer(self._row(place.block).text, end) for place in self.places)
        left = max(0, self._left + step * max(1, self._room // 2))
        if not self.wrapped and left != self._left and (step < 0 or goes_on):
            self._left = left
            self.blocks_changed()

    # How it is drawn

    def watch_source(self) -> None:
        """Other rows."""
        self.content_changed()

    def watch_pattern(self) -> None:
        """Other places to mark."""
        self.blocks_changed()

    watch_time_width = watch_note = watch_placeholder = watch_pattern

    def watch_wrapped(self) -> None:
        """The cursor keeps its line of the screen."""
        self._left = 0
        self.blocks_changed(self.view.placed(self.cursor, self.cursor_line, self, self.page))

    def view_changed(self) -> None:
        """Tell which rows are in sight now."""
        places = self.view.places(self, self.page)
        seen = (places[0].block, places[-1].block + 1) if places else (0, 0)
        if self.is_mounted and seen != self._seen:
            self._seen = seen
            self.post_message(self.Viewed(*seen))

    def block_count(self) -> int:
        """The rows."""
        return len(self.source) if self.source is not None else 0

    def block_height(self, index: int, *, highlighted: bool) -> int:  # noqa: ARG002
        """The lines of a row."""
        return len(self._lines(index)) if self.wrapped else 1

    def block(self, index: int) -> Sequence[Sequence[Part]]:
        """A row, its level and time before its first line."""
        row, here = self._row(index), index == self.cursor
        looks = f"{row.tone.look} log-view--cursor" if here and self.has_focus else row.tone.look
        time = f" {fit(row.time, self.time_width)} " if self._timed else " "
        first: list[Part] = [(row.letter, looks), (time, "log-view--dim" if row.time else "")]
        others: list[Part] = [(" " * cells(first), "")]
        marker: Part = (CURSOR if here else " ", "")
        return [[marker, *(others if at else first), *line] for at, line in enumerate(self._lines(index))]

    def nothing(self) -> Sequence[Sequence[Part]]:
        """The placeholder."""
        return [[(" ", ""), *line] for line in wrap_text(self.placeholder, self.size.width - 2, "log-view--dim")]

    @property
    def has_footer(self) -> bool:
        """Where there is a note, or where not all is in sight, if there is room to say so."""
        return self.size.height >= FOOTER_FROM and (bool(self.note) or self.overflows)

    def footer(self) -> Sequence[Part]:
        """The note, and which rows are in sight."""
        room, where = self.size.width - 2, self.position()
        note = cut(self.note, room - cell_len(where) - 2)
        return [(" ", ""), *spread([(note, "log-view--dim")], [(where, "log-view--dim")], room)]

    def _row(self, index: int) -> LogRow:
        return LogRow("") if self.source is None else self._window.row(self.source, index)

    @property
    def _timed(self) -> bool:
        return bool(self.time_width) and self.size.width >= TIMES_FROM

    @property
    def _room(self) -> int:
        """Cells of the text: beside the marker, the level, the time, and one cell that is left free."""
        return max(2, self.size.width - 4 - (self.time_width + 1 if self._timed else 0))

    def _lines(self, index: int) -> list[list[Part]]:
        """The text of a row in lines: wrapped, or the one line of which a part is in sight."""
        now = (self._room, self.pattern, self.wrapped, self._left)
        if now != self._lines_for or len(self._lines_kept) > ROWS_KEPT:
            self._lines_kept.clear()
            self._lines_for = now
        if index not in self._lines_kept:
            row = self._row(index)
            looks = row.tone.look
            parts = marked(row.text, found(row.text, self.pattern), looks, f"{looks} {MATCH}")
            lines = wrap(parts, self._room) if self.wrapped else [crop(parts, self._left, self._room)]
            self._lines_kept[index] = lines
        return self._lines_kept[index]


def _has_match(line: Sequence[Part]) -> bool:
    return any(isinstance(looks, str) and MATCH in looks for _, looks in line)
