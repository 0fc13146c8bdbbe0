"""A log of any size, of which only some blocks are read and kept.

The log is cut into blocks of equal size. A block has the lines that begin in it, however far they reach. It is parsed
from a range that begins one byte before it and ends `LINE` bytes behind it, so no block needs another one: the lines
of all blocks are those of the whole log, whatever was read first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from canaryscope.evidence.log import LINE, LogLine, lines_in

__all__ = ["BLOCK", "READ", "SEARCHED", "ByteRange", "LogChunk", "LogGap", "LogText"]

BLOCK: Final = 128 * 1024
"""Bytes. A block is parsed in one go, between two keys."""
HEAD: Final = 2
TAIL: Final = 6
"""Blocks of a large log that are read first, and stay: its first 256 kB and, as it fails at its end, its last 768."""
KEPT: Final = 32
"""Blocks that are kept at most."""
READ: Final = 8
"""Blocks in a range that is read later."""
SEARCHED: Final = 16
"""Blocks in a range that is searched and not kept."""
PROBE: Final = 3 * LINE
"""Bytes that are read to learn the time in a block."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes to read, as HTTP counts them: the first is 0, and `last` is one of them."""

    first: int
    last: int
    end: int | None = field(default=None, compare=False)
    """Where the blocks end for which it is read, not included; None: where the log ends."""


@dataclass(frozen=True, slots=True)
class LogChunk:
    """One block and the lines that begin in it."""

    first_byte: int
    last_byte: int
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class LogGap:
    """Blocks that lie side by side and are not kept."""

    first_byte: int
    last_byte: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.last_byte - self.first_byte + 1


class LogText:
    """What is read of a log of `size` bytes. It reads nothing itself: it says what to read, and takes it.

    At most `kept` blocks stay. Of the others, what is farthest from what came last goes first; the beginning and the
    end stay.
    """

    def __init__(self, size: int, *, block: int = BLOCK, kept: int = KEPT) -> None:
        self.size = size
        self._block = block
        self._blocks = -(-size // block)
        self._kept = max(kept, HEAD + TAIL + READ)
        self._chunks: dict[int, LogChunk] = {}

    def opening(self) -> tuple[ByteRange, ...]:
        """What to read first: the beginning and the end, or all of a log that is not large. Nothing of an empty one."""
        if self._blocks <= HEAD + TAIL:
            return (self._range(0, self._blocks - 1),) if self.size else ()
        return self._range(0, HEAD - 1), self._range(self._blocks - TAIL, self._blocks - 1)

    def ranges(self, gap: LogGap, *, backwards: bool = False, blocks: int = READ) -> Iterator[ByteRange]:
        """Ranges of so many blocks that together fill a gap, from its start, or from its end."""
        numbers = range(gap.first_byte // self._block, gap.last_byte // self._block + 1)
        if backwards:
            for end in range(len(numbers), 0, -blocks):
                yield self._range(numbers[max(0, end - blocks)], numbers[end - 1])
            return
        for begin in range(0, len(numbers), blocks):
            found = self._range(numbers[begin], numbers[min(begin + blocks, len(numbers)) - 1])
            if found.last == self.size - 1:  # what is left is shorter than a line may be, and is read with it
                yield replace(found, end=gap.last_byte + 1)
                return
            yield found

    def around(self, at: int) -> ByteRange:
        """What to read to see the line that begins at a byte, and as many blocks before it as behind it."""
        first = max(0, min(at // self._block - READ // 2, self._blocks - READ))
        return self._range(first, min(first + READ, self._blocks) - 1)

    def probe(self, number: int) -> ByteRange:
        """What to read to see the first lines of a block, for `probed`."""
        found = self._range(number, number)
        return ByteRange(found.first, min(found.last, found.first + PROBE))

    def probed(self, number: int, first: int, data: bytes) -> tuple[LogLine, ...]:
        """The first lines of a block, of the bytes that `probe` asked for."""
        begin = number * self._block
        end = min(self.size, begin + self._block)
        whole = first + len(data) == min(self.size, end + LINE)
        return lines_in(data, first, begin, end if whole else min(end, first + len(data) - LINE))

    def chunk(self, number: int) -> LogChunk | None:
        """A block, if it is kept."""
        return self._chunks.get(number)

    @property
    def blocks(self) -> int:
        """How many blocks there are, kept or not; `chunk` and `probe` count them from 0."""
        return self._blocks

    def begin(self, number: int) -> int:
        """The first byte of a block."""
        return number * self._block

    def add(self, first: int, data: bytes) -> None:
        """Keep what was read: the log's bytes from `first` on."""
        self.keep(self.chunks_in(first, data))

    def keep(self, chunks: Iterable[LogChunk]) -> None:
        """Keep blocks that came together."""
        fresh = {chunk.first_byte // self._block: chunk for chunk in chunks}
        self._chunks |= fresh
        excess = len(self._chunks) - self._kept
        if fresh and excess > 0:
            middle = (min(fresh) + max(fresh)) / 2
            removable = [number for number in self._chunks if HEAD <= number < self._blocks - TAIL]
            for number in sorted(removable, key=lambda number: abs(number - middle))[-excess:]:
                del self._chunks[number]

    def chunks_in(self, first: int, data: bytes) -> Iterator[LogChunk]:
        """The blocks that can be parsed from the log's bytes from `first` on, one after the other and not kept."""
        for begin, end in self.spans_in(first, len(data)):
            yield LogChunk(begin, end - 1, lines_in(data, first, begin, end))

    def spans_in(self, first: int, length: int) -> Iterator[tuple[int, int]]:
        """Where these blocks begin and end; the end is not included."""
        number = -(-(first + 1) // self._block) if first else 0
        while (begin := number * self._block) < self.size:
            end = min(self.size, begin + self._block)
            if first + length < min(self.size, end + LINE):
                return
            yield begin, end
            number += 1

    def parts(self) -> list[LogChunk | LogGap]:
        """The whole log in its order: blocks that are kept, and the gaps between them."""
        parts: list[LogChunk | LogGap] = []
        reached = 0
        for number in sorted(self._chunks):
            chunk = self._chunks[number]
            if chunk.first_byte > reached:
                parts.append(LogGap(reached, chunk.first_byte - 1))
            parts.append(chunk)
            reached = chunk.last_byte + 1
        if reached < self.size:
            parts.append(LogGap(reached, self.size - 1))
        return parts

    def rows(self) -> list[LogLine | LogGap]:
        """The same, line by line."""
        rows: list[LogLine | LogGap] = []
        for part in self.parts():
            rows.extend(part.lines if isinstance(part, LogChunk) else (part,))
        return rows

    def _range(self, first: int, last: int) -> ByteRange:
        """What to read for these blocks."""
        end = (last + 1) * self._block
        return ByteRange(max(0, first * self._block - 1), min(self.size, end + LINE) - 1, min(self.size, end))
