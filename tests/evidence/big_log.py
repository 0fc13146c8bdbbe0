"""A log of any size, made where it is read: line n is the same whatever range it is read in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

__all__ = ["BEGIN", "WIDTH", "BigLog"]

WIDTH = 100
"""Bytes of a line, its end included."""
BEGIN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class BigLog:
    """Lines of 100 bytes, a millisecond apart: `2026-11-22T12:00:00.042Z INFO: line 42`; `special` has others."""

    lines: int
    special: Mapping[int, str] = field(default_factory=dict)
    timed: bool = True

    def __len__(self) -> int:
        return self.lines * WIDTH

    def __getitem__(self, part: slice) -> bytes:
        first, last, _ = part.indices(len(self))
        begin = first // WIDTH
        data = b"".join(self.line(number) for number in range(begin, -(-last // WIDTH)))
        return data[first - begin * WIDTH : last - begin * WIDTH]

    def line(self, number: int) -> bytes:
        """A line, with its end."""
        text = self.special.get(number, f"INFO: line {number}")
        if self.timed and not text.startswith(" "):
            time = BEGIN + timedelta(milliseconds=number)
            text = f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z {text}"
        return f"{text.ljust(WIDTH - 1)[: WIDTH - 1]}\n".encode()
