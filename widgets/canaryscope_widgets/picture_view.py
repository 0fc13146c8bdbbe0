"""One screenshot, or two to compare, with a line of words above each."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from typing import ClassVar, Final, TypeAlias

from textual.binding import Binding, BindingType
from textual.color import Color
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import var
from textual.style import Style

from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part, cells, cut, spread
from canaryscope_widgets.movement import Move
from canaryscope_widgets.picture_images import Image, Protocol, delete_from_kitty, give_to_kitty, place
from canaryscope_widgets.wrapping import shorten, wrap_text

__all__ = ["PictureTerminal", "PictureView", "Shown"]

Spans: TypeAlias = Sequence[tuple[int, int, int]]
"""The cells that a frame paints: line, first column, and the column behind the last."""

GAP: Final = 1
"""Columns between two pictures."""
MARGIN: Final = 1
"""Columns left of each."""
_NUMBERS: Final = cycle(range(201, 255))
"""Of images in kitty, which keeps them for the whole window: high ones, which few other programs use."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, or why there is none."""

    title: str
    """What it is of."""
    facts: str = ""
    """What stands at the right end of the title's line, if there is room: its size."""
    image: Image | None = None
    notice: str = ""
    """Instead of an image: that it is loading, or cannot be shown."""


class PictureTerminal(typing.Protocol):
    """What a view needs of the App for images that are no text."""

    def listen_to_paint(self, listener: PictureView) -> None:
        """Call `before_paint` and `after_paint` of the view with each frame."""

    def stop_listening(self, listener: PictureView) -> None:
        """Call them no more."""

    def write_to_terminal(self, sequence: str) -> None:
        """Write to the terminal at once."""


class PictureView(LinesWidget, can_focus=True):
    """Shows pictures beside each other. They have to fit: `room` says into how many cells."""

    LOOKS = {
        "picture--title": "dim",
        "picture--title-focused": "bold",
        "picture--facts": "dim",
        "picture--notice": "dim",
    }
    DEFAULT_CSS = "PictureView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, f"move('{move}')", description, id=f"picture.{move}", tooltip=tooltip, show=False)
        for move, keys, description, tooltip in (
            (Move.DOWN, "j,down", "Next", "Next screenshot"),
            (Move.UP, "k,up", "Previous", "Previous screenshot"),
            (Move.FIRST, "g,home", "First", "First screenshot"),
            (Move.LAST, "G,end", "Last", "Last screenshot"),
        )
    ]

    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    class Moved(Message):
        """The person asks for another screenshot."""

        def __init__(self, move: Move) -> None:
            self.move = move
            super().__init__()

    class RoomChanged(Message):
        """There is more or less room than before: the pictures are to be drawn anew."""

    def __init__(
        self, terminal: PictureTerminal | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        """`terminal` draws images that are no text."""
        super().__init__(id=id, classes=classes)
        self._terminal = terminal
        self._pictures: tuple[Shown, ...] = ()
        self._notice = ""
        self._numbers: dict[Image, int] = {}
        """Images that kitty is to know, by the number that it knows them by."""
        self._given: set[Image] = set()
        """Those of them that it knows."""

    def room(self, beside: int = 1) -> tuple[int, int]:
        """Columns and rows that a picture may have where `beside` of them stand beside each other."""
        width, height = self.size
        return max(0, self._width(beside) - MARGIN) if width else 0, max(0, height - 1)

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """What is shown."""
        return self._pictures

    def show(self, pictures: Sequence[Shown], notice: str = "") -> None:
        """Show pictures, from left to right, or with none of them the notice."""
        if (tuple(pictures), notice) == (self._pictures, self._notice):
            return
        over_cells = self._over_cells()
        self._pictures, self._notice = tuple(pictures), notice
        images = [shown.image for shown in self._pictures if shown.image is not None]
        self._forget(set(self._numbers) - set(images))
        for image in images:
            if image.protocol is Protocol.KITTY and image not in self._numbers:
                self._numbers[image] = next(_NUMBERS)
        if self._over_cells() != over_cells:
            self.refresh()  # painting its cells removes an image, and has it written
        else:
            self.redraw()

    def on_mount(self) -> None:
        """Hear of frames from here on."""
        if self._terminal is not None:
            self._terminal.listen_to_paint(self)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        if self._terminal is not None:
            self._terminal.stop_listening(self)
        self._forget(set(self._numbers))

    def on_resize(self) -> None:
        """Another size."""
        self.post_message(self.RoomChanged())

    def action_move(self, move: str) -> None:
        """Ask for another screenshot."""
        self.post_message(self.Moved(Move(move)))

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.redraw()

    def line(self, y: int) -> Sequence[Part]:
        """The titles, and below them the pictures."""
        if not self._pictures:
            return self._said(self._notice, self.size.width, y)
        parts: list[Part] = []
        width = self._width(len(self._pictures))
        for index, shown in enumerate(self._pictures):
            parts.append((" " * (index * (width + GAP) - cells(parts)), ""))
            parts += self._title(shown, width) if y == 0 else self._row(shown, width, y - 1)
        return parts

    # Images that are no text

    def before_paint(self, spans: Spans | None) -> None:
        """Give kitty what the placeholders in this frame stand for; anew, if the whole screen is painted."""
        if self._terminal is None or not self._numbers or self._in_sight() is None:
            return
        if spans is None:
            self._given.clear()
        for image, number in self._numbers.items():
            if image not in self._given:
                self._given.add(image)
                self._terminal.write_to_terminal(give_to_kitty(image, number))

    def after_paint(self, spans: Spans | None) -> None:
        """Write the images anew whose cells were painted."""
        images = self._over_cells()
        if self._terminal is None or not images or (region := self._in_sight()) is None:
            return
        for image, offset in images:
            x, y = region.offset + offset
            area = Region(x, y, image.columns, image.rows)
            painted = spans is None or any(
                area.y <= line < area.bottom and first < region.right and last > region.x for line, first, last in spans
            )
            if painted and self._is_free(area, region):
                self._terminal.write_to_terminal(place(image, x, y))

    def _in_sight(self) -> Region | None:
        """Where the view is on the screen; None where it is not, or not whole."""
        if not self.is_attached or not self.screen.is_active or self.content_region.area == 0:
            return None
        return self.content_region if self.screen.size.region.contains_region(self.content_region) else None

    def _is_free(self, area: Region, region: Region) -> bool:
        """Whether it is the view's, no other widget lies over its corners and its middle, and no terminal scrolls."""
        if not region.contains_region(area) or area.bottom >= self.screen.size.height:
            return False
        middle = Offset(area.x + area.width // 2, area.y + area.height // 2)
        corners = (area.offset, area.bottom_right - (1, 1), area.top_right - (1, 0), area.bottom_left - (0, 1))
        return all(self.screen.get_widget_at(*place)[0] is self for place in (middle, *corners))

    def _over_cells(self) -> list[tuple[Image, Offset]]:
        """The images that are written over cells, with their places in the view."""
        width = self._width(len(self._pictures))
        return [
            (shown.image, Offset(index * (width + GAP) + MARGIN, 1))
            for index, shown in enumerate(self._pictures)
            if shown.image is not None and shown.image.protocol in (Protocol.ITERM2, Protocol.SIXEL)
        ]

    def _forget(self, images: set[Image]) -> None:
        for image in images:
            number = self._numbers.pop(image)
            if image in self._given and self._terminal is not None:
                self._given.discard(image)
                self._terminal.write_to_terminal(delete_from_kitty(number))

    # Text

    def _width(self, beside: int) -> int:
        """Columns of each picture, its margin with it."""
        return max(0, self.size.width - GAP * (max(1, beside) - 1)) // max(1, beside)

    def _title(self, shown: Shown, width: int) -> list[Part]:
        looks = "picture--title-focused" if self.has_focus else "picture--title"
        facts: list[Part] = [(shown.facts, "picture--facts")] if shown.facts else []
        title = cut(f" {shown.title}", width)
        if cells([(title, ""), *facts]) + 2 > width:
            facts = []
        parts = spread([(title, looks)], facts, width) if facts else [(title, looks)]
        return as_ascii(parts) if self.ascii else list(parts)

    def _row(self, shown: Shown, width: int, y: int) -> list[Part]:
        image = shown.image
        if image is None:
            return list(self._said(shown.notice, width, y))
        if y >= min(image.rows, len(image.lines)):
            return []
        number = self._numbers.get(image) if image.protocol is Protocol.KITTY else None
        return [(" " * MARGIN, ""), *((text, _look(number or front, back)) for text, front, back in image.lines[y])]

    def _said(self, text: str, width: int, y: int) -> Sequence[Part]:
        lines = shorten(wrap_text(text, max(1, width - 2), "picture--notice"), self.size.height, width) if text else []
        parts: list[Part] = [(" ", ""), *lines[y]] if y < len(lines) else []
        return as_ascii(parts) if self.ascii else parts


@lru_cache(1024)
def _look(front: int | None, back: int | None) -> Style:
    return Style(foreground=_color(front), background=_color(back))


def _color(number: int | None) -> Color:
    return Color(0, 0, 0, ansi=-1 if number is None else number)
