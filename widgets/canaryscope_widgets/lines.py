"""A widget made of lines, which repaints only the cells that changed.

Textual repaints a widget whole unless it is told which region changed, and styles every cell with the default
colours although the terminal has them already. On a slow line both cost more than the content. `LinesWidget` knows
what it last drew: after a change, `redraw()` draws the lines anew, compares, and has only the differing cells painted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar, Self, TypeAlias

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

from canaryscope_widgets.still import Still
from canaryscope_widgets.tone import TONES

__all__ = ["ELLIPSIS", "LinesWidget", "Part", "cells", "cut", "fit", "spread"]

ELLIPSIS = "…"

Part: TypeAlias = tuple[str, str | VisualStyle]
"""Text of a line (data, never markup; no control characters, no line ends) and how it looks: names among the widget's
LOOKS, separated by blanks, "" for the widget's own style; or a style (`Content.render(end="")` gives such)."""


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; a text that is longer ends with an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + ELLIPSIS if width > 0 else ""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: cut or padded, on the left where it is to be aligned `right`."""
    text = cut(text, width)
    padding = " " * (width - cell_len(text))
    return padding + text if right else text + padding


def cells(parts: Sequence[Part]) -> int:
    """How many cells the parts take."""
    return sum(cell_len(text) for text, _ in parts)


def spread(left: Sequence[Part], right: Sequence[Part], width: int) -> list[Part]:
    """A line of exactly `width` cells, if both fit, with blanks between what stands left and what stands right."""
    return [*left, (" " * (width - cells(left) - cells(right)), ""), *right]


class LinesWidget(Still, Widget):
    """A widget that draws line by line and repaints only the cells that changed.

    A subclass says in `line(y)` what line y of its content shows, has the looks that it uses among its LOOKS, and calls
    `redraw()` (or `redraw(3, 4)`, where it knows the lines) whenever that may have changed. `refresh()`
    still repaints everything. A widget that can have focus is redrawn, not repainted, when it gains or loses it: its
    `line` may depend on `has_focus`.
    """

    ALLOW_SELECT = False

    LOOKS: ClassVar[Mapping[str, str]] = TONES
    """Names to styles as `textual.style.Style.parse` has them; those of the bases count, too.

    They would be component classes, but for each of those, in each widget, Textual goes through the whole stylesheet
    again and again: that takes a tenth of the start.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.LOOKS = {name: look for base in reversed(cls.__mro__) for name, look in vars(base).get("LOOKS", {}).items()}

    def __init__(self, *, id: str | None = None, classes: str | None = None, disabled: bool = False) -> None:
        self._drawn: dict[int, Strip] = {}
        self._drawn_size = Size(0, 0)
        self._styles: dict[str, Style] = {}
        """By names among LOOKS; to work out one takes longer than to draw a line with it."""
        super().__init__(id=id, classes=classes, disabled=disabled)

    def line(self, y: int) -> Sequence[Part]:
        """What line y (0 is the first below padding and border) shows. It is cut or padded to the widget's width."""
        raise NotImplementedError

    def resized(self) -> None:
        """The widget has another size than when it was last painted; called before its lines are drawn."""

    def redraw(self, *lines: int) -> None:
        """Draw the given lines anew, or all, and have what differs from the screen painted with the next frame.

        Lines are counted from 0, those that are not in sight are passed over.
        """
        if not self.is_mounted or self.size != self._drawn_size:
            self.refresh()  # not painted yet, or hidden: it may come back in the size that it had
            return
        regions: list[Region] = []
        for y in lines or range(self.size.height):
            if not 0 <= y < self.size.height:
                continue
            old, new = self._drawn.get(y), self._draw(y)
            first, last = (0, self.size.width) if old is None else changed_cells(old, new)
            if first < last:
                self._drawn[y] = new
                regions.append(Region(first, y, last - first, 1))
        if regions:
            self.refresh(*regions)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint; without regions all lines are drawn anew."""
        if repaint and not regions:
            self._drawn.clear()
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def render_line(self, y: int) -> Strip:
        """Line y of the content as Textual paints it."""
        if self.size != self._drawn_size:
            self._drawn.clear()
            self._drawn_size = self.size
            self.resized()
        if (strip := self._drawn.get(y)) is None:
            strip = self._drawn[y] = self._draw(y)
        return strip

    def notify_style_update(self) -> None:
        """The CSS, or the theme, has other styles now."""
        self._styles.clear()
        super().notify_style_update()

    def lay_out_again(self) -> None:
        """What `resized` works out no longer holds: have it called before the next paint, be the size the same.

        Textual keeps the lines of a hidden widget, and would show them again.
        """
        self._drawn_size = Size(0, 0)
        self.refresh()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus at once, and without the repaint of everything that Widget does at this."""
        if self.is_mounted:
            self.screen.set_focus(self, scroll_visible)
            return self
        return super().focus(scroll_visible)

    def on_focus(self, event: events.Focus) -> None:
        """Do what Widget does at focus, but for its repaint of everything."""
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))
        self.redraw()

    def on_blur(self, event: events.Blur) -> None:
        """Do what Widget does at blur, but for its repaint of everything."""
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
        self.redraw()

    def _draw(self, y: int) -> Strip:
        width = self.size.width
        segments = [Segment(text, self._style(looks)) for text, looks in self.line(y) if text]
        missing = width - sum(cell_len(segment.text) for segment in segments)
        if missing > 0:
            segments.append(Segment(" " * missing, self._style("")))
        return Strip(_merge(segments)).crop(0, width)

    def _style(self, looks: str | VisualStyle) -> Style:
        if isinstance(looks, VisualStyle):
            return _lean(self._style("") + looks.rich_style)
        if (style := self._styles.get(looks)) is None:
            style = self._style("") if looks else self.rich_style
            variables = self.app.theme_variables
            for name in looks.split():
                style += VisualStyle.parse(self.LOOKS[name], variables).rich_style
            style = self._styles[looks] = _lean(style)
        return style


def _lean(style: Style) -> Style:
    """The style without the colours which the terminal uses anyway, so that plain text needs no escape sequence."""
    color = None if style.color is None or style.color.is_default else style.color
    background = None if style.bgcolor is None or style.bgcolor.is_default else style.bgcolor
    return (
        style
        if (color, background) == (style.color, style.bgcolor)
        else style.without_color + Style.from_color(color, background)
    )


def _merge(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Segments with the same style as one; a style that does nothing becomes none."""
    texts: list[str] = []
    current: Style | None = None
    for text, style, _ in segments:
        style = style or None
        if style != current and texts:
            yield Segment("".join(texts), current)
            texts.clear()
        current = style
        texts.append(text)
    if texts:
        yield Segment("".join(texts), current)


def changed_cells(old: Strip, new: Strip) -> tuple[int, int]:
    """The half-open range of cells that differ; (0, 0) when none does.

    A line that changed at or behind a wide or zero-width character counts as changed whole: terminals disagree on the
    width of such characters, and what stands to their right may not be where it should be.
    """
    before, after = _cell_list(old), _cell_list(new)
    differ = [x for x, (left, right) in enumerate(zip_longest(before, after)) if left != right]
    if not differ:
        return 0, 0
    if differ[-1] < min(_plain_length(before), _plain_length(after)):
        return differ[0], differ[-1] + 1
    return 0, max(old.cell_length, new.cell_length)


def _cell_list(strip: Strip) -> list[tuple[str, Style | None]]:
    """The characters with their styles; a blank has none where the style would not show on it."""
    found: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        shows = style is not None and (style.bgcolor or style.reverse or style.underline or style.strike)
        found.extend((character, style if shows or character != " " else None) for character in text)
    return found


def _plain_length(characters: list[tuple[str, Style | None]]) -> int:
    """How many characters there are before the first that is not one cell wide."""
    return next((x for x, (text, _) in enumerate(characters) if get_character_cell_size(text) != 1), len(characters))
