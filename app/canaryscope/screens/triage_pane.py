"""How it stands with a canary: since when it fails, what came of its last runs, and whether that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from canaryscope.render.strip import outcome_cells
from canaryscope.render.times import Clock
from canaryscope.render.triage import headline, number_labels, streak_words
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import Canary, RunType
from canaryscope.runs.outcomes import Bucket
from canaryscope.runs.schedule import interval
from canaryscope.runs.scheduled import Outcome, ScheduledRun
from canaryscope.runs.triage import Streak, Triage
from canaryscope.screens.canary_facts import CanaryFacts
from canaryscope.screens.told import Told
from canaryscope.screens.watcher import Watcher
from canaryscope.source import Source
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.headline import Headline
from canaryscope_widgets.outcome_strip import OutcomeStrip
from canaryscope_widgets.still import Still

__all__ = ["TriagePane"]

DEFAULT_RETENTION = 31
"""Days, where the service does not say (CreateCanary in the API reference)."""
RETRIED_WITHIN = timedelta(minutes=2)
"""How soon a failed attempt is followed by the next one, where the canary has retries left."""
PAUSE = 0.25
"""Seconds between two looks at the whole, which take a frame each where hundreds of thousands of runs are loaded."""


class TriagePane(Still, Vertical):
    """Headline and OutcomeStrip of a RunBrowser; what GetCanary says of the canary; and the watch over its runs."""

    DEFAULT_CSS = "TriagePane { height: auto; }"

    class Chosen(FieldedMessage):
        """A cell was clicked: the person wants to go to this scheduled run (its index among the outcomes)."""

        scheduled: int

    class LookWanted(Message):
        """It is time to look for new runs."""

    class Paced(Message):
        """`watching` may be another: the watch looks more or less often, or sleeps."""

    class Learnt(FieldedMessage):
        """More is known of the canary: its schedule, timeout and retention."""

        canary: Canary

    class Changed(FieldedMessage):
        """The runs tell something else of a canary, or its times are shown in another way."""

        canary: str
        newest: ScheduledRun | None
        known: Mapping[str, Triage]
        """Of all canaries whose runs were shown."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._known: dict[str, Triage] = {}
        self._told: tuple[object, ...] = ()
        self.facts = CanaryFacts(self, source, self._learnt)
        self.watcher = Watcher(self, self._look)
        self.headline = Headline()
        self.strip = OutcomeStrip()
        self._browser: RunBrowser | None = None
        self._clock: Clock | None = None
        self._buckets: Sequence[Bucket] = ()
        self._cursor: int | None = None
        self._timer: Timer | None = None
        self._stale = False

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.headline
        yield self.strip

    def show(self, browser: RunBrowser, clock: Clock) -> None:
        """Other runs, or other times. While page after page comes, it is not shown anew with each of them."""
        another = browser is not self._browser
        self._browser, self._clock = browser, clock
        if self._timer is not None:
            if browser.hurrying and not another:
                self._stale = True
                return
            self._timer.stop()
            self._timer = None
        self._stale = False
        if browser.hurrying:
            self._timer = self.set_timer(PAUSE, self._rested)
        self._update()

    def opened(self, browser: RunBrowser, clock: Clock) -> None:
        """The runs of a canary are shown from now on; a watch goes on with them."""
        self._apply_retention(browser, clock)
        self.show(browser, clock)
        if self.watcher.on:
            self._watch()

    @property
    def canary(self) -> Canary | None:
        """What is known of the canary whose runs are shown."""
        return None if self._browser is None else self.facts.get(self._browser.canary)

    async def ask_canary(self, name: str | None) -> Canary:
        """What is known of a canary, of that on screen where there is no name; asked for, if need be.

        Raises SourceError.
        """
        return await self.facts.canary(name or ("" if self._browser is None else self._browser.canary))

    @property
    def scale(self) -> timedelta | None:
        """How long a full bar is: the canary's timeout where it is known, else the longest run loaded."""
        if self._browser is None:
            return None
        timeout = self.canary.timeout_seconds if self.canary is not None else None
        return timedelta(seconds=timeout) if timeout else self._browser.store.longest or None

    # Watching

    @property
    def watching(self) -> str:
        """What the query bar says of the watch; "" while there is none."""
        return self.watcher.words

    def toggle_watch(self) -> None:
        """Look for new runs every so often, or no more."""
        if self.watcher.on:
            self.watcher.stop()
        elif self._browser is not None:
            self._watch()

    def _look(self) -> None:
        self.post_message(self.LookWanted())

    def _watch(self) -> None:
        self.watcher.start(self._interval, self._streak)

    def terminal_focus(self, focused: bool) -> None:
        """Watch only while somebody may be there to see it."""
        self.watcher.focus(focused)
        self.post_message(self.Paced())

    def looked(self, error: SourceError | None) -> None:
        """The newest runs have come, or an error has: tell of another verdict."""
        self.post_message(self.Paced())
        self.facts.ask_again()
        if error is not None:
            self.watcher.failed(error)
            return
        change = self.watcher.looked(None if self._retry_to_come else self._streak)
        if change is not None and self._clock is not None:
            was = "passing" if change.failing else "failing"
            name = self._browser.canary if self._browser is not None else ""
            words = f"{name} was {was}, now: {streak_words(change.streak, self._clock.brief)}"
            self.post_message(Told(words, bell=True))

    @property
    def _retry_to_come(self) -> bool:
        """Whether the newest scheduled run has failed and will be tried again: then it is no verdict yet."""
        newest = self._browser.findings.newest() if self._browser is not None else None
        canary = self.facts.get(self._browser.canary) if self._browser is not None else None
        if newest is None or canary is None or self._clock is None or newest.outcome is not Outcome.FAILED:
            return False
        last, retries = newest.runs[0], canary.max_retries or 0
        ended = last.timeline.completed
        return ended is not None and (last.retry_attempt or 0) < retries and self._clock.now - ended < RETRIED_WITHIN

    @property
    def _streak(self) -> Streak | None:
        if self._browser is None or self._clock is None:
            return None
        return self._browser.triage(self._clock.now).streak

    @property
    def _interval(self) -> timedelta | None:
        canary = self.facts.get(self._browser.canary) if self._browser is not None else None
        return interval(canary.schedule, self._clock.now) if canary is not None and self._clock is not None else None

    def _learnt(self, canary: Canary) -> None:
        if self._browser is not None and self._clock is not None and canary.name == self._browser.canary:
            self._apply_retention(self._browser, self._clock)
            self.watcher.set_interval(self._interval)
            self.post_message(self.Paced())
            self.show(self._browser, self._clock)
        self.post_message(self.Learnt(canary))

    def _apply_retention(self, browser: RunBrowser, clock: Clock) -> None:
        """Where passed runs are deleted sooner than failed ones, nothing older than they are kept is a streak."""
        canary = self.facts.get(browser.canary)
        passed, failed = (canary.success_retention_days, canary.failure_retention_days) if canary else (None, None)
        if passed is not None and passed < (failed or DEFAULT_RETENTION):
            browser.failures_only_before = clock.now - timedelta(days=passed)

    # What is shown

    def _rested(self) -> None:
        self._timer = None
        if self._stale and self._browser is not None and self._clock is not None:
            self.show(self._browser, self._clock)

    def _update(self) -> None:
        browser, clock = self._browser, self._clock
        if browser is None or clock is None:
            return
        outcomes = browser.findings.outcomes
        self.display = RunType.CANARY_RUN in browser.filter.types or len(outcomes) > 0
        triage = browser.triage(clock.now)
        text = headline(triage, clock)
        self.headline.sentence, self.headline.more, self.headline.tone = text.sentence, text.more, text.tone
        self.strip.labels = number_labels(triage.numbers, clock) if triage.numbers is not None else ((), ())
        self._draw()
        self._tell(browser, triage, clock)

    def _tell(self, browser: RunBrowser, triage: Triage, clock: Clock) -> None:
        newest = browser.findings.newest()
        streak = triage.streak
        told = (
            browser.canary,
            clock.zone,
            newest,
            streak and (streak.outcome, streak.runs, streak.whole, streak.since),
        )
        if told != self._told:
            self._told = told
            self._known[browser.canary] = triage
            self.post_message(self.Changed(browser.canary, newest, dict(self._known)))

    def _draw(self) -> None:
        if self._browser is not None and self.strip.room:
            self._buckets = self._browser.findings.outcomes.buckets(self.strip.room)
            self.strip.outcomes = outcome_cells(self._buckets)
            self.mark(self._cursor)

    def mark(self, at: int | None) -> None:
        """Show in which cell the run with this `at` is; None: in none."""
        self._cursor = at
        found = self._bucket(at)
        self.strip.cursor = None if found is None else len(self._buckets) - 1 - found

    def _bucket(self, at: int | None) -> int | None:
        """The bucket, newest first, of the run with this `at`."""
        if at is None or self._browser is None or not self._buckets:
            return None
        scheduled = self._browser.findings.outcomes.below(at)
        return next((n for n, bucket in enumerate(self._buckets) if bucket.first <= scheduled < bucket.last), None)

    def beside(self, step: int) -> int | None:
        """The scheduled run to go to in the next cell to the left (-1, older) or right (1) of the marked one."""
        found = self._bucket(self._cursor)
        return self._choose(0 if found is None else found - step)

    def _choose(self, number: int) -> int | None:
        """Mark a cell, and tell the newest of the worst of its scheduled runs."""
        if self._browser is None or not 0 <= number < len(self._buckets):
            return None
        bucket, outcomes = self._buckets[number], self._browser.findings.outcomes
        scheduled = outcomes.codes.find(bucket.worst, bucket.first, bucket.last)
        self.mark(outcomes.at(scheduled))
        return scheduled

    def on_outcome_strip_room_changed(self, event: OutcomeStrip.RoomChanged) -> None:
        """More or fewer cells."""
        event.stop()
        self._draw()

    def on_outcome_strip_cell_chosen(self, event: OutcomeStrip.CellChosen) -> None:
        """Clicked."""
        event.stop()
        scheduled = self._choose(len(self._buckets) - 1 - event.index)
        if scheduled is not None:
            self.post_message(self.Chosen(scheduled))
