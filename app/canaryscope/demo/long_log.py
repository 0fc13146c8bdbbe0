"""A log of 200 MB that nobody has: each of its lines follows from its number, and only those asked for are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from canaryscope.demo.course import iso

__all__ = ["LONG_LOG_BYTES", "NEEDLE", "LongLog"]

_LINE = 100
_LINES = 2_000_000
LONG_LOG_BYTES = _LINE * _LINES
NEEDLE = "needle-in-the-haystack"
"""In one line only, near the middle."""

_NEEDLE_LINE = 1_000_003
_ERROR_EVERY = 9_973
_STACK = (
    "Error: connect ECONNRESET 198.51.100.17:443, attempt given up",
    "    at TLSSocket.onConnectEnd (node:_tls_wrap:1732:19)",
    "    at TLSSocket.emit (node:events:531:35)",
    "    at endReadableNT (node:internal/streams/readable:1698:12)",
)


_iso = lru_cache(4_096)(iso)
"""Some hundred lines share a millisecond."""


@dataclass(frozen=True, slots=True)
class LongLog:
    """The log of a run that started at `started` (ms since 1970) and took `took` ms."""

    started: int
    took: int

    @property
    def size(self) -> int:
        """Bytes."""
        return LONG_LOG_BYTES

    def read(self, first: int, last: int) -> bytes:
        """The bytes from `first` to `last`, both included."""
        start = first // _LINE
        lines = "".join([self._line(number) for number in range(start, last // _LINE + 1)])
        return lines[first - start * _LINE : last + 1 - start * _LINE].encode()

    def _line(self, number: int) -> str:
        """Line `number`, from 0: `_LINE` ASCII characters with its newline."""
        place = (number + 5_000) % _ERROR_EVERY
        if 0 < place < len(_STACK):
            return f"{_STACK[place]:<{_LINE - 1}}\n"
        level, text = "INFO", f"GET /assets/{number * 2_654_435_761 % 99_991:05}.js 200"
        if number == _NEEDLE_LINE:
            text = f"{NEEDLE}: found"
        elif place == 0:
            level, text = "ERROR", _STACK[0]
        moment = _iso(self.started + self.took * number // _LINES)
        return f"{moment} {level}: {text}".ljust(_LINE - 1)[: _LINE - 1] + "\n"
