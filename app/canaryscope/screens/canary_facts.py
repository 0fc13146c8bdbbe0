"""What is known of the canaries whose runs are shown: schedule, timeout, retention."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from textual.widget import Widget
from textual.worker import WorkType

from canaryscope.runs.errors import AccessDenied, SourceError
from canaryscope.runs.model import Canary
from canaryscope.source import Source

__all__ = ["CanaryFacts"]

_LOG = logging.getLogger(__name__)


class CanaryFacts:
    """Asks GetCanary once for each canary, as a worker of `owner`; `learnt` is called when something is known.

    Where the call is refused or fails, it is in the log, and all else works without. What failed is asked for again
    after `ask_again`, what was refused is not.
    """

    def __init__(self, owner: Widget, source: Source, learnt: Callable[[Canary], None]) -> None:
        self._owner = owner
        self._source = source
        self._learnt = learnt
        self._known: dict[str, Canary] = {}
        self._asked: set[str] = set()
        self._failed: set[str] = set()

    def get(self, name: str) -> Canary | None:
        """What is known of a canary."""
        return self._known.get(name)

    def note(self, canary: Canary) -> None:
        """Another answer told of a canary."""
        if self._known.get(canary.name) != canary:
            self._known[canary.name] = canary
            self._learnt(canary)

    def want(self, name: str) -> None:
        """Ask about a canary, unless it is known or has been asked about."""
        if name not in self._known and name not in self._asked:
            self._asked.add(name)
            ask: WorkType[None] = partial(self._ask, name)
            self._owner.run_worker(ask, group="canary", exit_on_error=False)

    def ask_again(self) -> None:
        """New runs have been looked for: with the next rows, what failed may be wanted again."""
        self._asked -= self._failed
        self._failed.clear()

    async def canary(self, name: str) -> Canary:
        """What is known of a canary, or is told now. Raises SourceError."""
        if name not in self._known:
            self.note(await self._source.canary(name))
        return self._known[name]

    async def _ask(self, name: str) -> None:
        try:
            await self.canary(name)
        except AccessDenied:
            _LOG.debug("what is known of %s only by GetCanary stays unknown", name)
        except SourceError:
            self._failed.add(name)
