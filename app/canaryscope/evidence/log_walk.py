"""The order in which a log is searched: from a row on to its end, and once around to that row again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from canaryscope.evidence.log_rows import LogRows
from canaryscope.evidence.log_text import ByteRange, LogChunk, LogGap

__all__ = ["Piece", "walk"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is searched next: rows that are here, in the order in which they are looked at, or a range that is not."""

    rows: range
    part: ByteRange | None
    wrapped: bool
    """Whether it is beyond the log's end, or, backwards, its beginning."""


def walk(rows: LogRows, row: int, step: int, ranges: Callable[[LogGap, bool], Iterable[ByteRange]]) -> Iterator[Piece]:
    """All of the log, onward (`step` 1) or backwards (-1) from the row that comes after `row`; `row` itself is last.

    `ranges` cuts a gap, from its end if the second argument says so.
    """
    if not len(rows):
        return
    here, at = rows.part_of(row)
    begin = row - at
    count = len(part.lines) if isinstance(part := rows.parts[here], LogChunk) else 1
    before, behind = range(begin, row), range(row + 1, begin + count)
    others = [*range(here + 1, len(rows.parts)), *range(here)]
    if step < 0:
        before, behind = behind[::-1], before[::-1]
        others = [*range(here - 1, -1, -1), *range(len(rows.parts) - 1, here, -1)]
    if isinstance(part, LogGap):
        yield from (Piece(range(0), found, False) for found in ranges(part, step < 0))
    else:
        yield Piece(behind, None, False)
    for number in others:
        other, first = rows.parts[number], rows.begin(number)
        wrapped = (number - here) * step < 0
        if isinstance(other, LogGap):
            yield from (Piece(range(0), found, wrapped) for found in ranges(other, step < 0))
        else:
            found = range(first, first + len(other.lines))
            yield Piece(found if step > 0 else found[::-1], None, wrapped)
    if not isinstance(part, LogGap):
        yield Piece(before, None, True)
        yield Piece(range(row, row + 1), None, True)
