"""The canary picker: choosing one of many while they come in."""

from __future__ import annotations

import pytest
from textual import events

from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.picker import CanaryItem, CanaryPicker
from canaryscope_widgets.picker_list import PickerList
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel
from widgets.picker_canaries import body, cursor_line, failing, filter_by, head, many, opened_with, passing


async def test_failing_canaries_stand_first_then_by_name() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 10)) as pilot:
        await opened_with(
            pilot, picker, [passing("b"), passing("a", "STOPPED"), failing("z"), CanaryItem("new", rank=2)]
        )
        assert body(picker) == [
            "▌FAILED  z",
            " PASSED  a" + "STOPPED".rjust(29),
            " PASSED  b",
            " –       new",
        ]
        assert head(picker) == "Canaries  4"


async def test_until_the_person_moves_the_cursor_stays_on_the_first_line() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, [passing("m")])
        assert picker.highlighted == "m"
        picker.merge_items([failing("z"), passing("a")])
        await pilot.pause()
        assert picker.highlighted == "z"
        assert cursor_line(picker) == 0
        assert [message.name for message in app.heard(CanaryPicker.Highlighted)] == ["m", "z"]


async def test_the_chosen_line_stays_where_it_is_while_canaries_come_in_above_it() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(30))
        await burst(pilot, "jjj")
        before = cursor_line(picker)
        picker.merge_items([failing("a"), failing("b"), passing("zz")])
        await pilot.pause()
        assert (picker.highlighted, cursor_line(picker)) == ("canary-0003", before)
        await pilot.press("g")
        assert picker.highlighted == "a"


async def test_a_canary_that_is_gone_does_not_take_the_cursor_with_it() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(30))
        await pilot.press("G")
        picker.set_items(many(3))
        await pilot.pause()
        assert picker.highlighted == "canary-0002"
        picker.set_items([])
        await pilot.pause()
        assert picker.highlighted is None
        await burst(pilot, ["j", "enter", "k"])
        assert body(picker) == []


MOVES = {
    "j": 1,
    "down": 1,
    "j k": 0,
    "down up": 0,
    "k": 0,
    "pagedown": 9,
    "pagedown pageup": 0,
    "ctrl+d": 5,
    "ctrl+d ctrl+u": 0,
    "G": 99,
    "end": 99,
    "G g": 0,
    "end home": 0,
}


async def test_every_key_moves_as_promised() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(100))
        for keys, expected in MOVES.items():
            await burst(pilot, ["g", *keys.split()])
            assert (keys, picker.highlighted) == (keys, f"canary-{expected:04}")
            assert f"▌PASSED  canary-{expected:04}" in body(picker)


async def test_enter_opens_the_highlighted_canary() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(3))
        await burst(pilot, ["j", "enter"])
        assert [message.name for message in app.heard(CanaryPicker.Opened)] == ["canary-0001"]


async def test_the_wheel_scrolls_and_a_click_opens() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(30))
        wheel(picker.query_one(PickerList), events.MouseScrollDown)
        await pilot.pause()
        assert body(picker)[0] == "▌PASSED  canary-0003"
        wheel(picker.query_one(PickerList), events.MouseScrollUp)
        await pilot.pause()
        assert body(picker)[3] == "▌PASSED  canary-0003"
        await pilot.press("G")
        await pilot.click(PickerList, offset=(12, 4))
        assert [message.name for message in app.heard(CanaryPicker.Opened)] == ["canary-0024"]
        assert cursor_line(picker) == 4


async def test_moving_the_cursor_repaints_two_lines() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(30))
        painted = Painted(picker.query_one(PickerList))
        await pilot.press("j")
        assert (painted.lines, painted.whole) == ([0, 1], 0)


async def test_a_canary_that_changes_repaints_its_own_line_only() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 11)) as pilot:
        await opened_with(pilot, picker, many(30))
        painted = Painted(picker.query_one(PickerList))
        picker.merge_items([passing("canary-0004", "STOPPED"), passing("canary-0025", "STOPPED")])
        await pilot.pause()
        assert (painted.lines, painted.whole) == ([4], 0)


async def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    picker = CanaryPicker()
    picker.status = "[/x] loading…"
    async with Stage(picker).run_test(size=(60, 8)) as pilot:
        picker.say("[bold]no[/x] [@click=app.quit]", "[/y]")
        await opened_with(pilot, picker, [failing("[/x][@click=app.quit]", "[red]ODD")])
        assert body(picker) == ["▌FAILED  [/x][@click=app.quit]" + "[red]ODD".rjust(29)]
        assert lines_of(picker.query_one(Notice)) == ["[bold]no[/x] [@click=app.quit]", "[/y]"]
        assert head(picker).endswith("[/x] loading…")
        await filter_by(pilot, "x-y")
        assert "None of 1 canaries matches" in body(picker)[1]


async def test_a_name_that_is_too_long_shows_both_of_its_ends() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 8)) as pilot:
        await opened_with(pilot, picker, [failing("start-" + "x" * 240 + "-prod-end")])
        assert body(picker) == ["▌FAILED  start-xxxxxxxxx…xxxxx-prod-end"]


SINCE = CanaryItem("checkout-flow", "FAILED", Tone.BAD, detail="9 runs since 11:42:07", short="9 runs")
AT_LEAST = "100+ runs, at least since Nov 21 11:42:07"


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "▌FAILED  checkout-flow" + "9 runs since 11:42:07".rjust(57)),
        (66, "▌FAILED  checkout-flow" + "9 runs since 11:42:07".rjust(43)),
        (65, "▌FAILED  checkout-flow" + "9 runs".rjust(42)),
        (39, "▌FAILED  checkout-flow" + "9 runs".rjust(16)),
        (33, "▌FAILED  checkout-flow" + "9 runs".rjust(10)),
        (30, "▌FAILED  checkout-flow 9 runs"),
        (29, "▌F checkout-flow"),
    ],
)
async def test_for_how_long_a_canary_fails_is_said_in_as_many_words_as_there_is_room_for(width: int, line: str) -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(width, 8)) as pilot:
        await opened_with(pilot, picker, [SINCE])
        assert body(picker) == [line]


async def test_the_name_comes_before_more_words() -> None:
    item = SINCE._replace(name="start-of-a-name-that-is-long-and-its-end", detail=AT_LEAST, short="1,200+ runs")
    items = [item, item._replace(name=item.name + "-2", note="overdue"), item._replace(name="z", note="overdue")]
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(80, 8)) as pilot:
        await opened_with(pilot, picker, items)
        assert body(picker) == [
            "▌FAILED  start-of-a-nam…g-and-its-end " + AT_LEAST,
            " FAILED  start-of-a-name-that-is-long-and-its-end-2" + "1,200+ runs · overdue".rjust(28),
            " FAILED  z" + f"{AT_LEAST} · overdue".rjust(69),
        ]
        await pilot.resize_terminal(34, 8)
        await pilot.pause()
        assert body(picker) == [
            "▌FAILED  start-…s-end 1,200+ runs",
            " FAILED  start-of…s-end-2 overdue",
            " FAILED  z  1,200+ runs · overdue",
        ]


async def test_wide_characters_do_not_shift_what_stands_at_the_right() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 8)) as pilot:
        await opened_with(pilot, picker, [failing("日本語" * 20, "STOPPED"), failing("z", "STOPPED")])
        strips = [picker.query_one(PickerList).render_line(y) for y in (0, 1)]
        assert [strip.cell_length for strip in strips] == [40, 40]
        assert strips[1].text.startswith(" FAILED  日本語日本語日本語日…")
        assert all(strip.text.endswith("STOPPED ") for strip in strips)


# How it looks elsewhere


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (8, 2), (1, 1)])
async def test_it_works_at_any_size(size: tuple[int, int]) -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=size) as pilot:
        picker.say("A sentence that is long enough to take a few lines.")
        await opened_with(pilot, picker, [failing("[/x]" * 20, "STOPPED"), *many(50)])
        await filter_by(pilot, "canary-0007")
        assert picker.highlighted == "canary-0007"
        await pilot.resize_terminal(30, 12)
        await burst(pilot, ["escape", "escape", "G"])
        assert picker.highlighted == "canary-0049"
        assert body(picker)[-1] == "▌PASSED  canary-0049"


async def test_a_resize_keeps_the_cursor_in_sight() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 24)) as pilot:
        await opened_with(pilot, picker, many(100))
        await burst(pilot, "j" * 20)
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert picker.highlighted == "canary-0020"
        assert "▌PASSED  canary-0020" in body(picker)


async def test_without_unicode_only_ascii_is_drawn() -> None:
    picker = CanaryPicker()
    picker.ascii = True
    picker.status = "loading…"
    async with Stage(picker).run_test(size=(40, 8)) as pilot:
        runs = CanaryItem("b", rank=2, note="overdue", short="9 runs")
        await opened_with(pilot, picker, [CanaryItem("a", rank=-1), failing("x" * 100), runs])
        assert body(picker)[2].endswith("9 runs . overdue")
        assert all(line.isascii() for line in [head(picker), *body(picker)])
        assert body(picker)[0].startswith(">-       a")


async def test_the_cursor_is_lit_only_while_keys_move_it() -> None:
    picker, line = CanaryPicker(), InputLine("elsewhere")
    async with Stage(picker, line).run_test(size=(40, 8)) as pilot:
        await opened_with(pilot, picker, many(2))
        lines = picker.query_one(PickerList)
        assert "reverse" in styles_at(lines, 0)[1][1]
        await pilot.press("slash")
        assert "reverse" in styles_at(lines, 0)[1][1]
        line.focus()
        await pilot.pause()
        assert not any("reverse" in style for _, style in styles_at(lines, 0))
        assert lines_of(lines)[0].startswith("▌")


def test_every_key_can_be_changed_and_is_explained() -> None:
    ids = [binding.id for binding in bindings_of(CanaryPicker)]
    assert all(identifier and identifier.startswith("picker.") for identifier in ids)
    assert len(set(ids)) == len(ids)
    assert all(binding.description and binding.tooltip for binding in bindings_of(CanaryPicker))
