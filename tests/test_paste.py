"""Pastes as a terminal sends them, in whatever pieces they arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.paste import END, START, PasteFilter

PASTE = f"jj{START}a \x1b[31mred\x1b[0m \x1b]52;c;x\x07\r\nb\tc\x9b1mz{END}\x1b[Bq{START}\x1bx{END}k"
CLEAN = f"jj{START}a [31mred[0m ]52;c;x\r\nb\tc1mz{END}\x1b[Bq{START}x{END}k"


@given(st.lists(st.integers(0, len(PASTE)), max_size=12))
def test_nothing_inside_a_paste_is_a_key_however_it_is_cut_into_pieces(cuts: list[int]) -> None:
    places = sorted({0, *cuts, len(PASTE)})
    clean = PasteFilter()
    assert "".join(clean(PASTE[first:last]) for first, last in pairwise(places)) == CLEAN


@pytest.mark.parametrize("text", ["", "\x1b", "j", "\x1b[A", "\x1b[2", "\x1b[200", "é\x1b[<0;1;1M"])
def test_keys_outside_a_paste_are_never_held_back(text: str) -> None:
    assert PasteFilter()(text) == text


def test_an_escape_inside_a_paste_that_never_ends_does_not_get_out() -> None:
    clean = PasteFilter()
    assert clean(START + "x\x1b") == START + "x"
    assert clean("[20") == ""
    assert clean("y") == "[20y"
