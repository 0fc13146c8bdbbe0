"""Ends the program when a signal asks for it, and gives the terminal back as it was, whatever the program is doing."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

__all__ = ["DEADLINE", "RESTORE", "TerminalGuard"]

DEADLINE: Final = 0.3
"""Seconds the application has for an orderly end, before the guard ends the process."""

_PATIENCE: Final = 0.2
"""Seconds a terminal has to take `RESTORE`: the thread that waits for the terminal has to be woken in them, too."""

RESTORE: Final = (
    b"\x1b\\"  # ends a string sequence that was cut off
    b"\x1b[r\x1b[0m\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What undoes a scroll region and LinuxDriver.start_application_mode: paste, wrap, resize and mouse reports, keyboard,
screen, cursor, focus."""

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class TerminalGuard:
    """Hears SIGTERM, SIGHUP and SIGINT and notices when the terminal is gone, in a thread of its own.

    So it works while the event loop, or even the terminal, is blocked. It costs nothing until then.

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
        self._lent: tuple[subprocess.Popen[bytes], list[Any]] | None = None

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

    @contextlib.contextmanager
    def lend(self, borrower: subprocess.Popen[bytes]) -> Iterator[None]:
        """Another program has the terminal, until it has ended: a signal that ends this one ends that first.

        It is the job of the shell as this one is, and stops with it (ctrl+z). What it has left changed of the
        terminal's attributes, such as the echo, is set back.
        """
        attributes = termios.tcgetattr(self._terminal)
        self._lent = borrower, attributes
        try:
            yield
        finally:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, attributes)
            if self.ending:
                self.end(1)
            self._lent = None

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
                    if self._lent is not None:
                        self._lent[0].terminate()
                    os._exit(1)
                else:
                    poll.unregister(descriptor)

    def _end_soon(self) -> None:
        self.ending = True
        if self._lent is not None:
            self._take_back(*self._lent)
        if self.attributes is None:
            self.end(1)
        self._ask()
        self.hurry(1)

    def _take_back(self, borrower: subprocess.Popen[bytes], attributes: list[Any]) -> None:
        """End the program that has the terminal, and set back what it has changed of it."""
        borrower.terminate()
        try:
            borrower.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            borrower.kill()
        self._set(attributes)

    def _set(self, attributes: list[Any]) -> None:
        # In the background, setting attributes would stop the process.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSANOW, attributes)

    def _restore(self) -> None:
        if self.attributes is None:
            return
        self._set(self.attributes)
        self._interrupt_writing()
        # A second, non-blocking description of the terminal: the first is shared with the shell.
        descriptor = os.open(os.ttyname(self._terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        rest = RESTORE
        until = time.monotonic() + _PATIENCE
        while rest and time.monotonic() < until:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                with contextlib.suppress(termios.error):
                    termios.tcflush(self._terminal, termios.TCOFLUSH)
                rest = RESTORE  # what was written of it went with the rest
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
