"""Pictures on a real terminal of each kind: how it is asked, what it is sent, and that nothing is left over."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from canaryscope.environment import TEXTUAL_DEFAULTS
from terminal.emulator import XTERM, Identity
from terminal.probe import Terminal
from terminal.program import ROOT, SOURCES

pytestmark = pytest.mark.terminal

PROGRAM = str(Path(__file__).with_name("picture_app.py"))
ENVIRONMENT = (
    SOURCES
    | TEXTUAL_DEFAULTS
    | {"PYTHONPATH": os.pathsep.join([SOURCES["PYTHONPATH"], str(ROOT / "tests")]), "TEXTUAL_COLOR_SYSTEM": "256"}
)
KITTY = Identity(b"kitty(0.41.1)", b"62;52")
ITERM2 = Identity(b"iTerm2 3.5.11", b"62;4")
SIXEL_XTERM = Identity(attributes=b"64;1;2;4;22", cell=(8, 16))
SILENT = Identity(b"", b"")
ASKED = b"\x1b[>q\x1b[16t\x1b[c"
START = {KITTY: rb"\x1b_Ga=T,f=100,U=1,i=(\d+),", ITERM2: rb"\x1b\]1337;File=inline=1;", SIXEL_XTERM: rb"\x1bP0;0;0q"}
"""How an image begins."""


def showing(identity: Identity, picture: str, environment: Mapping[str, str] | None = None) -> Terminal:
    terminal = Terminal([sys.executable, PROGRAM], env=ENVIRONMENT | dict(environment or {}), identity=identity)
    terminal.wait_for(rf"^ {picture} 0 .*640x360")
    terminal.wait_for_quiet()
    return terminal


def images(identity: Identity, terminal: Terminal, keys: str = "", *, wanted: int = 0) -> int:
    """How many images the keys have written, of which so many are waited for; without keys, all so far."""
    before = len(terminal.output) if keys else 0

    def written() -> int:
        return len(re.findall(START[identity], terminal.output[before:]))

    if keys:
        terminal.press(keys)
        terminal.wait_for(lambda _: written() >= wanted)
        terminal.wait_for_quiet()
    return written()


@pytest.mark.parametrize(
    ("identity", "picture"), [(KITTY, "kitty"), (ITERM2, "iterm2"), (SIXEL_XTERM, "sixel"), (XTERM, "blocks")]
)
def test_a_terminal_is_asked_once_and_its_answers_press_no_keys(identity: Identity, picture: str) -> None:
    with showing(identity, picture) as terminal:
        terminal.press("n")
        terminal.wait_for(rf"^ {picture} 1 ")
        terminal.resize(90, 30)
        terminal.wait_for_quiet()
        assert terminal.output.count(ASKED) == 1
        assert terminal.lines()[0] == "key n"
        terminal.send("q")
        assert terminal.exit_code() == 0
        assert terminal.left_behind() == []


def test_nothing_is_answered_so_there_are_half_blocks_and_keys_work_all_the_same() -> None:
    with Terminal([sys.executable, PROGRAM], env=ENVIRONMENT, identity=SILENT) as terminal:
        terminal.wait_for("below")
        terminal.send("j")
        terminal.wait_for("key j")
        terminal.wait_for("^ blocks 0 ")
        terminal.wait_for("▀▀▀▀▀")
        terminal.send("<escape>")
        terminal.wait_for("key escape")


@pytest.mark.parametrize("identity", [KITTY, ITERM2, SIXEL_XTERM], ids=["kitty", "iterm2", "sixel"])
def test_an_image_is_written_when_its_cells_are_and_not_when_others_are(identity: Identity) -> None:
    picture = {KITTY: "kitty", ITERM2: "iterm2", SIXEL_XTERM: "sixel"}[identity]
    with showing(identity, picture) as terminal:
        assert images(identity, terminal) >= 1
        assert images(identity, terminal, "n", wanted=1) == 1
        assert images(identity, terminal, "w") == 0
        assert "other words" in terminal.lines()[0]
        assert terminal.lines()[-1] == "other words"
        assert images(identity, terminal, "t") == 0
        assert terminal.written_in(0.3) == 0
        if identity is not KITTY:  # which still has it
            assert images(identity, terminal, "t", wanted=1) == 1
            assert images(identity, terminal, "m") == 0
            assert any("a window over it" in line for line in terminal.lines())
            assert images(identity, terminal, "m", wanted=1) >= 1


def test_an_image_stands_in_its_cells_and_the_cursor_where_it_was() -> None:
    with showing(SIXEL_XTERM, "sixel") as terminal:
        (image,) = set(
            re.findall(rb"\x1b7\x1b\[(\d+);(\d+)H\x1bP0;0;0q\"1;1;(\d+);(\d+)[^\x1b]*\x1b\\\x1b8", terminal.output)
        )
        line, column, width, height = map(int, image)
        assert (line, column) == (3, 2)  # below a line of the app and the title
        assert column - 1 + width / 8 <= 80
        assert line - 1 + height / 16 <= 23
        assert terminal.lines()[2:-1] == [""] * 21


def test_kitty_forgets_every_image_that_it_was_given() -> None:
    with showing(KITTY, "kitty") as terminal:
        terminal.press("n")
        terminal.press("n")
        terminal.send("q")
        assert terminal.exit_code() == 0
        given = re.findall(START[KITTY], terminal.output)
        assert len(set(given)) >= 3
        assert set(re.findall(rb"\x1b_Ga=d,d=I,i=(\d+),q=2\x1b\\", terminal.output)) == set(given)


def test_kitty_gets_the_image_before_the_cells_and_again_after_the_shell_had_the_terminal() -> None:
    with showing(KITTY, "kitty") as terminal:
        match = re.search(START[KITTY], terminal.output)
        assert match
        assert match.start() < terminal.output.index("\U0010eeee".encode())
        assert b"\x1b[38;5;%bm" % match[1] in terminal.output
        terminal.send("<ctrl+z>")
        terminal.wait_for(lambda it: it.process.status() == psutil.STATUS_STOPPED)
        before = len(terminal.output)
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda it: re.search(START[KITTY], it.output[before:]))


@pytest.mark.parametrize("term", ["linux", "vt100", "dumb"])
def test_a_terminal_that_might_print_the_question_is_not_asked(term: str) -> None:
    with showing(KITTY, "blocks", {"TERM": term, "TEXTUAL_COLOR_SYSTEM": "standard"}) as terminal:
        assert ASKED not in terminal.output
        assert b"\x1b[38;" not in terminal.output


def test_without_colours_there_are_shades() -> None:
    with showing(XTERM, "blocks", {"NO_COLOR": "1"}) as terminal:
        assert any("████" in line for line in terminal.lines())
        assert b"38;" not in terminal.output


def test_a_person_can_say_what_the_terminal_takes() -> None:
    with showing(XTERM, "iterm2", {"CANARYSCOPE_IMAGES": "iterm2"}) as terminal:
        assert images(ITERM2, terminal) >= 1
    with showing(KITTY, "blocks", {"CANARYSCOPE_IMAGES": "blocks"}) as terminal:
        assert images(KITTY, terminal) == 0
