"""Screenshots on the screen: one or two, named, in their place, and gone when something else is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.widget import Widget

from canaryscope.pictures.drawing import render_picture
from canaryscope.pictures.model import Colors, Graphics, PictureRequest
from canaryscope.render.pictures import NO_PICTURES, shown
from canaryscope_widgets.movement import Move
from canaryscope_widgets.picture_images import Image, Protocol, delete_from_kitty, give_to_kitty, place
from canaryscope_widgets.picture_view import PictureView, Shown
from stage import Painted, Stage, bindings_of, lines_of, styles_at
from widgets.picture_app import screenshot

BLOCKS = Image(Protocol.BLOCKS, 4, 2, ((("▀▀", 196, 21), ("  ", None, 231)), (("▀▀▀▀", 16, 231),)))
SIXEL = Image(Protocol.SIXEL, 6, 3, data="\x1bPqfirst\x1b\\")
OTHER_SIXEL = Image(Protocol.SIXEL, 4, 2, data="\x1bPqother\x1b\\")
KITTY = Image(Protocol.KITTY, 2, 1, ((("\U0010eeee\u0305\u0305\U0010eeee\u0305\u030d", None, None),),), "QUJD")


class Terminal:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.listening: list[PictureView] = []

    def listen_to_paint(self, listener: PictureView) -> None:
        self.listening.append(listener)

    def stop_listening(self, listener: PictureView) -> None:
        self.listening.remove(listener)

    def write_to_terminal(self, sequence: str) -> None:
        self.written.append(sequence)

    def taken(self) -> list[str]:
        """What was written since the last time."""
        written, self.written = self.written, []
        return written


def drawn(room: tuple[int, int], color: str = "navy", size: tuple[int, int] = (640, 360), **options: Any) -> Any:
    return render_picture(screenshot(color, size), "x.png", PictureRequest(Graphics.BLOCKS, *room, **options))


async def test_one_picture_has_all_the_room_below_its_title() -> None:
    view = PictureView()
    async with Stage(view).run_test(size=(80, 24)):
        assert (view.room(), view.room(2)) == ((79, 23), (38, 23))
        view.show([Shown("03-pay-failed.png · step 3 · failing", "640x360 · 12 kB", BLOCKS)])
        assert lines_of(view)[:4] == [
            " 03-pay-failed.png · step 3 · failing" + " " * 28 + "640x360 · 12 kB",
            " ▀▀",
            " ▀▀▀▀",
            "",
        ]
        assert ("▀▀", "color(196) on color(21)") in styles_at(view, 1)
        assert ("  ", "on color(231)") in styles_at(view, 1)


async def test_two_pictures_stand_beside_each_other() -> None:
    view = PictureView()
    async with Stage(view).run_test(size=(41, 6)):
        view.show([Shown("failing", "640x360", BLOCKS), Shown("last good run, Nov 22 11:37:07", "640x360", BLOCKS)])
        assert lines_of(view)[:3] == [
            " failing     640x360  last good run, Nov…",
            " ▀▀                   ▀▀",
            " ▀▀▀▀                 ▀▀▀▀",
        ]


async def test_a_notice_stands_where_there_is_no_picture() -> None:
    view = PictureView()
    async with Stage(view).run_test(size=(50, 6)):
        view.show([Shown("failing", image=BLOCKS), Shown("last good run", notice="It took no picture of this step.")])
        assert [line[26:] for line in lines_of(view)[:3]] == ["last good run", "It took no picture of", "this step."]
        view.show([], "This run left no screenshots.")
        assert lines_of(view)[:2] == [" This run left no screenshots.", ""]


async def test_without_other_characters_there_is_a_sentence_and_no_drawing() -> None:
    view = PictureView()
    picture = render_picture(screenshot(), "x.png", PictureRequest(Graphics.NOTHING, 70, 20))
    async with Stage(view).run_test(size=(80, 24)):
        view.ascii = True
        view.show([shown(picture, "03-pay-failed.png · step 3", "12 kB")])
        assert lines_of(view)[0].startswith(" 03-pay-failed.png . step 3 ")
        assert lines_of(view)[1] == f" {NO_PICTURES}"
        assert "".join(lines_of(view)).isascii()


async def test_keys_ask_for_another_screenshot() -> None:
    view = PictureView()
    async with (app := Stage(view)).run_test(size=(80, 24)) as pilot:
        view.focus()
        await pilot.press("j", "up", "G", "home")
        moves = [message.move for message in app.heard(PictureView.Moved)]
        assert moves == [Move.DOWN, Move.UP, Move.LAST, Move.FIRST]
    assert all(it.id and it.id.startswith("picture.") and it.tooltip for it in bindings_of(PictureView))


async def test_more_or_less_room_is_told() -> None:
    view = PictureView()
    async with (app := Stage(view)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.heard(PictureView.RoomChanged)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert app.heard(PictureView.RoomChanged)
        assert view.room() == (59, 19)


@pytest.mark.parametrize("size", [(20, 5), (3, 2), (1, 1)])
async def test_a_tiny_screen_is_no_crash(size: tuple[int, int]) -> None:
    view = PictureView(Terminal())
    async with Stage(view).run_test(size=size) as pilot:
        for pictures in ([Shown("a", "b", BLOCKS)] * 2, [Shown("a", "b", SIXEL)], [Shown("a", notice="c d e f g")] * 3):
            view.show(pictures)
            await pilot.pause()
            view.after_paint(None)


async def test_the_same_pictures_again_paint_nothing_and_others_what_differs() -> None:
    view = PictureView()
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        view.show([Shown("a", image=BLOCKS)])
        await pilot.pause()
        painted = Painted(view)
        view.show([Shown("a", image=BLOCKS)])
        assert (painted.regions, painted.whole) == ([], 0)
        view.show([Shown("b", image=BLOCKS)])
        assert (painted.lines, painted.whole) == ([0], 0)


# Images that are no text


async def test_sixels_are_written_behind_the_frames_that_paint_their_cells_and_no_others() -> None:
    terminal = Terminal()
    view = PictureView(terminal)
    above = Widget()
    above.styles.height = 2
    async with Stage(above, view).run_test(size=(40, 12)) as pilot:
        view.show([Shown("a", image=SIXEL), Shown("b", image=OTHER_SIXEL)])
        await pilot.pause()
        x, y = view.content_region.offset
        first, other = place(SIXEL, x + 1, y + 1), place(OTHER_SIXEL, x + 21, y + 1)
        view.after_paint(None)
        assert terminal.taken() == [first, other]
        view.after_paint([(y, 0, 40), (y + 4, 0, 40)])
        assert terminal.taken() == []
        view.after_paint([(y + 3, 0, 2)])
        assert terminal.taken() == [first]
        view.after_paint([(y + 1, 30, 31)])
        assert terminal.taken() == [first, other]  # a line of blanks is written whole


async def test_the_cursor_is_put_back_and_the_place_is_counted_from_one() -> None:
    assert place(SIXEL, 4, 2) == "\x1b7\x1b[3;5H\x1bPqfirst\x1b\\\x1b8"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([Shown("a", image=SIXEL)], [Shown("a", image=OTHER_SIXEL)]),
        ([Shown("a", image=SIXEL)], [Shown("a", notice="loading…")]),
        ([Shown("a", image=SIXEL)], [Shown("b"), Shown("a", image=SIXEL)]),
        ([Shown("a")], [Shown("a", image=SIXEL)]),
    ],
    ids=["another", "gone", "moved", "new"],
)
async def test_cells_are_painted_where_an_image_comes_or_goes(before: list[Shown], after: list[Shown]) -> None:
    view = PictureView(Terminal())
    async with Stage(view).run_test(size=(40, 12)) as pilot:
        view.show(before)
        await pilot.pause()
        painted = Painted(view)
        view.show(after)
        assert painted.whole == 1


async def test_words_beside_an_image_paint_no_cells_of_it() -> None:
    view = PictureView(Terminal())
    async with Stage(view).run_test(size=(40, 12)) as pilot:
        view.show([Shown("a", image=SIXEL)])
        await pilot.pause()
        painted = Painted(view)
        view.show([Shown("b", image=SIXEL)])
        view.focus()
        assert (painted.whole, painted.lines) == (0, [0])


async def hide(app: App[None], view: PictureView) -> None:
    view.display = False


async def cover(app: App[None], view: PictureView) -> None:
    from widgets.picture_app import Over

    await app.push_screen(Over())


async def lay_over(app: App[None], view: PictureView) -> None:
    over = Widget()
    over.styles.layer = "over"
    over.styles.width = over.styles.height = 4
    app.screen.styles.layers = ("default", "over")  # type: ignore[assignment]
    await app.screen.mount(over)


@pytest.mark.parametrize("covering", [hide, cover, lay_over])
async def test_nothing_is_written_over_what_hides_the_view(covering: Callable[..., Any]) -> None:
    terminal = Terminal()
    view = PictureView(terminal)
    async with Stage(view).run_test(size=(40, 12)) as pilot:
        view.show([Shown("a", image=SIXEL)])
        await pilot.pause()
        view.after_paint(None)
        assert len(terminal.taken()) == 1
        await covering(pilot.app, view)
        await pilot.pause()
        view.after_paint(None)
        assert terminal.taken() == []


async def test_an_image_never_touches_the_last_line_where_terminals_scroll() -> None:
    terminal = Terminal()
    view = PictureView(terminal)
    for height, written in ((4, 0), (5, 1)):
        async with Stage(view := PictureView(terminal)).run_test(size=(40, height)) as pilot:
            view.show([Shown("a", image=SIXEL)])
            await pilot.pause()
            view.after_paint(None)
            assert len(terminal.taken()) == written


async def test_kitty_gets_an_image_before_its_cells_once_and_forgets_it_afterwards() -> None:
    terminal = Terminal()
    view = PictureView(terminal)
    async with Stage(view).run_test(size=(40, 12)) as pilot:
        view.show([Shown("a", image=KITTY)])
        await pilot.pause()
        (number,) = view._numbers.values()
        assert terminal.taken() == []
        view.before_paint([(1, 0, 40)])
        assert terminal.taken() == [give_to_kitty(KITTY, number)]
        assert (KITTY.lines[0][0][0], f"color({number})") in styles_at(view, 1)
        view.before_paint([(1, 0, 40)])
        view.after_paint(None)
        assert terminal.taken() == []
        view.before_paint(None)  # perhaps after another program had the terminal
        assert terminal.taken() == [give_to_kitty(KITTY, number)]
        view.show([Shown("a", notice="loading…")])
        assert terminal.taken() == [delete_from_kitty(number)]
        view.show([Shown("a", image=KITTY)])
        view.before_paint([(1, 0, 40)])
        (second,) = view._numbers.values()
        assert second != number  # cells that did not change would not be drawn anew
        terminal.taken()
        await view.remove()
        assert terminal.taken() == [delete_from_kitty(second)]
        assert terminal.listening == []


def test_a_long_image_goes_to_kitty_in_pieces() -> None:
    image = Image(Protocol.KITTY, 8, 4, data="A" * 9000)
    pieces = give_to_kitty(image, 201).split("\x1b\\")
    assert [piece.partition(";")[0] for piece in pieces] == [
        "\x1b_Ga=T,f=100,U=1,i=201,c=8,r=4,q=2,m=1",
        "\x1b_Gq=2,m=1",
        "\x1b_Gq=2,m=0",
        "",
    ]
    assert "".join(piece.partition(";")[2] for piece in pieces) == image.data
    assert max(len(piece.partition(";")[2]) for piece in pieces) == 4096


@pytest.mark.parametrize(
    ("size", "colors"),
    [
        pytest.param((80, 24), Colors.MANY, id="80x24"),
        pytest.param((80, 24), Colors.FEW, id="80x24-16-colours"),
        pytest.param((80, 24), Colors.NONE, id="80x24-no-colours"),
        pytest.param((120, 35), Colors.MANY, id="120x35"),
    ],
)
def test_looks(snap_compare: Callable[..., bool], size: tuple[int, int], colors: Colors) -> None:
    view = PictureView()

    async def show(pilot: Any) -> None:
        await pilot.pause()
        beside = 2 if size[0] >= 100 else 1
        room = view.room(beside)
        titles = ("03-pay-failed.png · step 3 · failing", "last good run, Nov 22 11:37:07")
        pictures = (drawn(room, "maroon", colors=colors), drawn(room, size=(390, 844), colors=colors))
        view.show([shown(each, title, "83 kB") for each, title in zip(pictures, titles, strict=True)][:beside])
        view.focus()

    assert snap_compare(Stage(view), terminal_size=size, run_before=show)
