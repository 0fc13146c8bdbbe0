"""The line above the table that says it all: failing since when, and the last good run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.reactive import var

from canaryscope_widgets.lines import Part, cut
from canaryscope_widgets.one_line import OneLine
from canaryscope_widgets.tone import Tone

__all__ = ["Headline"]

SEPARATOR = " · "


class Headline(OneLine):
    """`Failing since 11:42:07 (9 runs, 45 min) · last good 11:37:07`, and what else fits behind it.

    The sentence is cut only where it alone is too long; the parts behind it are shown whole or left out.
    """

    sentence: var[str] = var("", init=False)
    """Data, one line. Empty: the line is blank, whatever `more` has."""
    tone: var[Tone] = var(Tone.PLAIN, init=False)
    """How the sentence's first word is meant (`Failing`, `Passing`, `Flapping:`); the rest is plain."""
    more: var[tuple[str, ...]] = var((), init=False)
    """Further parts, the most important first, without separators. One that does not fit does not keep out the next."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        room = self.size.width - 2
        text = cut(self.sentence, room)
        for further in self.more:
            longer = f"{text}{SEPARATOR}{further}"
            if self.sentence and further and cell_len(longer) <= room:
                text = longer
        word, blank, rest = text.partition(" ")
        return [(" ", ""), (word, "" if self.tone is Tone.PLAIN else self.tone.look), (blank + rest, "")]

    watch_sentence = watch_tone = watch_more = OneLine.changed
