"""JSON in lines that can be read, without making objects of it.

So nothing of it changes: numbers stay as they were written, of two members of one name both are there, and a text that
was cut, or a mask in it, does no harm. Nesting costs neither memory nor stack.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Final

__all__ = ["indented", "is_json"]

DEEPEST: Final = 20
"""Levels beyond this are indented no further: a thousand brackets would make lines of a thousand blanks."""
_BEGINNING = re.compile(r"\s*+[\[{]\s*+(?:[\"\[{\]}\d-]|true|false|null)").match
_CUT = re.compile(r"… \(cut[^()]{0,40}\)\Z").search
_WORD = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]\s*+[\]}]|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)
_ENDS: Final = ("]", "}")
_BEGINS: Final = ("[", "{")


def is_json(text: str, mime: str = "") -> bool:
    """Whether it is an object or a list of JSON; of what its MIME type calls JSON, whether it begins as such."""
    if not _BEGINNING(text):
        return False
    if "json" in mime.lower():
        return True
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def indented(text: str, most: int = sys.maxsize) -> str:
    """A line for each member and each item of a list. `text` is JSON, or the beginning of it with a note of the cut.

    Ends after the line that is one more than `most`.
    """
    note = _CUT(text)
    made: list[str] = []
    depth = lines = 0
    for found in _WORD.finditer(text, 0, note.start() if note else len(text)):
        word = found[0]
        if lines > most:
            break
        if word in _ENDS:
            depth = max(0, depth - 1)
            made += (_new_line(depth), word)
            lines += 1
        elif word in _BEGINS or word == ",":
            depth += word != ","
            made += (word, _new_line(depth))
            lines += 1
        elif word == ":":
            made.append(": ")
        else:
            made.append("".join(word.split()) if word.startswith(_BEGINS) else word)
    return "".join(made) + (note[0] if note else "")


def _new_line(depth: int) -> str:
    return "\n" + "  " * min(depth, DEEPEST)
