"""A watch whose timers go off when a test says so, and a bell that is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.timer import Timer

from canaryscope.application import CanaryScope
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.triage_pane import TriagePane
from canaryscope.screens.watcher import Watcher
from screens.gated import CANARY, RUNS, loaded, quiet
from screens.support import FakeAccount, Seen

__all__ = ["Alarms", "alarms", "comes", "watching"]


@dataclass
class Alarm:
    """A timer of the watch."""

    delay: float
    ring: Callable[[], None]
    pending: bool = True

    def stop(self) -> None:
        """As Timer.stop."""
        self.pending = False


@dataclass
class Alarms:
    """All of them, and how often the bell rang."""

    alarms: list[Alarm] = field(default_factory=list)
    bells: int = 0

    @property
    def pending(self) -> list[Alarm]:
        """Those that have neither gone off nor been stopped."""
        return [alarm for alarm in self.alarms if alarm.pending]

    @property
    def delay(self) -> float:
        """Seconds until the next look."""
        [alarm] = self.pending
        return alarm.delay

    def ring(self) -> None:
        """Let it be time for the next look."""
        [alarm] = self.pending
        alarm.stop()
        alarm.ring()

    async def look(self, seen: Seen, aws: FakeAccount) -> None:
        """The same, and wait until the look is over."""
        asked = aws.count(RUNS)
        self.ring()
        await seen.until(lambda: aws.count(RUNS) > asked)
        await quiet(seen, aws)


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """In place of the watch's timers and of the bell."""
    alarms = Alarms()
    set_timer = TriagePane.set_timer

    def fake(pane: TriagePane, delay: float, callback: Any = None, **others: Any) -> Timer | Alarm:
        if not isinstance(getattr(callback, "__self__", None), Watcher):
            return set_timer(pane, delay, callback, **others)
        alarms.alarms.append(Alarm(delay, callback))
        return alarms.alarms[-1]

    def bell(app: CanaryScope) -> None:
        alarms.bells += 1

    monkeypatch.setattr(TriagePane, "set_timer", fake)
    monkeypatch.setattr(CanaryScope, "bell", bell)
    return alarms


def comes(aws: FakeAccount, *runs: CanaryRun, canary: str = CANARY) -> None:
    """These runs are the newest of the canary now."""
    aws.runs[canary][:0] = runs  # type: ignore[index]


async def watching(seen: Seen, aws: FakeAccount) -> None:
    """Watch what is loaded."""
    await loaded(seen, aws)
    await seen.press("w")
    await seen.until(lambda: "watch " in seen.lines[1])
