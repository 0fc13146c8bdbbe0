"""A screenshot as it is sent to a terminal: in its cells, in its shape, and in few bytes."""

from __future__ import annotations

import pickle
from base64 import b64decode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len
from textual_image.renderable import tgp

from canaryscope.pictures.drawing import render_picture
from canaryscope.pictures.kitty import placeholders
from canaryscope.pictures.model import Colors, Graphics, Picture, PictureRequest
from pictures.files import image_file, quarters

WHITE, BLACK, RED, BLUE = 231, 16, 196, 21
"""In the cube of 256 colours."""
PAGE = image_file(quarters((1280, 720)))
NOISE = image_file(Image.effect_noise((1280, 720), 80).convert("RGB"))
"""Nothing is harder to pack."""


def drawn(data: bytes, graphics: Graphics, columns: int = 78, rows: int = 20, **options: object) -> Picture:
    return render_picture(data, "x.png", PictureRequest(graphics, columns, rows, **options))  # type: ignore[arg-type]


def as_image(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(b64decode(picture.data)))


def test_half_blocks_have_two_colours_in_a_cell() -> None:
    picture = drawn(image_file(quarters((4, 6))), Graphics.BLOCKS, 4, 3)
    assert picture.lines == (
        (("  ", None, WHITE), ("  ", None, BLACK)),
        (("▀▀", WHITE, RED), ("▀▀", BLACK, BLUE)),
        (("  ", None, RED), ("  ", None, BLUE)),
    )
    assert (picture.width, picture.height, picture.cut) == (4, 6, False)


def test_half_blocks_take_sixteen_colours_where_there_are_no_more() -> None:
    picture = drawn(image_file(quarters((4, 6))), Graphics.BLOCKS, 4, 3, colors=Colors.FEW)
    assert picture.lines[1] == (("▀▀", 15, 9), ("▀▀", 0, 4))


def test_without_colours_light_and_dark_are_told_by_shades() -> None:
    picture = drawn(image_file(quarters((8, 8))), Graphics.BLOCKS, 8, 4, colors=Colors.NONE)
    assert [[run[1:] for run in line] for line in picture.lines] == [[(None, None)]] * 4
    assert picture.lines[0][0][0] == "████    "
    assert set(picture.lines[-1][0][0][:4]) == {"░"}


@given(
    size=st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    room=st.tuples(st.integers(-1, 400), st.integers(-1, 400)),
    cell=st.tuples(st.integers(0, 30), st.integers(0, 60)),
    graphics=st.sampled_from([Graphics.BLOCKS, Graphics.SIXEL, Graphics.ITERM2]),
)
def test_a_picture_stays_in_its_room_and_keeps_its_shape(
    size: tuple[int, int], room: tuple[int, int], cell: tuple[int, int], graphics: Graphics
) -> None:
    picture = drawn(image_file(Image.new("L", size)), graphics, *(min(each, 40) for each in room), cell=cell)
    assert 1 <= picture.columns <= max(1, room[0])
    assert 1 <= picture.rows <= max(1, room[1])
    if graphics is Graphics.BLOCKS:
        assert [sum(len(text) for text, _, _ in line) for line in picture.lines] == [picture.columns] * picture.rows
        assert picture.columns <= max(1, 2 * size[0])
    if graphics is Graphics.ITERM2:
        width, height = as_image(picture).size
        assert width <= picture.columns * max(1, cell[0])
        assert height <= picture.rows * max(1, cell[1])
        shape = min(size[1], 3 * size[0]) / size[0]
        assert abs(height - width * shape) <= 1 + shape / 2
        assert picture.columns <= max(1, 2 * size[0])


def test_a_small_picture_is_not_blown_up_to_the_whole_screen() -> None:
    picture = drawn(image_file(quarters((20, 20))), Graphics.ITERM2)
    assert (picture.columns, picture.rows) == (4, 2)
    assert as_image(picture).size == (20, 20)  # which the terminal enlarges


def test_of_a_very_long_page_the_upper_part_is_shown() -> None:
    picture = drawn(image_file(quarters((100, 2000))), Graphics.ITERM2)
    assert (picture.width, picture.height, picture.cut) == (100, 2000, True)
    assert as_image(picture).size == (100, 300)
    assert {color for _, color in as_image(picture).convert("RGB").getcolors() or ()} >= {(255, 255, 255), (0, 0, 0)}
    assert not drawn(image_file(quarters((390, 844))), Graphics.ITERM2).cut  # a telephone


def test_what_is_transparent_is_white_as_in_a_browser() -> None:
    picture = drawn(image_file(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), Graphics.BLOCKS, 4, 2)
    assert {back for line in picture.lines for _, _, back in line} == {WHITE}


@pytest.mark.parametrize("graphics", [Graphics.KITTY, Graphics.ITERM2, Graphics.SIXEL])
def test_only_what_is_seen_goes_over_the_line(graphics: Graphics) -> None:
    assert len(drawn(PAGE, graphics).data) < 6_000
    pixels = 780 * 400
    assert len(drawn(NOISE, graphics).data) < 3 * pixels
    assert len(drawn(NOISE, graphics, 20, 5).data) < pixels / 4


@pytest.mark.parametrize("graphics", [Graphics.KITTY, Graphics.ITERM2, Graphics.SIXEL])
def test_the_finest_screen_gets_no_more_pixels_than_can_be_told_apart(graphics: Graphics) -> None:
    picture = drawn(image_file(quarters((3840, 2160))), graphics, 200, 50, cell=(20, 40))
    assert len(picture.data) < 30_000
    if graphics is Graphics.SIXEL:
        assert picture.data.startswith('\x1bP0;0;0q"1;1;1633;918#')
        assert (picture.columns, picture.rows) == (82, 23)
    else:
        assert as_image(picture).size == (1633, 919)
        assert (picture.columns, picture.rows) == (178, 50)


def test_an_image_for_kitty_comes_with_a_cell_for_each_part_of_it() -> None:
    picture = drawn(PAGE, Graphics.KITTY)
    table = [chr(code) for code in tgp._NUMBER_TO_DIACRITIC]
    assert len(picture.lines) == picture.rows
    for row, ((text, front, back),) in enumerate(picture.lines):
        assert text == "".join(f"\U0010eeee{table[row]}{table[column]}" for column in range(picture.columns))
        assert cell_len(text) == picture.columns
        assert (front, back) == (None, None)


def test_kitty_can_number_no_more_cells_than_its_table_has() -> None:
    assert placeholders(400, 1) == placeholders(297, 1)
    assert drawn(image_file(quarters((4000, 100))), Graphics.KITTY, 400, 20).columns == 297


def test_sixels_are_a_whole_sequence_of_the_size_that_was_asked_for() -> None:
    picture = drawn(PAGE, Graphics.SIXEL, cell=(8, 16))
    assert picture.data.startswith('\x1bP0;0;0q"1;1;569;318#')  # 320 is no number of whole sixels
    assert picture.data.endswith("\x1b\\")
    assert "\x1b" not in picture.data[1:-2]
    assert (picture.columns, picture.rows) == (72, 20)


def test_a_picture_crosses_to_the_other_process() -> None:
    picture = drawn(PAGE, Graphics.BLOCKS)
    assert pickle.loads(pickle.dumps(picture)) == picture
