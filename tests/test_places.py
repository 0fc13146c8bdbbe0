"""The files of the user are in folders of their own, whatever the environment says, and never in the working one."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import platformdirs
import pytest

from canaryscope.places import NOWHERE, config_folder, log_folder, state_folder
from canaryscope.preferences import Preferences
from canaryscope.settings import load

FOLDERS = (config_folder, state_folder, log_folder)


@pytest.mark.parametrize("value", [None, "", "  ", "relative", "./relative", "~/state"])
def test_an_xdg_variable_that_is_not_absolute_counts_as_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    assert config_folder() == tmp_path / ".config/canaryscope"
    assert state_folder() == tmp_path / ".local/state/canaryscope"
    assert log_folder() == tmp_path / ".local/state/canaryscope/log"


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_without_a_home_nothing_is_read_or_written_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert all(NOWHERE in (folder(), folder().parent) for folder in FOLDERS)
    assert load(config_folder() / "settings.toml").problems == ()
    choices = Preferences(state_folder() / "preferences.json")
    assert choices.problem == ""
    choices.set("zone", "utc")
    assert "kept for this session only" in choices.save()
    assert os.listdir() == []


def test_an_older_platformdirs_that_takes_a_relative_home_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: Path("relative/canaryscope"))
    assert state_folder() == NOWHERE
