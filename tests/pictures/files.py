"""Files of pictures, as canaries leave them and as somebody might who means harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

__all__ = ["chunk", "image_file", "png_claiming", "quarters", "with_chunk"]


def image_file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def quarters(size: tuple[int, int] = (320, 180), mode: str = "RGB") -> Image.Image:
    """White, black, red and blue, from left to right and from top to bottom."""
    image = Image.new("RGB", size, "white")
    width, height = size[0] // 2, size[1] // 2
    for x, y, color in ((width, 0, "black"), (0, height, "red"), (width, height, "blue")):
        image.paste(color, (x, y, x + width, y + height))
    return image.convert(mode)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The PNG with another chunk behind its header."""
    return png[:33] + chunk(kind, data) + png[33:]


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that claim to be a PNG of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
