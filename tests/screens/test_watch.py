"""What a person who watches would miss: a new run, another verdict, a look that never comes again, their peace."""

from __future__ import annotations

import pytest
from textual import events

from canaryscope.runs.errors import AccessDenied, SourceError, TimedOut
from canaryscope.runs.model import Canary, RunType
from canaryscope.screens.causes_screen import CausesScreen
from runs.history import UNSAVED, attempt, run
from screens.gated import (
    CANARY,
    RUNS,
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
    tokens,
)
from screens.support import FakeAccount, explorer
from screens.watching import Alarms, alarms, comes, watching

__all__ = ["alarms"]


async def test_it_is_off_at_start_and_the_query_bar_says_when_it_is_on(alarms: Alarms) -> None:
    aws = account(history(30))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        assert alarms.pending == []
        assert "watch" not in seen.lines[1]
        await seen.press("w")
        await seen.until(lambda: seen.lines[1].endswith(" watch 60 s"))
        assert alarms.delay == pytest.approx(60, abs=5)
        await seen.press("w")
        await seen.until(lambda: "watch" not in seen.lines[1])
        assert alarms.pending == []
        await seen.press(*"wwwwwww")
        await seen.until(lambda: seen.lines[1].endswith(" watch 60 s"))
        assert len(alarms.pending) == 1
        assert aws.count(RUNS) == 1, "nothing is asked for before it is time"


@pytest.mark.parametrize(
    ("schedule", "pace", "words"),
    [
        ("rate(1 minute)", 15, "watch 15 s"),
        ("rate(5 minutes)", 75, "watch 75 s"),
        ("cron(0 * * * ? *)", 300, "watch 5 min"),
        ("rate(0 minute)", 60, "watch 60 s"),
    ],
)
async def test_its_pace_suits_the_schedule_also_where_that_becomes_known_later(
    alarms: Alarms, schedule: str, pace: float, words: str
) -> None:
    aws = FakeAccount({CANARY: history(30)}, canaries=[Canary(CANARY, state="RUNNING", schedule=schedule)])
    gate = aws.hold("GetCanary")
    async with opened(aws) as seen:
        await watching(seen, aws)
        gate.release()
        await quiet(seen, aws)
        await seen.until(lambda: seen.lines[1].endswith(f" {words}"))
        assert alarms.delay == pytest.approx(pace, abs=5)


@pytest.mark.parametrize(
    ("error", "pace", "asked"),
    [
        (TimedOut("GetCanary brought no answer."), "watch 15 s", 2),
        (AccessDenied("Access denied to synthetics:GetCanary."), "watch 60 s", 1),
    ],
)
async def test_a_schedule_that_could_not_be_had_is_asked_for_again_unless_that_was_refused(
    alarms: Alarms, error: SourceError, pace: str, asked: int
) -> None:
    aws = FakeAccount({CANARY: history(30)}, canaries=[Canary(CANARY, state="RUNNING", schedule="rate(1 minute)")])
    aws.fail("GetCanary", error, calls={1})
    async with opened(aws) as seen:
        await watching(seen, aws)
        assert seen.lines[1].endswith(" watch 60 s")
        for number in (-1, -2, -3):
            comes(aws, run(number))
            await alarms.look(seen, aws)
        await seen.until(lambda: seen.lines[1].endswith(f" {pace}"))
        assert aws.count("GetCanary") == asked


async def test_new_runs_come_in_above_without_moving_what_is_read(alarms: Alarms) -> None:
    aws = account(history(300))
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("pagedown", "pagedown", "j", "j", "j")
        await quiet(seen, aws)
        before = [(row.number, row.cursor) for row in rows(seen)]
        for number in (-1, -2, -3):
            comes(aws, run(number))
            await alarms.look(seen, aws)
            assert [(row.number, row.cursor) for row in rows(seen)] == before
        assert "103 loaded" in seen.status
        await seen.press("g")
        assert [row.number for row in rows(seen)[:4]] == [-3, -2, -1, 0]


async def test_at_the_top_new_runs_are_seen_and_the_cursor_stays_on_its_run(alarms: Alarms) -> None:
    aws = account(history(90))
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("j")
        comes(aws, running(run(-1)))
        await alarms.look(seen, aws)
        assert [(row.number, row.state) for row in rows(seen)[:2]] == [(-1, "RUNNING"), (0, "PASSED")]
        assert cursor(seen) == 1
        aws.runs[CANARY][0] = run(-1)  # type: ignore[index]
        await alarms.look(seen, aws)
        assert rows(seen)[0].state == "PASSED"


async def test_another_verdict_is_told_once_in_words_and_with_the_bell_and_stays_until_a_key(alarms: Alarms) -> None:
    aws = account(history(90))
    async with opened(aws) as seen:
        await watching(seen, aws)
        comes(aws, run(-1))
        await alarms.look(seen, aws)
        assert alarms.bells == 0
        comes(aws, run(-2, state="FAILED", reason="503"))
        await alarms.look(seen, aws)
        words = f"{CANARY} was passing, now: Failing since 12:02:00 (1 run, 60 s)"
        assert seen.lines[-1] == f" {words}"
        assert alarms.bells == 1
        comes(aws, run(-3, state="FAILED", reason="503"))
        await alarms.look(seen, aws)
        assert (alarms.bells, seen.lines[-1]) == (1, f" {words}"), "not twice, and still to be read"
        await seen.press("j")
        await seen.until(lambda: words not in seen.text)
        assert headline(seen).startswith("Failing since 12:02:00 (2 runs, 2 min)")
        comes(aws, run(-4))
        await alarms.look(seen, aws)
        await seen.shows(f"{CANARY} was failing, now: Passing since 12:04:00 (1 run, 60 s)")
        assert alarms.bells == 2


async def test_a_run_that_is_under_way_or_was_not_saved_is_no_other_verdict(alarms: Alarms) -> None:
    aws = account(history(90))
    async with opened(aws) as seen:
        await watching(seen, aws)
        for newest in (running(run(-1)), attempt(-2, UNSAVED), *dry_runs(1)):
            comes(aws, newest)
            await alarms.look(seen, aws)
        assert alarms.bells == 0
        assert "now:" not in seen.text


async def test_a_failed_attempt_that_will_be_retried_is_no_verdict_yet(alarms: Alarms) -> None:
    retries = Canary(CANARY, state="RUNNING", max_retries=1)
    aws = FakeAccount({CANARY: [attempt(number) for number in range(30, 90)]}, canaries=[retries])
    async with opened(aws, now=lambda: run(0).timeline.completed) as seen:
        await watching(seen, aws)
        comes(aws, attempt(0, "FAILED"))
        await alarms.look(seen, aws)
        aws.runs[CANARY][:1] = [attempt(0, retry=1), attempt(0, "FAILED")]  # type: ignore[index]
        await alarms.look(seen, aws)
        assert alarms.bells == 0
        comes(aws, attempt(-1, "FAILED", retry=1), attempt(-1, "FAILED"))
        await alarms.look(seen, aws)
        assert alarms.bells == 1, "there is no retry to come"


async def test_it_sleeps_while_the_terminal_has_no_focus_and_looks_on_after_that(alarms: Alarms) -> None:
    aws = account(history(90))
    async with opened(aws) as seen:
        await watching(seen, aws)
        seen.app.post_message(events.AppBlur())
        await seen.until(lambda: seen.lines[1].endswith(" watch asleep"))
        assert alarms.pending == []
        seen.app.post_message(events.AppFocus())
        await seen.until(lambda: seen.lines[1].endswith(" watch 60 s"))
        comes(aws, run(-1, state="FAILED"))
        await alarms.look(seen, aws)
        assert alarms.bells == 1
        seen.app.post_message(events.AppBlur())
        await seen.until(lambda: not alarms.pending)
        await seen.press("w", "w")
        assert alarms.pending == []


# What goes wrong


async def test_errors_slow_it_and_it_goes_on_and_is_as_quick_as_before_once_a_look_goes_well(alarms: Alarms) -> None:
    aws = account(history(90))
    aws.fail(RUNS, TimedOut("GetCanaryRuns brought no answer."), calls={2, 3})
    async with opened(aws) as seen:
        await watching(seen, aws)
        for pace, words in ((120, "watch 2 min"), (240, "watch 4 min")):
            await alarms.look(seen, aws)
            await seen.shows("timed out · r to retry")
            assert alarms.delay == pytest.approx(pace, abs=5)
            assert seen.lines[1].endswith(f" {words}")
        comes(aws, run(-1, state="FAILED"))
        await alarms.look(seen, aws)
        assert alarms.bells == 1
        assert alarms.delay == pytest.approx(60, abs=5)
        assert "r to retry" not in seen.text
        assert seen.lines[1].endswith(" watch 60 s")


async def test_after_a_long_sleep_it_reads_on_until_it_meets_what_was_known_and_esc_stops_that(alarms: Alarms) -> None:
    aws = account(history(100))
    async with opened(aws) as seen:
        await watching(seen, aws)
        comes(aws, *history(420, first=-420))
        gates = {number: aws.hold(RUNS, calls={number}) for number in (3, 4)}
        await alarms.look(seen, aws)
        await seen.shows("200 loaded · loading…", "esc stop")
        gates[3].release()
        await seen.shows("300 loaded · loading…")
        await seen.press("escape")
        gates[4].release()
        await seen.shows("400 loaded · refresh stopped, runs are missing in", "r to retry")
        assert aws.count(RUNS) == 4
        await alarms.look(seen, aws)
        await loaded(seen, aws, "520 loaded · end of history")


async def test_a_page_in_flight_and_a_look_get_along(alarms: Alarms) -> None:
    aws = account(history(300, failing={250}))
    gate = aws.hold(RUNS, calls={2})
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("n")
        await quiet(seen, aws)
        comes(aws, run(-1), run(1_000, minutes=-0.5))
        alarms.ring()
        await quiet(seen, aws)
        gate.release()
        await seen.until(lambda: 250 in [row.number for row in rows(seen) if row.cursor])
        await quiet(seen, aws)
        assert tokens(aws)[:3] == [None, "0100", None]
        await seen.press("g")
        assert [row.number for row in rows(seen)[:3]] == [-1, -0.5, 0]
        assert len(alarms.pending) == 1


# Several canaries and screens


async def test_it_goes_on_with_the_canary_that_is_opened_and_a_late_answer_of_the_other_tells_nothing(
    alarms: Alarms,
) -> None:
    canaries = [Canary("first", schedule="rate(1 minute)"), Canary("second", schedule="rate(5 minutes)")]
    aws = FakeAccount({"first": history(50), "second": history(40)}, canaries=canaries)
    async with explorer(aws, canary="first", utc=True) as seen:
        await watching(seen, aws)
        await seen.until(lambda: seen.lines[1].endswith(" watch 15 s"))
        comes(aws, run(-1, state="FAILED"), canary="first")
        gate = aws.hold(RUNS, calls={2})
        await alarms.look(seen, aws)
        await seen.press("c", "slash", *"second", "enter")
        await loaded(seen, aws, "40 loaded")
        await seen.until(lambda: seen.lines[1].endswith(" watch 75 s"))
        gate.release()
        await quiet(seen, aws)
        assert alarms.bells == 0
        assert len(alarms.pending) == 1
        comes(aws, run(-1, state="FAILED"), canary="second")
        await alarms.look(seen, aws)
        await seen.shows("second was passing, now: Failing since 12:01:00")
        assert alarms.bells == 1


async def test_what_has_become_of_a_canary_since_it_was_left_is_told_when_it_is_opened_again(alarms: Alarms) -> None:
    aws = FakeAccount({"first": history(50), "second": history(40)})
    async with explorer(aws, canary="first", utc=True) as seen:
        await watching(seen, aws)
        await seen.press("c", "slash", *"second", "enter")
        await loaded(seen, aws, "40 loaded")
        comes(aws, run(-1, state="FAILED"), canary="first")
        await seen.press("c", "slash", *"first", "enter")
        await seen.shows("first was passing, now: Failing since 12:01:00")
        assert alarms.bells == 1


async def test_another_verdict_is_told_over_the_picker_and_waits_behind_another_screen(alarms: Alarms) -> None:
    aws = account(history(90))
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("c")
        comes(aws, run(-1, state="FAILED"))
        await alarms.look(seen, aws)
        await seen.shows(f"{CANARY} was passing, now: Failing since 12:01:00", "Canaries 1")
        await seen.press("escape", "x")
        await seen.until(lambda: isinstance(seen.app.screen, CausesScreen))
        comes(aws, run(-2))
        await alarms.look(seen, aws)
        assert alarms.bells == 2
        await seen.press("escape")
        await seen.shows(f"{CANARY} was failing, now: Passing since 12:02:00")


async def test_a_filter_and_the_text_that_is_being_typed_stay_through_a_look(alarms: Alarms) -> None:
    aws = account(history(90, failing={3, 40}))
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("f", "j", "slash", *"time")
        await loaded(seen, aws, "2 of 90 loaded match")
        comes(aws, *history(1, first=-1, failing={-1}))
        await alarms.look(seen, aws)
        await seen.press(*"out", "enter")
        await loaded(seen, aws, "3 of 91 loaded match")
        assert [row.number for row in rows(seen)] == [-1, 3, 40]
        assert cursor(seen) == 40


async def test_with_dry_runs_alone_it_looks_for_those(alarms: Alarms) -> None:
    aws = account([*history(90), *dry_runs(20)])
    async with opened(aws) as seen:
        await watching(seen, aws)
        await seen.press("2", "1")
        await loaded(seen, aws, "20 loaded")
        await alarms.look(seen, aws)
        assert aws.calls[-1].query is not None
        assert aws.calls[-1].query.run_type is RunType.DRY_RUN
        assert len(alarms.pending) == 1
