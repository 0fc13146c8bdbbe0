"""How the program under test is started: this source tree, and an AWS account that leads nowhere but to loopback."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from terminal.emulator import XTERM, Identity
from terminal.probe import Terminal

__all__ = ["A_RUN", "COMMAND", "IMPORT_CLOCK", "INSTANT", "ROOT", "SOURCES", "Explore", "account", "import_times"]

ROOT = Path(__file__).resolve().parents[2]
A_RUN = r"^.?(PASSED|FAILED|RUNNING) .*\d\d:\d\d:\d\d"
"""A line of the run table, as a regular expression."""
COMMAND = [sys.executable, "-m", "canaryscope"]
SOURCES = {
    "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("app", "widgets")),
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "*",
    "TZ": "UTC",
}
"""The environment that finds this source tree, and asks no metadata service and no proxy."""
IMPORT_CLOCK = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent / "import_clock"), SOURCES["PYTHONPATH"]])}
"""Over SOURCES: the program tells when it loads boto3, or waits with it (see import_clock/sitecustomize.py)."""
INSTANT = {"CANARYSCOPE_DEMO_LATENCY": "0"}
"""Over SOURCES: the embedded demo answers at once."""


class Explore(Protocol):
    """Start `canaryscope` with these arguments on a terminal of `cols` by `rows`, `env` on top of a clean one."""

    def __call__(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        cols: int = 80,
        rows: int = 24,
        resize_reports: bool = False,
        identity: Identity = XTERM,
    ) -> Terminal: ...


def account(url: str, region: str = "eu-west-1") -> dict[str, str]:
    """AWS's own variables for an endpoint at `url` (http://127.0.0.1:port), with credentials made up for it."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
    }


def import_times(log: Path) -> dict[tuple[str, str], float]:
    """What a program with IMPORT_LOG=log has noted: (module, "begun" or "ended") to seconds of time.monotonic()."""
    lines = log.read_text().splitlines() if log.exists() else []
    return {(name, what): float(at) for name, what, at in map(str.split, lines)}
