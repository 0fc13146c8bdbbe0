"""The Log tab: one run's log, searched as far as it goes, with all its lines or its errors only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.worker import Worker

from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.log import LogLine
from canaryscope.evidence.log_pattern import LONGEST, LogPattern, refusal
from canaryscope.evidence.log_rows import LogPlace
from canaryscope.evidence.log_search import LogErrors
from canaryscope.render.figures import counted
from canaryscope.render.log import looked_through
from canaryscope.render.times import Clock
from canaryscope.screens.log_reader import READING, LogReader
from canaryscope.screens.log_reading import ErrorsOnly, OpenLog
from canaryscope.screens.told import Told
from canaryscope.source import Source
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.log_view import LogView

__all__ = ["LogPane", "OpenLog"]

_LOG = logging.getLogger(__name__)

SEARCHING: Final = "log-searching"


class LogPane(LogReader):
    """A LogReader that is searched, and the line to type a pattern into.

    `open`, `show_lines` or `say` say what is shown. The owner calls `back` for Esc and `retry` for r.
    """

    def __init__(self, source: Source, clock: Callable[[], Clock], *, id: str | None = None) -> None:
        super().__init__(source, clock, id=id)
        self._line = InputLine("/", normalise=str, max_length=LONGEST)
        self._line.display = False
        self._searching: Worker[None] | None = None
        self._progress = self._said = ""

    def compose(self) -> ComposeResult:
        """The line stands below the log."""
        yield from super().compose()
        yield self._line

    def watch_ascii(self, ascii: bool) -> None:
        """Pass it on."""
        super().watch_ascii(ascii)
        self._line.ascii = ascii

    def clear(self) -> None:
        """Show nothing, and search and read nothing any more."""
        super().clear()
        self._close_line()
        self._searching = None
        self._progress = self._said = ""
        self.log_view.pattern = None

    def show_lines(self, lines: Sequence[LogLine], note: str = "", *, above: str = "") -> None:
        """Show a log that is all here; `note` stands below it, and `above` above."""
        super().show_lines(lines, note, above=above)
        self._said = note

    @property
    def typing(self) -> bool:
        """Whether a pattern is being typed."""
        return bool(self._line.display)

    def back(self) -> bool:
        """Esc: leave the line, stop a search, end errors only, clear the pattern. False: there is none of these."""
        if self.typing:
            self._close_line()
        elif self._errors is not None:
            self.show_all()
        elif self._searching is not None and not self._searching.is_finished:
            self._stop()
        elif self.log_view.pattern is not None:
            self._mark(None)
        else:
            return False
        return True

    # A pattern

    async def on_log_view_search_wanted(self, event: LogView.SearchWanted) -> None:
        """Open the line for the pattern."""
        event.stop()
        if len(self._shown):
            await self._line.open(event.pattern)

    def on_input_line_changed(self, event: InputLine.Changed) -> None:
        """Say at once what is no pattern yet."""
        event.stop()
        self._line.refuse(refusal(event.value))

    def on_input_line_submitted(self, event: InputLine.Submitted) -> None:
        """Go to the next line that matches; without a pattern, mark none."""
        event.stop()
        if reason := refusal(event.value):
            self._line.refuse(reason)
            return
        self._close_line()
        self._mark(LogPattern(event.value) if event.value else None)
        if event.value:
            self._seek(1)

    def on_input_line_cancelled(self, event: InputLine.Cancelled) -> None:
        """Leave the line; what was searched for before stays."""
        event.stop()
        self._close_line()

    def on_log_view_seek_wanted(self, event: LogView.SeekWanted) -> None:
        """Go to the next match, or the previous one."""
        event.stop()
        if self.log_view.pattern is None:
            self.post_message(Told("Press / and type what to look for"))
        else:
            self._seek(event.step)

    def _seek(self, step: int) -> None:
        pattern = self.log_view.pattern
        if isinstance(pattern, LogPattern) and not self._collecting:
            self._searching = self._work(SEARCHING, partial(self._find, pattern, step), partial(self._seek, step))

    async def _find(self, pattern: LogPattern, step: int) -> None:
        try:
            found = await self._list.find(pattern, self.log_view.cursor, step, self._looked)
            if found is not None:
                await self._go(found.place)
        except BadArtifact as error:
            _LOG.debug("searching for a pattern has ended: %s", error.sentence)
            self._mark(None)
            self.post_message(Told(error.sentence))
            return
        finally:
            self._show_progress("")
        if found is None:
            left_out = f"; {counted(pattern.slow, 'line')} took too long and were left out" if pattern.slow else ""
            self.post_message(Told(f"Nothing matches {pattern.text}{left_out}"))
        elif found.wrapped:
            self.post_message(Told("Searched on from the start" if step > 0 else "Searched on from the end"))

    def _mark(self, pattern: LogPattern | None) -> None:
        self.log_view.pattern = pattern
        self._note()

    def _close_line(self) -> None:
        if self.typing:
            self._line.display = False
            self.log_view.focus()

    def _stop(self) -> None:
        self.workers.cancel_group(self, SEARCHING)
        self._show_progress("")

    # Errors only

    @property
    def _errors(self) -> ErrorsOnly | None:
        return self._list if isinstance(self._list, ErrorsOnly) else None

    @property
    def _collecting(self) -> bool:
        """Whether errors are still being looked for."""
        return self._errors is not None and self._searching is not None and not self._searching.is_finished

    def on_log_view_errors_toggled(self, event: LogView.ErrorsToggled) -> None:
        """Errors only, or all lines again."""
        event.stop()
        if self._errors is not None:
            self.show_all()
        elif len(self._shown):
            self._list = errors = ErrorsOnly(self._cursor)
            self.log_view.placeholder = "No error so far."
            self._show(errors.entered)
            self._collect(errors)

    def show_all(self) -> None:
        """All lines are wanted."""
        if self._errors is not None:
            self._all_lines(self._errors)

    def _collect(self, errors: ErrorsOnly) -> None:
        self._searching = self._work(SEARCHING, partial(self._find_errors, errors), partial(self._collect, errors))
        self._note()

    async def _find_errors(self, errors: ErrorsOnly) -> None:
        try:
            await self._log.errors(partial(self._error_found, errors), self._looked)
            self.log_view.placeholder = "There is no error in this log."
        finally:
            self._show_progress("")

    def _error_found(self, errors: ErrorsOnly, found: LogErrors) -> bool:
        """Show them. Whether more are wanted."""
        moved = errors.placed not in (None, self._cursor)
        before, place = errors.rows, self._cursor if moved else errors.entered
        errors.add(found)
        if errors.rows is not before:
            self._show(place)
            errors.placed = errors.placed if moved else self._cursor
        return not errors.cut

    def _all_lines(self, errors: ErrorsOnly) -> None:
        """Show all lines again, with the cursor on the line that it is on."""
        cursor = self._cursor
        place = errors.entered if errors.placed in (None, cursor) else cursor
        self._list = self._log
        self._stop()
        self._show(place)
        if not self._log.loaded(place.at):
            self._go_to(place)

    def _go_to(self, place: LogPlace) -> None:
        self._work(READING, partial(self._go, place), partial(self._go_to, place))

    # What is said of it

    def _looked(self, count: int) -> None:
        self._show_progress(f"searching · {looked_through(count, self._log.size)} · esc stops")

    def _show_progress(self, progress: str) -> None:
        self._progress = progress
        self._note()

    def _note(self) -> None:
        """What stands below the rows."""
        errors, pattern = self._errors, self.log_view.pattern
        said = "" if errors is None else f"errors only, the first {len(errors.rows):,}" if errors.cut else "errors only"
        marked = f"/{pattern.text}" if pattern is not None else ""
        self.log_view.note = " · ".join(filter(None, (self._progress, said, marked, self._said)))
