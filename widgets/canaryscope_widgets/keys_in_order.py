"""Keys that come in one packet act one after the other.

Textual hands a key to the widget that has the focus when the key comes in, and looks for its binding when it has
bubbled back to the app. On a slow line `/`, a name and Enter often come at once: then the name goes to the list, the
filter line opens with nothing in it, and Enter opens whatever is highlighted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message
from textual.timer import Timer

__all__ = ["KeysInOrder", "after_keys"]

R = TypeVar("R")

ROUNDS = 3
"""How often the way from the widget to the app is gone: a key sets off a message, whose handler sends another one."""
PATIENCE = 0.5
"""Seconds to wait for a key to come back. It may not where the widget that it went to is being removed."""
TURNS = 4
"""Turns of the event loop that a key takes from the terminal's thread to the app."""
MANNERS = 0.025
"""Seconds that work gives way to a key, at most: not every key changes what is seen."""
SETTLE = 0.005
"""Seconds after a key, or a frame, in which another frame may come, or the terminal's thread be writing this one."""


class KeysInOrder(App[R], Generic[R]):
    """An app that holds a key or a paste back until the one before it has been handled, and the focus has settled."""

    URGENT_KEYS: ClassVar[frozenset[str]] = frozenset({"ctrl+c", "ctrl+q"})
    """Keys that wait for none before them, and mean the same wherever the focus is: those that quit."""

    class Handled(Message):
        """Follows a key on its way from the focused widget up to the app, hop by hop, and cannot overtake it."""

        def __init__(self, target: DOMNode, number: int, rounds: int) -> None:
            super().__init__()
            self.target = target
            self.number = number
            self.rounds = rounds

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: deque[events.Event] = deque()
        self._waiting = False
        self._under_way = False
        self._number = 0
        self._patience: Timer | None = None
        self._seen = asyncio.Event()
        self._seen.set()
        """Whether what the last key did has been painted."""
        self._settling: asyncio.TimerHandle | None = None

    async def after_keys(self) -> None:
        """Wait until no key is under way and what it did has been painted: for work that takes long and can wait."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if not self._seen.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._seen.wait(), MANNERS)
            self._seen.set()

    def painted(self) -> None:
        """A frame is on its way to the terminal; whoever knows of frames tells this."""
        if not self._under_way:
            self._settle()

    def _settle(self) -> None:
        if not self._seen.is_set():
            self._stir()
            self._settling = asyncio.get_running_loop().call_later(SETTLE, self._seen.set)

    def _stir(self) -> None:
        if self._settling is not None:
            self._settling.cancel()

    def hold_keys(self) -> None:
        """Hold all keys back until `release_keys`: what they are for is not there yet."""
        self._waiting = True

    async def release_keys(self) -> None:
        """Handle what was held back, and hold back no more."""
        self._waiting = False
        if self._held and not self._under_way:
            await self._handle(self._held.popleft())

    async def on_event(self, event: events.Event) -> None:
        """Handle an event, or hold it back."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif isinstance(event, events.Key) and event.key in self.URGENT_KEYS:
            self._held.clear()
            await super().on_event(event)
        elif self._waiting:
            self._held.append(event)
        elif self._under_way:
            self._held.append(event)
            self._be_patient()
        else:
            await self._handle(event)

    def on_keys_in_order_handled(self, message: Handled) -> None:
        """Follow what the key has set off, then go on, behind all that this has put into the app's queue."""
        message.stop()
        self.call_later(self._follow, message)

    async def _handle(self, event: events.Event) -> None:
        if not self.screen_stack:
            return  # the program is ending
        self._number += 1
        self._under_way = True
        self._stir()
        self._seen.clear()
        target = self.focused or self.screen
        await super().on_event(event)
        target.post_message(self.Handled(target, self._number, ROUNDS))
        self._be_patient()

    async def _follow(self, message: Handled) -> None:
        again = self.Handled(message.target, message.number, message.rounds - 1)
        gone_or_through = message.rounds == 1 or not message.target.post_message(again)
        if gone_or_through:
            await self._go_on(message.number)

    def _be_patient(self) -> None:
        """Should the key not come back, go on all the same; nothing to do while nothing is held back."""
        if self._held and self._patience is None:
            self._patience = self.set_timer(PATIENCE, partial(self._go_on, self._number))

    async def _go_on(self, number: int) -> None:
        if number != self._number or not self._under_way:
            return
        self._under_way = False
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        if self._held:
            await self._handle(self._held.popleft())
        else:
            self._settle()


async def after_keys(node: DOMNode) -> None:
    """What `node` does in many steps awaits this between two of them: see `KeysInOrder.after_keys`."""
    if isinstance(node.app, KeysInOrder):
        await node.app.after_keys()
