"""Images as terminals take them: what is written for one, in the three ways that there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

__all__ = ["Image", "Protocol", "Run", "delete_from_kitty", "give_to_kitty", "place"]

Run: TypeAlias = tuple[str, int | None, int | None]
"""Neighbouring cells: their characters, foreground and background as numbers of the palette of 256 colours; None is
the terminal's own."""

_CHUNK: Final = 4096
"""Characters of data that kitty takes in one sequence."""


class Protocol(StrEnum):
    """How an image comes to the screen."""

    BLOCKS = "blocks"
    """As text."""
    KITTY = "kitty"
    """Given to the terminal, then shown in the cells that have placeholders in the image's colour."""
    ITERM2 = "iterm2"
    """Written over cells: OSC 1337 (https://iterm2.com/documentation-images.html)."""
    SIXEL = "sixel"
    """Written over cells."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image in `columns` by `rows` cells."""

    protocol: Protocol
    columns: int
    rows: int
    lines: tuple[tuple[Run, ...], ...] = ()
    """The cells from top to bottom: BLOCKS, and KITTY's placeholders, whose colour is not yet set."""
    data: str = ""
    """A PNG in base64; for SIXEL the whole sequence."""


def give_to_kitty(image: Image, number: int) -> str:
    """Have the terminal keep the image under a number, for placeholders in that colour. No answer comes back."""
    chunks = [image.data[start : start + _CHUNK] for start in range(0, len(image.data), _CHUNK)]
    first = f"a=T,f=100,U=1,i={number},c={image.columns},r={image.rows},"
    return "".join(
        f"\x1b_G{first if index == 0 else ''}q=2,m={int(index < len(chunks) - 1)};{chunk}\x1b\\"
        for index, chunk in enumerate(chunks)
    )


def delete_from_kitty(number: int) -> str:
    """Have it forget the image."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def place(image: Image, x: int, y: int) -> str:
    """Write an image over the cells from (x, y) on, counted from 0; the cursor stays where it is."""
    data = image.data
    if image.protocol is Protocol.ITERM2:
        size = f"width={image.columns};height={image.rows};preserveAspectRatio=1"
        data = f"\x1b]1337;File=inline=1;{size};doNotMoveCursor=1:{image.data}\a"
    return f"\x1b7\x1b[{y + 1};{x + 1}H{data}\x1b8"
