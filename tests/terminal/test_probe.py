"""The terminal that the other tests look through must itself be right; small scripts stand in for the program."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from terminal.probe import Terminal
from terminal.program import IMPORT_CLOCK, import_times
from terminal.stream import Control, Splitter

ASK = r"""
import os, sys, tty
tty.setraw(0)
def ask(query, end):
    os.write(1, query.encode())
    answer = b""
    while not answer.endswith(end.encode()):
        answer += os.read(0, 1)
    return repr(answer.decode())
answers = [ask(query, end) for query, end in [
    ("\x1b[c", "c"), ("\x1b[>c", "c"), ("\x1b[4;9H\x1b[6n", "R"), ("\x1b[?2026$p", "y"), ("\x1b[?2048$p", "y"),
    ("\x1b[>q", "\\"), ("\x1b]10;?\x07", "\\"), ("\x1b]11;?\x1b\\", "\\"), ("\x1b[?u\x1b[5n", "n"),
]]
os.write(1, ("\x1b[2J\x1b[H" + "\r\n".join(answers) + "\r\ndone").encode())
"""

WRITE = r"import sys, time; sys.stdout.write({text!r}); sys.stdout.flush(); time.sleep(60)"


def script(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def shows(text: str) -> Terminal:
    return Terminal(script(WRITE.format(text=text)), cols=20, rows=5)


def test_queries_are_answered_as_a_terminal_does() -> None:
    with Terminal(script(ASK)) as terminal:
        terminal.wait_for("done")
        assert terminal.lines()[:9] == [
            repr(answer)
            for answer in (
                "\x1b[?64;1;2;22c",
                "\x1b[>41;390;0c",
                "\x1b[4;9R",
                "\x1b[?2026;2$y",
                "\x1b[?2048;0$y",
                "\x1bP>|XTerm(390)\x1b\\",
                "\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\",
                "\x1b]11;rgb:0000/0000/0000\x1b\\",
                "\x1b[0n",  # and nothing to the kitty keyboard query, which xterm does not know
            )
        ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one\r\ntwo", ["one", "two"]),
        ("a\r\nb\r\nc\x1b[S", ["b", "c", ""]),
        ("a\r\nb\x1b[T", ["", "a", "b"]),
        ("=\x1b[4b|", ["=====|"]),
        ("gone\x1b[?1049hnew", ["    new"]),
        ("\x1b]0;a title\x07\x1bPdevice\x1b\\\x1b[>4;1mplain\x1b[=1u\x1b[?1$p", ["plain"]),
        ("\x1b[38:2::1:2:3mcolour", ["colour"]),
        ("€ … 漢", ["€ … 漢"]),
    ],
)
def test_the_screen_shows_what_a_terminal_would(text: str, lines: list[str]) -> None:
    with shows(text + "\x1b[5;1Hend") as terminal:
        terminal.wait_for("end")
        assert terminal.lines()[: len(lines)] == lines


def test_the_program_has_a_terminal_of_its_own_and_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    source = "import os; print(os.get_terminal_size(), os.tcgetpgrp(0) == os.getpid(), sorted(os.environ), 'end')"
    with Terminal(script(source), cols=100, rows=30, env={"EXTRA": "1"}) as terminal:
        assert terminal.exit_code() == 0
        said = terminal.text().replace("\n", "")
        assert "columns=100, lines=30" in said
        assert "True" in said
        assert "EXTRA" in said
        assert "AWS" not in said


def test_bytes_and_times_are_those_of_the_answer_to_the_keys() -> None:
    with Terminal(["cat"]) as terminal:
        reaction = terminal.press("hello<enter>")
        assert reaction.bytes == len(b"hello\r\n" + b"hello\r\n")
        assert reaction.first is not None
        assert 0 < reaction.first < 5
        assert reaction.bytes_by(0) == 0
        assert reaction.bytes_by(5) == reaction.bytes
        assert terminal.hold("x", 10, hz=200).bytes == 10
        assert terminal.press(b"").first is None
        assert terminal.written_in(0.05) == 0


def test_a_wait_that_fails_shows_the_screen() -> None:
    with shows("what is there") as terminal:
        terminal.wait_for("there")
        with pytest.raises(AssertionError, match="what is there"):
            terminal.wait_for("what is not", timeout=0.05)


def test_a_wait_ends_early_when_the_program_has_ended() -> None:
    with Terminal(script("print('bye')")) as terminal, pytest.raises(AssertionError, match=r"has ended(.|\n)*bye"):
        terminal.wait_for("never", timeout=60)


def test_a_program_that_never_rests_is_noticed() -> None:
    with (
        Terminal(["sh", "-c", "while echo; do sleep 0.01; done"]) as terminal,
        pytest.raises(AssertionError, match="still writing"),
    ):
        terminal.wait_for_quiet(timeout=0.2)


@pytest.mark.parametrize("resize_reports", [False, True])
def test_a_resize_reaches_the_program(resize_reports: bool) -> None:
    source = r"""
import os, signal, tty
tty.setraw(0)
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b"\r\nsize %d %d" % os.get_terminal_size()))
os.write(1, b"\x1b[?2048hready")
while data := os.read(0, 99):
    os.write(1, b"\r\nread " + data.replace(b"\x1b", b"ESC"))
"""
    with Terminal(script(source), resize_reports=resize_reports) as terminal:
        terminal.wait_for("ready")
        terminal.resize(100, 30)
        terminal.wait_for("size 100 30")
        if resize_reports:
            terminal.wait_for(r"read ESC\[48;24;80;384;640t", timeout=1)
            terminal.wait_for(r"read ESC\[48;30;100;480;800t", timeout=1)


def test_what_is_left_behind_is_named() -> None:
    source = r"import tty; tty.setraw(0); print(end='\x1b[?1049h\x1b[?1003;1006h\x1b[?25l\x1b[>1u\x1b[?2004h')"
    with Terminal(script(source)) as terminal:
        terminal.exit_code()
        expected = [
            "alternate screen",
            "bracketed paste",
            "hidden cursor",
            "keyboard protocol",
            "line settings",
            "mouse",
        ]
        assert sorted(terminal.left_behind()) == sorted(expected)
        assert not terminal.restored


def test_what_is_put_back_is_not_left_behind() -> None:
    source = r"print(end='\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[?1049l\x1b[?25h\x1b[<u')"
    with Terminal(script(source)) as terminal:
        assert terminal.exit_code() == 0
        assert terminal.restored


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda terminal: terminal.send("<ctrl+c>"), -signal.SIGINT),
        (lambda terminal: terminal.send("<ctrl+d>"), 0),
        (lambda terminal: terminal.signal(signal.SIGTERM), -signal.SIGTERM),
        (lambda terminal: terminal.hang_up(), -signal.SIGHUP),
    ],
)
def test_each_way_to_end_a_program_has_its_exit_code(end: Callable[[Terminal], None], code: int) -> None:
    with Terminal(["cat"]) as terminal:
        assert terminal.press("x<enter>").bytes
        end(terminal)
        assert terminal.exit_code() == code


def test_leaving_ends_the_program_and_its_children() -> None:
    with Terminal(["sh", "-c", "sleep 60 & echo child $!; wait"]) as terminal:
        terminal.wait_for(r"child \d+")
        [child] = terminal.family()
        assert child.pid == int(terminal.text().split()[1])
        assert terminal.memory().rss > terminal.process.memory_info().rss
    assert not terminal.process.is_running()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_sequence_that_comes_in_parts_stays_whole(size: int) -> None:
    data = b"a\x1b[1;31mb\x1b]8;;x\x1b\\c\x1bP+q\x1b\\\x1b(Bd\x1b7"
    split = Splitter()
    pieces = [piece for start in range(0, len(data), size) for piece in split(data[start : start + size])]
    controls = [(piece.kind, piece.body, piece.final) for piece in pieces if isinstance(piece, Control)]
    assert controls == [
        ("csi", "1;31", "m"),
        ("osc", "8;;x", ""),
        ("string", "P+q", ""),
        ("short", "(B", ""),
        ("short", "7", ""),
    ]
    assert b"".join(piece for piece in pieces if isinstance(piece, bytes)) == b"abcd"
    assert b"".join(piece if isinstance(piece, bytes) else piece.raw for piece in pieces) == data


def test_loading_boto3_is_noted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Terminal(script("import botocore, boto3"), env={**IMPORT_CLOCK, "IMPORT_LOG": str(log)}) as terminal:
        assert terminal.exit_code() == 0
        times = import_times(log)
        assert list(times) == [(name, what) for name in ("botocore", "boto3") for what in ("begun", "ended")]
        assert terminal.started < min(times.values()) <= max(times.values()) < time.monotonic()


def test_loading_boto3_can_be_held_back(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with Terminal(
        script("print('before'); import botocore; print('after')"),
        env={**IMPORT_CLOCK, "IMPORT_GATE": str(gate)},
    ) as terminal:
        terminal.wait_for("before")
        assert terminal.written_in(0.3) == 0
        gate.write_bytes(b"")
        terminal.wait_for("after")
