"""The runs of a story, computed from their place in time when they are asked for.

A history is a row of ticks, the starts of a timetable. Tick 0 is the newest when the demo begins, negative ticks are
older, positive ones come as time goes by. All that happens at a tick follows from a hash of the seed, the canary and
the tick's time: a page deep in a history costs as much as the first one, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from canaryscope.demo.story import DAY, Failure, Story, Timetable

__all__ = ["SCAN_LIMIT", "DryRun", "History", "Position", "Run", "as_uuid"]

SCAN_LIMIT = 1_000
"""Ticks looked at for one page. Where nearly every run has expired, a page is short or empty and has a token."""

_RETRY_PAUSE_MS = 800
_STAGGER_MS = 150


class Position(NamedTuple):
    """Where a page begins: a tick, and the place among that tick's runs (newest first, those to come included)."""

    tick: int
    place: int


class Run(NamedTuple):
    """One run. Times in milliseconds since the epoch; `digest` decides all that is left to chance."""

    started: int
    completed: int
    scheduled: int
    attempt: int
    browser: str | None
    location: str | None
    failure: Failure | None
    digest: bytes
    tick_digest: bytes


@dataclass(frozen=True, slots=True)
class DryRun:
    """One call of StartCanaryDryRun: its id, and when it started, in milliseconds since the epoch."""

    id: str
    tick: int
    started: int
    failure: Failure | None
    """Why it could not be created, if so; else None."""


def as_uuid(digest: bytes) -> str:
    """The digest's first 16 bytes in the form of a random UUID (RFC 9562, version 4)."""
    text = digest[:16].hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


class History:
    """The runs of one timetable of a story. `epoch` is the demo's start, in milliseconds since 1970."""

    def __init__(self, story: Story, timetable: Timetable, epoch: int, seed: int, *, dry: bool = False) -> None:
        self.story = story
        self.timetable = timetable
        self.dry = dry
        self._epoch = epoch
        kind = "dry" if dry else "run"
        self._key = blake2b(f"{seed}/{story.name}/{kind}".encode(), digest_size=16).digest()
        self._period = timetable.every * 1000
        self._base = self._first_base()
        self._combinations = [(b, place) for b in story.browsers or (None,) for place in story.locations or (None,)]

    def _first_base(self) -> int:
        """The time of tick 0."""
        timetable = self.timetable
        if timetable.aligned:
            return self._epoch - self._epoch % self._period
        if timetable.newest is not None:
            return self._epoch - timetable.newest * 1000
        # Not in the first seconds: whether a run is RUNNING when the demo begins is a story's business.
        quiet = min(40_000, self._period // 3)
        return self._epoch - quiet - int.from_bytes(self._key[:6]) % (self._period - quiet)

    def window(self, now: int) -> tuple[int, int]:
        """The oldest and the newest tick at this time (ms); the oldest is greater where there is none."""
        timetable, story = self.timetable, self.story
        newest = (now - self._base) // self._period
        if timetable.ends is not None:
            newest = min(newest, (self._epoch - timetable.ends * 1000 - self._base) // self._period)
        retention = max(story.success_days, story.failure_days) * DAY * 1000
        oldest = (now - retention - self._base) // self._period + 1
        begins = story.age if timetable.begins is None else min(timetable.begins, story.age)
        oldest = max(oldest, -((self._base - self._epoch + begins * 1000) // self._period))
        return oldest, newest

    def page(
        self,
        start: Position | None,
        limit: int,
        now: int,
        *,
        matches: Callable[[Run], bool] | None = None,
        only: int | None = None,
    ) -> tuple[list[Run], Position | None]:
        """At most `limit` runs from a position on (None: the newest), newest first, and where the next page begins.

        `only` limits the page to the runs of one tick.
        """
        oldest, newest = self.window(now)
        if only is not None:
            oldest, newest = max(oldest, only), min(newest, only)
        place = 0
        tick = newest
        if start is not None and start.tick <= newest:
            tick, place = start
        runs: list[Run] = []
        scanned = 0
        while tick >= oldest:
            for at, run in self.at(tick, now):
                if at < place or (matches is not None and not matches(run)):
                    continue
                if len(runs) == limit:
                    return runs, Position(tick, at)
                runs.append(run)
            tick, place, scanned = tick - 1, 0, scanned + 1
            if len(runs) == limit or scanned == SCAN_LIMIT:
                break
        return runs, Position(tick, 0) if tick >= oldest else None

    def at(self, tick: int, now: int) -> Iterator[tuple[int, Run]]:
        """The runs of one tick that have started and not expired, newest first, each with its place."""
        scheduled = self._base + tick * self._period
        runs = self._runs(scheduled)
        runs.sort(key=lambda run: run.started, reverse=True)
        age = (now - scheduled) / 1000
        for place, run in enumerate(runs):
            days = self.story.success_days if run.failure is None else self.story.failure_days
            if run.started <= now and age < days * DAY:
                yield place, run

    def between(self, first: int, last: int, now: int) -> Iterator[Run]:
        """The runs that started from `first` to `last` (ms) and have not expired, oldest first."""
        oldest, newest = self.window(now)
        # A run starts after its tick, a retry up to some runs later.
        latest = self.timetable.scatter * 1000 + 256 + len(self._combinations) * _STAGGER_MS
        latest += self.story.max_retries * (self._longest() + _RETRY_PAUSE_MS + 128)
        oldest = max(oldest, (first - latest - self._base) // self._period)
        newest = min(newest, (last - self._base) // self._period)
        for tick in range(oldest, newest + 1):
            runs = [run for _, run in self.at(tick, now) if first <= run.started <= last]
            yield from reversed(runs)

    def dry_runs(self, now: int) -> Iterator[DryRun]:
        """The dry runs started so far, newest first, those that could not be created included."""
        oldest, newest = self.window(now)
        for tick in range(newest, oldest - 1, -1):
            scheduled = self._base + tick * self._period
            digest = self._digest(scheduled)
            started = scheduled + self._delay(digest)
            if started <= now:
                failure = self._outcome(scheduled, *self._combinations[0], 0, digest)
                refused = failure if failure is not None and not failure.executes else None
                yield DryRun(as_uuid(digest), tick, started, refused)

    def _runs(self, scheduled: int) -> list[Run]:
        """All runs of the tick at this time, whether they have started or not."""
        tick_digest = self._digest(scheduled)
        first = scheduled + self._delay(tick_digest)
        runs: list[Run] = []
        for number, (browser, location) in enumerate(self._combinations):
            started = first + number * _STAGGER_MS
            for attempt in range(self.story.max_retries + 1):
                digest = self._digest(scheduled, number, attempt)
                started += digest[16] // 2
                failure = self._outcome(scheduled, browser, location, attempt, digest)
                if failure is not None and not failure.executes:
                    return []
                completed = started + self._duration(failure, digest)
                runs.append(Run(started, completed, first, attempt, browser, location, failure, digest, tick_digest))
                if failure is None or self.dry:
                    break
                started = completed + _RETRY_PAUSE_MS
        return runs

    def _outcome(
        self, scheduled: int, browser: str | None, location: str | None, attempt: int, digest: bytes
    ) -> Failure | None:
        age = (self._epoch - scheduled) / 1000
        for number, spell in enumerate(self.timetable.spells):
            if spell.covers(age, browser, location, attempt):
                draw = int.from_bytes(digest[32 + 2 * number : 34 + 2 * number]) / 65_536
                if draw < spell.share:
                    return spell.failure
        return None

    def _duration(self, failure: Failure | None, digest: bytes) -> int:
        """In milliseconds: most runs take about as long as the last one, a few half as long again."""
        chance = int.from_bytes(digest[18:20]) / 65_536
        if failure is not None and failure.took_ms is not None:
            return failure.took_ms + int(400 * chance)
        return int(self.timetable.took_ms * (0.85 + 0.15 * chance + 0.6 * chance**12))

    def _longest(self) -> int:
        """What no run takes longer than, in milliseconds."""
        failures = [spell.failure.took_ms or 0 for spell in self.timetable.spells]
        return max(2 * self.timetable.took_ms, *failures, 0) + 400

    def _delay(self, tick_digest: bytes) -> int:
        """How long after its tick a run starts, in milliseconds."""
        chance = int.from_bytes(tick_digest[16:20]) / 4_294_967_296
        return int(self.timetable.scatter * 1000 * chance) + tick_digest[20]

    def _digest(self, *numbers: int) -> bytes:
        return blake2b(repr(numbers).encode(), key=self._key).digest()
