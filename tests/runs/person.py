"""A person who browses a canary's runs, headless, for the tests of the RunBrowser."""

from __future__ import annotations

from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import CanaryRun, RunType
from runs.history import Server

HEIGHT = 5
"""Rows on the screen."""


class Person:
    """A browser, its screen of HEIGHT rows, and the server it asks."""

    def __init__(self, server: Server, types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})) -> None:
        self.server = server
        self.browser = RunBrowser("checkout-flow", types)
        self.browser.viewed(0, HEIGHT, moved=False)

    def settle(self, limit: int = 10_000) -> None:
        """Answer every call until there is none."""
        while self.step():
            limit -= 1
            assert limit > 0
        while not self.browser.scan():
            pass

    def step(self) -> bool:
        """Answer the calls that are wanted now. False: there were none."""
        requests = self.browser.requests()
        for request in requests:
            self.answer(request)
        return bool(requests)

    def answer(self, request: PageRequest) -> bool:
        return self.browser.accept(request, self.server.answer(request.query, request.token))

    def scroll(self, bottom: int) -> None:
        bottom = min(bottom, len(self.browser.view))
        self.browser.viewed(bottom, HEIGHT, moved=True, at_last=bottom == len(self.browser.view))
        self.settle()

    @property
    def phase(self) -> str:
        return self.browser.progress.phase.name

    @property
    def tokens(self) -> list[str | None]:
        """Of the calls so far."""
        return [token for _, token in self.server.calls]

    @property
    def shown(self) -> list[CanaryRun]:
        view = self.browser.view
        return [line.stored.run for line in view.rows(0, len(view))]
