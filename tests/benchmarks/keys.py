"""What keys cost: bytes and latency, of any program that shows a table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from statistics import median, quantiles

from terminal.probe import Terminal

__all__ = [
    "HZ",
    "Latency",
    "Move",
    "hundred",
    "latencies",
    "move_inside",
    "page_down",
    "pane_to_pane",
    "row_by_row",
    "scroll",
]

AT_REST = 0.07
"""Seconds after a key from which on it is the cursor's rest that is answered: the detail pane waits about 80 ms."""
HZ = 30
"""Keys a second from one that is held down."""
QUIET = 0.25
"""Seconds of silence after which a program has answered a key, the cursor's rest included."""


@dataclass(frozen=True, slots=True)
class Move:
    """Bytes for one key: those of the move itself, and those that came when the cursor had come to rest."""

    at_once: float
    at_rest: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a key to the first byte of its answer."""

    median: float
    p95: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Latency:
        """Of so many keys."""
        return cls(median(milliseconds), quantiles(milliseconds, n=20)[-1])


def move_inside(terminal: Terminal, keys: tuple[str, str], count: int = 12) -> Move:
    """Move to and fro inside the page, a key at a time; medians."""
    reactions = [terminal.press(key, quiet=QUIET) for key in islice(cycle(keys), count)]
    return Move(
        median(reaction.bytes_by(AT_REST) for reaction in reactions),
        median(reaction.bytes - reaction.bytes_by(AT_REST) for reaction in reactions),
    )


def row_by_row(terminal: Terminal, down: str) -> float:
    """Bytes for scrolling by a row, from the end of a page on; the median."""
    terminal.press("<pagedown>", quiet=0.4)
    return median(terminal.press(down, quiet=QUIET).bytes for _ in range(7))


def page_down(terminal: Terminal) -> int:
    """Bytes for a page; the most of some."""
    return max(terminal.press("<pagedown>", quiet=0.3).bytes for _ in range(5))


def pane_to_pane(terminal: Terminal, key: str) -> int:
    """Bytes for going from one pane to another; the most of some."""
    return max(terminal.press(key, quiet=0.3).bytes for _ in range(4))


def hundred(terminal: Terminal, key: str) -> int:
    """Bytes for a key that is held for a hundred rows."""
    return terminal.hold(key, 100, hz=HZ, quiet=0.4).bytes


def scroll(terminal: Terminal, key: str, count: int = 100) -> Move:
    """Hold a key down: bytes for each key on average, and those of the rest at the end."""
    reaction = terminal.hold(key, count, hz=HZ, quiet=0.4)
    moved = reaction.bytes_by(AT_REST)
    return Move(moved / count, reaction.bytes - moved)


def latencies(one: Terminal, other: Terminal, keys: tuple[str, str]) -> tuple[Latency, Latency]:
    """The latency of two programs measured in turn, so that what else the machine does slows both alike."""
    pairs = [(_answers(one, keys, 10), _answers(other, keys, 10)) for _ in range(8)]
    return Latency.of([*chain(*(first for first, _ in pairs))]), Latency.of([*chain(*(second for _, second in pairs))])


def _answers(terminal: Terminal, keys: tuple[str, str], count: int) -> list[float]:
    """Milliseconds to the first byte of the answer, key by key."""
    firsts = [terminal.press(key, quiet=QUIET).first for key in islice(cycle(keys), count)]
    assert None not in firsts, f"a key was not answered. The screen:\n{terminal.text()}"
    return [first * 1000 for first in firsts if first is not None]
