"""What is said of a picture beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from canaryscope.pictures.model import Graphics, Picture
from canaryscope.render.pictures import NO_PICTURES, shown
from canaryscope_widgets.picture_images import Image, Protocol
from canaryscope_widgets.picture_view import Shown

CELLS = ((("▀▀", 16, 231),),)
PICTURE = Picture(Graphics.BLOCKS, 2, 1, 1920, 1080, lines=CELLS)


def test_a_picture_is_shown_with_its_pixels_and_its_size() -> None:
    image = Image(Protocol.BLOCKS, 2, 1, CELLS)
    assert shown(PICTURE, "03-pay-failed.png", "83 kB") == Shown("03-pay-failed.png", "1920x1080 · 83 kB", image)
    assert shown(PICTURE, "03-pay-failed.png").facts == "1920x1080"


def test_a_long_page_of_which_a_part_is_shown_says_so() -> None:
    assert shown(replace(PICTURE, height=20_000, cut=True), "x.png").facts == "upper part of 1920x20000"


def test_where_nothing_can_be_drawn_a_sentence_says_so() -> None:
    nothing = shown(replace(PICTURE, graphics=Graphics.NOTHING, lines=()), "x.png", "83 kB")
    assert nothing == Shown("x.png", "1920x1080 · 83 kB", notice=NO_PICTURES)


@pytest.mark.parametrize("graphics", [Graphics.KITTY, Graphics.ITERM2, Graphics.SIXEL])
def test_an_image_keeps_its_way_to_the_screen(graphics: Graphics) -> None:
    image = shown(replace(PICTURE, graphics=graphics, data="QUJD"), "x.png").image
    assert image == Image(Protocol(graphics.value), 2, 1, CELLS, "QUJD")
