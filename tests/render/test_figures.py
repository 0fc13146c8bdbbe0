"""Sizes and times as they are read, also at the bounds of their units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.render.figures import bytes_text, counted, milliseconds_text


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (1_234, "1.2 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (23_400_000, "23.4 MB"),
        (67_108_864, "67.1 MB"),
        (4_000_000_000_000_000, "4,000.0 TB"),
    ],
)
def test_a_size(size: int, shown: str) -> None:
    assert bytes_text(size) == shown


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (None, "–"),
        (0, "0 ms"),
        (0.2, "<1 ms"),
        (1.4, "1 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (10_240, "10.2 s"),
        (1e12, "11574.1 d"),
    ],
)
def test_a_time(length: float | None, shown: str) -> None:
    assert milliseconds_text(length) == shown


def test_one_is_no_plural() -> None:
    assert [counted(count, "step") for count in (0, 1, 1_200)] == ["0 steps", "1 step", "1,200 steps"]


@given(st.integers(min_value=0, max_value=10**15))
def test_a_size_fits_its_column_up_to_terabytes(size: int) -> None:
    assert len(bytes_text(size)) <= 10
