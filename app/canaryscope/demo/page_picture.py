"""Screenshots: a small picture of a web page that was made up, as a PNG with a palette (colour type 3)."""

from __future__ import annotations

import struct
import zlib
from enum import Enum
from functools import lru_cache

__all__ = ["HEIGHT", "WIDTH", "Look", "page_picture"]

WIDTH, HEIGHT = 320, 200


class Look(Enum):
    """What is to be seen on a page."""

    WHOLE = "the page as it should be"
    LOADED = "the page just loaded: its pictures are not there yet"
    ERROR = "an error page of the site"
    BLANK = "nothing: the browser has not got a page"
    WAITING = "a page that waits for something, and is grey meanwhile"


_WHITE, _PALE, _GREY, _DARK, _BRAND, _ACCENT, _RED, _PINK = range(8)
_FADED = bytes.maketrans(bytes((_ACCENT, _BRAND, _DARK, _GREY)), bytes((_PALE, _PALE, _GREY, _PALE)))
_BRANDS = ((0x1F, 0x4E, 0x79), (0x2E, 0x6B, 0x4F), (0x6A, 0x2C, 0x70), (0x8A, 0x4B, 0x08), (0x0B, 0x5A, 0x6F))
_ACCENTS = ((0xF2, 0x8C, 0x28), (0xE0, 0xB0, 0x2A), (0x3D, 0xB4, 0x8C), (0x4F, 0x9D, 0xE0), (0xC7, 0x5B, 0x9B))


class _Canvas:
    """Lines of palette entries."""

    def __init__(self, colour: int) -> None:
        self.lines = [bytearray([colour]) * WIDTH for _ in range(HEIGHT)]

    def block(self, left: int, top: int, width: int, height: int, colour: int) -> None:
        """Fill a rectangle."""
        filling = bytes([colour]) * width
        for line in self.lines[top : top + height]:
            line[left : left + width] = filling

    def words(self, left: int, top: int, widths: tuple[int, ...], colour: int) -> None:
        """A line of text, of words so wide, too small to be read."""
        for width in widths:
            self.block(left, top, width, 3, colour)
            left += width + 4

    def ring(self, colour: int, rest: int) -> None:
        """A ring in the middle, three quarters of it in `colour`: what turns while one waits."""
        middle, centre = WIDTH // 2, HEIGHT // 2 + 10
        for y in range(-36, 37):
            for x in range(-36, 37):
                if 24**2 <= x * x + y * y <= 36**2:
                    self.lines[centre + y][middle + x] = rest if x > 0 > y else colour


@lru_cache(512)
def page_picture(site: int, page: int, look: Look) -> bytes:
    """The PNG of a page of a site. Both numbers are anything: sites differ in colours, pages in what is on them."""
    canvas = _Canvas(_WHITE)
    if look is Look.BLANK:
        canvas.block(0, 0, WIDTH, 14, _PALE)
        canvas.words(6, 5, (60,), _GREY)
        return _png(canvas, site)
    canvas.block(0, 0, WIDTH, 24, _BRAND)
    canvas.block(8, 7, 34, 10, _WHITE)
    canvas.words(190, 10, (24, 30, 20, 26), _PALE)
    if look is Look.ERROR:
        _draw_error(canvas)
    else:
        _draw_content(canvas, site, page, pictures=look is not Look.LOADED)
    if look is Look.WAITING:
        canvas.lines[24:] = [line.translate(_FADED) for line in canvas.lines[24:]]
        canvas.ring(_BRAND, _WHITE)
    return _png(canvas, site)


def _draw_error(canvas: _Canvas) -> None:
    canvas.block(20, 44, 280, 52, _PINK)
    canvas.block(20, 44, 6, 52, _RED)
    canvas.block(40, 54, 8, 20, _RED)
    canvas.block(40, 78, 8, 8, _RED)
    canvas.words(62, 58, (44, 30, 52, 20), _RED)
    canvas.words(62, 70, (20, 36, 14, 40, 28), _DARK)
    canvas.words(62, 80, (36, 18, 30), _DARK)
    canvas.block(20, 112, 70, 18, _GREY)


def _draw_content(canvas: _Canvas, site: int, page: int, *, pictures: bool) -> None:
    canvas.words(16, 36, (50 + page * 13 % 40, 38, 24), _DARK)
    columns = 2 + (site + page) % 3
    width = (WIDTH - 32 - 8 * (columns - 1)) // columns
    for column in range(columns):
        left = 16 + column * (width + 8)
        canvas.block(left, 50, width, 62, _PALE)
        if pictures:
            canvas.block(left + 6, 56, width - 12, 34, _ACCENT if (column + page) % 2 else _BRAND)
        canvas.words(left + 6, 96, (width // 3, width // 4), _GREY)
        canvas.words(left + 6, 103, (width // 4, width // 3), _GREY)
    for line in range(3 + page % 3):
        widths = tuple(14 + (site * 7 + page * 5 + line * 11 + word * 17) % 34 for word in range(6))
        canvas.words(16, 124 + 9 * line, widths, _GREY)
    canvas.block(16, 176, 80, 16, _ACCENT)
    canvas.words(28, 182, (22, 30), _WHITE)


def _png(canvas: _Canvas, site: int) -> bytes:
    fixed = (0xFF, 0xFF, 0xFF), (0xEE, 0xF1, 0xF4), (0xB4, 0xBC, 0xC4), (0x2B, 0x33, 0x3B)
    colours = (*fixed, _BRANDS[site % 5], _ACCENTS[site // 5 % 5], (0xC6, 0x28, 0x28), (0xFD, 0xE7, 0xE7))
    rows = b"".join(b"\0" + line for line in canvas.lines)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(bytes(colour) for colour in colours)),
            _chunk(b"IDAT", zlib.compress(rows, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
