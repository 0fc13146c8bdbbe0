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
    return {name.partition(".")[0] for name in modules_loaded_by(*modules)}


def modules_loaded_by(*modules: str) -> set[str]:
    """The modules themselves."""
    source = "; ".join(
        [*(f"import {module}" for module in modules), "import json, sys", "print(json.dumps([*sys.modules]))"]
    )
    result = subprocess.run(
        [sys.executable, "-c", source], env=os.environ | SOURCES, capture_output=True, text=True, check=True
    )
    return {*json.loads(result.stdout)}


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


def test_the_first_paint_waits_for_nothing_but_the_title_and_the_terminal() -> None:
    loaded = modules_loaded_by("canaryscope.application")
    ours = {
        name.partition(".")[2] for name in loaded if name.startswith(("canaryscope.screens.", "canaryscope.render."))
    }
    assert ours == {"screens.quiet", "screens.start_screen"}
    assert {name for name in loaded if name.startswith("canaryscope_widgets.")} == {
        f"canaryscope_widgets.{name}"
        for name in ("glyphs", "keys_in_order", "lines", "one_line", "still", "title_bar", "tone")
    }
    assert not loaded & {"canaryscope.keymap", "canaryscope.clipboard", "canaryscope.source", "tomllib", "sqlite3"}


def test_the_first_page_waits_for_nothing_that_reads_shows_compares_or_saves_evidence() -> None:
    loaded = modules_loaded_by("canaryscope.application", "canaryscope.screens.explorer", "canaryscope.whereabouts")
    evidence = {name.rpartition(".")[2] for name in loaded if name.startswith("canaryscope.evidence.")}
    assert evidence == {"artifacts", "document", "errors", "pieces", "reading"}
    screens = {name.rpartition(".")[2] for name in loaded if name.startswith("canaryscope.screens.")}
    assert screens >= {"explorer", "detail_pane", "evidence_loader", "run_actions"}
    assert not screens & {"causes_screen", "compare_screen", "request_screen", "save_screen", "text_screen"}
    assert not screens & {"evidence_views", "log_pane", "palette"}
    assert not loaded & {
        *(
            "regex",
            "tomllib",
            "canaryscope.support_log",
            "canaryscope.settings_check",
            "canaryscope.settings_report",
            "canaryscope.toml_file",
            "canaryscope.pictures.model",
            "canaryscope.saving",
            "canaryscope.saved_files",
            "canaryscope.render.compare",
        ),
        *(f"canaryscope_widgets.{name}" for name in ("log_view", "picture_view", "request_list", "step_list")),
    }


def test_the_first_page_of_runs_waits_for_no_model_of_s3_and_for_nothing_that_reads_evidence() -> None:
    loaded = modules_loaded_by("canaryscope.aws.process", "canaryscope.aws.session")
    assert "botocore.session" in loaded
    assert {name for name in loaded if name.startswith("canaryscope.evidence.")} == {"canaryscope.evidence.reading"}
    assert not loaded & {"regex", "canaryscope.aws.evidence", "canaryscope.aws.artifacts", "canaryscope.aws.logs"}


@pytest.mark.parametrize(
    "modules", [["canaryscope.application", "canaryscope.render.pictures"], ["canaryscope.aws.process"]]
)
def test_nothing_decodes_images_before_one_is_asked_for(modules: list[str]) -> None:
    assert not IMAGES & loaded_by(*modules)
