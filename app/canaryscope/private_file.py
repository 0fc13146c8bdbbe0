"""Files of the user: written whole or not at all, for nobody else to read; read where they are the user's own."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["lock", "locked", "make_folder", "open_own", "own_target", "read_own", "write_private"]

ABANDONED: Final = 3_600.0
"""Seconds after which nobody writes a temporary file any more: a program that was killed has left it."""
PATIENCE: Final = 1.0
"""Seconds to wait for another canaryscope: it may have been suspended in the midst of writing."""
_LOOK_AGAIN: Final = 0.01
"""Seconds between two looks whether it is done."""


def write_private(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8) at once: readers see the old one or the new one.

    The file gets mode 0600; folders that are missing are made with mode 0700. A symbolic link at `path` is replaced,
    not followed. Raises OSError where that is impossible, and leaves nothing behind then; what a program that was
    killed left behind goes with a later write.
    """
    _check_way(path.parent)
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
    """Make `folder` and what is missing above it, each with mode 0700 (`mkdir(parents=True)` has it for the last).

    Raises OSError, which names what stands in the way.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no folder") from None


def own_target(path: Path) -> Path:
    """Where `path` leads if it is a symbolic link of the user's own; else `path` itself.

    Somebody else's link (in a folder that others may write to, or when root runs with a user's HOME) is not followed.
    """
    try:
        if path.is_symlink() and path.lstat().st_uid == os.getuid():
            return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, in Python 3.11 and 3.12
        pass
    return path


def open_own(path: Path, flags: int) -> int:
    """A descriptor of `path`, or of where a link of the user's own leads; a new file gets mode 0600. Raises OSError."""
    _check_way(path.parent)
    try:
        return os.open(own_target(path), flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            error.strerror = "it is somebody else's symbolic link, or one in a circle"
        raise


def _check_way(folder: Path) -> None:
    """Raise PermissionError where a link of somebody else's, who is not root, leads to `folder`.

    The way begins at the home; for a folder that is elsewhere, at its parent. What is above is the system's business.
    """
    home = Path(os.path.expanduser("~"))
    way = [folder, *folder.parents]
    for place in [place for place in way if home in place.parents] or way[:2]:
        if place.is_symlink() and place.lstat().st_uid not in (os.getuid(), 0):
            raise PermissionError(errno.EPERM, f"{place} is somebody else's symbolic link")


def read_own(path: Path, limit: int) -> str:
    """The text of a regular file. Raises OSError, or ValueError where it is something else or over `limit` bytes."""
    descriptor = open_own(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is no regular file")
        if status.st_size > limit:
            raise ValueError(f"it is larger than {limit:,} bytes")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit).decode("utf-8")
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other canaryscopes from what they do in `folder` under this lock. Raises OSError where it is no folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> None:
    """Have the lock of a folder until its descriptor is closed; the kernel takes it from a program that was killed.

    Goes on without it after `PATIENCE`, and where the file system has no locks. Raises nothing.
    """
    give_up = time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        while not _try_lock(descriptor) and time.monotonic() < give_up:
            time.sleep(_LOOK_AGAIN)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
