"""A picture in characters: two pixels a cell as an upper half block, or a shade of grey where there are no colours."""

from __future__ import annotations

from functools import cache
from typing import Final

from PIL import Image

from canaryscope.pictures.model import Colors, Lines, Run

__all__ = ["half_blocks", "shades"]

_HALF: Final = "▀"
_SHADES: Final = " ░▒▓█"
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
"""The cube of 6 x 6 x 6 colours, numbers 16 to 231, in every terminal with 256."""
_GRAYS: Final = range(8, 248, 10)
"""Numbers 232 to 255."""
_SIXTEEN: Final = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip
"""xterm's; a person's own palette is not known."""


def half_blocks(image: Image.Image, colors: Colors) -> Lines:
    """Lines of runs; an RGB image, of an even height, has a pixel for each half of a cell."""
    palette, first = _palette(colors)
    numbers = image.quantize(palette=palette, dither=Image.Dither.NONE).tobytes()
    width = image.width
    return tuple(
        _runs([first + number for number in numbers[y : y + width]],
              [first + number for number in numbers[y + width : y + 2 * width]])
        for y in range(0, len(numbers), 2 * width)
    )  # fmt: skip


def shades(image: Image.Image) -> Lines:
    """Lines without colours; a grey image has a pixel for each cell."""
    levels, width = image.tobytes(), image.width
    text = "".join(_SHADES[level * len(_SHADES) // 256] for level in levels)
    return tuple(((text[y : y + width], None, None),) for y in range(0, len(text), width))


def _runs(upper: list[int], lower: list[int]) -> tuple[Run, ...]:
    """Neighbours in the same colours as one; a cell of one colour is a blank, which suits any foreground."""
    runs: list[Run] = []
    for above, below in zip(upper, lower, strict=True):
        character, front = (" ", None) if above == below else (_HALF, above)
        text, last_front, last_back = runs[-1] if runs else ("", None, None)
        if runs and last_back == below and (front is None or last_front in (None, front)):
            runs[-1] = (text + character, front if front is not None else last_front, below)
        else:
            runs.append((character, front, below))
    return tuple(runs)


@cache
def _palette(colors: Colors) -> tuple[Image.Image, int]:
    """An image with the palette, and the number of its first colour.

    Of 256 colours the first sixteen are left out: they are the person's own.
    """
    cube = ((red, green, blue) for red in _LEVELS for green in _LEVELS for blue in _LEVELS)
    many = (*cube, *((gray, gray, gray) for gray in _GRAYS))
    known, first = (_SIXTEEN, 0) if colors is Colors.FEW else (many, 16)
    image = Image.new("P", (1, 1))
    image.putpalette([level for color in known for level in color])
    return image, first
