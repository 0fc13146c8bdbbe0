"""Whatever stands where a file of the user should be: a sentence, soon; what a person wrote stays as it is."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from canaryscope.places import log_folder
from canaryscope.preferences import Preferences
from canaryscope.settings_report import report
from canaryscope.support_log import NAME
from test_support_log import GOOD, LINE, written

Damage = Callable[[Path], object]


def sparse(path: Path) -> None:
    """A gigabyte of nothing."""
    with path.open("wb") as file:
        file.truncate(1 << 30)


def bound(path: Path) -> None:
    """A socket; its address has no room for a whole path."""
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


NO_TEXT: dict[str, Damage] = {
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "half": lambda path: path.write_text('{"zone": "ut'),
    "nested": lambda path: path.write_text('{"a": ' + "[" * 300 + "]" * 300 + "}"),
    "nested deeply": lambda path: path.write_text("a = " + "[" * 50_000),
    "sparse": sparse,
}
NO_FILE: dict[str, Damage] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "socket": bound,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "circle": lambda path: path.symlink_to(path),
}
DAMAGES = NO_TEXT | NO_FILE


def kind(path: Path) -> tuple[int, int]:
    """Which file this is, and of what kind."""
    status = path.lstat()
    return status.st_ino, stat.S_IFMT(status.st_mode)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["settings.toml", "keys.toml"])
def test_what_a_person_wrote_is_told_of_and_left_alone(own_folder: Path, name: str, damage: str) -> None:
    DAMAGES[damage](own_folder / name)
    before = kind(own_folder / name)
    told = report(utc=False)
    [problem] = told.problems
    assert problem.startswith(f"{own_folder / name}: ")
    assert problem.isprintable()
    assert 'zone = "local"            # default' in told.lines
    assert kind(own_folder / name) == before
    assert os.listdir(own_folder) == [name]


@pytest.mark.parametrize("damage", DAMAGES)
def test_choices_that_cannot_be_read_are_set_aside_and_new_ones_kept(own_folder: Path, damage: str) -> None:
    path, aside = own_folder / "preferences.json", own_folder / "preferences.json.damaged"
    DAMAGES[damage](path)
    before = kind(path)
    [problem] = report(utc=False).problems
    assert problem.startswith(f"{path} is ignored: ")
    assert problem.endswith("; it is now preferences.json.damaged")
    assert problem.isprintable()
    assert kind(aside) == before
    choices = Preferences(path)
    choices.set("zone", "utc")
    assert (choices.problem, choices.save()) == ("", "")
    assert Preferences(path).get("zone", "local") == "utc"
    assert kind(aside) == before


@pytest.mark.parametrize("in_the_way", ["folder", "folder that is not empty"])
def test_where_it_cannot_be_set_aside_that_is_said(own_folder: Path, in_the_way: str) -> None:
    path = own_folder / "preferences.json"
    path.write_text("{")
    (own_folder / "preferences.json.damaged").mkdir()
    if in_the_way != "folder":
        (own_folder / "preferences.json.damaged" / "mine").touch()
    choices = Preferences(path)
    assert choices.problem.endswith("; it stays where it is")
    choices.set("zone", "utc")
    assert choices.save() == ""
    assert Preferences(path).get("zone", "local") == "utc"


@pytest.mark.parametrize("damage", NO_FILE)
def test_what_is_no_log_is_not_written_to(own_folder: Path, damage: str) -> None:
    log_folder().mkdir()
    NO_FILE[damage](log_folder() / NAME)
    before = kind(log_folder() / NAME)
    problem = written(log_folder(), GOOD).problem
    assert problem.startswith(f"The log {log_folder() / NAME} is not written any more: ")
    assert kind(log_folder() / NAME) == before
    assert os.listdir(log_folder()) == [NAME]


@pytest.mark.parametrize("damage", NO_TEXT)
def test_a_log_with_anything_in_it_is_gone_on_with(own_folder: Path, damage: str) -> None:
    log_folder().mkdir()
    NO_TEXT[damage](log_folder() / NAME)
    assert written(log_folder(), GOOD).problem == ""
    assert LINE.fullmatch((log_folder() / NAME).read_text(errors="replace").splitlines()[-1])
