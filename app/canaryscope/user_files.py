"""The files of the user, as the application has them: loaded when they are first asked for, and what is wrong, told."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from canaryscope.session_log import SessionLog

if TYPE_CHECKING:
    from canaryscope.keymap import LoadedKeymap
    from canaryscope.preferences import Preferences
    from canaryscope.settings import Effective

__all__ = ["UserFiles"]


class UserFiles:
    """Settings, key map, choices, and the log that is kept of the calls. `choices`: None keeps none."""

    def __init__(self, choices: Callable[[], Preferences] | None, log: SessionLog, *, utc: bool) -> None:
        self._load_choices = choices
        self._log = log
        self._utc = utc
        self._told: set[str] = set()

    @cached_property
    def choices(self) -> Preferences:
        """What was chosen last."""
        from canaryscope.preferences import Preferences

        return self._load_choices() if self._load_choices is not None else Preferences(None)

    @cached_property
    def in_force(self) -> Effective:
        """What the settings, the choices and the options come to."""
        from canaryscope.settings import Effective, default_path, load

        return Effective(load(default_path()), self.choices, utc=self._utc)

    @cached_property
    def keys(self) -> LoadedKeymap:
        """The person's own."""
        from canaryscope import keymap, settings

        file = self.in_force.settings.file
        return keymap.load(settings.keys_path(), lambda: import_module("canaryscope.scopes").scopes(), file)

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong with any of them now, as sentences."""
        said = (*self.in_force.settings.problems, *self.keys.problems, self.choices.problem, self._log.problem)
        return tuple(filter(None, said))

    @property
    def notes(self) -> list[str]:
        """All that is wrong, and where the settings are."""
        from canaryscope.runs.text import clean_line

        return [*self.problems, clean_line(f"Your settings and keys: {self.in_force.settings.path}")]

    def remark(self) -> str:
        """What is wrong that was not so at the last remark, with how much there is in all; empty where nothing is."""
        problems = self.problems
        new = [problem for problem in problems if problem not in self._told]
        self._told |= {*new}
        if not new:
            return ""
        return new[0] if len(problems) == 1 else f"{len(problems)} problems (? shows all): {new[0]}"
