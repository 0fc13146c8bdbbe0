"""A duration as a bar: true to the number, and nothing where there is none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from canaryscope_widgets.timeline import Bar, draw_bar


@pytest.mark.parametrize(
    ("fraction", "drawn", "ascii"),
    [
        (0.0, "▕        ▏", "[        ]"),
        (0.001, "▕▏       ▏", "[#       ]"),
        (0.125, "▕█       ▏", "[#       ]"),
        (0.5, "▕████    ▏", "[####    ]"),
        (0.53125, "▕████▎   ▏", "[#####   ]"),
        (1.0, "▕████████▏", "[########]"),
        (7.0, "▕████████▏", "[########]"),
        (math.inf, "▕████████▏", "[########]"),
    ],
)
def test_a_bar_is_as_long_as_its_run(fraction: float, drawn: str, ascii: str) -> None:
    assert draw_bar(Bar(fraction), 10) == drawn
    assert draw_bar(Bar(fraction), 10, ascii=True) == ascii


@pytest.mark.parametrize("fraction", [None, -0.5, math.nan])
def test_without_a_duration_nothing_is_drawn(fraction: float | None) -> None:
    assert draw_bar(Bar(fraction), 10) == ""
    assert draw_bar(Bar(fraction, open_end=True), 10, ascii=True) == ""


def test_a_run_that_is_not_over_has_no_right_edge() -> None:
    assert draw_bar(Bar(0.25, open_end=True), 10) == "▕██▎······"
    assert draw_bar(Bar(0.0, open_end=True), 10) == "▕·········"
    assert draw_bar(Bar(1.0, open_end=True), 10) == "▕████████·"
    assert draw_bar(Bar(0.25, open_end=True), 10, ascii=True) == "[###......"


@given(
    st.floats(min_value=0, allow_infinity=True),
    st.integers(-2, 60),
    st.booleans(),
    st.booleans(),
)
def test_a_bar_fills_its_width_exactly_or_is_not_there(
    fraction: float, width: int, open_end: bool, ascii: bool
) -> None:
    drawn = draw_bar(Bar(fraction, open_end=open_end), width, ascii=ascii)
    assert cell_len(drawn) == (width if width >= 3 else 0)
    assert drawn.isascii() or not ascii


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_longer_run_never_has_the_shorter_bar(one: float, other: float) -> None:
    def filled(fraction: float) -> int:
        return sum("▏▎▍▌▋▊▉█".index(character) + 1 for character in draw_bar(Bar(fraction), 20)[1:-1].strip())

    assert (filled(one) <= filled(other)) is (one <= other) or filled(one) == filled(other)
