"""How calls are spaced while a service throttles."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from threading import Barrier, Event, Lock, Semaphore, Thread

import pytest

from canaryscope.aws import pace
from canaryscope.aws.pace import Pace
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import Stopped
from canaryscope.screens.run_loader import Backoff


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


def test_calls_are_as_fast_as_ever_once_enough_of_what_was_throttled_went_through(clock: Clock) -> None:
    calls = Pace()
    for operation in ("GetCanaryRuns", "GetObject"):
        calls.throttled(operation)
    for operation in ("GetCanaryRuns", "GetObject"):
        for _ in range(Pace.ENOUGH):
            before = clock.now
            calls.wait()
            calls.wait()
            assert clock.now > before, "spaced, until each of them goes through"
            calls.went_through(operation)
    before = clock.now
    for _ in range(10):
        calls.wait()
    assert clock.now == before


def test_what_is_in_flight_when_the_throttling_begins_counts(clock: Clock) -> None:
    calls = Pace()
    made = [clock.now] * (Pace.AT_ONCE - 1)
    calls.throttled()
    for _ in range(3):
        calls.wait()
        made.append(clock.now)
    assert made[3] - made[0] > 1.0


def test_a_call_that_is_tried_again_after_the_longest_wait_is_spaced_like_the_others(clock: Clock) -> None:
    calls = Pace()
    calls.throttled()
    clock.now += Backoff.LONGEST + 1
    before = clock.now
    for _ in range(4):
        calls.wait()
    assert clock.now - before > 1.0


def test_no_more_than_three_are_in_flight_and_one_that_fails_makes_room() -> None:
    calls, inside, most = Pace(), [0], []
    lock, full = Lock(), Barrier(Pace.AT_ONCE)

    def one() -> None:
        with suppress(ZeroDivisionError), calls.turn("synthetics"):
            with lock:
                inside[0] += 1
                most.append(inside[0])
            full.wait(10)
            with lock:
                inside[0] -= 1
            raise ZeroDivisionError

    threads = [Thread(target=one) for _ in range(3 * Pace.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == Pace.AT_ONCE


def test_calls_for_evidence_leave_a_place_for_the_runs() -> None:
    calls, hanging = Pace(), Event()
    arrived = [Semaphore(0), Semaphore(0)]

    def hang(service: str, came: Semaphore) -> None:
        with calls.turn(service):
            came.release()
            hanging.wait()

    threads = [Thread(target=hang, args=(service, arrived[0])) for service in ("s3", "logs", "s3", "s3")]
    threads.append(Thread(target=hang, args=("synthetics", arrived[1])))
    try:
        for thread in threads:
            thread.start()
        assert arrived[1].acquire(timeout=10), "a call for runs finds a place"
        assert all(arrived[0].acquire(timeout=10) for _ in range(Pace.FOR_EVIDENCE))
        assert not arrived[0].acquire(blocking=False)
    finally:
        hanging.set()
        for thread in threads:
            thread.join()


def test_what_nobody_waits_for_any_more_when_its_turn_comes_is_not_called() -> None:
    calls, reading = Pace(), Reading()
    reading.stop()
    called: list[str] = []

    def call(_: Reading) -> None:
        with calls.turn("s3"):
            called.append("s3")

    with pytest.raises(Stopped):
        reading.make(call)
    assert not called
    call(reading)
    assert called == ["s3"], "for somebody else"


def test_when_nothing_was_throttled_for_a_while_calls_are_as_fast_as_ever(clock: Clock) -> None:
    calls = Pace()
    calls.throttled()
    clock.now += Pace.LASTS
    before = clock.now
    for _ in range(100):
        calls.wait()
    assert clock.now == before
