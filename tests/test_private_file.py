"""Somebody else's links lead the files of the user nowhere, wherever on the way to them they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from canaryscope import crash
from canaryscope.places import config_folder, log_folder, state_folder
from canaryscope.preferences import Preferences
from canaryscope.settings import load
from test_support_log import GOOD, written

Link = Callable[[Path], None]


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Link:
    """Makes a link of somebody else's to the folder `elsewhere`, in the home of whoever runs the program."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name)
    user = os.getuid()

    def link(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(tmp_path / "elsewhere")
        if user == 0:
            os.chown(path, 54321, -1, follow_symlinks=False)
        else:
            monkeypatch.setattr(os, "getuid", lambda: user + 1)

    (tmp_path / "elsewhere").mkdir()
    return link


@pytest.mark.parametrize("linked", [".local", ".local/state", ".local/state/canaryscope"])
def test_nothing_is_written_through_a_link_to_a_folder(tmp_path: Path, theirs: Link, linked: str) -> None:
    theirs(tmp_path / "home" / linked)
    told = f"{tmp_path / 'home' / linked} is somebody else's symbolic link"
    choices = Preferences(state_folder() / "preferences.json")
    choices.set("zone", "utc")
    assert told in choices.save()
    assert told in written(log_folder(), GOOD).problem
    assert told in crash.report(RuntimeError("broken"), log_folder())
    assert list((tmp_path / "elsewhere").rglob("*.*")) == []


def test_nothing_is_read_through_one(tmp_path: Path, theirs: Link) -> None:
    (tmp_path / "elsewhere" / "settings.toml").write_text('zone = "utc"\n')
    (tmp_path / "elsewhere" / "preferences.json").write_text('{"zone": "utc"}\n')
    for folder in (config_folder(), state_folder()):
        theirs(folder)
    [problem] = load(config_folder() / "settings.toml").problems
    assert f"{config_folder()} is somebody else's symbolic link" in problem
    choices = Preferences(state_folder() / "preferences.json")
    assert choices.get("zone", "local") == "local"
    assert f"{state_folder()} is somebody else's symbolic link" in choices.problem
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == {"settings.toml", "preferences.json"}


def test_links_of_ones_own_and_those_above_the_home_are_followed(
    tmp_path: Path, theirs: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs(tmp_path / "home")
    choices = Preferences(state_folder() / "preferences.json")
    choices.set("zone", "utc")
    assert choices.save() == ""
    assert (tmp_path / "elsewhere/.local/state/canaryscope/preferences.json").is_file()
