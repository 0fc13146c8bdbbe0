"""What artifacts are called on this machine: paths made of keys, none of which leads out of the folder they are for.

Whoever can write to the bucket chooses the keys. A path made of one has no part that means something to a file system,
a shell or a program that looks into folders: no `..`, no separator, no control character, no leading `-` or `.`
(`.git/config` can name a command), no device of Windows. No two artifacts have one path, on a disk that takes `A` for
`a` either, and none is a folder of another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import count
from typing import Final, TypeAlias

from canaryscope.runs.model import CanaryRun
from canaryscope.runs.text import clean_line

__all__ = ["LONGEST", "PART_ENDING", "FilePath", "folder_name", "numbered", "same_file", "saved_paths"]

FilePath: TypeAlias = tuple[str, ...]
"""The folders below the one that is saved to, and the file's name."""

LONGEST: Final = 220
"""Bytes of UTF-8 in a part of a path, but for the number in ` (2)`. File systems take 255: a digest and
`PART_ENDING` have room."""
MOST_FOLDERS: Final = 6
"""Folders in each other; the names of deeper ones are put together."""
PART_ENDING: Final = ".part"
"""The names of files that are not whole yet end like this, and no others."""

_LONGEST_EXTENSION: Final = 24
_EXTENSION = re.compile(r"(?:\.[^. ]{1,12}){1,2}\Z")
"""`.png`, `.har.gz`."""
_SPECIAL = re.compile(r'[\\/:*?"<>|]')
"""Separators, and what Windows and its shares refuse."""
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "head"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"]
)
"""Devices of Windows; and the file by which git knows a folder as a repository of its own, whose `config` it obeys."""


def saved_paths(names: Iterable[str]) -> tuple[FilePath, ...]:
    """A path for each name, which is a key below the run's prefix; the same ones for the same names each time."""
    paths = [_path(name) for name in names]
    folders = {same_file(path[:depth]) for path in paths for depth in range(1, len(path))}
    taken = set(folders)
    numbers: dict[str, Iterator[int]] = {}
    found: list[FilePath] = []
    for *parents, name in paths:
        path = (*parents, name)
        free = numbers.setdefault(same_file(path), count(2))
        while same_file(path) in taken:
            path = (*parents, numbered(name, next(free)))
        taken.add(same_file(path))
        found.append(path)
    return tuple(found)


def folder_name(run: CanaryRun) -> str:
    """The folder for a run: `checkout-flow-2026-11-22T12-27-07Z-FIREFOX`, with what tells it from the other runs."""
    started = run.timeline.started
    when = f"{started.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}" if started else run.id
    retry = f"retry-{run.retry_attempt}" if run.retry_attempt else None
    return _harmless("-".join(text for text in (run.name, when, retry, run.browser_type, run.location) if text))


def numbered(name: str, number: int) -> str:
    """`home (2).png`, for a file that cannot be called `home.png`."""
    stem, extension = _split(name)
    return f"{stem} ({number}){extension}"


def same_file(path: Sequence[str]) -> str:
    """Equal for paths that some disk takes for the same: in another case, or composed of other code points."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", "/".join(path)).casefold())


def _path(name: str) -> FilePath:
    """The parts of a name, made harmless one by one."""
    *folders, file = [part for part in name.split("/") if part.strip(". ")] or [""]
    if len(folders) > MOST_FOLDERS:
        folders[MOST_FOLDERS - 1 :] = ["_".join(folders[MOST_FOLDERS - 1 :])]
    return (*map(_harmless, folders), _harmless(file))


def _harmless(part: str) -> str:
    """A name that is nothing but a name, not empty; what is harmless stays as it is."""
    line = "".join(character if character.isprintable() else "_" for character in clean_line(part))
    text = unicodedata.normalize("NFC", _SPECIAL.sub("_", line))
    stem, extension = _split(text.strip().rstrip(". "))
    room = LONGEST - len(extension.encode())
    text = stem.encode()[:room].decode(errors="ignore").rstrip(". ") + extension
    if text[:1] in ("", "-", ".", "~") or text.partition(".")[0].rstrip().casefold() in _RESERVED:
        text = f"_{text.lstrip('-.~ ')}"
    return f"{text}_" if text.casefold().endswith(PART_ENDING) else text


def _split(name: str) -> tuple[str, str]:
    """Stem and extension. A name that is nothing but an extension is a stem."""
    found = _EXTENSION.search(name, 1)
    if found is None or len(found[0].encode()) > _LONGEST_EXTENSION:
        return name, ""
    return name[: found.start()], found[0]
