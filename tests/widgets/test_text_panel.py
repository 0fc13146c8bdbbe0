"""Long text to read: opens at once, loses nothing, and is text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.content import Content

from canaryscope_widgets import text_panel
from canaryscope_widgets.block_view import Place
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.wrapping import shorten, wrap, wrap_text
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel


async def test_lines_are_wrapped_at_words_and_shown_as_they_are() -> None:
    panel = TextPanel(["[/x] [@click=app.quit]no link[/]", "one two three four five six", "a\tb", "", "end"])
    async with Stage(panel).run_test(size=(20, 10)):
        assert lines_of(panel)[:8] == [
            "[/x]",
            "[@click=app.quit]no",
            "link[/]",
            "one two three four",
            "five six",
            "a       b",
            "",
            "end",
        ]


async def test_headings_keys_and_content_keep_their_looks() -> None:
    panel = TextPanel(
        [
            [("Keys", "text-panel--heading")],
            [("j", "text-panel--key"), ("  one line down ", ""), ("and this is dim", "text-panel--dim")],
            Content("plain [b]").append_text("bold", "bold"),
        ]
    )
    async with Stage(panel).run_test(size=(24, 10)):
        assert styles_at(panel, 0)[0] == ("Keys", "bold underline")
        assert "bold" in styles_at(panel, 1)[0][1]
        assert [line.strip() for line in lines_of(panel)[1:4]] == [
            "j  one line down and",
            "this is dim",
            "plain [b]bold",
        ]
        assert styles_at(panel, 2)[0] == ("this is dim", "dim")
        assert styles_at(panel, 3)[1][:2] == ("bold", "bold")


async def test_of_ten_thousand_lines_only_those_are_wrapped_that_one_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped: list[str] = []

    def counted(text: str, width: int) -> list[list[Part]]:
        wrapped.append(text)
        return wrap_text(text, width)

    monkeypatch.setattr(text_panel, "wrap_text", counted)
    panel = TextPanel(f"line {number} " + "word " * 30 for number in range(10_000))
    async with Stage(panel).run_test(size=(80, 24)) as pilot:
        panel.focus()
        await pilot.pause()
        assert lines_of(panel)[-1] == "more below"
        await burst(pilot, ["pagedown", "j"])
        assert (panel.view.top, lines_of(panel)[-1]) == (Place(11, 1), "more above and below")
        await burst(pilot, "G")
        assert lines_of(panel)[-3].startswith("line 9999 word")
        assert lines_of(panel)[-1] == "more above"
        await pilot.resize_terminal(60, 24)
        assert len(wrapped) < 100


async def test_one_line_of_a_whole_file_is_gone_through_row_by_row() -> None:
    panel = TextPanel(["first", " ".join(f"{number:03}" for number in range(500)), "last"])
    async with Stage(panel).run_test(size=(20, 12)) as pilot:
        panel.focus()
        await burst(pilot, ["j", "j", "ctrl+d", "k"])
        assert lines_of(panel)[0] == "025 026 027 028 029"
        await burst(pilot, ["G", "k"])
        assert (lines_of(panel)[-2], lines_of(panel)[-1]) == ("495 496 497 498 499", "more above and below")
        wheel(panel, events.MouseScrollUp)
        await pilot.pause()
        assert lines_of(panel)[-2] == "480 481 482 483 484"
        await pilot.click(panel, offset=(3, 3))
        assert lines_of(panel)[-2] == "480 481 482 483 484"
        await burst(pilot, "g")
        assert (lines_of(panel)[0], lines_of(panel)[-1]) == ("first", "more below")


async def test_a_resize_shows_the_end_still() -> None:
    panel = TextPanel(f"line {number} " + "word " * 10 for number in range(100))
    async with Stage(panel).run_test(size=(20, 12)) as pilot:
        panel.to_end()
        await pilot.pause()
        assert lines_of(panel)[-1] == "more above"
        await pilot.resize_terminal(80, 12)
        await pilot.pause()
        assert lines_of(panel)[-2].startswith("line 99 word")


async def test_a_log_that_grows_stays_where_one_reads() -> None:
    panel = TextPanel(f"line {number}" for number in range(100))
    async with Stage(panel).run_test(size=(20, 12)) as pilot:
        panel.focus()
        await burst(pilot, "jjj")
        panel.set_lines([f"line {number}" for number in range(200)], keep_place=True)
        assert lines_of(panel)[0] == "line 3"
        panel.set_lines(["other"])
        assert lines_of(panel) == ["other", *[""] * 11]


async def test_scrolling_back_and_forth_at_the_end_paints_nothing_for_nothing() -> None:
    panel = TextPanel(["same"] * 100)
    async with Stage(panel).run_test(size=(20, 12)) as pilot:
        panel.focus()
        await burst(pilot, "jj")
        painted = Painted(panel)
        await burst(pilot, "j")
        assert (painted.regions, painted.whole) == ([], 0)


def test_every_key_can_be_changed_and_is_explained() -> None:
    bindings = bindings_of(TextPanel)
    assert [binding.id for binding in bindings][:2] == ["text.down", "text.up"]
    assert all(binding.description and binding.tooltip for binding in bindings)


@given(st.text("ab 日é\u0301\n", max_size=60), st.integers(2, 30))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: int) -> None:
    lines = ["".join(part for part, _ in line) for line in wrap_text(text, width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


@given(
    st.lists(st.tuples(st.text("ab 日", max_size=12), st.sampled_from(["", "x", "y"])), max_size=6), st.integers(2, 20)
)
def test_wrapping_keeps_the_look_of_every_letter(parts: list[tuple[str, str]], width: int) -> None:
    def letters(line: object) -> list[tuple[str, object]]:
        return [(letter, looks) for text, looks in line for letter in text if not letter.isspace()]  # type: ignore[attr-defined]

    assert [pair for line in wrap(parts, width) for pair in letters(line)] == letters(parts)


@given(st.text("ab 日\n", max_size=60), st.integers(2, 30), st.integers(0, 5))
def test_what_is_cut_says_so_within_the_width(text: str, width: int, count: int) -> None:
    lines = wrap_text(text, width)
    short = ["".join(part for part, _ in line) for line in shorten(lines, count, width)]
    assert len(short) == min(count, len(lines))
    assert all(cell_len(line) <= width for line in short)
    if 0 < count < len(lines):
        assert short[-1].endswith("…")
