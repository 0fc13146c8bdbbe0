"""Blocking calls on daemon threads, awaited from the event loop.

A thread of asyncio's own pool, or of `run_worker(thread=True)`, is joined at exit: a call that hangs would hold the
program open. A daemon thread is left behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Any, TypeVar

__all__ = ["Background"]

T = TypeVar("T")


class Background:
    """At most `size` blocking calls at a time; further ones wait for their turn."""

    def __init__(self, size: int = 3) -> None:
        self._turn = asyncio.Semaphore(size)
        self._threads: set[Thread] = set()
        self._waits: set[asyncio.Timeout] = set()

    @property
    def busy(self) -> bool:
        """Whether a call is under way, be it waited for or not."""
        return any(thread.is_alive() for thread in self._threads)

    async def run(self, call: Callable[[], T], *, seconds: float) -> T:
        """The call's result, or whatever it raises. TimeoutError after `seconds`: the thread is then left to itself."""
        async with self._turn, asyncio.timeout(seconds) as wait:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[T] = loop.create_future()
            thread = Thread(target=_work, args=(call, loop, answer), name="canaryscope-call", daemon=True)
            self._threads = {other for other in self._threads if other.is_alive()} | {thread}
            self._waits.add(wait)
            try:
                thread.start()
                return await answer
            finally:
                self._waits.discard(wait)

    def postpone(self, seconds: float) -> None:
        """The event loop stood still for so long: what is here by now was in time, and the rest gets that time, too."""
        for wait in self._waits:
            due = wait.when()
            if due is not None and not wait.expired():
                wait.reschedule(due + seconds)


def _work(call: Callable[[], T], loop: asyncio.AbstractEventLoop, answer: asyncio.Future[T]) -> None:
    """In the thread: make the call, hand its outcome to the loop unless nobody waits for it any more."""

    def settle(setter: Callable[[Any], None], value: object) -> None:
        if not answer.done():
            setter(value)

    try:
        outcome: tuple[Callable[[Any], None], object] = (answer.set_result, call())
    except BaseException as error:  # noqa: BLE001 - it is raised again where the call is awaited
        if isinstance(error, StopIteration):  # a future takes none, and would wait for ever
            error = RuntimeError("the call raised StopIteration")
        outcome = (answer.set_exception, error)
    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(settle, *outcome)
        except RuntimeError:  # closed in the meantime: the program has ended
            return
