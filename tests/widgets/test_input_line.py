"""The line to type into: nothing that cannot be meant gets in, and one sees why."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.lines import LinesWidget
from canaryscope_widgets.text_input import TextInput
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at


def digits(text: str) -> str | None:
    """A check that takes up to four digits."""
    if text and not text.isdigit():
        return f"[/x] not a digit: {text[-1]}"
    return "at most four digits" if len(text) > 4 else None


def shown(line: InputLine) -> str:
    """The whole line as it is on the screen."""
    return "".join(strip.text for strip in line.screen._compositor.render_strips()[line.region.y : line.region.bottom])


async def paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def test_what_is_typed_is_told_and_enter_submits_it() -> None:
    line = InputLine("DryRunId", check=digits)
    app = Stage(line)
    async with app.run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, [*"12", "enter"])
        assert [message.value for message in app.heard(InputLine.Changed)] == ["1", "12"]
        assert [message.value for message in app.heard(InputLine.Submitted)] == ["12"]
        assert shown(line).rstrip() == " DryRunId 12"
        await burst(pilot, ["escape"])
        assert [message.control for message in app.heard(InputLine.Cancelled)] == [line]
        assert line.value == "12"


async def test_a_refused_character_is_not_taken_and_the_reason_stands_at_the_right() -> None:
    line = InputLine("Digits", check=digits)
    app = Stage(line)
    async with app.run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, "12x")
        assert line.value == "12"
        assert line.refusal == "[/x] not a digit: x"
        assert shown(line) == " Digits 12" + "[/x] not a digit: x".rjust(69) + " "
        assert [message.value for message in app.heard(InputLine.Changed)] == ["1", "12"]
        await burst(pilot, "3")
        assert line.refusal == ""
        assert shown(line).rstrip() == " Digits 123"
        await burst(pilot, "45")
        assert (line.value, line.refusal) == ("1234", "at most four digits")
        await burst(pilot, ["backspace"])
        assert (line.value, line.refusal) == ("123", "")


async def test_what_is_refused_before_the_line_has_a_size_is_told_once_it_has_one() -> None:
    line = InputLine("Digits", check=digits)
    line.display = False
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        await line.open("12")
        line.refuse("not a digit: x")
        await pilot.pause()
        assert shown(line) == " Digits 12" + "not a digit: x".rjust(69) + " "


async def test_upper_case_and_blanks_around_are_forgiven() -> None:
    def letters(text: str) -> str | None:
        return None if text in "abc" else "no"

    line = InputLine("", check=letters, normalise=lambda text: text.strip().lower())
    app = Stage(line)
    async with app.run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, " AB ")
        assert line.value == "ab"
        assert [message.value for message in app.heard(InputLine.Changed)] == ["a", "ab"]


async def test_whatever_is_pasted_comes_in_clean_or_not_at_all() -> None:
    line = InputLine("/", max_length=20)
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await paste(pilot, "\n\r\n")
        assert line.value == ""
        await paste(pilot, "one\ttwo\r\n\x1b[31m\u202ered\x07\u200b\n")
        assert line.value == "one two  [31mred"
        await paste(pilot, "y" * 100_000)
        assert line.value == "one two  [31mred"
        assert line.refusal == "at most 20 characters"
        line.value = "\x1b" + "z" * 100_000
        assert line.value == "z" * 20


async def test_a_paste_that_the_check_refuses_leaves_the_text_as_it_was() -> None:
    line = InputLine("Digits", "12", check=digits)
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await paste(pilot, "3x")
        assert (line.value, line.refusal) == ("12", "[/x] not a digit: x")
        await paste(pilot, "34\n")
        assert (line.value, line.refusal) == ("1234", "")


async def test_the_keys_of_a_shell_edit_the_line() -> None:
    line = InputLine("/", "one two")
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, ["ctrl+w", "home", "x", "delete", "end", "y", "left", "ctrl+k"])
        assert line.value == "xne"
        await burst(pilot, ["ctrl+u"])
        assert line.value == ""


async def test_text_that_looks_like_markup_is_text() -> None:
    line = InputLine("[b]label[/x]", "[@click=app.quit]x[/y]")
    async with Stage(line).run_test(size=(80, 5)):
        assert shown(line).rstrip() == " [b]label[/x] [@click=app.quit]x[/y]"


async def test_at_rest_nothing_is_painted() -> None:
    line = InputLine("/", "text")
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        field = line.query_one(Input)
        painted = Painted(field)
        line.focus()
        await pilot.pause()
        painted.regions.clear()
        painted.whole = 0
        assert not field.cursor_blink
        await pilot.pause()
        assert (painted.regions, painted.whole) == ([], 0)


async def test_the_cursor_is_seen_without_colours() -> None:
    line = InputLine("/", "text")
    async with Stage(line).run_test(size=(80, 5)) as pilot:
        line.focus()
        await pilot.pause()
        assert any("reverse" in style for _, style in styles_at(line.query_one(Input), 0))


async def test_it_works_where_there_is_hardly_any_room() -> None:
    line = InputLine("DryRunId", check=digits)
    async with Stage(line).run_test(size=(20, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, "123x")
        assert (line.value, len(shown(line))) == ("123", 20)
        assert "[/x] not a …" in shown(line)
        await pilot.resize_terminal(1, 1)
        await burst(pilot, "4")
        assert line.value == "1234"


async def test_without_unicode_only_ascii_is_drawn() -> None:
    line = InputLine("Filter…", "x", check=lambda _: "no – …")
    line.ascii = True
    async with Stage(line).run_test(size=(40, 5)) as pilot:
        line.focus()
        await pilot.pause()
        await burst(pilot, "x")
        assert [lines_of(words) for words in line.query(LinesWidget)] == [["Filter~"], ["no - ~"]]


def test_every_key_can_be_changed_and_is_explained() -> None:
    async_free = [*bindings_of(InputLine), *bindings_of(TextInput)]
    ids = [binding.id for binding in async_free]
    assert all(identifier and identifier.startswith("input.") for identifier in ids)
    assert len(set(ids)) == len(ids)
    assert all(binding.description and binding.tooltip for binding in async_free)
