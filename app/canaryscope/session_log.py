"""The calls of a session: in memory for `!`, and handed to the support log, if one is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, TypeAlias

from canaryscope.runs.calls import CallRecord

if TYPE_CHECKING:
    from canaryscope.support_log import SupportLog

__all__ = ["Entry", "SessionLog"]

Entry: TypeAlias = "CallRecord | str | None"
"""What the support log takes: a call, a line that is ready, or None for the end."""
LENGTH: Final = 2_000
"""Calls that are kept in memory."""
CLOSING: Final = 0.5
"""Seconds that quitting waits at most for a disk that hangs."""


class SessionLog:
    """Takes records from any thread. `kept`: they go into the support log, too; `debug`: with more beside them."""

    def __init__(self, *, kept: bool = False, debug: bool = False) -> None:
        self._calls: deque[CallRecord] = deque(maxlen=LENGTH)
        self._kept = kept
        self._debug = debug
        self._lock = Lock()
        self._entries: SimpleQueue[Entry] | None = None
        self._thread: Thread | None = None
        self._support: SupportLog | None = None

    def start(self, failed: Callable[[], object] = lambda: None) -> None:
        """The first page is on the screen: begin with the support log. It is loaded and written on its own thread.

        That calls `failed`, once, where there is a `problem`.
        """
        if not self._kept or self._thread is not None:
            return
        entries: SimpleQueue[Entry] = SimpleQueue()
        if self._debug:
            from canaryscope.support_log import listen

            entries = listen().entries
        with self._lock:
            self._entries = entries
            for call in self._calls:
                entries.put(call)
        self._thread = Thread(target=self._write, args=(entries, failed), name="canaryscope-log", daemon=True)
        self._thread.start()

    def note(self, call: CallRecord) -> None:
        """A call has ended. Waits for no file, and raises nothing."""
        with self._lock:
            self._calls.append(call)
            if self._entries is not None:
                self._entries.put(call)

    @property
    def calls(self) -> tuple[CallRecord, ...]:
        """The newest calls, oldest first, as they are now: others may come from another thread meanwhile."""
        with self._lock:
            return tuple(self._calls)

    @property
    def problem(self) -> str:
        """Why the support log is not written any more, as a sentence; else empty."""
        return "" if self._support is None else self._support.problem

    def close(self) -> None:
        """Have written what is to be written still, or give up after a moment."""
        if self._thread is not None and self._entries is not None:
            self._entries.put(None)
            self._thread.join(CLOSING)

    def _write(self, entries: SimpleQueue[Entry], failed: Callable[[], object]) -> None:
        from canaryscope.places import log_folder
        from canaryscope.support_log import SupportLog

        self._support = SupportLog(log_folder(), failed)
        self._support.write(entries)
