"""Outcomes: what every scheduled run of a canary came to, in one byte each.

Streaks, changes and the outcome strip look at hundreds of thousands of scheduled runs at once. Searching and counting
bytes takes a millisecond there; SQL would take a hundred.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import neg
from statistics import median_low
from typing import NamedTuple

from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.store import RunStore

__all__ = ["Bucket", "Outcomes"]

UNKNOWN = 2**16 - 1
"""The length of a run that is not known, or as long as this: 109 minutes."""
SAMPLES = 64
"""So many runs of a bucket, evenly spaced, tell its usual duration."""


class Bucket(NamedTuple):
    """Scheduled runs that share a cell of the outcome strip: those from index `first` to before `last`."""

    first: int
    last: int
    worst: Outcome
    length: int | None
    """The median duration of their longest runs, in tenths of a second; None where none is known."""


class Outcomes:
    """The canary's scheduled runs that are loaded, newest first, 11 bytes each. Dry runs are not among them."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._ats = array("q")
        self._lengths = array("H")
        self.codes = bytearray()
        """An `Outcome` each."""

    def __len__(self) -> int:
        return len(self.codes)

    def absorb(self, newest: int, oldest: int) -> None:
        """The store has changed between these two `at`: read that range again."""
        if newest < oldest:
            return
        first, last = self.below(newest), bisect_right(self._ats, -oldest, key=neg)
        found = self._store.select(
            f"SELECT at, outcome, min(max(coalesce(longest, length, {UNKNOWN}), 0), {UNKNOWN}) FROM run"
            " WHERE at BETWEEN ? AND ? AND outcome IS NOT NULL ORDER BY at DESC, dry, seq",
            (oldest, newest),
        )
        self._ats[first:last] = array("q", [at for at, _, _ in found])
        self._lengths[first:last] = array("H", [length for _, _, length in found])
        self.codes[first:last] = bytes(outcome for _, outcome, _ in found)

    def at(self, index: int) -> int:
        """The `at` of a scheduled run: when its first attempt started."""
        return self._ats[index]

    def below(self, at: int) -> int:
        """How many scheduled runs are newer than `at`: the index of the first that is not."""
        return bisect_left(self._ats, -at, key=neg)

    def row(self, index: int) -> int:
        """The row of the head of a scheduled run."""
        found = self._store.select(
            "SELECT row FROM run WHERE at = ? AND outcome IS NOT NULL ORDER BY dry, seq LIMIT 1 OFFSET ?",
            (self._ats[index], index - self.below(self._ats[index])),
        )
        return int(found[0][0])

    def interval(self, last: int = 20) -> int | None:
        """The usual time between two scheduled runs, from the newest ones, in microseconds."""
        gaps = [newer - older for newer, older in zip(self._ats, self._ats[1 : last + 1], strict=False)]
        return median_low(gaps) if gaps else None

    def buckets(self, room: int) -> list[Bucket]:
        """A bucket for each scheduled run, or `room` buckets whose sizes differ by one at most; newest first."""
        count = min(room, len(self))
        edges = [number * len(self) // count for number in range(count + 1)] if count else []
        return [self._bucket(first, last) for first, last in pairwise(edges)]

    def _bucket(self, first: int, last: int) -> Bucket:
        step = max(1, (last - first) // SAMPLES)
        lengths: Sequence[int] = [length for length in self._lengths[first:last:step] if length != UNKNOWN]
        worst = next(one for one in sorted(Outcome, reverse=True) if self.codes.find(one, first, last) >= 0)
        return Bucket(first, last, worst, median_low(lengths) if lengths else None)
