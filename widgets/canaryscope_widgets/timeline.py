"""A run's duration as a bar, drawn in eighths of a cell."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Bar", "draw_bar"]

_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Bar(NamedTuple):
    """A duration against a maximum, which the owner chooses (the canary's timeout, the longest run loaded)."""

    fraction: float | None
    """Duration divided by the maximum. Above 1 the bar is full; None, negative or NaN: there is nothing to draw."""
    scale: str = ""
    """What the full width stands for, such as `of 60 s`; shown behind the bar where there is room."""
    open_end: bool = False
    """The run is not over: the bar has no right edge."""


def draw_bar(bar: Bar, width: int, *, ascii: bool = False) -> str:
    """The bar in exactly `width` cells; "" where nothing can be drawn or fewer than 3 cells are there.

    `▕█████▍    ▏`, in ASCII `[#####    ]`. A run that is not over goes on to the right: `▕█████▍···`, `[#####....`.
    A fraction above 0 always shows at least an eighth, so that a short run is not taken for none.
    """
    if bar.fraction is None or not bar.fraction >= 0 or width < 3:
        return ""
    room = width - 1 if bar.open_end else width - 2
    filled = _ascii_cells(bar.fraction, room) if ascii else _cells(bar.fraction, room)
    left, right, rest = ("[", "]", ".") if ascii else ("▕", "▏", "·")
    if bar.open_end:
        filled = filled[: room - 1]  # one sign at least that it goes on
        return left + filled + rest * (room - len(filled))
    return left + filled.ljust(room) + right


def _cells(fraction: float, room: int) -> str:
    eighths = _ceil(min(fraction, 1.0) * room * 8)
    whole, part = divmod(eighths, 8)
    return _EIGHTHS[8] * whole + (_EIGHTHS[part] if part else "")


def _ascii_cells(fraction: float, room: int) -> str:
    return "#" * _ceil(min(fraction, 1.0) * room)


def _ceil(cells: float) -> int:
    """Rounded up, but for the noise of binary fractions."""
    return math.ceil(cells - 1e-9)
