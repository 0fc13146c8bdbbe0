"""A log to read: of any length, never held, with its levels and with what a search found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events

from canaryscope_widgets.log_rows import crop, found, is_longer
from canaryscope_widgets.log_view import LogRow, LogView
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel

ERROR = LogRow("ERROR: waiting for selector .pay failed: timeout 30000ms exceeded", Tone.BAD, "12:27:31.104")
WARNING = LogRow("WARN: slow response", Tone.ODD, "12:27:32.000")


class Rows:
    """A log of a length, with some rows of its own; it counts what it is asked for."""

    def __init__(self, length: int, special: dict[int, LogRow] | None = None) -> None:
        self.length = length
        self.special = special or {}
        self.asked = 0

    def __len__(self) -> int:
        return self.length

    def rows(self, first: int, last: int) -> Sequence[LogRow]:
        assert 0 <= first <= last <= self.length
        self.asked += last - first
        return [self.special.get(index, LogRow(f"INFO: line {index}")) for index in range(first, last)]


class Words:
    """A pattern of the standard library's, as the widget takes one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        return (match.span() for match in re.finditer(self.text, text))


def log(length: int, special: dict[int, LogRow] | None = None, **shown: object) -> LogView:
    view = LogView(Rows(length, special))
    for name, value in shown.items():
        setattr(view, name, value)
    return view


def under_cursor(view: LogView) -> str:
    return "\n".join(line for line in lines_of(view) if line.startswith("▌"))


async def test_a_row_has_its_level_as_a_letter_and_its_time_and_is_wrapped() -> None:
    view = log(4, {1: ERROR, 2: WARNING}, time_width=12)
    async with Stage(view).run_test(size=(60, 8)):
        assert lines_of(view) == [
            "▌               INFO: line 0",
            " E 12:27:31.104 ERROR: waiting for selector .pay failed:",
            "                timeout 30000ms exceeded",
            " W 12:27:32.000 WARN: slow response",
            "                INFO: line 3",
            *[""] * 3,
        ]


async def test_without_wrapping_a_row_is_a_line_and_says_that_it_goes_on() -> None:
    view = log(4, {1: ERROR, 2: WARNING}, time_width=12)
    async with Stage(view).run_test(size=(60, 8)) as pilot:
        view.focus()
        await burst(pilot, "z")
        assert lines_of(view)[1:3] == [
            " E 12:27:31.104 ERROR: waiting for selector .pay failed: t…",
            " W 12:27:32.000 WARN: slow response",
        ]
        await burst(pilot, "z")
        assert lines_of(view)[2] == "                timeout 30000ms exceeded"


@pytest.mark.parametrize(("width", "timed"), [(40, False), (60, True), (80, True), (120, True)])
async def test_times_make_room_for_the_text_on_a_narrow_screen(width: int, timed: bool) -> None:
    view = log(4, {1: ERROR}, time_width=12)
    async with Stage(view).run_test(size=(width, 8)):
        assert lines_of(view)[1].startswith(" E 12:27:31.104 ERROR" if timed else " E ERROR")


async def test_the_keys_scroll_sideways_as_far_as_there_is_text() -> None:
    view = log(9, {0: LogRow("".join(f"{number:5}" for number in range(40)))}, wrapped=False)
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.focus()
        await burst(pilot, ["right"])
        assert lines_of(view)[:2] == [
            "▌  …5    6    7    8    9   10   11   12   13   14   15   …",
            "   …",
        ]
        await burst(pilot, ["right"] * 20)
        assert lines_of(view)[0].endswith("   38   39")
        await burst(pilot, ["left"] * 21)
        assert lines_of(view)[0].startswith("▌      0    1")


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_log_of_ten_million_lines_is_read_a_few_screens_at_a_time(wrapped: bool) -> None:
    view = log(10_000_000, wrapped=wrapped)
    async with Stage(view).run_test(size=(60, 20)) as pilot:
        view.focus()
        for keys, cursor in (("G", 9_999_999), ("g", 0), ("j", 1), (["pagedown"], 19), (["ctrl+d"], 28)):
            await burst(pilot, keys)
            assert view.cursor == cursor
            assert under_cursor(view) == f"▌  INFO: line {cursor}"
        view.move_to(5_000_000)
        await pilot.pause()
        assert lines_of(view)[-1].split() == ["4,999,992", "to", "5,000,010", "of", "10,000,000"]
        assert isinstance(view.source, Rows)
        assert view.source.asked < 1000


async def test_a_row_longer_than_the_screen_can_be_read_to_its_end() -> None:
    view = log(3, {1: LogRow(" ".join(f"word{number}" for number in range(400)))})
    async with Stage(view).run_test(size=(60, 10)) as pilot:
        view.focus()
        await burst(pilot, "j")
        seen = ""
        while view.cursor == 1:
            seen += under_cursor(view)
            await burst(pilot, "j")
        assert {f"word{number}" for number in range(400)} <= set(seen.split())


async def test_what_a_search_found_is_marked_without_colours_in_the_rows_in_sight() -> None:
    view = log(1000, {1: ERROR}, pattern=Words("line 1|time.ut"))
    async with Stage(view).run_test(size=(80, 8)):
        assert [text for text, style in styles_at(view, 1) if "underline" in style] == ["timeout"]
        assert next(text for text, style in styles_at(view, 1) if "bold" in style) == "E"
        assert not any("underline" in style for _, style in styles_at(view, 2))
        view.pattern = None
        assert not any("underline" in style for _, style in styles_at(view, 1))


async def test_a_match_far_inside_a_row_is_brought_into_sight() -> None:
    long = LogRow("x " * 900 + "needle" + " y" * 900)
    view = log(200, {150: long}, pattern=Words("needle"))
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.move_to(150)
        await pilot.pause()
        assert "needle" in under_cursor(view)
        view.wrapped = False
        await pilot.pause()
        assert "needle" not in under_cursor(view)
        view.move_to(150)
        await pilot.pause()
        assert "needle" in under_cursor(view)
        view.pattern = Words("INFO")
        view.move_to(151)
        await pilot.pause()
        assert under_cursor(view) == "▌  INFO: line 151"


async def test_the_keys_ask_the_owner_to_search_to_seek_and_to_show_errors() -> None:
    view = log(100)
    app = Stage(view)
    async with app.run_test(size=(60, 12)) as pilot:
        view.focus()
        await burst(pilot, ["slash", "j", "n", "N", "f", "s"])
        view.pattern = Words("time.?out")
        await burst(pilot, ["slash"])
        assert [message.pattern for message in app.heard(LogView.SearchWanted)] == ["", "time.?out"]
        assert [(message.step, message.cursor) for message in app.heard(LogView.SeekWanted)] == [(1, 1), (-1, 1)]
        assert len(app.heard(LogView.ErrorsToggled)) == 1
        assert len(app.heard(LogView.FailingStepWanted)) == 1


async def test_the_owner_hears_which_rows_are_in_sight_and_nothing_twice() -> None:
    view = log(100)
    app = Stage(view)
    async with app.run_test(size=(60, 12)) as pilot:
        view.focus()
        await burst(pilot, "jjG")
        await burst(pilot, "jk")
        view.source = Rows(5)
        await pilot.pause()
        seen = [(message.first, message.last) for message in app.heard(LogView.Viewed)]
        assert seen == [(0, 11), (89, 100), (0, 5)]


async def test_rows_that_come_in_above_do_not_move_what_is_read() -> None:
    source = Rows(100)
    view = LogView(source)
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.move_to(50)
        view.action_move("down")
        await pilot.pause()
        before = [line for line in lines_of(view)[:-1] if line]
        source.special = {index + 1000: LogRow(f"INFO: line {index}") for index in range(100)}
        source.length = 1100
        view.content_changed(cursor=1051)
        await pilot.pause()
        assert lines_of(view)[:-1] == before
        assert view.cursor == 1051


async def test_rows_that_come_in_below_are_there_and_fewer_rows_keep_the_cursor_among_them() -> None:
    source = Rows(3)
    view = LogView(source)
    async with Stage(view).run_test(size=(60, 6)) as pilot:
        source.length = 4
        view.content_changed()
        await pilot.pause()
        assert lines_of(view)[3] == "   INFO: line 3"
        view.move_to(3)
        source.length = 2
        view.content_changed()
        await pilot.pause()
        assert (view.cursor, under_cursor(view)) == (1, "▌  INFO: line 1")


async def test_a_source_that_has_less_than_it_says_shows_empty_rows() -> None:
    class Behind(Rows):
        def rows(self, first: int, last: int) -> Sequence[LogRow]:
            return super().rows(first, last)[:2]

    view = LogView(Behind(50))
    async with Stage(view).run_test(size=(60, 6)):
        assert lines_of(view)[:4] == ["▌  INFO: line 0", "   INFO: line 1", "", ""]


async def test_the_last_line_says_what_the_owner_notes_and_which_rows_are_in_sight() -> None:
    view = log(9812, note="errors only · 3 of 17 for timeout, of which some are in lines that")
    async with Stage(view).run_test(size=(60, 12)):
        assert lines_of(view)[-1] == " errors only · 3 of 17 for timeout, of w…  1 to 11 of 9,812"
        view.source = Rows(2)
        view.note = "all of it"
        assert lines_of(view)[-1] == " all of it" + "1 to 2 of 2".rjust(49)
        view.note = ""
        assert lines_of(view)[-1] == ""


async def test_without_rows_the_placeholder_says_why() -> None:
    view = log(0, placeholder="No artifact of this run is a log: the run timed out, and then nothing is uploaded.")
    app = Stage(view)
    async with app.run_test(size=(60, 6)) as pilot:
        view.focus()
        await burst(pilot, ["j", "G", "z", "right", "n"])
        view.move_to(4)
        await pilot.pause()
        assert lines_of(view)[:3] == [
            " No artifact of this run is a log: the run timed out, and",
            " then nothing is uploaded.",
            "",
        ]
        view.source = None
        assert view.cursor == 0


async def test_wrapping_keeps_the_cursor_on_its_row_and_its_line() -> None:
    view = log(100, dict.fromkeys(range(0, 100, 2), ERROR))
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.focus()
        view.move_to(50)
        await burst(pilot, "zz")
        assert view.cursor == 50
        assert under_cursor(view).startswith("▌E ERROR: waiting")


async def test_a_log_that_is_set_and_moved_in_while_hidden_is_right_when_it_comes_up() -> None:
    view = log(100, {70: ERROR}, pattern=Words("timeout"))
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.display = False
        await pilot.pause()
        view.move_to(70)
        view.note = "1 of 1"
        view.display = True
        await pilot.pause()
        assert under_cursor(view).startswith("▌E ERROR")
        assert lines_of(view)[-1].startswith(" 1 of 1")


async def test_a_key_repaints_the_two_rows_and_the_wheel_scrolls_with_the_cursor_in_sight() -> None:
    view = log(1000)
    async with Stage(view).run_test(size=(60, 12)) as pilot:
        view.focus()
        await pilot.pause()
        painted = Painted(view)
        await burst(pilot, "j")
        assert (painted.lines, painted.whole) == ([0, 1], 0)
        assert max(region.width for region in painted.regions) <= 2
        wheel(view, events.MouseScrollDown)
        await pilot.pause()
        assert (view.cursor, under_cursor(view)) == (3, "▌  INFO: line 3")
        wheel(view, events.MouseScrollUp)
        await pilot.pause()
        assert lines_of(view)[3] == "▌  INFO: line 3"
        await pilot.click(LogView, offset=(5, 8))
        assert view.cursor == 8


async def test_a_search_that_finds_the_same_paints_nothing() -> None:
    view = log(1000, {1: ERROR})
    async with Stage(view).run_test(size=(80, 12)) as pilot:
        view.pattern = Words("timeout")
        await pilot.pause()
        painted = Painted(view)
        view.pattern = Words("time.ut")
        view.content_changed()
        await pilot.pause()
        assert (painted.regions, painted.whole) == ([], 0)


async def test_texts_that_look_like_markup_are_shown_as_they_are() -> None:
    view = log(1, {0: LogRow("[/x] [@click=app.quit]no link[/] [b]", time="[red]")}, time_width=5)
    async with Stage(view).run_test(size=(60, 3)):
        assert lines_of(view)[0] == "▌  [red] [/x] [@click=app.quit]no link[/] [b]"


async def test_without_unicode_only_ascii_is_drawn() -> None:
    view = log(100, {1: replace(ERROR, text="x" * 200)}, wrapped=False, note="a · b")
    view.ascii = True
    async with Stage(view).run_test(size=(60, 8)):
        assert all(line.isascii() for line in lines_of(view))
        assert lines_of(view)[0].startswith(">")


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("size", [(120, 24), (80, 20), (60, 12), (20, 5), (8, 2), (1, 1)])
async def test_it_works_at_any_size_with_any_text(size: tuple[int, int], wrapped: bool) -> None:
    special = {0: LogRow("日本語" * 400, Tone.BAD, "日本"), 1: LogRow("e\u0301" * 300), 3: LogRow("")}
    view = log(50, special, wrapped=wrapped, time_width=6, pattern=Words("本語日|e"), note="日本語" * 9)
    async with Stage(view).run_test(size=size) as pilot:
        view.focus()
        for keys in (["right"], "G", "g", "jjjjj", ["pagedown"], ["pageup"], ["ctrl+d"], ["right"], "n", ["left"]):
            await burst(pilot, keys)
            lines = [view.render_line(y) for y in range(size[1])]
            assert [cell_len(line.text) for line in lines] == [size[0]] * size[1]
            assert under_cursor(view)
        await pilot.resize_terminal(30, 7)
        await pilot.pause()
        assert under_cursor(view)


TEXTS = st.text(st.sampled_from("ab 日本é"), max_size=60)


@given(texts=st.lists(TEXTS, max_size=4), left=st.integers(0, 70), width=st.integers(2, 40))
def test_a_part_of_a_line_is_no_wider_than_its_room_and_says_where_it_goes_on(
    texts: list[str], left: int, width: int
) -> None:
    shown = "".join(text for text, _ in crop([(text, "") for text in texts], left, width))
    length = cell_len("".join(texts))
    assert cell_len(shown) <= width
    assert shown.startswith("…") == bool(left and length)
    assert is_longer("".join(texts), left + width) == (length > left + width)
    if left + width < length:
        assert (shown[-1], cell_len(shown)) == ("…", width)


def test_nothing_is_left_out_between_the_dots() -> None:
    parts = [("abcdefgh", ""), ("ijklmnop", "x"), ("日本語", "")]
    assert crop(parts, 0, 22) == parts
    assert crop(parts, 0, 21) == [*parts[:2], ("日本", ""), ("…", "")]
    assert crop(parts, 2, 10) == [("…", ""), ("defgh", ""), ("ijk", "x"), ("…", "")]
    assert crop(parts, 16, 6) == [("…", ""), (" 本語", "")]


def test_of_a_pattern_that_finds_everything_so_much_is_marked_and_no_more() -> None:
    assert len(found("x" * 10_000, Words("x"))) == 100
    assert found("abc", Words("x*")) == []
    assert found("abcabc", Words("bc")) == [(1, 3), (4, 6)]


def test_every_key_can_be_changed_and_is_explained() -> None:
    bindings = bindings_of(LogView)
    assert all(binding.id and binding.id.startswith("log.") for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)
    assert len({key for binding in bindings for key in binding.key.split(",")}) == len(
        [key for binding in bindings for key in binding.key.split(",")]
    )
    assert all(binding.description and binding.tooltip for binding in bindings)
