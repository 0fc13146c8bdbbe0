"""What a person would miss while browsing runs: a page, a row, their place, an answer to what they asked."""

from __future__ import annotations

import pytest
from textual import events

from canaryscope.runs.errors import InvalidRequest, NotFound, Throttled, TimedOut
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import CanaryRun, Page, RunType
from runs.history import DRY_RUN_ID
from screens.gated import (
    CANARY,
    RUNS,
    account,
    cursor,
    dry_runs,
    history,
    in_flight,
    loaded,
    opened,
    quiet,
    rows,
    running,
    tokens,
)
from screens.support import FakeAccount, Seen, explorer
from stage import wheel

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
HEIGHT = 10
"""Rows of the table at 80x24."""


def bottom(seen: Seen) -> int:
    """How many rows are above the table's lower edge."""
    return seen.app.runs_pane.table.top + len(rows(seen))


# Paging


async def test_opening_a_canary_costs_one_call_until_the_person_moves() -> None:
    aws = account(history(350))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert seen.status == "100 loaded · more below row 1"
        await seen.press("t", "tab", "shift+tab", "question_mark", "escape")
        await quiet(seen, aws)
        assert [call.operation for call in aws.calls if call.operation == RUNS] == [RUNS]


async def test_a_first_page_that_does_not_fill_the_screen_is_followed() -> None:
    aws = account(history(350), page=4)
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert tokens(aws) == [None, "0004", "0008"], "10 rows"
        assert len(rows(seen)) == HEIGHT


@pytest.mark.parametrize(("first", "key"), [("pagedown", "j"), ("", "ctrl+d"), ("", "pagedown")])
async def test_the_next_page_is_there_before_the_last_loaded_row(first: str, key: str) -> None:
    aws = account(history(350))
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*[first] * 4 if first else [])
        while not gate.arrived.is_set():
            before = bottom(seen)
            await seen.press(key)
            await quiet(seen, aws)
        assert 100 - before >= 2 * HEIGHT, "it was asked for at once when fewer than two screens remained"
        assert 100 - bottom(seen) >= HEIGHT, "and a screen and more is still below"
        gate.release()
        await seen.shows("200 loaded · more below")


async def test_scrolling_with_the_wheel_loads_on() -> None:
    aws = account(history(250))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        for _ in range(30):
            wheel(seen.app.runs_pane.table, events.MouseScrollDown)
            await seen.settle()
        await seen.shows("200 loaded")


async def test_every_page_is_asked_for_once_and_nothing_after_the_end() -> None:
    aws = account(history(350))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        while "end of history" not in seen.status:
            await seen.press("pagedown")
            await quiet(seen, aws)
        for key in ("G", "k", "pagedown", "j", "g", "G", "j"):
            await seen.press(key)
            await quiet(seen, aws)
        assert tokens(aws) == [None, "0100", "0200", "0300"]
        assert seen.status == "350 loaded · end of history row 350"
        assert cursor(seen) == 349


async def test_one_call_in_flight_however_many_keys_are_pressed() -> None:
    aws = account(history(350))
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await seen.press(*["k", "j", "pagedown", "pageup", "G", "ctrl+u", "G"] * 5)
        await quiet(seen, aws)
        assert tokens(aws) == [None, "0100"]
        assert seen.status == "100 loaded · loading… row 100"
        gate.release()


async def test_an_empty_page_with_a_token_is_followed() -> None:
    aws = account([])
    page = aws._cut([], None, 1)
    answers = iter([page.__class__((), "more"), page.__class__(tuple(history(30)))])
    aws._cut = lambda *_: next(answers)  # type: ignore[method-assign]
    async with opened(aws) as seen:
        await seen.shows("30 loaded · end of history")
        assert tokens(aws) == [None, "more"]


# To the oldest run


async def test_g_loads_on_with_the_count_moving_until_esc_and_then_stands_on_the_oldest() -> None:
    aws = account(history(1_000))
    gates = {number: aws.hold(RUNS, calls={number}) for number in (2, 3, 4)}
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await quiet(seen, aws)
        assert seen.status == "100 loaded · loading… row 100"
        assert cursor(seen) == 99, "the oldest loaded at once"
        gates[2].release()
        await seen.shows("200 loaded · loading…")
        gates[3].release()
        await seen.shows("300 loaded · loading…", "esc stop")
        await seen.press("escape")
        await quiet(seen, aws)
        gates[4].release()
        await seen.shows("400 loaded · more below")
        await quiet(seen, aws)
        assert aws.count(RUNS) == 4, "nothing further after esc"
        assert seen.status == "400 loaded · more below row 400"
        assert cursor(seen) == 399
        await seen.press("G")
        await seen.shows("1,000 loaded · end of history row 1,000")
        assert cursor(seen) == 999


async def test_who_moves_while_g_loads_on_is_not_torn_away() -> None:
    aws = account(history(500))
    gate = aws.hold(RUNS, calls={3})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await seen.shows("200 loaded · loading…")
        await seen.press("g")
        assert cursor(seen) == 0
        gate.release()
        await seen.shows("500 loaded · end of history")
        assert cursor(seen) == 0


async def test_a_filter_while_g_loads_on_ends_it() -> None:
    aws = account(history(500, failing={90, 110, 450}))
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await quiet(seen, aws)
        await seen.press("f")
        await seen.shows("1 of 100 loaded match")
        assert cursor(seen) == 90
        gate.release()
        await seen.shows("3 of 500 loaded match · end of history")
        assert cursor(seen) == 90, "it is where the person is, not at the oldest"


async def test_a_key_at_the_very_moment_at_which_a_page_comes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account(history(500))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        runs_page = seen.app.source.runs_page

        async def moving(request: PageRequest) -> Page[CanaryRun]:
            page = await runs_page(request)
            seen.app.runs_pane.table.action_move("down")
            return page

        monkeypatch.setattr(seen.app.source, "runs_page", moving)
        await seen.press(*["pagedown"] * 8)
        await loaded(seen, aws, "200 loaded")
        assert cursor(seen) == 73


async def test_a_key_between_two_looks_at_what_g_brings_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account(history(1_000))
    gate = aws.hold(RUNS, calls={5})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        pane = seen.app.runs_pane
        await seen.press("G")
        await seen.reaches("400 loaded · loading…")
        before = cursor(seen)
        pane.table.action_move("up")  # nobody has heard of it yet
        assert pane.browser is not None
        pane._glance.now(pane.browser, True)
        await seen.settle()
        assert cursor(seen) == before - 1
        gate.release()
        await loaded(seen, aws, "1,000 loaded · end of history")


async def test_another_canary_while_g_loads_on_is_shown_from_its_newest_run() -> None:
    aws = FakeAccount({"first": history(500), "second": history(400)})
    gate = aws.hold(RUNS, calls={2})
    async with explorer(aws, canary="first", utc=True) as seen:
        await loaded(seen, aws, "100 loaded")
        await seen.press("G")
        await quiet(seen, aws)
        await seen.press("c", "slash", *"second", "enter")
        await seen.shows("100 loaded · more below")
        assert cursor(seen) == 0
        gate.release()
        await quiet(seen, aws)
        assert (cursor(seen), seen.status) == (0, "100 loaded · more below row 1")
        assert aws.count(RUNS) == 3


async def test_a_canary_that_was_left_while_g_loaded_on_does_not_go_on_when_it_is_opened_again() -> None:
    aws = FakeAccount({"first": history(900), "second": history(40)})
    gate = aws.hold(RUNS, calls={2})
    async with explorer(aws, canary="first", utc=True) as seen:
        await loaded(seen, aws, "100 loaded")
        await seen.press("G", "c", "slash", *"second", "enter")
        await seen.shows("40 loaded · end of history")
        gate.release()
        await quiet(seen, aws)
        await seen.press("c", "slash", *"first", "enter")
        await loaded(seen, aws, "200 loaded · more below row 1")
        assert tokens(aws, "first") == [None, "0100", None]


async def test_g_of_a_short_history_just_goes_there() -> None:
    aws = account(history(30))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await quiet(seen, aws)
        assert seen.status == "30 loaded · end of history row 30"
        assert aws.count(RUNS) == 1


# Run types


async def test_switching_types_while_a_page_is_in_flight_shows_no_stale_page_and_loses_no_rows() -> None:
    aws = account([*history(350), *dry_runs(5)])
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await quiet(seen, aws)
        await seen.press("2", "1")
        await loaded(seen, aws, "5 loaded · end of history")
        assert [row.number for row in rows(seen)] == [0.5, 1.5, 2.5, 3.5, 4.5]
        gate.release()
        await quiet(seen, aws)
        assert [row.number for row in rows(seen)] == [0.5, 1.5, 2.5, 3.5, 4.5], "the canary runs' page came late"
        await seen.press("1", "2")
        await quiet(seen, aws)
        assert seen.status.startswith("200 loaded · more below")
        assert tokens(aws) == [None, "0100"]
        assert tokens(aws, run_type=D) == [None]


async def test_both_types_stand_merged_by_time_and_what_was_seen_keeps_its_order() -> None:
    aws = account([*history(300), *dry_runs(300, every=2)], page=50)
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("2")
        await loaded(seen, aws)
        order: list[float] = []
        for _ in range(25):
            order += [row.number for row in rows(seen) if row.number not in order]
            await seen.press("pagedown")
            await quiet(seen, aws)
        assert order == sorted(order)
        assert {0.0, 0.5, 1.0, 2.0, 2.5} <= set(order)
        assert "[x] Canary runs [x] Dry runs" in seen.text


async def test_one_of_the_types_stays_on() -> None:
    aws = account(history(30))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("1")
        await seen.shows("One of the two stays on: press 2 first")
        assert "[x] Canary runs" in seen.text
        assert len(rows(seen)) == HEIGHT


async def test_the_cursor_stays_on_its_run_when_dry_runs_come_in_between() -> None:
    aws = account([*history(100), *dry_runs(100)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*"jjjj")
        await seen.press("2")
        await loaded(seen, aws)
        assert cursor(seen) == 4
        assert 4.5 in [row.number for row in rows(seen)]


# DryRunId


async def test_part_of_a_dry_run_id_filters_the_dry_runs_loaded_while_it_is_typed() -> None:
    other = "aaaaaaaa-0000-4000-8000-000000000000"
    aws = account([*history(30), *dry_runs(10, ids=(DRY_RUN_ID, other))])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("d")
        await seen.press(*"aaaa")
        await loaded(seen, aws, "5 of 10 loaded match")
        assert [row.number for row in rows(seen)] == [1.5, 3.5, 5.5, 7.5, 9.5]
        await seen.press("enter")
        await quiet(seen, aws)
        assert "[ ] Canary runs [x] Dry runs DryRunId: aaaa" in seen.text
        await seen.press("escape")
        await quiet(seen, aws)
        assert "[x] Canary runs [ ] Dry runs" in seen.text
        assert [row.number for row in rows(seen)] == list(range(HEIGHT))


async def test_a_whole_dry_run_id_asks_the_server_whatever_its_case_and_the_blanks_around_it() -> None:
    aws = account([*history(30), *dry_runs(250, ids=(DRY_RUN_ID, "aaaaaaaa-0000-4000-8000-000000000000"))])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("d")
        seen.app.post_message(events.Paste(f"  {DRY_RUN_ID.upper()}\n"))
        await loaded(seen, aws, "100 loaded")
        query = aws.calls[-1].query
        assert query is not None
        assert (query.run_type, query.dry_run_id) == (D, DRY_RUN_ID)
        assert {row.number % 2 for row in rows(seen)} == {0.5}, "the other id's runs are the odd ones"


async def test_text_that_cannot_be_part_of_an_id_is_refused_while_it_is_typed() -> None:
    aws = account([*history(30), *dry_runs(10)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("d")
        await seen.press(*"0fx8")
        await loaded(seen, aws, "10 of 10 loaded match")
        assert "DryRunId 0f8" in seen.text
        await seen.press(*"z")
        await seen.settle()
        assert "DryRunId 0f8 " in seen.text
        assert "0-9, a-f" in seen.text


async def test_quick_typing_of_an_id_ends_with_what_was_typed() -> None:
    aws = account([*history(30), *dry_runs(30)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("d", *DRY_RUN_ID, "enter")
        await loaded(seen, aws, "30 loaded")
        assert f"DryRunId: {DRY_RUN_ID}" in seen.text
        assert tokens(aws, run_type=D)[-1] is None
        assert seen.app.focused is seen.app.runs_pane.table


async def test_a_dry_run_id_that_is_none_says_so_and_esc_goes_back() -> None:
    aws = account([*history(30), *dry_runs(10)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*"jjjjj")
        unknown = "11111111-2222-4333-8444-555555555555"
        await seen.press("d", unknown[0])
        await seen.shows("0f8fad5b")
        await seen.press(*unknown[1:], "enter")
        await seen.shows(f"{CANARY} has no dry run with DryRunId {unknown}", "esc ends the search")
        await seen.press("escape")
        await loaded(seen, aws, "30 loaded · end of history")
        assert cursor(seen) == 6, "the nearest one below the dry run that the search had led to"


# Filters and failures


async def test_the_text_filter_follows_what_is_typed_and_says_how_much_matches() -> None:
    aws = account(history(90, failing={3, 40, 77}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("slash")
        await seen.press(*"timeout")
        await loaded(seen, aws, "3 of 90 loaded match · end of history")
        assert [row.number for row in rows(seen)] == [3, 40, 77]
        await seen.press("enter")
        await seen.shows("filter: timeout")
        await seen.press("j", "escape")
        await quiet(seen, aws)
        assert seen.status == "90 loaded · end of history row 41"
        assert cursor(seen) == 40, "the cursor stays on the run that was found"


async def test_quick_typing_of_a_filter_while_a_page_is_in_flight_loses_nothing() -> None:
    aws = account(history(300, failing=range(0, 300, 2)))
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await quiet(seen, aws)
        await seen.press("slash", *"timeout", "enter")
        await seen.shows("50 of 100 loaded match", "filter: timeout")
        gate.release()
        await seen.shows("100 of 200 loaded match")
        await seen.press("escape")
        await quiet(seen, aws)
        assert seen.status.startswith("200 loaded · more below")


async def test_failures_only_goes_on_through_further_pages_with_the_count_moving_and_esc_stops_it() -> None:
    aws = account(history(1_000, failing={5}))
    gates = {number: aws.hold(RUNS, calls={number}) for number in (2, 3)}
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("f")
        await seen.shows("1 of 100 loaded match · loading…", "failures only", "esc stop")
        gates[2].release()
        await seen.shows("1 of 200 loaded match · loading…")
        await seen.press("escape")
        gates[3].release()
        await seen.shows("1 of 300 loaded match · more below")
        await quiet(seen, aws)
        assert aws.count(RUNS) == 3
        await seen.press("f")
        await quiet(seen, aws)
        assert seen.status == "300 loaded · more below row 6"


async def test_failures_only_of_a_history_without_any_says_so() -> None:
    aws = account(history(130))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("f")
        await seen.shows("None of 130 loaded runs matches in the whole history.", "esc clears the filter")
        assert seen.status == "0 of 130 loaded match · end of history"


async def test_next_failure_loads_on_until_it_has_one_and_previous_goes_back() -> None:
    aws = account(history(1_000, failing={20, 333}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("n")
        await quiet(seen, aws)
        assert (cursor(seen), aws.count(RUNS)) == (20, 1)
        await seen.press("n")
        await seen.until(lambda: cursor(seen) == 333)
        await quiet(seen, aws)
        assert aws.count(RUNS) == 4, "no page further than needed"
        await seen.press("N")
        await quiet(seen, aws)
        assert cursor(seen) == 20
        await seen.press("N")
        await seen.shows("No newer failure; r looks for new runs")


async def test_next_failure_can_be_stopped() -> None:
    aws = account(history(1_000))
    gates = {number: aws.hold(RUNS, calls={number}) for number in (2, 3)}
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("n")
        await seen.shows("100 loaded · loading…")
        gates[2].release()
        await seen.shows("200 loaded · loading…")
        await seen.press("escape")
        gates[3].release()
        await seen.shows("300 loaded · more below")
        await quiet(seen, aws)
        assert (aws.count(RUNS), cursor(seen)) == (3, 0)


async def test_next_failure_of_a_history_without_older_ones_says_so() -> None:
    aws = account(history(130, failing={2}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("n")
        await quiet(seen, aws)
        await seen.press("n")
        await seen.shows("No older failure: this is the end of the history")
        assert cursor(seen) == 2


# Refresh


async def test_refresh_keeps_the_run_under_the_cursor_on_its_line_with_new_rows_above() -> None:
    aws = account(history(300))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press(*["pagedown"] * 3, *"jjj")
        await quiet(seen, aws)
        before, line = cursor(seen), [row.cursor for row in rows(seen)].index(True)
        aws.runs[CANARY][:0] = history(7, first=-7)  # type: ignore[index]
        asked = aws.count(RUNS)
        await seen.press("r")
        await seen.until(lambda: seen.app.runs_pane.table.cursor == before + 7)
        await quiet(seen, aws)
        assert cursor(seen) == before
        assert [row.cursor for row in rows(seen)].index(True) == line
        assert aws.count(RUNS) == asked + 1, "the newest page only"


async def test_refresh_at_the_top_shows_the_new_rows_and_keeps_the_cursor_on_its_run() -> None:
    aws = account([running(history(1)[0]), *history(99, first=1)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("j")
        assert rows(seen)[0].state == "RUNNING"
        aws.runs[CANARY][:1] = [*history(2, first=-2), *history(1)]  # type: ignore[index]
        await seen.press("r")
        await seen.until(lambda: rows(seen)[0].number == -2)
        await quiet(seen, aws)
        assert [(row.number, row.state) for row in rows(seen)[:3]] == [(-2, "PASSED"), (-1, "PASSED"), (0, "PASSED")]
        assert cursor(seen) == 1


async def test_refresh_keeps_the_filter() -> None:
    aws = account(history(90, failing={3, 40}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("f", "j")
        await quiet(seen, aws)
        aws.runs[CANARY][:0] = history(2, first=-2, failing={-1})  # type: ignore[index]
        await seen.press("r")
        await seen.shows("3 of 92 loaded match")
        assert [row.number for row in rows(seen)] == [-1, 3, 40]
        assert cursor(seen) == 40


async def test_a_refresh_that_brings_nothing_changes_nothing() -> None:
    aws = account(history(300))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("pagedown", "j")
        await quiet(seen, aws)
        await seen.until(lambda: "2026-11-22 11:50:00" in seen.text)
        before = seen.lines
        await seen.press("r")
        await quiet(seen, aws)
        assert seen.lines == before


# What goes wrong


async def test_a_failed_page_leaves_the_rows_says_so_in_place_and_r_asks_for_it_again() -> None:
    aws = account(history(300))
    aws.fail(RUNS, TimedOut("GetCanaryRuns brought no answer.", "Check the line."), calls={2})
    aws.hold(RUNS, calls={4})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await seen.shows("100 loaded · timed out · r to retry", "GetCanaryRuns brought no answer.", "Check the line.")
        await quiet(seen, aws)
        await seen.press("k", "j", "G")
        await quiet(seen, aws)
        assert aws.count(RUNS) == 2, "never repeated unasked"
        assert cursor(seen) == 99
        await seen.press("r")
        await seen.shows("200 loaded")
        assert tokens(aws)[:3] == [None, "0100", "0100"]
        assert "Check the line." not in seen.text
        aws.forgive()


async def test_a_first_page_that_failed_says_so_where_the_runs_would_be() -> None:
    aws = account(history(300))
    aws.fail(RUNS, NotFound("There is no canary checkout-flow.", "Choose another: c."), calls={1})
    async with opened(aws) as seen:
        await seen.shows("There is no canary checkout-flow.", "Choose another: c.", "0 loaded · not found · r to retry")
        await seen.press("r")
        await seen.shows("100 loaded · more below")


async def test_an_expired_token_starts_again_without_doubles() -> None:
    aws = account(history(250))
    aws.fail(RUNS, InvalidRequest("The NextToken has expired."), calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("G")
        await seen.shows("250 loaded · end of history row 250")
        assert tokens(aws) == [None, "0100", None, "0100", "0200"]


async def test_throttling_says_when_it_tries_again_and_r_does_at_once() -> None:
    aws = account(history(300))
    aws.fail(RUNS, Throttled("Too many calls."), calls={1})
    async with opened(aws) as seen:
        await seen.shows("throttled by AWS, trying again within", "r to retry")
        await seen.press("r")
        await seen.shows("100 loaded · more below")


async def test_a_failure_of_one_run_type_keeps_the_other_on_screen() -> None:
    aws = account([*history(30), *dry_runs(5)])
    aws.fail(RUNS, TimedOut("Hung."), calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("2")
        await seen.shows("timed out · r to retry", "Hung.")
        assert rows(seen)[0].number == 0
        await seen.press("r")
        await seen.shows("35 loaded · end of history")


async def test_an_empty_canary_says_so() -> None:
    aws = account([])
    async with opened(aws) as seen:
        await seen.shows(f"{CANARY} has no runs", "0 loaded · end of history")
        await seen.press("j", "G", "k", "n", "f", "enter", "y", "i")
        await quiet(seen, aws)
        assert aws.count(RUNS) == 1


# Several canaries


async def test_another_canary_while_a_page_is_in_flight_shows_only_its_own_runs() -> None:
    aws = FakeAccount({"first": history(150), "second": history(40, first=500)})
    gate = aws.hold(RUNS, calls={1})
    async with explorer(aws, canary="first", utc=True) as seen:
        await seen.shows("0 loaded · loading…")
        await seen.press("c")
        await seen.shows("Canaries 2")
        await seen.press("slash", *"second", "enter")
        await seen.shows("40 loaded · end of history")
        assert cursor(seen) == 500
        gate.release()
        await quiet(seen, aws)
        assert seen.status == "40 loaded · end of history row 1"
        assert cursor(seen) == 500
        await seen.press("c", "slash", *"first", "enter")
        await seen.shows("100 loaded · more below")
        assert cursor(seen) == 0
        assert len(in_flight(aws)) == 0


async def test_a_canary_that_was_open_before_shows_its_runs_at_once_and_looks_for_new_ones() -> None:
    aws = FakeAccount({"first": history(150), "second": history(40, first=500)})
    async with explorer(aws, canary="first", utc=True) as seen:
        await loaded(seen, aws, "100 loaded")
        await seen.press("c", "slash", *"second", "enter")
        await loaded(seen, aws, "40 loaded")
        gate = aws.hold(RUNS, calls={3})
        await seen.press("c", "slash", *"first", "enter")
        await seen.shows("100 loaded · loading…")
        assert cursor(seen) == 0
        aws.runs["first"][:0] = history(1, first=-1)  # type: ignore[index]
        gate.release()
        await seen.shows("101 loaded · more below")
        assert tokens(aws, "first") == [None, None]
