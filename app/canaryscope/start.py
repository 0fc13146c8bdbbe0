"""What runs first: the process for AWS starts here, before the command line is loaded and read.

boto3 takes longer to load than the user interface; the first page of runs comes as much sooner as it begins earlier.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from canaryscope.aws_spawn import spawn

__all__ = ["main"]

_TELLING = ("--help", "--version", "settings")


def main() -> None:
    """Run the program; always ends in SystemExit. Where it only tells something, or has no terminal, nothing starts."""
    os.umask(os.umask(0o077) & 0o077)  # files made with any umask are their owner's to read and write
    sys.setswitchinterval(0.001)  # seconds: a key's thread, and the one that writes to the terminal, wait no longer
    gc.disable()  # until the application is up: see spared.collect_garbage_again
    process = None
    if not any(option in sys.argv for option in _TELLING) and os.isatty(0) and os.isatty(1):
        with suppress(OSError):  # the first question tries again, and says why it could not
            process = spawn()
    from canaryscope import cli

    cli.main(process)
