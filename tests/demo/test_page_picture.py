"""Screenshots of the demo are pictures that any decoder reads."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import pytest

from canaryscope.demo.page_picture import HEIGHT, WIDTH, Look, page_picture


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, their checksums held against what is in them."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        inside = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + inside),)
        yield kind, inside
        at += 12 + length
    assert at == len(data)


@pytest.mark.parametrize("look", Look)
def test_a_picture_is_a_whole_png(look: Look) -> None:
    for number in range(0, 256, 17):
        found = dict(chunks(page_picture(number, 255 - number, look)))
        assert list(found) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
        assert struct.unpack(">IIBBBBB", found[b"IHDR"]) == (WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        rows = zlib.decompress(found[b"IDAT"])
        assert len(rows) == HEIGHT * (WIDTH + 1)
        assert {rows[at] for at in range(0, len(rows), WIDTH + 1)} == {0}
        assert max(rows) < len(found[b"PLTE"]) // 3


def test_each_look_differs_from_each_other_by_much() -> None:
    """Not by some pixels that a small terminal would lose: by a tenth of them."""
    rows = {look: zlib.decompress(dict(chunks(page_picture(3, 8, look)))[b"IDAT"]) for look in Look}
    for one in Look:
        for other in Look:
            if one is not other:
                differing = sum(a != b for a, b in zip(rows[one], rows[other], strict=True))
                assert differing > WIDTH * HEIGHT / 10, (one, other)


def test_pages_and_sites_are_told_apart() -> None:
    assert len({page_picture(site, page, Look.WHOLE) for site in range(5) for page in range(5)}) == 25
