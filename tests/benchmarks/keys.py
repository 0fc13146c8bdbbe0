"""What keys cost: bytes and latency, of any program that shows a table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from statistics import median, quantiles

from terminal.probe import Terminal

__all__ = ["Costs", "Latency", "Move", "costs", "latencies", "latency", "move_inside", "scroll"]

AT_REST = 0.07
"""Seconds after a key from which on it is the cursor's rest that is answered: the detail pane waits about 80 ms."""
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


@dataclass(frozen=True, slots=True)
class Costs:
    """What browsing a table costs."""

    inside: Move
    scrolling: Move
    """Each key on average; `at_rest` for all of them."""
    page_down: float
    """Bytes for PageDown, all included."""
    rest: int
    """Bytes written when nothing happens."""
    latency: Latency


def costs(terminal: Terminal, down: str, up: str, seconds: float) -> Costs:
    """Measure all of it, with the keys for a row down and up, and so many seconds of rest."""
    terminal.wait_for_quiet(1)
    inside = move_inside(terminal, (down, up))
    reaction = latency(terminal, (down, up))
    scrolling = scroll(terminal, down)
    page_down = median(terminal.press("<pagedown>", quiet=QUIET).bytes for _ in range(7))
    terminal.wait_for_quiet(1)
    return Costs(inside, scrolling, page_down, terminal.written_in(seconds), reaction)


def move_inside(terminal: Terminal, keys: tuple[str, str], count: int = 12) -> Move:
    """Move to and fro inside the page, a key at a time; medians."""
    reactions = [terminal.press(key, quiet=QUIET) for key in islice(cycle(keys), count)]
    return Move(
        median(reaction.bytes_by(AT_REST) for reaction in reactions),
        median(reaction.bytes - reaction.bytes_by(AT_REST) for reaction in reactions),
    )


def scroll(terminal: Terminal, key: str, count: int = 100) -> Move:
    """Hold a key down, 30 a second: bytes for each key on average, and those of the rest at the end."""
    reaction = terminal.hold(key, count, hz=30, quiet=0.4)
    moved = reaction.bytes_by(AT_REST)
    return Move(moved / count, reaction.bytes - moved)


def latency(terminal: Terminal, keys: tuple[str, str], count: int = 60) -> Latency:
    """Press keys to and fro, each after the answer to the one before."""
    return Latency.of(_answers(terminal, keys, count))


def latencies(one: Terminal, other: Terminal, keys: tuple[str, str]) -> tuple[Latency, Latency]:
    """The latency of two programs measured in turn, so that what else the machine does slows both alike."""
    pairs = [(_answers(one, keys, 10), _answers(other, keys, 10)) for _ in range(8)]
    return Latency.of([*chain(*(first for first, _ in pairs))]), Latency.of([*chain(*(second for _, second in pairs))])


def _answers(terminal: Terminal, keys: tuple[str, str], count: int) -> list[float]:
    """Milliseconds to the first byte of the answer, key by key."""
    firsts = [terminal.press(key, quiet=QUIET).first for key in islice(cycle(keys), count)]
    assert None not in firsts, f"a key was not answered. The screen:\n{terminal.text()}"
    return [first * 1000 for first in firsts if first is not None]
