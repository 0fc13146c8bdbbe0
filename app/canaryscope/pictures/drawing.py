"""From a file's bytes to what a terminal is sent, no larger than what is seen: the line to it may be slow."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from math import ceil, inf, sqrt
from typing import Final

from PIL import Image
from textual_image._sixel import SixelOptions, image_to_sixels  # the public way asks a terminal for its size

from canaryscope.pictures.blocks import half_blocks, shades
from canaryscope.pictures.kitty import MOST_CELLS, placeholders
from canaryscope.pictures.model import BLOCK_CELL, Colors, Graphics, Lines, Picture, PictureRequest
from canaryscope.pictures.reading import decode

__all__ = ["render_picture"]

MOST_ENLARGED: Final = 2
"""A small picture is shown with at most so many pixels for one of its own."""
MOST_PIXELS: Final = 1_500_000
"""Of an image that is sent, on however fine a screen."""
HIGHEST: Final = 3
"""Of a page higher than so many times its width the upper part is shown: whole, it would be a stripe."""
COLORS: Final = 64
"""Of an image that is sent. Of a page's screenshot it keeps what can be read, in a third of the bytes."""
BAND: Final = 6
"""Pixels in a row of sixels."""


def render_picture(data: bytes, name: str, request: PictureRequest) -> Picture:
    """The picture in a file's bytes, as asked for. Raises BadArtifact, which calls the file `name`."""
    image = decode(data, name)
    width, height = image.size
    cut = height > HIGHEST * width
    if cut:
        image = image.crop((0, 0, width, HIGHEST * width))
    columns, rows, size = _fit(image.size, request)
    image = _on_white(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    lines, encoded = _encoded(image, columns, rows, request)
    return Picture(request.graphics, columns, rows, width, height, cut, lines, encoded)


def _fit(size: tuple[int, int], request: PictureRequest) -> tuple[int, int, tuple[int, int]]:
    """Columns, rows, and the pixels to scale to, for a picture of this size."""
    cell = BLOCK_CELL if request.graphics is Graphics.BLOCKS else (max(1, request.cell[0]), max(1, request.cell[1]))
    most = min(max(1, request.columns), MOST_CELLS), min(max(1, request.rows), MOST_CELLS)
    room = min(cells * length / pixels for cells, length, pixels in zip(most, cell, size, strict=True))
    lean = sqrt(MOST_PIXELS / (size[0] * size[1]))
    scale = min(room, MOST_ENLARGED, lean if request.graphics is Graphics.SIXEL else inf)
    width, height = _scaled(size, scale)
    columns, rows = min(most[0], ceil(width / cell[0])), min(most[1], ceil(height / cell[1]))
    match request.graphics:
        case Graphics.BLOCKS:
            return columns, rows, (width, rows * cell[1])
        case Graphics.SIXEL:
            return columns, rows, (width, max(BAND, height - height % BAND))  # some draw the last band whole
        case _:  # the terminal enlarges it to its cells
            return columns, rows, _scaled(size, min(scale, lean, 1))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_white(image: Image.Image) -> Image.Image:
    """In RGB; what is transparent shows white, as a browser does."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _encoded(image: Image.Image, columns: int, rows: int, request: PictureRequest) -> tuple[Lines, str]:
    """The cells and the data of a Picture."""
    match request.graphics:
        case Graphics.BLOCKS if request.colors is Colors.NONE:
            return shades(image.convert("L").resize((columns, rows), Image.Resampling.BOX)), ""
        case Graphics.BLOCKS:
            return half_blocks(image, request.colors), ""
        case Graphics.SIXEL:
            return (), image_to_sixels(image, SixelOptions(colors=COLORS))
        case Graphics.KITTY:
            return placeholders(columns, rows), _png(image)
        case Graphics.ITERM2:
            return (), _png(image)
        case Graphics.NOTHING:
            return (), ""


def _png(image: Image.Image) -> str:
    """A PNG with a palette, in base64."""
    file = BytesIO()
    image.quantize(COLORS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return b64encode(file.getvalue()).decode("ascii")
