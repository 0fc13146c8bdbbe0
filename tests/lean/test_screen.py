"""Whatever is drawn, the terminal shows the same as if Textual had written to it itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.lean.screen import LeanScreen
from lean.frames import CERTAIN, UNCERTAIN, Resize, Write, histories, scrolls
from lean.shown import Shown

START = "\x1b[?1049h\x1b[?25l\x1b[?7l"


class Pair:
    """Two terminals: one gets what Textual writes, one gets the least."""

    def __init__(self) -> None:
        self.raw, self.lean = Shown(10, 4), Shown(10, 4)
        self.screen = LeanScreen(10, 4)
        for shown in (self.raw, self.lean):
            shown.feed(START)
        self.written = ""

    def resize(self, columns: int, rows: int) -> None:
        for shown in (self.raw, self.lean):
            shown.resize(rows, columns)
        self.screen.reset(columns, rows)

    def write(self, data: str, *, frame: bool = True) -> None:
        self.raw.feed(data.replace("\r\n", "\n").replace("\n", "\r\n"))  # as a terminal's line does (ONLCR)
        self.written = self.screen.write(data) + (self.screen.frame() if frame else "")
        self.lean.feed(self.written.replace("\r\n", "\n").replace("\n", "\r\n"))

    def assert_same(self) -> None:
        assert self.lean.cells() == self.raw.cells()
        assert self.lean.place() == self.raw.place()


def play(history: list[Write | Resize]) -> None:
    pair = Pair()
    for step in history:
        if isinstance(step, Resize):
            pair.resize(step.columns, step.rows)
        else:
            pair.write(step.data)
            pair.assert_same()


@settings(max_examples=150, deadline=None)
@given(histories(CERTAIN))
def test_every_frame_shows_what_textual_would_show(history: list[Write | Resize]) -> None:
    play(history)


@settings(max_examples=150, deadline=None)
@given(histories([*CERTAIN, *UNCERTAIN]))
def test_text_of_uncertain_width_shows_what_textual_would_show(history: list[Write | Resize]) -> None:
    play(history)


@settings(max_examples=100, deadline=None)
@given(scrolls([*CERTAIN, *UNCERTAIN[:2]]))
def test_tables_that_move_show_what_textual_would_show(history: list[Write | Resize]) -> None:
    play(history)


@settings(max_examples=100, deadline=None)
@given(histories(CERTAIN), st.data())
def test_frames_that_are_left_out_are_made_up_for(history: list[Write | Resize], data: st.DataObject) -> None:
    pair = Pair()
    for step in history:
        if isinstance(step, Resize):
            pair.resize(step.columns, step.rows)
        elif data.draw(st.booleans()):
            pair.write(step.data)
            pair.assert_same()
        else:
            pair.write(step.data, frame=False)
