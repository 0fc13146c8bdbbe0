"""Folding: which of the stored runs are one scheduled run together, and what they come to.

The oldest run of a schedule is its head; see the last line of the table `run` in `store_schema`. Runs of a schedule are
looked for within an hour of each other, so that no index over ScheduledRunIds is needed. Where an id comes again after
more than an hour, its runs may be two scheduled runs.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from canaryscope.runs.model import CanaryRun
from canaryscope.runs.packing import tenths
from canaryscope.runs.scheduled import scheduled_run
from canaryscope.runs.store_schema import FOLD, UNFOLD

__all__ = ["HOUR", "Folding"]

HOUR = 3_600_000_000
"""Runs of one schedule start within an hour: a run lasts 14 minutes at most (TimeoutInSeconds), and is retried twice at
most. In microseconds."""
Schedule = tuple[object, ...]
"""Run type and ScheduledRunId; of a run without one, its row."""
Order = tuple[int, int, int]
"""-at, seq and row of a run: ascending, the newest is first."""


class Folding:
    """Keeps the runs of each schedule together. `read` gives the runs of rows, by row."""

    def __init__(self, db: sqlite3.Connection, read: Callable[[Sequence[int]], dict[int, CanaryRun]]) -> None:
        self._db = db
        self._read = read
        self.verdict_width = 0
        """Characters of the longest verdict of several runs of one schedule; 0 where no schedule had several."""
        self.legs = 1
        """In how many browsers and locations a schedule was run, at most."""

    def fold(self, new: dict[int, CanaryRun], updated: dict[int, CanaryRun], places: Sequence[int]) -> list[int]:
        """Make the runs of each schedule that these rows belong to one again. Returns the `at` of all of them.

        `places`: where these rows are and were. Runs that were one with them but are not any more (another
        ScheduledRunId, or now more than an hour apart) are folded anew, too: no two schedules count the same run.
        """
        found, groups = self._around(places)
        several = {found[row][0] for row in new if len(groups[found[row][0]]) > 1}
        changed = {found[row][0] for row in updated} | several
        apart: dict[int, set[Order]] = defaultdict(set)
        ahead = changed
        while ahead:
            heads = {found[row][1] for key in ahead for _, _, row in groups[key]} - new.keys()
            ahead = set()
            for row, at, seq, head in self._linked(heads):
                if row not in found:
                    apart[head].add((-at, seq, row))
                elif found[row][0] not in changed:
                    ahead.add(found[row][0])
            changed |= ahead
        again = [*(groups[key] for key in changed), *apart.values()]
        self._fold([[row for _, _, row in sorted(rows)] for rows in again], new | updated)
        return [-at for rows in again for at, _, _ in rows]

    def _around(self, places: Sequence[int]) -> tuple[dict[int, tuple[Schedule, int]], dict[Schedule, list[Order]]]:
        """The runs within an hour of these places: schedule and present head of each row, and the rows by schedule."""
        found: dict[int, tuple[Schedule, int]] = {}
        groups: dict[Schedule, list[Order]] = defaultdict(list)
        sql = "SELECT row, at, dry, seq, scheduled_run_id, coalesce(head, row) FROM run WHERE at BETWEEN ? AND ?"
        for window in _windows(places):
            for row, at, dry, seq, schedule, head in self._db.execute(sql, window):
                key: Schedule = (dry, schedule) if schedule else (row,)
                found[row] = key, head
                groups[key].append((-at, seq, row))
        return found, groups

    def _linked(self, heads: Iterable[int]) -> list[tuple[Any, ...]]:
        """Row, at, seq and head of the runs that are one with these heads at present."""
        rows = ", ".join(map(str, heads))
        sql = f"SELECT row, at, seq, coalesce(head, row) FROM run WHERE row IN ({rows}) OR head IN ({rows})"
        return self._db.execute(sql).fetchall() if rows else []

    def _fold(self, schedules: Sequence[Sequence[int]], page: dict[int, CanaryRun]) -> None:
        """Have the last of the rows of a schedule, newest first, be its head and know what it came to."""
        runs = page | self._read([row for rows in schedules for row in rows if row not in page])
        heads = []
        for rows in schedules:
            together = scheduled_run([runs[row] for row in rows])
            failures = sum(run.failed for run in together.runs)
            longest = max((tenths(run.length) or 0 for run in together.runs if run.length is not None), default=None)
            heads.append((len(rows), failures, int(together.outcome), longest, rows[-1]))
            if len(rows) > 1:
                self.legs = max(self.legs, len({(run.browser_type, run.location) for run in together.runs}))
                self.verdict_width = max(self.verdict_width, len(together.verdict))
        self._db.executemany(UNFOLD, [(rows[-1], row) for rows in schedules for row in rows[:-1]])
        self._db.executemany(FOLD, heads)


def _windows(places: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges of `at`, oldest and newest, in which other runs of these runs' schedules may be."""
    windows: list[tuple[int, int]] = []
    for at in sorted(set(places)):
        if windows and at - HOUR <= windows[-1][1]:
            windows[-1] = (windows[-1][0], at + HOUR)
        else:
            windows.append((at - HOUR, at + HOUR))
    return windows
