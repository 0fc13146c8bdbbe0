"""What a person chose is there next time, and nothing about the file can stop the program."""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope import preferences
from canaryscope.preferences import MAX_BYTES, JsonValue, Preferences, default_path
from canaryscope.private_file import write_private


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "canaryscope" / "preferences.json"


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_choices_are_there_next_time(path: Path) -> None:
    first = Preferences(path)
    assert (first.get("zone", "local"), first.problem) == ("local", "")
    first.set("zone", "utc")
    first.set("widths", {"reason": 40})
    first.remember_canary("prod", "eu-west-1", "checkout-flow")
    first.remember_canary(None, None, "login")
    assert first.save() == ""
    second = Preferences(path)
    assert second.get("zone", "local") == "utc"
    assert second.get_json("widths") == {"reason": 40}
    assert second.last_canary("prod", "eu-west-1") == "checkout-flow"
    assert second.last_canary(None, None) == "login"
    assert second.last_canary("prod", "eu-west-2") is None


def test_only_the_user_may_look(path: Path) -> None:
    preferences = Preferences(path)
    preferences.set("zone", "utc")
    preferences.save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_without_a_change_nothing_is_written(path: Path) -> None:
    preferences = Preferences(path)
    preferences.save()
    assert not path.exists()
    preferences.set("zone", "utc")
    preferences.save()
    before = path.stat().st_mtime_ns, path.stat().st_ino
    preferences.set("zone", "utc")
    preferences.save()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_what_another_version_wrote_stays(path: Path) -> None:
    write(path, '{"future": {"a": [1, null]}, "zone": "local"}')
    preferences = Preferences(path)
    preferences.set("zone", "utc")
    preferences.save()
    assert json.loads(path.read_text()) == {"future": {"a": [1, None]}, "zone": "utc"}


def test_what_another_window_wrote_meanwhile_stays(path: Path) -> None:
    one, other = Preferences(path), Preferences(path)
    one.set("zone", "utc")
    one.remember_canary("prod", "eu-west-1", "checkout-flow")
    other.set("theme", "ansi-light")
    other.remember_canary("prod", "eu-west-2", "login")
    one.save()
    other.save()
    last = Preferences(path)
    assert (last.get("zone", ""), last.get("theme", "")) == ("utc", "ansi-light")
    assert last.last_canary("prod", "eu-west-1") == "checkout-flow"
    assert last.last_canary("prod", "eu-west-2") == "login"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"\xff\xfe", b'{"zone": ' + b"[" * 100_000, b" " * (MAX_BYTES + 1), b"nonsense\x1b]0;evil\x07"],
    ids=["empty", "cut", "list", "binary", "deep", "large", "text"],
)
def test_a_damaged_file_is_set_aside_with_a_sentence(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "canaryscope")
    write(path, content)
    preferences = Preferences(path)
    assert preferences.get("zone", "local") == "local"
    assert preferences.problem.startswith(f"{path} is ignored: ")
    assert preferences.problem.endswith("it is now preferences.json.damaged")
    assert preferences.problem.isprintable()
    assert [record.getMessage() for record in caplog.records] == [preferences.problem]
    assert path.with_name("preferences.json.damaged").read_bytes() == content
    preferences.set("zone", "utc")
    assert preferences.save() == ""
    assert Preferences(path).get("zone", "local") == "utc"


@given(
    st.dictionaries(
        st.sampled_from(["zone", "theme", "canaries", "widths", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_values_of_any_shape_are_no_harm(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, JsonValue]
) -> None:
    path = tmp_path_factory.mktemp("state") / "preferences.json"
    write(path, json.dumps(values))
    preferences = Preferences(path)
    assert isinstance(preferences.get("zone", "local"), str)
    assert isinstance(preferences.last_canary(None, None), str | None)
    preferences.remember_canary("prod", "eu-west-1", "checkout-flow")
    assert preferences.save() == ""
    assert Preferences(path).last_canary("prod", "eu-west-1") == "checkout-flow"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_something_else_in_the_place_of_the_file_is_set_aside_too(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    assert "is ignored" in Preferences(path).problem
    assert not path.exists()


def test_where_nothing_can_be_written_choices_last_for_the_session(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    path = tmp_path / "file" / "preferences.json"
    preferences = Preferences(path)
    preferences.set("zone", "utc")
    assert preferences.save().startswith("Choices are kept for this session only: ")
    assert preferences.get("zone", "local") == "utc"


def test_without_a_path_choices_last_for_the_session() -> None:
    preferences = Preferences(None)
    preferences.set("zone", "utc")
    assert preferences.save() == ""
    assert preferences.get("zone", "local") == "utc"


def test_a_write_that_fails_leaves_the_old_file_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, '{"zone": "local"}')
    preferences = Preferences(path)
    preferences.set("zone", "utc")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left on device" in preferences.save()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert path.read_text() == '{"zone": "local"}'
    monkeypatch.undo()
    assert preferences.save() == ""
    assert Preferences(path).get("zone", "") == "utc"


def test_a_link_of_the_users_own_stays_a_link(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.json"
    write(target, '{"zone": "utc"}')
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    preferences = Preferences(path)
    assert preferences.get("zone", "local") == "utc"
    preferences.set("theme", "ansi-light")
    assert preferences.save() == ""
    assert path.is_symlink()
    assert json.loads(target.read_text()) == {"zone": "utc", "theme": "ansi-light"}


def test_somebody_elses_link_is_neither_read_nor_written_through(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "theirs.json"
    write(target, '{"zone": "utc"}')
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    preferences = Preferences(path)
    assert preferences.get("zone", "local") == "local"
    assert preferences.problem
    preferences.set("theme", "ansi-light")
    assert preferences.save() == ""
    assert not path.is_symlink()
    assert target.read_text() == '{"zone": "utc"}'


def test_links_in_a_circle_are_a_sentence(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(path)
    assert "is ignored" in Preferences(path).problem


def test_the_file_is_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "canaryscope" / "preferences.json"


def test_what_is_chosen_while_the_file_is_being_written_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, go_on = Event(), Event()

    def slowly(target: Path, text: str) -> None:
        writing.set()
        assert go_on.wait(10)
        write_private(target, text)

    monkeypatch.setattr(preferences, "write_private", slowly)
    choices = Preferences(path)
    choices.set("zone", "utc")
    with ThreadPoolExecutor() as threads:
        first = threads.submit(choices.save)
        assert writing.wait(10)
        choices.set("zone", "relative")
        choices.set("theme", "ansi-light")
        second = threads.submit(choices.save)
        go_on.set()
        assert (first.result(10), second.result(10)) == ("", "")
    assert choices.get("zone", "local") == "relative"
    saved = Preferences(path)
    assert (saved.get("zone", "local"), saved.get("theme", "")) == ("relative", "ansi-light")
