"""What a person chose last, kept from one start to the next: zone, theme, canary and the like.

A JSON object in the user's state folder. It is a convenience: whatever is wrong with the file costs the choices in it
and a sentence, never the start. Keys that this version does not know are kept.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

from canaryscope.places import state_folder
from canaryscope.private_file import locked, make_folder, own_target, read_own, write_private
from canaryscope.runs.text import clean_line

__all__ = ["JsonValue", "Preferences", "default_path"]

_LOG = logging.getLogger(__name__)

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES: Final = 1_000_000
"""A larger file is not one of ours."""
MAX_DEPTH: Final = 50
"""Values that are nested deeper are none of ours, and might be read but not written."""
_CANARIES: Final = "canaries"
_NO_FILE: Final = (errno.ELOOP, errno.ENXIO)
"""What opening a link of somebody else's or in a circle, and a socket, ends with: they are in the place of the file."""


def default_path() -> Path:
    """On Linux, $XDG_STATE_HOME/canaryscope/preferences.json."""
    return state_folder() / "preferences.json"


class Preferences:
    """The choices in the file at `path`; None keeps them in memory only.

    None of the methods raises OSError. Reading and setting choices waits for no file and may be done while `save` runs
    in another thread.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._damage = ""
        self._unsaved = ""
        self._changed: dict[str, JsonValue] = {}
        self._memory = Lock()
        """Held while the two dictionaries change."""
        self._saving = Lock()
        """Held during a whole `save`, so that of two the later one writes last."""
        self._values = self._load()

    @property
    def problem(self) -> str:
        """A sentence about the file, or empty: that it cannot be written, else that it could not be read."""
        return self._unsaved or self._damage

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
        try:
            make_folder(self.path.parent)
            with locked(self.path.parent):
                values = self._read_or_set_aside(self.path)
                for name, value in changed.items():
                    values[name] = {**_object(values.get(name)), **_object(value)} if name == _CANARIES else value
                write_private(own_target(self.path), json.dumps(values, indent=2, sort_keys=True) + "\n")
        except OSError as error:
            self._unsaved = _sentence(f"Choices are kept for this session only: {self.path}", error)
            _LOG.debug("%s", self._unsaved, exc_info=error)
            return self._unsaved
        self._unsaved = ""
        with self._memory:  # what was chosen while the file was written is still to be saved
            self._changed = {name: value for name, value in self._changed.items() if changed.get(name) != value}
            self._values = {**values, **self._changed}
        return ""

    def _load(self) -> dict[str, JsonValue]:
        if self.path is None:
            return {}
        with suppress(OSError, ValueError, RecursionError):
            return _read(self.path)
        try:
            with locked(self.path.parent):  # another canaryscope may have set it aside and written a new one just now
                return self._read_or_set_aside(self.path)
        except OSError as error:
            self._damage = _sentence(f"{self.path} is ignored", error)
            return {}

    def _read_or_set_aside(self, path: Path) -> dict[str, JsonValue]:
        try:
            return _read(path)
        except (OSError, ValueError, RecursionError) as error:
            damaged = not isinstance(error, OSError) or error.errno in _NO_FILE
            aside = self._set_aside(path) if damaged else "it stays where it is"
            self._damage = f"{_sentence(f'{path} is ignored', error)}; {aside}"
            _LOG.debug("%s", self._damage, exc_info=error)
            return {}

    def _set_aside(self, path: Path) -> str:
        aside = path.with_name(path.name + ".damaged")
        try:
            os.replace(path, aside)
        except OSError:
            return "it stays where it is"
        return clean_line(f"it is now {aside.name}")


def _read(path: Path) -> dict[str, JsonValue]:
    """What is in the file; nothing where there is none. Raises OSError, ValueError or RecursionError."""
    try:
        values = json.loads(read_own(path, MAX_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    if not isinstance(values, dict):
        raise ValueError("it is no JSON object")
    if _is_deeper(values, MAX_DEPTH):
        raise ValueError("it is nested too deeply")
    return values


def _is_deeper(value: JsonValue, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(one, levels - 1) for one in inner)


def _sentence(what: str, error: Exception) -> str:
    return clean_line(f"{what}: {(error.strerror if isinstance(error, OSError) else None) or error}")


def _place(profile: str | None, region: str | None) -> str:
    return f"{profile or ''} {region or ''}"


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _string(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
