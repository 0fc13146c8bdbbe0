"""A sentence in place: what went wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import var

from canaryscope_widgets.glyphs import as_ascii
from canaryscope_widgets.lines import LinesWidget, Part
from canaryscope_widgets.tone import Tone
from canaryscope_widgets.wrapping import shorten, wrap_text

__all__ = ["Notice"]


class Notice(LinesWidget):
    """An error's sentence and its hint, wrapped to a few lines; not there at all while there is nothing to say."""

    DEFAULT_CSS = "Notice { height: auto; padding: 0 1; }"

    ascii: var[bool] = var(False, init=False)

    def __init__(self, *, max_lines: int = 3, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.max_lines = max_lines
        """A longer text is cut: the sentence first, of which a line is left, and then what to do."""
        self._said: tuple[str, str, Tone] = ("", "", Tone.BAD)
        self.display = False

    @property
    def sentence(self) -> str:
        """What is said now; empty for nothing."""
        return self._said[0]

    def say(self, sentence: str, hint: str = "", tone: Tone = Tone.BAD) -> None:
        """Show a sentence and a hint, or nothing. Both are data; line ends in them are kept."""
        if (sentence, hint, tone) == self._said:
            return
        self._said = (sentence, hint, tone)
        self.display = bool(sentence or hint)
        self.refresh(layout=True)

    def watch_ascii(self) -> None:
        """Other drawing characters."""
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the text takes."""
        return len(self._wrapped(width))

    def line(self, y: int) -> Sequence[Part]:
        """Line y of the wrapped text."""
        lines = self._wrapped(self.size.width)
        parts = lines[y] if y < len(lines) else []
        return as_ascii(parts) if self.ascii else parts

    def _wrapped(self, width: int) -> list[list[Part]]:
        sentence, hint, tone = self._said
        said = wrap_text(sentence, width, tone.look) if sentence else []
        advice = wrap_text(hint, width) if hint else []
        for_advice = min(len(advice), self.max_lines - min(1, len(said)))
        return [*shorten(said, self.max_lines - for_advice, width), *shorten(advice, for_advice, width)]
