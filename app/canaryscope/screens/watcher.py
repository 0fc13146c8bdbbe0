"""Watcher: has new runs looked for every so often, and tells when the verdict has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from textual.timer import Timer
from textual.widget import Widget

from canaryscope.runs.errors import SourceError
from canaryscope.runs.triage import Streak
from canaryscope.runs.watch import Change, Watch

__all__ = ["Watcher"]


class Watcher:
    """Sets the timers of a Watch on `owner`; `look` is called when it is time."""

    def __init__(self, owner: Widget, look: Callable[[], None]) -> None:
        self._owner = owner
        self._look = look
        self.chosen: float | None = None
        """Seconds from one look to the next, where a person has chosen that; for watches that begin from now on."""
        self._watch: Watch | None = None
        self._timer: Timer | None = None
        self._awake = True
        self._looking = False

    @property
    def words(self) -> str:
        """What the query bar says of it; "" while it is off."""
        if self._watch is None:
            return ""
        if not self._awake:
            return "watch asleep"
        pace = self._watch.pace
        return f"watch {pace:.0f} s" if pace < 120 else f"watch {pace / 60:.0f} min"

    def start(self, interval: timedelta | None, streak: Streak | None) -> None:
        """Begin, on another canary too: `streak` is what later verdicts are compared with."""
        self._watch = Watch(interval, self.chosen)
        self._watch.focus(self._awake)
        self._watch.looked(time.monotonic())
        self._watch.heard(streak)
        self._looking = False
        self._plan()

    def stop(self) -> None:
        """Look no more."""
        self._watch = None
        self._plan()

    @property
    def on(self) -> bool:
        """Whether it watches."""
        return self._watch is not None

    def set_interval(self, interval: timedelta | None) -> None:
        """The canary's schedule has become known."""
        if self._watch is not None:
            self._watch.interval = interval
            self._plan()

    def focus(self, focused: bool) -> None:
        """The terminal has lost the focus, or has it again."""
        self._awake = focused
        if self._watch is not None:
            self._watch.focus(focused)
            self._plan()

    def looked(self, streak: Streak | None) -> Change | None:
        """Runs have come, the newest or (where nothing was looked for) older ones. Returns what there is to tell."""
        if self._watch is None:
            return None
        if self._looking:
            self._looking = False
            self._watch.looked(time.monotonic())
            self._plan()
        return self._watch.heard(streak)

    def failed(self, error: SourceError) -> None:
        """A look has failed."""
        if self._watch is not None and self._looking:
            self._looking = False
            self._watch.failed(time.monotonic(), error)
            self._plan()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        due = None if self._watch is None or self._looking else self._watch.due(time.monotonic())
        if due is not None:
            self._timer = self._owner.set_timer(max(due, 0.001), self._begin)

    def _begin(self) -> None:
        self._looking = True
        self._look()
