"""What counts: an option, what was chosen last in the explorer, `settings.toml`, or what the program does by itself.

A choice made in the explorer counts until its line in `settings.toml` is changed: it is kept together with what the
file said then.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from canaryscope.places import config_folder
from canaryscope.private_file import read_own
from canaryscope.runs.text import clean_line

if TYPE_CHECKING:
    from canaryscope.preferences import Preferences
    from canaryscope.toml_file import TomlFile

__all__ = [
    "CHOICES",
    "COLUMNS",
    "DEFAULTS",
    "INTERVALS",
    "Effective",
    "InForce",
    "Settings",
    "default_path",
    "keys_path",
    "load",
    "read_toml",
]

_LOG = logging.getLogger(__name__)

CHOICES: Final = {"theme": ("dark", "light"), "zone": ("local", "utc", "relative")}
"""The settings that take one of a few words; the explorer can change them, too."""
DEFAULTS: Final = {"theme": "dark", "zone": "local"}
COLUMNS: Final = ("attempt", "browser", "location", "dry_run")
"""The columns of the run table that may be shown always (true) or never (false), and not as there is need."""
INTERVALS: Final = (15, 86_400)
"""Seconds: the shortest and the longest `watch_interval`."""
MAX_BYTES: Final = 100_000
"""A larger file is none that a person wrote."""
_KEPT_AS: Final = {"theme": "ansi-"}
"""What is before the word in preferences.json: Textual's names of the themes are there."""


class Settings(NamedTuple):
    """What the file says. What it leaves out, or says wrongly, is in none of these."""

    path: Path
    words: Mapping[str, str] = {}
    """One of the words in CHOICES for each of its names."""
    columns: Mapping[str, bool] = {}
    watch_interval: float | None = None
    """Seconds."""
    file: TomlFile | None = None
    """None: there is no file, or none that can be read. The key map is made from its [keys]."""
    problems: tuple[str, ...] = ()
    """Sentences for a person, each with the file and, where it is known, the line."""

    def origin(self, name: str) -> str:
        """`file:line` of what sets `name` (`zone`, `columns.browser`)."""
        return str(self.path) if self.file is None else self.file.at(name)


class InForce(NamedTuple):
    """A value, and where it is from: for a person."""

    value: str
    origin: str


def default_path() -> Path:
    """On Linux, $XDG_CONFIG_HOME/canaryscope/settings.toml."""
    return config_folder() / "settings.toml"


def keys_path() -> Path:
    """On Linux, $XDG_CONFIG_HOME/canaryscope/keys.toml: a file with [keys] alone, which `keymap` reads beside this."""
    return default_path().with_name("keys.toml")


def load(path: Path) -> Settings:
    """Read the settings at `path`; a file that is not there says nothing. Raises nothing."""
    try:
        file = read_toml(path)
    except ValueError as error:
        _LOG.debug("%s is ignored", path, exc_info=error)
        return Settings(path, problems=(clean_line(f"{path}: {error}"),))
    if file is None:
        return Settings(path)
    from canaryscope.settings_check import checked

    return checked(file)


def read_toml(path: Path) -> TomlFile | None:
    """The file at `path`; None where there is none. Raises ValueError with the reason why it cannot be read."""
    try:
        text = read_own(path, MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise ValueError("this is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise ValueError(f"it cannot be read: {reason}") from error
    from canaryscope.toml_file import parsed  # most people have no such file

    return parsed(path, text)


class Effective:
    """What is in force of the settings that the explorer can change."""

    def __init__(self, settings: Settings, choices: Preferences, *, utc: bool = False) -> None:
        self.settings = settings
        self._choices = choices
        self._now = {name: self._without_option(name) for name in CHOICES}
        if utc:
            self._now["zone"] = InForce("utc", "--utc")

    def __getitem__(self, name: str) -> InForce:
        return self._now[name]

    def choose(self, name: str, value: str) -> None:
        """The person wants `value` now, and the next time; nothing is new where it is in force already."""
        if self._now[name].value != value:
            self._now[name] = InForce(value, "chosen in the explorer")
            self._choices.set(name, _KEPT_AS.get(name, "") + value)
            self._choices.set(f"{name}_over", self.settings.words.get(name, ""))

    def _without_option(self, name: str) -> InForce:
        said = self.settings.words.get(name)
        chosen = self._choices.get(name, "").removeprefix(_KEPT_AS.get(name, ""))
        if chosen in CHOICES[name] and said in (None, self._choices.get(f"{name}_over", "")):
            return InForce(chosen, f"chosen last: {self._choices.path}")
        if said is not None:
            return InForce(said, self.settings.origin(name))
        return InForce(DEFAULTS[name], "default")
