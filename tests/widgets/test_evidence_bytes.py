"""What the panes of a run's evidence write to a real terminal: little for a key, nothing at rest, nothing stale."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from terminal.probe import Terminal
from terminal.program import ROOT, SOURCES

pytestmark = pytest.mark.terminal

PROGRAM = str(Path(__file__).with_name("evidence_app.py"))
ENVIRONMENT = SOURCES | {"PYTHONPATH": os.pathsep.join([SOURCES["PYTHONPATH"], str(ROOT / "tests")])}


def showing(pane: str, first: str, **environment: str) -> Terminal:
    """One of the panes at 80x24 on xterm-256color, painted."""
    terminal = Terminal([sys.executable, PROGRAM, pane], env=ENVIRONMENT | environment)
    terminal.wait_for(first)
    terminal.wait_for_quiet()
    return terminal


def whole(terminal: Terminal) -> list[str]:
    """The screen after a paint of everything, which a resize brings about."""
    terminal.resize(81, 24)
    terminal.wait_for_quiet()
    terminal.resize(80, 24)
    terminal.wait_for_quiet()
    return terminal.lines()


def test_another_tab_writes_the_two_that_change() -> None:
    with showing("tabs", "Status") as terminal:
        assert 0 < terminal.press("t").bytes <= 150
        assert terminal.lines()[0] == " Status 7 ·[Steps 7]· Log 7 · Requests 7 · Raw 7"
        assert terminal.lines() == whole(terminal)


@pytest.mark.parametrize(
    ("pane", "first", "key"), [("log", "line 20", 120), ("requests", "/20", 200), ("steps", "pay", 1100)]
)
def test_a_key_costs_little_and_what_is_there_is_right(pane: str, first: str, key: int) -> None:
    """A step that is left folds its reason, and those below it move up: that costs more, once."""
    with showing(pane, first) as terminal:
        assert 0 < terminal.press("j").bytes <= key
        assert terminal.hold("j", 60, hz=60).bytes / 60 <= 350
        terminal.press("<pagedown>kk")
        assert terminal.lines() == whole(terminal)
        terminal.press("G")
        terminal.press("gjj")
        assert terminal.lines() == whole(terminal)
        assert terminal.written_in(0.6) == 0


def test_without_colours_levels_and_the_cursor_are_there_all_the_same() -> None:
    with showing("log", "line 20", NO_COLOR="1") as terminal:
        terminal.press("j")
        assert terminal.lines()[7] == " E 12:27:31.104 some words of line 7"
        assert terminal.lines()[1] == "▌  12:27:31.104 some words of line 1"
        assert b"38;" not in terminal.output
        assert b"\x1b[31m" not in terminal.output
