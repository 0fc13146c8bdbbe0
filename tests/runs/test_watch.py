"""What a person who watches would miss: a new run in good time, a change, quiet while there is none, AWS's patience."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.runs.errors import SourceError, Throttled, TimedOut
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import Streak
from canaryscope.runs.watch import AFTER_ERRORS, SHORTEST, Change, Watch

FAILED, PASSED, UNSAVED = (
    Streak(outcome, 1, None, None, True) for outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.UNSAVED)
)


def every(minutes: float) -> Watch:
    return Watch(timedelta(minutes=minutes))


def throttled(delay: float | None = None) -> Throttled:
    error = Throttled("Rate exceeded")
    error.delay = delay
    return error


@pytest.mark.parametrize(
    ("minutes", "pace"), [(0.5, 15), (1, 15), (2, 30), (5, 75), (15, 225), (20, 300), (60, 300), (60 * 24 * 365, 300)]
)
def test_a_quarter_of_the_interval_between_fifteen_seconds_and_five_minutes(minutes: float, pace: float) -> None:
    watch = every(minutes)
    watch.looked(1_000)
    assert (watch.pace, watch.due(1_000)) == (pace, pace)


def test_a_minute_until_the_schedule_is_known() -> None:
    watch = Watch()
    watch.looked(1_000)
    assert (watch.pace, watch.due(1_000)) == (60, 60)
    watch.interval = timedelta(minutes=2)
    assert watch.due(1_010) == 20


def test_the_first_look_is_at_once_and_one_that_is_late_too() -> None:
    watch = every(5)
    assert watch.due(1_000) == 0
    watch.looked(1_000)
    assert watch.due(1_074) == 1
    assert watch.due(1_075) == watch.due(9_999) == 0


def test_each_error_in_a_row_doubles_the_wait_up_to_ten_minutes_until_a_look_goes_well() -> None:
    watch = every(1)
    waits = []
    for _ in range(8):
        watch.failed(0, TimedOut("hung"))
        waits.append(watch.due(0))
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]
    watch.looked(0)
    assert watch.due(0) == 15


def test_after_a_thousand_errors_it_still_looks() -> None:
    watch = every(60)
    for _ in range(1_100):
        watch.failed(0, throttled())
    assert (watch.pace, watch.due(0)) == (600, 600)


def test_a_wait_that_the_service_asks_for_is_not_undercut() -> None:
    watch = every(1)
    watch.failed(0, throttled(45))
    assert watch.due(0) == 45
    watch.failed(45, throttled(5))
    assert watch.due(45) == 60
    watch.failed(105, throttled(900))
    assert watch.due(105) == 900
    watch.looked(106)
    assert watch.due(106) == 15, "a person asked, and it went well"


def test_without_the_focus_it_sleeps_and_then_makes_up_for_it_once() -> None:
    watch = every(5)
    watch.looked(0)
    watch.focus(False)
    assert watch.due(50) is watch.due(5_000) is None
    watch.focus(True)
    assert watch.due(60) == 15
    assert watch.due(5_000) == 0
    watch.looked(5_000)
    assert watch.due(5_000) == 75


def test_a_change_of_verdict_is_told_once() -> None:
    watch = Watch()
    streaks = [FAILED, FAILED, PASSED, PASSED, FAILED, FAILED]
    told = [watch.heard(streak) for streak in streaks]
    assert told == [None, None, Change(False, PASSED), None, Change(True, FAILED), None]


def test_what_it_finds_at_first_is_no_change() -> None:
    for streak in (FAILED, PASSED, UNSAVED):
        assert Watch().heard(streak) is None
    watch = Watch()
    assert watch.heard(None) is watch.heard(FAILED) is None, "nothing was decided before"


def test_artifacts_that_were_not_saved_are_no_outage() -> None:
    watch = Watch()
    assert [watch.heard(streak) for streak in (PASSED, UNSAVED, PASSED)] == [None] * 3
    assert watch.heard(FAILED) == Change(True, FAILED)
    assert watch.heard(UNSAVED) == Change(False, UNSAVED)


def test_a_run_that_is_not_decided_changes_nothing() -> None:
    watch = Watch()
    assert [watch.heard(streak) for streak in (FAILED, None, FAILED)] == [None] * 3
    assert watch.heard(None) is None
    assert watch.heard(PASSED) == Change(False, PASSED)


@given(st.lists(st.sampled_from([FAILED, PASSED, UNSAVED, None])))
def test_notices_and_changes_are_as_many_and_in_turn(streaks: list[Streak | None]) -> None:
    watch = Watch()
    changes = [change for streak in streaks if (change := watch.heard(streak)) is not None]
    verdicts = [streak.outcome is Outcome.FAILED for streak in streaks if streak is not None]
    turns = [now for before, now in pairwise(verdicts) if before is not now]
    assert [change.failing for change in changes] == turns


class Looks:
    """Does what a watch says, and keeps when."""

    ERRORS: ClassVar[dict[str, SourceError]] = {
        "timeout": TimedOut("hung"),
        "throttled": throttled(),
        "wait": throttled(200),
    }

    def __init__(self, interval: timedelta | None) -> None:
        self.watch = Watch(interval)
        self.now = 0.0
        self.times: list[float] = []
        self.earliest = 0.0

    def step(self, seconds: int, event: str) -> None:
        self.now += seconds
        if event in ("away", "back"):
            self.watch.focus(event == "back")
        elif event == "schedule":
            self.watch.interval = timedelta(seconds=seconds)
        elif self.watch.due(self.now) == 0:
            assert self.now >= self.earliest
            self.times.append(self.now)
            error = self.ERRORS.get(event)
            if error is None:
                self.watch.looked(self.now)
            else:
                self.watch.failed(self.now, error)
            self.earliest = self.now + (200 if event == "wait" else 15)


@given(
    st.none() | st.timedeltas(timedelta(0), timedelta(days=366)),
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.sampled_from(["look", "look", "timeout", "throttled", "wait", "away", "back", "schedule"]),
        )
    ),
)
def test_whatever_happens_looks_are_at_least_fifteen_seconds_apart(
    interval: timedelta | None, steps: list[tuple[int, str]]
) -> None:
    looks = Looks(interval)
    for seconds, event in steps:
        looks.step(seconds, event)
    looks.step(0, "back")
    wait = looks.watch.due(looks.now)
    assert wait is not None
    assert wait <= 600, "it never stops for good"
    gaps = [later - earlier for earlier, later in pairwise(looks.times)]
    assert all(gap >= 15 for gap in gaps)


@pytest.mark.parametrize(("chosen", "pace"), [(20.0, 20), (1.0, SHORTEST), (3600.0, 3600)])
def test_who_has_chosen_how_often_to_look_gets_that_whatever_the_schedule(chosen: float, pace: float) -> None:
    watch = Watch(timedelta(minutes=5), chosen)
    assert watch.pace == pace
    watch.interval = timedelta(hours=12)
    assert watch.pace == pace


def test_errors_slow_down_a_chosen_pace_too_and_never_hasten_it() -> None:
    for chosen, slowest in ((20.0, AFTER_ERRORS), (3600.0, 3600.0)):
        watch = Watch(None, chosen)
        for _ in range(20):
            watch.failed(0.0, SourceError("no"))
        assert watch.pace == slowest
        watch.looked(0.0)
        assert watch.pace == chosen
