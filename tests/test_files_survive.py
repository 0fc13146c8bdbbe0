"""The program's files after it was killed while it wrote them, or the disk was full, at any byte; and two at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from canaryscope import private_file
from canaryscope.private_file import write_private
from surviving import CASES, Way

PATH = {"PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parent), *sys.path]))}
"""Finds this source tree, and the tests."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments."""
    return subprocess.run(
        [sys.executable, *arguments], env=os.environ | PATH, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", CASES)
def test_whenever_it_is_stopped_what_is_there_is_whole_and_the_next_program_goes_on(tmp_path: Path, name: str) -> None:
    result = run("-m", "surviving", name, str(tmp_path))
    assert result.returncode == 0, result.stderr
    tries = json.loads(result.stdout)
    assert set(tries) == set(CASES[name].ways)
    least = {Way.BETWEEN: 3} | dict.fromkeys((Way.KILLED, Way.FULL), 10 if name == "artifacts" else 60)
    assert all(tries[way] > least[way] for way in tries), f"it was stopped too seldom to tell: {tries}"


def test_what_a_killed_program_left_behind_is_cleared_away_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, others = tmp_path / "preferences.json", tmp_path / ".crash.txt-abc.new"
    left = tmp_path / f".{path.name}-abc.new"
    left.touch()
    others.touch()
    write_private(path, "{}")
    assert left.exists(), "another program may be writing it now"
    monkeypatch.setattr(private_file, "ABANDONED", -1.0)
    write_private(path, "{}")
    assert sorted(tmp_path.iterdir()) == [others, path]
