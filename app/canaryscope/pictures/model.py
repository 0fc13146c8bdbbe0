"""What is asked for a picture and what comes back; both cross the process's pipe as pickles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

__all__ = ["BLOCK_CELL", "Colors", "Graphics", "Lines", "Picture", "PictureRequest", "Run"]

BLOCK_CELL: Final = (1, 2)
"""A cell in half blocks: one pixel wide, two high."""

Run: TypeAlias = tuple[str, int | None, int | None]
"""Neighbouring cells: their characters, foreground and background as numbers of the palette of 256 colours; None is
the terminal's own."""
Lines: TypeAlias = tuple[tuple[Run, ...], ...]
"""Cells from top to bottom."""


class Graphics(StrEnum):
    """How a terminal is shown a picture. The values are those of CANARYSCOPE_IMAGES."""

    KITTY = "kitty"
    """The image once, then cells of placeholders (https://sw.kovidgoyal.net/kitty/graphics-protocol/)."""
    ITERM2 = "iterm2"
    """OSC 1337 with a file in it (https://iterm2.com/documentation-images.html)."""
    SIXEL = "sixel"
    """DEC's; xterm's ctlseqs name it."""
    BLOCKS = "blocks"
    """Characters: half blocks, or shades where there are no colours."""
    NOTHING = "nothing"
    """Neither images nor the characters to draw one with."""


class Colors(StrEnum):
    """The colours that half blocks can have."""

    MANY = "256"
    FEW = "16"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """How a picture is to be drawn, in at most `columns` by `rows` cells."""

    graphics: Graphics
    columns: int
    rows: int
    cell: tuple[int, int] = (10, 20)
    """Width and height of a cell in pixels."""
    colors: Colors = Colors.MANY


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in exactly `columns` by `rows` cells."""

    graphics: Graphics
    columns: int
    rows: int
    width: int
    height: int
    """Pixels of the file, before it was scaled."""
    cut: bool = False
    """Whether only the upper part is shown, of a page that is very much higher than wide."""
    lines: Lines = ()
    """The cells: half blocks, or kitty's placeholders without their colour. Else empty."""
    data: str = ""
    """For KITTY and ITERM2 a PNG in base64, for SIXEL the whole sequence. Else empty."""
