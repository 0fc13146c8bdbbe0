"""How the fields of a run are laid out in lines: short, the groups side by side, or whole, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from canaryscope_widgets.glyphs import MISSING, RULE
from canaryscope_widgets.lines import Part, cells, cut, fit
from canaryscope_widgets.timeline import Bar, draw_bar
from canaryscope_widgets.tone import Tone
from canaryscope_widgets.wrapping import shorten, wrap_text

__all__ = ["Detail", "Field", "full_rows", "short_rows"]

Row = list[Part]

LABEL_GAP = 2
"""Blank cells between the longest label and the values."""
BAR_MOST = 24
BAR_LEAST = 8
"""With fewer cells there is no bar: it would say nothing."""
REASON_BEFORE_MORE = 3
"""Lines that the reason may have, before a timeline longer than the status gets more rows in the short form."""
VALUES_FROM = 24
"""With fewer cells for the values, they stand below their labels."""


class Field(NamedTuple):
    """A label and a value. All texts are data; a value may hold line ends."""

    label: str
    value: str | None
    """None or empty: it was not sent, and is shown as `–`."""
    tone: Tone = Tone.PLAIN
    explanation: str = ""
    """What a code means, in a sentence; shown dim where everything is shown."""


class Detail(NamedTuple):
    """A run, in display terms."""

    status: tuple[Field, ...]
    """The last one (the reason) takes what is left of the room where the groups are side by side."""
    timeline: tuple[Field, ...]
    more: tuple[Field, ...] = ()
    """In the short form those that were sent, and only where room is left."""
    bar: Bar | None = None
    bar_label: str = "Duration"
    """The label of the timeline's field that the bar is drawn behind."""
    key: str = ""
    """Tells runs apart: with the same key it is the same run, told anew, and what is in sight stays there."""


def short_rows(detail: Detail, width: int, height: int, *, ascii: bool = False) -> list[Row]:
    """Status and timeline side by side in at most `height` rows; what does not fit ends with an ellipsis.

    Below the reason there is more of the run, if rows are left.
    """
    right_at = width // 2 - 1
    beside, last = detail.status[:-1], detail.status[-1:]
    left_label = _label_width(detail.status)
    room = width - 2 - left_label
    reason = [wrap_text(_value(field), room, field.tone.look) for field in last]
    wanted = min(REASON_BEFORE_MORE, sum(map(len, reason)))
    count = max(len(beside), min(len(detail.timeline), height - 1 - wanted))
    timeline = detail.timeline[:count]
    right_label = _label_width(timeline)
    rows = [_rule(width, (4, "Status"), (right_at, "Timeline"))]
    for index in range(count):
        row: Row = [(" ", "")]
        if index < len(beside):
            row += _short_field(beside[index], left_label, right_at - 2)
        if index < len(timeline):
            row.append((" " * (right_at - cells(row)), ""))
            row += _short_field(timeline[index], right_label, width - right_at - 1)
            if timeline[index].label == detail.bar_label:
                row += _bar_parts(detail.bar, width - 1 - cells(row), ascii=ascii)
        rows.append(row)
    for field, value in zip(last, reason, strict=True):
        rows += _labelled(field, shorten(value, height - len(rows), room), left_label)
    if height - len(rows) > 1:
        rows += _short_group("Run", [field for field in detail.more if field.value], width)
    return rows[:height]


def _short_group(title: str, fields: Sequence[Field], width: int) -> list[Row]:
    """A rule, and each field in a line."""
    label = _label_width(fields)
    return [_rule(width, (4, title)), *([(" ", ""), *_short_field(field, label, width - 2)] for field in fields)]


def full_rows(detail: Detail, width: int, *, ascii: bool = False) -> list[Row]:
    """Everything, one group below the other, in as many rows as it takes."""
    label = _label_width((*detail.status, *detail.timeline, *detail.more))
    rows: list[Row] = []
    for title, group in (("Status", detail.status), ("Timeline", detail.timeline), ("Run", detail.more)):
        if group:
            rows.append(_rule(width, (4, title)))
        for field in group:
            below = width - 2 - label < VALUES_FROM
            room = width - 3 if below else width - 2 - label
            value = wrap_text(_value(field), room, field.tone.look)
            if group is detail.timeline and field.label == detail.bar_label:
                value[-1] += _bar_parts(detail.bar, room - cells(value[-1]), ascii=ascii)
            if field.explanation:
                value += wrap_text(field.explanation, room, "detail--explanation")
            if below:
                rows.append([(" ", ""), (field.label, "detail--label")])
                rows += [[("  ", ""), *line] for line in value]
            else:
                rows += _labelled(field, value, label)
    return rows


def _rule(width: int, *titles: tuple[int, str]) -> Row:
    """A dividing line with a title at each of the given columns: ` ── Status ───── Timeline ───── `."""
    row: Row = [(" ", "")]
    for column, title in titles:
        row.append((RULE * (column - 1 - cells(row)), "detail--rule"))
        row += [(" ", ""), (title, "detail--title"), (" ", "")]
    return [*row, (RULE * (width - 1 - cells(row)), "detail--rule")]


def _short_field(field: Field, label_width: int, width: int) -> Row:
    """A label and a value in one line of at most `width` cells."""
    value = cut(" ".join(_value(field).split()), max(0, width - label_width))
    return [(fit(field.label, label_width), "detail--label"), (value, field.tone.look)]


def _labelled(field: Field, value: Iterable[Row], label_width: int) -> list[Row]:
    """The rows of a value, the label beside the first of them."""
    rows: list[Row] = []
    for index, line in enumerate(value):
        label = field.label if index == 0 else ""
        rows.append([(" ", ""), (fit(label, label_width), "detail--label"), *line])
    return rows


def _bar_parts(bar: Bar | None, room: int, *, ascii: bool) -> Row:
    """Two blanks, the bar and its scale, in at most `room` cells; nothing where that is too little."""
    if bar is None or room - 2 < BAR_LEAST:
        return []
    scale = f" {bar.scale}" if bar.scale else ""
    if room - 2 - cell_len(scale) < BAR_LEAST:
        scale = ""
    drawn = draw_bar(bar, min(BAR_MOST, room - 2 - cell_len(scale)), ascii=ascii)
    return [("  ", ""), (drawn, "detail--bar"), (scale, "detail--scale")] if drawn else []


def _label_width(fields: Sequence[Field]) -> int:
    return max((cell_len(field.label) for field in fields), default=0) + LABEL_GAP


def _value(field: Field) -> str:
    return field.value or MISSING
