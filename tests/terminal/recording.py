"""What the real program writes through Textual's own output, piece by piece, to be written again in other ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from terminal.probe import Terminal

__all__ = ["Piece", "Size", "Step", "pieces", "record"]

_MARK = re.compile(r"(\x1b\[\?2026[hl])")
_SEQUENCE = re.compile(
    r"\x1b\[[<=>?]?[\d;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|.", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that the program wrote at once."""

    data: str


@dataclass(frozen=True, slots=True)
class Size:
    """The terminal took another size."""

    columns: int
    rows: int


Step = Piece | Size


def record(terminal: Terminal, acts: Sequence[str | tuple[int, int]]) -> list[Step]:
    """Press keys, or resize, each after the answer to the one before."""
    steps: list[Step] = []
    done = 0
    for act in ("", *acts):
        if isinstance(act, str):
            terminal.press(act, quiet=0.25)
        else:
            steps.append(Size(*act))
            terminal.resize(*act)
            terminal.wait_for_quiet(0.3)
        written = bytes(terminal.output[done:]).decode()
        done = len(terminal.output)
        steps += pieces(written)
    return steps


def pieces(written: str) -> Iterator[Piece]:
    """What was written, as it was before the terminal's line made CR LF of LF. Frames stand between marks."""
    in_frame = False
    for part in filter(None, _MARK.split(written.replace("\r\n", "\n"))):
        if in_frame and not _MARK.fullmatch(part):
            yield Piece(part)
        else:
            yield from map(Piece, _SEQUENCE.findall(part))
        in_frame = part.endswith("?2026h")
