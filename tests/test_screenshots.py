"""The README's pictures must show the program as it is."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DRAW = ROOT / "screenshots" / "draw.py"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    """What draw.py defines."""
    return runpy.run_path(str(DRAW))


def test_the_pictures_are_what_the_demo_draws() -> None:
    path = os.pathsep.join(str(ROOT / folder) for folder in ("app", "widgets"))
    check = subprocess.run(
        [sys.executable, str(DRAW), "--check"], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert check.returncode == 0, f"{check.stdout}{check.stderr}\nmake screenshots draws them anew"


def test_a_picture_that_no_longer_matches_is_noticed(tool: dict[str, Any], tmp_path: Path) -> None:
    for name in ("same", "changed", "unpainted"):
        (tmp_path / f"{name}.svg").write_text(SVG)
        (tmp_path / f"{name}.png").write_bytes(tool["png"](SVG))
    (tmp_path / "unpainted.png").write_bytes(tool["png"](SVG + " "))
    (tmp_path / "gone.svg").write_text(SVG)
    assert tool["differences"]({"same": SVG, "changed": SVG + "\n", "unpainted": SVG, "new": SVG}, tmp_path) == [
        "changed.svg is not what the demo draws",
        "changed.png is not drawn from what the demo draws",
        "unpainted.png is not drawn from what the demo draws",
        "new.svg is not what the demo draws",
        "new.png is not drawn from what the demo draws",
        "gone.svg is of no scene",
    ]


def test_the_pictures_load_nothing_from_the_network(tool: dict[str, Any]) -> None:
    pictures = list(DRAW.parent.glob("*.svg"))
    assert len(pictures) == len(tool["SCENES"])
    for picture in pictures:
        references = re.findall(r"url\([^#)]*\)|href=|src[:=]|@import", picture.read_text(encoding="utf-8"))
        assert references == [], picture.name
