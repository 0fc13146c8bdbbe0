"""A small app to put widgets on, as the program would: ANSI colours, no settings of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, TypeVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from canaryscope_widgets.keys_in_order import KeysInOrder

__all__ = ["Painted", "Stage", "bindings_of", "burst", "lines_of", "settle", "styles_at", "wheel"]

M = TypeVar("M", bound=Message)


class QuietScreen(Screen[None]):
    """As the program's screens: a change of focus does not repaint it."""

    focused = Reactive[Widget | None](None, repaint=False)


class Stage(KeysInOrder[None]):
    """Shows widgets from top to bottom and keeps the messages of theirs that nobody stopped."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self._widgets = widgets
        self._heard: list[Message] = []

    def get_default_screen(self) -> Screen[None]:
        """The screen that the widgets are on."""
        return QuietScreen()

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield from self._widgets

    @on(Message)
    def _hear(self, message: Message) -> None:
        if type(message).__module__.startswith("canaryscope_widgets."):
            self._heard.append(message)

    def heard(self, kind: type[M]) -> list[M]:
        """The messages of a kind since the last time this was asked, and the others with them."""
        heard = [message for message in self._heard if isinstance(message, kind)]
        self._heard = [message for message in self._heard if not isinstance(message, kind)]
        return heard


def lines_of(widget: Widget) -> list[str]:
    """What a widget's content shows, line by line, without the blanks at the right."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def styles_at(widget: Widget, y: int) -> list[tuple[str, str]]:
    """The pieces of a content line and their styles, as rich writes these."""
    return [(text, str(style or "")) for text, style, _ in widget.render_line(y)]


async def burst(pilot: Pilot[None], keys: Iterable[str]) -> None:
    """Press keys without a wait between them, as a fast typist or a slow line does; `Pilot.press` waits after each."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await settle(pilot.app)


async def settle(app: App[Any]) -> None:
    """Wait until every message that is under way has been heard, and what came of it is painted.

    `Pilot.pause` asks every widget, waits until the process is idle, and knows nothing of keys that are held back.
    """
    await _until_idle(app)
    app.screen._on_timer_update()
    await _until_idle(app)


async def _until_idle(app: App[Any]) -> None:
    """Wait until nothing is left that could run now, and no key waits for the one before it."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        waits = isinstance(app, KeysInOrder) and app._held and not app._waiting and app.is_running
        if not (loop._ready or waits):  # type: ignore[attr-defined]
            return


def wheel(widget: Widget, turn: type[events.MouseScrollDown] | type[events.MouseScrollUp]) -> None:
    """Turn the mouse wheel over a widget by a notch."""
    widget.post_message(turn(widget, 1, 1, 0, 0, 0, shift=False, meta=False, ctrl=False))


class Painted:
    """Records which regions of a widget are repainted; `()` stands for all of it."""

    def __init__(self, widget: Widget) -> None:
        self.regions: list[Region] = []
        self.whole = 0
        refresh = widget.refresh

        def recording(*regions: Region, **options: bool) -> Widget:
            self.regions += regions
            self.whole += not regions
            return refresh(*regions, **options)

        widget.refresh = recording  # type: ignore[method-assign]

    @property
    def lines(self) -> list[int]:
        """The lines that were repainted."""
        return sorted({region.y for region in self.regions})


def bindings_of(kind: type[Widget]) -> list[Binding]:
    """All keys that a widget binds itself."""
    return [binding for binding in kind.BINDINGS if isinstance(binding, Binding)]
