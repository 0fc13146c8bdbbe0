"""Characters and their cells. Terminals disagree on emoji, combining and newer characters: those are not certain."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["certain_cells"]

_NARROW: Final = (
    "\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2070\u2071\u2074-\u208e\u20a0-\u20bf\u2190-\u2193"
    "\u2200-\u22ff\u2500-\u25a9\u25ac-\u25b5\u25b7-\u25bf\u25c1-\u25fa\u2713\u2717\u2800-\u28ff"
)
"""Of these none is an emoji, none combines."""
_WIDE: Final = "\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fd5\uac00-\ud7a3\uff01-\uff60"
_ALL_NARROW: Final = re.compile(f"[{_NARROW}]*")
_ALL_CERTAIN: Final = re.compile(f"[{_NARROW}{_WIDE}]*")
_IS_WIDE: Final = re.compile(f"[{_WIDE}]")


@lru_cache(4096)
def certain_cells(text: str) -> tuple[str, ...] | None:
    """The text cell by cell, "" for the second cell of a wide character; None where terminals may disagree."""
    if _ALL_NARROW.fullmatch(text):
        return tuple(text)
    if not _ALL_CERTAIN.fullmatch(text):
        return None
    cells: list[str] = []
    for character in text:
        cells += (character, "") if _IS_WIDE.match(character) else (character,)
    return tuple(cells)
