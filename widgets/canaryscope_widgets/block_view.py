"""What is in sight of blocks of unequal heights, one of which has the cursor: steps with their reasons, wrapped lines.

A block's height is asked for only where it is needed, around the view: there may be millions of blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, Protocol, assert_never

from canaryscope_widgets.movement import Move

__all__ = ["TOP", "BlockView", "Blocks", "Place"]


class Place(NamedTuple):
    """A line of a block. Both count from 0; places compare as they stand on the screen."""

    block: int = 0
    line: int = 0


TOP = Place()
"""The first line of all."""


class Blocks(Protocol):
    """The blocks, by their heights."""

    def block_count(self) -> int:
        """How many there are now."""

    def block_height(self, index: int, *, highlighted: bool) -> int:
        """Lines of a block, at least one. It may have more while it has the cursor (`highlighted`)."""

    def block_lead(self, index: int) -> int:
        """How many of its lines stand above the one that the cursor is for; less than its height."""


class BlockView(NamedTuple):
    """The block with the cursor, and the first line in sight. `page` is always how many lines there is room for."""

    cursor: int = 0
    top: Place = TOP

    def places(self, blocks: Blocks, page: int) -> list[Place]:
        """The lines in sight, from top to bottom."""
        return list(islice(self._onward(blocks), max(0, page)))

    def within(self, blocks: Blocks, page: int) -> BlockView:
        """The nearest one with the cursor on a block of which a line is in sight, and no room wasted at the end.

        Where there is no room at all the top stays as it is wanted.
        """
        count = blocks.block_count()
        view = self._replace(cursor=max(0, min(self.cursor, count - 1)))
        if not count or page < 1:
            return view
        view = view._ended(blocks, page)
        bottom = view.places(blocks, page)[-1]
        return view if view.top.block <= view.cursor <= bottom.block else view._revealing(blocks, page)

    def at(self, cursor: int, blocks: Blocks, page: int, *, line: int = 0) -> BlockView:
        """With the cursor on that block; if it is not whole in sight, the view jumps so that it is in the middle.

        A block higher than the view begins at its top, if that shows its line `line`, too.
        """
        view = self._replace(cursor=cursor).within(blocks, page)
        if page < 1 or not blocks.block_count():
            return view
        first, last = view._own(blocks)
        if not (view.top <= first and last <= view.places(blocks, page)[-1]):
            view = view._revealing(blocks, page)
        wanted = Place(view.cursor, min(line, last.line))
        if wanted > view.places(blocks, page)[-1]:
            view = view._replace(top=view._back(blocks, wanted, page // 2))._ended(blocks, page)
        return view

    def placed(self, cursor: int, y: int, blocks: Blocks, page: int) -> BlockView:
        """With the cursor on that block, which begins in line `y` of the view, as far as the blocks allow."""
        view = self._replace(cursor=max(0, min(cursor, blocks.block_count() - 1)))
        if not blocks.block_count():
            return view
        return view._replace(top=view._back(blocks, Place(view.cursor), y)).within(blocks, page)

    @classmethod
    def opened(cls, cursor: int, blocks: Blocks, page: int) -> BlockView:
        """With the cursor on that block: from the first line on if that shows it whole, else from its line on."""
        view = cls(cursor).within(blocks, page)
        if page < 1 or not blocks.block_count():
            return view
        first, last = view._own(blocks)
        from_start = view._replace(top=TOP)
        if last <= from_start.places(blocks, page)[-1]:
            return from_start
        return view._replace(top=first)._ended(blocks, page)

    def moved(self, move: Move, blocks: Blocks, page: int) -> BlockView:
        """After a key. Up and down go by blocks, and first through the lines of one that is not whole in sight."""
        count = blocks.block_count()
        view = self.within(blocks, page)
        if not count or page < 1:
            return view
        half = max(1, page // 2)
        match move:
            case Move.DOWN:
                return view._down(half, blocks, page)
            case Move.UP:
                return view._up(half, blocks, page)
            case Move.PAGE_DOWN:
                return view._paged(max(1, page - 1), blocks, page)
            case Move.PAGE_UP:
                return view._paged(-max(1, page - 1), blocks, page)
            case Move.HALF_PAGE_DOWN:
                return view._paged(half, blocks, page)
            case Move.HALF_PAGE_UP:
                return view._paged(-half, blocks, page)
            case Move.FIRST:
                return BlockView()
            case Move.LAST:
                return BlockView(count - 1)._at_end(blocks, page)
            case _:
                assert_never(move)

    def scrolled(self, lines: int, blocks: Blocks, page: int) -> BlockView:
        """With the view moved by lines; the cursor stays on its block as long as any of it is in sight."""
        if not blocks.block_count() or page < 1:
            return self
        view = self._shifted(lines, blocks)._ended(blocks, page)
        places = view.places(blocks, page)
        if places[0].block <= view.cursor <= places[-1].block:
            return view
        begun = [place.block for place in places if place.line == 0] or [places[0].block]
        cursor = begun[0] if view.cursor < places[0].block else begun[-1]
        return view._replace(cursor=cursor).within(blocks, page)

    def _down(self, half: int, blocks: Blocks, page: int) -> BlockView:
        """To the next block; first by at most half a page on to the end of this one."""
        bottom = self.places(blocks, page)[-1]
        hidden = self._height(blocks, self.cursor) - 1 - bottom.line
        if bottom.block == self.cursor and hidden:
            return self._shifted(min(half, hidden), blocks)
        return self.at(self.cursor + 1, blocks, page) if self.cursor + 1 < blocks.block_count() else self

    def _up(self, half: int, blocks: Blocks, page: int) -> BlockView:
        """To the block above; first by at most half a page back to the start of this one."""
        if self.top.block == self.cursor and self.top.line:
            return self._shifted(-min(half, self.top.line), blocks)
        return self.at(self.cursor - 1, blocks, page) if self.cursor else self

    def _paged(self, lines: int, blocks: Blocks, page: int) -> BlockView:
        """On by lines, the cursor at the same height of the screen; to the end of the blocks where the view is."""
        places = self.places(blocks, page)
        marked = Place(self.cursor, blocks.block_lead(self.cursor))
        height = next((y for y, place in enumerate(places) if place >= marked), 0)
        view = self._shifted(lines, blocks)._ended(blocks, page)
        if view.top == self.top:
            return self.moved(Move.LAST if lines > 0 else Move.FIRST, blocks, page)
        after = view.places(blocks, page)
        return view._replace(cursor=after[min(height, len(after) - 1)].block).within(blocks, page)

    def _revealing(self, blocks: Blocks, page: int) -> BlockView:
        """The cursor's block in the middle of the view, and whole where that is possible."""
        first, last = self._own(blocks)
        above = max(0, min(page // 2, page - 1 - last.line + first.line))
        return self._replace(top=self._back(blocks, first, above))._ended(blocks, page)

    def _at_end(self, blocks: Blocks, page: int) -> BlockView:
        last = blocks.block_count() - 1
        end = Place(last, self._height(blocks, last) - 1)
        return self._replace(top=self._back(blocks, end, page - 1))

    def _ended(self, blocks: Blocks, page: int) -> BlockView:
        """With a top that there is, and no room wasted below the last block."""
        top, last = self.top, blocks.block_count() - 1
        if top.block > last:
            return self._at_end(blocks, page)
        if top.line >= self._height(blocks, top.block):
            top = Place(top.block + 1) if top.block < last else Place(last)
        view = self._replace(top=top)
        return view if len(view.places(blocks, page)) == page else view._at_end(blocks, page)

    def _shifted(self, lines: int, blocks: Blocks) -> BlockView:
        if lines < 0:
            return self._replace(top=self._back(blocks, self.top, -lines))
        *_, top = islice(self._onward(blocks), lines + 1)
        return self._replace(top=top)

    def _own(self, blocks: Blocks) -> tuple[Place, Place]:
        """The marked line of the cursor's block and its last one."""
        height = self._height(blocks, self.cursor)
        return Place(self.cursor, blocks.block_lead(self.cursor)), Place(self.cursor, height - 1)

    def _height(self, blocks: Blocks, index: int) -> int:
        return blocks.block_height(index, highlighted=index == self.cursor)

    def _onward(self, blocks: Blocks) -> Iterator[Place]:
        """The lines from the top on."""
        first = self.top.line
        for block in range(self.top.block, blocks.block_count()):
            for line in range(first, self._height(blocks, block)):
                yield Place(block, line)
            first = 0

    def _back(self, blocks: Blocks, place: Place, lines: int) -> Place:
        """The line that is so many above, or the first of all."""
        block, line = place
        while lines > line and block > 0:
            lines -= line + 1
            block -= 1
            line = self._height(blocks, block) - 1
        return Place(block, max(0, line - lines))
