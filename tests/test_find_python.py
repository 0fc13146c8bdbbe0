"""A machine without a fitting Python is told so in a sentence by make, before anything is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FIND = Path(__file__).resolve().parents[1] / "tools" / "find-python"
OLD = "#!/bin/sh\nexit 1\n"
"""A Python that says it is too old."""
INCOMPLETE = '#!/bin/sh\ncase "$2" in *ensurepip*) echo ensurepip ;; esac\n'
"""A new one that has no ensurepip, as on Debian without python3-venv."""
COMPLETE = "#!/bin/sh\nexit 0\n"


def found(tmp_path: Path, *arguments: str, **pythons: str) -> subprocess.CompletedProcess[str]:
    """Look for Python on a machine that has these, `python3_12="..."` being python3.12."""
    for name, script in pythons.items():
        path = tmp_path / name.replace("_", ".")
        path.write_text(script)
        path.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", FIND, *arguments], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )


def test_the_first_complete_python_is_taken(tmp_path: Path) -> None:
    result = found(tmp_path, python3_13=OLD, python3_12=INCOMPLETE, python3_11=COMPLETE, python3=COMPLETE)
    assert (result.returncode, result.stdout, result.stderr) == (0, "python3.11\n", "")


def test_a_python_that_was_named_is_the_only_candidate(tmp_path: Path) -> None:
    result = found(tmp_path, str(tmp_path / "python3"), python3=OLD, python3_12=COMPLETE)
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr


@pytest.mark.parametrize("pythons", [{}, {"python3": OLD}])
def test_a_machine_without_a_new_python_is_told_what_is_needed(tmp_path: Path, pythons: dict[str, str]) -> None:
    result = found(tmp_path, **pythons)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("canaryscope needs Python 3.11 or newer; looked for: ")
    assert result.stderr.count("\n") == 1


def test_a_python_without_venv_is_told_which_package_brings_it(tmp_path: Path) -> None:
    result = found(tmp_path, python3=INCOMPLETE)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "python3 lacks a part of Python: ensurepip. On Debian and Ubuntu: sudo apt install python3-venv\n"
    )


def test_the_python_that_runs_this_is_good_enough(tmp_path: Path) -> None:
    assert found(tmp_path, sys.executable).stdout == f"{sys.executable}\n"
