"""Who draws images is told which cells a frame paints, before it and after it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from canaryscope.paint_listeners import PaintingApp, Spans


class Listener:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Spans | None]] = []

    def before_paint(self, spans: Spans | None) -> None:
        self.told.append(("before", spans))

    def after_paint(self, spans: Spans | None) -> None:
        self.told.append(("after", spans))


class Lines(PaintingApp[None]):
    """Three lines."""

    def compose(self) -> ComposeResult:
        for id in ("a", "b", "c"):
            yield Static(id, id=id)

    def say(self, id: str, words: str) -> None:
        self.query_one(f"#{id}", Static).update(Content(words), layout=False)


async def test_a_frame_is_told_by_the_cells_that_it_paints() -> None:
    listener = Listener()
    async with (app := Lines()).run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        app.listen_to_paint(listener)
        app.say("b", "words")
        await pilot.pause()
        assert listener.told == [("before", [(1, 0, 20)]), ("after", [(1, 0, 20)])]


async def test_a_paint_of_everything_is_told_as_such() -> None:
    listener = Listener()
    async with (app := Lines()).run_test(size=(20, 5)) as pilot:
        app.listen_to_paint(listener)
        app.screen.refresh()
        await pilot.pause()
        assert ("after", None) in listener.told


async def test_nothing_is_told_of_frames_that_are_put_off_and_none_after_the_end() -> None:
    listener = Listener()
    async with (app := Lines()).run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        app.listen_to_paint(listener)
        with app.batch_update():
            app.say("a", "first")
            await pilot.pause()
            assert listener.told == []
        await pilot.pause()
        assert listener.told
        app.stop_listening(listener)
        app.stop_listening(listener)
        listener.told.clear()
        app.say("a", "second")
        await pilot.pause()
        assert listener.told == []
