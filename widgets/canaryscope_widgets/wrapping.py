"""Wrapping of a line's parts at word bounds, by terminal cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content, Span

from canaryscope_widgets.lines import ELLIPSIS, Part, cells, cut

__all__ = ["shorten", "wrap", "wrap_text"]


def wrap(parts: Sequence[Part], width: int) -> list[list[Part]]:
    """The parts in lines of at most `width` cells. Line ends in the text are kept, tabs become blanks.

    At least one line, also for no text. A word that is longer than a line is broken, never cut.
    """
    text = "".join(text for text, _ in parts)
    if text.isprintable() and cell_len(text) <= width:
        return [list(parts)]
    spans, start = [], 0
    for part, looks in parts:
        spans.append(Span(start, start + len(part), looks))
        start += len(part)
    return [_parts(line) for line in Content(text, spans=spans).wrap(max(1, width))]


def wrap_text(text: str, width: int, looks: str = "") -> list[list[Part]]:
    """The same for text in one look."""
    return wrap([(text, looks)], width)


def shorten(lines: list[list[Part]], count: int, width: int) -> list[list[Part]]:
    """The first `count` lines; the last of them ends with an ellipsis, within `width`, where there were more."""
    if len(lines) <= count or count < 1:
        return lines[: max(0, count)]
    *shown, last = lines[:count]
    *parts, (text, looks) = last or [("", "")]
    return [*shown, [*parts, (cut(text + ELLIPSIS, width - cells(parts)), looks)]]


def _parts(line: Content) -> list[Part]:
    """A wrapped line; blanks that wrapping added have no look."""
    parts: list[Part] = []
    end = 0
    for span in line.spans:
        parts.append((line.plain[end : span.start], ""))
        parts.append((line.plain[span.start : span.end], span.style))
        end = span.end
    return [part for part in (*parts, (line.plain[end:], "")) if part[0]]
