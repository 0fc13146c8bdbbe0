"""What each key costs on the line, on the explorer with all that is in it, in 80x24."""

import pytest

from benchmarks import keys
from benchmarks.wire import TARGETS
from terminal.probe import Terminal
from terminal.program import A_RUN, INSTANT, Explore

pytestmark = pytest.mark.terminal


@pytest.fixture(params=["homepage-heartbeat", "checkout-flow"])
def runs(explore: Explore, request: pytest.FixtureRequest) -> Terminal:
    """The runs of a canary that passes, and of one that fails, at rest."""
    terminal = explore("--demo", "--canary", request.param, env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.7)
    return terminal


def test_the_first_screen(runs: Terminal) -> None:
    assert len(runs.output) <= TARGETS["first"]


def test_rest(runs: Terminal) -> None:
    runs.press("j", quiet=0.5)
    assert runs.written_in(1) == TARGETS["rest"]


def test_the_cursor_inside_the_page(runs: Terminal) -> None:
    move = keys.move_inside(runs, ("j", "k"), count=8)
    assert 0 < move.at_once <= TARGETS["alone"]
    assert move.at_once + move.at_rest <= TARGETS["key"]


def test_scrolling_by_a_row(runs: Terminal) -> None:
    assert keys.row_by_row(runs, "j") <= TARGETS["scroll"]


def test_a_page(runs: Terminal) -> None:
    assert keys.page_down(runs) <= TARGETS["page"]


def test_a_hundred_rows_with_the_key_held_down(runs: Terminal) -> None:
    assert 0 < keys.hundred(runs, "j") <= TARGETS["held"]


def test_going_from_pane_to_pane(runs: Terminal) -> None:
    assert keys.pane_to_pane(runs, "<tab>") <= TARGETS["panes"]
