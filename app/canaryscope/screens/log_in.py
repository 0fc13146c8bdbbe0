"""`L`: a login of the AWS CLI, which has the terminal while it runs."""

from __future__ import annotations

import logging
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual.app import SuspendNotSupported

from canaryscope.runs.text import clean_line
from canaryscope.terminal import TerminalApp

__all__ = ["log_in"]

_LOG = logging.getLogger(__name__)


def log_in(app: TerminalApp[Any], command: Sequence[str]) -> str:
    """Run a command on the terminal, with the application suspended; a remark on how it ended.

    Blocks the event loop: nobody sees the application meanwhile, and it may write nothing. Raises nothing.
    """
    shown = clean_line(shlex.join(command))
    program = shutil.which(command[0])
    if program is None:
        return f"There is no {command[0]} on PATH here"
    try:
        with app.suspend():
            return _run(app, [program, *command[1:]], shown)
    except SuspendNotSupported as error:
        _LOG.debug("%s is not run", shown, exc_info=error)
        return f"There is no terminal to run {shown} on"


def _run(app: TerminalApp[Any], command: Sequence[str], shown: str) -> str:
    """What a failed command has written is there to be read until Enter. Textual does not resume after an exception."""
    print(f"$ {shown}", flush=True)  # noqa: T201 - it is the shell's screen
    try:
        process = subprocess.Popen(command)
    except OSError as error:
        _LOG.debug("%s is not run", shown, exc_info=error)
        return f"{shown} could not be run: {error.strerror}"
    # ctrl+c is for the command alone: what is ignored before a program starts would be ignored by that, too.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with app.lend(process):
            code = process.wait()
        _LOG.debug("%s has ended with code %d", shown, code)
        if code:
            print("Enter goes back to canaryscope.", flush=True)  # noqa: T201
            _wait_for_enter()
    finally:
        signal.signal(signal.SIGINT, heard)
    return f"{shown} has ended" if code == 0 else f"{shown} ended with code {code}"


def _wait_for_enter() -> None:
    """Enter, or the end of what is typed."""
    with suppress(OSError, ValueError):
        if sys.__stdin__ is not None:
            sys.__stdin__.readline()
