"""One request, full screen: when it went where, its headers and bodies, masked until the person asks for more."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from canaryscope.evidence.requests import Request
from canaryscope.render.request_text import request_lines, request_markdown, request_title
from canaryscope.screens.quiet import QuietScreen
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.tone import Tone

__all__ = ["RequestScreen"]


class RequestScreen(QuietScreen):
    """Opens with the request as the list has it, without headers and bodies; `show` brings the whole one.

    Every request is shown masked first, also one after another that the person has unmasked.
    """

    CSS_PATH = "request_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "dismiss", "Back", id="request.back", tooltip="Back to the requests", show=False),
        Binding(
            "v", "reveal", "Reveal", id="request.reveal", tooltip="Show what is masked, or mask it again", show=False
        ),
        Binding("y", "copy", "Copy", id="request.copy", tooltip="Copy the request, masked", show=False),
    ]

    class CopyWanted(FieldedMessage):
        """A text is to be copied; `name` is what it is called in a sentence."""

        name: str
        text: str

    def __init__(self, request: Request, *, ascii: bool = False) -> None:
        super().__init__()
        self._request = request
        self._whole = False
        self._masked = True
        self._title = Notice(max_lines=2, id="title")
        self._notice = Notice(max_lines=6, id="notice")
        self._panel = TextPanel()
        self._hints = HintBar()
        for widget in (self._title, self._notice, self._panel, self._hints):
            widget.ascii = ascii
        self._show()

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._notice
        yield self._panel
        yield self._hints

    def on_mount(self) -> None:
        """The keys scroll."""
        self._panel.focus()

    @property
    def masked(self) -> bool:
        """Whether credentials are hidden."""
        return self._masked

    def show(self, request: Request) -> None:
        """The whole request, with headers and bodies; masked."""
        self._request, self._whole, self._masked = request, True, True
        self._notice.say("")
        self._show()

    def tell(self, sentence: str, hint: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Above the request: how far the reading is, or why there is no more of it."""
        self._notice.say(sentence, hint, tone)

    def say(self, remark: str) -> None:
        """Show a short remark in place of the hints."""
        self._hints.remark = remark

    async def action_dismiss(self, result: None = None) -> None:
        """Back to the requests."""
        self.dismiss(result)

    def action_reveal(self) -> None:
        """The deliberate key: show credentials, or mask them again."""
        if not self._whole:
            self.say("Headers and body are not read yet")
            return
        self._masked = not self._masked
        self._show()

    def action_copy(self) -> None:
        """Copy all of it, masked in any case: it is for a ticket."""
        self.post_message(self.CopyWanted("request (masked)", request_markdown(self._request)))

    def _show(self) -> None:
        self._title.say(request_title(self._request), tone=Tone.PLAIN)
        self._panel.set_lines(request_lines(self._request, masked=self._masked, whole=self._whole), keep_place=True)
        reveal = [Hint("v", "show credentials" if self._masked else "mask")] if self._whole else []
        copy = Hint("y", "copy masked")
        self._hints.hints = [Hint("esc", "back"), Hint("j k", "scroll"), *reveal, copy, Hint("q", "quit")]
        self._hints.remark = ""
