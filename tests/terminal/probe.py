"""A terminal for tests: runs a command on a pty and sees, counts and times what its person would.

    with Terminal(["less", "file"], cols=80, rows=24) as terminal:
        terminal.wait_for(r"chapter 1")
        assert terminal.press("<down>").bytes < 100

Bytes are those the program wrote to its terminal, as an SSH connection would carry them. Times are seconds of the
monotonic clock, taken when the bytes were read. All waits are for a condition, and bounded.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from terminal.emulator import XTERM, Emulator, Identity

__all__ = ["Memory", "Reaction", "Terminal"]

_KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z",
    "backspace": "\x7f", "space": " ",
} | {f"ctrl+{letter}": chr(ord(letter) & 31) for letter in "abcdefghijklmnopqrstuvwxyz"}  # fmt: skip
_KEY = re.compile(rf"<({'|'.join(map(re.escape, _KEYS))})>")
_SLOW_READ = 256
"""Bytes of a read from a slow line."""
_GAP = 0.003
"""Seconds without output after which it is drawn: drawing is slow and must delay neither the program nor the times."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a program wrote after keys: (seconds from the last key, number of bytes) for each read from it.

    Seconds are negative for what came before the last of several keys.
    """

    reads: tuple[tuple[float, int], ...]

    @property
    def bytes(self) -> int:
        """All that was written."""
        return sum(size for _, size in self.reads)

    @property
    def first(self) -> float | None:
        """Seconds from the last key to the first byte after it; None: nothing was written."""
        return next((seconds for seconds, _ in self.reads if seconds >= 0), None)

    def bytes_by(self, seconds: float) -> int:
        """What had been written so many seconds after the last key."""
        return sum(size for at, size in self.reads if at <= seconds)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of memory of a program and its children: resident, and what would be freed if they ended."""

    rss: int
    uss: int


class Terminal:
    """A command on a pty. Use it as a context manager: leaving ends the command and whatever it started."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cols: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        resize_reports: bool = False,
        identity: Identity = XTERM,
        bytes_per_second: float = 0,
    ) -> None:
        """Start `argv` with a small clean environment, a new empty HOME, and `env` on top of it.

        resize_reports: the terminal knows mode 2048 and tells its size in band, where the program asks for that.
        identity: what it answers to questions.
        bytes_per_second: what the line carries from the program; 0: everything at once.
        """
        self._rate = bytes_per_second
        self._free_at = 0.0
        self.output = bytearray()
        """Everything the program wrote."""
        self.emulator = Emulator(cols, rows, resize_reports=resize_reports, identity=identity)
        self._arrivals: list[tuple[float, int]] = []
        self._ended = False
        self._home = tempfile.TemporaryDirectory(prefix="terminal-")
        self._fd, line = os.openpty()
        self._line_settings = termios.tcgetattr(line)
        self._set_size(cols, rows)
        base = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": self._home.name}
        self.started = time.monotonic()
        self.process = psutil.Process(_spawn(argv, base | dict(env or {}), os.ttyname(line)))
        os.close(line)
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def home(self) -> Path:
        """The program's HOME, until `close`."""
        return Path(self._home.name)

    def lines(self) -> list[str]:
        """The screen now, top to bottom, without blanks at the right end."""
        self._draw_all()
        return self.emulator.lines

    def text(self) -> str:
        """The lines of the screen, joined by newlines."""
        return "\n".join(self.lines())

    def left_behind(self) -> list[str]:
        """What is not as it was before the program started: modes, from the bytes it wrote, and the line settings."""
        changed = self._fd >= 0 and termios.tcgetattr(self._fd)[:4] != self._line_settings[:4]
        return self.emulator.left_behind() + (["line settings"] if changed else [])

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was before the program started."""
        return not self.left_behind()

    def wait_for(self, condition: str | Callable[[Terminal], object], timeout: float = 10) -> float:
        """Seconds from the start until the screen satisfied `condition`: a regular expression or a predicate.

        Raises AssertionError, with the screen, when it does not within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while not self._holds(condition):
            if self.emulator.shown < len(self._arrivals):
                while self._read(_GAP):
                    pass
                self.emulator.show()
            elif not self._read(deadline - time.monotonic()) and (self._ended or time.monotonic() >= deadline):
                why = "the program has ended" if self._ended else f"not within {timeout} s"
                raise AssertionError(f"{condition!r}: {why}. The screen:\n{self.text()}")
        return self._arrivals[self.emulator.shown - 1][0] - self.started if self._arrivals else 0.0

    def wait_for_quiet(self, quiet: float = 0.2, timeout: float = 10) -> None:
        """Wait until the program has written nothing for `quiet` seconds. Raises AssertionError after `timeout`."""
        deadline = time.monotonic() + timeout
        while self._read(quiet):
            assert time.monotonic() < deadline, f"still writing after {timeout} s. The screen:\n{self.text()}"
        self._draw_all()

    def written_in(self, seconds: float) -> int:
        """Bytes that the program writes of its own accord in the next `seconds`."""
        before = len(self.output)
        self._read_until(time.monotonic() + seconds)
        return len(self.output) - before

    def exit_code(self, timeout: float = 5) -> int:
        """The status the program ends with, after reading its last byte. Raises AssertionError when it does not end."""
        self._read_until(deadline := time.monotonic() + timeout)
        try:
            return int(self.process.wait(max(deadline - time.monotonic(), 0)))
        except psutil.TimeoutExpired:
            raise AssertionError(f"still running after {timeout} s. The screen:\n{self.text()}") from None

    def send(self, keys: str | bytes) -> None:
        """Type: text as it is, key names in angle brackets ("<down>", "<ctrl+c>"), bytes raw. Does not wait."""
        data = _KEY.sub(lambda match: _KEYS[match[1]], keys).encode() if isinstance(keys, str) else keys
        while data and not self._ended:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                self._read(0.01)
            except OSError:
                self._ended = True

    def press(self, keys: str | bytes, *, quiet: float = 0.15, timeout: float = 10) -> Reaction:
        """Type, wait until the program has been silent for `quiet` seconds, and tell what it wrote."""
        return self.hold(keys, 1, quiet=quiet, timeout=timeout)

    def hold(
        self, keys: str | bytes, count: int, *, hz: float = 30, quiet: float = 0.15, timeout: float = 10
    ) -> Reaction:
        """Type `keys` `count` times, `hz` a second, as a held key does, and tell the answer to all of them."""
        seen, began = len(self._arrivals), time.monotonic()
        for index in range(count):
            self._read_until(began + index / hz)
            sent = time.monotonic()
            self.send(keys)
        self.wait_for_quiet(quiet, timeout)
        return Reaction(tuple((at - sent, size) for at, size in self._arrivals[seen:]))

    def resize(self, cols: int, rows: int) -> None:
        """Give the window another size; the kernel sends SIGWINCH."""
        self._draw_all()
        report = self.emulator.resize(cols, rows)
        self._set_size(cols, rows)
        self.send(report)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Vanish, as a closed window or a broken connection does: the kernel sends SIGHUP, and writing fails."""
        self._draw_all()
        self._ended = True
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def family(self) -> list[psutil.Process]:
        """The processes that the program has started, and what they have started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return self.process.children(recursive=True)
        return []

    def memory(self) -> Memory:
        """The memory of the program and its children, shared pages counted in each one's `rss`."""
        each = [process.memory_full_info() for process in [self.process, *self.family()]]
        return Memory(sum(one.rss for one in each), sum(one.uss for one in each))

    def close(self) -> None:
        """End the program and what it started, by their own ids."""
        family = [*self.family(), self.process]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=0.5)
        self.hang_up()
        self._home.cleanup()

    def _holds(self, condition: str | Callable[[Terminal], object]) -> object:
        if isinstance(condition, str):
            return re.search(condition, "\n".join(self.emulator.lines), re.MULTILINE)
        return condition(self)

    def _read(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for output and take what there is; False: there was none."""
        if self._ended or not select.select([self._fd], [], [], max(timeout, 0))[0]:
            return False
        if self._rate:
            time.sleep(max(self._free_at - time.monotonic(), 0))
        try:
            data = os.read(self._fd, _SLOW_READ if self._rate else 65536)
        except OSError:  # EIO: nobody holds the other end any more
            data = b""
        if not data:
            self._ended = True
            return False
        if self._rate:
            self._free_at = max(self._free_at, time.monotonic() - _SLOW_READ / self._rate) + len(data) / self._rate
        self._arrivals.append((time.monotonic(), len(data)))
        self.output += data
        self.send(self.emulator.receive(data))
        return True

    def _read_until(self, deadline: float) -> None:
        while not self._ended and (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def _draw_all(self) -> None:
        while self.emulator.show():
            pass

    def _set_size(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def _spawn(argv: Sequence[str], env: Mapping[str, str], line: str) -> int:
    """Start a program whose terminal is `line`: a session's leader that opens a terminal owns it. Its process id."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, line, os.O_RDWR, 0), *((os.POSIX_SPAWN_DUP2, 0, other) for other in (1, 2))]
    signals = [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM]
    return os.posix_spawnp(argv[0], list(argv), env, file_actions=actions, setsid=True, setsigdef=signals)
