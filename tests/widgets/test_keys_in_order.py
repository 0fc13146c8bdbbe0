"""Keys typed ahead, or bunched up by a slow line, must do what they would have done one by one."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from canaryscope_widgets import keys_in_order
from canaryscope_widgets.lines import LinesWidget, Part
from stage import Stage, burst


class Opener(LinesWidget, can_focus=True):
    """`/` opens an Input below it, `x` removes this widget itself."""

    BINDINGS = [("slash", "open", "Open"), ("x", "vanish", "Vanish"), ("j", "count", "Count")]
    counted = 0

    def line(self, y: int) -> list[Part]:
        return [("opener", "")]

    def action_open(self) -> None:
        self.app.query_one(Input).focus()

    def action_count(self) -> None:
        self.counted += 1

    async def action_vanish(self) -> None:
        await self.remove()


class OpenerStage(Stage):
    """The keys of an app are still there when the widget that had the focus is not."""

    BINDINGS = [("m", "mark", "Mark")]
    marked = 0

    def compose(self) -> ComposeResult:
        yield Opener()
        yield Input()

    def action_mark(self) -> None:
        self.marked += 1


async def test_what_is_typed_behind_the_key_that_opens_a_line_goes_into_the_line() -> None:
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        await burst(pilot, ["slash", *"jxm"])
        assert app.query_one(Input).value == "jxm"
        assert app.query_one(Opener).counted == app.marked == 0


async def test_keys_that_are_held_act_in_order_once_they_are_released() -> None:
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.hold_keys()
        await burst(pilot, ["slash", *"jxm"])
        assert app.query_one(Input).value == ""
        app.query_one(Opener).focus()
        await pilot.pause()
        await app.release_keys()
        while app.query_one(Input).value != "jxm":
            await pilot.pause()
        assert app.query_one(Opener).counted == app.marked == 0


async def test_a_paste_keeps_its_place_among_the_keys() -> None:
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        app.post_message(events.Key("slash", "/"))
        app.post_message(events.Paste("pasted"))
        await burst(pilot, "j")
        assert app.query_one(Input).value == "pastedj"


async def test_no_key_is_lost_when_the_widget_that_had_one_is_gone() -> None:
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        await burst(pilot, ["x", "tab", "j"])
        while not app.query_one(Input).value:
            await pilot.pause()
        assert app.query_one(Input).value == "j"


async def test_many_keys_at_once_all_count() -> None:
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        await burst(pilot, "j" * 200)
        while app.query_one(Opener).counted < 200:
            await pilot.pause()
        assert app.query_one(Opener).counted == 200


async def test_a_key_that_comes_or_is_held_back_when_the_program_ends_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys_in_order, "PATIENCE", 3_600.0)
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        app.post_message(events.Key("x", "x"))
        while app.query(Opener):
            await pilot.pause(0.001)
        await app.on_event(events.Key("m", "m"))
    await app.on_event(events.Key("m", "m"))
    await app._go_on(app._number)
    assert app.marked == 0


async def test_work_that_can_wait_gives_way_to_a_key_until_what_it_did_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys_in_order, "MANNERS", 3_600.0)
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        app.post_message(events.Key("j", "j"))
        work = asyncio.create_task(app.after_keys())
        while not app.query_one(Opener).counted:
            await pilot.pause(0.001)
        assert not work.done()
        app.painted()
        await work


async def test_work_does_not_wait_for_ever_for_a_key_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_in_order, "MANNERS", 0.0)
    monkeypatch.setattr(keys_in_order, "ROUNDS", 10**9)
    app = OpenerStage()
    async with app.run_test() as pilot:
        app.query_one(Opener).focus()
        await pilot.pause()
        app.post_message(events.Key("j", "j"))
        await app.after_keys()
        assert app.query_one(Opener).counted <= 1


async def test_without_a_key_work_goes_on_at_once() -> None:
    app = OpenerStage()
    async with app.run_test():
        app.painted()
        await asyncio.wait_for(app.after_keys(), 1)
