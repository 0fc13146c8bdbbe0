"""Files that nobody but the user may read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import Final

__all__ = ["make_folder", "write_private"]

ABANDONED: Final = 3_600.0
"""Seconds after which nobody writes a temporary file any more: a program that was killed has left it."""


def write_private(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8) at once: readers see the old one or the new one.

    The file gets mode 0600; folders that are missing are made with mode 0700. A symbolic link at `path` is replaced,
    not followed. Raises OSError where that is impossible, and leaves nothing behind then; what a program that was
    killed left behind goes with a later write.
    """
    make_folder(path.parent)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".new")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _clear_away(path)


def _clear_away(path: Path) -> None:
    """Remove what killed programs have left of the file at `path`."""
    for left in path.parent.glob(f".{path.name}-*.new"):
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > ABANDONED:
                left.unlink()


def make_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, each with mode 0700 (`mkdir(parents=True)` has it for the last)."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
