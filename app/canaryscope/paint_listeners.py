"""Images among the cells: who draws one is told of each frame, just before it is written and just after.

An image is not part of what Textual paints. Where cells over it are painted it is gone, so it has to be written again,
behind exactly the frames that touch it, and only there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from textual._compositor import ChopsUpdate
from textual.app import App

__all__ = ["PaintListener", "PaintingApp", "Spans"]

Spans: TypeAlias = Sequence[tuple[int, int, int]]
"""The cells that a frame paints: line, first column, and the column behind the last. Pieces of text are written whole,
so of the widget that is there more may be painted on that line."""

ReturnType = TypeVar("ReturnType")


class PaintListener(Protocol):
    """Who wants to know of frames. `spans` is None where the whole screen is painted."""

    def before_paint(self, spans: Spans | None) -> None:
        """A frame is about to be written."""

    def after_paint(self, spans: Spans | None) -> None:
        """It was written."""


class PaintingApp(App[ReturnType]):
    """An App that tells its listeners of frames, and lets them write to the terminal themselves."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._listeners: list[PaintListener] = []

    def listen_to_paint(self, listener: PaintListener) -> None:
        """Tell `listener` of frames from now on."""
        self._listeners.append(listener)

    def stop_listening(self, listener: PaintListener) -> None:
        """Tell it no more, if it was told."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def write_to_terminal(self, sequence: str) -> None:
        """Write what is no text, behind what has been painted so far."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def _display(self, screen: Any, renderable: Any) -> None:
        if renderable is None or self._batch_count or not self._listeners:
            super()._display(screen, renderable)
            return
        spans = renderable.spans if isinstance(renderable, ChopsUpdate) else None
        for listener in self._listeners:
            listener.before_paint(spans)
        super()._display(screen, renderable)
        for listener in self._listeners:
            listener.after_paint(spans)
