"""Who may import whom: the rules of pyproject.toml hold, and what has to stay unloaded does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.program import SOURCES

ROOT = Path(__file__).resolve().parents[1]
INTERFACE = {"textual", "rich", "canaryscope_widgets"}
AWS = {"boto3", "botocore"}
IMAGES = {"PIL", "textual_image"}


def test_the_import_contracts_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT,
        env=os.environ | SOURCES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after importing `modules`."""
    source = "; ".join(
        [*(f"import {module}" for module in modules), "import json, sys", "print(json.dumps([*sys.modules]))"]
    )
    result = subprocess.run(
        [sys.executable, "-c", source], env=os.environ | SOURCES, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(result.stdout)}


def submodules(package: str) -> list[str]:
    folder = ROOT / "app" / package.replace(".", "/")
    return [f"{package}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"]


def test_the_core_runs_with_the_standard_library_alone() -> None:
    loaded = loaded_by(*submodules("canaryscope.runs"))
    assert "canaryscope" in loaded
    assert loaded - {"canaryscope"} <= sys.stdlib_module_names | foreign_at_start()


def foreign_at_start() -> set[str]:
    """What an interpreter loads by itself, such as the .pth files of an editable install."""
    return loaded_by("sys")


@pytest.mark.parametrize("package", ["canaryscope.aws", "canaryscope.demo", "canaryscope.pictures"])
def test_aws_and_the_demo_load_no_user_interface(package: str) -> None:
    assert not INTERFACE & loaded_by(*submodules(package))


def test_the_first_paint_does_not_wait_for_boto3() -> None:
    loaded = loaded_by("canaryscope.application")
    assert "textual" in loaded
    assert not AWS & loaded


@pytest.mark.parametrize(
    "modules", [["canaryscope.application", "canaryscope.render.pictures"], ["canaryscope.aws.process"]]
)
def test_nothing_decodes_images_before_one_is_asked_for(modules: list[str]) -> None:
    assert not IMAGES & loaded_by(*modules)
