"""What a person would be told wrongly: that a canary is overdue, that it is not, or how often it runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from canaryscope.runs.model import Canary
from canaryscope.runs.schedule import due, interval, overdue

NOW = datetime(2026, 11, 20, 17, 52, 7, tzinfo=UTC)  # a Friday
OFFICE = "cron(0/5 8-17 ? * MON-FRI *)"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "often"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        (" rate( 60  minutes ) ", timedelta(hours=1)),
        ("rate(0 minute)", None),
        ("rate(0 hour)", None),
        (OFFICE, timedelta(minutes=5)),
        ("cron(0 * * * ? *)", timedelta(hours=1)),
        ("cron(0 8,9 * * ? *)", timedelta(hours=1)),
        ("cron(30 6 ? * 2-6 *)", timedelta(days=1)),
        ("cron(0 0 1 1 ? *)", timedelta(days=365)),
        ("cron(0 0 30 2 ? *)", None),
        (None, None),
        ("", None),
    ],
)
def test_how_often_a_canary_runs(expression: str | None, often: timedelta | None) -> None:
    assert interval(expression, NOW) == often


@pytest.mark.parametrize(
    ("expression", "starts"),
    [
        ("cron(0/20 * * * ? *)", ["2026-11-20 18:00", "2026-11-20 18:20", "2026-11-20 18:40"]),
        ("cron(1/10 17 * * ? *)", ["2026-11-21 17:01", "2026-11-21 17:11", "2026-11-21 17:21"]),
        ("cron(*/30 18 * * ? *)", ["2026-11-20 18:00", "2026-11-20 18:30", "2026-11-21 18:00"]),
        ("cron(5,52,53 17 * * ? *)", ["2026-11-20 17:53", "2026-11-21 17:05", "2026-11-21 17:52"]),
        ("cron(0 8-18/5 * * ? *)", ["2026-11-20 18:00", "2026-11-21 08:00", "2026-11-21 13:00"]),
        ("cron(0 22-2 * * ? *)", ["2026-11-20 22:00", "2026-11-20 23:00", "2026-11-21 00:00"]),
        (OFFICE, ["2026-11-20 17:55", "2026-11-23 08:00", "2026-11-23 08:05"]),
        ("cron(0 9 ? * FRI-MON *)", ["2026-11-21 09:00", "2026-11-22 09:00", "2026-11-23 09:00"]),
        ("cron(0 9 ? * 1 *)", ["2026-11-22 09:00", "2026-11-29 09:00", "2026-12-06 09:00"]),
        ("cron(0 9 ? * L *)", ["2026-11-21 09:00", "2026-11-28 09:00", "2026-12-05 09:00"]),
        ("cron(0 9 ? * 6L *)", ["2026-11-27 09:00", "2026-12-25 09:00", "2027-01-29 09:00"]),
        ("cron(0 9 ? * FRIL *)", ["2026-11-27 09:00", "2026-12-25 09:00", "2027-01-29 09:00"]),
        ("cron(0 9 ? * 3#2 *)", ["2026-12-08 09:00", "2027-01-12 09:00", "2027-02-09 09:00"]),
        ("cron(0 9 ? * MON#5 *)", ["2026-11-30 09:00", "2027-03-29 09:00", "2027-05-31 09:00"]),
        ("cron(0 9 ? * MON,FRI#1 *)", ["2026-11-23 09:00", "2026-11-30 09:00", "2026-12-04 09:00"]),
        ("cron(0 9 L * ? *)", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]),
        ("cron(0 9 L,15 FEB ? *)", ["2027-02-15 09:00", "2027-02-28 09:00", "2028-02-15 09:00"]),
        ("cron(0 9 LW * ? *)", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-29 09:00"]),
        ("cron(0 9 1W * ? *)", ["2026-12-01 09:00", "2027-01-01 09:00", "2027-02-01 09:00"]),
        ("cron(0 9 1W 5,8 ? *)", ["2027-05-03 09:00", "2027-08-02 09:00", "2028-05-01 09:00"]),
        ("cron(0 9 31W 10,11 ? *)", ["2026-11-30 09:00", "2027-10-29 09:00", "2027-11-30 09:00"]),
        ("cron(0 9 15W 11-3/2 ? *)", ["2027-01-15 09:00", "2027-03-15 09:00", "2027-11-15 09:00"]),
        ("cron(0 9 15 jan-mar ? *)", ["2027-01-15 09:00", "2027-02-15 09:00", "2027-03-15 09:00"]),
        ("cron(0 9 31 * ?)", ["2026-12-31 09:00", "2027-01-31 09:00", "2027-03-31 09:00"]),
    ],
)
def test_when_the_next_runs_are_due(expression: str, starts: list[str]) -> None:
    assert [due(expression, NOW, n) for n in (1, 2, 3)] == [at(start) for start in starts]


def test_a_start_is_due_after_the_minute_of_the_last_one() -> None:
    assert due("cron(* * * * ? *)", at("2026-12-31 23:59:00")) == at("2027-01-01 00:00")
    assert due("cron(0 * * * ? *)", at("2026-11-20 17:59:59.9")) == at("2026-11-20 18:00")
    assert due("rate(5 minutes)", NOW, 3) == NOW + timedelta(minutes=15)
    assert due("rate(0 hour)", NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        *("", "*", "* * * *", "* * * * ? * *", "* * * * ? 2027", "60 * * * ? *", "* 24 * * ? *", "* * 32 * ? *"),
        *("* * 0 * ? *", "* * * 13 ? *", "* * ? * 8 *", "* * ? * 0 *", "* * ? * MON#6 *", "* * ? * XYZL *"),
        *("* * 32W * ? *", "*/0 * * * ? *", "/5 * * * ? *", "5- * * * ? *", "5-*/2 * * * ? *", "1,,2 * * * ? *"),
        *(
            "+5 * * * ? *",
            "1_0 * * * ? *",
            "٣ * * * ? *",
            "? * * * ? *",
            "L * * * ? *",
            "* * * JANUARY ? *",
            "-1 * * * ? *",
        ),
    ],
)
def test_a_cron_expression_that_is_none_is_no_schedule_rather_than_a_wrong_one(fields: str) -> None:
    assert interval(f"cron({fields})", NOW) is None
    assert due(f"cron({fields})", NOW) is None


@pytest.mark.parametrize("expression", ["rate(5)", "rate(-5 minutes)", "rate(5 days)", "rate(5 minutes", "at(now)"])
def test_what_is_neither_rate_nor_cron_is_no_schedule(expression: str) -> None:
    assert interval(expression, NOW) is None
    assert due(expression, NOW) is None


HOSTILE = [
    f"cron({','.join(['*'] * 500)} {','.join(['*'] * 5)} 31 2,4,6,9,11 ? *)",
    "cron(* * 31 * MON#1 *)",
    "cron(0 0 30 FEB ? *)",
    f"cron({'9' * 1000} * * * ? *)",
    f"cron(0/{'9' * 1000} * * * ? *)",
    f"rate({'9' * 1000} minutes)",
    f"cron({'(' * 500}{')' * 500})",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_an_expression_that_never_comes_true_holds_nothing_up(expression: str) -> None:
    begun = time.process_time()
    assert due(expression, NOW) is None
    assert interval(expression, NOW) is None
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("expression", ["rate(1 hour)", "cron(* * * * ? *)", "cron(0 0 L 12 ? *)"])
def test_the_ends_of_time_have_no_next_start(expression: str) -> None:
    assert due(expression, datetime.max.replace(tzinfo=UTC), 3) is None
    assert due(expression, datetime.min.replace(tzinfo=UTC), 3) is not None


def test_times_in_another_zone_are_the_same_times() -> None:
    nepal = NOW.astimezone(datetime.strptime("+0545", "%z").tzinfo)
    assert due(OFFICE, nepal, 2) == due(OFFICE, NOW, 2)
    assert interval(OFFICE, nepal) == interval(OFFICE, NOW)


def some(low: int, high: int) -> st.SearchStrategy[set[int]]:
    return st.sets(st.integers(low, high), min_size=1, max_size=4)


@given(
    some(0, 59),
    some(0, 23),
    some(1, 31),
    some(1, 12),
    some(1, 7),
    st.booleans(),
    st.integers(0, 60 * 24 * 365 * 10).map(lambda minutes: at("2020-01-01 00:00:07") + timedelta(minutes=minutes)),
)
@example({0}, {0}, {29}, {2}, {1}, True, datetime(2027, 6, 1, tzinfo=UTC))
def test_no_start_is_left_out_and_none_is_made_up(
    minutes: set[int],
    hours: set[int],
    days: set[int],
    months: set[int],
    weekdays: set[int],
    by_day: bool,
    after: datetime,
) -> None:
    """Against a walk through all hours of a year."""
    fields = [",".join(map(str, values)) for values in (minutes, hours, days, months, weekdays)]
    fields[4 if by_day else 2] = "?"
    hour = after.replace(minute=0, second=0, microsecond=0)
    expected: list[datetime] = []
    while len(expected) < 3 and hour < after + timedelta(days=365):
        fits = hour.day in days if by_day else hour.isoweekday() % 7 + 1 in weekdays
        if fits and hour.month in months and hour.hour in hours:
            expected += [start for minute in sorted(minutes) if (start := hour.replace(minute=minute)) > after]
        hour += timedelta(hours=1)
    assume(len(expected) >= 3)
    assert [due(f"cron({' '.join(fields)} *)", after, n) for n in (1, 2, 3)] == expected[:3]


@given(st.text("0123456789*?,-/LW#MONFRI ", max_size=40), st.datetimes(timezones=st.just(UTC)))
def test_whatever_an_expression_says_starts_go_forward(fields: str, after: datetime) -> None:
    starts = [after, *(start for n in (1, 2, 3) if (start := due(f"cron({fields})", after, n)) is not None)]
    assert all(earlier < later for earlier, later in pairwise(starts))


# Overdue


def running(schedule: str | None = "rate(5 minutes)", **more: object) -> Canary:
    return Canary("x", **{"state": "RUNNING", "schedule": schedule, "last_started": NOW - timedelta(days=9), **more})  # type: ignore[arg-type]


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_a_canary_is_overdue_when_its_last_run_is_older_than_three_intervals() -> None:
    assert not overdue(running(), ago(15), NOW)
    assert overdue(running(), ago(15.1), NOW)
    assert overdue(running("rate(1 minute)"), ago(3.1), NOW)
    assert not overdue(running("rate(1 hour)"), ago(179), NOW)


def test_a_canary_of_the_business_hours_is_not_overdue_at_the_weekend() -> None:
    last = at("2026-11-20 17:55:07")
    assert not overdue(running(OFFICE), last, at("2026-11-22 12:00:00"))
    assert not overdue(running(OFFICE), last, at("2026-11-23 08:10:00"))
    assert overdue(running(OFFICE), last, at("2026-11-23 08:10:01"))
    assert overdue(running(OFFICE), at("2026-11-20 17:35:07"), at("2026-11-22 12:00:00")), "it ended before its time"


@pytest.mark.parametrize(
    "state", ["STOPPED", "STOPPING", "STARTING", "CREATING", "UPDATING", "DELETING", "ERROR", None]
)
def test_only_a_canary_that_is_to_run_can_be_overdue(state: str | None) -> None:
    assert not overdue(running(state=state), ago(1_000), NOW)


@pytest.mark.parametrize("schedule", ["rate(0 minute)", "rate(0 hour)", "cron(0 0 30 2 ? *)", "someday", None])
def test_a_canary_without_an_interval_is_never_overdue(schedule: str | None) -> None:
    assert not overdue(running(schedule), ago(100_000), NOW)


def test_a_canary_that_never_ran_is_overdue_three_intervals_after_its_start() -> None:
    assert not overdue(running(last_started=ago(15)), None, NOW)
    assert overdue(running(last_started=ago(16)), None, NOW)
    assert overdue(running(last_started=None, created=ago(16)), None, NOW)
    assert not overdue(running(last_started=ago(1), created=ago(1_000)), None, NOW)
    assert not overdue(running(last_started=None), None, NOW)


def test_a_canary_that_was_started_again_has_three_intervals_to_run() -> None:
    assert not overdue(running(last_started=ago(14)), ago(10_000), NOW)
    assert overdue(running(last_started=ago(16)), ago(10_000), NOW)


def test_a_canary_whose_duration_is_over_is_not_missed() -> None:
    assert overdue(running(last_started=ago(59), duration_seconds=3_600), ago(30), NOW)
    assert not overdue(running(last_started=ago(60), duration_seconds=3_600), ago(30), NOW)
    assert overdue(running(last_started=ago(60), duration_seconds=0), ago(30), NOW)
    assert overdue(running(last_started=ago(60), duration_seconds=10**15), ago(30), NOW)
