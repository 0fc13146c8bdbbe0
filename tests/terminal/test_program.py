"""The program on a terminal: what a person sees first, what keys cost on a slow line, and what a resize does."""

import os
import re
import time
from pathlib import Path

import pytest

from benchmarks import keys
from peer import Peer
from terminal.probe import Terminal
from terminal.program import A_RUN, IMPORT_CLOCK, INSTANT, Explore

pytestmark = pytest.mark.terminal

STATUS = r"^ ?[\d,]+ loaded · (more below|end of history) +row [\d,]+ ?$"
"""The status bar at rest (UX.md)."""


@pytest.fixture
def runs(explore: Explore) -> Terminal:
    """The runs of a canary of the demo, at rest."""
    terminal = explore("--demo", "--canary", "homepage-heartbeat", env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.wait_for(STATUS)
    terminal.wait_for_quiet(0.5)
    return terminal


def cursor_row(terminal: Terminal) -> int:
    """The number at the right end of the status bar."""
    match = re.search(r"row ([\d,]+) ?$", terminal.text(), re.MULTILINE)
    assert match, terminal.text()
    return int(match[1].replace(",", ""))


def test_the_picker_comes_first(explore: Explore) -> None:
    terminal = explore("--demo", env=INSTANT)
    terminal.wait_for(r"FAILED +checkout-flow|checkout-flow +FAILED")
    terminal.wait_for_quiet()
    assert any("canaryscope" in line for line in terminal.lines()[:1])


def test_a_canary_opens_with_its_runs(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.wait_for(STATUS)
    assert "checkout-flow" in terminal.lines()[0]
    assert max(map(len, terminal.lines())) <= 80


def test_what_is_typed_before_the_program_has_the_terminal_counts_enter_too(explore: Explore) -> None:
    terminal = explore("--demo", env=INSTANT)
    terminal.send("/heartbeat\r")
    terminal.wait_for(A_RUN)
    assert "homepage-heartbeat" in terminal.lines()[0]


def test_the_palette_opens_although_the_start_has_not_loaded_it(runs: Terminal) -> None:
    runs.send(":")
    runs.wait_for("Search for commands")
    runs.send("theme")
    runs.wait_for("Light or dark terminal")
    runs.send("\x1b")
    runs.wait_for(STATUS)


def test_a_start_paints_the_screen_at_most_three_times(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "homepage-heartbeat", env=INSTANT)
    terminal.wait_for(STATUS)
    terminal.wait_for_quiet(0.5)
    assert len(terminal.output) <= 9_000


def test_filling_the_screen_with_a_run_and_going_back_paints_it_once_each(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(r"Steps \d")
    terminal.wait_for_quiet(0.5)
    terminal.press("]", quiet=0.5)
    assert terminal.press("]", quiet=0.5).bytes <= 1_000
    terminal.press("[", quiet=0.5)
    assert terminal.press("<enter>", quiet=0.5).bytes <= 3_500
    assert terminal.press("<escape>", quiet=0.5).bytes <= 3_500


def test_the_first_paint_does_not_wait_for_boto3(explore: Explore, tmp_path: Path) -> None:
    os.mkfifo(gate := tmp_path / "gate")
    env = {**INSTANT, **IMPORT_CLOCK, "IMPORT_GATE": str(gate)}
    terminal = explore("--demo", "--canary", "checkout-flow", env=env)
    terminal.wait_for("canaryscope(.|\n)*checkout-flow(.|\n)*loading")
    assert not re.search(A_RUN, terminal.text(), re.MULTILINE)
    descriptor = os.open(gate, os.O_RDWR)  # for reading too: does not wait for a reader
    try:
        terminal.wait_for(A_RUN)
    finally:
        os.close(descriptor)


def test_nothing_is_written_when_nothing_happens(runs: Terminal) -> None:
    assert runs.written_in(1.5) == 0
    runs.press("j", quiet=0.5)
    assert runs.written_in(0.5) == 0


def test_esc_answers_as_soon_as_any_key(runs: Terminal) -> None:
    took = []
    for _ in range(5):  # of which the machine may be busy with others meanwhile
        runs.send("?")
        runs.wait_for("^ Help")
        pressed = time.monotonic()
        runs.send("<escape>")
        runs.wait_for(STATUS)
        took.append(time.monotonic() - pressed)
    assert min(took) < 0.1


def test_a_key_inside_the_page_costs_at_most_400_bytes(runs: Terminal) -> None:
    move = keys.move_inside(runs, ("j", "k"), count=8)
    assert 0 < move.at_once <= 400
    assert move.at_rest <= 2000


def test_a_held_key_costs_at_most_700_bytes_on_average(runs: Terminal) -> None:
    assert 0 < keys.scroll(runs, "j").at_once <= 700
    assert cursor_row(runs) == 101


def test_opening_a_canary_is_one_call_until_the_person_moves(explore: Explore) -> None:
    with Peer() as peer:
        terminal = explore("--canary", "homepage-heartbeat", env=peer.environment())
        terminal.wait_for(A_RUN)
        terminal.wait_for_quiet(0.5)
        assert peer.count("GetCanaryRuns") == 1
        terminal.send("<pagedown>" * 8)
        peer.wait_for_calls(2, "GetCanaryRuns")
        terminal.wait_for(r"[23]00 loaded")


@pytest.mark.parametrize("resize_reports", [False, True], ids=["SIGWINCH", "in band"])
def test_a_resize_and_back_keeps_the_place(explore: Explore, resize_reports: bool) -> None:
    terminal = explore(
        "--demo", "--canary", "load-test-window", env=INSTANT, cols=100, rows=30, resize_reports=resize_reports
    )
    terminal.wait_for(STATUS)
    terminal.wait_for_quiet()
    terminal.press("jjjjj")
    before = beside_the_picker(terminal)
    for cols, rows in ((200, 50), (80, 24), (100, 30)):
        resize(terminal, cols, rows)
    assert beside_the_picker(terminal) == before
    for cols, rows in ((40, 10), (7, 3), (1, 1), (100, 30)):
        resize(terminal, cols, rows)
    assert cursor_row(terminal) == 6
    markers = sum(len(re.findall("(?:^|│)▌", line)) for line in terminal.lines())
    assert markers == 2  # the canary's and the run's, still in sight


def beside_the_picker(terminal: Terminal) -> list[str]:
    """What is shown of the runs."""
    return [line.partition("│")[2] for line in terminal.lines()[1:-2]]


def resize(terminal: Terminal, cols: int, rows: int) -> None:
    """Give the terminal another size; whatever is shown fits into it."""
    terminal.resize(cols, rows)
    terminal.wait_for_quiet()
    assert all(len(line) <= cols for line in terminal.lines())


def test_a_terminal_too_small_says_so_and_still_works(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "homepage-heartbeat", env=INSTANT, cols=40, rows=10)
    terminal.wait_for("80x24")
    terminal.resize(80, 24)
    terminal.wait_for(lambda it: re.search(STATUS, it.text(), re.MULTILINE) and "80x24" not in it.text())


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "linux"}, {"TERM": "vt100"}, {"LANG": "C"}])
def test_it_runs_on_terminals_that_can_do_little(explore: Explore, env: dict[str, str]) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env={**INSTANT, **env})
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet()
    if "NO_COLOR" in env:
        assert not re.search(rb"\x1b\[(\d+;)*(3[0-7]|4[0-7]|9[0-7]|38|48)[;m]", terminal.output)
    terminal.send("q")
    assert terminal.exit_code() == 0
    assert terminal.left_behind() == []
