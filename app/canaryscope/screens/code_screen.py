"""The dialog for an MFA code: for which role and device, six digits, and why a code was not taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar, Final

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState, WorkType

from canaryscope.aws.options import MfaCode
from canaryscope.runs.errors import CodeRefused, MfaNeeded, SourceError
from canaryscope.screens.quiet import QuietScreen
from canaryscope.source import Connection
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.tone import Tone

__all__ = ["CodeScreen", "ask_code"]

_LOG = logging.getLogger(__name__)

DIGITS: Final = 6
"""Of every code that STS takes (TokenCode of AssumeRole)."""
LONGEST: Final = 32
"""Characters: what is pasted may have blanks."""

TryCode = Callable[[MfaCode], Awaitable[Connection]]


async def ask_code(app: App[Any], needed: MfaNeeded, connect: TryCode, *, ascii: bool = False) -> Connection | None:
    """Ask for codes until `connect` takes one. None where the person gives up; raises what is not about the code."""
    screen = CodeScreen(needed, connect, ascii=ascii)
    app.push_screen(screen)
    try:
        return await screen.outcome
    finally:
        if app.return_code is None:
            screen.close()  # the call that waited may have been given up


class CodeScreen(QuietScreen):
    """Takes digits only. `outcome` is the connection, None after Esc, or the error that no other code would mend."""

    CSS_PATH = "code_screen.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-flat"), (14, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Give up", id="code.give_up", tooltip="Give no code", show=False)
    ]

    def __init__(self, needed: MfaNeeded, connect: TryCode, *, ascii: bool = False) -> None:
        super().__init__()
        self.outcome: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._connect = connect
        self._trying: Worker[None] | None = None
        self._title = Notice(max_lines=1, id="title")
        self._title.say("MFA code", tone=Tone.PLAIN)
        self._asked = Notice(max_lines=6, id="asked")
        self._asked.say(_asked(needed), tone=Tone.PLAIN)
        self._code = InputLine("Code", check=_refusal, normalise=_digits, max_length=LONGEST, id="code")
        self._said = Notice(max_lines=4, id="said")
        self._hints = HintBar()
        for widget in (self._title, self._asked, self._code, self._said, self._hints):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._asked
        yield self._code
        yield self._said
        yield self._hints

    def on_mount(self) -> None:
        """Type at once."""
        self._hints.hints = [Hint("enter", "send it"), Hint("esc", "give up"), Hint("ctrl+c", "quit")]
        self._code.focus()

    def on_unmount(self) -> None:
        """However it ends, somebody waits for that."""
        self._settle(None)

    def on_input_line_submitted(self, event: InputLine.Submitted) -> None:
        """Connect with it."""
        event.stop()
        if self._trying is not None:
            return
        if len(event.value) != DIGITS:
            self._code.refuse(f"{DIGITS} digits")
            return
        self._said.say("Connecting with this code ...", tone=Tone.PLAIN)
        work: WorkType[None] = partial(self._try, MfaCode(event.value))
        self._trying = self.run_worker(work, group="code", exit_on_error=False)

    def on_input_line_cancelled(self, event: InputLine.Cancelled) -> None:
        """Esc in the line is Esc."""
        event.stop()
        self.action_give_up()

    def action_give_up(self) -> None:
        """Without a code, nothing is connected."""
        self._end(None)

    def on_screen_resume(self, event: events.ScreenResume) -> None:  # noqa: ARG002
        """What was above it is gone; it may have ended meanwhile."""
        self._leave()

    def close(self) -> None:
        """Nobody waits any more for what is asked here."""
        self._end(None)

    async def _try(self, code: MfaCode) -> None:
        try:
            connection = await self._connect(code)
        except CodeRefused as error:
            self._again(error.sentence, error.hint)
        except MfaNeeded as further:
            self._asked.say(_asked(further), tone=Tone.PLAIN)
            self._again("The code was taken; one more is needed, for another role.", "", Tone.PLAIN)
        except SourceError as error:
            self._end(error)
        else:
            self._end(connection)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake of ours ends the dialog, and is told."""
        if event.state is WorkerState.ERROR and event.worker is self._trying:
            name = type(event.worker.error).__name__
            _LOG.debug("connecting with a code failed in canaryscope itself", exc_info=event.worker.error)
            self._end(SourceError(f"Connecting failed in canaryscope itself: {name}.", "! shows the log.", code=name))

    def _again(self, sentence: str, hint: str, tone: Tone = Tone.BAD) -> None:
        self._trying = None
        self._code.value = ""
        self._said.say(sentence, hint, tone)

    def _end(self, outcome: Connection | SourceError | None) -> None:
        self._settle(outcome)
        self._leave()

    def _leave(self) -> None:
        if self.outcome.done() and self.is_active:
            self.dismiss()

    def _settle(self, outcome: Connection | SourceError | None) -> None:
        if self.outcome.done():
            return
        if isinstance(outcome, SourceError):
            self.outcome.set_exception(outcome)
        else:
            self.outcome.set_result(outcome)


def _asked(needed: MfaNeeded) -> str:
    role = f"The role {needed.role}" if needed.role else "A role"
    profile = f" (profile {needed.profile})" if needed.profile else ""
    device = f" of the device {needed.device}" if needed.device else ""
    return f"{role}{profile} needs a code{device}."


def _digits(text: str) -> str:
    return "".join(text.split())


def _refusal(text: str) -> str | None:
    if not (text.isascii() and text.isdecimal()):
        return "digits only"
    return f"{DIGITS} digits" if len(text) > DIGITS else None
