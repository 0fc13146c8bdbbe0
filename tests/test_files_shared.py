"""Two canaryscopes at once: whatever one does between two steps of the other, no file of theirs is spoilt."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope import private_file
from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.evidence.save_plan import FileToSave
from canaryscope.preferences import Preferences
from canaryscope.private_file import locked
from canaryscope.saved_files import NotSaved, SavedFolder
from canaryscope.support_log import NAME
from test_files_survive import PATH
from test_support_log import GOOD, LINE, written

DATA = b"0123456789"
CHOOSING = """
import sys
from pathlib import Path
from canaryscope.preferences import Preferences
path, who = Path(sys.argv[1]), sys.argv[2]
sys.stdin.read()
choices = Preferences(path)
for number in range(20):
    choices.set(f"{who}-{number}", "x" * number)
    choices.remember_canary(who, str(number), "checkout-flow")
    assert choices.save() == ""
print(choices.problem)
"""


@pytest.mark.parametrize("damaged", [False, True])
def test_of_choices_made_in_several_at_once_none_is_lost(tmp_path: Path, damaged: bool) -> None:
    path = tmp_path / "preferences.json"
    path.write_text("{" if damaged else "{}")
    with ExitStack() as ended:
        programs = [
            ended.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", CHOOSING, path, str(number)],
                    env=os.environ | PATH,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(3)
        ]
        for program in programs:
            assert program.stdin is not None
            program.stdin.close()  # all begin now
        told = [program.stdout.read().strip() for program in programs if program.stdout is not None]
        assert [program.wait(60) for program in programs] == [0, 0, 0]
    assert sum("it is now preferences.json.damaged" in problem for problem in told) == damaged
    kept = Preferences(path)
    assert kept.problem == ""
    for who in ("0", "1", "2"):
        assert [kept.get(f"{who}-{number}", "lost") for number in range(20)] == ["x" * number for number in range(20)]
        assert {kept.last_canary(who, str(number)) for number in range(20)} == {"checkout-flow"}
    left = {entry.name: entry.read_text() for entry in tmp_path.iterdir() if entry != path}
    assert left == ({"preferences.json.damaged": "{"} if damaged else {})


def test_one_that_was_suspended_while_it_wrote_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_file, "PATIENCE", 0.05)
    choices = Preferences(tmp_path / "preferences.json")
    choices.set("zone", "utc")
    with locked(tmp_path):
        saving = Thread(target=choices.save, daemon=True)
        saving.start()
        saving.join(10)
    assert json.loads(choices.path.read_text() if choices.path else "") == {"zone": "utc"}


def test_a_file_system_without_locks_keeps_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    choices = Preferences(tmp_path / "preferences.json")
    choices.set("zone", "utc")
    assert choices.save() == ""
    assert Preferences(choices.path).get("zone", "local") == "utc"
    assert written(tmp_path, GOOD).problem == ""
    assert LINE.match((tmp_path / NAME).read_text())


def a_file(etag: str) -> FileToSave:
    artifact = Artifact("x/run-log.txt", "run-log.txt", len(DATA), None, ArtifactKind.LOG, etag)
    return FileToSave(artifact, ("run", "run-log.txt"))


def saving(folder: Path, told: list[str], file: FileToSave, data: bytes) -> Iterator[None]:
    """Save a file as `Saving` does, one step at a time; ends early with a sentence, which is `told`."""
    saved = SavedFolder(folder)
    saved.prepare()
    try:
        standing = saved.standing(file)
        offset = standing.size
        while not standing.whole:
            yield
            if offset == len(data):
                saved.finish(standing)
                return
            saved.write(file, offset, data[offset : offset + 4])
            offset = min(offset + 4, len(data))
    except NotSaved as error:
        told.append(error.sentence)


@given(turns=st.lists(st.integers(0, 1), max_size=14), same_version=st.booleans())
def test_two_that_save_the_same_end_with_whole_files_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, turns: list[int], same_version: bool
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    versions = [(a_file("1"), DATA), (a_file("1"), DATA) if same_version else (a_file("2"), DATA[::-1])]
    told: list[str] = []
    savings = [saving(folder, told, *version) for version in versions]
    for turn in [*turns, *([0, 1] * 8)]:
        next(savings[turn], None)
        assert_whole(folder)
    for _ in saving(folder, told, *versions[0]):
        assert_whole(folder)
    assert all("Somebody else changes run-log.txt" in sentence for sentence in told)
    there = {path.name: path.read_bytes() for path in (folder / "run").iterdir()}
    assert DATA in there.values() or not same_version
    assert set(there) == {"run-log.txt"}


def assert_whole(folder: Path) -> None:
    """What has its name is one of the versions."""
    named = [path for path in (folder / "run").glob("*") if not path.name.endswith(".part")]
    assert {path.read_bytes() for path in named} <= {DATA, DATA[::-1]}
