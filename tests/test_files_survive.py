"""The program's files after it was killed while it wrote them, at any byte: the old one or the new one, whole.

A file size limit (setrlimit) is where the kernel stops a write. With SIGXFSZ at its default it kills the writer there,
as kill -9 would; ignored, as Python has it, the write fails as on a full disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from canaryscope import private_file
from canaryscope.private_file import write_private
from terminal.program import SOURCES

WRITERS = {
    "preferences.json": """
from canaryscope.preferences import Preferences
choices = Preferences(path)
choices.set("zone", NEW)
problem = choices.save()
""",
    "crash.txt": """
from canaryscope import crash
problem = crash.report(RuntimeError(NEW), path.parent)
""",
}
"""What writes the file that is called so, at `path`; `problem` is what it says where it cannot."""
ALL_BYTES = """
import os, resource, signal, sys
from pathlib import Path
OLD, NEW = "old" * 20, "new" * 20
folder, name, killed = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "killed"

def write(path):
    {writer}
    return problem

def limited(path, size):
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killed else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        problem = write(path)
        os._exit(0 if NEW in path.read_text() else 3 if problem else 4)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

text_of_new, NEW = NEW, OLD
write(folder / name)
old = (folder / name).read_text()
NEW = text_of_new
ended, size = None, 0
while ended != 0:
    ended = limited(folder / name, size)
    text = (folder / name).read_text()
    assert ended == 0 or ended == (-signal.SIGXFSZ if killed else 3), (size, ended)
    assert text == old if ended else NEW in text, (size, text)
    size += 1
print(size)
"""


def at_every_byte(folder: Path, name: str, way: str) -> int:
    """Write the file with a limit of 0, 1, 2 … bytes until it is whole. Returns how many limits that were."""
    writer = WRITERS[name].strip().replace("\n", "\n    ")
    script = ALL_BYTES.replace("{writer}", writer)
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder), name, way], env=SOURCES, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


@pytest.mark.parametrize("name", WRITERS)
def test_killed_at_any_byte_it_leaves_the_old_file_whole(tmp_path: Path, name: str) -> None:
    assert at_every_byte(tmp_path, name, "killed") > 60


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_is_full_at_any_byte_costs_the_new_file_and_leaves_nothing_behind(
    tmp_path: Path, name: str
) -> None:
    assert at_every_byte(tmp_path, name, "full") > 60
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_a_killed_program_left_behind_is_cleared_away_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "preferences.json"
    at_every_byte(tmp_path, path.name, "killed")
    left = [other for other in tmp_path.iterdir() if other != path]
    assert left
    others = tmp_path / ".crash.txt-abc.new"
    others.touch()
    write_private(path, "{}")
    assert [other for other in left if other.exists()] == left, "another program may be writing them now"
    monkeypatch.setattr(private_file, "ABANDONED", -1.0)
    write_private(path, "{}")
    assert sorted(tmp_path.iterdir()) == [others, path]
    assert json.loads(path.read_text()) == {}
