"""The bottom line names keys that work where the person is, the most important first."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from canaryscope.screens.detail_tabs import DetailTab
from canaryscope.screens.hints import hints_for


def words(**where: Any) -> str:
    usual = {"picker": False, "detail": None, "hurrying": False, "filtered": False}
    return "  ".join(f"{hint.key} {hint.text}" for hint in hints_for(**(usual | where)))


def test_in_the_runs_they_are_the_ones_that_fit_80_columns() -> None:
    at_80 = "enter detail  [ ] tabs  f failures  n next  s streak  x causes  y copy  ? help"
    assert words() == f"{at_80}  c canaries  d dry run  w watch"
    assert len(f" {at_80}") <= 80 < len(f" {at_80}  c canaries")


def test_the_key_that_unfolds_is_named_where_there_is_something_to_unfold() -> None:
    at_80 = "enter detail  space unfold  f failures  s streak  x causes  y copy  ? help"
    assert words(folding=True).startswith(f"{at_80}  ")
    assert len(f" {at_80}") <= 80


def test_esc_comes_first_where_it_has_something_to_do() -> None:
    assert words(hurrying=True).startswith("esc stop  ")
    assert words(filtered=True).startswith("esc clear filter  ")
    assert words(filtered=True, hurrying=True).startswith("esc stop  ")


def test_while_typing_no_letter_is_named_for_it_would_go_into_the_line() -> None:
    for picker, hurrying in product([False, True], repeat=2):
        hints = hints_for(picker=picker, detail=None, hurrying=hurrying, filtered=True, typing=True)
        assert [hint.key for hint in hints] == ["enter", "esc", "ctrl+u", "ctrl+c"]


@pytest.mark.parametrize(
    "where",
    [
        {"picker": True},
        {"typing": True},
        *({"detail": tab, "full": full} for tab in DetailTab for full in (True, False)),
    ],
)
def test_every_pane_has_hints_within_80_columns(where: dict[str, object]) -> None:
    assert 0 < len(words(**where)) < 79


def test_where_one_run_fills_the_screen_esc_leads_back_and_each_tab_names_its_own_keys() -> None:
    assert words(detail=DetailTab.STATUS, full=True).startswith("esc back  [ ] tabs  ")
    assert "/ search" in words(detail=DetailTab.LOG, full=True)
    assert "enter open" in words(detail=DetailTab.REQUESTS)
