"""The drawing characters, and what stands in for them where the terminal has none (TERM=linux, no UTF-8)."""

from __future__ import annotations

from collections.abc import Sequence

from canaryscope_widgets.lines import Part

__all__ = ["CURSOR", "MISSING", "RULE", "as_ascii"]

CURSOR = "▌"
"""Before the line with the cursor."""
MISSING = "–"
"""For a value that was not sent."""
RULE = "─"
"""A dividing line is made of these."""

_ASCII = str.maketrans({CURSOR: ">", MISSING: "-", RULE: "-", "…": "~", "·": "."})


def as_ascii(parts: Sequence[Part]) -> list[Part]:
    """A line with every drawing character replaced by an ASCII one of the same width."""
    return [(text.translate(_ASCII), looks) for text, looks in parts]
