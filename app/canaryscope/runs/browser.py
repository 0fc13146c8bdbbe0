"""RunBrowser: one canary's runs as a person browses them. Headless: it decides which calls to make, and makes none.

The owner tells it what the person does (`viewed`, `toggle`, `search_dry_run`, `to_the_end`, `seek_failure`...), makes
the calls that `requests` names, and hands the answers to `accept` or `fail`. Thrift on the wire is decided here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from canaryscope.runs import dry_run_id
from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.feed import FeedState, PageRequest, RunFeed
from canaryscope.runs.model import CanaryRun, Page, RunQuery, RunType
from canaryscope.runs.store import RunStore
from canaryscope.runs.view import Horizon, RunFilter, RunView

__all__ = ["Phase", "Progress", "RunBrowser"]

AHEAD = 2
"""Screens that must remain below what is seen, once the person has moved."""


class Phase(Enum):
    """What the status bar says of the loading."""

    MORE = auto()
    END = auto()
    LOADING = auto()
    FAILED = auto()
    GAP = auto()
    """A refresh was stopped before it met what was loaded: runs are missing in between."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is loaded, how much of it matches (None: no filter is on), and what happens now."""

    loaded: int
    matched: int | None
    phase: Phase
    error: SourceError | None = None


class RunBrowser:
    """What is loaded of one canary, what of it is shown, and what has to be fetched next."""

    def __init__(self, canary: str, types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})) -> None:
        self.canary = canary
        self.view = RunView(store := RunStore())
        self.dry_run_text = ""
        """The DryRunId search as typed (normalised); empty when none is on."""
        self._store = store
        self._feeds: dict[RunQuery, RunFeed] = {}
        self._types_before_search = types
        self._dry_run_submitted = False
        self._bottom = 0
        self._height = 0
        self._moved = False
        self._to_the_end = False
        self._seeking: int | None = None
        self._stopped = False
        self._was_last = False
        self._filter = RunFilter(types)
        self._show(self._filter)

    def close(self) -> None:
        """Drop the runs; answers that arrive later are dropped too."""
        for feed in self._feeds.values():
            feed.abandon()
        self._store.close()

    # What the person sees

    @property
    def filter(self) -> RunFilter:
        """The filter that is on."""
        return self._filter

    @property
    def progress(self) -> Progress:
        """The figures for the status bar."""
        feeds = self._active()
        error = next((feed.error for feed in feeds if feed.error is not None), None)
        if self.view.scanning or any(feed.state is FeedState.LOADING for feed in feeds):
            phase = Phase.LOADING
        elif error is not None:
            phase = Phase.FAILED
        elif any(feed.refreshing for feed in feeds):
            phase = Phase.GAP
        else:
            phase = Phase.END if all(feed.ended for feed in feeds) else Phase.MORE
        matched = len(self.view) if self._filter.narrows else None
        loaded = len(self.view) if matched is None and not self.view.scanning else self.view.population()
        return Progress(loaded, matched, phase, error if phase is Phase.FAILED else None)

    @property
    def hurrying(self) -> bool:
        """Whether page after page is being fetched: there is something for Esc to stop."""
        busy = self.view.scanning or any(feed.state is FeedState.LOADING for feed in self._active())
        wanted = self._to_the_end or self._seeking is not None or self._too_little()
        return busy and (wanted or any(feed.refreshing for feed in self._active()))

    @property
    def longest(self) -> timedelta:
        """The longest run loaded."""
        return self._store.longest

    @property
    def oldest(self) -> datetime | None:
        """When the oldest run that is shown started, if the server said so."""
        last = self.view.rows(len(self.view) - 1, len(self.view))
        return last[0].run.timeline.started if last else None

    @property
    def members(self) -> frozenset[str]:
        """Which of `retry_attempt`, `browser_type` and `location` any loaded run has."""
        return self._store.members

    def question(self, run_type: RunType | None) -> RunQuery:
        """What the server is asked for runs of a type; None: of the first that is shown."""
        return next((feed.query for feed in self._active() if feed.query.run_type is run_type), self._active()[0].query)

    def anchor(self, index: int) -> tuple[int, int] | None:
        """What finds the run at an index again after the view has changed: see RunView.find."""
        row = self.view.row(index)
        place = None if row is None else self._store.place(row)
        return None if row is None or place is None else (row, place[0])

    # What the person does

    def viewed(self, bottom: int, height: int, *, moved: bool, at_last: bool = False) -> None:
        """The rows down to before index `bottom` are on screen, of `height` lines.

        `moved`: the person has moved. `at_last`: the cursor is on the last row; after `stop`, to move on from there is
        to ask for more.
        """
        self._bottom, self._height = bottom, height
        self._moved = self._moved or moved
        if moved:
            self._seeking = None
            self._stopped = self._stopped and not (at_last and self._was_last)
        self._was_last = at_last

    def toggle(self, run_type: RunType) -> bool:
        """Switch a run type on or off. False, and nothing happens, where both would be off."""
        types = self._filter.types ^ {run_type}
        if not types:
            return False
        if self.dry_run_text and RunType.DRY_RUN not in types:
            self._end_search()
        self._show(replace(self._filter, types=types))
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
            self._show(replace(self._filter, types=types))
            return
        types = self._filter.types
        if not self.dry_run_text:
            self._types_before_search = types
            types = beside | {RunType.DRY_RUN}
        whole = dry_run_id.is_whole(text)
        self.dry_run_text, self._dry_run_submitted = text, submitted
        self._show(
            replace(
                self._filter,
                types=types,
                dry_run_id=text if whole else None,
                dry_run_part="" if whole else text,
            )
        )

    def _end_search(self) -> None:
        self.dry_run_text, self._dry_run_submitted = "", False
        self._filter = replace(self._filter, dry_run_id=None, dry_run_part="")

    def narrow(self, *, failures_only: bool | None = None, text: str | None = None) -> None:
        """Switch `failures only`, set the text filter; None leaves it as it is."""
        self._show(
            replace(
                self._filter,
                failures_only=self._filter.failures_only if failures_only is None else failures_only,
                text=self._filter.text if text is None else text,
            )
        )

    def to_the_end(self) -> None:
        """Load on until the end of the history, or until `stop`; not where a call has failed and waits for a retry."""
        self._to_the_end = all(feed.error is None for feed in self._active())
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
        if found is not None or all(feed.ended for feed in self._active()):
            self._seeking = None
        return found

    @property
    def seeking(self) -> bool:
        """Whether a search for a failure is under way."""
        return self._seeking is not None

    def refresh(self) -> None:
        """Look for new runs, or try again what failed, from where it failed."""
        self._stopped = False
        for feed in self._active():
            feed.refresh()

    def stop(self) -> None:
        """Fetch nothing further until the person asks; a page in flight is still taken in."""
        self._stopped, self._to_the_end, self._seeking = True, False, None

    def scan(self) -> bool:
        """Look on through the loaded runs for a new filter, about 10 ms at a time. True when through."""
        return self.view.scan()

    # What has to be fetched

    def requests(self) -> list[PageRequest]:
        """The calls to make now, one at most for each feed; each is handed out once."""
        wanted = [feed for feed in self._active() if not feed.started or (feed.refreshing and not self._stopped)]
        if not wanted and self._needs_more():
            wanted = [self._binding()]
        made = [feed.request() for feed in wanted]
        return [request for request in made if request is not None]

    def accept(self, request: PageRequest, page: Page[CanaryRun]) -> bool:
        """Take in an answer. False: it was no longer wanted."""
        feed = self._feeds.get(request.query)
        added = feed.accept(request, page) if feed else None
        if added is None:
            return False
        self.view.absorb(added.newest, added.oldest)
        self.view.limit(self._horizon())
        if self._to_the_end and all(feed.ended for feed in self._active()):
            self._to_the_end = False
        return True

    def fail(self, request: PageRequest, error: SourceError) -> bool:
        """A call failed. False: it was no longer wanted."""
        feed = self._feeds.get(request.query)
        if feed is None or not feed.fail(request, error):
            return False
        if feed.error is not None and not isinstance(error, Throttled):
            self._to_the_end, self._seeking = False, None
        return True

    def retry(self, error: SourceError) -> None:
        """Ask again what ended in this very error, if nobody has done so yet."""
        for feed in self._feeds.values():
            if feed.error is error:
                feed.retry()

    def _show(self, run_filter: RunFilter) -> None:
        self._filter = run_filter
        self._to_the_end, self._seeking, self._stopped = False, None, False
        self._bottom = 0
        self.view.show(run_filter)
        self.view.limit(self._horizon())
        self.view.scan()

    def _active(self) -> list[RunFeed]:
        """The feeds behind what is shown; canary runs first."""
        queries = [
            RunQuery(self.canary, run_type, self._filter.dry_run_id if run_type is RunType.DRY_RUN else None)
            for run_type in RunType
            if run_type in self._filter.types
        ]
        for query in queries:
            if query not in self._feeds:
                self._feeds[query] = RunFeed(query, self._store)
        return [self._feeds[query] for query in queries]

    def _binding(self) -> RunFeed:
        """The feed that decides how far down can be shown: it is the one to load on."""
        return max(self._active(), key=lambda feed: feed.floor)

    def _horizon(self) -> Horizon:
        """Down to the older end of the newer feed. A feed that has brought nothing yet hides nothing."""
        feeds = [feed for feed in self._active() if feed.started]
        if not feeds:
            return Horizon()
        floor = max(feed.floor for feed in feeds)
        binding = next(feed for feed in feeds if feed.floor == floor)
        return Horizon(floor, int(binding.query.run_type is RunType.DRY_RUN))

    def _too_little(self) -> bool:
        """Whether what is shown does not fill the screen; a DryRunId that is still being typed asks for nothing."""
        typing = bool(self._filter.dry_run_part) and not self._dry_run_submitted
        return not typing and len(self.view) < self._height

    def _needs_more(self) -> bool:
        if self._stopped or self.view.scanning or any(feed.state is not FeedState.IDLE for feed in [self._binding()]):
            return False
        if self._to_the_end or self._seeking is not None or self._too_little():
            return True
        return (self._moved or self._was_last) and len(self.view) - self._bottom < AHEAD * self._height
