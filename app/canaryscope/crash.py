"""What a person gets to see when the program itself is at fault: a short report, and the whole one in a file.

Reports show no local variables: those may hold credentials and the contents of pages.
"""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from canaryscope import __version__
from canaryscope.places import log_folder
from canaryscope.private_file import write_private
from canaryscope.runs.text import clean, clean_line

__all__ = ["FRAMES", "describe", "report"]

FRAMES: Final = 4
"""Stack frames of each exception that are shown; the file has them all."""
_LIMIT: Final = 1_000_000
"""Characters of the longest report: a recursion error repeats itself."""


def describe(error: BaseException, frames: int | None = None) -> str:
    """The traceback of `error` and its causes as clean text, with the innermost `frames` (None: all) of each."""
    limit = None if frames is None else -frames
    trace = traceback.TracebackException(type(error), error, error.__traceback__, limit=limit, capture_locals=False)
    return clean("".join(trace.format()), limit=_LIMIT).rstrip()


def report(error: BaseException, folder: Path | None = None) -> str:
    """Write the whole report of `error` to `crash.txt` in `folder` (default: `log_folder`) and return the short one."""
    path = (folder or log_folder()) / "crash.txt"
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    head = f"canaryscope {__version__}, Python {platform.python_version()}, {platform.system()}, {now}"
    try:
        write_private(path, f"{head}\n\n{describe(error)}\n")
    except OSError as problem:
        where = f"the whole report could not be written to {path}: {problem.strerror}"
    else:
        where = f"the whole report is in {path}"
    return f"{describe(error, FRAMES)}\ncanaryscope {__version__} stopped by a mistake of its own; {clean_line(where)}"
