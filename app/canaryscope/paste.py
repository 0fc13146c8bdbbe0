"""Bracketed pastes made harmless before they are parsed.

A terminal sends what is pasted between `ESC [ 200 ~` and `ESC [ 201 ~`. Textual's parser ends a paste at any escape
sequence in it, and takes the rest for keys: a pasted log with colours in it would press them.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["PasteFilter"]

START: Final = "\x1b[200~"
END: Final = "\x1b[201~"
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""All control characters but tab, line feed and carriage return."""


class PasteFilter:
    """Takes input as it is read, in any pieces, and returns it without control characters inside pastes."""

    def __init__(self) -> None:
        self._inside = False
        self._before = ""
        """The last characters that were let through: the beginning of a START that the next piece may complete."""
        self._held = ""
        """The end of a piece inside a paste that may be the beginning of END."""

    def __call__(self, text: str) -> str:
        """The piece as it may be parsed. Part of it may be held back until the next one."""
        done: list[str] = []
        text, self._held = self._held + text, ""
        while text:
            passed, text = self._inner(text) if self._inside else self._outer(text)
            done.append(passed)
        return "".join(done)

    def _outer(self, text: str) -> tuple[str, str]:
        """Outside a paste everything passes, up to a START."""
        seen = self._before + text
        at = seen.find(START)
        if at < 0:
            self._before = seen[-(len(START) - 1) :]
            return text, ""
        self._inside, self._before = True, ""
        passed = at + len(START) - (len(seen) - len(text))
        return text[:passed], text[passed:]

    def _inner(self, text: str) -> tuple[str, str]:
        """Inside a paste, up to END, the control characters are left out."""
        inner, end, rest = text.partition(END)
        if end:
            self._inside = False
            return CONTROLS.sub("", inner) + end, rest
        size = next((size for size in range(len(END) - 1, 0, -1) if inner.endswith(END[:size])), 0)
        if size:
            inner, self._held = inner[:-size], inner[-size:]
        return CONTROLS.sub("", inner), ""
