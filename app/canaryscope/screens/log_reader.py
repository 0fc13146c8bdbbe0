"""Shows one log, and reads on as the person comes near to what is not read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.worker import Worker, WorkType

from canaryscope.evidence.artifacts import Artifact
from canaryscope.evidence.log import LogLine
from canaryscope.evidence.log_rows import LogPlace, LogRows
from canaryscope.render.figures import bytes_text
from canaryscope.render.log import TIME_WIDTH, log_rows
from canaryscope.render.times import Clock
from canaryscope.runs.errors import SourceError
from canaryscope.screens.log_reading import LogReading, OpenLog, WholeLog
from canaryscope.screens.told import Told
from canaryscope.source import Source
from canaryscope_widgets.log_view import LogRow, LogView
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.still import Still
from canaryscope_widgets.tone import Tone

__all__ = ["LogReader"]

NEAR: Final = 200
"""Rows between what is in sight and a gap, below which what is missing there is read."""
KEPT: Final = 4
"""Logs of which what was read is kept, at most 4 MB each: going back to a run reads nothing twice."""
FILLS: Final = 8
"""Ranges that are read one after the other for what is in sight: a line of megabytes has no row in most of them."""
READING, FILLING = "log-reading", "log-filling"


class LogReader(Still, Vertical):
    """A LogView with what it shows. `clock` says how times are shown now."""

    DEFAULT_CSS = """
    LogReader { height: 1fr; }
    """

    ascii: var[bool] = var(False, init=False)
    """Whether only ASCII characters are drawn around the log."""

    def __init__(self, source: Source, clock: Callable[[], Clock], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown = _Shown(clock)
        self.log_view = LogView(self._shown)
        """What the keys are for."""
        self._notice = Notice(max_lines=2)
        self._above = ""
        self._source = source
        self._kept: OrderedDict[tuple[str, Artifact], LogReading] = OrderedDict()
        self._log = WholeLog()
        self._list = self._log
        """Whose rows are shown: the log's, or some of them."""
        self._step: datetime | None = None
        self._placed: LogPlace | None = None
        """Where the cursor was put when the log was opened; None: nothing is here yet."""
        self._seen: tuple[LogPlace, LogPlace] | None = None
        self._was = (self._shown.log_rows, 0)
        """The rows and the cursor's row when something else came into sight last."""
        self._upward = False
        self._filling: Worker[None] | None = None
        self._failed: tuple[str, Callable[[], object]] | None = None
        """The group of what has failed, and what is done to try it again."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._notice
        yield self.log_view

    # What the owner does

    def open(self, log: OpenLog | None) -> None:
        """Show a log of which nothing is here yet; None shows nothing. What the one before was read for is given up."""
        self.clear()
        if log is None:
            return
        size, self._step = log.artifact.size, log.step
        self.log_view.placeholder = f"Reading the log, {bytes_text(size)} …" if size else "The log is empty."
        if size:
            self._log = self._list = reading = self._reading(log)
            self._work(READING, partial(self._open, reading), partial(self.open, log))

    def _reading(self, log: OpenLog) -> LogReading:
        """What was read of the log before, if that is not long ago."""
        key = (log.bucket, log.artifact)
        reading = self._kept.pop(key, None) or LogReading(self._source, log)
        self._kept[key] = reading
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return reading

    def show_lines(self, lines: Sequence[LogLine], note: str = "", *, above: str = "") -> None:
        """Show a log that is all here; `note` stands below it, and `above` above."""
        self.clear()
        self._above = above
        self._fine()
        self._log = self._list = WholeLog.of(lines)
        self.log_view.placeholder = "The log is empty."
        self.log_view.note = note
        self._read_on()
        self._place(self._log.rows.first_error(0))

    def say(self, sentence: str, hint: str = "") -> None:
        """Say something in the place of a log."""
        self.clear()
        self.log_view.placeholder = " ".join(filter(None, (sentence, hint)))

    def clear(self) -> None:
        """Show nothing, and read nothing any more."""
        self.workers.cancel_node(self)
        self._log = self._list = WholeLog()
        self._step = self._placed = self._seen = self._filling = None
        self._above = ""
        self._fine()
        view = self.log_view
        view.note, view.placeholder, view.time_width = "", "", 0
        self._show(LogPlace(0))

    @property
    def step(self) -> datetime | None:
        """The time of the failing step, UTC. Set later, the cursor goes there if it was not moved meanwhile."""
        return self._step

    @step.setter
    def step(self, step: datetime | None) -> None:
        before, self._step = self._step, step
        if step not in (None, before) and self._untouched:
            self._to_step(asked=False)

    def retry(self) -> bool:
        """Ask again for what failed. False: nothing has failed."""
        if self._failed is None:
            return False
        _, again = self._failed
        self._fine()
        again()
        return True

    def times_changed(self) -> None:
        """Times are shown in another zone now."""
        self.log_view.content_changed()

    def watch_ascii(self, ascii: bool) -> None:
        """Pass it on."""
        self.log_view.ascii = self._notice.ascii = ascii

    # What is shown, and where the cursor is

    def _read_on(self, cursor: LogPlace | None = None) -> None:
        """More is read than before."""
        if not self.log_view.time_width and self._log.rows.timed:
            self.log_view.time_width = TIME_WIDTH
        if self._list is self._log:
            self._show(cursor or self._cursor)

    def _show(self, cursor: LogPlace) -> None:
        """Show the rows that there are now, with the cursor at a place."""
        self._shown.log_rows = self._list.rows
        self.log_view.content_changed(cursor=self._list.rows.row(cursor))

    def _place(self, row: int | None) -> None:
        """Put the cursor where a person looks first: on that row, or on the last one."""
        self.log_view.move_to(len(self._shown) - 1 if row is None else row)
        self._placed = self._cursor

    @property
    def _cursor(self) -> LogPlace:
        rows, cursor = self._shown.log_rows, self.log_view.cursor
        return rows.place(cursor) if cursor < len(rows) else LogPlace(0)

    @property
    def _untouched(self) -> bool:
        """Whether the cursor is where it was put when the log was opened."""
        return self._list is self._log and self._placed == self._cursor

    async def _go(self, place: LogPlace) -> None:
        """Put the cursor on a line, wherever in the log."""
        if not self._list.loaded(place.at):
            await self._list.load(place.at)
            self._read_on()
        self.log_view.move_to(self._shown.log_rows.row(place))

    # Opening, and reading on

    async def _open(self, reading: LogReading) -> None:
        await reading.open(partial(self._arrived, reading))
        if self._step is not None and self._untouched:
            await self._go_to_step(self._step, asked=False)
        self._fill_gaps()

    def _arrived(self, reading: LogReading) -> None:
        """The beginning is here, or the end, where the cursor goes: a run fails there, mostly."""
        if reading is self._log:
            self._read_on()
            if self._placed is None and reading.tail is not None:
                self._place(reading.rows.first_error(reading.tail))

    def on_log_view_viewed(self, event: LogView.Viewed) -> None:
        """Read on where that comes near to what is not read. Rows that came in above have moved nothing."""
        event.stop()
        rows = self._shown.log_rows
        self._stay_at_gap(rows)
        lines = [row for row in range(event.first, min(event.last, len(rows))) if isinstance(rows[row], LogLine)]
        seen = (rows.place(lines[0]), rows.place(lines[-1])) if lines else None
        if seen != self._seen:
            self._upward = bool(seen and self._seen and seen[0] < self._seen[0])
            self._seen = seen
            self._fill_gaps()

    def _stay_at_gap(self, rows: LogRows) -> None:
        """Who pages through the log stops at a gap, as long as it is being read: nothing is passed over unseen."""
        view, (before, was) = self.log_view, self._was
        low, high = sorted((was, view.cursor))
        if rows is before and high - low <= 2 * view.page:
            gap = next((row for row, _ in rows.gaps() if low < row < high or (row == was and self._reading_on)), None)
            if gap is not None:
                view.move_to(gap)
        self._was = rows, view.cursor

    @property
    def _reading_on(self) -> bool:
        return self._filling is not None and not self._filling.is_finished

    def _fill_gaps(self) -> None:
        if isinstance(self._log, LogReading) and self._placed and not self._reading_on:
            self._filling = self._work(FILLING, partial(self._fill, self._log), self._fill_gaps)

    async def _fill(self, reading: LogReading) -> None:
        """Read what is missing near what is in sight, until nothing is."""
        for _ in range(FILLS):
            view, seen = self.log_view, [place.block for place in self.log_view.places]
            gaps = list(reading.rows.gaps()) if self._list is reading and seen else []
            near = [(row, gap) for row, gap in gaps if seen[0] - NEAR <= row <= seen[-1] + NEAR]
            if not near:
                return
            row, gap = min(near, key=lambda found: abs(found[0] - view.cursor))
            backwards = row < view.cursor or (row == view.cursor and self._upward)
            await reading.fill(gap, backwards=backwards)
            cursor = self._cursor
            if backwards and cursor.at == gap.first_byte:
                cursor = reading.rows.place(reading.rows.row(LogPlace(gap.last_byte + 1)) - 1)
            self._read_on(cursor)

    def on_log_view_failing_step_wanted(self, event: LogView.FailingStepWanted) -> None:
        """Go to the time of the failing step."""
        event.stop()
        if self._step is None:
            self.post_message(Told("The time of the failing step is not known"))
        else:
            self.show_all()
            self._to_step(asked=True)

    def show_all(self) -> None:
        """All lines are wanted. Here there is no other choice."""

    def _to_step(self, *, asked: bool) -> None:
        if self._step is not None:
            work = partial(self._go_to_step, self._step, asked=asked)
            self._work(READING, work, partial(self._to_step, asked=asked))

    async def _go_to_step(self, step: datetime, *, asked: bool) -> None:
        place = await self._log.moment(step)
        if place is None and asked:
            self.post_message(Told("The lines of this log have no times"))
        untouched = self._untouched
        if place is not None and (asked or untouched):
            self._read_on()
            await self._go(place)
            self._placed = self._cursor if untouched else self._placed

    # Work that takes a while

    def _work(self, group: str, work: Callable[[], Awaitable[None]], again: Callable[[], object]) -> Worker[None]:
        """Do it in place of what its group did; `again` is what is done to try again if it fails."""

        async def working() -> None:
            try:
                await work()
            except SourceError as error:
                self._failed = group, again
                self._complain(error)
            else:
                if self._failed is not None and self._failed[0] == group:
                    self._fine()

        begin: WorkType[None] = working
        return self.run_worker(begin, group=group, exclusive=True, exit_on_error=False)

    def _complain(self, error: SourceError) -> None:
        """Say what went wrong, beside the rows that there are."""
        if len(self._shown):
            self._notice.say(error.sentence, error.hint)
        else:
            self.log_view.placeholder = " ".join(filter(None, (error.sentence, error.hint)))

    def _fine(self) -> None:
        """Nothing is wrong any more."""
        self._failed = None
        self._notice.say(self._above, tone=Tone.PLAIN)


class _Shown:
    """The rows as the widget reads them."""

    def __init__(self, clock: Callable[[], Clock]) -> None:
        self.log_rows = LogRows()
        self._clock = clock

    def __len__(self) -> int:
        return len(self.log_rows)

    def rows(self, first: int, last: int) -> list[LogRow]:
        """Those in sight."""
        found = list(self.log_rows.between(first, last))
        return log_rows(found, self._clock(), in_error=self.log_rows.in_error(first))
