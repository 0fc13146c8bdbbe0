"""The lean driver on a terminal: whatever happens to the terminal, the screen is right again."""

from __future__ import annotations

import signal
from typing import Any

import psutil
import pytest

from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, INSTANT, SOURCES, Explore

pytestmark = pytest.mark.terminal

GARBAGE = b"\x1b7\x1b[5;5H\x1b[41mgarbage\x1b[9;1H\x1b[2K\x1b[24;70Hmore\x1b[m\x1b8"


@pytest.fixture
def runs(explore: Explore) -> Terminal:
    """The runs of a canary that fails, at rest."""
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.5)
    return terminal


def cells(terminal: Terminal) -> list[list[Any]]:
    """All that is shown; blanks as they look, since the widgets do not repaint those that look the same."""
    terminal.lines()
    return [[_as_seen(cell) for cell in row] for row in terminal.emulator.cells]


def _as_seen(cell: Any) -> Any:
    if cell.data != " " or cell.reverse or cell.underscore or cell.strikethrough:
        return cell
    return cell._replace(fg="default", bold=False, italics=False, blink=False)


def test_ctrl_l_paints_over_what_another_program_has_written(runs: Terminal) -> None:
    before = cells(runs)
    runs.emulator.write_over(GARBAGE)
    assert cells(runs) != before
    runs.press("<ctrl+l>")
    assert cells(runs) == before


def test_a_window_that_went_to_another_size_and_back_is_painted_anew(runs: Terminal) -> None:
    before = cells(runs)
    runs.emulator.write_over(GARBAGE)
    runs.signal(signal.SIGWINCH)
    runs.wait_for(lambda shown: cells(shown) == before)


def assert_right(terminal: Terminal) -> None:
    """What is shown is what is there once all of it was painted anew."""
    before, text = cells(terminal), terminal.text()
    written = len(terminal.output)
    terminal.signal(signal.SIGWINCH)
    terminal.wait_for(lambda shown: len(shown.output) > written)
    terminal.wait_for_quiet(0.3)
    assert terminal.text() == text
    assert cells(terminal) == before


def test_after_resizing_the_screen_is_right(runs: Terminal) -> None:
    for columns, rows in ((100, 30), (90, 30), (80, 24), (120, 24), (80, 24)):
        runs.resize(columns, rows)
        runs.wait_for_quiet(0.5)
        assert_right(runs)


def test_after_suspending_the_screen_is_back(runs: Terminal) -> None:
    runs.wait_for(r"Screenshots \d")  # the last of what is read by itself
    runs.wait_for_quiet(0.3)
    before = cells(runs)
    runs.send("<ctrl+z>")
    runs.wait_for(lambda shown: shown.process.status() == psutil.STATUS_STOPPED and not shown.left_behind())
    runs.emulator.write_over(GARBAGE)
    runs.signal(signal.SIGCONT)
    runs.wait_for(lambda shown: cells(shown) == before)
    runs.press("jk", quiet=0.3)
    assert cells(runs) == before


def test_moving_about_leaves_the_screen_right(runs: Terminal) -> None:
    for keys in ("jjj", "<pagedown>", "]", "]", "<tab>", "?", "<escape>", "f", "n", "/5", "<escape>", "<enter>"):
        runs.press(keys, quiet=0.5)
        assert_right(runs)


def test_a_key_held_down_is_on_a_slow_screen_when_it_is_let_go() -> None:
    command = [*COMMAND, "--demo", "--canary", "homepage-heartbeat"]
    with Terminal(command, env=SOURCES | INSTANT, cols=200, rows=50, bytes_per_second=25_000) as terminal:
        terminal.wait_for("PASSED", 20)
        terminal.wait_for_quiet(0.5)
        reaction = terminal.hold("<pagedown>", 90, hz=30, quiet=0.5)
        late = sum(size for at, size in reaction.reads if at > 0)
        assert late < 30_000  # a busy machine is twice as late as a quiet one; Textual would be 90,000 bytes behind


def test_answers_of_the_terminal_are_not_left_for_the_shell() -> None:
    shell = '"$@"; stty raw -echo min 0 time 3; printf "left: "; dd bs=99 count=1 2>/dev/null | od -An -c; printf end'
    command = [*COMMAND, "--demo", "--canary", "homepage-heartbeat"]
    with Terminal(["sh", "-c", shell, "sh", *command], env=SOURCES | INSTANT, bytes_per_second=25_000) as terminal:
        terminal.wait_for(A_RUN, 20)
        terminal.wait_for_quiet(0.5)
        terminal.hold("<pagedown>", 20, hz=60, quiet=0)
        terminal.send("q")
        terminal.wait_for("left: *end")


def test_textuals_own_output_is_there_for_who_wants_it(explore: Explore) -> None:
    sizes = {}
    for driver in ("lean", "textual"):
        terminal = explore("--demo", "--canary", "homepage-heartbeat", "--driver", driver, env=INSTANT)
        terminal.wait_for(A_RUN)
        terminal.wait_for_quiet(0.5)
        sizes[driver] = terminal.press("j", quiet=0.3).bytes
    assert sizes["textual"] > 2 * sizes["lean"]
