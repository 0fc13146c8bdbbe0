"""Times as AWS sends them, and nonsense."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.aws.timestamps import parse_timestamp

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        NOON.timestamp(),
        int(NOON.timestamp()),
        str(NOON.timestamp()),
        "2026-11-22T12:00:00Z",
        "2026-11-22T13:00:00+01:00",
        "2026-11-22T12:00:00",
        "Sun, 22 Nov 2026 12:00:00 GMT",
    ],
)
def test_every_form_of_a_time_is_the_same_moment_in_utc(value: object) -> None:
    parsed = parse_timestamp(value)
    assert parsed == NOON
    assert parsed is not None
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        1e300,
        -1e300,
        10**400,
        1e13,
        "nan",
        "-inf",
        "soon",
        "",
        "67:77777777777777777777777777777",
        True,
        None,
        [],
        {},
        b"12",
    ],
)
def test_what_is_no_time_counts_as_not_sent(value: object) -> None:
    assert parse_timestamp(value) is None


def test_there_was_a_time_before_1970() -> None:
    assert parse_timestamp(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.lists(st.integers())))
def test_nothing_else_is_raised(value: object) -> None:
    parsed = parse_timestamp(value)
    assert parsed is None or parsed.tzinfo is UTC


@given(st.integers(min_value=0, max_value=200_000_000_000_000))
def test_milliseconds_survive(milliseconds: int) -> None:
    parsed = parse_timestamp(milliseconds / 1000)
    assert parsed is not None
    assert round(parsed.timestamp() * 1000) == milliseconds
