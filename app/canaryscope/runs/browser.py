"""RunBrowser: one canary's runs as a person browses them. Headless: it decides which calls to make, and makes none.

The owner tells it what the person does (`viewed`, `toggle`, `search_dry_run`, `to_the_end`, `seek_failure`...), makes
the calls that `requests` names, and hands the answers to `accept` or `fail`. Thrift on the wire is decided here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from canaryscope.runs import dry_run_id
from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.feed import FeedState, PageRequest
from canaryscope.runs.feeds import Feeds
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.findings import Findings, Known
from canaryscope.runs.last_good import LastGood, last_good
from canaryscope.runs.model import CanaryRun, Page, RunQuery, RunType
from canaryscope.runs.progress import Phase, Progress
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.store import RunStore, StoredRun
from canaryscope.runs.triage import CauseCount, Triage
from canaryscope.runs.view import RunView

__all__ = ["RunBrowser"]

AHEAD = 2
"""Screens that must remain below what is seen, once the person has moved."""
UNASKED = 4
"""Pages of canary runs, the first one among them, that are fetched unasked to find a failing canary's last good run."""


class RunBrowser:
    """What is loaded of one canary, what of it is shown, and what has to be fetched next."""

    def __init__(self, canary: str, types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})) -> None:
        self.canary = canary
        self.store = RunStore()
        self.view = RunView(self.store)
        self.dry_run_text = ""
        """The DryRunId search as typed (normalised); empty when none is on."""
        self.findings = Findings(self.store)
        self.failures_only_before: datetime | None = None
        """See `Known.failures_only_before`; the owner sets it once the canary's retention is known."""
        self._feeds = Feeds(canary, self.store)
        self._types_before_search = types
        self._dry_run_submitted = False
        self._bottom = 0
        self._height = 0
        self._moved = False
        self._to_the_end = False
        self._seeking: int | None = None
        self.seeking_streak = False
        """Whether `seek_streak` has not found the streak's start yet."""
        self._stopped = False
        self._was_last = False
        self._filter = RunFilter(types)
        self._show(self._filter)

    def close(self) -> None:
        """Drop the runs; answers that arrive later are dropped too."""
        self._feeds.abandon()
        self.store.close()

    # What the person sees

    @property
    def filter(self) -> RunFilter:
        """The filter that is on."""
        return self._filter

    @property
    def progress(self) -> Progress:
        """The figures for the status bar."""
        feeds = self._feeds
        if self.view.scanning or feeds.loading:
            phase = Phase.LOADING
        elif feeds.error is not None:
            phase = Phase.FAILED
        elif feeds.refreshing:
            phase = Phase.GAP
        else:
            phase = Phase.END if feeds.ended else Phase.MORE
        matched = self.view.matched if self._filter.narrows else None
        return Progress(self.view.population(), matched, phase, feeds.error if phase is Phase.FAILED else None)

    @property
    def hurrying(self) -> bool:
        """Whether page after page is being fetched: there is something for Esc to stop."""
        busy = self.view.scanning or self._feeds.loading
        wanted = self._to_the_end or self.seeking or self._too_little() or self._last_good_wanted()
        return busy and (wanted or self._feeds.refreshing)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest run that is shown started, if the server said so."""
        last = self.view.rows(len(self.view) - 1, len(self.view))
        return last[0].stored.run.timeline.started if last else None

    def triage(self, now: datetime) -> Triage:
        """Since when it fails or passes, and how often, as far as the loaded canary runs tell."""
        return self.findings.triage(self._known, now)

    def causes(self) -> Sequence[CauseCount]:
        """The causes of the failed runs that are loaded, of the run types that are on."""
        return self.findings.causes(self._filter)

    def last_good_before(self, stored: StoredRun) -> LastGood:
        """The last good run before a run, as far as the loaded pages tell."""
        feed = self._feeds.behind(stored.run.run_type)
        ended = feed.ended and not feed.refreshing
        return last_good(self.store, self.findings.outcomes, stored, floor=feed.unbroken, ended=ended)

    @property
    def _known(self) -> Known:
        """How far down the canary runs can be relied upon."""
        feed = self._feeds.canary_runs
        return Known(feed.unbroken, feed.ended and not feed.refreshing, self.failures_only_before)

    def question(self, run_type: RunType | None) -> RunQuery:
        """What the server is asked for runs of a type; None: of the first that is shown."""
        active = self._feeds.active
        return next((feed.query for feed in active if feed.query.run_type is run_type), active[0].query)

    def anchor(self, index: int) -> tuple[int, int] | None:
        """What finds the run at an index again after the view has changed: see RunView.find."""
        line = self.view.line(index)
        place = None if line is None else self.store.place(self.store.head(abs(line)))
        return None if line is None or place is None else (line, place[0])

    # What the person does

    def viewed(self, bottom: int, height: int, *, moved: bool, at_last: bool = False) -> None:
        """The rows down to before index `bottom` are on screen, of `height` lines.

        `moved`: the person has moved. `at_last`: the cursor is on the last row; after `stop`, to move on from there is
        to ask for more.
        """
        self._bottom, self._height = bottom, height
        self._moved = self._moved or moved
        if moved:
            self._seeking, self.seeking_streak = None, False
            self._stopped = self._stopped and not (at_last and self._was_last)
        self._was_last = at_last

    def toggle(self, run_type: RunType) -> bool:
        """Switch a run type on or off. False, and nothing happens, where both would be off."""
        types = self._filter.types ^ {run_type}
        if not types:
            return False
        if self.dry_run_text and RunType.DRY_RUN not in types:
            self._end_search()
        self._show(self._filter._replace(types=types))
        return True

    def search_dry_run(self, text: str, *, submitted: bool = False, beside: frozenset[RunType] = frozenset()) -> None:
        """Search by DryRunId: a part of one filters the dry runs loaded, a whole one asks the server. Empty: no search.

        A search for a part goes on through further pages only when it has been `submitted`. It shows dry runs only,
        and what is `beside` them.
        Raises ValueError, with the reason, for a text that cannot be part of a DryRunId.
        """
        text = dry_run_id.normalise(text)
        if (reason := dry_run_id.refusal(text)) is not None:
            raise ValueError(reason)
        if not text:
            types = self._types_before_search if self.dry_run_text else self._filter.types
            self._end_search()
            self._show(self._filter._replace(types=types))
            return
        types = self._filter.types
        if not self.dry_run_text:
            self._types_before_search = types
            types = beside | {RunType.DRY_RUN}
        whole = dry_run_id.is_whole(text)
        self.dry_run_text, self._dry_run_submitted = text, submitted
        self._show(
            self._filter._replace(
                types=types,
                dry_run_id=text if whole else None,
                dry_run_part="" if whole else text,
            )
        )

    def _end_search(self) -> None:
        self.dry_run_text, self._dry_run_submitted = "", False
        self._filter = self._filter._replace(dry_run_id=None, dry_run_part="")

    def narrow(self, *, failures_only: bool | None = None, text: str | None = None) -> None:
        """Switch `failures only`, set the text filter; None leaves it as it is."""
        self._show(
            self._filter._replace(
                failures_only=self._filter.failures_only if failures_only is None else failures_only,
                text=self._filter.text if text is None else text,
            )
        )

    def narrow_to_cause(self, cause: int | None) -> None:
        """Show the failed runs with a cause only; None: whatever the cause."""
        self._show(self._filter._replace(cause=cause))

    @property
    def cause(self) -> str:
        """The cause that is filtered for, as a line; "" where none is."""
        return "" if self._filter.cause is None else self.store.causes[self._filter.cause].text

    def to_the_end(self) -> None:
        """Load on until the end of the history, or until `stop`; not where a call has failed and waits for a retry."""
        self._to_the_end = self._feeds.error is None
        self._stopped = False

    def seek_failure(self, index: int, step: int) -> int | None:
        """The next failed run below (`step` 1) or above (-1) an index.

        None: there is none loaded. Below, further pages are then fetched until `found` has one, or `stop`.
        """
        found = self.view.failure(index, step)
        self._seeking = index if found is None and step > 0 else None
        self._stopped = False
        return found

    def found(self) -> int | None:
        """The run that `seek_failure` was looking for, once it has come; after that the search is over."""
        if self._seeking is None:
            return None
        found = self.view.failure(self._seeking, 1)
        if found is not None or self._feeds.ended:
            self._seeking = None
        return found

    def seek_streak(self) -> int | None:
        """The line where the current streak begins. None: pages are fetched until `streak_start` knows, or `stop`."""
        self.seeking_streak, self._stopped = True, False
        return self.streak_start()

    def streak_start(self) -> int | None:
        """The line that `seek_streak` is looking for, once it can be told; after that the search is over.

        Where the search ends without it (the history, or the range where passed runs are kept, ends before), this is
        the oldest run of the streak that is known.
        """
        span = self.findings.span(known := self._known) if self.seeking_streak else None
        if span is None:
            self.seeking_streak = self.seeking_streak and not known.ended
            return None
        at = self.findings.outcomes.at(span.oldest)
        if not known.settles(span.before) or (self._feeds.horizon.at > at and not self._feeds.ended):
            return None
        self.seeking_streak = False
        return self.line_of(span.oldest)

    def line_of(self, scheduled: int) -> int:
        """The index of the line of a scheduled run (its index among `findings.outcomes`), or the nearest one below."""
        return self.view.find(self.findings.outcomes.row(scheduled), self.findings.outcomes.at(scheduled))

    @property
    def refreshing(self) -> bool:
        """Whether new runs are being looked for, or runs are missing because that was stopped."""
        return self._feeds.refreshing

    @property
    def seeking(self) -> bool:
        """Whether a search for a failure, or for the start of the streak, is under way."""
        return self._seeking is not None or self.seeking_streak

    def refresh(self) -> None:
        """Look for new runs, or try again what failed, from where it failed."""
        self._stopped = False
        for feed in self._feeds.active:
            feed.refresh()

    def stop(self) -> None:
        """Fetch nothing further until the person asks; a page in flight is still taken in."""
        self._stopped, self._to_the_end = True, False
        self._seeking, self.seeking_streak = None, False

    def scan(self) -> bool:
        """Look on through the loaded runs for a new filter, about 10 ms at a time. True when through."""
        return self.view.scan()

    # What has to be fetched

    def requests(self) -> list[PageRequest]:
        """The calls to make now, one at most for each feed; each is handed out once."""
        wanted = [feed for feed in self._feeds.active if not feed.started or (feed.refreshing and not self._stopped)]
        if not wanted and self._needs_more():
            wanted = [self._feeds.binding]
        if not wanted and not self._stopped and self._last_good_wanted():
            wanted = [self._feeds.canary_runs]
        return [request for feed in wanted if (request := feed.request()) is not None]

    def go_ahead(self, request: PageRequest, page: Page[CanaryRun]) -> PageRequest | None:
        """While all pages are wanted: the call to make before this answer is taken in. None: see `requests` then."""
        feed = self._feeds.of(request.query) if self._to_the_end and len(self._feeds.active) == 1 else None
        return None if feed is None else feed.go_ahead(request, page)

    def accept(self, request: PageRequest, page: Page[CanaryRun]) -> bool:
        """Take in an answer. False: it was no longer wanted."""
        added = self._feeds.of(request.query).accept(request, page)
        if added is None:
            return False
        self.view.absorb(*added.changed)
        if request.query.run_type is RunType.CANARY_RUN:
            self.findings.absorb(*added.changed)
        self.view.limit(self._feeds.horizon)
        self._to_the_end = self._to_the_end and not self._feeds.ended
        return True

    def fail(self, request: PageRequest, error: SourceError) -> bool:
        """A call failed. False: it was no longer wanted."""
        if not (feed := self._feeds.of(request.query)).fail(request, error):
            return False
        if feed.error is not None and not isinstance(error, Throttled):
            self._to_the_end, self._seeking, self.seeking_streak = False, None, False
        return True

    def retry(self, error: SourceError) -> None:
        """Ask again what ended in this very error, if nobody has done so yet."""
        self._feeds.retry(error)

    def _show(self, run_filter: RunFilter) -> None:
        self._filter = run_filter
        self._feeds.show(run_filter)
        self._to_the_end, self._seeking, self.seeking_streak, self._stopped = False, None, False, False
        self._bottom = 0
        self.view.show(run_filter)
        self.view.limit(self._feeds.horizon)
        self.view.scan()

    def _too_little(self) -> bool:
        """Whether what is shown does not fill the screen; a DryRunId that is still being typed asks for nothing."""
        typing = bool(self._filter.dry_run_part) and not self._dry_run_submitted
        return not typing and len(self.view) < self._height

    def _needs_more(self) -> bool:
        if self._stopped or self.view.scanning or self._feeds.binding.state is not FeedState.IDLE:
            return False
        if self._to_the_end or self.seeking or self._too_little():
            return True
        return (self._moved or self._was_last) and len(self.view) - self._bottom < AHEAD * self._height

    def _last_good_wanted(self) -> bool:
        """Whether a failing canary's last good run is to be looked for, unasked."""
        feed = self._feeds.canary_runs
        if RunType.CANARY_RUN not in self._filter.types or not 0 < feed.pages < UNASKED or feed.ended:
            return False
        known = self._known
        span = self.findings.span(known)
        return span is not None and span.outcome is Outcome.FAILED and not known.settles(span.before)
