"""The picker's filter: finding a canary by some letters, or typing a name that is in no list."""

from __future__ import annotations

from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.picker import CanaryPicker
from canaryscope_widgets.picker_list import PickerList
from stage import Stage, burst, styles_at
from widgets.picker_canaries import body, failing, filter_by, head, many, opened_with, passing


async def test_the_filter_shows_the_best_match_first_and_marks_its_letters() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 10)) as pilot:
        await opened_with(
            pilot, picker, [passing("checkout-flow"), passing("search"), failing("c-f-slow"), passing("x")]
        )
        await filter_by(pilot, "flow")
        assert body(picker) == ["▌PASSED  checkout-flow", " FAILED  c-f-slow"]
        assert head(picker) == "2 of 4"
        marked = [text for text, style in styles_at(picker.query_one(PickerList), 0) if "underline" in style]
        assert marked == ["flow"]


async def test_among_equal_matches_the_failing_canary_is_first() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, [passing("api-1"), failing("api-2"), passing("api-0")])
        await filter_by(pilot, "api")
        assert [line.split()[-1] for line in body(picker)] == ["api-2", "api-0", "api-1"]


async def test_from_within_the_filter_one_moves_and_opens() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, many(30))
        await filter_by(pilot, "01")
        first = picker.highlighted
        await burst(pilot, ["down", "down", "up", "enter"])
        (opened,) = app.heard(CanaryPicker.Opened)
        assert opened.name != first
        assert opened.name == picker.highlighted
        assert not picker.query_one(InputLine).display
        assert picker.query_one(PickerList).has_focus
        assert head(picker) == "Canaries  30"


async def test_enter_pressed_right_after_typing_opens_what_was_typed() -> None:
    """Keys that come in one burst: the filter has not been heard of when Enter is there."""
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, many(30))
        await burst(pilot, ["slash", "0", "0", "1", "7", "enter"])
        assert [message.name for message in app.heard(CanaryPicker.Opened)] == ["canary-0017"]


async def test_escape_clears_the_filter_then_closes_it_then_leaves() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, many(30))
        await burst(pilot, ["j", "j"])
        await filter_by(pilot, "29")
        assert picker.highlighted == "canary-0029"
        await pilot.press("escape")
        assert (picker.highlighted, len(body(picker))) == ("canary-0002", 9)
        assert picker.query_one(InputLine).display
        await pilot.press("escape")
        assert not picker.query_one(InputLine).display
        assert app.heard(CanaryPicker.Cancelled) == []
        await pilot.press("escape")
        assert len(app.heard(CanaryPicker.Cancelled)) == 1


async def test_canaries_that_come_in_are_filtered_too() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 10)) as pilot:
        await opened_with(pilot, picker, many(3))
        await filter_by(pilot, "pay")
        picker.merge_items([passing("payment"), passing("other"), failing("repay")])
        await pilot.pause()
        assert [line.split()[-1] for line in body(picker)] == ["payment", "repay"]


async def test_a_name_can_be_typed_where_the_list_is_refused() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(40, 12)) as pilot:
        picker.say("Not allowed: synthetics:DescribeCanaries.", "Type a name with / and Enter.")
        await opened_with(pilot, picker, [])
        await filter_by(pilot, " Checkout-flow")
        assert body(picker) == ['▌open "checkout-flow"']
        await pilot.press("enter")
        assert [message.name for message in app.heard(CanaryPicker.Opened)] == ["checkout-flow"]
        assert app.heard(CanaryPicker.Highlighted) == []
        picker.set_items([passing("b"), failing("c")])
        picker.merge_items([failing("a")])
        assert picker.highlighted == "a"


async def test_where_the_list_may_lack_canaries_a_typed_name_is_offered_below_the_matches() -> None:
    picker = CanaryPicker()
    async with Stage(picker).run_test(size=(40, 12)) as pilot:
        picker.say("Throttled.")
        await opened_with(pilot, picker, [passing("checkout-flow")])
        await filter_by(pilot, "checkout")
        assert [line.split()[-1] for line in body(picker)] == ["checkout-flow", '"checkout"']
        await burst(pilot, "-flow")
        assert [line.split()[-1] for line in body(picker)] == ["checkout-flow"]


async def test_what_cannot_be_a_name_says_why_and_is_not_opened() -> None:
    picker = CanaryPicker()
    app = Stage(picker)
    async with app.run_test(size=(100, 12)) as pilot:
        await opened_with(pilot, picker, many(3))
        await pilot.press("slash")
        for typed, reason in {"x y": "blanks", "foo.bar": ".", "a[/x]": "[", "é": "é"}.items():
            picker.query_one(InputLine).value = typed
            await pilot.press("enter")
            assert body(picker) == [
                f" None of 3 canaries matches; a canary's name has only a-z, 0-9, - and _, no {reason}"
            ]
        assert app.heard(CanaryPicker.Opened) == []
