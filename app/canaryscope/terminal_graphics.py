"""How pictures are drawn in this terminal: what it answers, what the environment tells, what a person has set."""

from __future__ import annotations

import fcntl
import logging
import struct
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from canaryscope.pictures.model import Colors, Graphics, PictureRequest
from canaryscope.terminal_answers import Answers

__all__ = ["VARIABLE", "Ability", "ability", "cell_size", "worth_asking"]

_LOG = logging.getLogger(__name__)

VARIABLE: Final = "CANARYSCOPE_IMAGES"
"""Names a member of Graphics where the answers of a terminal are wrong."""

_BY_NAME: Final = {
    "kitty": Graphics.KITTY,
    "ghostty": Graphics.KITTY,
    "iterm2": Graphics.ITERM2,
    "wezterm": Graphics.ITERM2,
}
"""By how XTVERSION's answer begins, in lower case. Konsole has kitty's images, but not the placeholders."""
_SIXEL: Final = 4
_USUAL_CELL: Final = (10, 20)


@dataclass(frozen=True, slots=True)
class Ability:
    """How to draw pictures here."""

    graphics: Graphics
    cell: tuple[int, int] = _USUAL_CELL
    """Width and height in pixels: as the terminal tells, or a guess where nothing depends on it."""
    colors: Colors = Colors.MANY

    def request(self, columns: int, rows: int) -> PictureRequest:
        """Ask for a picture in at most so many cells."""
        return PictureRequest(self.graphics, columns, rows, self.cell, self.colors)


def worth_asking(environ: Mapping[str, str], *, ascii: bool) -> bool:
    """Whether the terminal is to be asked; one that may print the question, or can do nothing anyway, is not."""
    term = environ.get("TERM", "")
    return not ascii and term not in ("", "dumb") and not term.startswith(("linux", "vt"))


def ability(
    environ: Mapping[str, str], answers: Answers, cell: tuple[int, int] | None, colors: Colors, *, ascii: bool
) -> Ability:
    """How to draw. `cell` is its size as the kernel knows it, `ascii` an environment without other characters."""
    cell = cell or answers.cell
    graphics = _set(environ) or _found(answers, cell, colors)
    if ascii and graphics in (Graphics.BLOCKS, Graphics.KITTY):
        graphics = Graphics.NOTHING
    return Ability(graphics, cell or _USUAL_CELL, colors)


def cell_size(descriptor: int) -> tuple[int, int] | None:
    """Width and height of a cell in pixels, by TIOCGWINSZ; None where the terminal has not told the kernel."""
    try:
        rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8)))
    except OSError as error:
        _LOG.debug("the size of a cell is not known", exc_info=error)
        return None
    return (width // columns, height // rows) if 0 < columns <= width and 0 < rows <= height else None


def _set(environ: Mapping[str, str]) -> Graphics | None:
    value = environ.get(VARIABLE, "").lower()
    return Graphics(value) if value in list(Graphics) else None


def _found(answers: Answers, cell: tuple[int, int] | None, colors: Colors) -> Graphics:
    name = answers.name.lower()
    named = next((graphics for start, graphics in _BY_NAME.items() if name.startswith(start)), None)
    if named is Graphics.KITTY and colors is not Colors.MANY:
        named = None  # the colour of a placeholder is its image's number
    if named is not None:
        return named
    # In cells of unknown size an image would reach over those beside it.
    return Graphics.SIXEL if _SIXEL in answers.attributes and cell is not None else Graphics.BLOCKS
