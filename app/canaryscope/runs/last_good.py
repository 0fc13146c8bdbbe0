"""The last good run before a run, to compare it with: which of the loaded runs that is."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from canaryscope.runs.model import CanaryRun
from canaryscope.runs.outcomes import Outcomes
from canaryscope.runs.store import RunStore, StoredRun

__all__ = ["LastGood", "last_good"]

LOOKED_AT: Final = 10_000
"""So many runs before a run are looked at one by one; below them, a scheduled run that passed as a whole is found."""
_GOOD: Final = "state = 'PASSED' AND coalesce(test_result, 'PASSED') = 'PASSED'"
_PASSED = re.compile(rb"[\x00\x02]")
"""PASSED and RETRIED, in the bytes of Outcomes.codes."""

Place = tuple[int, int, int]
"""The order key (at, dry, seq) of a run."""


class LastGood(NamedTuple):
    """The newest good run before a run: State PASSED, and TestResult PASSED where it was sent.

    One in the same browser and location comes before a newer one in another. Before a dry run that is a dry run, of
    whichever DryRunId.
    """

    stored: StoredRun | None = None
    same: bool = False
    """Whether it ran in the same browser and location."""
    more: bool = False
    """Whether a page that is not loaded may hold a better one: any at all, a nearer one, one in the same browser."""


def last_good(store: RunStore, outcomes: Outcomes, stored: StoredRun, *, floor: int, ended: bool) -> LastGood:
    """The last good run before one in the store, in some 10 ms however many there are.

    Above the `at` `floor` no run of its type is missing; `ended`: none is below, either.
    """
    run, place = stored.run, store.place(stored.row)
    if place is None:
        return LastGood()
    candidates = _near(store, place, run)
    if not place[1] and not any(_elsewhere(each.run, run) == (False, False) for each in candidates):
        candidates += _far(store, outcomes, place)
    best = min(candidates, key=lambda each: _elsewhere(each.run, run), default=None)
    if best is None:
        return LastGood(more=not ended)
    same = _elsewhere(best.run, run) == (False, False)
    at, _, _ = store.place(best.row) or place
    return LastGood(best, same, more=not ended and not (same and at >= floor))


def _elsewhere(one: CanaryRun, other: CanaryRun) -> tuple[bool, bool]:
    """Whether they ran in two browsers, in two locations."""
    return one.browser_type != other.browser_type, one.location != other.location


def _near(store: RunStore, place: Place, run: CanaryRun) -> list[StoredRun]:
    """The best of the runs right before a place."""
    at, dry, seq = place
    found = store.select(
        "SELECT row FROM (SELECT row, at, seq, state, test_result, browser_type, location FROM run"
        f" WHERE {'' if dry else 'NOT '}dry AND at <= ? AND (at < ? OR seq > ?) ORDER BY at DESC, dry, seq LIMIT ?)"
        f" WHERE {_GOOD} ORDER BY browser_type IS NOT ?, location IS NOT ?, at DESC, seq LIMIT 1",
        (at, at, seq, LOOKED_AT, run.browser_type, run.location),
    )
    return store.runs([row for (row,) in found])


def _far(store: RunStore, outcomes: Outcomes, place: Place) -> list[StoredRun]:
    """The good runs of the first scheduled run below those that `_near` looks at which passed in every browser."""
    edge = store.select(
        "SELECT at FROM run WHERE NOT dry AND at <= ? ORDER BY at DESC, dry, seq LIMIT 1 OFFSET ?",
        (place[0], LOOKED_AT),
    )
    passed = _PASSED.search(outcomes.codes, outcomes.below(edge[0][0])) if edge else None
    if passed is None:
        return []
    head = outcomes.row(passed.start())
    found = store.select(
        f"SELECT row FROM run WHERE (row = ? OR head = ?) AND at <= ? AND {_GOOD} ORDER BY at DESC, seq",
        (head, head, edge[0][0]),
    )
    return store.runs([row for (row,) in found])
