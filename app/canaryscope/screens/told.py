"""What any pane may tell the person."""

from __future__ import annotations

from canaryscope_widgets.fielded import FieldedMessage

__all__ = ["Told"]


class Told(FieldedMessage):
    """A short remark on what the person has just done; or, with a bell, on what has happened meanwhile."""

    text: str
    bell: bool = False
