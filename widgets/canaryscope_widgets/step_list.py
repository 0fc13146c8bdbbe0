"""The steps of a run: one line a step, and below the highlighted one why it failed and where."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType

from canaryscope_widgets.block_lines import BlockLines
from canaryscope_widgets.block_view import TOP, BlockView, Place
from canaryscope_widgets.glyphs import CURSOR
from canaryscope_widgets.lines import Part, cut
from canaryscope_widgets.list_columns import Column, room_beside, sized
from canaryscope_widgets.movement import movement_bindings
from canaryscope_widgets.tone import Tone
from canaryscope_widgets.wrapping import wrap_text

__all__ = ["StepList", "StepRow"]

GAP = "  "
NAME_AT_LEAST = 12
NAME_BESIDE_COUNTS = 28
"""Cells that a name keeps beside the counts; where it has fewer, these stand below the highlighted step only."""
NUMBER_AT_MOST = 6
STATUS_AT_MOST = 12
DURATION_AT_MOST = 12
COUNTS_AT_MOST = 24
FOOTER_FROM = 3
"""Below this many lines none of them says what is out of sight."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, in display terms. All texts are data: clean, never markup; "" where there is nothing."""

    key: Hashable
    """Tells it from the other steps of this run and from those of other runs."""
    number: str
    name: str
    status: str
    tone: Tone = Tone.PLAIN
    """How `status` is meant. The first BAD step is the one that the list opens on."""
    duration: str = ""
    reason: str = ""
    """Why it failed, whole; may hold line ends, as no other text here."""
    url: str = ""
    requests: str = ""
    """How many, and how they ended: `12 requests, 1 failed`."""
    screenshots: str = ""


class StepList(BlockLines):
    """Facts about the run, then its steps, all scrolled as one. It opens with the failing step and its reason in sight.

    Without steps a notice stands in their place: that they are loading, or why there are none.
    """

    LOOKS = {
        "step-list--cursor": "bold reverse",
        "step-list--dim": "dim",
        "step-list--header-focused": "bold",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*movement_bindings("steps")]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[StepRow, ...] = ()
        self._facts: tuple[str, ...] = ()
        self._notice = ""
        self._moved = False
        self._columns: list[Column] = []
        self._lead: list[list[Part]] = []
        self._below: tuple[int, list[list[Part]]] = (-1, [])

    @property
    def highlighted(self) -> Hashable | None:
        """The key of the step with the cursor; None where there are no steps."""
        return self._rows[self.view.cursor].key if self._rows else None

    def show(self, rows: Sequence[StepRow], *, facts: Sequence[str] = (), notice: str = "") -> None:
        """Show these steps below some facts, which may hold line ends; the notice where there are no steps.

        A cursor that was moved stays on its step, if that is among them. Otherwise the list opens anew.
        """
        key = self.highlighted if self._moved else None
        kept = next((at for at, row in enumerate(rows) if row.key == key), None)
        self._rows, self._facts, self._notice = tuple(rows), tuple(facts), notice
        self._lay_out()
        self._moved = kept is not None
        self.blocks_changed(self._opened() if kept is None else BlockView(kept, self.view.top))

    def show_view(self, view: BlockView) -> None:
        """Show what the person went to."""
        self._moved = True
        super().show_view(view)

    # How it is drawn

    def resized(self) -> None:
        """Wrap for the new width; until the person moves, show what the list opens with."""
        self._lay_out()
        if not self._moved:
            self._view = self._opened()
        super().resized()

    def block_count(self) -> int:
        """The steps, or one block for the notice."""
        return len(self._rows) or 1

    def block_lead(self, index: int) -> int:
        """The facts, and the titles of the columns, stand above the first step."""
        return 0 if index else len(self._lead) + bool(self._rows)

    def block_height(self, index: int, *, highlighted: bool) -> int:
        """A step has a line, and what is below it while it is highlighted."""
        below = len(self._below_step(index)) if highlighted else 0
        return self.block_lead(index) + below + (1 if self._rows else 0)

    def block(self, index: int) -> Sequence[Sequence[Part]]:
        """A step, below the first of them the facts."""
        here = index == self.view.cursor
        lead = [] if index else [*self._lead, *([self._titles()] if self._rows else [])]
        below = self._below_step(index) if here else []
        return [*lead, *([self._step(index)] if self._rows else []), *below]

    @property
    def has_footer(self) -> bool:
        """Where not all is in sight the last line says on which side there is more."""
        return self.size.height >= FOOTER_FROM and self.overflows

    def footer(self) -> Sequence[Part]:
        """Where the rest is."""
        last = self.block_count() - 1
        end = Place(last, self.block_height(last, highlighted=last == self.view.cursor) - 1)
        sides = [side for side, there in (("above", self.places[0] > TOP), ("below", self.places[-1] < end)) if there]
        return [(" ", ""), (cut("more " + " and ".join(sides), self.size.width - 1), "step-list--dim")]

    def _opened(self) -> BlockView:
        """The view with the failing step in sight, or the first one."""
        cursor = next((at for at, row in enumerate(self._rows) if row.tone is Tone.BAD), 0)
        self._view = BlockView(cursor)  # whether there is a footer depends on it
        return BlockView.opened(cursor, self, self.page)

    def _lay_out(self) -> None:
        """What depends on the rows and the width only."""
        width = self.size.width
        if not width:
            return  # hidden, or not there yet: this is done before it is painted
        self._columns = _columns(self._rows, width)
        self._lead = [[(" ", ""), *line] for fact in self._facts for line in wrap_text(fact, width - 2)]
        self._below = (-1, [])

    def _titles(self) -> list[Part]:
        looks = "step-list--header-focused" if self.has_focus else "step-list--dim"
        return [(" ", ""), ("".join(column.text(column.title) for column in self._columns).rstrip(), looks)]

    def _step(self, index: int) -> list[Part]:
        row, here = self._rows[index], index == self.view.cursor
        parts: list[Part] = [(CURSOR if here else " ", "")]
        for column in self._columns:
            text = column.text(getattr(row, column.name))
            word = text.rstrip() if column.name == "status" else ""
            lit = " step-list--cursor" if here and self.has_focus else ""
            parts += [(word, row.tone.look + lit), (text[len(word) :], "")]
        return parts

    def _below_step(self, index: int) -> list[list[Part]]:
        """The lines below a highlighted step; the notice where there are no steps."""
        if self._below[0] != index:
            self._below = (index, self._details(self._rows[index]) if self._rows else self._notice_lines())
        return self._below[1]

    def _notice_lines(self) -> list[list[Part]]:
        return [[(" ", ""), *line] for line in wrap_text(self._notice, self.size.width - 2, "step-list--dim")]

    def _details(self, row: StepRow) -> list[list[Part]]:
        """Why it failed, the URL, and the counts that have no column."""
        shown = {column.name for column in self._columns}
        indent = 1 + (self._columns[0].width + len(GAP) if "number" in shown else 0)
        uncounted = [getattr(row, name) for name in ("requests", "screenshots") if name not in shown]
        counts = " · ".join(text for text in uncounted if text)
        texts = ((row.reason, ""), (row.url, "step-list--dim"), (counts, "step-list--dim"))
        return [
            [(CURSOR, ""), (" " * (indent - 1), ""), *line]
            for text, looks in texts
            if text
            for line in wrap_text(text, max(1, self.size.width - indent - 1), looks)
        ]


def _columns(rows: Sequence[StepRow], width: int) -> list[Column]:
    """From left to right; the counts have columns where the names keep enough room."""
    left = [*sized(rows, "number", "#", NUMBER_AT_MOST, right=True), *sized(rows, "status", "Status", STATUS_AT_MOST)]
    right = sized(rows, "duration", "Duration", DURATION_AT_MOST, right=True)
    name = Column("name", "Step", NAME_BESIDE_COUNTS)
    counts: list[Column] = []
    for more in (sized(rows, "requests", "", COUNTS_AT_MOST), sized(rows, "screenshots", "", COUNTS_AT_MOST)):
        if room_beside([*left, name, *counts, *more, *right], width) >= 0:
            counts += more
    others = [*left, *counts, *right]
    room = room_beside([*others, replace(name, width=0)], width)
    return [*left, replace(name, width=max(NAME_AT_LEAST, room)), *counts, *right]
