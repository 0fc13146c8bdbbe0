"""The programs that give credentials (credential_process): without a terminal, and none outlives who waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

__all__ = ["end_programs", "start_program"]

_started: list[subprocess.Popen[bytes]] = []


def start_program(command: Sequence[str], **pipes: Any) -> subprocess.Popen[bytes]:
    """Popen for botocore. Raises OSError.

    Of its own session the program has no terminal; its stdin would be ours, and take the keys that are pressed.
    """
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **pipes)
    _started[:] = [*(other for other in list(_started) if other.returncode is None), program]
    return program


def end_programs() -> list[int]:
    """End those that still run, with all that they have started in their session; their process ids.

    Nobody waits for them any more. Raises nothing, waits for nothing: a signal may bring it about at any moment.
    """
    running = [program.pid for program in _started.copy() if program.poll() is None]
    for pid in running:
        with suppress(OSError):  # it has just ended
            os.killpg(pid, signal.SIGTERM)
    return running
