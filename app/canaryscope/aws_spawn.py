"""Starts the process that talks to AWS (`canaryscope.aws.process`): at once, before much else is loaded here."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["spawn"]

MAIN = "import sys; sys.path[:] = {path!r}; from canaryscope.aws.process import main; main()"
"""The same modules as here are found, whatever folder the program was started in."""


def spawn() -> subprocess.Popen[bytes]:
    """The process, which loads what it needs and waits for questions. It gets no terminal: nothing in it can ask there.

    It ends when its standard input does. Raises OSError.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-c", MAIN.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
