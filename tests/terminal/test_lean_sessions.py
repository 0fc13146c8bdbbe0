"""What the real program shows through the lean driver is, cell for cell, what it shows through Textual's output."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from canaryscope.lean.screen import LeanScreen
from lean.shown import Shown
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, INSTANT, SOURCES
from terminal.recording import Size, Step, record

pytestmark = pytest.mark.terminal

RAW = {**INSTANT, "CANARYSCOPE_DRIVER": "textual"}
FRAME_ENDS = "\x1b[?2026l"
SESSIONS: dict[str, list[str | tuple[int, int]]] = {
    "moving": ["j", "j", "jjj", "<pagedown>", "<pagedown>", "<pageup>", "<ctrl+d>", "k", "g", "n", "n", "f", "f"],
    "panes": ["<tab>", "<tab>", "j", "<shift+tab>", "]", "]", "]", "]", "[", "<enter>", "j", "<escape>", "t", "w", "w"],
    "screens": ["?", "<pagedown>", "<escape>", "x", "j", "<enter>", "<escape>", "!", "<escape>", "<ctrl+p>", "th",
                "<escape>", "/", "abc", "<backspace>", "<escape>", "y", "i", "c", "j", "<enter>", "2", "1"],
    "sizes": ["j", (120, 35), "j", "<tab>", (200, 50), "j", "?", (40, 10), (20, 5), (80, 24), "<escape>", "j"],
}  # fmt: skip


@pytest.fixture(params=SESSIONS, scope="module")
def session(request: pytest.FixtureRequest) -> list[Step]:
    """Each of the sessions, recorded now."""
    canary = "checkout-flow" if request.param != "moving" else "homepage-heartbeat"
    with Terminal([*COMMAND, "--demo", "--canary", canary], env=SOURCES | RAW) as terminal:
        terminal.wait_for(A_RUN)
        terminal.wait_for_quiet(0.3)
        return record(terminal, SESSIONS[request.param])


def on_the_line(data: str) -> str:
    """What a terminal gets: its line makes CR LF of LF."""
    return data.replace("\n", "\r\n")


def test_each_frame_of_a_session_is_the_same(session: list[Step]) -> None:
    raw, lean, screen = Shown(80, 24), Shown(80, 24), LeanScreen(80, 24)
    compared = written = 0
    for step in session:
        if isinstance(step, Size):
            raw.resize(step.rows, step.columns)
            lean.resize(step.rows, step.columns)
            screen.reset(step.columns, step.rows)
            continue
        raw.feed(on_the_line(step.data))
        least = on_the_line(screen.write(step.data) + screen.frame())
        lean.feed(least)
        written += len(least)
        compared += 1
        assert lean.cells() == raw.cells()
        assert lean.place() == raw.place()
    assert compared > 20
    assert written < 0.6 * sum(len(step.data) for step in session if not isinstance(step, Size))


class Tmux:
    """A terminal that tmux emulates, in a server of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self._socket = str(folder / f"{name}.socket")
        self._pipe = folder / f"{name}.pipe"
        os.mkfifo(self._pipe)
        self._marks = 0
        self._do("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
                 f"stty raw -echo; exec cat {self._pipe}", ";",
                 "set-option", "-g", "status", "off", ";", "set-option", "-g", "window-size", "manual")  # fmt: skip
        self.resize(80, 24)
        self._write = os.open(self._pipe, os.O_WRONLY)

    def resize(self, columns: int, rows: int) -> None:
        self._columns, self._rows = columns, rows
        self._do("resize-window", "-x", str(columns), "-y", str(rows))

    def feed(self, data: str) -> str:
        """Write, and wait until it has been taken in: the title behind it tells.

        Returns where the cursor is and, with their colours as SGR sequences, the cells.
        """
        self._marks += 1
        rest = f"{data}\x1b]2;taken {self._marks}\x1b\\".encode()
        while rest:
            rest = rest[os.write(self._write, rest) :]
        deadline = time.monotonic() + 10
        while True:
            told = self._do("display-message", "-p", "#{pane_title}/#{cursor_x} #{cursor_y}", ";",
                            "capture-pane", "-p", "-e", "-N")  # fmt: skip
            title, shown = told.split("/", 1)
            if title == f"taken {self._marks}":
                return shown
            assert time.monotonic() < deadline

    def cells(self, shown: str) -> list[list[Any]]:
        """The cells of what `feed` has returned: of the same cells, SGR sequences can be made in several ways."""
        screen = Shown(self._columns, self._rows)
        screen.feed("\r\n".join(shown.splitlines()[1:]))
        return screen.cells()

    def close(self) -> None:
        os.close(self._write)
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False)

    def _do(self, *command: str) -> str:
        env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        return subprocess.run(
            ["tmux", "-u", "-S", self._socket, *command], env=env, capture_output=True, text=True, check=True
        ).stdout


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[Tmux, Tmux]]:
    """Two terminals of tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    two = Tmux(tmp_path, "raw"), Tmux(tmp_path, "lean")
    yield two
    for each in two:
        each.close()


def test_tmux_shows_the_same(session: list[Step], tmux: tuple[Tmux, Tmux]) -> None:
    raw, lean = tmux
    screen = LeanScreen(80, 24)
    data = least = ""
    compared = 0
    for step in session:
        if isinstance(step, Size):
            for each in tmux:
                each.resize(step.columns, step.rows)
            screen.reset(step.columns, step.rows)
            continue
        data += step.data
        least += screen.write(step.data) + screen.frame()
        if step.data != FRAME_ENDS:
            continue
        wanted, got = raw.feed(on_the_line(data)), lean.feed(on_the_line(least))
        data = least = ""
        compared += 1
        if got != wanted:
            assert lean.cells(got) == raw.cells(wanted)
            assert got.split("\n", 1)[0] == wanted.split("\n", 1)[0], "the cursor"
    assert compared > 20
    assert not data
