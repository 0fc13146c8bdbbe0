"""What protects the terminal: it is left as it was found, whatever ends the program.

- `TerminalDriver` is Textual's driver with an input thread that survives rubbish, and a `TerminalGuard`. What it writes
  goes through `LeanOutput`; `PlainDriver` writes as Textual does.
- `TerminalApp` is the App to inherit from: it takes that driver, and reports a crash without local variables.
- `leave` ends the process without waiting for threads in which a call hangs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import signal
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeVar

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from canaryscope.lean.output import LeanOutput
from canaryscope.paint_listeners import PaintingApp
from canaryscope.paste import PasteFilter
from canaryscope.terminal_answers import ASK, AnswerFilter, Answers
from canaryscope.terminal_guard import TerminalGuard

if TYPE_CHECKING:
    from canaryscope.pictures.model import Colors
    from canaryscope.terminal_graphics import Ability

__all__ = ["PlainDriver", "TerminalApp", "TerminalDriver", "leave"]

_LOG = logging.getLogger(__name__)

_ANSWER_WITHIN: Final = 1.0
"""Seconds that a terminal has to say what it can do."""
_SETTLE: Final = 0.15
"""Seconds that leaving the screen waits for the terminal's answers, so that the shell does not get them."""
_POLL: Final = 0.1
"""Seconds after which a sequence that has begun is given up (the same as in LinuxDriver)."""

ReturnType = TypeVar("ReturnType")


def leave(code: int) -> NoReturn:
    """End the process now with this exit code, the logs and the standard streams written.

    Threads in which a call hangs are not waited for, and atexit functions do not run.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, guarded. Suspending (ctrl+z) and resuming are Textual's own."""

    is_lean: ClassVar[bool] = True
    """Whether only what differs from what the terminal shows is written."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        for stream in (
            sys.__stderr__,
            sys.__stdout__,
        ):  # `2>file`: the screen goes to the other, the errors to the file
            if stream is not None and stream.isatty():
                stream.reconfigure(errors="replace")
                self._file = stream
                break
        self.guard = TerminalGuard(self.fileno, self._ask_to_exit)
        self._answers = AnswerFilter(self._answered)
        self._output: LeanOutput | None = None
        self._away_since: float | None = None
        self._wake: int | None = None
        """What is written here ends the input thread's waiting."""

    def _ask_to_exit(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._app.exit, None, 1)

    def start_application_mode(self) -> None:
        """Take over the terminal; also after it was given back for a while."""
        self.guard.start()
        if self.guard.ending:  # a stopped job that was told to end does not come back to the screen
            return
        with contextlib.suppress(termios.error):
            self.guard.attributes = termios.tcgetattr(self.fileno)
        if self.is_lean:
            self._output = LeanOutput(self._file, self._get_terminal_size)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._redraw_after_resizing()

    def _redraw_after_resizing(self) -> None:
        """Repaint also where the size is the old one in the end: in between the terminal may have wrapped its lines."""
        textual = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._redraw_soon()
            if callable(textual):
                textual(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _redraw_soon(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self.redraw)

    def write(self, data: str) -> None:
        """Write, or leave it out where the terminal shows it already."""
        if self._output is None:
            super().write(data)
        else:
            self._output.write(data)

    def redraw(self) -> None:
        """Paint everything, whatever the terminal shows."""
        if self._output is not None:
            self._output.forget()
        self._app.refresh()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        if self._output is not None:
            self._output.settle(_SETTLE)
        self.write("\x1b[?1016l")  # mouse reports in pixels, which LinuxDriver turns on only
        super().stop_application_mode()

    def suspend_application_mode(self) -> None:
        """Leave the terminal to the shell, or to another program. The event loop stands still meanwhile."""
        self._away_since = time.monotonic()
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """Come back to a screen that is blank; Textual paints it where its size is another one only."""
        super().resume_application_mode()
        self._redraw_soon()
        since, self._away_since = self._away_since, None
        away = 0.0 if since is None else time.monotonic() - since
        _LOG.debug("back on the terminal after %.1f s", away)
        if isinstance(self._app, TerminalApp) and self._app.came_back is not None:
            self._app.came_back(away)

    def close(self) -> None:
        """Wait until everything is written. From here on there is nothing to restore."""
        if self._output is not None:
            self._output.stop()
            self._output = None
        super().close()
        self.guard.attributes = None

    def _answered(self) -> None:
        if self._output is not None:
            self._output.answered()

    async def ask(self) -> None:
        """Ask the terminal what it can do, and wait until it has told, or a second."""
        answered = asyncio.Event()

        def complete() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(answered.set)

        self._answers.expect(complete)
        self.write(ASK)
        self.flush()
        try:
            await asyncio.wait_for(answered.wait(), _ANSWER_WITHIN)
        except TimeoutError:
            _LOG.debug("the terminal has not told all within %s s", _ANSWER_WITHIN)
        self._answers.give_up()

    @property
    def answers(self) -> Answers:
        """What it has told so far."""
        return self._answers.answers

    def run_input_thread(self) -> None:
        """Read keys, mouse and pastes until `exit_event`.

        LinuxDriver's own dies of a byte that is not UTF-8, and turns in circles when the terminal is gone.
        """
        woken, self._wake = os.pipe()
        try:
            self._read_input(woken)
        finally:
            wake, self._wake = self._wake, None
            os.close(woken)
            os.close(wake)

    def process_message(self, message: Message) -> None:
        """Pass on what was pressed. A line feed is Enter, as in a shell: typed ahead of the program, Enter comes so."""
        if isinstance(message, events.Key) and message.key == "ctrl+j":
            message = events.Key("enter", "\r")
        super().process_message(message)

    def disable_input(self) -> None:
        """Read no more. LinuxDriver waits here until the input thread has next looked, a twentieth of a second."""
        wake = self._wake
        if wake is not None:
            with contextlib.suppress(OSError):  # it has just ended
                os.write(wake, b"\0")
        super().disable_input()

    def _read_input(self, woken: int) -> None:
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        poll.register(woken, select.POLLIN)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = XTermParser(self._debug)
        harmless = PasteFilter()
        seconds = _POLL
        while not self.exit_event.is_set():
            ready = poll.poll(seconds * 1000)
            seconds = _POLL
            for descriptor, event in ready:
                if descriptor == woken or event & select.POLLHUP:
                    return
                try:
                    came = decode(os.read(self.fileno, 4096))
                except OSError:  # EIO: a background process without a shell
                    self.guard.end(1)
                parser = self._feed(parser, self._answers(harmless(came)))
                if came.endswith("\x1b"):
                    seconds = ESCAPE_DELAY + 0.001  # then the parser's own time is up
            if not ready:
                parser = self._feed(parser, self._answers.idle())
            for message in parser.tick():
                self.process_message(message)

    def _feed(self, parser: XTermParser, text: str) -> XTermParser:
        """Pass on what `text` means; returns the parser to go on with."""
        if not text:
            return parser
        try:
            for message in parser.feed(text):
                self.process_message(message)
        except Exception as error:  # noqa: BLE001 - a sequence the parser cannot take costs the keys around it, no more
            _LOG.debug("some input cannot be parsed and is left out", exc_info=error)
            fresh = XTermParser(self._debug)
            fresh.mouse_pixels = parser.mouse_pixels
            fresh.terminal_size = parser.terminal_size
            fresh.terminal_pixel_size = parser.terminal_pixel_size
            return fresh
        return parser


class PlainDriver(TerminalDriver):
    """The same, writing as Textual does."""

    is_lean = False


class TerminalApp(PaintingApp[ReturnType]):
    """An App that leaves the terminal as it was, and tells of its own mistakes without local variables.

    A crash is written to `canaryscope.places.log_folder()`; stderr gets the short report after the screen was restored.
    """

    crash_report = ""
    """The short report of the first crash; empty while there is none."""
    came_back: Callable[[float], None] | None = None
    """Is told for how many seconds the application was suspended, and its event loop stood still."""
    _asked: asyncio.Task[None] | None = None

    def get_driver_class(self) -> type[Driver]:
        """The driver of this module, on every platform that has a terminal."""
        return TerminalDriver

    def run(self, **options: Any) -> ReturnType | None:
        """Run as `App.run` does, with its arguments; a crash is told of on stderr."""
        result = super().run(**options)
        if self.crash_report and sys.__stderr__ is not None:
            sys.__stderr__.write(self.crash_report + "\n")
        return result

    def action_redraw(self) -> None:
        """Paint the screen anew, after another program has written on the terminal."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.redraw()

    async def graphics(self, *, ascii: bool) -> Ability:
        """How pictures are drawn. The first to ask this has the terminal asked, and waits for a second at most.

        `ascii` says that the environment has no other characters.
        """
        from canaryscope.terminal_graphics import ability, cell_size, worth_asking  # few sessions show a picture

        driver = self._driver
        if not isinstance(driver, TerminalDriver):
            return ability(os.environ, Answers(), None, self._colors(), ascii=ascii)
        if worth_asking(os.environ, ascii=ascii):
            self._asked = self._asked or asyncio.create_task(driver.ask())
            await asyncio.shield(self._asked)
        return ability(os.environ, driver.answers, cell_size(driver.fileno), self._colors(), ascii=ascii)

    def _colors(self) -> Colors:
        from canaryscope.pictures.model import Colors

        if self.no_color:
            return Colors.NONE
        return Colors.MANY if self.console.color_system in ("256", "truecolor") else Colors.FEW

    @contextlib.contextmanager
    def lend(self, program: subprocess.Popen[bytes]) -> Iterator[None]:
        """For as long as another program has the terminal of the suspended application; see `TerminalGuard.lend`."""
        with contextlib.ExitStack() as stack:
            if isinstance(self._driver, TerminalDriver):
                stack.enter_context(self._driver.guard.lend(program))
            yield

    def leave_soon(self, code: int = 0) -> None:
        """Exit with `code`, within `DEADLINE` seconds even if a message handler or the terminal hangs."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.guard.hurry(code)
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """What fails once the end was asked for is no crash: parts of the screen are gone, and others still work on."""
        if self.return_code is None:
            super()._handle_exception(error)
        else:
            _LOG.debug("failed while leaving", exc_info=error)

    def _fatal_error(self) -> None:
        """Instead of Textual's traceback, which shows the local variables of every frame."""
        from canaryscope import crash

        error = sys.exception() or self._exception
        if error is not None and not self.crash_report:
            self.crash_report = crash.report(error)
        self.panic()
