"""Feeds: all questions that are asked about one canary's runs, and what of their answers can be shown together."""

from __future__ import annotations

from canaryscope.runs.errors import SourceError
from canaryscope.runs.feed import FeedState, RunFeed
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.model import RunQuery, RunType
from canaryscope.runs.store import RunStore
from canaryscope.runs.view import Horizon

__all__ = ["Feeds"]


class Feeds:
    """A feed for each question, all into one store; the active ones are those behind what a filter shows."""

    def __init__(self, canary: str, store: RunStore) -> None:
        self._canary = canary
        self._store = store
        self._feeds: dict[RunQuery, RunFeed] = {}
        self.active: list[RunFeed] = []
        """Canary runs first."""

    def show(self, run_filter: RunFilter) -> None:
        """Have the feeds be active that bring what is looked for."""
        self.active = [
            self.of(RunQuery(self._canary, run_type, run_filter.dry_run_id if run_type is RunType.DRY_RUN else None))
            for run_type in RunType
            if run_type in run_filter.types
        ]

    def of(self, query: RunQuery) -> RunFeed:
        """The feed of a question."""
        if query not in self._feeds:
            self._feeds[query] = RunFeed(query, self._store)
        return self._feeds[query]

    @property
    def canary_runs(self) -> RunFeed:
        """The feed of all canary runs, whether they are shown or not."""
        return self.of(RunQuery(self._canary))

    def behind(self, run_type: RunType) -> RunFeed:
        """The feed that brings runs of a type: the active one, else that of all of them."""
        active = (feed for feed in self.active if feed.query.run_type is run_type)
        return next(active, self.of(RunQuery(self._canary, run_type)))

    @property
    def binding(self) -> RunFeed:
        """The feed that decides how far down can be shown: it is the one to load on."""
        return max(self.active, key=lambda feed: feed.floor)

    @property
    def horizon(self) -> Horizon:
        """Down to the older end of the newer feed. A feed that has brought nothing yet hides nothing."""
        feeds = [feed for feed in self.active if feed.started]
        if not feeds:
            return Horizon()
        floor = max(feed.floor for feed in feeds)
        binding = next(feed for feed in feeds if feed.floor == floor)
        return Horizon(floor, int(binding.query.run_type is RunType.DRY_RUN))

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to load."""
        return all(feed.ended for feed in self.active)

    @property
    def loading(self) -> bool:
        """Whether a call is in flight."""
        return any(feed.state is FeedState.LOADING for feed in self.active)

    @property
    def refreshing(self) -> bool:
        """Whether a refresh has not met what was loaded: runs are missing in between."""
        return any(feed.refreshing for feed in self.active)

    @property
    def error(self) -> SourceError | None:
        """What went wrong, if something did."""
        return next((feed.error for feed in self.active if feed.error is not None), None)

    def abandon(self) -> None:
        """Nobody waits for answers any more."""
        for feed in self._feeds.values():
            feed.abandon()

    def retry(self, error: SourceError) -> None:
        """Ask again what ended in this very error, if nobody has done so yet."""
        for feed in self._feeds.values():
            if feed.error is error:
                feed.retry()
