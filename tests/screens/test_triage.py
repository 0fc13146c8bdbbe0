"""What a person on call would miss in the first second: since when, the last good run, why; or what would mislead."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from canaryscope.runs.errors import AccessDenied
from canaryscope.runs.model import Canary, CanaryRun
from peer import Peer, error
from runs.history import UNSAVED, attempt, run
from screens.gated import (
    CANARY,
    RUNS,
    TIMEOUT,
    account,
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
    tokens,
)
from screens.support import FakeAccount, explorer

GATEWAY = "Failed to load url: https://shop.example/ 503 Service Unavailable"


def hourly(count: int, *, failing: Iterable[int] = ()) -> list[CanaryRun]:
    """As `history`, but one an hour."""
    bad = set(failing)
    return [run(number, minutes=60 * number, state="FAILED" if number in bad else "PASSED") for number in range(count)]


def unsaved(*numbers: int) -> list[CanaryRun]:
    """Runs whose tests passed and whose artifacts were not saved."""
    return [attempt(number, UNSAVED) for number in numbers]


# The sentence


SENTENCES = {
    "failing": (
        history(90, failing=range(9)),
        "Failing since 11:52:00 (9 runs, 9 min) · last good 11:51:00 · one cause",
    ),
    "failing from the first run on": (
        history(90, failing=range(90)),
        "Failing at least since 10:31:00 (90 runs, 90 min) · one cause",
    ),
    "passing": (
        history(90, failing={9, 10}),
        "Passing since 11:52:00 (9 runs, 9 min) · last failure 11:51:00",
    ),
    "never failed": (history(90), "Passing at least since 10:31:00 (90 runs, 90 min)"),
    "flapping": (history(90, failing={2, 3, 6, 9, 30}), "Flapping: 8 changes in the last 50 runs"),
    "not saved": (
        [*unsaved(0, 1, 2), *history(87, first=3)],
        "Passing, but artifacts not saved since 11:58:00 (3 runs, 3 min)",
    ),
    "not saved for as long as is known": (
        unsaved(*range(20)),
        "Passing, but artifacts not saved at least since 11:41:00 (20 runs, 20 min)",
    ),
    "failing, not saved now and then": (
        [*history(5, failing=range(5)), *unsaved(5), *history(84, first=6)],
        "Failing since 11:56:00 (5 runs, 5 min) · last good 11:55:00 · one cause",
    ),
    "running after failures": (
        [running(run(0)), *history(89, first=1, failing={1, 2})],
        "Failing since 11:58:00 (2 runs, 2 min) · last good 11:57:00 · one cause",
    ),
    "running": ([running(run(0))], ""),
    "none": ([], ""),
}


@pytest.mark.parametrize(("runs", "sentence"), SENTENCES.values(), ids=SENTENCES)
async def test_the_sentence_above_the_table_says_how_it_stands(runs: list[CanaryRun], sentence: str) -> None:
    aws = account(runs)
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert headline(seen).startswith(sentence)
        assert bool(headline(seen)) == bool(sentence)
        assert ("Failing" in seen.text) == sentence.startswith("Failing")


async def test_a_run_that_is_under_way_stands_in_the_strip_and_counts_once_it_is_through() -> None:
    aws = account([running(run(0)), *history(20, first=1, failing={1, 2})])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert strip(seen).endswith(".FFR")
        assert headline(seen).startswith("Failing since 11:58:00 (2 runs, 2 min)")
        aws.runs[CANARY][0] = run(0, state="FAILED")  # type: ignore[index]
        await seen.press("r")
        await seen.shows("Failing since 11:58:00 (3 runs, 3 min)")
        assert strip(seen).endswith(".FFF")


async def test_dry_runs_never_count_be_they_shown_alone() -> None:
    failing = [it._replace(status=run(0, state="FAILED").status) for it in dry_runs(40)]
    aws = account([*history(30, failing={3}), *failing])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        before = headline(seen)
        assert before == "Passing since 11:58:00 (3 runs, 3 min) · last failure 11:57:00"
        await seen.press("2")
        await loaded(seen, aws, "70 loaded")
        assert (headline(seen), len(strip(seen))) == (before, 30)
        await seen.press("1")
        await loaded(seen, aws, "40 loaded")
        assert (headline(seen), strip(seen).count("F")) == (before, 1)


async def test_the_sentence_is_the_canarys_own_whichever_was_open_before() -> None:
    aws = FakeAccount({"first": history(50, failing={0, 1}), "second": history(40, first=500)})
    async with explorer(aws, canary="first", utc=True) as seen:
        await seen.shows("Failing since 11:59:00 (2 runs, 2 min)")
        gate = aws.hold(RUNS, calls={2})
        await seen.press("c", "slash", *"second", "enter")
        await quiet(seen, aws)
        assert (headline(seen), strip(seen)) == ("", ""), "nothing is claimed before the first page"
        gate.release()
        await seen.shows("Passing at least since 03:01:00 (40 runs")
        gate = aws.hold(RUNS, calls={3})
        await seen.press("c", "slash", *"first", "enter")
        await seen.shows("Failing since 11:59:00 (2 runs, 2 min)", "50 loaded · loading…")
        await seen.until(lambda: "2026-11-22 12:00:00" in seen.text)
        gate.release()


# Where the service keeps failed runs longer than passed ones


@pytest.mark.parametrize("told_by", ["GetCanary", "DescribeCanaries"])
async def test_what_may_be_left_of_a_longer_history_is_never_called_a_streak(told_by: str) -> None:
    kept = Canary(CANARY, state="RUNNING", success_retention_days=1, failure_retention_days=31)
    aws = FakeAccount({CANARY: hourly(200, failing=range(200))}, canaries=[kept])
    if told_by == "DescribeCanaries":
        aws.fail("GetCanary", AccessDenied("synthetics:GetCanary is not allowed."))
    size = (80, 24) if told_by == "GetCanary" else (120, 35)
    async with opened(aws, size=size) as seen:
        await loaded(seen, aws)
        await seen.shows("Failing at least since Nov 21 13:00:00 (24 runs, 23 h)")
        await seen.press("G")
        await loaded(seen, aws, "200 loaded · end of history")
        assert headline(seen).startswith("Failing at least since Nov 21 13:00:00 (24 runs, 23 h)")


async def test_as_long_a_retention_for_passed_runs_leaves_the_streak_as_it_is() -> None:
    kept = Canary(CANARY, state="RUNNING", success_retention_days=31, failure_retention_days=31)
    aws = FakeAccount({CANARY: hourly(90, failing=range(80))}, canaries=[kept])
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert headline(seen).startswith("Failing since Nov 19 05:00:00 (80 runs, 3 d 7 h)")


# The last good run, unasked


@pytest.mark.parametrize(("failures", "pages"), [(1, 1), (99, 1), (100, 2), (350, 4), (399, 4)])
async def test_the_last_good_run_is_looked_for_no_further_than_it_is(failures: int, pages: int) -> None:
    aws = account(history(1_000, failing=range(failures)))
    async with opened(aws) as seen:
        await loaded(seen, aws, f"{pages}00 loaded · more below row 1")
        assert aws.count(RUNS) == pages
        assert " · last good " in headline(seen)
        assert f"({failures:,} run" in headline(seen)
        assert cursor(seen) == 0


async def test_the_search_for_the_last_good_run_stays_under_five_pages() -> None:
    aws = account(history(1_000, failing=range(401)))
    async with opened(aws) as seen:
        await loaded(seen, aws, "400 loaded · more below row 1")
        assert headline(seen) == "Failing at least since 05:21:00 (400 runs, 6 h 40 min) · one cause"
        await seen.press("r", "j", "k", "f", "f", "t", "t", "t")
        await quiet(seen, aws)
        assert tokens(aws) == [None, "0100", "0200", "0300", None], "not begun again by what else a person does"


async def test_a_canary_that_passes_costs_one_page() -> None:
    aws = account(history(1_000, failing=range(1, 1_000)))
    async with opened(aws) as seen:
        await loaded(seen, aws, "100 loaded · more below")
        assert aws.count(RUNS) == 1


async def test_keys_act_while_the_last_good_run_is_looked_for() -> None:
    aws = account(history(1_000, failing=range(350)))
    gate = aws.hold(RUNS, calls={3})
    async with opened(aws) as seen:
        await seen.shows("200 loaded · loading…")
        await seen.press("j", "j", "t", "t", "t", "f", "2", "1", "1", "2", "f", "j")
        assert cursor(seen) == 3
        gate.release()
        await loaded(seen, aws, "400 loaded · more below")
        assert cursor(seen) == 3
        assert " · last good 06:10:00" in headline(seen)


# What GetCanary tells


async def test_each_canary_is_asked_about_once() -> None:
    aws = FakeAccount({"first": history(50), "second": history(40, first=500)})
    async with explorer(aws, canary="first", utc=True) as seen:
        for name in ("second", "first", "second"):
            await loaded(seen, aws)
            await seen.press("c", "slash", *name, "enter")
        await loaded(seen, aws, "40 loaded")
        assert aws.count("GetCanary") == 2


async def test_what_may_not_be_asked_about_a_canary_costs_nothing_else_and_is_in_the_log() -> None:
    with Peer() as peer:
        peer.script("GetCanary", error(403, "AccessDeniedException", "User: x is not authorized"))
        async with explorer(peer, canary="checkout-flow") as seen:
            await seen.until(lambda: peer.count("GetCanary") == 1)
            await quiet(seen, None)
            await seen.shows("Failing since", "100 loaded · more below")
            assert "denied" not in seen.text
            await seen.press("w")
            await seen.shows("watch 60 s")
            await seen.press("exclamation_mark")
            await seen.shows("GetCanary", "access denied")


# Causes


def several() -> list[CanaryRun]:
    """90 runs: 3 with one cause, 6 with another."""
    reasons = dict.fromkeys(range(3), GATEWAY) | dict.fromkeys(range(10, 16), TIMEOUT)
    return [
        run(number, state="FAILED", reason=reasons[number]) if number in reasons else run(number)
        for number in range(90)
    ]


async def test_the_causes_are_those_of_the_loaded_runs_and_enter_shows_the_runs_of_one() -> None:
    aws = account(several())
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("x")
        await seen.shows("Causes of 9 failed runs among 90 loaded", "Pass rate 90.0%: 81 of 90 scheduled runs")
        await seen.press("j", "enter")
        await loaded(seen, aws, "3 of 90 loaded match · end of history row 1")
        assert [row.number for row in rows(seen)] == [0, 1, 2]
        assert "cause: " in seen.lines[1]
        assert headline(seen).startswith("Failing since 11:58:00 (3 runs, 3 min)"), "a filter is no other canary"
        await seen.press("escape")
        await loaded(seen, aws, "90 loaded · end of history row 1")
        assert "cause: " not in seen.text


async def test_esc_leaves_the_causes_with_everything_as_it_was() -> None:
    aws = account(several())
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("f", "j", "j", "j")
        await loaded(seen, aws, "9 of 90 loaded match")
        await seen.until(lambda: "2026-11-22 11:50:00" in seen.text)
        before = seen.lines
        await seen.press("x", "j", "escape")
        await seen.until(lambda: seen.lines == before)
        assert cursor(seen) == 10


async def test_another_cause_takes_the_place_of_the_one_before_and_filters_are_cleared_one_by_one() -> None:
    aws = account(several())
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("x", "enter", "f")
        await loaded(seen, aws, "6 of 90 loaded match")
        await seen.press("x", "j", "enter")
        await loaded(seen, aws, "3 of 90 loaded match")
        await seen.press("escape")
        await loaded(seen, aws, "9 of 90 loaded match")
        assert "failures only" in seen.lines[1]
        await seen.press("escape")
        await loaded(seen, aws, "90 loaded")


async def test_a_cause_goes_on_through_pages_that_come_later_and_esc_stops_that_first() -> None:
    aws = account([*several(), *history(910, first=90, failing={95, 350})])
    gates = {number: aws.hold(RUNS, calls={number}) for number in (3, 4)}
    async with opened(aws) as seen:
        await loaded(seen, aws, "100 loaded")
        await seen.press("x", "enter")
        await seen.shows("7 of 200 loaded match · loading…", "esc stop")
        gates[3].release()
        await seen.press("escape")
        gates[4].release()
        await seen.shows("loaded match · more below", "esc clear filter")
        await quiet(seen, aws)
        assert aws.count(RUNS) <= 4
        assert "cause: " in seen.lines[1]


async def test_without_a_failed_run_the_causes_say_so() -> None:
    aws = account(history(30))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        await seen.press("x", "enter", "j", "enter")
        await seen.shows("No failed run among the 30 loaded")
        await seen.press("escape")
        await loaded(seen, aws, "30 loaded")
