"""Characters and their cells. Terminals disagree on emoji, combining and newer characters: those are not certain."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final

__all__ = ["certain_cells"]

# fmt: off
_NARROW: Final = (
    0x20, 0x7f, 0xa1, 0xad, 0xae, 0x300, 0x370, 0x378, 0x37a, 0x380, 0x384, 0x38b, 0x38e, 0x3a2, 0x3a3, 0x483,
    0x48a, 0x530, 0x1e00, 0x1f00, 0x2010, 0x2028, 0x2030, 0x203c, 0x203d, 0x2049, 0x204a, 0x205f, 0x2070, 0x2071,
    0x2071, 0x2072, 0x2074, 0x208f, 0x20a0, 0x20c0, 0x2190, 0x2194, 0x2200, 0x2300, 0x2500, 0x25aa, 0x25ac, 0x25b6,
    0x25b7, 0x25c0, 0x25c1, 0x25fb, 0x2713, 0x2714, 0x2717, 0x2718, 0x2800, 0x2900,
)
"""Where ranges of characters begin and end, by turns: of these none is an emoji, none combines."""
_WIDE: Final = (
    0x3001, 0x302a, 0x3041, 0x3097, 0x30a1, 0x3100, 0x3400, 0x4dc0, 0x4e00, 0x9fd6, 0xac00, 0xd7a4, 0xff01, 0xff61,
)
"""Those of two cells. As regular expressions the two would take a hundredth of the start."""
# fmt: on


@lru_cache(4096)
def certain_cells(text: str) -> tuple[str, ...] | None:
    """The text cell by cell, "" for the second cell of a wide character; None where terminals may disagree."""
    if text.isascii() and text.isprintable():
        return tuple(text)
    cells: list[str] = []
    for character in text:
        if _is_in(_NARROW, character):
            cells.append(character)
        elif _is_in(_WIDE, character):
            cells += (character, "")
        else:
            return None
    return tuple(cells)


def _is_in(edges: tuple[int, ...], character: str) -> bool:
    return bisect_right(edges, ord(character)) % 2 == 1
