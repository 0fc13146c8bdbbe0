"""A short remark in place of the hints."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

from canaryscope_widgets.hint_bar import HintBar

__all__ = ["Remarks"]

REMARK = 6.0
"""Seconds for which a remark stays."""


class Remarks:
    """Shows remarks in the hint bar of a screen. The screen tells of each key: then a remark has been read."""

    def __init__(self, screen: Screen[None], bar: HintBar) -> None:
        self._screen = screen
        self._bar = bar
        self._timer: Timer | None = None

    def say(self, remark: str, *, stay: bool = False) -> None:
        """Show a remark for a few seconds or (`stay`) until a key is pressed."""
        self._bar.remark = remark
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if stay else self._screen.set_timer(REMARK, self.forget)

    def forget(self) -> None:
        """Show the hints again."""
        self._bar.remark = ""
