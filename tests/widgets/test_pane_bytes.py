"""What the panes write to a real terminal: little for a key, nothing at rest, and never something stale."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from terminal.probe import Terminal
from terminal.program import ROOT, SOURCES

pytestmark = pytest.mark.terminal

PROGRAM = str(Path(__file__).with_name("pane_app.py"))
ENVIRONMENT = SOURCES | {"PYTHONPATH": os.pathsep.join([SOURCES["PYTHONPATH"], str(ROOT / "tests")])}


def showing(pane: str, first: str) -> Terminal:
    """One of the panes at 80x24 on xterm-256color, painted."""
    terminal = Terminal([sys.executable, PROGRAM, pane], env=ENVIRONMENT)
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


def test_the_picker_costs_little_and_shows_what_is_there() -> None:
    with showing("picker", "canary-0005") as terminal:
        assert 0 < terminal.press("j").bytes <= 260
        assert terminal.hold("j", 60, hz=60).bytes / 60 <= 350
        assert terminal.press("/").bytes <= 600
        assert terminal.written_in(0.6) == 0
        terminal.press("07")
        terminal.wait_for(lambda seen: seen.lines()[0].startswith(" / 07"))
        terminal.wait_for_quiet()
        assert terminal.lines() == whole(terminal)
        terminal.press("<escape>")
        assert terminal.press("<escape>").bytes <= 600
        terminal.press("<pagedown>kk")
        assert terminal.lines() == whole(terminal)
        assert terminal.written_in(0.3) == 0


def test_another_run_in_the_detail_writes_what_differs() -> None:
    with showing("detail", "Reason") as terminal:
        assert 0 < terminal.press("n").bytes <= 400
        assert "2026-11-22 12:58:07" in terminal.text()
        assert terminal.lines() == whole(terminal)


def test_a_scrolled_text_is_what_it_was() -> None:
    with showing("text", "more below") as terminal:
        assert 0 < terminal.press("j").bytes <= 400
        terminal.hold("j", 20, hz=60)
        terminal.press("<pagedown>")
        assert terminal.lines() == whole(terminal)
        terminal.press("G")
        assert terminal.lines()[22:] == ["9999 some words of a log", "more above"]


def test_typing_costs_little_and_the_cursor_does_not_blink() -> None:
    with showing("input", "DryRunId") as terminal:
        assert 0 < terminal.press("1").bytes <= 200
        assert 0 < terminal.press("x").bytes <= 350
        assert terminal.lines()[0].endswith("no x")
        assert terminal.written_in(0.7) == 0
        terminal.press("\x1b[200~2\n\x1b[31m3\x1b[201~")
        assert terminal.lines() == whole(terminal)
        assert terminal.lines()[0].startswith(" DryRunId 1")
