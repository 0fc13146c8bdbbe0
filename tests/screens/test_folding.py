"""What a person would miss in folded rows: a failed attempt, their place, a run of the count, what a retry came to."""

from __future__ import annotations

import pytest

from canaryscope.runs.model import CanaryRun
from runs.history import attempt
from screens.gated import (
    CANARY,
    RUNS,
    Row,
    account,
    cell,
    cursor,
    headline,
    history,
    loaded,
    opened,
    quiet,
    rows,
    strip,
)
from screens.support import FakeAccount, Seen, shown
from screens.test_copy import Clipboard

ON_RETRY = "PASSED ON RETRY"
HEIGHT = 10
"""Rows of the table at 80x24."""


def retried(count: int, *, every: int = 10) -> list[CanaryRun]:
    """Schedules one a minute, newest first; of some the first attempt failed and a retry passed."""
    runs: list[CanaryRun] = []
    for number in range(count):
        flaky = number % every == 0
        runs += [attempt(number, retry=1), attempt(number, "FAILED", reason="Flaky")] if flaky else [attempt(number)]
    return runs


def in_browsers(count: int, *, failing: range = range(0)) -> list[CanaryRun]:
    """Schedules one a minute, each in two browsers; in FIREFOX those in `failing` FAILED."""
    runs = []
    for number in range(count):
        runs.append(attempt(number, browser="CHROME", later=1))
        state, reason = ("FAILED", "No such element") if number in failing else ("PASSED", None)
        runs.append(attempt(number, state, browser="FIREFOX", reason=reason))
    return runs


def under_cursor(seen: Seen) -> Row:
    """The row with the cursor."""
    [row] = [row for row in rows(seen) if row.cursor]
    return row


def detail(seen: Seen) -> str:
    """The detail, as one line."""
    return " ".join(" ".join(shown(seen.app, seen.app.explorer.detail_pane.status)).split())


async def replace_newest(seen: Seen, aws: FakeAccount, count: int, *runs: CanaryRun) -> None:
    """Have the newest runs of the account be others, and look for them."""
    aws.runs[CANARY][:count] = runs  # type: ignore[index]
    asked = aws.count(RUNS)
    await seen.press("r")
    await seen.until(lambda: aws.count(RUNS) > asked)
    await quiet(seen, aws)


# What a row says


async def test_runs_of_one_schedule_are_one_row_with_a_verdict_and_every_run_counts_in_the_status_bar() -> None:
    aws = account([*retried(12), *history(20, first=12)])
    async with opened(aws) as seen:
        await loaded(seen, aws, "34 loaded · end of history row 1")
        assert [(row.number, row.sign, row.state) for row in rows(seen)[:2]] == [(0, "+", ON_RETRY), (1, "", "PASSED")]
        await seen.press("pagedown")
        assert (rows(seen)[-1].number, rows(seen)[-9].sign, rows(seen)[-9].state) == (18, "+", ON_RETRY)
        assert (len(strip(seen)), strip(seen)[-11:]) == (32, "~.........~")
        assert headline(seen).startswith("Passing at least since 11:29:00 (32 runs, 32 min)")
        await seen.press("G")
        await loaded(seen, aws, "34 loaded · end of history row 32")


async def test_a_browser_that_fails_alone_is_named_and_the_detail_shows_its_run() -> None:
    aws = account(in_browsers(40, failing=range(4)))
    async with opened(aws) as seen:
        await loaded(seen, aws, "80 loaded")
        assert [row.state for row in rows(seen)[:5]] == ["FAILED IN FIREFOX ONLY"] * 4 + ["PASSED"]
        assert headline(seen).startswith("Failing since 11:57:00 (4 runs, 4 min) · last good 11:56:00")
        assert "No such element" in detail(seen)
        await seen.press("enter")
        await seen.shows("Browser FIREFOX", "No such element")


async def test_copying_from_a_folded_row_takes_the_run_that_tells_most(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account(in_browsers(40, failing=range(4)))
    async with opened(aws) as seen:
        await loaded(seen, aws, "80 loaded")
        clipboard = Clipboard(seen, monkeypatch)
        await seen.press("y", "r")
        await seen.until(lambda: clipboard.texts == ["No such element"])


async def test_runs_without_a_schedule_stay_as_they_are() -> None:
    bare = [it._replace(scheduled_run_id=None) for it in (attempt(30, retry=1), attempt(30, "FAILED"))]
    aws = account([*history(30), *bare])
    async with opened(aws) as seen:
        await loaded(seen, aws, "32 loaded")
        await seen.press("space", "right", "left", "space", "u", "j")
        await quiet(seen, aws)
        assert (len(rows(seen)), cursor(seen)) == (HEIGHT, 1)
        assert not any(row.sign for row in rows(seen))
        await seen.press("G")
        await loaded(seen, aws, "32 loaded · end of history row 32")


# Unfolding


@pytest.mark.parametrize("key", ["space", "right", "u"])
async def test_unfolding_shows_every_run_below_its_row_and_the_cursor_stays_on_that(key: str) -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws, "44 loaded")
        await seen.press("n", "n", "N", key)
        await quiet(seen, aws)
        first, *runs = rows(seen)[rows(seen).index(under_cursor(seen)) :]
        assert (first.number, first.sign, first.state) == (10, "-", ON_RETRY)
        assert [(row.state, row.member) for row in runs[:3]] == [
            ("PASSED retry 1", True),
            ("FAILED", True),
            ("PASSED", False),
        ]
        assert seen.status.startswith("44 loaded · end of history"), "as many runs as before"
        await seen.press("j", "j")
        await seen.until(lambda: "Flaky" in detail(seen))


@pytest.mark.parametrize("key", ["space", "left"])
async def test_folding_from_one_of_the_runs_goes_back_to_their_row(key: str) -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("right", "j", "j")
        assert under_cursor(seen).member
        await seen.press(key)
        await quiet(seen, aws)
        assert (under_cursor(seen).sign, cursor(seen)) == ("+", 0)
        assert rows(seen)[1].number == 1
        await seen.press("left", "j", "left")
        await quiet(seen, aws)
        assert cursor(seen) == 1


async def test_u_unfolds_all_folds_all_and_leaves_the_cursor_where_it_is() -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("pagedown", "pagedown", "j")
        await quiet(seen, aws)
        number = cursor(seen)
        for length in (40 + 8, 40, 40 + 8):
            await seen.press("u")
            await quiet(seen, aws)
            assert cursor(seen) == number
            assert len(seen.app.runs_pane.table.source or ()) == length
        await seen.press("g", "left")
        await quiet(seen, aws)
        assert [row.sign for row in rows(seen)[:2]] == ["+", ""], "one is folded again"
        await seen.press("n")
        await quiet(seen, aws)
        assert (under_cursor(seen).state, under_cursor(seen).member) == ("FAILED", True), "the others are not"


async def test_held_keys_end_where_each_of_them_leads() -> None:
    aws = account(retried(90))
    async with opened(aws) as seen:
        await loaded(seen, aws, "99 loaded")
        await seen.press(*["space"] * 21, *"jjj")
        assert cursor(seen) == 1, "21 times is unfolded: its two runs, then the next schedule"
        await seen.press(*["u"] * 10, *["k"] * 3)
        await quiet(seen, aws)
        assert cursor(seen) == 0
        await seen.press(*["u", "j"] * 8)
        await quiet(seen, aws)
        assert cursor(seen) == 7, "one j went to a run that the next u folded away again"


# Failures


async def test_failures_only_and_n_and_shift_n_find_the_failed_attempt_of_what_passed_on_a_retry() -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        for number in (10, 20, 30):
            await seen.press("n")
            assert (cursor(seen), under_cursor(seen).state) == (number, ON_RETRY)
        for number in (20, 10, 0):
            await seen.press("N")
            assert cursor(seen) == number
        await seen.press("f")
        await loaded(seen, aws, "4 of 44 loaded match · end of history row 1")
        assert [(row.number, row.state) for row in rows(seen)] == [(n, ON_RETRY) for n in (0, 10, 20, 30)]
        await seen.press("right")
        await quiet(seen, aws)
        assert [row.state for row in rows(seen)[:3]] == [ON_RETRY, "FAILED", ON_RETRY], "what matches, no more"
        assert seen.status.startswith("4 of 44 loaded match")


async def test_among_unfolded_rows_n_goes_to_the_failed_attempt_itself() -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("u", "n")
        await quiet(seen, aws)
        assert (under_cursor(seen).state, under_cursor(seen).member, cursor(seen)) == ("FAILED", True, 0)
        await seen.press("n")
        assert (under_cursor(seen).state, under_cursor(seen).member, cursor(seen)) == ("FAILED", True, 10)
        await seen.press("N")
        assert (under_cursor(seen).member, cursor(seen)) == (True, 0)


async def test_a_text_filter_that_one_attempt_matches_shows_its_schedule_and_counts_one() -> None:
    aws = account(retried(40))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("slash", *"flaky", "enter")
        await loaded(seen, aws, "4 of 44 loaded match")
        assert [row.number for row in rows(seen)] == [0, 10, 20, 30]
        await seen.press("u", "j", "escape")
        await loaded(seen, aws, "44 loaded")
        assert (under_cursor(seen).state, under_cursor(seen).member) == ("FAILED", True), "the run that was found"


# Pages


async def test_a_schedule_on_both_sides_of_a_page_border_is_one_row_once_both_pages_are_there() -> None:
    aws = account(retried(60, every=3), page=21)
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws, "21 loaded")
        await seen.press("G")
        await quiet(seen, aws)
        last = under_cursor(seen)
        assert (last.number, last.state, last.sign) == (15 - 10 / 60, "PASSED", ""), "its first attempt is to come"
        gate.release()
        await loaded(seen, aws, "80 loaded · end of history")
        await seen.press("g", "pagedown", "k", "k", "k")
        await quiet(seen, aws)
        numbers = [row.number for row in rows(seen)]
        assert numbers == list(range(int(numbers[0]), int(numbers[0]) + HEIGHT)), "each schedule once, in order"
        assert {row.state for row in rows(seen) if row.number % 3 == 0} == {ON_RETRY}


async def test_the_cursor_stays_on_a_run_whose_first_attempt_comes_with_the_next_page() -> None:
    aws = account(retried(60, every=3), page=21)
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await loaded(seen, aws, "21 loaded")
        await seen.press("G", "k", "j")
        assert under_cursor(seen).sign == ""
        gate.release()
        await seen.until(lambda: under_cursor(seen).sign == "+")
        await quiet(seen, aws)
        assert (under_cursor(seen).state, cursor(seen)) == (ON_RETRY, 15)


# Refresh


async def test_what_becomes_of_the_newest_schedule_is_seen_with_the_cursor_on_it() -> None:
    aws = account([attempt(0, "RUNNING"), *(attempt(number) for number in range(1, 40))])
    async with opened(aws) as seen:
        await loaded(seen, aws, "40 loaded")
        assert (under_cursor(seen).state, strip(seen)[-1]) == ("RUNNING", "R")
        await replace_newest(seen, aws, 1, attempt(0, "FAILED", reason="Flaky"))
        assert (under_cursor(seen).state, strip(seen)[-1]) == ("FAILED", "F")
        await seen.until(lambda: "Flaky" in detail(seen))
        await replace_newest(seen, aws, 1, attempt(0, "RUNNING", retry=1), attempt(0, "FAILED", reason="Flaky"))
        assert (under_cursor(seen).sign, under_cursor(seen).state, strip(seen)[-1]) == ("+", "RUNNING", "R")
        assert headline(seen).startswith("Passing at least since 11:21:00 (39 runs"), "a run under way counts not yet"
        await replace_newest(seen, aws, 2, attempt(0, retry=1), attempt(0, "FAILED", reason="Flaky"))
        assert (under_cursor(seen).sign, under_cursor(seen).state, strip(seen)[-1]) == ("+", ON_RETRY, "~")
        assert seen.status == "41 loaded · end of history row 1"
        assert headline(seen).startswith("Passing at least since 11:21:00 (40 runs")


async def test_what_becomes_of_the_newest_schedule_moves_nothing_below_it() -> None:
    aws = account([attempt(0, "RUNNING"), *(attempt(number) for number in range(1, 90))])
    async with opened(aws) as seen:
        await loaded(seen, aws, "90 loaded")
        await seen.press("pagedown", "j", "j")
        await quiet(seen, aws)
        before = [(row.number, row.cursor) for row in rows(seen)]
        for count, newest in (
            (1, [attempt(0, "FAILED")]),
            (1, [attempt(0, "RUNNING", retry=1), attempt(0, "FAILED")]),
            (2, [attempt(0, retry=1), attempt(0, "FAILED")]),
        ):
            await replace_newest(seen, aws, count, *newest)
            assert [(row.number, row.cursor) for row in rows(seen)] == before


async def test_a_retry_that_comes_to_an_unfolded_schedule_stands_among_its_runs() -> None:
    older = [attempt(number) for number in range(1, 40)]
    aws = account([attempt(0, "FAILED", retry=1), attempt(0, "FAILED"), *older])
    async with opened(aws) as seen:
        await loaded(seen, aws, "41 loaded")
        await seen.press("right", "j", "j")
        assert under_cursor(seen).member
        await replace_newest(seen, aws, 2, attempt(0, retry=2), attempt(0, "FAILED", retry=1), attempt(0, "FAILED"))
        assert [row.state for row in rows(seen)[:4]] == [ON_RETRY, "PASSED retry 2", "FAILED retry 1", "FAILED"]
        assert rows(seen).index(under_cursor(seen)) == 3, "the cursor is on the run it was on"
        assert cell(seen) == 0


async def test_the_next_schedule_comes_in_above_one_that_is_unfolded() -> None:
    aws = account(retried(60))
    async with opened(aws) as seen:
        await loaded(seen, aws, "66 loaded")
        await seen.press("right", "j", "j")
        await replace_newest(seen, aws, 0, attempt(-1, "RUNNING"))
        assert [(row.number, row.state) for row in rows(seen)[:2]] == [(-1, "RUNNING"), (0, ON_RETRY)]
        assert (under_cursor(seen).state, under_cursor(seen).member) == ("FAILED", True)
