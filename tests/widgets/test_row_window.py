"""The arithmetic of the view and of the columns, for any numbers."""

from hypothesis import given
from hypothesis import strategies as st

from canaryscope_widgets.movement import Move
from canaryscope_widgets.row_window import Viewport
from canaryscope_widgets.run_columns import OPTIONAL, RunColumn, choose_columns

views = st.builds(Viewport, st.integers(-3, 60), st.integers(-3, 60))


@given(views, st.integers(0, 50), st.integers(1, 20), st.sampled_from(Move), st.integers(-70, 70))
def test_the_cursor_is_always_in_sight_and_the_view_among_the_rows(
    view: Viewport, count: int, visible: int, move: Move, number: int
) -> None:
    for after in (
        view.within(count, visible),
        view.within(count, visible).moved(move, count, visible),
        view.at(number, count, visible),
        view.scrolled(number, count, visible),
    ):
        assert 0 <= after.cursor <= max(0, count - 1)
        assert after.top <= after.cursor < after.top + visible
        assert 0 <= after.top <= max(0, count - visible)


@given(views, st.integers(1, 50), st.integers(1, 20))
def test_a_view_that_is_right_stays_as_it_is(view: Viewport, count: int, visible: int) -> None:
    settled = view.within(count, visible)
    assert settled.within(count, visible) == settled
    assert settled.at(settled.cursor, count, visible) == settled
    assert settled.scrolled(0, count, visible) == settled


@given(st.integers(1, 300), st.sets(st.sampled_from(sorted(OPTIONAL))), st.integers(0, 30))
def test_columns_never_need_more_than_the_width(width: int, optional: set[RunColumn], started: int) -> None:
    columns = choose_columns(width, frozenset(optional), started)
    assert columns[0].name is RunColumn.STATE
    if len(columns) > 1:
        assert 1 + sum(column.width + column.gap for column in columns[:-1]) + columns[-1].width <= width
