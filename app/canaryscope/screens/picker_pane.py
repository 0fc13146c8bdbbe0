"""The canaries of the account and region: the list is loaded page by page into the picker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Vertical
from textual.message import Message

from canaryscope.render.canaries import canary_items, list_trouble
from canaryscope.render.status import list_status
from canaryscope.render.times import Clock
from canaryscope.runs.canaries import CanaryEntry, CanaryList, ListKind, ListRequest
from canaryscope.runs.errors import (
    ClockSkewed,
    ConnectionLost,
    CredentialsExpired,
    NoCredentials,
    NoRegion,
    ProfileNotFound,
    SourceError,
    Throttled,
    TimedOut,
    Unreachable,
)
from canaryscope.runs.scheduled import ScheduledRun
from canaryscope.runs.triage import Triage
from canaryscope.screens.run_loader import Backoff
from canaryscope.source import Source
from canaryscope_widgets.picker_items import CanaryItem
from canaryscope_widgets.still import Still
from canaryscope_widgets.tone import Tone

if TYPE_CHECKING:
    from canaryscope_widgets.picker import CanaryPicker

__all__ = ["PickerPane"]

NO_CANARIES = "There are no canaries in this account and region."
ANOTHER_PLACE = "Is it the right one? The options --profile and --region choose another."

ON_THE_WAY = (
    *(ClockSkewed, ConnectionLost, CredentialsExpired, NoCredentials),
    *(NoRegion, ProfileNotFound, TimedOut, Unreachable),
)
"""What would meet the other list as well, and may take its time to do so."""


class PickerPane(Still, Vertical):
    """Connects a CanaryList (what to load), a Source (loading) and the picker (what is seen).

    There is no picker before it is seen: who names a canary at the start does not wait for it.
    """

    class Changed(Message):
        """An answer came."""

    def __init__(
        self,
        source: Source,
        clock: Callable[[], Clock],
        *,
        last: str | None = None,
        ascii: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._known: Mapping[str, Triage] = {}
        self._last = last
        self._opened: str | None = None
        self._ascii = ascii
        self._source = source
        self._canaries = CanaryList()
        self._backoff = Backoff()
        self._opening = asyncio.Lock()
        self._asked = False

    @cached_property
    def picker(self) -> CanaryPicker:
        """What is seen. Made when it is asked for."""
        from canaryscope_widgets.picker import CanaryPicker

        picker = CanaryPicker()
        picker.ascii = self._ascii
        return picker

    async def load(self) -> None:
        """Show the picker and load the list, if that has not been begun yet."""
        async with self._opening:
            if not self._asked:
                self._asked = True
                await self.mount(self.picker)
                self._pump()

    def refresh_list(self) -> None:
        """Load the list again, or what failed of it."""
        self._backoff.reset()
        self._canaries.refresh()
        self._pump()

    def choose(self, name: str) -> None:
        """Put the cursor on the canary that was opened, now or when it comes."""
        self._last = None
        self._opened = None if self.entry(name) is not None else name
        if self._asked:
            self.picker.choose(name)

    def tell(self, known: Mapping[str, Triage]) -> None:
        """What the loaded runs tell of some canaries; or times are shown in another way."""
        self._known = known
        if self._asked:
            self._show_items()

    def learn(self, name: str, newest: ScheduledRun) -> None:
        """These are a canary's newest runs now: the list may be older."""
        before = self.entry(name)
        self._canaries.learn(name, newest, self._clock().now)
        if self.entry(name) != before:
            self._show_items()

    def _show_items(self) -> None:
        self.picker.set_items(self._items())

    def _items(self) -> list[CanaryItem]:
        return canary_items(self._canaries.entries(), self._clock(), self._known)

    def entry(self, name: str) -> CanaryEntry | None:
        """What is known of a canary."""
        return self._canaries.get(name)

    def focus(self, scroll_visible: bool = True) -> PickerPane:
        """Give the keys to the picker."""
        self.picker.focus(scroll_visible)
        return self

    def _pump(self) -> None:
        canaries = self._canaries
        if not any(map(_holds_up, canaries.errors.values())) and (request := canaries.request()) is not None:
            self._fetch(request)
        failed = bool(canaries.errors)
        self.picker.status = list_status(loading=canaries.loading, complete=canaries.complete, failed=failed)
        if canaries.complete and not len(canaries):
            self.picker.say(NO_CANARIES, ANOTHER_PLACE, Tone.PLAIN)
        else:
            self.picker.say(list_trouble(canaries.errors, len(canaries)))

    @work(group="canaries", exit_on_error=False)
    async def _fetch(self, request: ListRequest) -> None:
        try:
            page = await self._source.list_page(request)
        except SourceError as error:
            if isinstance(error, Throttled):
                self._backoff.plan(error)
            if self._canaries.fail(request, error):
                self._try_later(request.kind, error)
        else:
            self._backoff.reset()
            if self._canaries.accept(request, page, self._clock().now):
                self._show_items()
                self._choose_last([item.name for item in self._items()])
        self._pump()
        self.post_message(self.Changed())

    def _choose_last(self, names: list[str]) -> None:
        """Once, with the first page: start on the canary opened last, if that hides none of the failing ones."""
        if self._opened in names:
            self.picker.choose(self._opened)
            self._opened = None
        last, self._last = self._last, None
        if last in names[: self.picker.size.height - 2]:
            self.picker.choose(last)

    def _try_later(self, kind: ListKind, error: SourceError) -> None:
        if not isinstance(error, Throttled) or error.delay is None:
            return

        def again() -> None:
            if self._canaries.errors.get(kind) is error:
                self._canaries.retry([kind])
                self._pump()

        self.set_timer(error.delay, again)


def _holds_up(error: SourceError) -> bool:
    """Whether nothing more is asked until a person, or the end of the wait, has the call made again."""
    return isinstance(error, ON_THE_WAY) or (isinstance(error, Throttled) and error.delay is not None)
