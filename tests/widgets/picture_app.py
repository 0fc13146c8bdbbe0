"""A program that shows a picture, for tests of what it writes to its terminal.

It asks the terminal what it can do and draws as it says. `n` shows the next picture, `t` hides the view behind a line
of words and brings it back, `m` opens a screen over it, `w` changes the line above it.
"""

from __future__ import annotations

from io import BytesIO
from typing import ClassVar

from PIL import Image, ImageDraw
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from canaryscope.pictures.drawing import render_picture
from canaryscope.render.pictures import shown
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.picture_view import PictureView
from stage import QuietScreen

__all__ = ["PictureApp", "screenshot"]


def screenshot(color: str = "navy", size: tuple[int, int] = (640, 360)) -> bytes:
    """A PNG as a canary leaves it: a page with a header, a form and a button in a colour."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width, height // 6), fill=color)
    draw.rectangle((width // 8, height // 3, width * 7 // 8, height // 2), outline="gray", width=4)
    draw.rectangle((width // 8, height * 2 // 3, width // 3, height * 5 // 6), fill="red")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class Over(ModalScreen[None]):
    """Something over the view."""

    DEFAULT_CSS = "Over { align: center middle; & > Static { width: 30; height: 5; } }"
    BINDINGS: ClassVar[list[BindingType]] = [("m", "dismiss", "Back")]

    def compose(self) -> ComposeResult:
        yield Static("a window over it")


class PictureApp(TerminalApp[None]):
    """See above."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit", "Quit"),
        ("n", "next", "Next"),
        ("t", "hide", "Hide"),
        ("m", "over", "Over"),
        ("w", "words", "Words"),
        ("ctrl+z", "suspend_process", "Suspend"),
    ]
    COLORS = ("navy", "darkgreen", "maroon")

    def __init__(self) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.view = PictureView(self)
        self.number = 0

    def get_default_screen(self) -> Screen[None]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield Static("above", id="above")
        yield Vertical(self.view)
        yield Static("below", id="below")

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh())

    async def on_picture_view_room_changed(self) -> None:
        await self.draw()

    async def action_next(self) -> None:
        self.number += 1
        await self.draw()

    def action_hide(self) -> None:
        self.view.display = not self.view.display

    def action_over(self) -> None:
        self.push_screen(Over())

    def action_words(self) -> None:
        for id in ("#above", "#below"):
            self.query_one(id, Static).update(Content("other words"), layout=False)

    def on_key(self, event: events.Key) -> None:
        self.query_one("#above", Static).update(Content(f"key {event.key}"), layout=False)

    async def draw(self) -> None:
        ability = await self.graphics(ascii=False)
        picture = render_picture(screenshot(self.COLORS[self.number % 3]), "x.png", ability.request(*self.view.room()))
        self.view.show([shown(picture, f"{ability.graphics} {self.number}", "12 kB")])
        self.query_one("#below", Static).update(
            Content(f"{ability.graphics} {ability.colors} {ability.cell}"), layout=False
        )


if __name__ == "__main__":
    PictureApp().run()
