"""The rows of a log of which not all is read: its lines, and a row for each gap, found by number and by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate, islice
from typing import Final, NamedTuple

from canaryscope.evidence.log import Level, LogLine
from canaryscope.evidence.log_text import LogChunk, LogGap

__all__ = ["STACK", "LogPlace", "LogRows"]

STACK: Final = 500
"""Lines that an error may have with its stack: what comes later is no longer taken for it."""


class LogPlace(NamedTuple):
    """Where a row is, whatever else is read of the log: its first byte, and which of the lines that begin there."""

    at: int
    nth: int = 0


class LogRows:
    """Parts of a log in their order, as rows from 0. It never changes: others are made when more was read."""

    def __init__(self, parts: Sequence[LogChunk | LogGap] = ()) -> None:
        self.parts = tuple(parts)
        counts = [len(part.lines) if isinstance(part, LogChunk) else 1 for part in self.parts]
        self._ends = list(accumulate(counts))
        self._begins = [part.first_byte for part in self.parts]

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, row: int) -> LogLine | LogGap:
        part, at = self.part_of(row)
        found = self.parts[part]
        return found.lines[at] if isinstance(found, LogChunk) else found

    def __iter__(self) -> Iterator[LogLine | LogGap]:
        for part in self.parts:
            yield from part.lines if isinstance(part, LogChunk) else (part,)

    def part_of(self, row: int) -> tuple[int, int]:
        """The number of the part that a row is in, and which of its lines it is."""
        part = bisect_right(self._ends, row)
        return part, row - self.begin(part)

    def begin(self, part: int) -> int:
        """The first row of a part, or where it would be if it had any."""
        return self._ends[part - 1] if part else 0

    def between(self, first: int, last: int) -> Iterator[LogLine | LogGap]:
        """Rows `first` up to, not including, `last`."""
        return (self[row] for row in range(first, min(last, len(self))))

    def place(self, row: int) -> LogPlace:
        """Where a row is."""
        part, number = self.part_of(row)
        found = self.parts[part]
        if isinstance(found, LogGap):
            return LogPlace(found.first_byte)
        at = found.lines[number].at
        return LogPlace(at, number - bisect_left(found.lines, at, key=lambda line: line.at))

    def row(self, place: LogPlace) -> int:
        """The row at a place, or the next one; 0 where there are no rows. A gap has all places within it."""
        part = max(0, bisect_right(self._begins, place.at) - 1)
        if not self.parts:
            return 0
        row, found = self.begin(part), self.parts[part]
        if isinstance(found, LogChunk):
            at = bisect_left(found.lines, place.at, key=lambda line: line.at)
            same = bisect_right(found.lines, place.at, lo=at, key=lambda line: line.at) - at
            row += at + min(place.nth, max(0, same - 1))
        return min(row, len(self) - 1) if len(self) else 0

    def is_read(self, at: int) -> bool:
        """Whether the line that begins at a byte is among the rows."""
        part = bisect_right(self._begins, at) - 1
        return part >= 0 and isinstance(self.parts[part], LogChunk)

    def gaps(self) -> Iterator[tuple[int, LogGap]]:
        """The gaps, each with its row."""
        for part, end in zip(self.parts, self._ends, strict=True):
            if isinstance(part, LogGap):
                yield end - 1, part

    def in_error(self, row: int) -> bool:
        """Whether a row is an error, or goes on with one, as its stack does."""
        for number in range(row, max(-1, row - STACK), -1):
            found = self[number]
            if isinstance(found, LogGap):
                return False
            if not found.continues:
                return found.level is Level.ERROR
        return False

    @property
    def timed(self) -> bool:
        """Whether any line has a time."""
        return any(isinstance(row, LogLine) and row.time is not None for row in self)

    def first_error(self, at: int) -> int | None:
        """The first row that is an error among those from a byte on."""
        return next((row for row, line in self._lines_from(LogPlace(at)) if line.level is Level.ERROR), None)

    def timed_from(self, moment: datetime, at: int = 0) -> int | None:
        """The first row whose time is `moment` or later among those from a byte on."""
        lines = self._lines_from(LogPlace(at))
        return next((row for row, line in lines if line.time is not None and line.time >= moment), None)

    def _lines_from(self, place: LogPlace) -> Iterator[tuple[int, LogLine]]:
        """The lines from a place on, each with its row."""
        first = self.row(place)
        for number, part in enumerate(self.parts):
            if isinstance(part, LogChunk) and self._ends[number] > first:
                skip = max(0, first - self.begin(number))
                yield from enumerate(islice(part.lines, skip, None), self.begin(number) + skip)
