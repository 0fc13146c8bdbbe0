"""A screenshot's file, decoded: untrusted, so refused before it costs much memory or time."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from canaryscope.evidence.errors import BadArtifact

__all__ = ["MAX_BYTES", "MAX_PIXELS", "MAX_SCANS", "decode"]

MAX_BYTES: Final = 40_000_000
MAX_PIXELS: Final = 40_000_000
"""A page of 1920 by 20,000; takes 160 MB, and twice as much while it is scaled."""
MAX_SCANS: Final = 64
"""Parts of a progressive JPEG: each costs the time of the whole, and may be a few bytes only."""

_START_OF_SCAN: Final = b"\xff\xda"
"""Inside a scan 0xff is followed by something else, always."""
_BEFORE_SCALING: Final = ("RGB", "RGBA", "L")
"""Modes in which pixels can be mixed."""


def decode(data: bytes, name: str) -> Image.Image:
    """The picture in one of the modes RGB, RGBA and L. Of an animation the first frame.

    Raises BadArtifact for anything but a PNG or JPEG that is whole and not too large. `name` is the file's, for the
    person.
    """
    if len(data) > MAX_BYTES:
        raise BadArtifact(f"{name} is larger than {MAX_BYTES // 1_000_000} MB, more than is drawn here.")
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if image.width * image.height > MAX_PIXELS:
            raise _too_large(name)
        if image.format != "PNG" and data.count(_START_OF_SCAN) > MAX_SCANS:
            raise BadArtifact(f"{name} is a JPEG in more than {MAX_SCANS} parts, which is not drawn here.")
        image.load()
        if image.mode in _BEFORE_SCALING:
            return image
        if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off at 255
            return image.point(lambda level: level * (1 / 256)).convert("L")
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except BadArtifact:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name) from None
    except Exception as error:
        # Pillow raises a dozen kinds for a file that is not what it should be; whichever it is, it is the file's fault.
        raise BadArtifact(f"{name} is not a whole PNG or JPEG, so it cannot be drawn.") from error


def _too_large(name: str) -> BadArtifact:
    return BadArtifact(f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels, more than is drawn here.")
