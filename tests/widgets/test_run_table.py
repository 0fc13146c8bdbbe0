"""The table of runs must read right at any width, and say why it is empty."""

import pytest
from rich.cells import cell_len
from textual.content import Content

from canaryscope_widgets.movement import Move
from canaryscope_widgets.run_columns import OPTIONAL, RunColumn, choose_columns, row_parts
from canaryscope_widgets.run_table import RunTable
from widgets.run_table_app import Runs, run, showing

ODD_TEXTS = [
    "日本語の画面",
    "e\u0301te\u0301 e\u0301te\u0301",
    "🔥🔥🔥🔥🔥",
    "👩\u200d👩\u200d👧\u200d👦 family",
    "नमस्ते",
]


async def test_eighty_columns_read_as_in_the_sketch() -> None:
    async with showing(Runs(2), height=4) as shown:
        assert shown.lines == [
            " State   Started          Duration  Test    Reason",
            "▌FAILED  Nov 22 12:27:07    30.4 s  FAILED  TimeoutError: Navigation timeout o…",
            " PASSED  Nov 22 12:22:07     2.1 s  PASSED",
            "",
        ]


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (9, "State"),
        (25, "State Started"),
        (44, "State Started Reason"),
        (60, "State Started Duration Reason"),
        (79, "State Started Duration Test Reason"),
        (80, "State Started Duration Test Reason"),
        (110, "State Started Duration Test Attempt Browser Reason"),
        (120, "State Started Duration Test Attempt Browser Location Reason"),
        (190, "State Started Duration Test Attempt Browser Location Run ID Reason"),
    ],
)
def test_a_narrow_table_leaves_out_the_least_important(width: int, titles: str) -> None:
    columns = choose_columns(width, OPTIONAL - {RunColumn.DRY_RUN})
    assert " ".join(column.title for column in columns) == titles


async def test_dry_runs_can_be_told_from_canary_runs_at_eighty_columns() -> None:
    dry_run = run(1)._replace(dry_run_id="1a2b3c4d-0000-4000-8000-000000000000")
    async with showing(Runs(2, special={1: dry_run}), height=3) as shown:
        shown.table.optional = frozenset({RunColumn.DRY_RUN})
        assert shown.lines[0] == " State   Started          Duration  Test    Dry run    Reason"
        assert shown.lines[2] == " PASSED  Nov 22 12:22:07     2.1 s  PASSED  1a2b3c4d…"


async def test_columns_without_anything_to_show_take_no_room() -> None:
    async with showing(Runs(1), width=120) as shown:
        assert shown.lines[0].split() == ["State", "Started", "Duration", "Test", "Reason"]


async def test_relative_times_need_fewer_cells() -> None:
    async with showing(Runs(1, special={0: run(0)._replace(started="3 min ago")}), height=2) as shown:
        shown.table.started_width = 11
        assert shown.lines[0] == " State   Started      Duration  Test    Reason"
        assert shown.lines[1].startswith("▌FAILED  3 min ago      30.4 s  FAILED  Timeout")


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_wide_and_combining_characters_do_not_shift_columns(text: str) -> None:
    odd = run(0)._replace(started=text, test=text[:3], reason=text * 40)
    columns = choose_columns(120)
    cells = [[cell_len(text) for text, _ in row_parts(row, columns)] for row in (odd, run(0))]
    assert cells[0] == cells[1]
    assert row_parts(odd, columns)[-1][0].rstrip().endswith("…")


async def test_text_that_looks_like_markup_is_shown_as_it_is() -> None:
    reason = "[red]Error[/red] [@click=app.quit]x[/]"
    async with showing(Runs(1, special={0: run(0)._replace(reason=reason, test="[b]")}), width=120) as shown:
        assert reason in shown.lines[1]
        assert "[b]" in shown.lines[1]


async def test_an_unknown_longer_state_is_cut_and_says_so() -> None:
    async with showing(Runs(1, special={0: run(0)._replace(state="CANCELLED")}), height=2) as shown:
        assert shown.lines[1].startswith("▌CANCEL… Nov 22")


@pytest.mark.parametrize("count", [0, 1, 100])
async def test_any_size_works(count: int) -> None:
    async with showing(Runs(count), 100, 40) as shown:
        shown.table.placeholder = "No runs."
        for width, height in [(1, 1), (2, 1), (1, 5), (7, 2), (30, 3), (300, 90)]:
            await shown.pilot.resize_terminal(width, height)
            await shown.pilot.pause()
            for move in Move:
                shown.table.action_move(move)
                assert [shown.table.render_line(y).cell_length for y in range(height)] == [width] * height


async def test_one_line_shows_a_run_rather_than_the_header() -> None:
    async with showing(Runs(3), height=1) as shown:
        await shown.press("j")
        assert shown.lines[0].startswith("▌PASSED  Nov 22 12:22:07")


async def test_the_linux_console_gets_ascii() -> None:
    async with showing(Runs(2)) as shown:
        shown.table.ascii = True
        assert shown.lines[1].startswith(">FAILED")
        assert "".join(shown.lines).isascii()


async def test_the_cursor_can_be_seen_without_colours() -> None:
    async with showing(Runs(2)) as shown:
        marker, state, *_ = shown.table.render_line(1)
        assert marker.text == "▌"
        assert state.text == "FAILED"
        assert state.style is not None
        assert state.style.without_color.reverse


async def test_focus_shows_in_the_header_and_at_the_cursor_and_paints_nothing_else() -> None:
    async with showing(Runs(20)) as shown:
        shown.table.screen.set_focus(None)
        await shown.press()
        shown.table.screen.set_focus(shown.table)
        await shown.press()
        shown.table.painted.clear()
        shown.table.screen.set_focus(None)
        await shown.pilot.pause()
        assert [(region.y, region.height) for region in shown.table.painted] == [(0, 1), (1, 1)]
        assert sum(region.width for region in shown.table.painted) < 16


async def test_no_rows_show_the_placeholder_wrapped() -> None:
    async with showing(Runs(0), width=30, height=6) as shown:
        shown.table.placeholder = Content("No canary [b]x[/b] here.\nSee it with aws synthetics describe-canaries")
        assert shown.lines == [
            " State   Started",
            " No canary [b]x[/b] here.",
            " See it with aws synthetics",
            " describe-canaries",
            "",
            "",
        ]
        shown.table.placeholder = "[red]Loading…"
        assert shown.lines[1:3] == [" [red]Loading…", ""]


async def test_the_placeholder_gives_way_to_the_first_rows_and_comes_back() -> None:
    runs = Runs(0)
    async with showing(runs) as shown:
        shown.table.placeholder = "Loading…"
        runs.count = 3
        shown.table.content_changed()
        assert "Loading…" not in "".join(shown.lines)
        assert await shown.press() == []
        assert shown.table.highlighted_key == 0
        shown.table.source = None
        assert shown.lines[1] == " Loading…"
        assert RunTable.RunHighlighted(0, None) in shown.heard or RunTable.RunHighlighted(0, None) in await shown.told()
