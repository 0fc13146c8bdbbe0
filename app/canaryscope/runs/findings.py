"""Findings: the triage of what is loaded of a canary: its streak, its numbers, its causes.

A streak is claimed only as far as it has been seen: nothing is missing above `Known.floor`, and a scheduled run at that
floor, of which a browser or location may still come, cannot be the last good one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from canaryscope.runs.filter import RunFilter
from canaryscope.runs.folding import HOUR
from canaryscope.runs.outcomes import Outcomes
from canaryscope.runs.packing import microseconds, moment
from canaryscope.runs.scheduled import Outcome, ScheduledRun, scheduled_run
from canaryscope.runs.store import NEWEST, RunStore
from canaryscope.runs.triage import LAST, CauseCount, Numbers, Streak, Triage

__all__ = ["Findings", "Known", "Span"]

DAY = 86_400_000_000
"""In microseconds, as the table `outcomes` counts."""
MOSTLY = 0.9
"""The share of a streak's failures that are in one browser or location, at least, for that to be told."""
LOOKED_AT = 1_000
"""So many runs of a streak, the newest, tell its causes."""
DECIDED = re.compile(rb"[^\x01]")
ENDS = {
    Outcome.FAILED: re.compile(rb"[\x00\x02\x03]"),
    Outcome.UNSAVED: re.compile(rb"[\x00\x02\x04]"),
    Outcome.PASSED: re.compile(rb"\x04"),
}
"""What ends a streak, as patterns over the bytes of Outcomes.codes."""


class Known(NamedTuple):
    """How far down the canary runs that are loaded can be relied upon."""

    floor: int
    """The `at` above which no run is missing."""
    ended: bool
    """Whether the oldest run of all is loaded."""
    failures_only_before: datetime | None = None
    """Before this the service may have deleted passed runs and kept failed ones."""

    def settles(self, before: int | None) -> bool:
        """Whether no page can tell more about where the current streak began; `before` is that of its Span."""
        cut = microseconds(self.failures_only_before)
        return before is not None or self.ended or (cut is not None and self.floor < cut)


class Span(NamedTuple):
    """The current streak among the scheduled runs, newest first."""

    outcome: Outcome
    newest: int
    """The index of the newest scheduled run that is decided."""
    oldest: int
    """The index of the streak's oldest one."""
    runs: int
    """How many of them are decided."""
    before: int | None
    """The index of the scheduled run that it followed upon; None: it has not been seen."""


class Findings:
    """Looks through a store's canary runs. Not thread-safe, as the store."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self.outcomes = Outcomes(store)

    def absorb(self, newest: int, oldest: int) -> None:
        """The store has changed between these two `at`."""
        self.outcomes.absorb(newest, oldest)

    def newest(self) -> ScheduledRun | None:
        """The newest scheduled run, decided or not."""
        if not len(self.outcomes):
            return None
        row = self.outcomes.row(0)
        found = self._store.schedules([row]).get(row) or self._store.runs([row])
        return scheduled_run([each.run for each in found])

    def span(self, known: Known) -> Span | None:
        """The current streak; None where no run is decided."""
        end = self._end(known)
        codes = self.outcomes.codes
        first = DECIDED.search(codes, 0, end)
        if first is None:
            return None
        newest = first.start()
        outcome = Outcome(codes[newest])
        outcome = Outcome.PASSED if outcome is Outcome.RETRIED else outcome
        found = ENDS[outcome].search(codes, newest, end)
        past = end if found is None else found.start()
        undecided = codes.count(Outcome.UNDECIDED, newest, past)
        oldest = max(index for index in range(max(newest, past - undecided - 1), past) if codes[index] != 1)
        before = None if found is None or self._may_turn(found.start(), known) else found.start()
        return Span(outcome, newest, oldest, past - newest - undecided, before)

    def _end(self, known: Known) -> int:
        """How many scheduled runs, from the newest on, can be relied upon: they keep their place and what they came to.

        Not so one at the floor that has no first attempt yet: that comes with older runs, and takes it down there. Nor
        one that has not failed and misses a browser or location, in which it may have failed.
        """
        cut = microseconds(known.failures_only_before)
        end = self.outcomes.below((known.floor if cut is None else max(known.floor, cut)) - 1)
        if known.ended or not end:
            return end
        sql = "SELECT max(at) FROM run WHERE at BETWEEN ? AND ? AND outcome IS NOT NULL AND retry_attempt > 0"
        retried = self._store.select(sql, (known.floor, known.floor + HOUR))[0][0]
        end = end if retried is None else min(end, self.outcomes.below(retried))
        if end and self.outcomes.codes[end - 1] != Outcome.FAILED and self._at_floor(end - 1, known):
            return end - 1 if self._legs(end - 1) < self._store.folding.legs else end
        return end

    def _at_floor(self, index: int, known: Known) -> bool:
        """Whether runs of the schedule may be missing below the floor: its browsers and locations start together."""
        interval = self.outcomes.interval()
        near = (HOUR if interval is None else interval) // 2
        return not known.ended and self.outcomes.at(index) - known.floor <= near

    def _legs(self, index: int) -> int:
        """In how many browsers and locations a scheduled run has been seen."""
        if self._store.folding.legs == 1:
            return 1
        row = self.outcomes.row(index)
        legs = "SELECT DISTINCT browser_type, location FROM run WHERE row = ? OR head = ?"
        return len(self._store.select(legs, (row, row)))

    def _may_turn(self, index: int, known: Known) -> bool:
        """Whether a run of the schedule may yet come that changes its outcome: in another browser or location."""
        if not self._at_floor(index, known):
            return False
        sql = "SELECT scheduled_run_id IS NOT NULL AND coalesce(browser_type, location) IS NOT NULL FROM run"
        return bool(self._store.select(f"{sql} WHERE row = ?", (self.outcomes.row(index),))[0][0])

    def triage(self, known: Known, now: datetime) -> Triage:
        """All there is to say."""
        span = self.span(known)
        if span is None:
            return Triage(failures_only_before=known.failures_only_before)
        end = self._end(known)
        decided = bytes(self.outcomes.codes[: min(end, 4 * LAST)]).translate(None, b"\x01")[:LAST]
        failing = [code == Outcome.FAILED for code in decided]
        return Triage(
            streak=self._streak(span, now),
            changes=sum(one != other for one, other in pairwise(failing)),
            of=len(failing),
            numbers=self.numbers(known),
            failures_only_before=known.failures_only_before,
        )

    def _streak(self, span: Span, now: datetime) -> Streak:
        since, newest = self._when(span.oldest), self._when(span.newest)
        interval, lasted = self.outcomes.interval(), None
        if since is not None and newest is not None and interval is not None:
            lasted = newest - since + min(timedelta(microseconds=interval), max(now - newest, timedelta(0)))
        causes, only, share = self._why(span) if span.outcome is Outcome.FAILED else ([], "", 1.0)
        return Streak(
            outcome=span.outcome,
            runs=span.runs,
            since=since,
            lasted=lasted,
            whole=span.before is not None,
            before=None if span.before is None else self._when(span.before),
            causes=len(set(causes)),
            cause=self._store.causes[causes[0]] if causes else None,
            only=only,
            mostly=share < 1,
        )

    def _why(self, span: Span) -> tuple[list[int], str, float]:
        """The causes of a streak's newest failures, newest first; the browser or location they are in, and how many."""
        found = self._store.select(
            "SELECT cause, failed AND NOT (state IS 'FAILED' AND test_result IS 'PASSED'), browser_type, location"
            " FROM run WHERE at >= ? AND NOT dry ORDER BY at DESC, seq LIMIT ?",
            (self.outcomes.at(span.oldest), LOOKED_AT),
        )
        failed = [row for row in found if row[1]]
        for part in (2, 3):
            for name, count in Counter(row[part] for row in failed).most_common(1):
                if name and count >= MOSTLY * len(failed) and any(row[part] != name and not row[1] for row in found):
                    return [row[0] for row in failed], name, count / len(failed)
        return [row[0] for row in failed], "", 1.0

    def _when(self, index: int) -> datetime | None:
        """When a scheduled run started; None where none of those before it in the list says so."""
        at = self.outcomes.at(index)
        return moment(at) if at < NEWEST else None

    def numbers(self, known: Known) -> Numbers | None:
        """Counts over the loaded range, which begins with a whole UTC day where passed runs may have been deleted."""
        cut = microseconds(known.failures_only_before)
        first = -(2**63) if cut is None else -(-cut // DAY)
        counted: dict[int, int] = dict(
            self._store.select("SELECT outcome, sum(runs) FROM outcomes WHERE day >= ? GROUP BY outcome", (first,))
        )
        if not any(runs for outcome, runs in counted.items() if outcome != Outcome.UNDECIDED):
            return None
        oldest, newest = len(self.outcomes) - 1, 0
        if cut is not None and self.outcomes.at(oldest) < first * DAY:
            since = moment(first * DAY)
        else:
            since = self._when(oldest)
        p50, p95 = self._percentiles(50, 95)
        return Numbers(
            passed=counted.get(Outcome.PASSED, 0),
            retried=counted.get(Outcome.RETRIED, 0),
            unsaved=counted.get(Outcome.UNSAVED, 0),
            failed=counted.get(Outcome.FAILED, 0),
            since=since,
            until=self._when(newest),
            p50=p50,
            p95=p95,
        )

    def _percentiles(self, *percents: int) -> list[timedelta | None]:
        """Of the durations of completed canary runs, by nearest rank."""
        counted = self._store.select("SELECT length, runs FROM lengths WHERE runs AND length >= 0 ORDER BY length")
        upto = list(accumulate(runs for _, runs in counted))
        ranks = [-(-upto[-1] * percent // 100) for percent in percents if upto]
        found = [counted[bisect_left(upto, rank)][0] for rank in ranks]
        return [timedelta(milliseconds=100 * length) for length in found] or [None for _ in percents]

    def causes(self, run_filter: RunFilter) -> Sequence[CauseCount]:
        """The causes of the failed runs that the question is about, most frequent first."""
        population, parameters = run_filter.population()
        found: dict[int, CauseCount] = {}
        sql = (
            "SELECT cause, browser_type, location, count(*), min(at), max(at) FROM run"
            f" WHERE cause IS NOT NULL AND {population} GROUP BY cause, browser_type, location"
        )
        if run_filter.dry_run_id is None:
            same = "cause = c.cause AND dry = c.dry AND browser_type IS nullif(c.browser_type, '')"
            at = f"FROM run WHERE {same} AND location IS nullif(c.location, '')"
            sql = (
                "SELECT cause, nullif(browser_type, ''), nullif(location, ''), runs,"
                f" (SELECT min(at) {at}), (SELECT max(at) {at}) FROM causes c WHERE runs AND {population}"
            )
        for number, browser, location, runs, first, last in self._store.select(sql, parameters):
            one = CauseCount(
                id=number,
                cause=self._store.causes[number],
                runs=runs,
                first=moment(first) if first is not None and first < NEWEST else None,
                last=moment(last) if last is not None and last < NEWEST else None,
                browsers=(browser,) if browser else (),
                locations=(location,) if location else (),
            )
            found[number] = one if number not in found else _together(found[number], one)
        return sorted(found.values(), key=lambda one: (-one.runs, one.cause.text))


def _together(one: CauseCount, other: CauseCount) -> CauseCount:
    """The counts of one cause in two browsers or locations."""
    return CauseCount(
        id=one.id,
        cause=one.cause,
        runs=one.runs + other.runs,
        first=min(filter(None, (one.first, other.first)), default=None),
        last=max(filter(None, (one.last, other.last)), default=None),
        browsers=tuple(sorted({*one.browsers, *other.browsers})),
        locations=tuple(sorted({*one.locations, *other.locations})),
    )
