"""A simulated day is a day for everything that goes by a clock: else the soak proves nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from canaryscope.background import Background
from runs.history import START
from soak.simulated import SimulatedLoop, SimulatedTime


def test_a_day_passes_at_once_and_everything_in_it_comes_in_its_order() -> None:
    simulated = SimulatedTime(START)
    heard: list[int] = []

    async def day() -> None:
        background, loop = Background(), asyncio.get_running_loop()
        for hour in (20, 4, 12):
            loop.call_later(hour * 3600, heard.append, hour)
        waking = asyncio.create_task(background.run(lambda: simulated.sleep(8 * 3600), seconds=24 * 3600))
        waking.add_done_callback(lambda _: heard.append(8))
        with pytest.raises(TimeoutError):
            await background.run(lambda: simulated.sleep(40 * 3600), seconds=16 * 3600)
        heard.append(16)
        await asyncio.sleep(8 * 3600)

    begun = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(simulated)) as runner:
        runner.run(day())
    assert heard == [4, 8, 12, 16, 20]
    assert simulated.now() - START == pytest.approx(timedelta(days=1), abs=timedelta(seconds=1))
    assert time.monotonic() - begun < 10
    simulated.pass_by(None)  # the call that nobody waits for ends, too
    assert simulated.asleep == 0


def test_time_stands_still_while_a_call_is_answered_in_real_time() -> None:
    simulated = SimulatedTime(START)

    async def call() -> float:
        ticking = asyncio.create_task(asyncio.sleep(3600))
        await Background().run(lambda: time.sleep(0.05), seconds=40)
        ticking.cancel()
        return simulated.elapsed

    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(simulated)) as runner:
        assert runner.run(call()) == 0.0
