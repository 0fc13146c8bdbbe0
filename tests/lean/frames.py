"""What Textual may write, at random: frames in the forms of its compositor, and what is no frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from rich.cells import cell_len

__all__ = ["CERTAIN", "UNCERTAIN", "Resize", "Write", "histories", "scrolls"]

CERTAIN = ["a", "b", " ", "  ", "     ", "─", "│", "▌", "é", "0123456789", "表", "日本語", "ｱ".upper(), "Ａ"]
UNCERTAIN = [
    "e\u0301",
    "\u200d",
    "👍",
    "👨\u200d👩\u200d👧",
    "❤\ufe0f",
    "☀",
    "กำ",
    "\u0301",
    "\U0010eeee\u0305",
    "⌚",
    "𝄞",
]
SGR = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53", "31", "92", "38;5;17", "38;2;1;2;3"]
SGR += ["41", "107", "48;5;200", "48;2;9;8;7"]


@dataclass(frozen=True, slots=True)
class Write:
    """A piece of what Textual writes."""

    data: str


@dataclass(frozen=True, slots=True)
class Resize:
    """Another size; a whole frame comes next."""

    columns: int
    rows: int


styles = st.lists(st.sampled_from(SGR), max_size=3, unique=True).map(";".join)


def styled(text: str, style: str) -> str:
    """As Textual's strips render it."""
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


@st.composite
def stroke(draw: st.DrawFn, pieces: Sequence[str], x: int, width: int, *, fill: bool) -> str:
    """Segments in at most, or with `fill` exactly, so many cells."""
    written: list[str] = []
    left = width
    for piece, style in draw(st.lists(st.tuples(st.sampled_from(pieces), styles), min_size=1, max_size=5)):
        combines_with_line_above = x == 0 and not "".join(written) and not cell_len(piece[0])
        if cell_len(piece) <= left and not combines_with_line_above:
            written.append(styled(piece, style))
            left -= cell_len(piece)
    if fill and left:
        written.append(styled(draw(st.sampled_from([" ", "x"])) * left, draw(styles)))
    return "".join(written)


@st.composite
def whole(draw: st.DrawFn, pieces: Sequence[str], columns: int, rows: int) -> list[str]:
    """The rows of a whole frame."""
    row = stroke(pieces, 0, columns, fill=True)
    few = draw(st.lists(row, min_size=1, max_size=4))
    return draw(st.lists(st.sampled_from(few), min_size=rows, max_size=rows))


def whole_frame(lines: Sequence[str], top: int = 0, cursor: tuple[int, int] = (0, 0)) -> str:
    """As LayoutUpdate renders it."""
    body = "\n".join(f"\x1b[{y};1H{line}" for y, line in enumerate(lines, top + 1))
    return f"{body}\x1b[{cursor[0] + 1};{cursor[1] + 1}H"


@st.composite
def partial_frame(draw: st.DrawFn, pieces: Sequence[str], columns: int, rows: int) -> str:
    """As ChopsUpdate renders it."""
    places = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    parts: list[str] = []
    previous = None
    for y, x in sorted(draw(st.lists(places, min_size=1, max_size=6))):
        parts.append("\n" if previous not in (None, y) else "")
        parts.append(f"\x1b[{y + 1};{x + 1}H{draw(stroke(pieces, x, columns - x, fill=False))}")
        previous = y
    y, x = draw(places)
    return "".join(parts) + f"\x1b[{y + 1};{x + 1}H"


HARMLESS = ["\x07", "\x1b[?25h", "\x1b[?25l", "\x1b]52;c;YQ==\x07", "\x1b]22;default\x07", "\x1b[?2026h", "\x1b[?2026l"]
OPAQUE = [
    "\x1b7\x1b[2;2H\x1b[3X\x1b8",
    "\x1b[1;1H\x1b[0K",
    "plain\r\n",
    "\x1b[2;3H\x1b[1P\x1b[1;1H",
    "\x1b[2J\x1b[1;1H",
]


@st.composite
def histories(draw: st.DrawFn, pieces: Sequence[str]) -> list[Write | Resize]:
    """A whole frame, and what comes after it."""
    columns, rows = draw(st.integers(4, 24)), draw(st.integers(2, 9))
    lines = draw(whole(pieces, columns, rows))
    history: list[Write | Resize] = [Resize(columns, rows), Write(whole_frame(lines))]
    for kind in draw(st.lists(st.sampled_from("ppppsssswhor"), max_size=8)):
        match kind:
            case "p":
                history.append(Write(draw(partial_frame(pieces, columns, rows))))
            case "s":
                top, bottom = sorted(draw(st.tuples(st.integers(0, rows - 1), st.integers(0, rows - 1))))
                by = draw(st.integers(-2, 2))
                fresh = draw(whole(pieces, columns, abs(by))) if by else []
                band = lines[top : bottom + 1]
                band = [*fresh, *band][: len(band)] if by < 0 else [*band, *fresh][by : by + len(band)]
                lines = [*lines[:top], *band, *lines[bottom + 1 :]]
                history.append(Write(whole_frame(band, top)))
            case "w":
                lines = draw(whole(pieces, columns, rows))
                history.append(Write(whole_frame(lines)))
            case "h":
                history.append(Write(draw(st.sampled_from(HARMLESS))))
            case "o":
                history.append(Write(draw(st.sampled_from(OPAQUE))))
            case _:
                columns, rows = draw(st.integers(4, 24)), draw(st.integers(2, 9))
                lines = draw(whole(pieces, columns, rows))
                history += [Resize(columns, rows), Write(whole_frame(lines))]
    return history


@st.composite
def scrolls(draw: st.DrawFn, pieces: Sequence[str]) -> list[Write | Resize]:
    """A table that is moved through, between a title and a status line, with the row of the cursor in reverse."""
    columns, rows = 24, draw(st.integers(6, 12))
    band = rows - 2
    rest = draw(st.lists(stroke(pieces, 12, 12, fill=True), min_size=1, max_size=5))
    lines = [f"{styled(f'row {number:07} ', '1')}{rest[number % len(rest)]}" for number in range(60)]
    history: list[Write | Resize] = [Resize(columns, rows), Write(whole_frame([" " * columns] * rows))]
    moves = st.tuples(st.integers(0, 60 - band), st.integers(0, band - 1))
    top = 20
    for place, cursor in draw(st.lists(moves, min_size=2, max_size=6)):
        top = place if place % 4 == 0 else min(max(top + place % 7 - 3, 0), 60 - band)
        shown = lines[top : top + band]
        shown[cursor] = styled(f"row {top + cursor:07}".ljust(columns), "7")
        history.append(Write(whole_frame(shown, 1)))
    return history
