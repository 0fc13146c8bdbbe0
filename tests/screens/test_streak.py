"""What a person would miss who presses `s`: the first failure, or being told why there is none to go to."""

from __future__ import annotations

import pytest

from canaryscope.runs.errors import InvalidRequest, TimedOut
from canaryscope.runs.model import Canary, CanaryRun, RunType
from runs.history import attempt, newest_first, run
from screens.gated import (
    CANARY,
    RUNS,
    account,
    cursor,
    dry_runs,
    headline,
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

LONG = 2_000


def long_failing(failures: int) -> FakeAccount:
    """An account with 2,000 runs, the newest of which failed."""
    return account(history(LONG, failing=range(failures)))


async def arrives(seen: Seen, aws: FakeAccount, number: float) -> None:
    """Wait until the cursor is on a run, and stays there."""
    await seen.until(lambda: [row.number for row in rows(seen) if row.cursor] == [number])
    await quiet(seen, aws)
    assert cursor(seen) == number


async def test_s_goes_to_the_first_failure_without_a_call_where_it_is_loaded() -> None:
    aws = account(history(300, failing=range(30)))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("s")
        await arrives(seen, aws, 29)
        await seen.press("G")
        await loaded(seen, aws, "300 loaded · end of history")
        await seen.press("s")
        await arrives(seen, aws, 29)


async def test_s_of_a_passing_canary_goes_to_where_it_began_to_pass() -> None:
    aws = account(history(300, failing={150}))
    async with opened(aws) as seen:
        await loaded(seen, aws, "100 loaded")
        await seen.press("s")
        await arrives(seen, aws, 149)
        assert tokens(aws) == [None, "0100"]


async def test_s_loads_as_many_pages_as_it_takes_and_no_further() -> None:
    aws = long_failing(733)
    gates = {number: aws.hold(RUNS, calls={number}) for number in (5, 6)}
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await seen.shows("400 loaded · loading…", "esc stop")
        gates[5].release()
        await seen.shows("500 loaded · loading…", "esc stop")
        assert cursor(seen) == 0
        gates[6].release()
        await arrives(seen, aws, 732)
        assert aws.count(RUNS) == 8
        assert headline(seen).startswith("Failing since Nov 21 23:48:00 (733 runs, 12 h) · last good Nov 21 23:47:00")
        assert seen.status == "800 loaded · more below row 733"


async def test_s_where_a_page_ends_between_the_first_failure_and_the_last_good_run() -> None:
    aws = long_failing(700)
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await arrives(seen, aws, 699)
        assert aws.count(RUNS) == 8, "the last good run is on the page after"


async def test_esc_stops_s_where_the_person_is() -> None:
    aws = long_failing(1_900)
    gates = {number: aws.hold(RUNS, calls={number}) for number in (5, 6)}
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("j", "s")
        gates[5].release()
        await seen.shows("500 loaded · loading…")
        await seen.press("escape")
        gates[6].release()
        await loaded(seen, aws, "600 loaded · more below row 2")
        assert aws.count(RUNS) == 6
        assert "at least since" in headline(seen)
        await seen.press("s")
        await arrives(seen, aws, 1_899)


async def test_who_moves_while_s_loads_on_is_not_torn_away() -> None:
    aws = long_failing(700)
    gate = aws.hold(RUNS, calls={5})
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await quiet(seen, aws)
        await seen.press("j")
        gate.release()
        await loaded(seen, aws, "500 loaded · more below")
        assert (cursor(seen), aws.count(RUNS)) == (1, 5)


async def test_at_the_end_of_the_history_s_goes_to_the_oldest_of_the_streak() -> None:
    aws = account(history(650, failing=range(650)))
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await arrives(seen, aws, 649)
        assert seen.status == "650 loaded · end of history row 650"
        assert headline(seen).startswith("Failing at least since 01:11:00 (650 runs, 10 h)")


async def test_the_newest_run_under_way_is_no_start_of_a_streak() -> None:
    aws = account([running(run(0)), *history(200, first=1, failing=range(1, 20))])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("s")
        await arrives(seen, aws, 19)


async def test_without_a_run_that_has_finished_s_says_so() -> None:
    aws = account([running(it) for it in history(3)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("s")
        await seen.shows("No run has finished yet")
        assert cursor(seen) == 0


async def test_where_passed_runs_may_have_been_deleted_s_does_not_read_on() -> None:
    kept = Canary(CANARY, state="RUNNING", success_retention_days=1, failure_retention_days=31)
    failing = [run(number, minutes=10 * number, state="FAILED") for number in range(2_000)]
    aws = FakeAccount({CANARY: failing}, canaries=[kept])
    async with opened(aws) as seen:
        await loaded(seen, aws, "200 loaded")
        await seen.press("s")
        await seen.until(lambda: seen.status.endswith(" row 142"))
        await quiet(seen, aws)
        assert aws.count(RUNS) == 2


# Filters and run types


async def test_with_failures_only_s_goes_to_the_same_failure() -> None:
    aws = long_failing(733)
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("f", "s")
        await arrives(seen, aws, 732)
        assert seen.status.startswith("733 of ")
        assert seen.status.endswith(" row 733")


async def test_a_filter_that_hides_the_first_failure_leads_to_the_nearest_line() -> None:
    other = [run(number, state="FAILED", reason="404 Not Found") for number in range(20, 30)]
    aws = account([*history(20, failing=range(20)), *other, *history(60, first=30, failing={54})])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("slash", *"timeout", "enter")
        await loaded(seen, aws, "21 of 90 loaded match")
        await seen.press("s")
        await arrives(seen, aws, 54)
        await seen.press("escape")
        await quiet(seen, aws)
        await seen.press("s")
        await arrives(seen, aws, 29)


async def test_with_both_run_types_on_s_goes_to_the_first_failure_among_dry_runs() -> None:
    aws = account([*history(LONG, failing=range(640)), *dry_runs(900)])
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("2")
        await loaded(seen, aws, "200 loaded")
        await seen.press("s")
        await arrives(seen, aws, 639)
        assert 639.5 in [row.number for row in rows(seen)], "what was loaded between them is there"
        assert tokens(aws)[-1] == "0600"
        assert tokens(aws, run_type=RunType.DRY_RUN)[-1] in ("0600", "0700")


async def test_with_dry_runs_alone_s_tells_what_to_press_and_asks_for_nothing() -> None:
    aws = account([*history(90, failing=range(30)), *dry_runs(300)])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("2", "1")
        await loaded(seen, aws, "100 loaded")
        asked = aws.count(RUNS)
        await seen.press("s")
        await seen.shows("A streak is one of canary runs: press 1 first")
        await seen.press("1", "s")
        await arrives(seen, aws, 29)
        assert aws.count(RUNS) <= asked + 1


async def test_another_filter_while_s_loads_on_ends_the_search() -> None:
    aws = long_failing(1_900)
    gate = aws.hold(RUNS, calls={5})
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("j", "s")
        await quiet(seen, aws)
        await seen.press("f")
        gate.release()
        await loaded(seen, aws, "500 of 500 loaded match · more below")
        assert (cursor(seen), aws.count(RUNS)) == (1, 5)


# What goes wrong


async def test_after_a_failed_page_r_does_not_tear_away_who_has_moved_since() -> None:
    aws = long_failing(733)
    aws.fail(RUNS, TimedOut("GetCanaryRuns brought no answer."), calls={5})
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await seen.shows("timed out · r to retry")
        await seen.press("j", "r")
        await loaded(seen, aws, "400 loaded · more below row 2")
        assert cursor(seen) == 1


async def test_an_expired_token_in_the_middle_starts_again_and_s_still_arrives() -> None:
    aws = long_failing(733)
    aws.fail(RUNS, InvalidRequest("The NextToken has expired."), calls={6})
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await arrives(seen, aws, 732)
        assert seen.status == "800 loaded · more below row 733"


async def test_a_canary_that_was_left_while_s_loaded_on_does_not_go_on_when_it_is_opened_again() -> None:
    aws = FakeAccount({"first": history(LONG, failing=range(1_900)), "second": history(40, first=500)})
    gate = aws.hold(RUNS, calls={5})
    async with explorer(aws, canary="first", utc=True) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press("s")
        await quiet(seen, aws)
        await seen.press("c", "slash", *"second", "enter")
        await seen.shows("40 loaded · end of history")
        gate.release()
        await quiet(seen, aws)
        await seen.press("c", "slash", *"first", "enter")
        await loaded(seen, aws, "500 loaded · more below row 1")
        assert tokens(aws, "first") == [None, "0100", "0200", "0300", "0400", None]
        assert in_flight(aws) == []


# Retries, runs without Started, many keys


async def test_a_streak_that_begins_within_a_schedule_with_retries_leads_to_its_row() -> None:
    runs: list[CanaryRun] = []
    for number in range(90):
        states = ["FAILED", "FAILED"] if number < 40 else ["FAILED", "PASSED"] if number == 40 else ["PASSED"]
        runs += [attempt(number, state, retry=retry or None) for retry, state in enumerate(states)]
    aws = account(newest_first(runs))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert headline(seen).startswith("Failing since 11:21:00 (40 runs, 40 min) · last good 11:20:00")
        await seen.press("s")
        await arrives(seen, aws, 39)
        [row] = [row for row in rows(seen) if row.cursor]
        assert (row.sign, row.state) == ("+", "FAILED")


async def test_holding_s_and_other_keys_ends_where_the_last_one_leads() -> None:
    aws = long_failing(733)
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded")
        await seen.press(*"sssgsGs")
        await arrives(seen, aws, 732)
        await seen.press("s", "g", "s")
        await arrives(seen, aws, 732)


@pytest.mark.parametrize("undated", [range(20, 25), range(28, 33)])
async def test_runs_without_a_start_are_counted_where_the_server_put_them(undated: range) -> None:
    runs = [
        it._replace(timeline=it.timeline._replace(started=None, completed=None)) if number in undated else it
        for number, it in enumerate(history(90, failing=range(30)))
    ]
    aws = account(runs)
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert "(30 runs" in headline(seen)
        await seen.press("s")
        await seen.until(lambda: seen.status.endswith(" row 30"))
        under_cursor = seen.app.runs_pane.under_cursor
        assert under_cursor is not None
        assert under_cursor.run.id == run(29).id
