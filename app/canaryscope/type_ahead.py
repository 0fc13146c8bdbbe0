"""Keys typed ahead act in their order, each where the one before has led.

Over a slow line several keys arrive in one read. Textual sends each to the widget that has the focus at that moment,
before the first has acted: of `/time`, the `t` would not reach the line that `/` opens. Here a key waits until the
one before has been handled everywhere on its way up from the focused widget, with the messages that this set off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode

__all__ = ["TypeAhead"]

ReturnType = TypeVar("ReturnType")

LAPS: Final = 2
"""The first lap follows the key itself up to the application, the second the messages that it set off."""
PATIENCE: Final = 0.3
"""Seconds after which the next key is let through anyway."""


class TypeAhead(App[ReturnType]):
    """An App that takes keys and pastes one at a time."""

    _in_hand: events.Event | None = None

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[events.Event] = deque()

    async def on_event(self, event: events.Event) -> None:
        """Hold keys and pastes back while one is in hand."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if self._in_hand is None:
                await self._take_next()
        else:
            await super().on_event(event)

    async def _take_next(self) -> None:
        self._in_hand = event = self._typed.popleft() if self._typed else None
        if event is None:
            return
        target: DOMNode = self.focused or self.screen
        await super().on_event(event)
        asyncio.get_running_loop().call_later(PATIENCE, self.call_later, self._done, event)
        self._follow(event, target, target, LAPS)

    def _follow(self, event: events.Event, start: DOMNode, node: DOMNode, laps: int) -> None:
        """Queue up behind the event in `node`, then in its parent, and so on up to the application."""

        def passed() -> None:
            if node is self and laps == 1:
                self.call_later(self._done, event)
            else:
                self._follow(event, start, start if node is self else node.parent or self, laps - (node is self))

        if not node.call_later(passed):  # the widget is gone
            self.call_later(self._done, event)

    async def _done(self, event: events.Event) -> None:
        if event is self._in_hand:
            await self._take_next()
