"""A JSON file that nobody vouches for: read within limits, its members taken by their shape.

A member that has another shape than is asked for counts as absent; text is cleaned as it is taken. None of these
functions raises anything but BadArtifact, and that only `decoded` and `parsed`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from canaryscope.evidence.errors import BadArtifact
from canaryscope.runs.text import clean, clean_line

__all__ = [
    "BYTES",
    "LINE",
    "PARTS",
    "TEXT",
    "Shape",
    "as_list",
    "as_object",
    "as_objects",
    "decoded",
    "first",
    "line",
    "milliseconds",
    "moment",
    "number",
    "parsed",
    "reason",
    "text",
    "whole",
]

BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read whole, unpacked."""
PARTS: Final = 4_000_000
"""Commas and opening brackets in a file: each may become an object of some 60 bytes, so that a few megabytes of
`[[],[],…` would take gigabytes. A HAR of 64 MB with its bodies has about half as many."""
LINE: Final = 1_000
"""Characters kept of what is shown on one line."""
TEXT: Final = 65_536
"""Characters kept of what may have many lines: a reason with its stack, a body."""
_LONGEST: Final = 1e12
"""Milliseconds, some 31 years: nothing that was measured took longer."""
_SECONDS: Final = 1e11
"""A time below this many milliseconds since 1970 would be in 1973 or before: it is in seconds."""

Shape = Mapping[str, object]
_NOTHING: Shape = {}


def _nothing(_constant: str) -> None:
    """NaN and Infinity, which are no JSON though JavaScript and Python write them."""


_DECODER = json.JSONDecoder(strict=False, parse_constant=_nothing)
_DECODER_OF_LONG_NUMBERS = json.JSONDecoder(strict=False, parse_constant=_nothing, parse_int=float)
"""Python refuses to make an int of more than 4,300 digits; as a float it is infinite, so not taken."""


def decoded(data: bytes, name: str) -> str:
    """The text of a file called `name`: UTF-8 with or without its mark, what is none replaced.

    Raises BadArtifact for one that is empty, or larger than is read.
    """
    if len(data) > BYTES:
        raise BadArtifact(f"{name} is larger than {BYTES >> 20} MB; so much of it is not read here.")
    if not data.strip():
        raise BadArtifact(f"{name} is empty.")
    if data.count(b",") + data.count(b"[") + data.count(b"{") > PARTS:
        raise BadArtifact(f"{name} has more than {PARTS:,} parts; so much of it is not read here.")
    return data.decode("utf-8-sig", "replace")


def parsed(content: str, name: str, *, start: int | None = None) -> object:
    """The JSON value in `content`, which is a part of the file `name`. Of two members of one name, the last counts.

    With `start`, the value that begins there, whatever follows it. Raises BadArtifact for what is no JSON, or is
    nested deeper than Python's own limit (some hundreds).
    """
    try:
        try:
            return _value(_DECODER, content, start)
        except json.JSONDecodeError:
            raise
        except ValueError:
            return _value(_DECODER_OF_LONG_NUMBERS, content, start)
    except json.JSONDecodeError as error:
        raise BadArtifact(f"{name} is no JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise BadArtifact(f"{name} is nested too deeply to be read.") from None


def _value(decoder: json.JSONDecoder, content: str, start: int | None) -> object:
    value: object = decoder.decode(content) if start is None else decoder.raw_decode(content, start)[0]
    return value


def as_object(value: object) -> Shape:
    """`value`, or an empty object."""
    return value if isinstance(value, dict) else _NOTHING


def as_list(value: object) -> Sequence[object]:
    """`value`, or an empty list."""
    return value if isinstance(value, list) else ()


def as_objects(value: object) -> list[Shape]:
    """The objects in a list; what else is in it is passed over."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def first(shape: Shape, *names: str) -> object:
    """The first of these members that is there and not null."""
    return next((shape[name] for name in names if shape.get(name) is not None), None)


def line(value: object, *, limit: int = LINE) -> str:
    """A text or a number as clean text on one line; empty for all else."""
    if type(value) is str and len(value) <= limit:
        return clean_line(value, limit=limit)
    return _taken(value, limit, clean_line)


def text(value: object, *, limit: int = TEXT) -> str:
    """A text or a number as clean text that may have line breaks; empty for all else."""
    return _taken(value, limit, clean)


def reason(value: object, *, limit: int = TEXT) -> str:
    """Why something failed: a text, or what became of an Error object of JavaScript. Clean; may have line breaks."""
    if not isinstance(value, dict):
        return text(value, limit=limit)
    stack = text(value.get("stack"), limit=limit)
    named = (line(value.get("name")), text(first(value, "message", "errorMessage"), limit=limit))
    return stack or ": ".join(part for part in named if part)


def _taken(value: object, limit: int, cleaned: Callable[..., str]) -> str:
    """Cut before it is cleaned, so that megabytes cost no more than what is kept."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    whole_text = value if isinstance(value, str) else str(value)
    if len(whole_text) <= limit:
        return cleaned(whole_text, limit=limit)
    return f"{cleaned(whole_text[:limit], limit=limit)}… (cut, {len(whole_text):,} characters)"


def number(value: object) -> float | None:
    """A finite number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and len(value) > 40:
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: object) -> int | None:
    """A whole number from 0 to 10**15, or a text that is one."""
    found = number(value)
    return int(found) if found is not None and 0 <= found <= 1e15 and found.is_integer() else None


def milliseconds(value: object) -> float | None:
    """A duration; -1 stands for "does not apply" in HAR and is none."""
    found = number(value)
    return found if found is not None and 0 <= found <= _LONGEST else None


def moment(value: object) -> datetime | None:
    """A time in UTC: ISO 8601, which is UTC where it has no zone, or milliseconds (or seconds) since 1970."""
    try:
        if isinstance(value, str) and len(value) <= 64:
            try:
                found = datetime.fromisoformat(value.strip())
            except ValueError:
                return _since_1970(number(value))
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return _since_1970(number(value))
    except (ValueError, OverflowError, OSError):
        return None


def _since_1970(count: float | None) -> datetime | None:
    if count is None:
        return None
    return datetime.fromtimestamp(count / 1000 if abs(count) >= _SECONDS else count, UTC)
