"""The line that says which views of a run there are, and which of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.lines import ELLIPSIS, Part, cells, cut
from canaryscope_widgets.one_line import OneLine

__all__ = ["Tab", "TabBar"]

SEPARATOR = "·"
"""The active tab's brackets stand where the others have blanks, so that nothing moves when another is chosen."""


class Tab(NamedTuple):
    """A tab. All texts are data: clean, one line, never markup."""

    name: str
    """What the owner calls it; different from tab to tab."""
    title: str
    note: str = ""
    """How much there is in it: `7`, `1.2 MB`. It is left out where room is short."""


class TabBar(OneLine):
    """` Status ·[Steps 7]· Log 1.2 MB · Requests · Raw `, the active one in brackets and bold.

    Where room is short the notes are left out, those of the active tab last; then the tabs farthest from the active
    one, with an ellipsis in their place.
    """

    LOOKS = {
        "tab-bar--active": "bold",
        "tab-bar--dim": "dim",
    }

    class Chosen(FieldedMessage):
        """A tab was clicked; on an ellipsis, the nearest of those that it stands for."""

        name: str

    tabs: var[tuple[Tab, ...]] = var((), init=False)
    active: var[str] = var("", init=False)
    """The name of the tab that is shown; of one that is not among `tabs`, none is marked."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        return [part for _, part in self._pieces()]

    def on_click(self, event: events.Click) -> None:
        """Tell which tab was clicked."""
        offset = event.get_content_offset(self)
        end = 0
        for name, (text, _) in self._pieces():
            end += cell_len(text)
            if offset is not None and offset.x < end:
                if name:
                    self.post_message(self.Chosen(name))
                return

    watch_tabs = watch_active = OneLine.changed

    def _pieces(self) -> list[tuple[str, Part]]:
        """What the line is made of, and the name of the tab that a click there is for; "" for none."""
        tabs, width = self.tabs, self.size.width
        if not tabs:
            return []
        at = next((index for index, tab in enumerate(tabs) if tab.name == self.active), 0)
        every, own, none = [tab.note for tab in tabs], [""] * len(tabs), [""] * len(tabs)
        own[at] = tabs[at].note
        for notes in (every, own, none):
            pieces = self._line(notes, 0, len(tabs))
            if _cells(pieces) <= width:
                return pieces
        return self._shortened(none, at, width)

    def _shortened(self, notes: Sequence[str], at: int, width: int) -> list[tuple[str, Part]]:
        """The active tab, and of its neighbours, by turns right and left, as many as fit."""
        count, first, last = len(self.tabs), at, at + 1
        for distance in range(1, count):
            right, left = min(count, at + 1 + distance), max(0, at - distance)
            if _cells(self._line(notes, first, right)) <= width:
                last = right
            if _cells(self._line(notes, left, last)) <= width:
                first = left
        pieces = self._line(notes, first, last)
        if _cells(pieces) <= width:
            return pieces
        tab = self.tabs[at]
        return [(tab.name, (cut(self._text(tab, ""), width), self._looks(tab)))]

    def _line(self, notes: Sequence[str], first: int, last: int) -> list[tuple[str, Part]]:
        """Tabs `first` up to, not including, `last`."""
        tabs = self.tabs
        pieces: list[tuple[str, Part]] = [(tabs[first - 1].name, (ELLIPSIS, "tab-bar--dim"))] if first else []
        for index in range(first, last):
            if index > first:
                pieces.append(("", (SEPARATOR, "tab-bar--dim")))
            tab = tabs[index]
            pieces.append((tab.name, (self._text(tab, notes[index]), self._looks(tab))))
        if last < len(tabs):
            pieces.append((tabs[last].name, (ELLIPSIS, "tab-bar--dim")))
        return pieces

    def _text(self, tab: Tab, note: str) -> str:
        text = f"{tab.title} {note}" if note else tab.title
        return f"[{text}]" if tab.name == self.active else f" {text} "

    def _looks(self, tab: Tab) -> str:
        return "tab-bar--active" if tab.name == self.active else ""


def _cells(pieces: Sequence[tuple[str, Part]]) -> int:
    return cells([part for _, part in pieces])
