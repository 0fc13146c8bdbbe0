"""What a person would miss in the outcome strip: a failure among its cells, their place in it, a cell to go to."""

from __future__ import annotations

import pytest

from canaryscope.environment import Environment
from canaryscope.screens import explorer as explorer_screen
from canaryscope.screens.triage_pane import TriagePane
from runs.history import UNSAVED, attempt, run
from screens.gated import (
    CANARY,
    RUNS,
    account,
    cell,
    cursor,
    dry_runs,
    headline,
    history,
    loaded,
    opened,
    quiet,
    rows,
    running,
    strip,
)
from screens.support import Seen, shown

OLDER, NEWER = "less_than_sign", "greater_than_sign"


async def click(seen: Seen, newest: int, line: int = 0) -> None:
    """Click a cell, counted from the newest."""
    it = seen.app.runs_pane.triage_pane.strip
    await seen.pilot.click(it, offset=(it.room - newest, line))


async def at(seen: Seen, row: int, in_cell: int | None) -> None:
    """Wait until the cursor is on a row, and the strip says in which cell."""
    await seen.until(lambda: (seen.app.runs_pane.table.cursor, cell(seen)) == (row, in_cell))


async def test_a_cell_a_run_with_the_newest_at_the_right_and_letters_that_need_no_colour() -> None:
    runs = [running(run(0)), attempt(1, retry=1), attempt(1, "FAILED"), attempt(2, UNSAVED), run(3, state="FAILED")]
    aws = account([*runs, *history(10, first=4)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert strip(seen) == "..........F~~R"


async def test_where_there_are_more_runs_than_cells_a_cell_tells_the_worst_of_its_runs() -> None:
    aws = account(history(1_000, failing={3, 400, 777}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await loaded(seen, aws, "1,000 loaded · end of history")
        assert (strip(seen).count("F"), strip(seen)[-1]) == (3, "F")
        assert len(strip(seen)) == seen.app.runs_pane.triage_pane.strip.room


async def test_the_strip_shows_where_the_cursor_is_once_it_rests() -> None:
    aws = account(history(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert cell(seen) == 0
        await seen.press(*"jjjjj")
        await at(seen, 5, 5)
        await seen.press("G")
        await at(seen, 39, 39)
        await seen.press("f")
        await at(seen, 0, None)
        await seen.press("f")
        await at(seen, 39, 39)


async def test_keys_move_by_cells_and_stop_at_both_ends() -> None:
    aws = account(history(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(NEWER)
        assert cursor(seen) == 0
        await seen.press(*[OLDER] * 7)
        await at(seen, 7, 7)
        await seen.press(*[NEWER] * 3)
        await at(seen, 4, 4)
        await seen.press(*[OLDER] * 60)
        await at(seen, 39, 39)


async def test_a_key_moves_from_where_the_cursor_is_though_it_has_not_come_to_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explorer_screen, "REST", 3_600.0)
    aws = account(history(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*"jjjjjjjj", OLDER)
        await quiet(seen, aws)
        assert cursor(seen) == 9


async def test_a_cell_of_several_runs_leads_to_the_newest_of_the_worst() -> None:
    aws = account(history(1_000, failing={405, 406}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await loaded(seen, aws, "1,000 loaded")
        newest = len(strip(seen)) - 1 - strip(seen).index("F")
        await click(seen, newest)
        await at(seen, 405, newest)
        await click(seen, newest + 1, line=1)
        await seen.until(lambda: cell(seen) == newest + 1)
        await seen.press(NEWER)
        await at(seen, 405, newest)


async def test_clicks_beside_the_cells_do_nothing() -> None:
    aws = account(history(20))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("j")
        it = seen.app.runs_pane.triage_pane.strip
        for x in (0, 5, it.room + 3, 79):
            await seen.pilot.click(it, offset=(x, 0))
        await quiet(seen, aws)
        assert cursor(seen) == 1
        assert seen.app.focused is seen.app.runs_pane.table


async def test_with_failures_only_keys_go_on_cell_by_cell_until_there_is_a_failure() -> None:
    aws = account(history(40, failing={10, 20}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("f")
        await loaded(seen, aws, "2 of 40 loaded match")
        assert cursor(seen) == 10
        await seen.press(OLDER)
        await seen.until(lambda: cursor(seen) == 20)
        await seen.press(*[NEWER] * 10)
        await seen.until(lambda: cursor(seen) == 10)


async def test_from_a_dry_run_a_key_goes_to_a_canary_run() -> None:
    aws = account([*history(40), *dry_runs(30)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("2")
        await loaded(seen, aws, "70 loaded")
        await seen.press("j")
        await at(seen, 1, None)
        assert cursor(seen) == 0.5
        await seen.press(OLDER)
        await seen.until(lambda: cursor(seen) == 0)


async def test_new_runs_move_the_cell_with_the_cursors_run() -> None:
    aws = account(history(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*"jjj")
        await at(seen, 3, 3)
        aws.runs[CANARY][:0] = history(2, first=-2)  # type: ignore[index]
        await seen.press("r")
        await at(seen, 5, 5)
        assert cursor(seen) == 3


async def test_it_is_not_drawn_anew_for_each_of_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = 0
    update = TriagePane._update

    def counting(pane: TriagePane) -> None:
        nonlocal drawn
        drawn += 1
        update(pane)

    monkeypatch.setattr("canaryscope.screens.triage_pane.PAUSE", 3_600.0)
    aws = account(history(3_000))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        monkeypatch.setattr(TriagePane, "_update", counting)
        await seen.press("G")
        await loaded(seen, aws, "3,000 loaded · end of history")
        assert aws.count(RUNS) == 30
        assert drawn <= 3
        assert headline(seen).startswith("Passing at least since Nov 20 10:01:00 (3,000 runs"), "but at the end"
        assert len(strip(seen)) == seen.app.runs_pane.triage_pane.strip.room


async def test_without_unicode_the_strip_has_its_letters_and_its_bars_are_ascii() -> None:
    runs = [running(run(0)), attempt(1, retry=1), attempt(1, "FAILED"), run(2, state="FAILED")]
    aws = account([*runs, *history(30, first=3)])
    async with opened(aws, environment=Environment(ascii=True)) as seen:
        await loaded(seen, aws)
        letters, bars = shown(seen.app, seen.app.runs_pane.triage_pane.strip)
        assert letters.split()[0] == "." * 30 + "F~R"
        assert set(bars.split()[0]) <= set("_-=#")
        assert "".join(seen.lines).isascii()


@pytest.mark.parametrize(("size", "runs_at_least"), [((80, 17), 3), ((80, 16), 9), ((80, 10), 3), ((20, 5), 1)])
async def test_on_a_low_screen_the_lines_belong_to_the_runs(size: tuple[int, int], runs_at_least: int) -> None:
    aws = account(history(40))
    async with opened(aws, size=size) as seen:
        await loaded(seen, aws, "40 loaded")
        assert seen.app.runs_pane.table.visible_rows >= runs_at_least
        await seen.press(OLDER, "s", "x", "escape", "w", "j")
        await quiet(seen, aws)
        await seen.pilot.resize_terminal(80, 24)
        await quiet(seen, aws)
        assert len(rows(seen)) == 10
        assert len(strip(seen)) == 40
