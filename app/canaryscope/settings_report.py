"""What `canaryscope settings` prints: where the files are, and what is in force, as a settings file with comments."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from canaryscope import preferences, settings, support_log
from canaryscope.places import log_folder
from canaryscope.preferences import Preferences
from canaryscope.runs.text import clean_line
from canaryscope.spared import spared

__all__ = ["Report", "report"]


class Report(NamedTuple):
    """For standard output, and for standard error."""

    lines: list[str]
    problems: list[str]


def report(*, utc: bool) -> Report:
    """Read the files. Raises nothing; textual is loaded where there are keys to check."""
    choices = Preferences(preferences.default_path())
    said = settings.load(settings.default_path())
    keys, key_problems = _keys(said, settings.keys_path())
    lines = [
        *_files(said.path, settings.keys_path(), preferences.default_path(), log_folder() / support_log.NAME),
        "",
        *_values(settings.Effective(said, choices, utc=utc)),
        "",
        *_columns(said),
        "",
        *keys,
    ]
    problems = (*said.problems, *key_problems, choices.problem)
    return Report(lines, [problem for problem in problems if problem])


def _files(*paths: Path) -> Iterator[str]:
    names = ("settings", "keys", "chosen last", "log")
    for name, path in zip(names, paths, strict=True):
        yield f"# {name + ':':<13}{clean_line(str(path))}{'' if os.path.exists(path) else ' (not there)'}"


def _values(effective: settings.Effective) -> Iterator[str]:
    for name in settings.CHOICES:
        value, origin = effective[name]
        yield _line(f'{name} = "{value}"', origin)
    if (seconds := effective.settings.watch_interval) is None:
        yield _line("# watch_interval = 60", "default: four times in an interval of the canary's schedule")
    else:
        yield _line(f"watch_interval = {seconds:g}", effective.settings.origin("watch_interval"))


def _columns(said: settings.Settings) -> Iterator[str]:
    yield "[columns]"
    for name in settings.COLUMNS:
        if name in said.columns:
            yield _line(f"{name} = {str(said.columns[name]).lower()}", said.origin(f"columns.{name}"))
        else:
            yield _line(f"# {name} = true", "default: shown where there is something to show")


def _keys(said: settings.Settings, path: Path) -> tuple[list[str], tuple[str, ...]]:
    lines = ["[keys]"]
    problems: tuple[str, ...] = ()
    if os.path.lexists(path) or (said.file is not None and "keys" in said.file.table):
        with spared():
            from canaryscope import keymap
            from canaryscope.scopes import scopes

        loaded = keymap.load(path, scopes, said.file)
        problems = loaded.problems
        for binding_id, keys in loaded.keymap.items():
            lines.append(_line(f'"{binding_id}" = {json.dumps(keys.split(","))}', loaded.origins[binding_id]))
    return [*lines, "# All other keys are as the README and ? show them."], problems


def _line(setting: str, origin: str) -> str:
    return f"{setting:<24}  # {clean_line(origin)}"
