"""The terminal that a program talks to: its screen, its modes, and its answers to queries (xterm's "ctlseqs").

The screen is pyte's, with the sequences that pyte 0.8 lacks: SU, SD, REP, and an alternate screen that starts empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyte

from terminal.stream import Control, Splitter

__all__ = ["XTERM", "Emulator", "Identity"]

_OFF_AT_END = {
    1: "application cursor keys", 47: "alternate screen", 1000: "mouse", 1002: "mouse", 1003: "mouse",
    1004: "focus reports", 1006: "mouse", 1015: "mouse", 1047: "alternate screen", 1049: "alternate screen",
    2004: "bracketed paste", 2026: "synchronised output", 2048: "resize reports",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What a terminal says of itself."""

    name: bytes = b"XTerm(390)"
    """Answers XTVERSION; empty: it does not answer."""
    attributes: bytes = b"64;1;2;22"
    """Answers DA1; empty: it does not answer. With 4 it shows sixel."""
    cell: tuple[int, int] | None = None
    """Width and height in pixels, if it answers this."""


XTERM = Identity()


class _Screen(pyte.Screen):
    _last = " "

    def draw(self, data: str) -> None:
        super().draw(data)
        self._last = data[-1:] or self._last

    def repeat(self, count: int = 1, **_: Any) -> None:
        super().draw(self._last * max(count, 1))

    def scroll_up(self, count: int = 1, **_: Any) -> None:
        self._from_top(self.delete_lines, count)

    def scroll_down(self, count: int = 1, **_: Any) -> None:
        self._from_top(self.insert_lines, count)

    def _from_top(self, move: Callable[[int], None], count: int) -> None:
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        move(max(count, 1))
        self.cursor.x, self.cursor.y = x, y

    def set_mode(self, *modes: int, **options: Any) -> None:
        if options.get("private") and 1049 in modes:
            self.erase_in_display(2)
        super().set_mode(*modes, **options)


class _Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down", "b": "repeat"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down", "repeat"}


class Emulator:
    """A terminal of `cols` by `rows` cells. `receive` is quick and gives the answers; `show` is slow and draws."""

    def __init__(self, cols: int, rows: int, *, resize_reports: bool, identity: Identity = XTERM) -> None:
        self.size = cols, rows
        self._identity = identity
        self.modes: dict[int, bool] = {}
        """The DEC private modes that the program has set or reset."""
        self.shown = 0
        """How many of the `receive` calls have been drawn."""
        self._known = {2026, 2048} if resize_reports else {2026}
        self._keyboard_levels = 0
        self._split = Splitter()
        self._pending: list[list[bytes | Control]] = []
        self._screen = _Screen(cols, rows)
        self._stream = _Stream(self._screen)

    @property
    def lines(self) -> list[str]:
        """The screen as drawn so far, top to bottom, without the blanks at the right end."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The same with colours and attributes, cell by cell."""
        return [[self._screen.buffer[y][x] for x in range(self.size[0])] for y in range(self.size[1])]

    def write_over(self, data: bytes) -> None:
        """Draw what another program writes on the same terminal."""
        self._stream.feed(data)

    def left_behind(self) -> list[str]:
        """What the program has switched on and not off again, by name."""
        left = {name for mode, name in _OFF_AT_END.items() if self.modes.get(mode)}
        left |= {"hidden cursor"} if self.modes.get(25) is False else set()
        left |= {"keyboard protocol"} if self._keyboard_levels else set()
        return sorted(left)

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the program, keep them for `show`, and give what the terminal replies."""
        pieces = self._split(data)
        self._pending.append(pieces)
        return b"".join(self._control(piece) for piece in pieces if isinstance(piece, Control))

    def show(self) -> bool:
        """Draw what one `receive` brought; False: there is nothing to draw."""
        if not self._pending:
            return False
        self.shown += 1
        for piece in self._pending.pop(0):
            if isinstance(piece, bytes) or _drawable(piece):
                self._stream.feed(piece if isinstance(piece, bytes) else piece.raw.replace(b":", b";"))
        return True

    def resize(self, cols: int, rows: int) -> bytes:
        """Take another size; the reply tells the program, if it asked to be told in band."""
        self.size = cols, rows
        self._screen.resize(rows, cols)
        return self._size_report() if self.modes.get(2048) else b""

    def _control(self, control: Control) -> bytes:
        match control.kind, control.body, control.final:
            case "csi", body, "h" | "l" as final if body.startswith("?"):
                numbers = [int(number) for number in body[1:].split(";") if number.isdigit()]
                self.modes.update(dict.fromkeys(numbers, final == "h"))
                return self._size_report() if final == "h" and 2048 in numbers else b""
            case "csi", body, "u" if body[:1] in ("<", ">"):
                self._keyboard_levels += 1 if body[0] == ">" else -1
            case "csi", "" | "0", "c":
                return b"\x1b[?%bc" % self._identity.attributes if self._identity.attributes else b""
            case "csi", ">" | ">0", "c":
                return b"\x1b[>41;390;0c"
            case "csi", ">" | ">0", "q":
                return b"\x1bP>|%b\x1b\\" % self._identity.name if self._identity.name else b""
            case "csi", "16", "t" if self._identity.cell is not None:
                return b"\x1b[6;%d;%dt" % self._identity.cell[::-1]
            case "csi", "5", "n":
                return b"\x1b[0n"
            case "csi", "6", "n":
                return self._cursor_report()
            case "csi", body, "$p" if body[1:].isdigit():
                return b"\x1b[%b;%d$y" % (body.encode(), 2 if int(body[1:]) in self._known else 0)
            case "osc", "10;?", _:
                return b"\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\"
            case "osc", "11;?", _:
                return b"\x1b]11;rgb:0000/0000/0000\x1b\\"
        return b""

    def _cursor_report(self) -> bytes:
        while self.show():
            pass
        return b"\x1b[%d;%dR" % (self._screen.cursor.y + 1, min(self._screen.cursor.x, self.size[0] - 1) + 1)

    def _size_report(self) -> bytes:
        cols, rows = self.size
        return b"\x1b[48;%d;%d;%d;%dt" % (rows, cols, rows * 16, cols * 8)


def _drawable(control: Control) -> bool:
    """Whether pyte understands it; what it does not understand it would print, or take for something else."""
    if control.kind == "csi":
        private = control.body[:1] in ("<", "=", ">") or (control.body[:1] == "?" and control.final not in ("h", "l"))
        return len(control.final) == 1 and not private
    return control.kind == "short" and control.body in ("7", "8", "D", "E", "H", "M", "c")
