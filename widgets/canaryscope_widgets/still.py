"""What never scrolls: when its size changes the screen is laid out and painted once, not twice."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive

__all__ = ["Still"]


class Still:
    """To put before the base of a widget, a container or a screen.

    Textual takes the size of a widget for what it scrolls over, too, and lays out and repaints everything once more
    when that has changed, for the sake of scroll bars.
    """

    virtual_size = Reactive(Size(0, 0), repaint=False)
