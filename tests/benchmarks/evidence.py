"""What a run's evidence costs: a log of 200 MB opened, scrolled and searched, and the memory meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Beside, Figure
from benchmarks.log_server import log_server
from terminal.program import ROOT, SOURCES, account

__all__ = ["log_tab"]

SECOND = 1_000
FRAME = 16
"""Milliseconds: a frame at 60 a second."""
MEMORY = 150
"""MB that both processes together may take more than before the log was opened."""


def log_tab() -> list[Figure]:
    """The Log tab in a process of its own, and the process that talks to AWS, against a loopback server."""
    path = os.pathsep.join([str(ROOT / "tests"), SOURCES["PYTHONPATH"]])
    with log_server() as url:
        output = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("log_tab.py")), url],
            env=os.environ | SOURCES | account(url) | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            check=True,
            timeout=300,
        ).stdout
    took: dict[str, float] = json.loads(output)
    return [
        Figure.bounded("a log of 200 MB: its end on the screen", took["opened"], "ms", SECOND),
        Figure.bounded("  PageUp, median", took["page"], "ms", FRAME, Beside("p95", took["page_p95"])),
        Figure("  half of it searched for a word", took["searched"] / 1000, "s"),
        Figure.bounded("  longest turn of the event loop meanwhile", took["turn"], "ms", 2 * FRAME),
        Figure("  memory of both processes while scrolling", took["scrolled"], "MB", Beside("before", took["before"])),
        Figure.bounded("  what searching takes more than nothing", took["most"] - took["before"], "MB", MEMORY),
    ]
