"""Checks what a settings file says. Every mistake costs what it is in, and is a sentence with the file and the line.

    theme = "light"
    zone = "utc"
    watch_interval = 60

    [columns]
    location = false

[keys] is left to `canaryscope.keymap`, which has to know the bindings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from canaryscope.runs.text import clean_line, did_you_mean
from canaryscope.settings import CHOICES, COLUMNS, INTERVALS, Settings
from canaryscope.toml_file import TomlFile

__all__ = ["checked"]

_NAMES = (*CHOICES, "watch_interval", "columns", "keys")


def checked(file: TomlFile) -> Settings:
    """The settings in a file."""
    taken: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in _entries(file.table):
        try:
            taken[name] = _check_of(name)(value)
        except ValueError as error:
            problems.append(clean_line(f"{file.at(name)}: {name}: {error}"))
    return Settings(
        file.path,
        words={name: taken[name] for name in CHOICES if name in taken},
        columns={name: taken[f"columns.{name}"] for name in COLUMNS if f"columns.{name}" in taken},
        watch_interval=taken.get("watch_interval"),
        file=file,
        problems=tuple(problems),
    )


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is to be checked here, by its whole name."""
    for name, value in table.items():
        if name == "columns" and isinstance(value, dict):
            yield from ((f"columns.{column}", shown) for column, shown in value.items())
        elif name != "keys":
            yield name, value


def _check_of(name: str) -> Callable[[Any], Any]:
    """What returns the value that is meant, or raises ValueError with the reason. ValueError for an unknown name."""
    if name in CHOICES:
        return lambda value: _word(value, CHOICES[name])
    if name == "watch_interval":
        return _seconds
    if name == "columns":
        return _no_columns
    table, _, column = name.partition(".")
    if table != "columns":
        raise ValueError(f"there is no such setting{did_you_mean(name, _NAMES)}")
    if column not in COLUMNS:
        raise ValueError(f"only {', '.join(COLUMNS)} can be chosen{did_you_mean(column, COLUMNS)}")
    return _shown


def _word(value: Any, words: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in words:
        return value
    quoted = [f'"{word}"' for word in words]
    nearest = did_you_mean(value, words) if isinstance(value, str) else ""
    raise ValueError(f"{', '.join(quoted[:-1])} or {quoted[-1]} is expected{nearest}")


def _seconds(value: Any) -> float:
    least, most = INTERVALS
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number of seconds is expected, like 60")
    if not least <= value <= most:  # nor is nan
        raise ValueError(f"at least {least} and at most {most:,} seconds are expected")
    return float(value)


def _shown(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true (always shown) or false (never) is expected")
    return value


def _no_columns(_value: Any) -> None:
    raise ValueError("a table is expected: [columns], and below it a line like location = false")
