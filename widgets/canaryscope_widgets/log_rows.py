"""The rows of a log: how they come, which of them are kept, and how one is drawn with what was found in it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from rich.cells import cell_len
from rich.segment import Segment

from canaryscope_widgets.lines import ELLIPSIS, Part, cells
from canaryscope_widgets.tone import Tone

__all__ = ["LogRow", "LogSource", "LogWindow", "Pattern", "crop", "found", "is_longer", "marked"]

CHUNK = 64
"""Rows that are asked for at once; a screen is one to three of these."""
CHUNKS_KEPT = 8
CHARACTERS_A_CELL = 5
"""A clean text has at most four combining marks on a character."""
FOUND_AT_MOST = 100
"""Places that are marked in one row: a pattern such as `.` finds every character of it."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of a log. All texts are data: clean, one line, never markup."""

    text: str
    tone: Tone = Tone.PLAIN
    """Its level: BAD for an error, ODD for a warning; BAD too where it goes on with an error (its stack)."""
    time: str = ""

    @property
    def letter(self) -> str:
        """The level without colours."""
        return {Tone.BAD: "E", Tone.ODD: "W"}.get(self.tone, " ")


class LogSource(Protocol):
    """The rows in their order, read by window. They may be any number, so they are never all asked for."""

    def __len__(self) -> int:
        """How many rows there are now."""

    def rows(self, first: int, last: int) -> Sequence[LogRow]:
        """Rows `first` up to, not including, `last`; both lie within the length.

        Called while painting: it must not wait for anything. What is not there yet is left out at the end, or is a row
        that says so.
        """


class LogWindow:
    """Reads rows in chunks and keeps a few of these."""

    def __init__(self) -> None:
        self._chunks: OrderedDict[int, Sequence[LogRow]] = OrderedDict()

    def clear(self) -> None:
        """Forget what was read: the rows are others now."""
        self._chunks.clear()

    def row(self, source: LogSource, index: int) -> LogRow:
        """A row; an empty one where the source has none."""
        number, at = divmod(index, CHUNK)
        chunk = self._chunks.pop(number, None)
        if chunk is None:
            first = number * CHUNK
            chunk = source.rows(first, min(first + CHUNK, len(source)))
        self._chunks[number] = chunk
        if len(self._chunks) > CHUNKS_KEPT:
            self._chunks.popitem(last=False)
        return chunk[at] if at < len(chunk) else LogRow("")


class Pattern(Protocol):
    """What is searched for. It is run over each row in sight while painting: it has to bound the time it takes."""

    @property
    def text(self) -> str:
        """The pattern as a person has typed it."""

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Where it is found in a row, as half-open ranges of characters, in their order."""


def found(text: str, pattern: Pattern | None) -> list[tuple[int, int]]:
    """Where the pattern matches: the first places, and no empty ones."""
    spans = () if pattern is None else pattern.spans(text)
    return list(islice(((start, end) for start, end in spans if start < end), FOUND_AT_MOST))


def marked(text: str, places: Sequence[tuple[int, int]], looks: str, found_looks: str) -> list[Part]:
    """The text in one look, the places in another."""
    parts: list[Part] = []
    end = 0
    for start, stop in places:
        parts += [(text[end:start], looks), (text[start:stop], found_looks)]
        end = stop
    return [part for part in (*parts, (text[end:], looks)) if part[0]]


def crop(parts: Sequence[Part], left: int, width: int) -> list[Part]:
    """At most `width` cells (at least two) of a line from cell `left` on; an ellipsis at an end where it goes on."""
    parts = _start(parts, left + width + 1)
    length = cells(parts)
    if left and left >= length:
        return [(ELLIPSIS, "")] if length else []
    before, behind = left > 0, length > left + width
    shown = _slice(parts, left + before, left + width - behind)
    return [*([(ELLIPSIS, "")] if before else []), *shown, *([(ELLIPSIS, "")] if behind else [])]


def is_longer(text: str, width: int) -> bool:
    """Whether a text takes more than `width` cells."""
    return cells(_start([(text, "")], width + 1)) > width


def _start(parts: Sequence[Part], width: int) -> list[Part]:
    """Enough of a line for its first `width` cells: to measure a very long one takes too long to paint a screen of."""
    left = width * CHARACTERS_A_CELL
    start: list[Part] = []
    for text, looks in parts:
        start.append((text[:left], looks))
        left -= len(text)
        if left <= 0:
            break
    return start


def _slice(parts: Sequence[Part], first: int, last: int) -> list[Part]:
    """The cells from `first` up to, not including, `last`; half of a wide character is a blank."""
    shown: list[Part] = []
    at = 0
    for text, looks in parts:
        start, at = at, at + cell_len(text)
        if at <= first or start >= last:
            continue
        piece = Segment(text)
        if start < first:
            piece = piece.split_cells(first - start)[1]
        if at > last:
            piece = piece.split_cells(last - max(start, first))[0]
        shown.append((piece.text, looks))
    return shown
