"""What a person would miss who has left the explorer open overnight: runs, memory, or that it still watches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from terminal.program import SOURCES

TESTS = Path(__file__).resolve().parents[1]
LIMIT = 180
"""Seconds of real time that a day may take."""


def lived(*arguments: str) -> dict[str, Any]:
    """The report of a simulated day."""
    path = os.pathsep.join([SOURCES["PYTHONPATH"], str(TESTS)])
    environ = os.environ | SOURCES | {"PYTHONPATH": path}
    command = [sys.executable, "-m", "soak", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def assert_flat(samples: list[Mapping[str, int]], *names: str) -> None:
    """Memory stays within 10 % of what it was after the first hour; of the others there are no more than then.

    But for what a call that is under way may take (one has three at most), and a key that has just been pressed.
    """
    first, *later = samples
    slack = {"timers": 4, "other_threads": 3, "other_handles": 3}
    for name in names:
        most = first[name] * 1.1 if "memory" in name else first[name] + slack.get(name, 0)
        assert max(sample[name] for sample in later) <= most, (name, samples)


def test_a_day_of_watching_with_faults_loses_no_run_doubles_none_and_costs_nothing_more() -> None:
    report = lived("--hours", "24", "--every", "30")
    assert len(report["samples"]) == report["hours"] == 24
    assert_flat(report["samples"], "memory", "threads", "handles", "timers")
    assert (report["doubled"], report["missing"], report["wrong"]) == (0, 0, 0)
    assert report["runs"] > 24 * 60
    assert report["most_at_once"] <= 3
    assert report["most_throttled"] <= 3
    assert len(report["faults"]) >= 11
    assert report["told"] > 20, "another verdict"
    assert 24 * 60 < report["calls"] < 24 * 120 + 100, "about two looks a minute, fewer after errors"


def test_hours_over_real_connections_that_break_leave_no_thread_no_handle_and_no_gap() -> None:
    report = lived("--hours", "2", "--wire")
    assert_flat(report["samples"], "memory", "timers", "other_memory", "other_threads", "other_handles")
    assert (report["doubled"], report["missing"], report["wrong"]) == (0, 0, 0)
    assert report["runs"] >= 2 * 60 + 100
    assert len(report["faults"]) >= 8
