"""What is looked for in a log that is not kept: the lines that a pattern matches, or the errors.

It is looked for where the bytes come in, range by range; only what was found leaves. The answers are the same as those
for the whole log, whatever ranges it was cut into and in whatever order these were asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from canaryscope.evidence.log import Level, LogLine, lines_in, texts_in
from canaryscope.evidence.log_pattern import LogPattern
from canaryscope.evidence.log_rows import STACK, LogPlace
from canaryscope.evidence.log_text import ByteRange, LogText

__all__ = ["LogErrors", "LogMatches", "LogQuestion", "errors_in", "merged", "search"]

MATCHES: Final = 10_000
"""Places that are told of one range: the first ones and the last ones."""
ERRORS: Final = 5_000
"""Lines that are told of one range, and shown of one log."""
CHARACTERS: Final = 4_000_000
"""Of these lines together."""


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """What is looked for."""

    pattern: str | None
    """A regular expression; None: the errors."""


@dataclass(frozen=True, slots=True)
class LogMatches:
    """Where in a range the lines are that match, in their order."""

    places: tuple[LogPlace, ...]
    slow: int = 0
    """Lines that were left out, as the pattern takes too long on them."""


@dataclass(frozen=True, slots=True)
class LogErrors:
    """The errors of a part of a log, each with the lines that go on with it."""

    first_byte: int
    last_byte: int
    leading: tuple[LogLine, ...]
    """The part begins with these, which go on with what is before it: with an error, perhaps."""
    lines: tuple[LogLine, ...]
    ends_in_error: bool | None
    """Whether the line that the next part may go on with is an error; None: it is in none of this part's lines."""
    cut: bool = False
    """Whether there are more than were kept."""


Finding: TypeAlias = LogMatches | LogErrors


def search(size: int, part: ByteRange, data: bytes, question: LogQuestion, looked: Callable[[], object]) -> Finding:
    """What is in the blocks that a range of a log of `size` bytes has; `looked` is called after each of them.

    Raises ValueError for what is no pattern, PatternTooSlow for one that takes too long.
    """
    spans = [span for span in LogText(size).spans_in(part.first, len(data)) if part.end is None or span[1] <= part.end]
    if question.pattern is None:
        first, last = (spans[0][0], spans[-1][1] - 1) if spans else (part.first, part.last)
        found = _Errors()
        for begin, end in spans:
            found.add(lines_in(data, part.first, begin, end))
            looked()
        return found.of(first, last)
    pattern = LogPattern(question.pattern)
    places: list[LogPlace] = []
    for begin, end in spans:
        texts = list(texts_in(data, part.first, begin, end))
        if pattern.may_match(text for _, text in texts):
            places.extend(_places(texts, pattern))
        if len(places) > MATCHES:
            del places[MATCHES // 2 : -(MATCHES // 2)]
        looked()
    return LogMatches(tuple(places), pattern.slow)


def errors_in(lines: Sequence[LogLine], first_byte: int, last_byte: int) -> LogErrors:
    """The errors of a part of a log that is read."""
    found = _Errors()
    found.add(lines)
    return found.of(first_byte, last_byte)


def merged(parts: Iterable[LogErrors]) -> tuple[tuple[LogLine, ...], bool]:
    """The errors of a log's parts, the first ones if there are too many; and whether that is so.

    Where a part is missing, nobody knows what the next one goes on with: it is left out.
    """
    lines: list[LogLine] = []
    room, cut, ends_in_error, reached = CHARACTERS, False, False, 0
    for part in sorted(parts, key=lambda part: part.first_byte):
        ends_in_error = ends_in_error and part.first_byte == reached
        for line in (*(part.leading if ends_in_error else ()), *part.lines):
            room -= len(line.text)
            if len(lines) == ERRORS or room < 0:
                return tuple(lines), True
            lines.append(line)
        cut = cut or part.cut
        ends_in_error = ends_in_error if part.ends_in_error is None else part.ends_in_error
        reached = part.last_byte + 1
    return tuple(lines), cut


class _Errors:
    """Gathers errors from lines that come one after the other."""

    def __init__(self) -> None:
        self._leading: list[LogLine] = []
        self._lines: list[LogLine] = []
        self._within: bool | None = None
        self._stack = 0
        self._room = CHARACTERS
        self._cut = False

    def add(self, lines: Iterable[LogLine]) -> None:
        """Further lines."""
        for line in lines:
            if not line.continues:
                self._within, self._stack = line.level is Level.ERROR, 0
            self._stack += 1
            if self._within is None and self._stack < STACK:
                self._leading.append(line)
            elif self._within and self._stack <= STACK:
                self._keep(line)

    def _keep(self, line: LogLine) -> None:
        self._room -= len(line.text)
        if self._room < 0 or len(self._lines) == ERRORS:
            self._cut = True
        else:
            self._lines.append(line)

    def of(self, first_byte: int, last_byte: int) -> LogErrors:
        """What was gathered."""
        return LogErrors(first_byte, last_byte, tuple(self._leading), tuple(self._lines), self._within, self._cut)


def _places(texts: Iterable[tuple[int, str]], pattern: LogPattern) -> Iterable[LogPlace]:
    before, nth = -1, 0
    for at, text in texts:
        nth = nth + 1 if at == before else 0
        before = at
        if pattern.matches(text):
            yield LogPlace(at, nth)
