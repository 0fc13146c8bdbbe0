"""RunView: one order and filter over the store, read by window.

Holds 12 bytes for each matching row (its number and its `at`), nothing else; the rows on screen are read on demand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import neg

from canaryscope.runs.model import RunType
from canaryscope.runs.store import RunStore, StoredRun, pack_id

__all__ = ["Horizon", "RunFilter", "RunView"]

SCAN_ROWS = 10_000
"""Rows that one step of a scan looks at: about 10 ms, so that keys are answered in between."""
OLDEST = -(2**63)
ORDER = "ORDER BY at DESC, dry, seq"
UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
"""First hexadecimal digit and number of digits of each part of a UUID."""
TEXTS = ("state_reason", "state", "test_result", "state_reason_code", "browser_type", "location", "artifact_rest")
"""Where the text filter looks, beside the ids."""


def _holds(column: str, part: str) -> tuple[str, tuple[object, ...]]:
    """Whether an id holds a part of one in lower case, as an SQL condition; UUIDs are kept as 16 bytes."""
    sql = f"(typeof({column}) = 'text' AND instr(lower({column}), ?))"
    parameters: tuple[object, ...] = (part,)
    digits = part.replace("-", "")
    if set(digits) <= set("0123456789abcdef"):
        uuid = "||'-'||".join(f"substr(hex({column}), {first}, {length})" for first, length in UUID_PARTS)
        sql = f"({sql} OR instr(hex({column}), ?) AND instr({uuid}, ?))"
        parameters += (digits.upper(), part.upper())
    return sql, parameters


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which of the loaded runs are looked at. `population` are those that the question is about."""

    types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})
    dry_run_id: str | None = None
    """A whole DryRunId: the dry runs are those of this id only."""
    dry_run_part: str = ""
    failures_only: bool = False
    text: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves out loaded runs of the population."""
        return bool(self.dry_run_part or self.failures_only or self.text)

    def population(self) -> tuple[str, tuple[object, ...]]:
        """The runs asked for, as an SQL condition and its parameters."""
        wanted = []
        parameters: tuple[object, ...] = ()
        if RunType.CANARY_RUN in self.types:
            wanted.append("NOT dry")
        if RunType.DRY_RUN in self.types:
            wanted.append("dry" if self.dry_run_id is None else "(dry AND dry_run_id = ?)")
            parameters = () if self.dry_run_id is None else (pack_id(self.dry_run_id),)
        return f"({' OR '.join(wanted) or 'FALSE'})", parameters

    def condition(self) -> tuple[str, tuple[object, ...]]:
        """The runs shown, as an SQL condition and its parameters."""
        sql, parameters = self.population()
        if self.dry_run_part:
            held, more = _holds("dry_run_id", self.dry_run_part)
            sql += f" AND (NOT dry OR {held})"
            parameters += more
        if self.failures_only:
            sql += " AND failed"
        if self.text:
            needle = self.text.lower()
            conditions = [f"instr(lower({column}), ?)" for column in TEXTS]
            parameters += (needle,) * len(TEXTS)
            for column in ("id", "dry_run_id"):
                held, more = _holds(column, needle)
                conditions.append(held)
                parameters += more
            sql += f" AND ({' OR '.join(conditions)})"
        return sql, parameters


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far down the view may be shown: to `at`, and at that very microsecond up to the run type `dry` (0 or 1).

    Below it, another feed may still bring runs that belong in between.
    """

    at: int = OLDEST
    dry: int = 1


class RunView:
    """The matching runs, newest first. Not thread-safe.

    After `show` a scan is under way until `scan` returns True: it looks at `SCAN_ROWS` rows at a time, so a filter over
    655,200 runs never holds a key up.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._rows = array("I")
        self._ats = array("q")
        self._filter = RunFilter()
        self._horizon = Horizon()
        self._visible = 0
        self._front: tuple[int, int, int] | None = None
        """The order key the scan has come to; None when it is through."""

    def __len__(self) -> int:
        return self._visible

    @property
    def scanning(self) -> bool:
        """Whether loaded runs remain to be looked at."""
        return self._front is not None

    def show(self, run_filter: RunFilter) -> None:
        """Look through another filter: the view is empty until `scan` has been called."""
        self._filter = run_filter
        self._rows = array("I")
        self._ats = array("q")
        self._visible = 0
        self._front = (2**63 - 1, -1, 0)

    def scan(self) -> bool:
        """Look at the next loaded runs. True when there are none left to look at."""
        if self._front is None:
            return True
        sql, parameters = self._filter.condition()
        cut = self._store.select(
            f"SELECT at, dry, seq FROM run WHERE {self._after()} {ORDER} LIMIT 1 OFFSET {SCAN_ROWS - 1}", self._key()
        )
        until = "" if not cut else " AND (at > ? OR at = ? AND (dry, seq) <= (?, ?))"
        found = self._store.select(
            f"SELECT row, at FROM run WHERE {self._after()}{until} AND {sql} {ORDER}",
            (*self._key(), *((cut[0][0], *cut[0]) if cut else ()), *parameters),
        )
        self._rows.extend(row for row, _ in found)
        self._ats.extend(at for _, at in found)
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
        first = bisect_left(self._ats, -newest, key=neg)
        last = bisect_right(self._ats, -oldest, key=neg)
        sql, parameters = self._filter.condition()
        front = ""
        if self._front is not None:
            front = " AND (at > ? OR at = ? AND (dry, seq) <= (?, ?))"
            parameters = (self._front[0], *self._front, *parameters)
        found = self._store.select(
            f"SELECT row, at FROM run WHERE at BETWEEN ? AND ?{front} AND {sql} {ORDER}", (oldest, newest, *parameters)
        )
        self._rows[first:last] = array("I", [row for row, _ in found])
        self._ats[first:last] = array("q", [at for _, at in found])
        self.limit(self._horizon)

    def limit(self, horizon: Horizon) -> None:
        """Show runs down to the horizon only."""
        self._horizon = horizon
        self._visible = bisect_left(self._ats, -horizon.at, key=neg)
        if horizon.at == OLDEST:
            self._visible = len(self._rows)
            return
        end = bisect_right(self._ats, -horizon.at, key=neg)
        while self._visible < end:
            place = self._store.place(self._rows[self._visible])
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

    def rows(self, first: int, last: int) -> list[StoredRun]:
        """The runs from index `first` to before `last`, read from the store."""
        return self._store.runs(self._rows[max(first, 0) : max(min(last, self._visible), 0)])

    def row(self, index: int) -> int | None:
        """The row number at an index."""
        return self._rows[index] if 0 <= index < self._visible else None

    def index(self, row: int) -> int | None:
        """Where a row is shown; None where it isn't."""
        place = self._store.place(row)
        if place is None:
            return None
        first = bisect_left(self._ats, -place[0], key=neg)
        last = min(bisect_right(self._ats, -place[0], key=neg), self._visible)
        return next((index for index in range(first, last) if self._rows[index] == row), None)

    def find(self, row: int, at: int) -> int:
        """Where a row is shown; where it isn't, the run nearest below `at`, else the last one."""
        index = self.index(row)
        return index if index is not None else max(min(bisect_left(self._ats, -at, key=neg), self._visible - 1), 0)

    def failure(self, index: int, step: int) -> int | None:
        """The index of the next failed run below (`step` 1) or above (-1) an index; None where there is none."""
        row = self.row(index)
        start = self._store.place(row) if row is not None else None
        if start is None:
            return None
        older = step > 0
        sql, parameters = self._filter.condition()
        key = "at < ? OR at = ? AND (dry, seq) > (?, ?)" if older else "at > ? OR at = ? AND (dry, seq) < (?, ?)"
        bound = f"at {'<=' if older else '>='} ?"
        order = ORDER if older else "ORDER BY at, dry DESC, seq DESC"
        found = self._store.select(
            f"SELECT row FROM run WHERE failed AND {bound} AND ({key}) AND {sql} {order} LIMIT 1",
            (start[0], start[0], *start, *parameters),
        )
        return self.index(found[0][0]) if found else None
