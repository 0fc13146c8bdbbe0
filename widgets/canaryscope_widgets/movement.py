"""Moving through lines: the same keys, names and distances in every pane.

A widget puts `movement_bindings("detail")` among its BINDINGS and has an `action_move(move)`, which gets a `Move` as
text. The ids (`detail.down`, `detail.page_up`...) are what a person's key map refers to.
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from textual.binding import Binding

__all__ = ["Move", "moved", "movement_bindings"]


class Move(StrEnum):
    """Where to. The value is the last part of a binding's id."""

    DOWN = "down"
    UP = "up"
    PAGE_DOWN = "page_down"
    PAGE_UP = "page_up"
    HALF_PAGE_DOWN = "half_page_down"
    HALF_PAGE_UP = "half_page_up"
    FIRST = "first"
    LAST = "last"


_KEYS: dict[Move, tuple[str, str, str]] = {
    Move.DOWN: ("j,down", "Down", "One line down"),
    Move.UP: ("k,up", "Up", "One line up"),
    Move.PAGE_DOWN: ("pagedown", "Page down", "One screen down"),
    Move.PAGE_UP: ("pageup", "Page up", "One screen up"),
    Move.HALF_PAGE_DOWN: ("ctrl+d", "Half page down", "Half a screen down"),
    Move.HALF_PAGE_UP: ("ctrl+u", "Half page up", "Half a screen up"),
    Move.FIRST: ("g,home", "First", "To the first line"),
    Move.LAST: ("G,end", "Last", "To the last line"),
}


def movement_bindings(group: str) -> list[Binding]:
    """Bindings for all moves, with ids `{group}.{move}` and the action `move`."""
    return [
        Binding(keys, f"move('{move}')", description, id=f"{group}.{move}", tooltip=tooltip, show=False)
        for move, (keys, description, tooltip) in _KEYS.items()
    ]


def moved(position: int, move: Move, page: int, last: int) -> int:
    """The position after a move, within 0 and `last`; `page` is the number of lines on the screen."""
    match move:
        case Move.DOWN:
            target = position + 1
        case Move.UP:
            target = position - 1
        case Move.PAGE_DOWN:
            target = position + max(1, page - 1)
        case Move.PAGE_UP:
            target = position - max(1, page - 1)
        case Move.HALF_PAGE_DOWN:
            target = position + max(1, page // 2)
        case Move.HALF_PAGE_UP:
            target = position - max(1, page // 2)
        case Move.FIRST:
            target = 0
        case Move.LAST:
            target = last
        case _:
            assert_never(move)
    return max(0, min(target, last))
