"""What a person chose last, kept from one start to the next: zone, theme, canary and the like.

A JSON object in the user's state folder. It is a convenience: whatever is wrong with the file costs the choices in it
and a sentence, never the start. Keys that this version does not know are kept.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

import platformdirs

from canaryscope.private_file import own_target, read_own, write_private
from canaryscope.runs.text import clean_line

__all__ = ["JsonValue", "Preferences", "default_path"]

_LOG = logging.getLogger(__name__)

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES: Final = 1_000_000
"""A larger file is not one of ours."""
_CANARIES: Final = "canaries"


def default_path() -> Path:
    """On Linux, $XDG_STATE_HOME/canaryscope/preferences.json."""
    return platformdirs.user_state_path("canaryscope", appauthor=False) / "preferences.json"


class Preferences:
    """The choices in the file at `path`; None keeps them in memory only.

    `problem` is a sentence about the file, or empty. None of the methods raises OSError. Reading and setting choices
    waits for no file and may be done while `save` runs in another thread.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.problem = ""
        self._changed: dict[str, JsonValue] = {}
        self._memory = Lock()
        """Held while the two dictionaries change."""
        self._saving = Lock()
        """Held during a whole `save`, so that of two the later one writes last."""
        self._values = self._load()

    def get(self, name: str, default: str) -> str:
        """The text kept under `name`; `default` if there is none."""
        value = self._values.get(name)
        return value if isinstance(value, str) else default

    def get_json(self, name: str) -> JsonValue:
        """Whatever is kept under `name`, or None. It was written by another version or by hand: check its shape."""
        return self._values.get(name)

    def set(self, name: str, value: JsonValue) -> None:
        """Keep `value` under `name`, from the next `save` on in the file too."""
        with self._memory:
            if self._values.get(name) != value:
                self._values[name] = self._changed[name] = value

    def last_canary(self, profile: str | None, region: str | None) -> str | None:
        """The canary opened last with this profile in this region."""
        return _string(_object(self._values.get(_CANARIES)).get(_place(profile, region)))

    def remember_canary(self, profile: str | None, region: str | None, canary: str) -> None:
        """Keep what `last_canary` shall answer."""
        self.set(_CANARIES, {**_object(self._values.get(_CANARIES)), _place(profile, region): canary})

    def save(self) -> str:
        """Write what has changed since the last time; returns why that was impossible, or an empty text.

        Reads the file again first, so that what another canaryscope wrote meanwhile stays. After a failure everything
        goes on in memory.
        """
        with self._saving:
            return self._save()

    def _save(self) -> str:
        with self._memory:
            changed = dict(self._changed)
        if not changed or self.path is None:
            return ""
        values = self._load()
        for name, value in changed.items():
            values[name] = {**_object(values.get(name)), **_object(value)} if name == _CANARIES else value
        try:
            write_private(own_target(self.path), json.dumps(values, indent=2, sort_keys=True) + "\n")
        except OSError as error:
            self.problem = _sentence(f"Choices are kept for this session only: {self.path}", error)
            _LOG.debug("%s", self.problem, exc_info=error)
            return self.problem
        with self._memory:  # what was chosen while the file was written is still to be saved
            self._changed = {name: value for name, value in self._changed.items() if changed.get(name) != value}
            self._values = {**values, **self._changed}
        return ""

    def _load(self) -> dict[str, JsonValue]:
        if self.path is None:
            return {}
        try:
            values = json.loads(read_own(self.path, MAX_BYTES))
            if not isinstance(values, dict):
                raise ValueError("it is no JSON object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self.problem = f"{_sentence(f'{self.path} is ignored', error)}; {self._set_aside(self.path)}"
            _LOG.debug("%s", self.problem, exc_info=error)
            return {}
        return values

    def _set_aside(self, path: Path) -> str:
        aside = path.with_name(path.name + ".damaged")
        try:
            os.replace(path, aside)
        except OSError:
            return "it stays where it is"
        return clean_line(f"it is now {aside.name}")


def _sentence(what: str, error: Exception) -> str:
    return clean_line(f"{what}: {(error.strerror if isinstance(error, OSError) else None) or error}")


def _place(profile: str | None, region: str | None) -> str:
    return f"{profile or ''} {region or ''}"


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _string(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
