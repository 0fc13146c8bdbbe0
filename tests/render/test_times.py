"""What a person would misread: a time in the wrong zone or year, an age, a duration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.cells import cell_len

from canaryscope.render.times import Clock, Zone, duration, iso
from canaryscope_widgets.run_columns import ABSOLUTE_WIDTH

NOW = datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC)
NEPAL = timezone(timedelta(hours=5, minutes=45), "+0545")


def clock(zone: Zone) -> Clock:
    return Clock(zone, NOW, NEPAL)


def test_t_goes_round_the_three_zones() -> None:
    zones = [Zone.LOCAL]
    for _ in range(3):
        zones.append(zones[-1].next)
    assert zones == [Zone.LOCAL, Zone.UTC, Zone.RELATIVE, Zone.LOCAL]


def test_the_zone_is_always_named() -> None:
    assert clock(Zone.UTC).name == "UTC"
    assert clock(Zone.LOCAL).name == "local (+0545)"
    assert clock(Zone.RELATIVE).name == "relative to 12:30:07 UTC"


@pytest.mark.parametrize(
    ("zone", "short", "long"),
    [
        (Zone.UTC, "Nov 22 12:27:07", "2026-11-22 12:27:07"),
        (Zone.LOCAL, "Nov 22 18:12:07", "2026-11-22 18:12:07"),
        (Zone.RELATIVE, "3 min ago", "3 min ago, 2026-11-22 12:27:07 UTC"),
    ],
)
def test_a_moment_in_each_zone(zone: Zone, short: str, long: str) -> None:
    moment = NOW - timedelta(minutes=3)
    assert (clock(zone).short(moment), clock(zone).long(moment)) == (short, long)


def test_what_was_not_sent_is_a_dash_in_a_column_and_none_in_a_detail() -> None:
    for zone in Zone:
        assert clock(zone).short(None) == clock(zone).brief(None) == "–"
        assert clock(zone).long(None) is None


def test_a_run_of_another_year_says_the_year_as_that_zone_counts_it() -> None:
    new_year = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    assert clock(Zone.UTC).short(new_year) == "Dec 31 22:00:00"
    assert clock(Zone.LOCAL).short(new_year) == "2027-01-01 03:45"
    assert clock(Zone.UTC).short(datetime(2025, 11, 22, 12, 27, 7, tzinfo=UTC)) == "2025-11-22 12:27"


@pytest.mark.parametrize(
    ("zone", "hours", "text"),
    [
        (Zone.UTC, 12, "00:30:07"),
        (Zone.UTC, 13, "Nov 21 23:30:07"),
        (Zone.UTC, -12, "Nov 23 00:30:07"),
        (Zone.LOCAL, 18, "00:15:07"),
        (Zone.LOCAL, 19, "Nov 21 23:15:07"),
        (Zone.UTC, 24 * 365, "2025-11-22 12:30"),
        (Zone.RELATIVE, 12, "12 h ago"),
    ],
)
def test_only_a_moment_of_today_in_the_zone_shown_goes_without_its_date(zone: Zone, hours: int, text: str) -> None:
    assert clock(zone).brief(NOW - timedelta(hours=hours)) == text


def test_where_there_is_little_room_another_day_goes_without_its_time() -> None:
    hours = {Zone.UTC: (12, 13, 24 * 365), Zone.RELATIVE: (12,)}
    days = [clock(zone).day(NOW - timedelta(hours=ago)) for zone, agos in hours.items() for ago in agos]
    assert days == ["00:30:07", "Nov 21", "2025-11-22", "12 h ago"]


def test_the_longest_ages_fit_the_column() -> None:
    ages = [timedelta(seconds=seconds) for seconds in (0, 119, 120, 7199, 7200, 172_799, 172_800, 86_400 * 9_999)]
    texts = [clock(Zone.RELATIVE).short(NOW - age) for age in ages]
    assert texts == ["0 s ago", "119 s ago", "2 min ago", "119 min ago", "2 h ago", "47 h ago", "2 d ago", "9999 d ago"]
    assert max(map(cell_len, texts)) <= ABSOLUTE_WIDTH


def test_a_run_that_starts_after_this_machines_clock_is_in_the_future() -> None:
    assert clock(Zone.RELATIVE).short(NOW + timedelta(minutes=3)) == "in 3 min"


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_time_can_be_shown(moment: datetime) -> None:
    for zone in Zone:
        for local in (timezone(timedelta(hours=-12)), timezone(timedelta(hours=14)), None):
            assert Clock(zone, NOW, local).short(moment)
            assert Clock(zone, NOW, local).brief(moment)
            assert Clock(zone, NOW, local).long(moment)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (2.94, "2.9 s"),
        (-0.5, "-0.5 s"),
        (999.9, "999.9 s"),
        (1_000, "16.7 min"),
        (5_990, "99.8 min"),
        (5_999, "1.7 h"),
        (86_400, "24.0 h"),
        (86_400 * 5, "5.0 d"),
        (86_400 * 400, "400.0 d"),
    ],
)
def test_durations_in_the_unit_that_a_person_reads(seconds: float | None, text: str) -> None:
    assert duration(None if seconds is None else timedelta(seconds=seconds)) == text


@pytest.mark.parametrize("sign", [1, -1])
def test_every_duration_fits_its_column_of_eight_cells(sign: int) -> None:
    for seconds in (999.96, 5_993, 5_996, 5_997, 5_999.9, 359_999, 360_000, 3_599_999, 8_639_999, 86_400 * 999):
        text = duration(timedelta(seconds=sign * seconds))
        assert len(text) <= 8, text


def test_copies_are_iso_8601_with_z_whatever_the_zone() -> None:
    assert iso(NOW.astimezone(NEPAL)) == "2026-11-22T12:30:07Z"
    assert iso(NOW + timedelta(milliseconds=123)) == "2026-11-22T12:30:07.123000Z"
    assert iso(None) is None
