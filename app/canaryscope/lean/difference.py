"""What makes a row as it is shown one as it is wanted."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Final

from canaryscope.lean.grid import BLANK, Row
from canaryscope.lean.look import PLAIN
from canaryscope.lean.pen import Pen

__all__ = ["write_difference"]

_ERASE: Final = "\x1b[K"
_WORTH_ERASING: Final = 4
"""Cells that an erase has to blank, to be shorter than blanks."""
_LOOK_COSTS: Final = 5
"""Bytes of a change of look, roughly."""


def write_difference(pen: Pen, y: int, shown: Row, wanted: Row) -> None:
    """Write the cells of row `y` that differ. What is not known of `wanted` stays as it is."""
    changed = _changed(shown, wanted)
    if not changed:
        return
    tail = _blank_from(wanted)
    erased = [x for x in changed if x >= tail]
    if len(erased) < _WORTH_ERASING:
        tail = len(wanted.characters)
    for start, end in _spans(wanted, [x for x in changed if x < tail]):
        pen.move(y, start)
        _write_cells(pen, wanted, start, end)
    if tail < len(wanted.characters):
        pen.move(y, erased[0])
        pen.plain()
        pen.send(_ERASE)


def _changed(shown: Row, wanted: Row) -> list[int]:
    if shown == wanted:
        return []
    cells = zip(shown.characters, wanted.characters, shown.looks, wanted.looks, strict=True)
    return [x for x, (old, new, was, look) in enumerate(cells) if new is not None and (old != new or was != look)]


def _blank_from(row: Row) -> int:
    """The first cell behind which there are only blanks in the terminal's own colours."""
    x = len(row.characters)
    while x and row.characters[x - 1] == BLANK and row.looks[x - 1] == PLAIN:
        x -= 1
    return x


def _spans(row: Row, changed: list[int]) -> list[tuple[int, int]]:
    """The cells to write, from the first to behind the last; a few between are cheaper to write than to step over."""
    characters = row.characters
    spans: list[tuple[int, int]] = []
    for x in changed:
        start = x - 1 if characters[x] == "" else x
        end = x + 2 if x + 1 < len(characters) and characters[x + 1] == "" else x + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        elif spans and _is_bridged(row, spans[-1][1], start):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _is_bridged(row: Row, start: int, end: int) -> bool:
    between = row.characters[start:end]
    if end - start > _LOOK_COSTS or None in between:
        return False
    looks = [row.looks[start - 1], *row.looks[start : end + 1]]
    changes = sum(one != other for one, other in pairwise(looks)) - (looks[0] != looks[-1])
    step = 3 if end - start == 1 else 4
    return len("".join(filter(None, between)).encode()) + _LOOK_COSTS * max(changes, 0) <= step


def _write_cells(pen: Pen, row: Row, start: int, end: int) -> None:
    for look, columns in groupby(range(start, end), key=row.looks.__getitem__):
        cells = [row.characters[x] or "" for x in columns]
        pen.write("".join(cells), len(cells), look)
