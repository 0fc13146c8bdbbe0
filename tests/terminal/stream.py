"""What a program writes to its terminal, taken apart into printed text and control sequences (grammar: ECMA-48)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Control", "Splitter"]

_CONTROL = re.compile(
    rb"\x1b(?:"
    rb"\[(?P<csi>[\x30-\x3f]*)(?P<final>[\x20-\x2f]*[\x40-\x7e])"
    rb"|\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|(?P<string>[PX^_][^\x1b]*)\x1b\\"
    rb"|(?P<short>[\x20-\x2f]+[\x30-\x7e]|[\x30-\x4f\x51-\x57\x59\x5a\x5c\x60-\x7e]))"
)
_LONGEST = 65536
"""Bytes after which an unfinished sequence is taken for text, so that rubbish cannot stop the reading."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control sequence: its kind (csi, osc, string, short), what follows the introducer, and a CSI's end."""

    raw: bytes
    kind: str
    body: str
    final: str = ""


class Splitter:
    """Cuts a stream of bytes into text and controls; one that is cut off waits for the next bytes."""

    def __init__(self) -> None:
        self.rest = b""
        """The beginning of a control sequence whose end has not come."""

    def __call__(self, data: bytes) -> list[bytes | Control]:
        """The pieces of `data`, in order, together with what the last call had to leave."""
        data, self.rest = self.rest + data, b""
        pieces: list[bytes | Control] = []
        position = 0
        while (escape := data.find(b"\x1b", position)) >= 0:
            if escape > position:
                pieces.append(data[position:escape])
            match = _CONTROL.match(data, escape)
            if match is None and len(data) - escape < _LONGEST:
                self.rest = data[escape:]
                return pieces
            pieces.append(_control(match) if match else b"\x1b")
            position = match.end() if match else escape + 1
        if position < len(data):
            pieces.append(data[position:])
        return pieces


def _control(match: re.Match[bytes]) -> Control:
    if match["final"] is not None:
        return Control(match[0], "csi", match["csi"].decode("latin-1"), match["final"].decode("latin-1"))
    kind = match.lastgroup or ""
    return Control(match[0], kind, match[kind].decode("latin-1"))
