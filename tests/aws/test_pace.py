"""How calls are spaced while a service throttles."""

from __future__ import annotations

from itertools import pairwise

import pytest

from canaryscope.aws import pace
from canaryscope.aws.pace import Pace


class Clock:
    """time, as far as Pace uses it; a sleep takes no time but its own."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def test_nothing_waits_where_nothing_is_throttled(clock: Clock) -> None:
    calls = Pace()
    for _ in range(100):
        calls.wait()
    assert clock.now == 1_000.0


def test_a_minute_of_throttling_sees_three_calls_a_second_at_most_and_no_even_beat(clock: Clock) -> None:
    calls, made = Pace(), []
    calls.throttled()
    while clock.now < 1_060.0:
        calls.wait()
        made.append(clock.now)
        clock.now += 0.01
        calls.throttled()
    assert len(made) > 60
    assert all(fourth - first > 1.0 for first, fourth in zip(made, made[3:], strict=False))
    gaps = {round(later - earlier, 3) for earlier, later in pairwise(made)}
    assert len(gaps) > 20


def test_when_nothing_was_throttled_for_a_while_calls_are_as_fast_as_ever(clock: Clock) -> None:
    calls = Pace()
    calls.throttled()
    clock.now += Pace.LASTS
    before = clock.now
    for _ in range(100):
        calls.wait()
    assert clock.now == before
