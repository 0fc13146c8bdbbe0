"""The canary picker: all canaries of an account and region, and a way to type a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import var

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.lines import Part, cells, cut, spread
from canaryscope_widgets.movement import Move, movement_bindings
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.one_line import OneLine
from canaryscope_widgets.picker_items import MAX_NAME, CanaryItem, CanaryItems, Match, name_problem
from canaryscope_widgets.picker_list import Offer, PickerList
from canaryscope_widgets.still import Still
from canaryscope_widgets.tone import Tone

__all__ = ["CanaryItem", "CanaryPicker"]

TITLE = "Canaries"


class _Line(Still, Horizontal):
    """What stands beside each other."""


class CanaryPicker(Still, Vertical):
    """A head line, in which the filter opens, a notice where something went wrong, and the canaries.

    The owner adds items as they come and says in `status` how far it is; the chosen line stays where it is. A name
    that is in no list can be typed into the filter line, because GetCanaryRuns may be allowed where the describe calls
    are not.
    """

    DEFAULT_CSS = """
    CanaryPicker { height: 1fr; }
    CanaryPicker > Horizontal { height: 1; }
    CanaryPicker InputLine { width: 3fr; }
    CanaryPicker _Head { width: 2fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *movement_bindings("picker"),
        Binding("enter", "open", "Open", id="picker.open", tooltip="Show this canary's runs", show=False),
        Binding("slash", "filter", "Filter", id="picker.filter", tooltip="Find a canary by its name", show=False),
        Binding("escape", "cancel", "Back", id="picker.cancel", tooltip="Clear the filter, or go back", show=False),
    ]

    class Opened(FieldedMessage):
        """A canary was chosen, or its name typed: its runs are wanted."""

        name: str

    class Highlighted(FieldedMessage):
        """Another canary is highlighted now."""

        name: str

    class Cancelled(Message):
        """Escape was pressed, and there was no filter to leave."""

    status: var[str] = var("", init=False)
    """What the head line says beside the count, such as `loading…`; as data."""
    ascii: var[bool] = var(False, init=False)
    """Whether drawing characters are replaced by ASCII ones (the linux console, no UTF-8)."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._items = CanaryItems()
        self._head = _Head()
        self._notice = Notice(max_lines=8)
        self._filter = InputLine("/", max_length=MAX_NAME)
        self._filter.display = False
        self._list = PickerList()
        self._query = ""
        self._before_filter: tuple[str | None, bool] = (None, False)

    def compose(self) -> ComposeResult:
        """From top to bottom. The filter shares the head's line, so that nothing moves when it opens."""
        with _Line():
            yield self._filter
            yield self._head
        yield self._notice
        yield self._list

    @property
    def highlighted(self) -> str | None:
        """The name on the line with the cursor; None while there is none."""
        return self._list.highlighted

    def watch_status(self, status: str) -> None:
        """Repaint the head line."""
        self._head.status = status

    def watch_ascii(self, ascii: bool) -> None:
        """Pass it on."""
        self._head.ascii = self._notice.ascii = self._filter.ascii = self._list.ascii = ascii

    def set_items(self, items: Iterable[CanaryItem]) -> None:
        """Show these canaries and no others."""
        self._items.replace(items)
        self._show()

    def merge_items(self, items: Iterable[CanaryItem]) -> None:
        """Show these canaries too; one that is there already is shown as the new item says."""
        self._items.merge(items)
        self._show()

    def say(self, sentence: str, hint: str = "", tone: Tone = Tone.BAD) -> None:
        """Show below the head what went wrong and what to do, or nothing. Then the list counts as incomplete."""
        self._notice.say(sentence, hint, tone)
        self._show()

    def choose(self, name: str) -> None:
        """Put the cursor on a canary, if it is there, as if the person had moved it."""
        if name in self._items:
            self._list.cursor_moved = True
            self._list.choose(name)

    def focus(self, scroll_visible: bool = True) -> CanaryPicker:
        """Give the keys to the list, or to the filter line where it is open."""
        if self._filter.display:
            self._filter.focus(scroll_visible)
        else:
            self._list.focus(scroll_visible)
        return self

    def close_filter(self) -> None:
        """Show all canaries again, without the filter line."""
        if self._filter.display:
            had_focus = self._filter.has_focus_within
            self._clear_filter()
            if had_focus:
                self._list.focus()
            self._filter.display = False
            self._head.title = TITLE

    def action_move(self, move: str) -> None:
        """Move the cursor."""
        self._list.move(Move(move))

    def action_open(self) -> None:
        """Open the highlighted canary."""
        if (name := self.highlighted) is not None:
            self.close_filter()
            self.choose(name)
            self.post_message(self.Opened(name))

    async def action_filter(self) -> None:
        """Open the filter line, or go back to it."""
        if not self._filter.display:
            self._before_filter = (self.highlighted, self._list.cursor_moved)
            self._head.title = ""
        await self._filter.open(self._filter.value)

    def action_cancel(self) -> None:
        """Clear the filter, then close its line, then tell the owner."""
        if self._query:
            self._clear_filter()
        elif self._filter.display:
            self.close_filter()
        else:
            self.post_message(self.Cancelled())

    def on_input_line_changed(self, event: InputLine.Changed) -> None:
        """Filter while the person types."""
        event.stop()
        self._apply(event.value)

    def on_input_line_submitted(self, event: InputLine.Submitted) -> None:
        """Open what the filter has brought to the cursor."""
        event.stop()
        self._apply(event.value)
        self.action_open()

    def on_input_line_cancelled(self, event: InputLine.Cancelled) -> None:
        """Leave the filter, a step at a time."""
        event.stop()
        self.action_cancel()

    def on_picker_list_cursor_moved(self, event: PickerList.CursorMoved) -> None:
        """Tell the owner which canary is highlighted."""
        event.stop()
        if event.name is not None and event.name in self._items:
            self.post_message(self.Highlighted(event.name))

    def on_picker_list_clicked(self, event: PickerList.Clicked) -> None:
        """A click opens."""
        event.stop()
        self.action_open()

    def on_descendant_focus(self) -> None:
        """The cursor looks different while keys move it."""
        self._list.active = True

    def on_descendant_blur(self) -> None:
        """The cursor looks different while keys move it."""
        self._list.active = self.has_focus_within

    def _clear_filter(self) -> None:
        self._filter.value = ""
        self._apply("")

    def _apply(self, query: str) -> None:
        """Filter by a query: the cursor goes to the best match.

        Without a query it goes back to where it was before, unless the person has moved it in the meantime.
        """
        if query == self._query:
            return
        self._query = query
        if query:
            self._list.cursor_moved = False
            self._show()
        elif self._list.cursor_moved:
            self._show()
        else:
            name, self._list.cursor_moved = self._before_filter
            self._show()
            self._list.choose(name)

    def _show(self) -> None:
        matches = self._items.matches(self._query)
        name = self._query.lower()
        rows: list[Match | Offer] = [*matches]
        remark = ""
        if self._query and name not in self._items and (not matches or self._notice.sentence):
            problem = name_problem(name)
            if problem is None:
                rows.append(Offer(name))
            if not matches:
                nothing = f"None of {len(self._items):,} canaries matches" if len(self._items) else ""
                remark = "; ".join(filter(None, (nothing, problem)))
        self._list.show(rows, remark)
        self._head.count(len(matches), len(self._items))


class _Head(OneLine):
    """`Canaries  40   loading…`; beside an open filter, without the title and at the right, `3 of 40  loading…`."""

    LOOKS = {"picker-head--title": "bold", "picker-head--status": "dim"}
    DEFAULT_CSS = "_Head { padding: 0 1; }"

    title: var[str] = var(TITLE, init=False)
    status: var[str] = var("", init=False)

    def __init__(self) -> None:
        super().__init__()
        self._count = "0"

    def count(self, shown: int, known: int) -> None:
        """Show how many canaries are known, and how many of them the filter lets through."""
        self._count = f"{known:,}" if shown == known else f"{shown:,} of {known:,}"
        self.redraw()

    def parts(self) -> Sequence[Part]:
        """The title and the count, the status at the right."""
        width = self.size.width
        count: Part = (cut(self._count, width), "")
        title: list[Part] = [(self.title + "  ", "picker-head--title")] if self.title else []
        room = max(0, width - cells([*title, count]) - 2)
        status: list[Part] = [("  " + cut(self.status, room), "picker-head--status")] if self.status and room else []
        return spread([*title, count], status, width) if title else spread((), [count, *status], width)

    watch_title = OneLine.changed
    watch_status = OneLine.changed
