"""RunView: one order and filter over the store, folded by schedule, read by window.

A line is a run, or a schedule with several runs; where a schedule is unfolded, its runs have lines of their own below
it. A line is kept as a number: the row of a run on its own or of the head of a schedule, and the same row negated for a
run below its schedule's line. With the `at` by which lines are ordered (all lines of a schedule have that of its head)
and the number of runs that match, that is 13 bytes a line; what is on the screen is read on demand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import neg
from typing import NamedTuple

from canaryscope.runs.filter import RunFilter
from canaryscope.runs.scheduled import ScheduledRun, scheduled_run
from canaryscope.runs.store import RunStore, StoredRun

__all__ = ["Horizon", "RunView", "ViewLine"]

SCAN_ROWS = 3_000
"""Rows that one step of a scan looks at: about 10 ms, so that keys are answered in between."""
HEADS = 5_000
"""Schedules whose runs are asked for at once: SQLite takes 32,766 parameters."""
OLDEST = -(2**63)
ORDER = "ORDER BY at DESC, dry, seq"
MOST_MATCHES = 255
"""A schedule with more matching runs than this counts as having so many."""


class Horizon(NamedTuple):
    """How far down the view may be shown: to `at`, and at that very microsecond up to the run type `dry` (0 or 1).

    Below it, another feed may still bring runs that belong in between.
    """

    at: int = OLDEST
    dry: int = 1


class ViewLine(NamedTuple):
    """What a line shows."""

    number: int
    """Identifies the line, also after the view has changed."""
    stored: StoredRun
    """The run; of a schedule, the one that tells most."""
    schedule: ScheduledRun | None = None
    """All runs of the schedule, where the line stands for several."""
    unfolded: bool = False
    """Whether they have lines of their own below."""

    @property
    def member(self) -> bool:
        """Whether it is a run below the line of its schedule."""
        return self.number < 0


class RunView:
    """The matching lines, newest first. Not thread-safe.

    After `show` a scan is under way until `scan` returns True: it looks at `SCAN_ROWS` rows at a time, so a filter over
    655,200 runs never holds a key up.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._lines = array("i")
        self._ats = array("q")
        self._matches = array("B")
        self._matched = 0
        self._filter = RunFilter()
        self._horizon = Horizon()
        self._visible = 0
        self._front: tuple[int, int, int] | None = None
        """The order key the scan has come to; None when it is through."""
        self._unfold_all = False
        self._otherwise: set[int] = set()
        """Rows of schedules that are not as `_unfold_all` says."""

    def __len__(self) -> int:
        return self._visible

    @property
    def matched(self) -> int:
        """How many runs match; of a schedule in one line, all that do."""
        return self._matched - sum(self._matches[self._visible :])

    @property
    def scanning(self) -> bool:
        """Whether loaded runs remain to be looked at."""
        return self._front is not None

    def show(self, run_filter: RunFilter) -> None:
        """Look through another filter: the view is empty until `scan` has been called."""
        self._filter = run_filter
        self._lines, self._ats, self._matches = array("i"), array("q"), array("B")
        self._visible = self._matched = 0
        self._front = (2**63 - 1, -1, 0)

    def unfold_all(self) -> None:
        """Unfold all schedules, or fold them again where all were unfolded; like `show`, it begins a scan."""
        self._unfold_all = not self._unfold_all
        self._otherwise.clear()
        self.show(self._filter)

    def unfold(self, index: int, unfold: bool | None = None) -> int:
        """Unfold (None: or fold) the schedule that a line belongs to. Returns the index of its own line."""
        line = self.line(index)
        if line is None:
            return index
        head = self._store.head(abs(line))
        at = self.index(head)
        group = [head, *(each.row for each in self._store.schedules([head]).get(head, ()))]
        if at is None or len(group) == 1:
            return index
        now = self._is_unfolded(group)
        if unfold is None or unfold != now:
            self._otherwise = self._otherwise - set(group) if now != self._unfold_all else self._otherwise | {head}
            self.absorb(self._ats[at], self._ats[at])
        return self.index(head) or 0

    def _is_unfolded(self, rows: Iterable[int]) -> bool:
        return self._unfold_all is self._otherwise.isdisjoint(rows)

    def scan(self) -> bool:
        """Look at the next loaded runs. True when there are none left to look at."""
        if self._front is None:
            return True
        cut = self._store.select(
            f"SELECT at, dry, seq FROM run WHERE {self._after()} {ORDER} LIMIT 1 OFFSET {SCAN_ROWS - 1}", self._key()
        )
        until = "" if not cut else " AND (at > ? OR at = ? AND (dry, seq) <= (?, ?))"
        self._take_in(
            *(len(self._lines), len(self._lines)),
            f"{self._after()}{until}",
            (*self._key(), *((cut[0][0], *cut[0]) if cut else ())),
        )
        self._front = cut[0] if cut else None
        self.limit(self._horizon)
        return self._front is None

    def _after(self) -> str:
        return "at <= ? AND (at < ? OR (dry, seq) > (?, ?))"

    def _key(self) -> tuple[int, ...]:
        front = self._front or (OLDEST, 0, 0)
        return (front[0], *front)

    def absorb(self, newest: int, oldest: int) -> None:
        """The store has changed between these two `at`: read that range again."""
        if self._front is not None and self._front[0] > oldest:
            oldest = self._front[0]
        if newest < oldest:
            return
        condition = "at BETWEEN ? AND ?"
        parameters: tuple[object, ...] = (oldest, newest)
        if self._front is not None:
            condition += " AND (at > ? OR at = ? AND (dry, seq) <= (?, ?))"
            parameters += (self._front[0], *self._front)
        first = bisect_left(self._ats, -newest, key=neg)
        last = bisect_right(self._ats, -oldest, key=neg)
        self._take_in(first, last, condition, parameters)
        self.limit(self._horizon)

    def _take_in(self, first: int, last: int, condition: str, parameters: tuple[object, ...]) -> None:
        """Replace the lines from `first` to before `last` with those of the runs under a condition."""
        population, of_population = self._filter.population()
        matches, of_matches = self._filter.matches()
        found = self._store.select(
            f"SELECT * FROM (SELECT row, at, min({matches}, {MOST_MATCHES}) AS matching, members FROM run AS outer_run"
            f" WHERE {condition} AND head IS NULL AND {population}"
            f" {'AND failures' if self._filter.failures_only else ''} {ORDER}) WHERE matching",
            (*of_matches, *parameters, *of_population),
        )
        below: dict[int, list[int]] = {}
        if self._unfold_all or self._otherwise:
            below = self._unfolded([row for row, _, _, members in found if members > 1])
        if below:
            under = {row: [(line, at, 0, 0) for line in below.get(row, ())] for row, at, _, _ in found}
            found = [line for head in found for line in (head, *under[head[0]])]
        counts = array("B", [matching for _, _, matching, _ in found])
        self._matched += sum(counts) - sum(self._matches[first:last])
        self._matches[first:last] = counts
        self._lines[first:last] = array("i", [row for row, _, _, _ in found])
        self._ats[first:last] = array("q", [at for _, at, _, _ in found])

    def _unfolded(self, heads: Sequence[int]) -> dict[int, list[int]]:
        """The lines below those schedules of these heads that are unfolded, by head: their runs that match."""
        sql, parameters = self._filter.condition()
        rows: dict[int, list[int]] = defaultdict(list)
        shown: dict[int, list[int]] = defaultdict(list)
        for first in range(0, len(heads), HEADS):
            some = heads[first : first + HEADS]
            marks = ", ".join("?" * len(some))
            for head, row, matches in self._store.select(
                f"SELECT coalesce(head, row), row, {sql} FROM run WHERE row IN ({marks}) OR head IN ({marks}) {ORDER}",
                (*parameters, *some, *some),
            ):
                rows[head].append(row)
                shown[head] += [-row] if matches else []
        return {head: shown[head] for head, found in rows.items() if self._is_unfolded(found)}

    def limit(self, horizon: Horizon) -> None:
        """Show runs down to the horizon only."""
        self._horizon = horizon
        self._visible = bisect_left(self._ats, -horizon.at, key=neg)
        if horizon.at == OLDEST:
            self._visible = len(self._lines)
            return
        end = bisect_right(self._ats, -horizon.at, key=neg)
        while self._visible < end:
            place = self._store.place(abs(self._lines[self._visible]))
            if place is None or place[1] > horizon.dry:
                break
            self._visible += 1

    def population(self) -> int:
        """How many runs are loaded, before filtering, down to the horizon."""
        sql, parameters = self._filter.population()
        at, dry = self._horizon.at, self._horizon.dry
        if self._filter.dry_run_id is None:
            hidden = self._count(
                f"(at < ? OR at = ? AND dry > ?) AND at <= ? AND {sql}", (at, at, dry, at, *parameters)
            )
            return sum(self._store.total(run_type) for run_type in self._filter.types) - hidden
        return self._count(f"(at > ? OR at = ? AND dry <= ?) AND {sql}", (at, at, dry, *parameters))

    def _count(self, condition: str, parameters: tuple[object, ...]) -> int:
        return int(self._store.select(f"SELECT count(*) FROM run WHERE {condition}", parameters)[0][0])

    def rows(self, first: int, last: int) -> list[ViewLine]:
        """The lines from index `first` to before `last`, read from the store."""
        numbers = self._lines[max(first, 0) : max(min(last, self._visible), 0)]
        schedules = self._store.schedules([number for number in numbers if number > 0])
        runs = {each.row: each for each in self._store.runs([abs(number) for number in numbers])}
        lines: list[ViewLine] = []
        for number in numbers:
            if number in schedules:
                found = schedules[number]
                schedule = scheduled_run([each.run for each in found])
                telling = next(each for each in found if each.run is schedule.runs[schedule.telling])
                unfolded = self._is_unfolded(each.row for each in found)
                lines.append(ViewLine(number, telling, schedule, unfolded))
            elif abs(number) in runs:
                lines.append(ViewLine(number, runs[abs(number)]))
        return lines

    def line(self, index: int) -> int | None:
        """The number of the line at an index."""
        return self._lines[index] if 0 <= index < self._visible else None

    def index(self, line: int) -> int | None:
        """Where a line is shown; that of its schedule, where a run has none of its own. None where it isn't shown."""
        head = self._store.head(abs(line))
        place = self._store.place(head)
        if place is None:
            return None
        first = bisect_left(self._ats, -place[0], key=neg)
        last = min(bisect_right(self._ats, -place[0], key=neg), self._visible)
        for number in (line, head):
            with suppress(ValueError):
                return self._lines.index(number, first, last)
        return None

    def find(self, line: int, at: int) -> int:
        """Where a line is shown; where it isn't, the one nearest below `at`, else the last one."""
        index = self.index(line)
        return index if index is not None else max(min(bisect_left(self._ats, -at, key=neg), self._visible - 1), 0)

    def failure(self, index: int, step: int) -> int | None:
        """The index of the next line below (`step` 1) or above (-1) an index that stands for a failed run, if any.

        Of a schedule that is unfolded, these are the lines of its failed runs.
        """
        line = self.line(index)
        own = None if line is None else self.index(self._store.head(abs(line)))
        if line is None or own is None:
            return None
        beside = [at for at in self._failures_at(own) if (at - index) * step > 0]
        if not beside:
            found = self._failure_beyond(self._store.head(abs(line)), step)
            at = None if found is None else self.index(found)
            beside = [] if at is None else self._failures_at(at)
        return (beside[0] if step > 0 else beside[-1]) if beside else None

    def _failures_at(self, head: int) -> list[int]:
        """The indices that stand for failed runs, of the run on its own or the schedule whose line is at an index.

        Of an unfolded schedule these are the lines of its failed runs; its own line, where a filter leaves none.
        """
        end = head + 1
        while end < self._visible and self._lines[end] < 0:
            end += 1
        rows = [abs(number) for number in self._lines[head:end]]
        marks = ", ".join("?" * len(rows))
        sql = f"SELECT row, failed, failures FROM run WHERE row IN ({marks})"
        known = {row: (failed, failures) for row, failed, failures in self._store.select(sql, rows)}
        below = [head + number for number, row in enumerate(rows) if number and known[row][0]]
        return below or ([head] if known[rows[0]][1] else [])

    def _failure_beyond(self, head: int, step: int) -> int | None:
        """The head of the next schedule (or run on its own) with a failed run, below or above that of `head`."""
        start = self._store.place(head)
        if start is None:
            return None
        older = step > 0
        population, of_population = self._filter.population()
        matches, of_matches = self._filter.matches()
        key = "at < ? OR at = ? AND (dry, seq) > (?, ?)" if older else "at > ? OR at = ? AND (dry, seq) < (?, ?)"
        order = ORDER if older else "ORDER BY at, dry DESC, seq DESC"
        found = self._store.select(
            f"SELECT row FROM run AS outer_run WHERE failures AND at {'<=' if older else '>='} ? AND ({key})"
            f" AND {population} AND {matches} {order} LIMIT 1",
            (start[0], start[0], *start, *of_population, *of_matches),
        )
        return int(found[0][0]) if found else None
