"""How many calls a service gets at once, and while it throttles, whatever a person does: as the peer sees them come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from pathlib import Path
from threading import Event, Lock

import pytest

from canaryscope.aws import guard
from canaryscope.aws.pace import Pace
from canaryscope.evidence.pieces import Part
from canaryscope.screens.detail_tabs import DetailTab
from canaryscope.screens.run_loader import Backoff
from peer import Exchange, Hang, Peer
from peer.fault_table import FAULTS
from screens.gated import quiet
from screens.left import tab
from screens.support import Seen, explorer
from screens.turns import asking, here, list_is_here, runs_are_the_servers

HOURLY, SHOP = "hourly-reconciliation", "checkout-flow"
THROTTLED = 6.0
"""Seconds of throttling, in place of a minute; the waits before a try are shorter, too. The spacing is the real one."""
WIDE = (150, 40)
"""Runs, list and evidence side by side: all of it is asked for."""


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


async def test_a_service_that_throttles_gets_three_calls_in_a_second_at_most_and_then_all_comes_whole(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backoff, "FIRST", Backoff.FIRST / 10)
    monkeypatch.setattr(Backoff, "LONGEST", 1.0)
    monkeypatch.setattr(Pace, "LASTS", 1.5)
    async with explorer(peer, canary=HOURLY, size=WIDE, utc=True) as seen:
        await seen.reaches()
        await seen.press("w", "G")
        await seen.until(lambda: peer.count("GetCanaryRuns") >= 3)
        before = len(peer.calls)
        for service, operation in guard.READ_OPERATIONS:
            peer.script(operation, FAULTS["429 throttled"].fault(service))
        await impatient(seen)
        after = len(peer.calls)
        peer.forgive()
        came = [call.at for call in peer.calls[before:after]]
        await seen.press("r")
        await seen.reaches("744 loaded · end of history")
        await seen.press("c", "r")
        await seen.until(lambda: list_is_here(seen))
        await seen.press("escape")
        await tab(seen, None, DetailTab.STEPS)
        await seen.press("r")
        await seen.until(lambda: here(Part.REPORT)(seen))
        assert seen.app.source.connection is not None
        await runs_are_the_servers(seen, asking(seen.app.source.connection))  # type: ignore[arg-type]
    assert len(came) >= 6, "it is asked on, all the same"
    assert all(fourth - first > 1.0 for first, fourth in zip(came, came[3:], strict=False))
    gaps = [later - earlier for earlier, later in pairwise(came[2:])]
    assert max(gaps) - min(gaps) > 0.01, "no even beat"


async def impatient(seen: Seen) -> None:
    """Ask for this and that ten times a second."""
    end = time.monotonic() + THROTTLED
    for key in cycle(("]", "r", "c", "r", "escape")):
        await seen.press(key)
        await seen.pilot.pause(0.1)
        if time.monotonic() >= end:
            return


@dataclass
class Counted:
    """The honest answer, once `answering` is set; counts how many calls are under way at a time."""

    answering: Event = field(default_factory=Event)
    now: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)

    def apply(self, exchange: Exchange) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.answering.wait()
        exchange.closing.wait(0.02)
        with self.lock:
            self.now -= 1
        exchange.send(exchange.honest())


async def test_no_more_than_three_calls_are_in_flight_whatever_is_asked_for_at_once(peer: Peer, tmp_path: Path) -> None:
    counted = Counted()
    async with explorer(peer, canary=SHOP, size=WIDE, utc=True) as seen:
        await seen.reaches()
        await tab(seen, None, DetailTab.STEPS)
        await quiet(seen, None)
        peer.script(None, counted)
        try:
            for key in "rjjjjjj":  # who goes on does not wait for what was asked for
                await seen.press(key)
                await seen.until(lambda: seen.app.explorer.resting)
            await seen.press("]", "G")
            await seen.until(lambda: counted.now == Pace.AT_ONCE)
        finally:
            counted.answering.set()
        await seen.until(lambda: peer.count("GetCanaryRuns") > 3)
        await seen.press("escape", "g", "E")
        await seen.shows("They go into a folder of their own")
        await seen.press("ctrl+u", *str(tmp_path / "saved"), "enter")
        await seen.shows("Saved 12 files")
    assert counted.most == Pace.AT_ONCE


async def test_where_s3_hangs_whoever_goes_from_run_to_run_still_gets_the_runs(peer: Peer) -> None:
    hang = Hang()
    async with explorer(peer, canary=HOURLY, size=WIDE, utc=True) as seen:
        await seen.reaches()
        peer.script("ListObjectsV2", hang)
        try:
            await tab(seen, None, DetailTab.STEPS)
            for _ in range(5):
                await seen.press("j")
                await seen.until(lambda: seen.app.explorer.resting)
            await seen.until(lambda: peer.count("ListObjectsV2") == Pace.FOR_EVIDENCE)
            await seen.press("G")
            await seen.reaches("744 loaded · end of history")
            await seen.until(lambda: seen.app.explorer.resting)
            assert peer.count("ListObjectsV2") == Pace.FOR_EVIDENCE
        finally:
            hang.release()
        await seen.until(lambda: peer.count("ListObjectsV2") == Pace.FOR_EVIDENCE + 1)
        await quiet(seen, None)
        assert peer.count("ListObjectsV2") == Pace.FOR_EVIDENCE + 1, "of the runs that were passed, none is asked for"
