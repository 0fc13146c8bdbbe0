"""Cleaning of untrusted text: what a monitored site, a server or a file says must never act on a terminal.

StateReason, names, error messages, logs and step names can be written by an attacker (SYNTHETICS.md, "Untrusted
text"). They pass through `clean` or `clean_line` once, where they enter; nothing behind that has to think of control
characters again. What both promise, whatever comes in:

- no control character but the newline (`clean` only), no escape sequence, no bidirectional control, nothing of zero
  width, no lone surrogate; at most `MARKS` combining marks on a character
- cleaning what is clean changes nothing; the result is never longer than the input, plus a note where it was cut
- time grows with the length of the text only, and plain ASCII costs next to nothing
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

__all__ = ["CUT", "LIMIT", "MARKS", "clean", "clean_line", "did_you_mean"]

LIMIT: Final = 16_384
"""Characters kept of one text: StateReason has up to 1,024, an error message of a proxy may be a whole page."""

CUT: Final = "… (cut)"
"""The note at the end of a text that was longer than its limit."""

MARKS: Final = 4
"""Combining marks kept on one character: real scripts stack up to three or four, "zalgo" text dozens."""

_PLAIN = re.compile(r"[\x20-\x7e\n]*").fullmatch
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")

# ECMA-48, 7-bit and 8-bit forms. Each alternative may end early, so that an unterminated sequence goes too: a string
# (OSC, DCS, SOS, PM, APC) then ends with its line. The look-behind spares the text after a curly quote that was
# decoded as Latin-1 (E2 80 9D, a frequent accident): its last byte would open a string. The byte itself goes anyway.
_SEQUENCE = re.compile(
    r"(?:\x1b[]PX^_]|(?<!\xe2\x80)[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|(?<!\xe2\x80)\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x07\x80-\x9f]"
)

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt) outside category Cf, which goes as a whole.
_IGNORABLE = frozenset([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x3164, 0xFFA0])
_IGNORABLE_RANGES = (range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
_SEQUENCE_CONTROLS = frozenset([0x07, 0x0A, 0x1B, *range(0x80, 0xA0)])
_CONJOINING_JAMO = (range(0x1161, 0x1200), range(0xD7B0, 0xD800))
_CACHED = 20_000
"""Code points remembered in each table: more than any real text has, less than an attacker could make it hold."""


class _Harmless(dict[int, "str | int | None"]):
    """For `str.translate`: what each code point becomes, worked out when first met. Sequences are left to the regex."""

    def __missing__(self, point: int) -> str | int | None:
        category = unicodedata.category(chr(point))
        become: str | int | None = point
        if point == 0x09:
            become = " "
        elif category == "Cs":
            become = "\ufffd"
        elif point in _SEQUENCE_CONTROLS:
            become = point
        elif category in ("Cc", "Cf") or point in _IGNORABLE or any(point in span for span in _IGNORABLE_RANGES):
            become = None
        if len(self) < _CACHED:
            self[point] = become
        return become


class _Kinds(dict[int, str]):
    """For `str.translate`: "m" for what takes no column of its own, a newline for a newline, "x" for all else."""

    def __missing__(self, point: int) -> str:
        if unicodedata.category(chr(point)) in ("Mn", "Me") or any(point in jamo for jamo in _CONJOINING_JAMO):
            kind = "m"
        else:
            kind = "\n" if point == 0x0A else "x"
        if len(self) < _CACHED:
            self[point] = kind
        return kind


_HARMLESS = _Harmless()
_KINDS = _Kinds()
_HEAPED_MARKS = re.compile(rf"(?m)^m+|(?<=m{{{MARKS}}})m+")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - any object may come in, and its __str__ may raise anything
        return type(value).__name__


def _without_heaped_marks(text: str) -> str:
    """`text` with at most `MARKS` combining marks on a character, and none where there is no character."""
    kinds = text.translate(_KINDS)
    if "m" not in kinds:
        return text
    kept: list[str] = []
    end = 0
    for heap in _HEAPED_MARKS.finditer(kinds):
        kept.append(text[end : heap.start()])
        end = heap.end()
    return "".join([*kept, text[end:]])


def _harmless(value: object) -> str:
    text = _text(value)
    if _PLAIN(text):
        return text
    text = _LINE_BREAK.sub("\n", text).translate(_HARMLESS)
    text = _SEQUENCE.sub("", text)
    return text if text.isascii() else _without_heaped_marks(text)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - len(CUT)].rstrip() + CUT if limit > len(CUT) else text[:limit].rstrip()


def clean(text: object, *, limit: int = LIMIT) -> str:
    """`text` (str, bytes or anything else; None is empty) as harmless text of at most `limit` characters.

    Line breaks of every kind become newlines, a tab becomes a space.
    """
    if type(text) is str and len(text) <= limit and text.isascii() and text.isprintable():
        return text
    return _cut(_harmless(text), limit)


def clean_line(text: object, *, limit: int = LIMIT) -> str:
    """As `clean`, on one line: line breaks and runs of blanks are single spaces, none at either end."""
    if type(text) is str and len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(_harmless(text).split())
    return _cut(line if line.isascii() else "".join(dropwhile(_bare, line)), limit)


def _bare(character: str) -> bool:
    """Whether it cannot begin a line: a blank, or a mark whose blank was folded away."""
    return character == " " or _KINDS[ord(character)] == "m"


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """`: did you mean utc?`, for behind what is wrong with `text`; empty where none of the known words is like it."""
    import difflib  # seldom anything is wrong

    nearest = difflib.get_close_matches(text, sorted(known), n=1)
    return f": did you mean {nearest[0]}?" if nearest else ""
