"""What is written when the line, or the terminal, is slow."""

from __future__ import annotations

import io
import threading

import pytest

from canaryscope.lean import output
from canaryscope.lean.output import ASK, LeanOutput

SECONDS = 10


class Line(io.StringIO):
    """Notes what is written, and lets one wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._came = threading.Condition()

    def write(self, text: str) -> int:
        with self._came:
            written = super().write(text)
            self._came.notify_all()
        return written

    def wait_for(self, text: str) -> str:
        """All that was written, once that text is in it."""
        with self._came:
            assert self._came.wait_for(lambda: text in self.getvalue(), SECONDS), self.getvalue()
        return self.getvalue()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def lean(line: Line) -> LeanOutput:
    return LeanOutput(line, lambda: (80, 24))


def page(word: str) -> str:
    """A frame of more bytes than may be on their way."""
    rows = (f"\x1b[{y};1H{word + '-' * 70:80}" for y in range(1, 25))
    return "\n".join(rows) + "\x1b[1;1H"


def test_frames_wait_until_the_terminal_has_shown_the_last_and_only_the_newest_is_written(
    lean: LeanOutput, line: Line
) -> None:
    lean.write(page("first"))
    line.wait_for(ASK)
    lean.answered()
    lean.write(page("second"))
    line.wait_for("second")
    for word in ("third", "fourth", "fifth"):
        lean.write(page(word))
    lean.write("\x1b[?25h")  # goes at once, and what was drawn before it with it
    assert "third" not in line.wait_for("fifth")
    lean.write(page("sixth"))
    lean.write(page("last"))
    lean.answered()
    lean.answered()
    assert "sixth" not in line.wait_for("last")
    lean.stop()


def test_a_terminal_that_never_answers_gets_all_at_once_and_is_not_asked_for_ever(lean: LeanOutput, line: Line) -> None:
    for number in range(20):
        lean.write(page(f"page {number};"))
        line.wait_for(f"{number};")
    lean.stop()
    assert 0 < line.getvalue().count(ASK) < 10


def test_a_terminal_that_has_stopped_answering_is_not_waited_for(
    lean: LeanOutput, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0.05)
    lean.write(page("first"))
    line.wait_for(ASK)
    lean.answered()
    for word in ("second", "third", "fourth"):
        lean.write(page(word))
        line.wait_for(word)
    lean.stop()


def test_the_end_waits_for_nothing(lean: LeanOutput, line: Line) -> None:
    lean.write(page("first"))
    line.wait_for(ASK)
    lean.answered()
    lean.write(page("second"))
    line.wait_for("second")
    lean.write(page("third"))
    lean.settle(0)
    lean.stop()
    assert "third" in line.getvalue()


def test_a_frame_for_another_size_finds_the_screen_unknown(line: Line) -> None:
    size = [80, 24]
    lean = LeanOutput(line, lambda: (size[0], size[1]))
    lean.write(page("first"))
    line.wait_for("first")
    size[:] = 80, 30
    lean.write(page("first") + "\x1b[2;2H")
    lean.stop()
    assert line.getvalue().count("first") == 48


def test_small_frames_are_not_asked_about(lean: LeanOutput, line: Line) -> None:
    lean.write(page("first"))
    line.wait_for(ASK)
    for number in range(8):
        lean.write(f"\x1b[2;1Hword {number}\x1b[1;1H")
        line.wait_for(f"{number}")
    lean.stop()
    assert line.getvalue().count(ASK) == 1


def test_characters_that_the_encoding_lacks_are_what_stands_in_for_them() -> None:
    data = io.BytesIO()
    line = io.TextIOWrapper(data, encoding="iso8859-1", errors="replace")
    lean = LeanOutput(line, lambda: (80, 24))
    lean.write("\x1b[2;1H日本 é\x1b[1;1H\x1b[?25h")
    lean.write("\x1b[2;1H日本 é\x1b[1;1H")
    lean.write("\x1b[2;1H?? è\x1b[1;1H")
    lean.stop()
    assert data.getvalue().endswith(b"?? \xe8\x1b[H")


def test_a_terminal_that_answers_late_is_asked_again(lean: LeanOutput, line: Line) -> None:
    for number in range(20):
        lean.write(page(f"page {number};"))
        line.wait_for(f"{number};")
    for _ in range(line.getvalue().count(ASK)):
        lean.answered()
    for word in ("second", "third"):
        lean.write(page(word))
        line.wait_for(word)
        lean.answered()
    lean.stop()
