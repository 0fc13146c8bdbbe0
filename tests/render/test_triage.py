"""What a person on call would be told wrong: an outage that is none, a start that nobody has seen, a rate too good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.render.times import Clock, Zone, iso
from canaryscope.render.triage import (
    HeadlineText,
    headline,
    lasting,
    number_labels,
    numbers_lines,
    percent,
    streak_words,
)
from canaryscope.runs.causes import Cause, Family
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import LONG_STREAK, MANY_CHANGES, Numbers, Streak, Triage
from canaryscope_widgets.tone import Tone

NOW = datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC)
CLOCK = Clock(Zone.UTC, NOW)
TIMEOUT = Cause("TimeoutError: Navigation timeout exceeded", Family.TIMED_OUT)


def at(hour: int, minute: int, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, 7, tzinfo=UTC)


FAILING = Streak(
    Outcome.FAILED,
    runs=9,
    since=at(11, 42),
    lasted=timedelta(minutes=45, seconds=59),
    whole=True,
    before=at(11, 37),
    causes=1,
    cause=TIMEOUT,
)
PASSING = Streak(Outcome.PASSED, 9, at(11, 42), timedelta(minutes=45), whole=True, before=at(9, 12))
UNSAVED = Streak(Outcome.UNSAVED, 44, at(1, 12), timedelta(hours=11, minutes=15), whole=True, before=at(1, 7))
NUMBERS = Numbers(
    passed=1_141,
    retried=25,
    unsaved=1,
    failed=33,
    since=at(3, 12, day=18),
    until=at(12, 27),
    p50=timedelta(seconds=3),
    p95=timedelta(seconds=30.4),
)
STEADY = NUMBERS._replace(passed=1_167, retried=0, unsaved=0)


def said(streak: Streak, clock: Clock = CLOCK) -> str:
    return headline(Triage(streak), clock).sentence


@pytest.mark.parametrize(
    ("streak", "sentence"),
    [
        (FAILING, "Failing since 11:42:07 (9 runs, 45 min) · last good 11:37:07"),
        (FAILING._replace(whole=False, before=None), "Failing at least since 11:42:07 (9 runs, 45 min)"),
        (FAILING._replace(before=None), "Failing since 11:42:07 (9 runs, 45 min)"),
        (
            FAILING._replace(runs=1, lasted=timedelta(minutes=4)),
            "Failing since 11:42:07 (1 run, 4 min) · last good 11:37:07",
        ),
        (FAILING._replace(runs=1, lasted=None), "Failing since 11:42:07 (1 run) · last good 11:37:07"),
        (FAILING._replace(runs=1, lasted=timedelta(0)), "Failing since 11:42:07 (1 run) · last good 11:37:07"),
        (
            FAILING._replace(runs=1_200, since=at(3, 12, day=18), before=at(3, 7, day=18), lasted=timedelta(days=4)),
            "Failing since Nov 18 03:12:07 (1,200 runs, 4 d) · last good Nov 18 03:07:07",
        ),
        (FAILING._replace(since=None, before=None), "Failing (9 runs)"),
        (FAILING._replace(since=None, before=None, whole=False), "Failing (at least 9 runs)"),
        (PASSING, "Passing since 11:42:07 (9 runs, 45 min)"),
        (PASSING._replace(whole=False, before=None), "Passing at least since 11:42:07 (9 runs, 45 min)"),
        (PASSING._replace(outcome=Outcome.RETRIED), "Passing since 11:42:07 (9 runs, 45 min)"),
        (UNSAVED, "Passing, but artifacts not saved since 01:12:07 (44 runs, 11 h)"),
        (
            UNSAVED._replace(whole=False, before=None),
            "Passing, but artifacts not saved at least since 01:12:07 (44 runs, 11 h)",
        ),
    ],
)
def test_since_when(streak: Streak, sentence: str) -> None:
    assert said(streak) == sentence


def test_the_sentence_can_be_read_with_relative_times_too() -> None:
    clock = CLOCK._replace(zone=Zone.RELATIVE)
    assert said(FAILING, clock) == "Failing since 48 min ago (9 runs, 45 min) · last good 53 min ago"
    assert said(FAILING._replace(whole=False), clock) == "Failing at least since 48 min ago (9 runs, 45 min)"


def test_while_nothing_is_decided_nothing_is_claimed() -> None:
    assert headline(Triage(), CLOCK) == HeadlineText("", (), Tone.PLAIN)


def test_a_failing_canary_says_whether_it_is_one_cause_and_where() -> None:
    assert headline(Triage(FAILING), CLOCK).more == ("one cause", "TimeoutError: Navigation timeout exceed…")
    several = FAILING._replace(causes=3, only="FIREFOX")
    assert headline(Triage(several), CLOCK).more == ("3 causes", "in FIREFOX only")
    alone = FAILING._replace(runs=1, cause=Cause("503 Service Unavailable", Family.TARGET_DOWN))
    assert headline(Triage(alone), CLOCK).more == ("503 Service Unavailable",)


def test_a_passing_canary_says_when_it_failed_last_if_that_is_known() -> None:
    assert headline(Triage(PASSING), CLOCK).more == ("last failure 09:12:07",)
    assert headline(Triage(PASSING._replace(before=None)), CLOCK).more == ()
    assert headline(Triage(PASSING._replace(whole=False)), CLOCK).more == ()


def test_what_came_before_runs_that_were_not_saved_is_not_called_good_or_bad() -> None:
    assert headline(Triage(UNSAVED), CLOCK).more == ()


def test_flapping_comes_first_and_how_it_is_now_behind_it() -> None:
    now = FAILING._replace(runs=2, since=at(12, 22), lasted=timedelta(minutes=9), before=at(12, 17))
    shown = headline(Triage(now, changes=7, of=50), CLOCK)
    assert shown.sentence == "Flapping: 7 changes in the last 50 runs"
    assert shown.more[:3] == ("now failing since 12:22:07 (2 runs, 9 min)", "last good 12:17:07", "one cause")
    assert shown.tone is Tone.ODD
    passing = headline(Triage(PASSING._replace(runs=2), changes=5, of=12), CLOCK)
    assert passing.sentence == "Flapping: 5 changes in the last 12 runs"
    assert passing.more == ("now passing since 11:42:07 (2 runs, 45 min)", "last failure 09:12:07")


def test_a_long_streak_after_many_changes_is_told_as_a_streak() -> None:
    assert headline(Triage(FAILING._replace(runs=LONG_STREAK), MANY_CHANGES, 50), CLOCK).tone is Tone.BAD


def test_only_what_fails_is_drawn_as_bad() -> None:
    tones = [headline(Triage(streak), CLOCK).tone for streak in (FAILING, PASSING, UNSAVED)]
    assert tones == [Tone.BAD, Tone.GOOD, Tone.ODD]


def test_where_passed_runs_may_have_been_deleted_that_is_why_the_start_is_not_known() -> None:
    limit = at(12, 30, day=15)
    streak = FAILING._replace(whole=False, before=None)
    reaching = NUMBERS._replace(since=datetime(2026, 11, 16, tzinfo=UTC))
    why = "passed runs before Nov 15 12:30:07 may have been deleted"
    assert why in headline(Triage(streak, numbers=reaching, failures_only_before=limit), CLOCK).more
    quiet = [
        Triage(streak, numbers=NUMBERS, failures_only_before=limit),
        Triage(FAILING, numbers=reaching, failures_only_before=limit),
        Triage(streak, numbers=reaching),
        Triage(streak, failures_only_before=limit),
        Triage(streak, numbers=NUMBERS._replace(since=None), failures_only_before=limit),
    ]
    assert [why in headline(triage, CLOCK).more for triage in quiet] == [False] * 5


moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
streaks = st.builds(
    Streak,
    outcome=st.sampled_from([Outcome.FAILED, Outcome.PASSED, Outcome.UNSAVED]),
    runs=st.integers(1, 700_000),
    since=st.none() | moments,
    lasted=st.none() | st.timedeltas(timedelta(0), timedelta(days=500)),
    whole=st.booleans(),
    before=st.none() | moments,
    causes=st.integers(0, 5),
    cause=st.none() | st.just(TIMEOUT),
    only=st.sampled_from(["", "FIREFOX"]),
)
clocks = st.builds(Clock, zone=st.sampled_from(Zone), now=st.just(NOW), local=st.just(UTC))


@given(streaks, clocks)
def test_a_streak_is_always_told_by_its_first_word_and_a_start_that_was_not_seen_never_claimed(
    streak: Streak, clock: Clock
) -> None:
    shown = headline(Triage(streak), clock)
    word = "Failing" if streak.outcome is Outcome.FAILED else "Passing"
    assert shown.sentence.startswith(word)
    assert ("at least " in shown.sentence) is not streak.whole
    text = " · ".join((shown.sentence, *shown.more))
    assert ("last good" in text) <= (streak.whole and streak.outcome is Outcome.FAILED)
    if streak.outcome is not Outcome.FAILED:
        assert "failing" not in text.lower()
        assert shown.tone is not Tone.BAD
    assert all(shown.more)


@given(streaks, st.integers(MANY_CHANGES, 49), clocks)
def test_a_canary_that_flaps_is_told_so_first_whatever_it_does_now(streak: Streak, changes: int, clock: Clock) -> None:
    triage = Triage(streak, changes, 50)
    assert headline(triage, clock).sentence.startswith("Flapping: ") is (streak.runs < LONG_STREAK)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=119.9), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=45, seconds=59), "45 min"),
        (timedelta(minutes=119, seconds=59), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=3, minutes=12, seconds=59), "3 h 12 min"),
        (timedelta(hours=9, minutes=59), "9 h 59 min"),
        (timedelta(hours=11, minutes=59), "11 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=2, hours=4, minutes=59), "2 d 4 h"),
        (timedelta(days=12, hours=23), "12 d"),
        (timedelta(days=1_000), "1,000 d"),
    ],
)
def test_how_long_it_has_lasted_is_never_rounded_up(length: timedelta, words: str) -> None:
    assert lasting(length) == words


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 7, "0.0%"),
        (7, 7, "100.0%"),
        (9_997, 10_000, "99.9%"),
        (655_199, 655_200, "99.9%"),
        (1, 655_200, "<0.1%"),
        (1, 1_000, "0.1%"),
        (2, 3, "66.6%"),
        (972, 1_000, "97.2%"),
    ],
)
def test_a_share(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


@given(st.integers(1, 2_000_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_never_lies_by_rounding(counts: tuple[int, int]) -> None:
    part, whole = counts
    text = percent(part, whole)
    assert (text == "100.0%") is (part == whole)
    assert (text == "0.0%") is (part == 0)
    if not text.startswith("<"):
        assert 0 <= Fraction(100 * part, whole) - Fraction(text.rstrip("%")) < Fraction(1, 10)


def test_the_labels_name_the_range_and_have_a_short_form_for_little_room() -> None:
    rates, durations = number_labels(NUMBERS, CLOCK)
    assert rates == (
        "97.2% of 1,200 passed since Nov 18, first try 95.1%, flaky 2.0%",
        "97.2% of 1,200 since Nov 18, flaky 2.0%",
        "97.2% of 1,200, flaky 2.0%",
        "97.2% of 1,200",
    )
    assert durations == ("p50 3.0 s  p95 30.4 s", "p95 30.4 s")


def test_first_tries_are_not_spoken_of_where_nothing_was_retried() -> None:
    rates, _ = number_labels(STEADY, CLOCK)
    assert rates == ("97.2% of 1,200 passed since Nov 18", "97.2% of 1,200 since Nov 18", "97.2% of 1,200")
    assert not any("First-attempt" in line for line in numbers_lines(STEADY, CLOCK))


def test_of_numbers_that_are_not_known_nothing_is_said() -> None:
    assert number_labels(None, CLOCK) == ((), ())
    assert numbers_lines(None, CLOCK) == []
    bare = STEADY._replace(since=None, until=None, p50=None, p95=None)
    assert number_labels(bare, CLOCK) == (("97.2% of 1,200 passed", "97.2% of 1,200"), ())
    assert numbers_lines(bare, CLOCK) == ["Pass rate 97.2%: 1,167 of 1,200 scheduled runs"]
    assert numbers_lines(bare._replace(since=NUMBERS.since), CLOCK)[0].endswith("runs, since Nov 18 03:12:07")
    assert numbers_lines(bare._replace(until=NUMBERS.until), CLOCK)[0].endswith("runs, until 12:27:07")
    running = bare._replace(passed=0, failed=0, p50=timedelta(seconds=3), p95=timedelta(seconds=3))
    assert number_labels(running, CLOCK) == ((), ("p50 3.0 s  p95 3.0 s", "p95 3.0 s"))
    assert len(numbers_lines(running, CLOCK)) == 1


def test_the_numbers_in_sentences_name_both_ends_of_the_range_and_what_is_counted() -> None:
    assert numbers_lines(NUMBERS, CLOCK) == [
        "Pass rate 97.2%: 1,167 of 1,200 scheduled runs, Nov 18 03:12:07 to 12:27:07",
        "First-attempt pass rate 95.1%, flake rate 2.0% (25 passed on a retry only)",
        "1 passed, but artifacts were not saved: a fault of the monitoring, no outage",
        "Half of the runs took up to 3.0 s (p50), 95% up to 30.4 s (p95)",
    ]
    assert all(len(line) <= 78 for line in numbers_lines(NUMBERS, CLOCK))
    one = Numbers(1, 0, 0, 0, at(12, 27), at(12, 27), None, None)
    assert numbers_lines(one, CLOCK) == ["Pass rate 100.0%: 1 of 1 scheduled run, 12:27:07 to 12:27:07"]


counts = st.integers(0, 700_000)


@given(st.builds(Numbers, counts, counts, counts, counts, st.none() | moments, st.none() | moments, *[st.none()] * 2))
def test_all_passed_is_said_only_where_all_passed(numbers: Numbers) -> None:
    rates, _ = number_labels(numbers, CLOCK)
    assert list(rates) == sorted(rates, key=len, reverse=True)
    for text in (*rates, *numbers_lines(numbers, CLOCK)[:1]):
        assert ("100.0% of" in text or "rate 100.0%" in text) is (numbers.failed == 0)


def test_in_a_ticket_the_same_words_stand_with_other_times() -> None:
    words = streak_words(FAILING, iso, "scheduled run")
    assert words == "Failing since 2026-11-22T11:42:07Z (9 scheduled runs, 45 min)"
