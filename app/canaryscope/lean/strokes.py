"""Reads what Textual writes: strokes of text, each from where the cursor was set to until it is set anew."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rich.cells import cell_len

from canaryscope.lean.look import Look, applied
from canaryscope.lean.text import certain_cells

__all__ = ["HARMLESS", "Place", "Run", "Stroke", "strokes"]

_TOKEN: Final = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<sgr>[\d;]*)m"
    r"|\x1b\[(?P<row>\d*)(?:;(?P<column>\d*))?H"
    r"|(?P<line>\n)"
    r"|\x1b\]8;(?P<link>[^\x00-\x1f\x7f-\x9f]*)\x1b\\"
    r"|(?P<other>[\x00-\x1f\x7f-\x9f])"
)
HARMLESS: Final = re.compile(
    r"(?:\x07"
    r"|\x1b\[\?(?:7|12|25|10\d\d(?<!1047)(?<!1048)(?<!1049)|2004|2026|2027|2031|2048)(?:[hl]|\$p)"
    r"|\x1b\[[<=>?]\d*(?:;\d+)?u|\x1b\[[=>]?0?c|\x1b\[>0?q|\x1b\[[56]n|\x1b\[1[468]t"
    r"|\x1b\](?:0|1|2|1[0-2]|22|52);[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\)"
    r")+"
)
"""Sequences that draw nothing and leave the cursor where it is: modes, questions, title, pointer, clipboard, bell."""


class Place(NamedTuple):
    """Where the cursor is, and the look that text will have."""

    row: int
    column: int
    look: Look


class Run(NamedTuple):
    """Text of one look. `cells` is None where terminals may disagree on its width."""

    column: int
    width: int
    cells: tuple[str, ...] | None
    look: Look


class Stroke(NamedTuple):
    """Text on one row. `raw` draws it, from `start` on; it ends in the look `look`."""

    start: Place
    end: int
    runs: list[Run]
    raw: str
    look: Look


def strokes(data: str, place: Place, columns: int, rows: int) -> tuple[list[Stroke], Place] | None:
    """The strokes of `data`, and where the cursor is then; None: there is something in it that is not understood.

    So is what would not fit on the screen, which no layout for this size writes.
    """
    found: list[Stroke] = []
    row, column, look = place
    runs: list[Run] = []
    start, begun = place, 0
    for token in _TOKEN.finditer(data):
        kind = token.lastgroup
        if kind == "text":
            text = token[0]
            cells = certain_cells(text)
            width = cell_len(text) if cells is None else len(cells)
            if column + width > columns:
                return None
            runs.append(Run(column, width, cells, look))
            column += width
        elif kind == "sgr" or kind == "link":
            changed = applied(look, token["sgr"]) if kind == "sgr" else look._replace(link=_link(token["link"]))
            if changed is None:
                return None
            look = changed
        elif kind == "other":
            return None
        else:
            if runs:
                found.append(Stroke(start, column, runs, data[begun : token.start()], look))
                runs = []
            row, column = (row + 1, 0) if kind == "line" else (_number(token["row"]), _number(token["column"]))
            if row >= rows or column >= columns:
                return None
            start, begun = Place(row, column, look), token.end()
    if runs:
        found.append(Stroke(start, column, runs, data[begun:], look))
    return found, Place(row, column, look)


def _number(text: str | None) -> int:
    return max(int(text or 1), 1) - 1


def _link(text: str) -> str:
    return "" if text == ";" else text
