"""What is in sight of blocks of unequal heights: nothing is out of reach, and the cursor is never lost."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from canaryscope_widgets.block_view import BlockView, Place
from canaryscope_widgets.movement import Move


@dataclass
class Heights:
    """Blocks of these heights, of these while highlighted, and the lead of the first."""

    plain: list[int]
    more: list[int]
    lead: int = 0

    def block_count(self) -> int:
        return len(self.plain)

    def block_height(self, index: int, *, highlighted: bool) -> int:
        return self.block_lead(index) + self.plain[index] + (self.more[index] if highlighted else 0)

    def block_lead(self, index: int) -> int:
        return 0 if index else self.lead

    def lines(self, cursor: int) -> list[Place]:
        return [
            Place(block, line)
            for block in range(len(self.plain))
            for line in range(self.block_height(block, highlighted=block == cursor))
        ]


def rows(*heights: int) -> Heights:
    return Heights(list(heights), [0] * len(heights))


HEIGHTS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=12).flatmap(
    lambda pairs: st.builds(
        Heights, st.just([plain for plain, _ in pairs]), st.just([more for _, more in pairs]), st.integers(0, 9)
    )
)
STEPS = st.lists(st.one_of(st.sampled_from(Move), st.integers(-5, 5), st.tuples(st.integers(-2, 14))), max_size=20)


def gone(view: BlockView, step: Move | int | tuple[int], blocks: Heights, page: int) -> BlockView:
    """After a key, a turn of the wheel, or a jump."""
    if isinstance(step, Move):
        view = view.moved(step, blocks, page)
    elif isinstance(step, int):
        view = view.scrolled(step, blocks, page)
    else:
        view = view.at(step[0], blocks, page)
    return view.within(blocks, page)


@given(blocks=HEIGHTS, page=st.integers(1, 8), steps=STEPS)
def test_the_cursor_stays_in_sight_and_no_room_is_wasted_whatever_is_done(
    blocks: Heights, page: int, steps: list[Move | int | tuple[int]]
) -> None:
    view = BlockView()
    for step in steps:
        view = gone(view, step, blocks, page)
        lines, shown = blocks.lines(view.cursor), view.places(blocks, page)
        assert view.top in lines
        assert len(shown) == min(page, len(lines))
        assert shown == lines[lines.index(view.top) :][: len(shown)]
        assert view.cursor in {place.block for place in shown}


@given(blocks=HEIGHTS, page=st.integers(1, 8))
def test_the_keys_down_and_up_come_to_the_end_of_the_last_block_and_back_to_the_first_line(
    blocks: Heights, page: int
) -> None:
    view, most = BlockView(), len(blocks.plain) + sum(blocks.plain) + sum(blocks.more) + blocks.lead
    for _ in range(most):
        view = gone(view, Move.DOWN, blocks, page)
    assert (view.cursor, view.places(blocks, page)[-1]) == (len(blocks.plain) - 1, blocks.lines(view.cursor)[-1])
    for _ in range(most):
        view = gone(view, Move.UP, blocks, page)
    assert view == BlockView()


@given(blocks=HEIGHTS, page=st.integers(1, 8))
def test_the_key_down_shows_every_line_of_a_highlighted_block(blocks: Heights, page: int) -> None:
    view = BlockView()
    seen: set[Place] = set()
    before = None
    while view != before:
        seen |= {place for place in view.places(blocks, page) if place.block == view.cursor}
        before, view = view, gone(view, Move.DOWN, blocks, page)
    wanted = {
        Place(block, line)
        for block in range(len(blocks.plain))
        for line in range(blocks.block_lead(block), blocks.block_height(block, highlighted=True))
    }
    assert wanted <= seen


@given(blocks=HEIGHTS, page=st.integers(1, 8), cursor=st.integers(0, 11))
def test_a_list_opens_with_the_wanted_block_whole_or_from_its_line_on(blocks: Heights, page: int, cursor: int) -> None:
    cursor = min(cursor, len(blocks.plain) - 1)
    view = BlockView.opened(cursor, blocks, page)
    own = [place for place in blocks.lines(cursor) if place.block == cursor][blocks.block_lead(cursor) :]
    shown = view.places(blocks, page)
    assert view.cursor == cursor
    assert set(own) <= set(shown) or shown == own[:page]


@given(blocks=HEIGHTS, page=st.integers(1, 8), cursor=st.integers(0, 11), line=st.integers(0, 20))
def test_a_jump_shows_the_wanted_line(blocks: Heights, page: int, cursor: int, line: int) -> None:
    cursor = min(cursor, len(blocks.plain) - 1)
    height = blocks.block_height(cursor, highlighted=True)
    view = BlockView().at(cursor, blocks, page, line=line)
    wanted = Place(cursor, max(blocks.block_lead(cursor), min(line, height - 1)))
    assert (view.cursor, wanted in view.places(blocks, page)) == (cursor, True)


def test_rows_of_one_line_move_as_in_a_table() -> None:
    blocks = rows(*[1] * 100)
    view = BlockView().moved(Move.PAGE_DOWN, blocks, 10)
    assert view == BlockView(9, Place(9))
    assert view.moved(Move.HALF_PAGE_DOWN, blocks, 10) == BlockView(14, Place(14))
    assert view.moved(Move.LAST, blocks, 10) == BlockView(99, Place(90))
    assert BlockView(9).moved(Move.DOWN, blocks, 10) == BlockView(10, Place(5))
    assert BlockView(95, Place(90)).moved(Move.PAGE_DOWN, blocks, 10).cursor == 99


def test_the_last_lines_of_a_long_block_stay_when_there_is_nothing_below() -> None:
    blocks = rows(1, 20)
    end = BlockView(1, Place(1, 15))
    assert end.moved(Move.DOWN, blocks, 5) == end
    assert end.moved(Move.UP, blocks, 5) == BlockView(1, Place(1, 13))


def test_a_block_keeps_its_line_of_the_screen_when_blocks_come_in_above() -> None:
    assert BlockView(3).placed(103, 3, rows(*[1] * 200), 10) == BlockView(103, Place(100))
    assert BlockView(3).placed(1, 3, rows(*[1] * 200), 10) == BlockView(1)
    assert BlockView(3).placed(7, 3, rows(), 10) == BlockView(0)


def test_without_blocks_or_without_room_nothing_happens() -> None:
    for blocks, page in ((rows(), 10), (rows(1, 2), 0)):
        for move in Move:
            assert BlockView().moved(move, blocks, page) == BlockView()
        assert BlockView().scrolled(3, blocks, page) == BlockView()
        assert BlockView.opened(0, blocks, page) == BlockView()


def test_only_heights_around_the_view_are_asked_for() -> None:
    asked: set[int] = set()

    class Many(Heights):
        def block_count(self) -> int:
            return 1_000_000

        def block_height(self, index: int, *, highlighted: bool) -> int:
            asked.add(index)
            return 2

    blocks, view = Many([], []), BlockView()
    for move in Move:
        view = view.moved(move, blocks, 10)
    view.at(500_000, blocks, 10)
    assert len(asked) < 100
