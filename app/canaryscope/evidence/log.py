"""A canary's log as lines with a level and a time.

The forms met: the `…Z-log.txt` of the Node.js runtimes (`INFO: text`) and of Python's (`2021-10-30T13:49:10Z INFO:
text`), Lambda's in CloudWatch Logs for Node.js (time, request id, level, text between tabs) and for Python (`[INFO]`,
time, request id, text), its own lines (START, REPORT, `Task timed out`), and JSON, an object a line. What fits none of
them is a line without level and time.

A line ends with a newline; what else a terminal would take for a line break within it makes several lines of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from canaryscope.runs.text import CUT, clean

__all__ = ["LINE", "Level", "LogLine", "lines_in", "parse_log", "texts_in"]

LINE: Final = 16_384
"""Bytes of a line that are kept."""
_FEW, _SHORT = 1_000, 12
"""More than `_FEW` lines are kept if they have `_SHORT` bytes on the average: a block of newlines fills no memory."""


class Level(IntEnum):
    """How grave a line is. What a line does not say of itself is NONE."""

    NONE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line, clean, with its indentation and without blanks at its end."""

    text: str
    level: Level
    time: datetime | None
    """UTC; a time without a zone is UTC, as Lambda's is."""
    at: int
    """Where the line begins: bytes from the start of the log. Lines that were one line there share it."""

    @property
    def continues(self) -> bool:
        """Whether it belongs to the line before it, as the lines of a stack do."""
        return self.level is Level.NONE and self.time is None

    @property
    def message(self) -> str:
        """The text without the time that it begins with, where it does."""
        found = None if self.time is None else _STAMP.match(self.text)
        return (found and self.text[found.end() :]) or self.text


_LEVELS: Final = {
    **dict.fromkeys(("ERROR", "ERR", "FATAL", "CRITICAL", "SEVERE"), Level.ERROR),
    **dict.fromkeys(("WARN", "WARNING"), Level.WARN),
    **dict.fromkeys(("INFO", "NOTICE"), Level.INFO),
    **dict.fromkeys(("DEBUG", "TRACE", "VERBOSE"), Level.DEBUG),
}
_WORDS = "|".join(sorted(_LEVELS, key=len, reverse=True))
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?Z| ?[+-]\d\d:?\d\d)?"
_ID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

_STAMP = re.compile(rf"[\[(]?{_TIME}[\])]?[ :,-]*")
_STAMPED = re.compile(
    rf"[\[(]?(?P<time>{_TIME})[\])]?[ :,-]*(?:{_ID} +)?"
    rf"(?:[\[(<]?(?P<level>{_WORDS})(?:[\])>:]+|(?= )|$)|(?P<fatal>Task timed out after|.{{0,80}}Runtime exited))?",
    re.IGNORECASE,
)
_LEVEL_FIRST = re.compile(
    rf"(?:[\[(<](?P<bracketed>(?i:{_WORDS}))[\])>]|(?P<plain>(?i:{_WORDS})(?=:)|(?:{_WORDS})(?=[ ]|$))):?"
    rf" *(?:[\[(]?(?P<time>{_TIME}))?"
)
_PLATFORM = re.compile(r"(?:START|END|REPORT) RequestId: |INIT_(?:START|REPORT) |EXTENSION\t|XRAY TraceId: ")
_FATAL = re.compile(
    r"RequestId: \S{1,80} Error: |REPORT RequestId: .*\bStatus: (?:timeout|error)\b|Task timed out after "
)
_EXCEPTION = re.compile(r"(?:Uncaught )?(?:[A-Za-z_][\w.$]{0,200})?(?:Error|Exception)(?: \[\w{1,80}\])?: ")
# A quote in a JSON text has a backslash before it: what a message quotes is not taken for a member.
_JSON_LEVEL = re.compile(rf'(?<!\\)"(?:level|levelname|severity)" *: *"({_WORDS})"', re.IGNORECASE)
_JSON_TIME = re.compile(rf'(?<!\\)"(?:timestamp|time|asctime)" *: *"({_TIME})"')
_JSON_SEARCHED: Final = 2_048
_COMBINING: Final = "\u0300"
"""The first character of more than Latin script; below it, what is printable is clean."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BLANK: Final = (" ", "")


def parse_log(data: bytes) -> tuple[LogLine, ...]:
    """The lines of a whole log. Invalid UTF-8 is replaced."""
    return lines_in(data, 0, 0, len(data))


def lines_in(data: bytes, first: int, start: int, end: int) -> tuple[LogLine, ...]:
    """The lines that begin in the bytes from `start` up to, not including, `end` of a log.

    `data` is the log's bytes from `first` on. It reaches from the byte before `start`, by which is known whether a
    line begins there, to `LINE` bytes beyond `end` or to the log's end: so the last line is as whole as it is shown.
    """
    return tuple(LogLine(text, *_said(text), at) for at, text in texts_in(data, first, start, end))


def texts_in(data: bytes, first: int, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Of the same lines where each begins, and its text: what a search needs takes half the time."""
    stop = min(end - first, len(data))
    at = data.find(b"\n", start - first - 1) + 1 or stop if start else 0
    most = max(_FEW, (end - start) // _SHORT)
    count = 0
    while at < stop:
        if count >= most:
            rest = data.count(b"\n", at, stop)
            yield first + at, f"… ({rest:,} very short lines more)"
            return
        newline = data.find(b"\n", at, at + LINE + 1)
        if newline >= 0 or len(data) - at <= LINE:
            following = newline + 1 or len(data)
            texts = _texts(data[at : newline if newline >= 0 else following].decode("utf-8", "replace"))
        else:
            following = data.find(b"\n", at + LINE) + 1 or len(data)
            decoder = codecs.getincrementaldecoder("utf-8")("replace")  # leaves out a character that was cut
            *texts, last = _texts(decoder.decode(data[at : at + LINE]))
            texts.append(f"{last}{CUT}")
        for text in texts:
            yield first + at, text
        count += len(texts)
        at = following


def _texts(line: str) -> list[str]:
    """What a line of the file is, clean: more than one where it holds line breaks of another kind.

    `clean` takes its time with what is not ASCII. Mostly there is nothing for it to do but colours and tabs.
    """
    if not line.isprintable():
        line = (_COLOUR.sub("", line) if "\x1b" in line else line).replace("\t", " ").removesuffix("\r")
    if line.isprintable() and (line.isascii() or max(line) < _COMBINING):
        return [line.rstrip()]
    return [text.rstrip() for text in clean(line, limit=LINE).split("\n")]


def _said(text: str) -> tuple[Level, datetime | None]:
    """Level and time of a clean line."""
    if text[:1] in _BLANK:
        return Level.NONE, None
    if text[0] == "{":
        return _said_in_json(text[:_JSON_SEARCHED])
    if found := _STAMPED.match(text):
        level = _LEVELS[found["level"].upper()] if found["level"] else Level.ERROR if found["fatal"] else Level.NONE
        return level, _moment(found["time"])
    if found := _LEVEL_FIRST.match(text):
        return _LEVELS[(found["bracketed"] or found["plain"]).upper()], _moment(found["time"])
    if _FATAL.match(text) or _EXCEPTION.match(text):
        return Level.ERROR, None
    return (Level.INFO if _PLATFORM.match(text) else Level.NONE), None


def _said_in_json(text: str) -> tuple[Level, datetime | None]:
    level, time = _JSON_LEVEL.search(text), _JSON_TIME.search(text)
    return (_LEVELS[level[1].upper()] if level else Level.NONE), _moment(time[1] if time else None)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text[:19] + text[19:].replace(",", ".").replace(" ", ""))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
