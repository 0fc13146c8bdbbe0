"""The thread that writes to the terminal. What the line does not carry in time is left out, never queued."""

from __future__ import annotations

import codecs
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, TextIO

from canaryscope.lean.screen import LeanScreen

__all__ = ["ASK", "IN_FLIGHT", "LeanOutput"]

ASK: Final = "\x1b[5n"
"""DSR: every terminal answers `CSI 0 n` when it has come to it, also through SSH."""
IN_FLIGHT: Final = 512
"""Bytes on their way to the terminal with which the next frame goes out; with more it waits, and later ones join it."""
_ASK_AFTER: Final = 256
_PATIENCE: Final = 3.0
"""Seconds after which an answer is not waited for any more."""
_MOST_UNANSWERED: Final = 8
"""Questions to a terminal that has never answered one."""
_MOST_WAITING: Final = 30
"""Pieces from Textual with which it has to wait, if the terminal takes nothing."""


class LeanOutput:
    """Takes what Textual writes, from any thread. `size` tells the terminal's columns and rows."""

    def __init__(self, file: TextIO | None, size: Callable[[], tuple[int, int]]) -> None:
        assert file is not None, "there is no terminal to write to"
        self._file = file
        self._size = size
        encoding = codecs.lookup(file.encoding or "utf-8").name
        self._encoding = encoding if encoding != "utf-8" else None
        self._screen = LeanScreen(*size())
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._stale = False
        self._ended = False
        self._sent = 0
        self._arrived = 0
        """Bytes sent, and those of them that the terminal is known to have shown."""
        self._asked: deque[tuple[int, float]] = deque()
        """Each question that is not answered yet: the bytes sent before it, and when."""
        self._asks = True
        self._answers = False
        """Whether the terminal has ever answered; without that nothing waits for it."""
        self._thread = threading.Thread(target=self._run, name="lean-output", daemon=True)
        self._thread.start()

    def write(self, data: str) -> None:
        """Take a piece; a frame is always a piece of its own."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < _MOST_WAITING)
            self._waiting.append(data)
            self._changed.notify_all()

    def forget(self) -> None:
        """What the terminal shows is not known any more; it is to be painted whole after this."""
        with self._changed:
            self._stale = True
            self._changed.notify_all()

    def answered(self) -> None:
        """The terminal has answered a question."""
        with self._changed:
            if self._asked:
                self._arrived, _ = self._asked.popleft()
            self._answers = True
            self._changed.notify_all()

    def settle(self, seconds: float) -> None:
        """Ask no more, and wait so long for answers that are due: nobody reads them when the program has ended."""
        with self._changed:
            self._asks = False
            self._changed.wait_for(lambda: not self._asked or not self._answers, seconds)

    def stop(self) -> None:
        """Write what there is, and end."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            with self._changed:
                self._changed.wait_for(self._has_work, self._patience())
                if self._patience() == 0:
                    self._give_up()
                pieces, stale, ended = [*self._waiting], self._stale, self._ended
                self._waiting.clear()
                self._stale = False
                self._changed.notify_all()
                frame = ended or not self._is_held
            self._send(self._text(pieces, stale=stale, frame=frame))

    @property
    def _is_held(self) -> bool:
        return self._answers and bool(self._asked) and self._sent - self._arrived > IN_FLIGHT

    def _has_work(self) -> bool:
        return bool(self._waiting) or self._stale or self._ended or (self._screen.is_drawn and not self._is_held)

    def _patience(self) -> float | None:
        """Seconds for which an answer is still waited for; None: nothing waits for one."""
        if not self._is_held:
            return None
        _, at = self._asked[0]
        return max(at + _PATIENCE - time.monotonic(), 0)

    def _give_up(self) -> None:
        self._answers = False
        self._asked.clear()
        self._arrived = self._sent

    def _text(self, pieces: list[str], *, stale: bool, frame: bool) -> str:
        if stale or self._screen.size != self._size():
            self._screen.reset(*self._size())
        written = [self._screen.write(self._as_shown(piece)) for piece in pieces]
        if frame:
            written.append(self._screen.frame())
        return "".join(written)

    def _as_shown(self, piece: str) -> str:
        """With what stands in for characters that the terminal's encoding lacks: they may have another width."""
        return piece if self._encoding is None else piece.encode(self._encoding, "replace").decode(self._encoding)

    def _send(self, text: str) -> None:
        if not text:
            return
        with self._changed:
            self._sent += len(text.encode(errors="replace"))
            if self._is_time_to_ask():
                self._asked.append((self._sent, time.monotonic()))
                text += ASK
        self._file.write(text)
        self._file.flush()

    def _is_time_to_ask(self) -> bool:
        if not self._asks or (not self._answers and len(self._asked) >= _MOST_UNANSWERED):
            return False
        asked, _ = self._asked[-1] if self._asked else (self._arrived, 0)
        return self._sent - asked >= _ASK_AFTER
