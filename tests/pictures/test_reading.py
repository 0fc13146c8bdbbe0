"""What is drawn of a screenshot's file, and what is refused: the file is whoever's the monitored site is."""

from __future__ import annotations

import contextlib
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from canaryscope.evidence.errors import BadArtifact
from canaryscope.pictures.drawing import render_picture
from canaryscope.pictures.model import Graphics, PictureRequest
from canaryscope.pictures.reading import MAX_BYTES, MAX_SCANS, decode
from pictures.files import image_file, png_claiming, quarters, with_chunk

PNG = image_file(quarters((24, 12)))
JPEG = image_file(quarters((24, 12)), "JPEG", progressive=True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(mode: str) -> None:
    image = Image.new("I;16", (24, 12), 60_000) if mode == "I;16" else quarters((24, 12), mode)
    assert decode(image_file(image), "x.png").size == (24, 12)


def test_a_grey_png_of_sixteen_bits_is_not_white_throughout() -> None:
    dark = decode(image_file(Image.new("I;16", (2, 2), 20_000)), "x.png").convert("L").getpixel((0, 0))
    assert isinstance(dark, int)
    assert 60 <= dark <= 100


def test_a_jpeg_is_drawn() -> None:
    assert decode(JPEG, "x.jpg").size == (24, 12)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM"])
def test_another_format_is_refused_by_name(kind: str) -> None:
    with pytest.raises(BadArtifact, match=r"^01-pay\.png is not a whole PNG or JPEG"):
        decode(image_file(quarters((32, 32)), kind), "01-pay.png")


@pytest.mark.parametrize("size", [(7_000, 7_000), (10_000, 10_000), (60_000, 60_000), (2_000_000_000, 1)])
def test_a_picture_that_claims_to_be_enormous_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(BadArtifact):
        decode(png_claiming(*size), "x.png")


def test_the_sentence_says_that_it_has_too_many_pixels() -> None:
    for size in ((7_000, 7_000), (10_000, 10_000), (60_000, 60_000)):
        with pytest.raises(BadArtifact, match="has more than 40 million pixels"):
            decode(png_claiming(*size), "x.png")


def test_text_that_unpacks_to_many_times_its_size_is_refused_or_passed_over() -> None:
    bomb = zlib.compress(bytes(300_000_000), 9)
    for kind, start in ((b"zTXt", b"k\0\0"), (b"iCCP", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0")):
        tracemalloc.start()
        with contextlib.suppress(BadArtifact):
            decode(with_chunk(PNG, kind, start + bomb), "x.png")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
        tracemalloc.stop()


def test_a_jpeg_in_thousands_of_passes_is_refused() -> None:
    scan = JPEG[JPEG.rindex(b"\xff\xda") : -2]
    with pytest.raises(BadArtifact, match=f"more than {MAX_SCANS} parts"):
        decode(JPEG[:-2] + scan * 5_000 + b"\xff\xd9", "x.jpg")


def test_a_file_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(BadArtifact, match="larger than 40 MB"):
        decode(PNG + bytes(MAX_BYTES), "x.png")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"<Error><Code>AccessDenied</Code></Error>"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadArtifact, match="not a whole PNG or JPEG"):
        decode(data, "x.png")


def test_a_name_with_escape_sequences_does_not_reach_the_sentence() -> None:
    with pytest.raises(BadArtifact) as refused:
        decode(b"", "\x1b]0;evil\x07.png")
    assert "\x1b" not in refused.value.sentence


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A PNG or JPEG with bytes overwritten, cut off or put in."""
    data = bytearray(draw(st.sampled_from([PNG, JPEG, with_chunk(PNG, b"zTXt", b"k\0\0" + zlib.compress(b"text"))])))
    for at, new in draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.binary(max_size=6)), max_size=8)):
        data[at : at + draw(st.integers(0, 6))] = new
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@given(mangled(), st.sampled_from(Graphics))
def test_a_damaged_file_is_drawn_or_refused_but_never_a_crash(data: bytes, graphics: Graphics) -> None:
    try:
        picture = render_picture(data, "x.png", PictureRequest(graphics, 20, 10))
    except BadArtifact:
        return
    assert picture.columns <= 20
    assert picture.rows <= 10
