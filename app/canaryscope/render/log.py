"""Lines of a log as the rows of the widget that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from canaryscope.evidence.log import Level, LogLine
from canaryscope.evidence.log_text import LogGap
from canaryscope.render.figures import bytes_text
from canaryscope.render.times import Clock
from canaryscope_widgets.log_rows import LogRow
from canaryscope_widgets.tone import Tone

__all__ = ["TIME_WIDTH", "log_rows", "looked_through"]

TIME_WIDTH: Final = len("12:27:31.104")

_TONES: Final = {Level.ERROR: Tone.BAD, Level.WARN: Tone.ODD}


def log_rows(rows: Sequence[LogLine | LogGap], clock: Clock, *, in_error: bool) -> list[LogRow]:
    """Rows that follow each other. `in_error`: the first of them is an error, or goes on with one.

    The time that a line begins with stands in the time's own column, in the zone that is shown.
    """
    shown: list[LogRow] = []
    for row in rows:
        if isinstance(row, LogGap):
            shown.append(LogRow(f"… {bytes_text(row.size)} not read: they are loaded as you come near"))
            in_error = False
            continue
        in_error = in_error if row.continues else row.level is Level.ERROR
        tone = Tone.BAD if in_error else _TONES.get(row.level, Tone.PLAIN)
        shown.append(LogRow(row.message, tone, clock.precise(row.time) if row.time else ""))
    return shown


def looked_through(count: int, size: int) -> str:
    """How far a search is: `34 of 200 MB`."""
    if size < 1e6:
        return f"{bytes_text(count)} of {bytes_text(size)}"
    return f"{count / 1e6:,.0f} of {size / 1e6:,.0f} MB"
