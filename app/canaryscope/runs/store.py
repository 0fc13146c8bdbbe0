"""RunStore: the one place where the runs of a canary live.

A private temporary SQLite database, not Python objects: 655,200 runs must browse in the memory of 100. SQLite keeps
a few MB of it in memory and the rest in a file that vanishes with the connection.

Every row has an order key `(at, dry, seq)`: `at` is Started in microseconds since the epoch, newest first; `dry` puts
canary runs before dry runs of the same microsecond; `seq` is the server's own order. A run without Started takes the
`at` of the run before it in the server's order, so it stays where the server put it.

Runs of one ScheduledRunId are folded: the oldest of them is their head, and knows how many there are (`members`), how
many of them failed (`failures`) and what they came to (`outcome`); the others name it (`head`). A run on its own is its
own head. Triggers count outcomes by day, and durations, so that no figure has to look at every run.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from canaryscope.runs.causes import Cause, Family, cause_of
from canaryscope.runs.folding import Folding
from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType
from canaryscope.runs.packing import microseconds, moment, pack_id, tenths, unpack_id
from canaryscope.runs.scheduled import outcome
from canaryscope.runs.store_schema import COLUMNS, INSERT, SCHEMA, UPDATE

__all__ = ["Added", "RunStore", "StoredRun", "last_place"]

NEWEST = 2**62
"""The `at` of runs without Started that the server lists before any run with one."""
MAX_BASES = 4_096
"""How many different beginnings of artifact locations are kept once; real canaries have one."""

MEMBERS = ("retry_attempt", "browser_type", "location")
"""The members of a run that tell apart what runs of one schedule there are."""
MAX_CAUSES = 4_096
"""How many different causes are told apart; what comes after them counts as one more."""
OTHER = Cause("Other causes", Family.UNKNOWN)


class StoredRun(NamedTuple):
    """A run and its row number in the store, which stays the same for as long as the store lives."""

    row: int
    run: CanaryRun


class Added(NamedTuple):
    """What a page did to the store. Times are `at` values: microseconds since the epoch."""

    new: int
    newest: int
    oldest: int
    """The range of `at` that the page touched, old places of moved rows included; newest < oldest: an empty page."""
    changed: tuple[int, int]
    """Newest and oldest `at` of all runs that changed: those of the same schedules, in other pages, too."""
    known: tuple[int, ...]
    """The `at` of the runs that had been there before."""
    last: int | None
    """The `at` of the page's last run, from which a run without Started at the top of the next page takes its own."""


class _Known(NamedTuple):
    """A run that is here already: what it is ordered by, and its Started in microseconds."""

    row: int
    at: int
    seq: int
    started: int | None


class _Page(NamedTuple):
    """What came of a page: the `at` of runs that were known, and what is written anew or again, by row."""

    known: list[int]
    new: dict[int, CanaryRun]
    updated: dict[int, CanaryRun]


class RunStore:
    """The runs of one canary, both run types.

    Not thread-safe: use it from one thread. Raises sqlite3.Error where the temporary folder is full.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)
        # Python 3.13 warns of a connection that is dropped without having been closed.
        self._close = weakref.finalize(self, self._db.close)
        self._close.atexit = False
        self._bases: dict[str, int] = {}
        self._base_texts: list[str] = []
        self._totals = dict.fromkeys(RunType, 0)
        self._any_unstarted = False
        self.longest = timedelta(0)
        """The longest run that was ever added."""
        self.members = frozenset[str]()
        """Those of MEMBERS in which runs ever added differ."""
        self._firsts: dict[str, object] = {}
        self.folding = Folding(self._db, self._runs)
        """Keeps the runs of each schedule together."""
        self.causes: list[Cause] = []
        """The causes of failed runs by their number."""
        self._cause_numbers: dict[Cause, int] = {}

    def close(self) -> None:
        """Drop everything."""
        self._close()

    def add(
        self,
        runs: Sequence[CanaryRun],
        run_type: RunType,
        causes: Sequence[Cause | None] = (),
        *,
        seq: int,
        after: int | None = None,
        place: int = 0,
        reorder: bool = False,
    ) -> Added:
        """Take in one page, in the server's order.

        `causes` are those of the runs; without them they are found here. `seq` orders the page's first run, `after` is
        the `at` of the run before the page, and `place` how many runs the server listed before it. A run that is here
        already is brought up to date and keeps its order unless `reorder` is set or it got another Started.
        """
        places = _places(runs, after)
        identities = [_identity(run, run_type, place + offset) for offset, run in enumerate(runs)]
        why = causes or [cause_of(run.status) for run in runs]
        self._db.execute("BEGIN")
        page = self._write(list(zip(runs, identities, places, why, strict=True)), run_type, seq, reorder=reorder)
        touched = [*places, *page.known]
        changed = [*touched, *self.folding.fold(page.new, page.updated, touched)]
        self._db.execute("COMMIT")
        self._totals[run_type] += len(runs) - len(page.known)
        self._note(runs)
        return Added(
            new=len(runs) - len(page.known),
            newest=max(touched, default=-1),
            oldest=min(touched, default=0),
            changed=(max(changed, default=-1), min(changed, default=0)),
            known=tuple(page.known),
            last=places[-1] if places else after,
        )

    def _write(
        self, runs: Sequence[tuple[CanaryRun, int, int, Cause | None]], run_type: RunType, seq: int, *, reorder: bool
    ) -> _Page:
        """Write runs, each with its identity, its `at` and its cause."""
        page = _Page([], {}, {})
        dry = int(run_type is RunType.DRY_RUN)
        known = self._known([identity for _, identity, _, _ in runs])
        for number, (run, identity, at, cause) in enumerate(runs, start=seq):
            started = microseconds(run.timeline.started)
            values = self._values(run, started, cause)
            old = known.get(identity) or self._known_without_started(run, run_type)
            if old is None:
                came = None if dry else int(outcome(run.status, run.retry_attempt))
                inserted = self._db.execute(INSERT, (identity, at, dry, number, *values, values[0], came))
                row, order = inserted.lastrowid or 0, (at, number)
                page.new[row] = run
            else:
                page.known.append(old.at)
                row, order = old.row, (at, number) if reorder or old.started != started else (old.at, old.seq)
                self._db.execute(UPDATE, (identity, order[0], dry, order[1], *values, row))
                page.updated[row] = run
            known[identity] = _Known(row, *order, started)
            self._any_unstarted = self._any_unstarted or started is None
        return page

    def _note(self, runs: Sequence[CanaryRun]) -> None:
        """Keep what is known of all runs together."""
        if not runs:
            return
        self.longest = max((self.longest, *(run.length or timedelta(0) for run in runs)))
        for member in MEMBERS:
            values = {getattr(run, member) for run in runs} | {self._firsts.get(member, getattr(runs[0], member))}
            self._firsts.setdefault(member, getattr(runs[0], member))
            if len(values) > 1:
                self.members |= {member}

    def total(self, run_type: RunType) -> int:
        """How many runs of a type are here."""
        return self._totals[run_type]

    def select(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query over the table `run` (see SCHEMA). For the views and the statistics over the store."""
        return self._db.execute(sql, tuple(parameters)).fetchall()

    def runs(self, rows: Sequence[int]) -> list[StoredRun]:
        """The runs with these row numbers, in this order; unknown numbers are left out."""
        found = self._runs(rows)
        return [StoredRun(row, found[row]) for row in rows if row in found]

    def _runs(self, rows: Sequence[int]) -> dict[int, CanaryRun]:
        """The runs with these row numbers."""
        marks = ", ".join("?" * len(rows))
        found = self.select(f"SELECT row, {COLUMNS} FROM run WHERE row IN ({marks})", rows)
        return {values[0]: self._run(values).run for values in found}

    def schedules(self, heads: Sequence[int]) -> dict[int, list[StoredRun]]:
        """The runs of the schedules with these heads, newest first, by head; heads of one run alone are left out."""
        marks = ", ".join("?" * len(heads))
        found: dict[int, list[StoredRun]] = defaultdict(list)
        sql = f"SELECT head, row, {COLUMNS} FROM run WHERE head IN ({marks}) ORDER BY at DESC, dry, seq"
        for head, *values in self.select(sql, heads):
            found[head].append(self._run(tuple(values)))
        for each in self.runs(list(found)):
            found[each.row].append(each)
        return found

    def head(self, row: int) -> int:
        """The head of the schedule that a row belongs to; the row itself where there is none."""
        found = self.select("SELECT head FROM run WHERE row = ?", (row,))
        return row if not found or found[0][0] is None else int(found[0][0])

    def place(self, row: int) -> tuple[int, int, int] | None:
        """The order key (at, dry, seq) of a row."""
        found = self.select("SELECT at, dry, seq FROM run WHERE row = ?", (row,))
        return found[0] if found else None

    def _known(self, identities: Sequence[int]) -> dict[int, _Known]:
        """The runs that are here, by identity."""
        marks = ", ".join("?" * len(identities))
        sql = f"SELECT identity, row, at, seq, started FROM run WHERE identity IN ({marks})"
        return {identity: _Known(*rest) for identity, *rest in self._db.execute(sql, identities)}

    def _known_without_started(self, run: CanaryRun, run_type: RunType) -> _Known | None:
        """A run may have come without Started before it really began."""
        if not self._any_unstarted or run.id is None or run.timeline.started is None:
            return None
        identity = _identity(run._replace(timeline=run.timeline._replace(started=None)), run_type, 0)
        return self._known([identity]).get(identity)

    def _values(self, run: CanaryRun, started: int | None, cause: Cause | None) -> tuple[Any, ...]:
        """What is written of a run behind its identity and order."""
        base, rest = self._split_artifact(run.artifact_s3_location)
        length = run.length
        return (
            int(run.failed),
            None if cause is None else self._cause_number(cause),
            tenths(length),
            pack_id(run.id),
            run.name,
            pack_id(run.scheduled_run_id),
            run.retry_attempt,
            run.status.state,
            run.status.state_reason,
            run.status.state_reason_code,
            run.status.test_result,
            started,
            microseconds(run.timeline.completed),
            microseconds(run.timeline.metric_timestamp),
            base,
            rest,
            pack_id(run.dry_run_id),
            run.browser_type,
            run.location,
        )

    def _cause_number(self, cause: Cause) -> int:
        """The number of a cause."""
        if cause not in self._cause_numbers:
            cause = cause if len(self.causes) < MAX_CAUSES else OTHER
        if cause not in self._cause_numbers:
            self._cause_numbers[cause] = len(self.causes)
            self.causes.append(cause)
        return self._cause_numbers[cause]

    def _split_artifact(self, location: str | None) -> tuple[int | None, str | None]:
        """Artifact locations of a canary differ in their last five parts (YYYY/MM/DD/HH/MM-SS-mmm) only."""
        if location is None or location.count("/") < 5:
            return None, location
        base = location.rsplit("/", 5)[0]
        number = self._bases.get(base)
        if number is None:
            if len(self._bases) >= MAX_BASES:
                return None, location
            number = self._bases[base] = len(self._base_texts)
            self._base_texts.append(base)
        return number, location[len(base) :]

    def _run(self, values: tuple[Any, ...]) -> StoredRun:
        """A row as it was sent."""
        row, dry = values[0], values[3]
        (run_id, name, scheduled, retry, state, reason, code, result) = values[8:16]
        (started, completed, metric, base, rest, dry_run_id, browser, location) = values[16:]
        artifact = rest if base is None else self._base_texts[base] + rest
        run = CanaryRun(
            run_type=RunType.DRY_RUN if dry else RunType.CANARY_RUN,
            id=unpack_id(run_id),
            name=name,
            scheduled_run_id=unpack_id(scheduled),
            retry_attempt=retry,
            status=RunStatus(state, reason, code, result),
            timeline=RunTimeline(moment(started), moment(completed), moment(metric)),
            artifact_s3_location=artifact,
            dry_run_id=unpack_id(dry_run_id),
            browser_type=browser,
            location=location,
        )
        return StoredRun(row, run)


def _identity(run: CanaryRun, run_type: RunType, place: int) -> int:
    """What makes a run this run: (Id, RetryAttempt, BrowserType, Location, Started) and the run type.

    Where neither Id nor Started was sent, all that tells runs apart is the place in the server's list.
    """
    started = microseconds(run.timeline.started)
    nameless = place if run.id is None and started is None else None
    return hash((run_type, run.id, run.retry_attempt, run.browser_type, run.location, started, nameless))


def last_place(runs: Sequence[CanaryRun], after: int | None) -> int | None:
    """The `at` of the last run of a page, or that of the run before it where it has none."""
    if runs and (last := microseconds(runs[-1].timeline.started)) is not None:
        return last
    return _places(runs, after)[-1] if runs else after


def _places(runs: Sequence[CanaryRun], after: int | None) -> list[int]:
    """The `at` of each run of a page: its Started, or that of the run before it."""
    started = [microseconds(run.timeline.started) for run in runs]
    at = after if after is not None else next((value for value in started if value is not None), NEWEST)
    places: list[int] = []
    for value in started:
        at = at if value is None else value
        places.append(at)
    return places
