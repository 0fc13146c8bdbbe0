"""What a person would suffer from calls in the background: a frozen screen, a wrong answer, a program that stays."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from canaryscope.background import Background

APP = Path(__file__).parent.parent / "app"
LONG = 30.0


async def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.002)


async def test_a_call_runs_elsewhere_and_brings_its_result() -> None:
    name = await Background().run(lambda: threading.current_thread(), seconds=LONG)
    assert name is not threading.current_thread()
    assert name.daemon, "a call that hangs must not hold the program open"


async def test_what_a_call_raises_is_raised_where_it_is_awaited() -> None:
    def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Background().run(broken, seconds=LONG)


async def test_even_an_exception_that_is_no_error_is_raised_where_it_is_awaited() -> None:
    def leaving() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        await Background().run(leaving, seconds=LONG)


async def test_the_loop_goes_on_while_a_call_hangs() -> None:
    background, opened = Background(), threading.Event()
    call = asyncio.ensure_future(background.run(opened.wait, seconds=LONG))
    await until(lambda: background.busy)
    assert not call.done()
    opened.set()
    assert await call
    await until(lambda: not background.busy)


async def test_so_many_calls_at_a_time_and_the_others_in_their_turn() -> None:
    background, opened = Background(size=2), threading.Event()
    begun: list[int] = []

    def call(number: int) -> Callable[[], int]:
        def wait() -> int:
            begun.append(number)
            opened.wait()
            return number

        return wait

    calls = [asyncio.ensure_future(background.run(call(number), seconds=LONG)) for number in range(5)]
    await until(lambda: len(begun) == 2)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(begun) == 2
    opened.set()
    assert await asyncio.gather(*calls) == [0, 1, 2, 3, 4]


async def test_a_call_that_takes_too_long_is_given_up_and_its_turn_goes_on() -> None:
    background, opened = Background(size=1), threading.Event()
    with pytest.raises(TimeoutError):
        await background.run(opened.wait, seconds=0.01)
    assert background.busy, "the thread is left to itself"
    assert await background.run(lambda: "next", seconds=LONG) == "next"
    opened.set()
    await until(lambda: not background.busy)


class Clock:
    """The event loop's, which can be put forward: so long the loop was not there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._time = loop.time
        self._ahead = 0.0
        monkeypatch.setattr(loop, "time", lambda: self._time() + self._ahead)

    def skip(self, seconds: float) -> None:
        self._ahead += seconds


async def test_an_answer_that_came_while_the_program_was_stopped_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    background, clock, opened = Background(), Clock(monkeypatch), threading.Event()
    threads: list[threading.Thread] = []

    def asked() -> bool:
        threads.append(threading.current_thread())
        return opened.wait()

    call = asyncio.ensure_future(background.run(asked, seconds=LONG))
    await until(lambda: threads)
    opened.set()
    threads[0].join(10)  # without the loop
    clock.skip(2 * LONG)
    background.postpone(2 * LONG)
    assert await call


async def test_the_time_for_which_the_program_was_stopped_is_given_to_the_calls_in_flight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    background, opened, never, clock = Background(), threading.Event(), threading.Event(), Clock(monkeypatch)
    early, late = (asyncio.ensure_future(background.run(wait, seconds=LONG)) for wait in (opened.wait, never.wait))
    await until(lambda: background.busy)
    clock.skip(2 * LONG)
    background.postpone(2 * LONG)
    opened.set()
    assert await early
    assert not late.done()
    clock.skip(LONG)
    with pytest.raises(TimeoutError):
        await late
    never.set()


async def test_waiting_for_a_turn_does_not_count_as_taking_long() -> None:
    background, opened = Background(size=1), threading.Event()
    first = asyncio.ensure_future(background.run(opened.wait, seconds=LONG))
    await until(lambda: background.busy)
    second = asyncio.ensure_future(background.run(lambda: "in time", seconds=0.2))
    await asyncio.sleep(0.25)
    opened.set()
    assert await first
    assert await second == "in time"


async def test_a_call_that_nobody_waits_for_any_more_ends_without_a_complaint(
    caplog: pytest.LogCaptureFixture,
) -> None:
    background, opened = Background(), threading.Event()

    def broken() -> None:
        opened.wait()
        raise ValueError("nobody hears this")

    call = asyncio.ensure_future(background.run(broken, seconds=LONG))
    await until(lambda: background.busy)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    opened.set()
    await until(lambda: not background.busy)
    await asyncio.sleep(0)
    del call
    gc.collect()
    assert caplog.records == []


def test_a_call_that_hangs_does_not_hold_the_program_open() -> None:
    program = """
        import asyncio, threading
        from canaryscope.background import Background

        async def main():
            background = Background()
            call = asyncio.ensure_future(background.run(threading.Event().wait, seconds=60))
            while not background.busy:
                await asyncio.sleep(0.01)
            call.cancel()

        asyncio.run(main())
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={"PYTHONPATH": str(APP)},
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_an_answer_that_comes_after_the_loop_has_ended_is_dropped() -> None:
    opened = threading.Event()
    background = Background()

    async def main() -> None:
        call = asyncio.ensure_future(background.run(opened.wait, seconds=LONG))
        await until(lambda: background.busy)
        call.cancel()

    asyncio.run(main())
    opened.set()
    end = time.monotonic() + 10
    while background.busy:
        assert time.monotonic() < end
        time.sleep(0.002)


async def test_a_stop_iteration_is_an_error_and_not_an_answer_that_never_comes() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await Background().run(lambda: next(iter(())), seconds=LONG)
