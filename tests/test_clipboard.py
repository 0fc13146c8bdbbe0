"""Copying reaches the clipboard through what stands between, or says why it cannot."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from canaryscope.clipboard import LIMIT, SCREEN_PIECE, CannotCopy, ClipboardError, Copied, copy, osc52
from terminal.program import SOURCES

XTERM = {"TERM": "xterm-256color"}
TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}
SCREEN = {"TERM": "screen", "STY": "1.pts-0.host"}
EITHER = {"TERM": "screen-256color"}


def bare(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def through_tmux(written: str) -> str:
    """What tmux writes to the terminal outside with allow-passthrough on: a model of its parser."""
    return "".join(
        body.replace("\x1b\x1b", "\x1b") for body in re.findall(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", written)
    )


def through_screen(written: str) -> str:
    """What GNU screen writes to the terminal outside: strings of less than 768 bytes, as they are."""
    pieces = re.findall(r"\x1bP((?:[^\x1b]|\x1b(?!\\))*)\x1b\\", written)
    assert all(len(piece) < 768 for piece in pieces)
    return "".join(pieces)


def copied(sequence: str) -> str:
    """The text that a terminal which understands OSC 52 has in its clipboard after `sequence`."""
    *_, last = re.findall(r"\x1b]52;c;([A-Za-z0-9+/=]*)\a", sequence)
    return base64.b64decode(last).decode()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=3000))
def test_any_text_arrives_whole_in_a_plain_terminal(text: str) -> None:
    assert copied(osc52(text, XTERM)) == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=3000))
def test_any_text_arrives_whole_through_tmux_whichever_way_it_lets_in(text: str) -> None:
    written = osc52(text, TMUX)
    assert written.startswith(bare(text))
    assert copied(through_tmux(written)) == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=3000))
def test_any_text_arrives_whole_through_screen_in_pieces_it_can_hold(text: str) -> None:
    written = osc52(text, SCREEN)
    assert copied(through_screen(written)) == text
    assert through_screen(written) == bare(text)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in re.findall(f"(?s).{{1,{SCREEN_PIECE}}}", bare(text))) == written


def test_over_ssh_from_inside_a_multiplexer_both_kinds_are_served() -> None:
    text = "x" * 5000
    assert copied(through_tmux(osc52(text, {"TERM": "tmux-256color"}))) == text
    written = osc52(text, EITHER)
    assert through_screen(written) == bare(text)
    assert written.endswith("\x1b\\" + bare(text))
    assert "tmux;" not in written


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"TERM": "linux"}, "the Linux console has no clipboard"),
        ({"TERM": "dumb"}, "this terminal is unknown"),
        ({}, "this terminal is unknown"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "Terminal.app lets no program copy"),
    ],
)
def test_a_terminal_without_a_clipboard_says_so(environ: dict[str, str], reason: str) -> None:
    with pytest.raises(ClipboardError, match=re.escape(reason)):
        osc52("text", environ)


def test_a_text_that_is_too_long_is_refused_by_its_bytes_not_its_characters() -> None:
    assert len(osc52("x" * LIMIT, XTERM)) <= 100_000
    for text in ("x" * (LIMIT + 1), "é" * (LIMIT // 2 + 1)):
        with pytest.raises(ClipboardError, match="more than a terminal takes"):
            osc52(text, XTERM)


async def written_by_copying(text: str, environ: Mapping[str, str], patch: Callable[..., None]) -> tuple[object, str]:
    """The outcome of `copy` in a running app, and what went to its driver."""
    app = App[None]()
    written: list[str] = []
    async with app.run_test():
        patch(app._driver, "write", written.append)
        outcome = copy(app, text, environ)
    return outcome, "".join(written)


async def test_a_copy_goes_out_through_the_apps_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, written = await written_by_copying("a\nb", XTERM, monkeypatch.setattr)
    assert outcome == Copied(3)
    assert copied(written) == "a\nb"


async def test_in_tmux_a_copy_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _ = await written_by_copying("text", TMUX, monkeypatch.setattr)
    assert isinstance(outcome, Copied)
    assert "set-clipboard on" in outcome.hint


async def test_no_control_character_gets_into_the_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "rm -rf\x1b[201~\r\x00\x7f\x9b31m\u202e ~\nnext"
    _, written = await written_by_copying(evil, XTERM, monkeypatch.setattr)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", copied(written)) == []
    assert copied(written).endswith("\nnext")


async def test_a_long_text_is_copied_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, written = await written_by_copying("x" * LIMIT, XTERM, monkeypatch.setattr)
    assert outcome == Copied(LIMIT)
    assert len(copied(written)) == LIMIT
    outcome, written = await written_by_copying("x" * (LIMIT + 1), XTERM, monkeypatch.setattr)
    assert isinstance(outcome, CannotCopy)
    assert written == ""


async def test_what_cannot_be_copied_comes_back_with_the_reason() -> None:
    assert copy(App[None](), "text", {"TERM": "linux"}) == CannotCopy("the Linux console has no clipboard")
    assert isinstance(copy(App[None](), "text", XTERM), CannotCopy)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_real_tmux_takes_the_copy_into_its_buffer(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys\n"
        "from canaryscope.clipboard import osc52\n"
        "sys.stdout.write(osc52('from inside\\n' * 500, os.environ))\n"
        "sys.stdout.flush()\n"
        "input()\n"
    )
    environ = os.environ | SOURCES | {"TMUX_TMPDIR": str(tmp_path)}

    def tmux(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["tmux", "-L", "test", "-f", os.devnull, *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    try:
        tmux("new-session", "-d", "cat", ";", "set-option", "-s", "set-clipboard", "on")
        tmux("new-window", f"exec {sys.executable} {program}")
        deadline = time.monotonic() + 10
        while not (shown := tmux("show-buffer")).stdout and time.monotonic() < deadline:
            pass
        assert shown.stdout == "from inside\n" * 500
    finally:
        tmux("kill-server")
