"""What is installed is all there and runs anywhere; what the tests run with is written down."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from canaryscope import __version__

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the source distribution, as PyPI's users get it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_both_packages_their_stylesheets_and_nothing_else(wheel: Path) -> None:
    expected = {
        path.relative_to(root).as_posix()
        for root in (ROOT / "app", ROOT / "widgets")
        for path in root.rglob("*")
        if path.is_file() and (path.suffix in (".py", ".tcss") or path.name == "py.typed")
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected
    assert {"canaryscope/py.typed", "canaryscope_widgets/py.typed"} <= packed
    assert any(name.endswith(".tcss") for name in packed)


def test_the_wheel_says_what_it_is_and_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"canaryscope-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        assert "Apache License" in archive.read(f"{info}/licenses/LICENSE").decode()
        assert "canaryscope = canaryscope.start:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert (metadata["Name"], metadata["Version"], metadata["Requires-Python"]) == (
        "canaryscope",
        __version__,
        ">=3.11",
    )
    assert metadata["License-Expression"] == "Apache-2.0"
    needed = {Requirement(line).name for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line}
    assert needed == {"boto3", "click", "pillow", "platformdirs", "regex", "textual", "textual-image"}


def test_the_installed_command_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """In an empty environment with click and nothing else: `--version` and `--help` need no more."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", query], check=True, capture_output=True, text=True).stdout.strip())
    for file in importlib.metadata.files("click") or []:
        if file.parts[0] == "click":
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), site / file)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for command in ([home / "bin" / "canaryscope"], [python, "-m", "canaryscope"]):
        shown = subprocess.run(
            [*command, "--version"],
            cwd=elsewhere,
            env={"PATH": os.defpath, "HOME": str(elsewhere)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"canaryscope {__version__}\n", "")


def test_every_dependency_is_pinned_to_a_version_it_allows() -> None:
    pins = {canonicalize_name(name): version for name, _, version in (pin.partition("==") for pin in PINS)}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement


def test_the_pins_are_exact_and_name_no_place_to_download_from() -> None:
    assert PINS
    assert [pin for pin in PINS if not re.fullmatch(r"[\w.-]+==[\w.!+]+", pin)] == []


def test_what_runs_here_is_what_is_pinned() -> None:
    """A result that nobody else gets is none: constraints.txt describes the environment of the tests."""
    pins = dict(pin.split("==") for pin in PINS)
    installed = {name: importlib.metadata.version(name) for name in ("boto3", "botocore", "click", "rich", "textual")}
    assert installed == {name: pins[name] for name in installed}


def test_every_direct_dependency_has_its_reason_in_writing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert [name for name in (Requirement(line).name for line in wanted) if f"| {name} |" not in text] == []
