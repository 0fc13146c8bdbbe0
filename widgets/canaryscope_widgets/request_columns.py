"""The columns of the request list, and the bar that says in which phase of a request the time went."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rich.cells import cell_len
from rich.segment import Segment

from canaryscope_widgets.lines import ELLIPSIS
from canaryscope_widgets.list_columns import Column, room_beside, sized
from canaryscope_widgets.tone import Tone

__all__ = ["BAR", "URL", "Phase", "RequestRow", "choose_columns", "draw_phases", "legend", "shorten_url"]

STATUS_AT_MOST = 8
STATUS_USUALLY = 4
METHOD_AT_MOST = 7
FIGURES_AT_MOST = 9
"""Cells of a size, and of a time."""
URL_AT_LEAST = 20
"""A column is there where so many cells are left for the URL."""
BAR_LEAST = 8
BAR_MOST = 24
WIDE_GAPS_FROM = 80
"""Below this many cells one blank stands between columns, else two."""
MEASURED = 300
"""Rows of a longer list that are measured: to make all of 20,000 takes half a second."""
URL, BAR = "url", "bar"
"""Names of the columns that are not simply an attribute."""
_ORDER = ("status", "method", URL, "size", "time", BAR)


class Phase(StrEnum):
    """A phase of a request, by the letter that its part of the bar is made of, which needs no colours."""

    DNS = "d"
    CONNECT = "c"
    TLS = "t"
    WAIT = "w"
    RECEIVE = "r"


_NAMES = {
    Phase.DNS: "DNS",
    Phase.CONNECT: "connect",
    Phase.TLS: "TLS",
    Phase.WAIT: "wait",
    Phase.RECEIVE: "receive",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request, or a link that was followed, in display terms.

    All texts are data: clean, one line, never markup; "" where there is nothing.
    """

    key: Hashable
    """Tells it from the other requests of this run and from those of other runs."""
    status: str
    """`200`, `503`, or a word where there was no answer."""
    method: str
    host: str
    path: str
    """With its query, masked."""
    size: str = ""
    time: str = ""
    tone: Tone = Tone.PLAIN
    """How `status` is meant."""
    bar: tuple[tuple[Phase, float], ...] = ()
    """How long each phase took, in its order, as a share of what the owner takes for the full width."""
    note: str = ""
    """What else there is to say, such as why there was no answer. Shown in place of a bar, and whole while the cursor
    is on the request."""


def choose_columns(rows: Sequence[RequestRow], width: int) -> list[Column]:
    """From left to right: status, method, URL, size, time, phases; as many as leave room for the URL.

    The status is always there; the time stays longest, then the method, the size, the phases. Of a long list some rows
    are measured, and there is room for what the others may have.
    """
    wide = width >= WIDE_GAPS_FROM
    gap = 2 if wide else 1
    url = Column(URL, "URL", URL_AT_LEAST, gap=gap)
    rows, whole = (rows, True) if len(rows) <= MEASURED else (_some(rows), False)

    def column(name: str, title: str, most: int, least: int, *, right: bool = False) -> list[Column]:
        return sized(rows, name, title, most, least=0 if whole else least, right=right, gap=gap)

    shown = column("status", "Status" if wide else "", STATUS_AT_MOST, STATUS_USUALLY)
    for more in (
        column("time", "Time", FIGURES_AT_MOST, FIGURES_AT_MOST, right=True),
        column("method", "Method" if wide else "", METHOD_AT_MOST, METHOD_AT_MOST),
        column("size", "Size", FIGURES_AT_MOST, FIGURES_AT_MOST, right=True),
    ):
        if room_beside([*shown, *more, url], width) >= 0:
            shown += more
    bars = any(row.bar for row in rows)
    phases = Column(BAR, "Phases" if bars else "Note", BAR_LEAST, gap=gap)
    spare = room_beside([*shown, url, phases], width)
    if (bars or any(row.note for row in rows)) and spare >= 0:
        wider = min(BAR_MOST - BAR_LEAST, spare // 3) if bars else spare // 2
        shown.append(replace(phases, width=BAR_LEAST + wider))
    url = replace(url, width=URL_AT_LEAST + max(0, room_beside([*shown, url], width)))
    return sorted([*shown, url], key=lambda column: _ORDER.index(column.name))


def _some(rows: Sequence[RequestRow]) -> list[RequestRow]:
    """The first ones, and some of all the others."""
    half = MEASURED // 2
    return [*rows[:half], *rows[half :: len(rows) // half]]


def draw_phases(bar: Sequence[tuple[Phase, float]], width: int) -> str:
    """The phases in at most `width` cells, `dccttwwwwwr`; "" where no time is known.

    Any time at all has a cell, so that a short request is not taken for none; a phase of less than half a cell may
    have none. Shares below 0 and NaN count as nothing, those above 1 as 1.
    """
    shares = [(phase, min(share, 1.0)) for phase, share in bar if share > 0]
    whole = sum(share for _, share in shares)
    if not shares:
        return ""
    room = min(width, max(1, math.ceil(whole * width - 1e-9)) if whole < 1 else width)
    drawn, so_far = "", 0.0
    for phase, share in shares:
        so_far += share
        drawn += phase.value * (round(so_far / whole * room) - len(drawn))
    return drawn


def shorten_url(url: str, width: int) -> str:
    """The URL in at most `width` cells: its start and, twice as much, its end, which tells it from its like."""
    if cell_len(url) <= width:
        return url
    if width < 1:
        return ""
    head = (width - 1) // 3
    start = Segment(url).split_cells(head)[0].text
    end = Segment(url).split_cells(cell_len(url) - (width - 1 - head))[1].text
    return start + ELLIPSIS + end


def legend() -> str:
    """What the letters of a bar mean."""
    return "  ".join(f"{phase.value} {name}" for phase, name in _NAMES.items())
