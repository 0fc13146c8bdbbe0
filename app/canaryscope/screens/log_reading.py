"""A log that is open: what is read of it, and what is looked for in all of it. Between two keys it does little.

What is read and what is found changes while somebody waits for it; whoever waits no longer cancels.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from canaryscope.evidence.artifacts import Artifact
from canaryscope.evidence.log import LogLine
from canaryscope.evidence.log_pattern import LogPattern
from canaryscope.evidence.log_rows import LogPlace, LogRows
from canaryscope.evidence.log_search import LogErrors, LogMatches, LogQuestion, errors_in, merged
from canaryscope.evidence.log_text import SEARCHED, ByteRange, LogChunk, LogGap, LogText
from canaryscope.evidence.log_walk import Piece, walk
from canaryscope.source import Source

__all__ = ["ErrorsOnly", "Found", "LogReading", "OpenLog", "WholeLog"]

SLICE: Final = 0.005
"""Seconds of searching after which keys have their turn."""
AHEAD: Final = 1
"""Ranges that are asked for before the one that is waited for has come."""
TRIES: Final = 3
"""Blocks in which a time is looked for: a stack, or one long line, may fill the first."""


@dataclass(frozen=True, slots=True)
class OpenLog:
    """A log in S3."""

    bucket: str
    artifact: Artifact
    step: datetime | None = None
    """The time of the failing step, UTC; None: it is not known (yet)."""


class Found(NamedTuple):
    """A line that matches, and whether it is beyond the end of the log, seen from where it was looked for."""

    place: LogPlace
    wrapped: bool


class WholeLog:
    """Lines that are all here."""

    def __init__(self, rows: LogRows | None = None) -> None:
        self.rows = rows or LogRows()
        self.size = 0
        """Bytes of a log that has to be read."""

    @classmethod
    def of(cls, lines: Sequence[LogLine]) -> WholeLog:
        """Lines that follow each other, wherever they were said to begin."""
        numbered = tuple(replace(line, at=number) for number, line in enumerate(lines))
        return cls(LogRows([LogChunk(0, len(numbered) - 1, numbered)]))

    def loaded(self, at: int) -> bool:
        """Whether the line that begins at a byte is among the rows."""
        return self.rows.is_read(at)

    async def load(self, at: int) -> None:
        """Read what is around a byte."""

    async def find(self, pattern: LogPattern, row: int, step: int, looked: Callable[[int], None]) -> Found | None:
        """The next line that matches, onward or backwards from a row; `looked` is told how many bytes were searched.

        It is told only of what has to be read for it. Raises SourceError, and PatternTooSlow.
        """
        rows = self.rows
        pieces = walk(rows, row, step, self._unread)
        async with aclosing(self._answers(pieces, LogQuestion(pattern.text), looked)) as answers:
            async for piece, answer in answers:
                place = await _first(rows, piece.rows, pattern)
                if isinstance(answer, LogMatches):
                    pattern.leave_out(answer.slow)
                    place = answer.places[0 if step > 0 else -1] if answer.places else None
                if place is not None:
                    return Found(place, piece.wrapped)
        return None

    async def errors(self, found: Callable[[LogErrors], bool], looked: Callable[[int], None]) -> None:
        """Hand over the errors part by part: those that are here first, then from the end on back.

        `found` says whether it wants more. Raises SourceError.
        """
        parts = self.rows.parts
        for part in parts:
            if isinstance(part, LogChunk):
                found(errors_in(part.lines, part.first_byte, part.last_byte))
                await asyncio.sleep(0)
        here = self.size - sum(part.size for part in parts if isinstance(part, LogGap))
        unread = (found for gap in reversed(parts) if isinstance(gap, LogGap) for found in self._unread(gap, True))
        pieces = (Piece(range(0), part, False) for part in unread)
        async with aclosing(self._answers(pieces, LogQuestion(None), lambda count: looked(here + count))) as answers:
            async for _, answer in answers:
                if isinstance(answer, LogErrors) and not found(answer):
                    return

    async def moment(self, moment: datetime) -> LogPlace | None:
        """The first line of that time or later, or the last one of all. None: the lines have no time."""
        if not self.rows.timed:
            return None
        row = self.rows.timed_from(moment)
        return self.rows.place(len(self.rows) - 1 if row is None else row)

    def _unread(self, gap: LogGap, backwards: bool) -> Iterable[ByteRange]:  # noqa: ARG002
        return ()

    async def _ask(self, part: ByteRange, question: LogQuestion) -> LogMatches | LogErrors:
        raise NotImplementedError

    async def _answers(
        self, pieces: Iterable[Piece], question: LogQuestion, looked: Callable[[int], None]
    ) -> AsyncGenerator[tuple[Piece, LogMatches | LogErrors | None], None]:
        """The pieces, with what is found in those that are not here; the next one is asked for in the meantime."""
        waiting: deque[tuple[Piece, asyncio.Task[LogMatches | LogErrors] | None]] = deque()
        left, count = iter(pieces), 0
        try:
            while True:
                for piece in islice(left, AHEAD + 1 - len(waiting)):
                    asked = None if piece.part is None else asyncio.create_task(self._ask(piece.part, question))
                    waiting.append((piece, asked))
                if not waiting:
                    return
                piece, task = waiting.popleft()
                if task is None or piece.part is None:
                    yield piece, None
                else:
                    looked(min(count, self.size))
                    yield piece, await task
                    count += piece.part.last - piece.part.first
        finally:
            for _, task in waiting:
                if task is not None:
                    task.add_done_callback(lambda task: task.cancelled() or task.exception())
                    task.cancel()


class ErrorsOnly(WholeLog):
    """The errors of a log, as they are found. `entered`: where the cursor was before they took the log's place."""

    def __init__(self, entered: LogPlace) -> None:
        super().__init__()
        self.entered = entered
        self.placed: LogPlace | None = None
        """Where the cursor was put; if it is there still, the person has not moved it."""
        self.cut = False
        """Whether there are more of them than are kept."""
        self._parts: list[LogErrors] = []

    def add(self, found: LogErrors) -> None:
        """Those of a further part."""
        self._parts.append(found)
        lines, self.cut = merged(self._parts)
        if len(lines) != len(self.rows):
            self.rows = LogRows([LogChunk(0, lines[-1].at, lines)])


class LogReading(WholeLog):
    """A log in S3, of which some is read."""

    def __init__(self, source: Source, log: OpenLog) -> None:
        super().__init__()
        self._source = source
        self._log = log
        self._text = LogText(log.artifact.size)
        self._opened = False
        self.size = log.artifact.size

    async def open(self, arrived: Callable[[], None]) -> None:
        """Read the beginning and the end, once; `arrived` is called when one of them is here. Raises SourceError."""
        if self._opened:
            arrived()
            return
        await asyncio.gather(*(self._read(part, arrived) for part in reversed(self._text.opening())))
        self._opened = True

    @property
    def tail(self) -> int | None:
        """The first byte of what is here of the end; None: nothing yet."""
        tail = None
        for part in reversed(self.rows.parts):
            if isinstance(part, LogGap):
                break
            tail = part.first_byte
        return tail

    async def fill(self, gap: LogGap, *, backwards: bool) -> None:
        """Read what is at the start of a gap, or at its end. Raises SourceError."""
        for part in self._text.ranges(gap, backwards=backwards):
            await self._read(part)
            return

    async def load(self, at: int) -> None:
        """Read what is around a byte. Raises SourceError."""
        if not self.loaded(at):
            await self._read(self._text.around(at))

    async def moment(self, moment: datetime) -> LogPlace | None:
        """The same as for lines that are all here; reads what it needs. Raises SourceError."""
        if not self.rows.timed:
            return None
        low, high = 0, self._text.blocks
        while high - low > 1:
            middle = (low + high) // 2
            time = await self._time_in(middle, high)
            low, high = (middle, high) if time is not None and time < moment else (low, middle)
        begin = self._text.begin(low)
        await self.load(begin)
        row = self.rows.timed_from(moment, begin)
        return self.rows.place(len(self.rows) - 1 if row is None else row)

    async def _time_in(self, number: int, end: int) -> datetime | None:
        """The first time in a block, or in the next ones before `end`."""
        for block in range(number, min(end, number + TRIES)):
            kept = self._text.chunk(block)
            if kept is not None:
                lines = kept.lines
            else:
                part = self._text.probe(block)
                lines = self._text.probed(block, part.first, await self._bytes(part))
            if found := next((line.time for line in lines if line.time is not None), None):
                return found
        return None

    async def _bytes(self, part: ByteRange) -> bytes:
        artifact = self._log.artifact
        return await self._source.read_artifact(self._log.bucket, artifact.key, part.first, part.last, artifact.etag)

    async def _read(self, part: ByteRange, arrived: Callable[[], None] | None = None) -> None:
        data = await self._bytes(part)
        chunks = []
        for chunk in self._text.chunks_in(part.first, data):
            chunks.append(chunk)
            await asyncio.sleep(0)
        self._text.keep(chunks)
        self.rows = LogRows(self._text.parts())
        if arrived is not None:
            arrived()

    def _unread(self, gap: LogGap, backwards: bool) -> Iterable[ByteRange]:
        return self._text.ranges(gap, backwards=backwards, blocks=SEARCHED)

    async def _ask(self, part: ByteRange, question: LogQuestion) -> LogMatches | LogErrors:
        return await self._source.search_log(self._log.bucket, self._log.artifact, part, question)


async def _first(rows: LogRows, wanted: range, pattern: LogPattern) -> LogPlace | None:
    """The first of these rows that matches."""
    begun = time.perf_counter()
    for row in wanted:
        line = rows[row]
        if isinstance(line, LogLine) and pattern.matches(line.text):
            return rows.place(row)
        if time.perf_counter() - begun > SLICE:
            await asyncio.sleep(0)
            begun = time.perf_counter()
    return None
