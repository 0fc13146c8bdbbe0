"""What protects the terminal: it is left as it was found, whatever ends the program.

- `TerminalDriver` is Textual's driver with an input thread that survives rubbish, and the guard below.
- `TerminalGuard` hears SIGTERM, SIGHUP and SIGINT and notices when the terminal is gone, in a thread of its own: it
  works while the event loop, or even the terminal, is blocked.
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
import sys
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from canaryscope import crash
from canaryscope.paint_listeners import PaintingApp
from canaryscope.paste import PasteFilter
from canaryscope.terminal_answers import ASK, AnswerFilter, Answers

if TYPE_CHECKING:
    from canaryscope.pictures.model import Colors
    from canaryscope.terminal_graphics import Ability

__all__ = ["DEADLINE", "RESTORE", "TerminalApp", "TerminalDriver", "TerminalGuard", "leave"]

DEADLINE: Final = 0.3
"""Seconds the application has for an orderly end, before the guard ends the process."""

RESTORE: Final = (
    b"\x1b\\"  # ends a string sequence that was cut off
    b"\x1b[0m\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What undoes LinuxDriver.start_application_mode: paste, wrap, resize and mouse reports, keyboard, screen, cursor,
focus."""

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_ANSWER_WITHIN: Final = 1.0
"""Seconds that a terminal has to say what it can do."""
_POLL: Final = 0.1
"""Seconds after which a lone Escape is told from the start of a sequence (the same as in LinuxDriver)."""

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


class TerminalGuard:
    """Ends the program when a signal asks for it or the terminal is gone; costs nothing until then.

    `ask` is called, in the guard's thread, when a signal came: it asks the application to end. If the process is still
    there after `DEADLINE` seconds, or no application is on the screen, the guard ends it. Start it in the main thread.
    """

    def __init__(self, terminal: int, ask: Callable[[], None]) -> None:
        self._terminal = terminal
        self._ask = ask
        self._wake: int | None = None
        self.ending = False
        """Whether a signal has asked for the end."""
        self.attributes: list[Any] | None = None
        """The terminal's attributes before the application changed them; None while it is as it was."""

    def start(self) -> None:
        """Take over the signals, SIGHUP too where nohup had it ignored. Does nothing the second time."""
        if self._wake is not None:
            return
        wake, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        # C code writes the signal's number to the pipe at once; a Python handler would wait for the main thread.
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        for number in _ENDING:
            signal.signal(number, self._note)
        threading.Thread(target=self._watch, args=(wake,), name="terminal-guard", daemon=True).start()

    def hurry(self, code: int = 0) -> None:
        """End the process with `code` if it is still there after `DEADLINE` seconds."""
        timer = threading.Timer(DEADLINE, self.end, args=(code,))
        timer.daemon = True
        timer.start()

    def end(self, code: int) -> NoReturn:
        """Restore the terminal as far as it lets us without waiting for it, and end the process."""
        with contextlib.suppress(OSError, ValueError):
            self._restore()
        os._exit(code)

    def _note(self, _number: int, _frame: object) -> None:
        self.ending = True

    def _watch(self, wake: int) -> None:
        poll = select.poll()
        poll.register(self._terminal, 0)  # POLLHUP is reported unasked
        poll.register(wake, select.POLLIN)
        asked = False
        while True:
            for descriptor, event in poll.poll():
                if descriptor == wake:
                    came = set(os.read(wake, 64)) & set(_ENDING)
                    if came and not asked:
                        asked = True
                        self._end_soon()
                elif event & select.POLLHUP:
                    os._exit(1)
                else:
                    poll.unregister(descriptor)

    def _end_soon(self) -> None:
        if self.attributes is None:
            self.end(1)
        self._ask()
        self.hurry(1)

    def _restore(self) -> None:
        if self.attributes is None:
            return
        # In the background, setting attributes would stop the process.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSANOW, self.attributes)
        self._interrupt_writing()
        # A second, non-blocking description of the terminal: the first is shared with the shell.
        descriptor = os.open(os.ttyname(self._terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        rest = RESTORE
        until = time.monotonic() + 0.05
        while rest and time.monotonic() < until:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                with contextlib.suppress(termios.error):
                    termios.tcflush(self._terminal, termios.TCOFLUSH)
                time.sleep(0.005)

    def _interrupt_writing(self) -> None:
        """Send what is still to be written to nowhere, and wake the thread that waits for the terminal to take it.

        The kernel lets nobody else write before that one gives up.
        """
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and thread.ident is not None:
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    signal.pthread_kill(thread.ident, _ENDING[0])


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, guarded. Suspending (ctrl+z) and resuming are Textual's own."""

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
        self._answers = AnswerFilter()

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
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.write("\x1b[?1016l")  # mouse reports in pixels, which LinuxDriver turns on only
        super().stop_application_mode()

    def close(self) -> None:
        """Wait until everything is written. From here on there is nothing to restore."""
        super().close()
        self.guard.attributes = None

    async def ask(self) -> None:
        """Ask the terminal what it can do, and wait until it has told, or a second."""
        answered = asyncio.Event()

        def complete() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(answered.set)

        self._answers.expect(complete)
        self.write(ASK)
        self.flush()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(answered.wait(), _ANSWER_WITHIN)
        self._answers.give_up()

    @property
    def answers(self) -> Answers:
        """What it has told so far."""
        return self._answers.answers

    def run_input_thread(self) -> None:
        """Read keys, mouse and pastes until `exit_event`.

        LinuxDriver's own dies of a byte that is not UTF-8, and turns in circles when the terminal is gone.
        """
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = XTermParser(self._debug)
        harmless = PasteFilter()
        while not self.exit_event.is_set():
            ready = poll.poll(_POLL * 1000)
            for _, event in ready:
                if event & select.POLLHUP:
                    return
                try:
                    text = self._answers(harmless(decode(os.read(self.fileno, 4096))))
                except OSError:  # EIO: a background process without a shell
                    self.guard.end(1)
                parser = self._feed(parser, text)
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
        except Exception:  # noqa: BLE001 - a sequence the parser cannot take costs the keys around it, not the session
            fresh = XTermParser(self._debug)
            fresh.mouse_pixels = parser.mouse_pixels
            fresh.terminal_size = parser.terminal_size
            fresh.terminal_pixel_size = parser.terminal_pixel_size
            return fresh
        return parser


class TerminalApp(PaintingApp[ReturnType]):
    """An App that leaves the terminal as it was, and tells of its own mistakes without local variables.

    A crash is written to `canaryscope.crash.log_folder()`; stderr gets the short report after the screen was restored.
    """

    crash_report = ""
    """The short report of the first crash; empty while there is none."""
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

    def leave_soon(self, code: int = 0) -> None:
        """Exit with `code`, within `DEADLINE` seconds even if a message handler or the terminal hangs."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.guard.hurry(code)
        self.exit(return_code=code)

    def _fatal_error(self) -> None:
        """Instead of Textual's traceback, which shows the local variables of every frame."""
        error = sys.exception() or self._exception
        if error is not None and not self.crash_report:
            self.crash_report = crash.report(error)
        self.panic()
