"""What any pane may tell the person."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

__all__ = ["Told"]


@dataclass
class Told(Message):
    """A short remark on what the person has just done; or, with a bell, on what has happened meanwhile."""

    text: str
    bell: bool = False
