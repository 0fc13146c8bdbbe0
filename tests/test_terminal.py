"""A real program on a real pty: whatever ends it, its person gets the terminal back."""

from __future__ import annotations

import inspect
import re
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from canaryscope.terminal_guard import DEADLINE, RESTORE
from terminal.probe import Terminal
from terminal.program import SOURCES

pytestmark = pytest.mark.terminal

PROGRAM = """
import os, signal, sys, threading, time
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static
from canaryscope.terminal import TerminalApp, leave

class Program(TerminalApp[None]):
    BINDINGS = [("q", "quit_now"), ("b", "block"), ("f", "flood"), ("x", "crash"), ("h", "hang"), ("c", "chain")]
    BINDINGS += [("ctrl+z", "suspend_process"), ("l", "leave_and_crash")]

    def compose(self) -> ComposeResult:
        yield Static("ready")
        yield Static(id="away")

    def came_back(self, seconds):
        self.query_one("#away", Static).update(f"away for {seconds > 0}")

    def on_key(self, event):
        self.query_one(Static).update(Content(f"key {event.key}"))

    def on_paste(self, event):
        self.query_one(Static).update(Content(f"pasted {event.text}"))

    def action_quit_now(self):
        self.leave_soon()

    def action_block(self):
        self.query_one(Static).update("blocked")
        self.call_after_refresh(lambda: time.sleep(60))

    def action_flood(self):
        while True:
            self._driver.write("flood " * 1000)

    def action_hang(self):
        threading.Thread(target=time.sleep, args=(60,)).start()

    def action_crash(self):
        secret = "hidden-" + "credentials"
        raise ValueError("boom \\x1b]0;evil\\x07 [red]markup")

    def action_chain(self):
        self.call_next(self.action_crash)
        self.call_next(self.action_crash)

    def action_leave_and_crash(self):
        self.leave_soon(3)
        self.action_crash()

app = Program(ansi_color=True)
app.run()
leave(app.return_code or 0)
"""


class Program:
    """Starts the program above; every terminal is closed with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.terminals: list[Terminal] = []

    def __call__(self, before: str = "", wait: bool = True, env: Mapping[str, str] | None = None) -> Terminal:
        script = self.folder / "program.py"
        script.write_text(before + PROGRAM)
        return self.run([sys.executable, str(script)], wait=wait, env=env)

    def run(self, argv: list[str], *, wait: bool = True, env: Mapping[str, str] | None = None) -> Terminal:
        started = Terminal(argv, env=SOURCES | {"XDG_STATE_HOME": str(self.folder)} | dict(env or {}))
        self.terminals.append(started)
        if wait:
            started.wait_for("ready")
        return started


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    started = Program(tmp_path)
    yield started
    for each in started.terminals:
        each.close()


def ended(shown: Terminal, within: float = 3) -> tuple[int, float]:
    """The exit code, and the seconds until it was there."""
    began = time.monotonic()
    code = shown.exit_code(within)
    return code, time.monotonic() - began


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_program_and_gives_the_terminal_back(program: Program, number: signal.Signals) -> None:
    shown = program()
    shown.signal(number)
    assert shown.exit_code() == 1
    assert shown.left_behind() == []


def test_sighup_ends_the_program_although_nohup_had_it_ignored(program: Program) -> None:
    shown = program("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n")
    shown.signal(signal.SIGHUP)
    assert shown.exit_code() == 1
    assert shown.left_behind() == []


def test_a_signal_ends_a_program_whose_event_loop_is_blocked(program: Program) -> None:
    shown = program()
    shown.send("b")
    shown.wait_for("blocked")
    shown.signal(signal.SIGTERM)
    code, seconds = ended(shown)
    assert code == 1
    assert shown.left_behind() == []
    assert seconds < 3 * DEADLINE


def test_a_signal_ends_a_program_whose_terminal_takes_no_more_output(program: Program) -> None:
    shown = program()
    shown.send("f")
    while not stuck(shown.process):
        pass
    shown.signal(signal.SIGTERM)
    assert shown.process.wait(3) == 1
    assert shown.exit_code() == 1
    assert shown.left_behind() == []


def stuck(process: psutil.Process) -> bool:
    """Whether it uses no CPU for a while: it waits for its terminal, since nobody reads what it writes."""
    before = process.cpu_times()
    time.sleep(0.1)
    return bool(process.cpu_times() == before)


def test_a_vanished_terminal_ends_the_program_at_once(program: Program) -> None:
    shown = program()
    shown.hang_up()
    assert shown.process.wait(3) != 0


def test_a_vanished_terminal_ends_a_program_that_is_blocked_and_deaf_to_hangups(program: Program) -> None:
    shown = program("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n")
    shown.send("b")
    shown.wait_for("blocked")
    shown.hang_up()
    assert shown.process.wait(3) == 1


def test_a_stopped_program_comes_back_with_its_screen_and_its_keys(program: Program) -> None:
    shown = program()
    shown.send("<ctrl+z>")
    assert suspended(shown)
    assert shown.left_behind() == []
    shown.signal(signal.SIGCONT)
    shown.wait_for(lambda seen: "alternate screen" in seen.left_behind())
    shown.wait_for("away for True")
    shown.send("k")
    shown.wait_for("key k")
    shown.send("q")
    assert shown.exit_code() == 0
    assert shown.left_behind() == []


def test_a_stopped_program_that_is_told_to_end_does_so_without_coming_back(program: Program) -> None:
    shown = program()
    shown.send("<ctrl+z>")
    assert suspended(shown)
    written = len(shown.output)
    shown.signal(signal.SIGTERM)
    shown.signal(signal.SIGCONT)
    assert shown.exit_code() == 1
    assert len(shown.output) == written


def suspended(shown: Terminal) -> bool:
    """Wait until the kernel has stopped the program, and what it wrote before was read."""
    deadline = time.monotonic() + 5
    while shown.process.status() != psutil.STATUS_STOPPED and time.monotonic() < deadline:
        shown.written_in(0.02)
    shown.written_in(0.05)
    return bool(shown.process.status() == psutil.STATUS_STOPPED)


def test_quitting_does_not_wait_for_a_call_that_hangs(program: Program) -> None:
    shown = program()
    shown.send("h")
    shown.wait_for("key h")
    shown.send("q")
    code, seconds = ended(shown)
    assert code == 0
    assert seconds < 1.5
    assert shown.left_behind() == []


@pytest.mark.parametrize("rubbish", [b"\xff\xfe\x80", b"\x1b[200~caf\xe9 q\x1b[201~", b"\x1b[2048201~", b"\x1b[:9~"])
def test_rubbish_on_the_input_ends_nothing(program: Program, rubbish: bytes) -> None:
    shown = program()
    shown.send(rubbish)
    shown.press("k")
    shown.send("k")
    shown.wait_for("key k")


def test_a_paste_that_is_not_utf8_stays_one_paste(program: Program) -> None:
    shown = program()
    shown.send(b"\x1b[200~caf\xe9 q\x1b[201~")
    shown.wait_for("pasted caf\ufffd q")


def test_characters_that_arrive_in_two_pieces_are_whole(program: Program) -> None:
    shown = program()
    shown.send(b"\x1b[200~\xe2\x82")
    shown.written_in(0.05)
    shown.send(b"\xac\x1b[201~")
    shown.wait_for("pasted €")


def test_the_screen_goes_to_the_terminal_where_stderr_is_a_file(program: Program) -> None:
    program("", wait=False).close()
    errors = program.folder / "errors"
    shown = program.run(["sh", "-c", f"exec {sys.executable} {program.folder / 'program.py'} 2>{errors}"])
    shown.send("q")
    assert shown.exit_code() == 0
    assert errors.read_bytes() == b""


def test_a_crash_shows_a_short_report_on_the_restored_terminal_and_keeps_the_whole_one(program: Program) -> None:
    shown = program()
    shown.send("x")
    assert shown.exit_code() == 1
    assert shown.left_behind() == []
    after = bytes(shown.output).rpartition(b"\x1b[?1049l")[2].decode()
    path = program.folder / "canaryscope/log/crash.txt"
    assert "ValueError: boom  [red]markup" in after
    assert str(path) in after
    assert "hidden-credentials" not in after
    assert "\x07" not in after
    assert "locals" not in after
    assert path.stat().st_mode & 0o777 == 0o600
    assert "action_crash" in path.read_text()
    assert "hidden-credentials" not in path.read_text()


def test_two_crashes_at_once_are_one_report(program: Program) -> None:
    shown = program()
    shown.send("c")
    assert shown.exit_code() == 1
    after = bytes(shown.output).rpartition(b"\x1b[?1049l")[2].decode()
    assert after.count("ValueError: boom") == 1
    assert "textual run --dev" not in after


def test_what_fails_while_it_is_left_is_no_crash(program: Program) -> None:
    shown = program()
    shown.send("l")
    assert shown.exit_code() == 3
    assert shown.left_behind() == []
    assert b"Traceback" not in shown.output
    assert not (program.folder / "canaryscope/log/crash.txt").exists()


def test_what_is_overridden_or_copied_from_textual_is_still_what_it_was() -> None:
    source = inspect.getsource
    assert "show_locals=True" in source(App._fatal_error)
    assert "self._fatal_error()" in source(App._handle_exception)
    read = source(LinuxDriver.run_input_thread)
    assert 'getincrementaldecoder("utf-8")()' in read
    assert "while not self.exit_event.is_set():" in read
    assert "for event in tick():" in read
    assert {"_file", "fileno", "attrs_before"} <= set(re.findall(r"self\.(\w+)", source(LinuxDriver.__init__)))
    starts = source(LinuxDriver.start_application_mode)
    assert "signal.signal(signal.SIGWINCH, " in starts
    assert "self._get_terminal_size()" in starts
    assert "self.close()" in source(Driver.suspend_application_mode)
    assert {"_app", "_debug", "_loop"} <= set(re.findall(r"self\.(\w+)", source(Driver.__init__)))


def test_textual_writes_each_frame_at_once_with_its_marks_apart() -> None:
    source = inspect.getsource
    assert "self._driver.write(terminal_sequence)" in source(App._display)
    assert "self._driver.write(SYNC_START)" in source(App._begin_update)
    assert (SYNC_START, SYNC_END) == ("\x1b[?2026h", "\x1b[?2026l")


def test_the_sequence_that_restores_undoes_all_that_textual_switches_on() -> None:
    on = set(re.findall(r"write\(.*\?(\d+)h", re.sub(r"#.*", "", inspect.getsource(LinuxDriver))))
    assert len(on) > 5
    off = set(re.findall(r"\?(\d+)l", RESTORE.decode()))
    assert on - {"7", "25"} <= off
    assert b"\x1b[?25h" in RESTORE
    assert b"\x1b[?7h" in RESTORE
