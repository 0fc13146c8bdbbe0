"""The loopback server in a process of its own, so that its work is not counted as the program's."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from terminal.program import ROOT, SOURCES

__all__ = ["serving"]


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """The URL of a peer started with these arguments of `python -m peer.server`; it ends with the block."""
    path = os.pathsep.join([str(ROOT / "tests"), SOURCES["PYTHONPATH"]])
    process = subprocess.Popen(
        [sys.executable, "-m", "peer.server", *arguments],
        env=os.environ | SOURCES | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the peer did not start: exit code {process.wait(5)}")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
