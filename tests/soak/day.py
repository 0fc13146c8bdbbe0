"""A person leaves the explorer open for a day, watching a canary that runs once a minute, on a line with faults."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from canaryscope.application import CanaryScope
from canaryscope.aws_process import AwsProcess
from canaryscope.demo.responder import Responder
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import CanaryRun
from peer import Peer
from remote import running
from screens import gated
from screens.support import Seen, build
from soak import wire
from soak.service import HOUR, Service
from soak.simulated import CALLS, SimulatedTime

__all__ = ["Report", "over_the_wire", "within"]

SMAPS = Path("/proc/self/smaps_rollup")
KEYS = ("j", "k", "f", "f", "question_mark", "escape", "x", "escape", "]", "[", "exclamation_mark", "escape", "g")
"""What the person presses once an hour."""
SETTLED = 120.0
"""Simulated seconds in which what was asked for last is answered."""


class Sample(NamedTuple):
    """What has been taken after so many simulated hours."""

    hours: int
    memory: int
    """Bytes that are the program's own. What it maps of files does not count: others may share that, or cease to."""
    objects: int
    """That the garbage collector knows, after a collection."""
    threads: int
    """But for the calls that are under way."""
    handles: int
    timers: int
    """That the event loop has planned, and tasks that wait."""
    other_memory: int = 0
    """Of the process that talks to AWS, as the next two."""
    other_threads: int = 0
    other_handles: int = 0


@dataclass
class Report:
    """How the day went."""

    hours: int
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    runs: int = 0
    doubled: int = 0
    missing: int = 0
    wrong: int = 0
    """Runs that are not as the service has them, or not in its order."""
    most_at_once: int = 0
    most_throttled: int = 0
    told: int = 0
    """How often another verdict was told."""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return vars(self) | {"samples": [sample._asdict() for sample in self.samples]}

    def compare(self, here: list[Any], there: list[Any]) -> None:
        """Hold what is loaded against the service's own list, as far down as something is loaded."""
        self.runs = len(here)
        self.doubled = len(here) - len({*here})
        self.missing = len({*there} - {*here})
        self.wrong = sum(one != other for one, other in zip(here, there, strict=False))


def _own_memory(process: psutil.Process) -> int:
    if not SMAPS.exists():
        return int(process.memory_full_info().uss)
    [line] = [line for line in SMAPS.read_text().splitlines() if line.startswith("Anonymous:")]
    return int(line.split()[1]) * 1024


def _sample(time: SimulatedTime) -> Sample:
    gc.collect()
    process = psutil.Process()
    loop: Any = asyncio.get_running_loop()
    sample = Sample(
        round(time.elapsed / HOUR),
        _own_memory(process),
        len(gc.get_objects()) + gc.get_freeze_count(),
        sum(thread.name != CALLS for thread in threading.enumerate()),
        process.num_fds(),
        len([one for one in loop._scheduled if not one.cancelled()]) + len(asyncio.all_tasks()),
    )
    for other in process.children():
        sample = sample._replace(
            other_memory=other.memory_full_info().uss,
            other_threads=other.num_threads(),
            other_handles=other.num_fds(),
        )
    return sample


def _loaded(browser: RunBrowser) -> list[CanaryRun]:
    return [line.stored.run for line in browser.view.rows(0, len(browser.view))]


async def _live(
    app: CanaryScope, time: SimulatedTime, report: Report, forgive: Callable[[], None], every: float | None
) -> list[CanaryRun]:
    """Watch for so many simulated hours, then look once more without faults. The runs that are loaded then."""
    app.runs_pane.triage_pane.watcher.chosen = every
    bell = app.bell

    def counted() -> None:
        report.told += 1
        bell()

    app.bell = counted  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Seen(app, pilot)
        await seen.until(lambda: app.explorer in app.screen_stack)
        while not (browser := app.runs_pane.browser) or not len(browser.view):
            await seen.press("r")
            await asyncio.sleep(SETTLED)
        await seen.press("w")
        for hour in range(1, report.hours + 1):
            await asyncio.sleep(hour * HOUR - time.elapsed)
            await seen.press(*KEYS)
            report.samples.append(_sample(time))
        forgive()
        await seen.press("r")
        await asyncio.sleep(SETTLED)
        await seen.until(lambda: not browser.refreshing)
        assert browser.progress.error is None, seen.text
        await seen.press("w", "r")
        await seen.until(lambda: not browser.refreshing)
        return _loaded(browser)


async def within(time: SimulatedTime, hours: int, seed: int, every: float | None) -> Report:
    """With a service in this process: answers, and calls that hang, take simulated time."""
    service, report = Service(time, seed, hours), Report(hours)
    app = build(connect=service.connect, now=time.now, canary=gated.CANARY, utc=True)

    def forgive() -> None:
        service.honest = True

    here = await _live(app, time, report, forgive, every)
    oldest = here[-1].timeline.started
    there = [run for run in service.listed(app.runs_pane.clock.now) if run.timeline.started >= oldest]  # type: ignore[operator]
    report.compare(here, there)
    report.calls, report.faults = service.calls, service.faults
    report.most_at_once, report.most_throttled = service.most_at_once, service.most_throttled
    return report


@contextmanager
def _connected(peer: Peer) -> Iterator[AwsProcess]:
    """The process that talks to AWS, with the peer for AWS."""
    os.environ.update(peer.environment())
    with running() as process:
        yield process


async def over_the_wire(time: SimulatedTime, hours: int, seed: int, every: float | None) -> Report:
    """With boto3 in its own process, and HTTP. Answers take real time, for which simulated time stands still."""
    report, weather = Report(hours), wire.Weather(seed)
    with Peer(Responder(time.now)) as peer, _connected(peer) as process:
        peer.script(None, weather)
        app = build(connect=process.connect, now=time.now, canary=wire.CANARY, utc=True)

        def forgive() -> None:
            weather.fine = True

        here = [run.id for run in await _live(app, time, report, forgive, every)]
        assert here[-1] is not None
        report.compare(here, wire.listed(peer, here[-1]))
    report.calls, report.faults = weather.calls, weather.faults
    return report
