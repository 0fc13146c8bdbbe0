"""A picture that was drawn, as the view shows it."""

from __future__ import annotations

from canaryscope.pictures.model import Graphics, Picture
from canaryscope_widgets.picture_images import Image, Protocol
from canaryscope_widgets.picture_view import Shown

__all__ = ["NO_PICTURES", "shown"]

NO_PICTURES = "This terminal shows neither images nor the characters that stand in for them."
"""Where `Graphics.NOTHING` is all that it can."""

_PROTOCOLS = {
    Graphics.BLOCKS: Protocol.BLOCKS,
    Graphics.KITTY: Protocol.KITTY,
    Graphics.ITERM2: Protocol.ITERM2,
    Graphics.SIXEL: Protocol.SIXEL,
}


def shown(picture: Picture, title: str, size: str = "") -> Shown:
    """The picture with a title; `size` is the file's, in words."""
    pixels = f"{picture.width}x{picture.height}"
    facts = [f"upper part of {pixels}" if picture.cut else pixels, size]
    protocol = _PROTOCOLS.get(picture.graphics)
    if protocol is None:
        return Shown(title, _joined(facts), notice=NO_PICTURES)
    image = Image(protocol, picture.columns, picture.rows, picture.lines, picture.data)
    return Shown(title, _joined(facts), image)


def _joined(facts: list[str]) -> str:
    return " · ".join(fact for fact in facts if fact)
