"""All 655,200 runs of a canary: how fast they come beside a bare boto3 loop, what a key waits for meanwhile, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from itertools import cycle

from benchmarks import keys
from benchmarks.figures import Beside, Figure
from canaryscope.demo.stories import BIG_CANARY
from canaryscope_widgets.glyphs import CURSOR
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, SOURCES, account

__all__ = ["walk"]

ALL_RUNS = r"655,200 loaded · end of history"
MEGABYTE = 1e6
EVERY = 0.1
"""Seconds between two keys: behind the one before, whatever comes of it, the cursor has come to rest."""
LOOP = f"""
import boto3
client = boto3.client("synthetics")
token = {{}}
while token is not None:
    page = client.get_canary_runs(Name="{BIG_CANARY}", **token)
    token = {{"NextToken": page["NextToken"]}} if "NextToken" in page else None
"""


def walk(url: str, patience: float) -> list[Figure]:
    """Load them by `G`, press keys meanwhile and afterwards, the latter beside another program with its first page."""
    bare = _boto3(url, patience)
    command = [*COMMAND, "--canary", BIG_CANARY]
    with Terminal(command, env=SOURCES | account(url)) as few, Terminal(command, env=SOURCES | account(url)) as many:
        for terminal in (few, many):
            terminal.wait_for(A_RUN, 30)
            terminal.wait_for_quiet(1)
        before = few.memory()
        loaded, meanwhile = _load(many, patience)
        many.wait_for_quiet(1)
        after = many.memory()
        few.press("jjj")  # neither cursor is at an end: each key moves it
        many.press("kkk")
        fast, slow = keys.latencies(few, many, ("k", "j"))
    return [
        Figure.at_most("655,200 runs: loaded in", loaded, "s", 1.5, Beside("boto3 loop", bare)),
        Figure("  key to paint meanwhile, median", meanwhile.median, "ms"),
        Figure.bounded("  key to paint meanwhile, p95", meanwhile.p95, "ms", 15),
        Figure("key latency, median", slow.median, "ms", _few(fast.median), "the same", _alike(slow, fast)),
        Figure("key latency, p95", slow.p95, "ms", _few(fast.p95)),
        _grown("RSS", after.rss, before.rss),
        _grown("USS", after.uss, before.uss),
    ]


def _boto3(url: str, patience: float) -> float:
    """Seconds that a loop over the same pages takes, which does nothing with them."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", LOOP], env=os.environ | SOURCES | account(url), check=True, timeout=patience)
    return time.monotonic() - began


def _load(terminal: Terminal, patience: float) -> tuple[float, keys.Latency]:
    """Seconds until all runs are loaded, and milliseconds from a key to the paint of the cursor on another line."""
    began = time.monotonic()
    terminal.send("G")
    terminal.wait_for(r"row 100\b", 30)
    times: list[float] = []
    for key in cycle("kj"):
        before, sent = _cursor(terminal), time.monotonic()
        terminal.send(key)
        times.append((terminal.wait_for(partial(_has_moved, before), 5) + terminal.started - sent) * 1000)
        terminal.written_in(max(0.0, sent + EVERY - time.monotonic()))
        if "end of history" in terminal.text():
            break
        assert time.monotonic() - began < patience, terminal.text()
    return terminal.wait_for(ALL_RUNS, patience) + terminal.started - began, keys.Latency.of(times)


def _cursor(terminal: Terminal) -> int:
    """The line of the screen with the table's cursor; -1: there is none."""
    return next((y for y, line in enumerate(terminal.lines()) if line.startswith(CURSOR)), -1)


def _has_moved(before: int, terminal: Terminal) -> bool:
    return _cursor(terminal) not in (before, -1)


def _grown(kind: str, now: int, then: int) -> Figure:
    """Bytes of memory with all runs and with a hundred."""
    return Figure.at_most(f"memory, {kind}", now / MEGABYTE, "MB", 1.5, _few(then / MEGABYTE))


def _few(value: float) -> Beside:
    """The figure with a hundred runs."""
    return Beside("with 100 runs", value)


def _alike(slow: keys.Latency, fast: keys.Latency) -> bool:
    """Whether two latencies are the same but for chance: a quarter, and 2 ms of clocks and scheduling."""
    return slow.median <= fast.median * 1.25 + 2
