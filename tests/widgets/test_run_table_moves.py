"""Keys, wheel and mouse must do what they do everywhere, on a table of any length, and cost little on the wire."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.binding import Binding
from textual.message import Message

from canaryscope_widgets.run_columns import choose_columns, row_parts
from canaryscope_widgets.run_table import RunTable
from terminal.probe import Terminal
from terminal.program import SOURCES
from widgets.run_table_app import HISTORY, Runs, Shown, TableApp, history, run, showing

PROGRAM = [sys.executable, str(Path(__file__).with_name("run_table_app.py"))]


async def test_j_and_k_move_the_cursor_by_a_row_and_paint_two_lines() -> None:
    async with showing(Runs(100)) as shown:
        assert await shown.press("j") == [RunTable.RunHighlighted(1, 1), RunTable.Viewed(0, 11, moved=True)]
        assert [(region.y, region.height) for region in shown.table.painted] == [(1, 1), (2, 1)]
        assert sum(region.width for region in shown.table.painted) <= 16
        await shown.press("j", "k")
        assert (shown.table.cursor, shown.table.top, shown.cursor_line) == (1, 0, 2)


async def test_past_the_edge_the_view_jumps_by_half_a_page() -> None:
    async with showing(Runs(100)) as shown:
        shown.table.move_to(10)
        assert shown.table.top == 0
        await shown.press("j")
        assert (shown.table.cursor, shown.table.top) == (11, 6)
        shown.table.move_to(6)
        await shown.press("k")
        assert (shown.table.cursor, shown.table.top) == (5, 0)


KEYS = {
    "down": (1, 0),
    "j j up": (1, 0),
    "ctrl+d": (5, 5),
    "ctrl+d ctrl+d ctrl+u": (5, 5),
    "pagedown": (10, 10),
    "ctrl+f j": (11, 10),
    "ctrl+f ctrl+f ctrl+b": (10, 10),
    "pagedown pagedown pageup": (10, 10),
    "G": (99, 89),
    "end pageup": (89, 79),
    "G g": (0, 0),
    "end home": (0, 0),
    "G j": (99, 89),
    "k": (0, 0),
    "G ctrl+d": (99, 89),
}
"""Keys, and the cursor and the top they lead to from the first of 100 rows, 11 of them in sight."""


async def test_the_keys_of_every_pane_move_the_cursor() -> None:
    async with showing(Runs(100)) as shown:
        reached = {}
        for keys in KEYS:
            shown.table.content_changed(cursor=0, top=0)
            await shown.press(*keys.split())
            reached[keys] = (shown.table.cursor, shown.table.top)
            assert shown.lines[shown.cursor_line][9:24] == run(shown.table.cursor).started
        assert reached == KEYS


async def test_g_asks_for_what_is_not_loaded_yet_even_when_the_cursor_is_there_already() -> None:
    async with showing(Runs(3)) as shown:
        assert await shown.press("G") == [
            RunTable.RunHighlighted(2, 2),
            RunTable.Viewed(0, 3, moved=True),
            RunTable.EndWanted(),
        ]
        assert await shown.press("end") == [RunTable.Viewed(0, 3, moved=True), RunTable.EndWanted()]


async def test_trying_to_go_on_at_the_end_is_told_so_that_more_can_be_loaded() -> None:
    async with showing(Runs(3)) as shown:
        await shown.press("G")
        assert await shown.press("j") == [RunTable.Viewed(0, 3, moved=True)]


async def test_enter_opens_the_run() -> None:
    async with showing(Runs(100, newest=500)) as shown:
        assert await shown.press("j", "enter") == [
            RunTable.RunHighlighted(1, 501),
            RunTable.Viewed(0, 11, moved=True),
            RunTable.RunSelected(1, 501),
        ]
    async with showing(Runs(0)) as shown:
        assert await shown.press("enter") == []


async def wheel(shown: Shown, kind: type[events.MouseScrollDown | events.MouseScrollUp]) -> list[Message]:
    shown.heard.clear()
    shown.pilot.app.screen.post_message(
        kind(None, x=5, y=5, delta_x=0, delta_y=0, button=0, shift=False, meta=False, ctrl=False)
    )
    await shown.pilot.pause()
    return list(shown.heard)


async def test_the_wheel_moves_the_view_and_takes_the_cursor_along_only_at_the_edge() -> None:
    async with showing(Runs(100)) as shown:
        await shown.press(*["j"] * 4)
        assert await wheel(shown, events.MouseScrollDown) == [RunTable.Viewed(3, 14, moved=True)]
        assert (shown.table.cursor, shown.table.top) == (4, 3)
        assert await wheel(shown, events.MouseScrollDown) == [
            RunTable.RunHighlighted(6, 6),
            RunTable.Viewed(6, 17, moved=True),
        ]
        assert (shown.table.cursor, shown.table.top) == (6, 6)
        for _ in range(3):
            await wheel(shown, events.MouseScrollUp)
        assert (shown.table.cursor, shown.table.top) == (6, 0)


async def test_a_click_moves_the_cursor_and_the_header_is_no_row() -> None:
    async with showing(Runs(5)) as shown:
        await shown.pilot.click(RunTable, offset=(20, 3))
        assert shown.table.cursor == 2
        await shown.pilot.click(RunTable, offset=(20, 0))
        await shown.pilot.click(RunTable, offset=(20, 9))
        assert shown.table.cursor == 2


async def test_move_to_a_row_out_of_sight_puts_it_in_the_middle() -> None:
    async with showing(Runs(HISTORY)) as shown:
        shown.table.move_to(400_000)
        assert await shown.told() == [
            RunTable.RunHighlighted(0, 0),
            RunTable.Viewed(0, 11, moved=False),
            RunTable.RunHighlighted(400_000, 400_000),
            RunTable.Viewed(399_995, 400_006, moved=True),
        ]
        shown.table.move_to(400_003)
        assert (shown.table.cursor, shown.table.top) == (400_003, 399_995)
        shown.table.move_to(HISTORY + 5)
        assert shown.table.cursor == HISTORY - 1


async def test_a_key_map_can_change_every_key() -> None:
    table = RunTable(Runs(100))
    app = TableApp(table)
    app.set_keymap({"table.down": "x", "table.last": "z"})
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("x", "j")
        assert table.cursor == 1
        await pilot.press("z")
        assert table.cursor == 99


def test_every_key_says_what_it_does() -> None:
    bindings = [binding for binding in RunTable.BINDINGS if isinstance(binding, Binding)]
    assert len(bindings) == len(RunTable.BINDINGS)
    assert all(binding.id and binding.description and binding.tooltip for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)
    keys = {key for binding in bindings for key in binding.key.split(",")}
    assert keys >= {"j", "k", "down", "up", "ctrl+d", "ctrl+u", "g", "G", "home", "end", "enter"}
    assert keys >= {"pagedown", "pageup", "ctrl+f", "ctrl+b"}


async def test_655_200_rows_are_read_only_where_they_are_seen() -> None:
    runs = Runs(HISTORY)
    async with showing(runs) as shown:
        await shown.press("j", "pagedown", "G", "ctrl+u", "g", "ctrl+d")
        assert sum(last - first for first, last in runs.asked) < 7 * 11
        assert all(last - first <= 11 for first, last in runs.asked)


async def test_moving_within_the_page_reads_nothing() -> None:
    runs = Runs(HISTORY)
    async with showing(runs) as shown:
        runs.asked.clear()
        await shown.press("j", "j", "j", "k")
        assert runs.asked == []


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """The table alone at 80x24 on xterm-256color, with 655,200 runs."""
    with Terminal(PROGRAM, env=SOURCES) as terminal:
        terminal.wait_for(lambda terminal: terminal.lines()[23].startswith(" PASSED"))
        terminal.wait_for_quiet()
        yield terminal


@pytest.mark.terminal
def test_keys_cost_few_bytes_on_a_terminal_and_rest_costs_none(terminal: Terminal) -> None:
    inside = [terminal.press("j").bytes for _ in range(3)]
    assert min(inside) > 0
    assert max(inside) <= 130
    assert terminal.hold("j", 66, hz=60).bytes / 66 <= 260
    assert terminal.written_in(0.3) == 0


@pytest.mark.terminal
def test_the_terminal_shows_what_is_there_after_any_keys(terminal: Terminal) -> None:
    """What is not painted again must be what a whole paint would show, also around wide letters."""
    terminal.hold("j", 40, hz=60)
    terminal.hold("<pagedown>", 3)
    terminal.hold("k", 30, hz=60)
    terminal.send(b"\x1b[<65;10;10M")
    terminal.wait_for_quiet()
    lines = terminal.lines()
    (cursor,) = (y for y, line in enumerate(lines) if line.startswith("▌"))
    assert lines[0] == " State   Started          Duration  Test    Reason"
    runs, columns = history().rows(0, 200), choose_columns(80)
    texts = ["".join(text for text, _ in row_parts(run, columns)).rstrip() for run in runs]
    top = texts.index(lines[1][1:])
    shown = [("▌" if y == cursor else " ") + texts[top + y - 1] for y in range(1, 24)]
    assert lines[1:] == shown
    assert top > 0
