"""A TOML file that a person wrote: what it says, and in which line. Loads tomllib: imported where there is a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

__all__ = ["TomlFile", "parsed"]

_PART: Final = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_NAME: Final = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER: Final = re.compile(rf"\s*\[\s*({_NAME})\s*\]")
_ENTRY: Final = re.compile(rf"\s*({_NAME})\s*=")


class TomlFile(NamedTuple):
    """A file that is TOML."""

    path: Path
    text: str
    table: Mapping[str, Any]

    def at(self, name: str) -> str:
        """`file:line` of what sets `name` (`zone`, `keys.runs.refresh`), or the table it is in; or the file alone."""
        lines = _lines_of(self.text)
        while name:
            if name in lines:
                return f"{self.path}:{lines[name]}"
            name = name.rpartition(".")[0]
        return str(self.path)


def parsed(path: Path, text: str) -> TomlFile:
    """What `text` says. Raises ValueError with the reason."""
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is not TOML: {error}") from None
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise ValueError(f"it cannot be read: {error}") from None


@lru_cache(maxsize=2)
def _lines_of(text: str) -> dict[str, int]:
    return dict(reversed([*_lines(text)]))  # of two lines for one name the first counts


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Each name that is set, with the tables that it is in, and its line. Lines of a longer text may look the same."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = _plain(header[1])
            table = f"{name}."
            yield name, number
        elif entry := _ENTRY.match(line):
            yield table + _plain(entry[1]), number


def _plain(name: str) -> str:
    """`keys."runs.refresh"` as `keys.runs.refresh`."""
    return ".".join(part.strip("\"'") for part in re.findall(_PART, name))
