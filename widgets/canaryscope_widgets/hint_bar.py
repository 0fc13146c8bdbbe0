"""The line at the bottom: the keys that matter here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.reactive import var

from canaryscope_widgets.lines import Part, cells, cut
from canaryscope_widgets.one_line import OneLine

__all__ = ["Hint", "HintBar"]


class Hint(NamedTuple):
    """A key and what it does, in a word or two."""

    key: str
    text: str

    def parts(self) -> list[Part]:
        """`enter detail`, the key standing out."""
        return [(self.key, "hint-bar--key"), (f" {self.text}", "")]


class HintBar(OneLine):
    """As many hints as fit, the most important first; none is ever cut."""

    LOOKS = {
        "hint-bar--key": "bold",
    }

    hints: var[Sequence[Hint]] = var((), init=False)
    remark: var[str] = var("", init=False)
    """A sentence in place of the hints, cut where there is no room; "" for none."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        if self.remark:
            return [(" ", ""), (cut(self.remark, self.size.width - 2), "hint-bar--key")]
        parts: list[Part] = []
        for hint in self.hints:
            longer = [*parts, ("  " if parts else " ", ""), *hint.parts()]
            if cells(longer) > self.size.width:
                break
            parts = longer
        return parts

    watch_hints = watch_remark = OneLine.changed
