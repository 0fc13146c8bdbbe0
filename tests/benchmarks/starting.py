"""From Enter to the first paint and the first page of runs, and from the key that quits to the prompt."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from statistics import median

from benchmarks.figures import Beside, Figure
from benchmarks.peer_process import serving
from canaryscope.demo.stories import BIG_CANARY
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, SOURCES, account

__all__ = ["quits", "starts"]

STARTS = 9
"""How often each program is started; figures are medians."""
DELAY = 30
"""Milliseconds that a network takes to carry a question and its answer."""
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]

    def compose(self):
        yield Static("bare")

Bare().run()
"""
"""The least that Textual can do."""
CLI = ["-m", "awscli", "synthetics", "get-canary-runs", "--name", BIG_CANARY, "--output", "json"]


def starts(url: str, now: str) -> list[Figure]:
    """All programs in turn, so that what else the machine does slows all of them."""
    took = _starts(url)
    with serving("--big", "--now", now, "--latency-ms", str(DELAY)) as slow:
        behind = _starts(slow)
    return [
        Figure.at_most("first paint", took["paint"], "ms", 1.1, Beside("bare Textual", took["bare"])),
        Figure.at_most("first page", took["page"], "ms", 0.75, Beside("AWS CLI", took["cli"])),
        Figure.at_most(f"  with {DELAY} ms of delay", behind["page"], "ms", 0.85, Beside("AWS CLI", behind["cli"])),
    ]


def _starts(url: str) -> dict[str, float]:
    """Medians in milliseconds from the start of each program, by what is waited for."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    env = SOURCES | account(url)
    for _ in range(STARTS):
        with Terminal([*COMMAND, "--canary", BIG_CANARY], env=env) as terminal:
            took["paint"].append(terminal.wait_for(r"\S", 30))
            took["page"].append(terminal.wait_for(A_RUN, 30))
        with Terminal([sys.executable, *CLI], env=env) as terminal:
            took["cli"].append(terminal.wait_for(r"[{}]", 30))
            terminal.exit_code(30)
        with Terminal([sys.executable, "-c", BARE], env=SOURCES) as terminal:
            took["bare"].append(terminal.wait_for("bare", 30))
    return {what: median(times) * 1000 for what, times in took.items()}


def quits(url: str) -> list[Figure]:
    """Milliseconds from `q` to the end of the program."""
    ours = _quit([*COMMAND, "--canary", BIG_CANARY], A_RUN, SOURCES | account(url))
    bare = _quit([sys.executable, "-c", BARE], "bare", SOURCES)
    return [Figure.bounded("quit, from the key to the prompt", ours, "ms", 60, Beside("bare Textual", bare))]


def _quit(command: list[str], shows: str, env: dict[str, str]) -> float:
    times = []
    for _ in range(STARTS):
        with Terminal(command, env=env) as terminal:
            terminal.wait_for(shows, 30)
            terminal.wait_for_quiet(0.5)
            began = time.monotonic()
            terminal.send("q")
            terminal.exit_code(5)
            times.append(time.monotonic() - began)
    return median(times) * 1000
