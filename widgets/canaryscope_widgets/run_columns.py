"""The columns of the run table: which there are, how wide, and which of them a given width shows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from canaryscope_widgets.lines import Part, fit
from canaryscope_widgets.tone import Tone

__all__ = ["ABSOLUTE_WIDTH", "OPTIONAL", "Column", "RunColumn", "RunRow", "choose_columns", "header_parts", "row_parts"]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run, in display terms. All texts are data: clean, one line, never markup; "" where there is nothing."""

    key: Hashable
    """Identity of the run: two rows with the same key show the same run."""
    state: str = ""
    started: str = ""
    duration: str = ""
    test: str = ""
    """The TestResult, which is not the state."""
    attempt: str = ""
    browser: str = ""
    location: str = ""
    run_id: str = ""
    dry_run_id: str = ""
    reason: str = ""
    tone: Tone = Tone.PLAIN
    """How `state` is meant."""


class RunColumn(StrEnum):
    """A column of the table. The value is the attribute of `RunRow` that it shows."""

    STATE = "state"
    STARTED = "started"
    DURATION = "duration"
    TEST = "test"
    ATTEMPT = "attempt"
    BROWSER = "browser"
    LOCATION = "location"
    RUN_ID = "run_id"
    DRY_RUN = "dry_run_id"
    REASON = "reason"


OPTIONAL = frozenset({RunColumn.ATTEMPT, RunColumn.BROWSER, RunColumn.LOCATION, RunColumn.DRY_RUN})
"""These are shown only where the owner says that there is something to show."""

ABSOLUTE_WIDTH = len("Nov 22 12:27:07")


@dataclass(frozen=True, slots=True)
class Column:
    """A column at its place: `width` cells and a gap before the next one."""

    name: RunColumn
    title: str
    width: int
    gap: int = 2
    right: bool = False
    """Aligned to the right."""


_COLUMNS = (
    Column(RunColumn.STATE, "State", 7, gap=1),
    Column(RunColumn.STARTED, "Started", ABSOLUTE_WIDTH),
    Column(RunColumn.DURATION, "Duration", 8, right=True),
    Column(RunColumn.TEST, "Test", 7, gap=1),
    Column(RunColumn.ATTEMPT, "Attempt", 7),
    Column(RunColumn.BROWSER, "Browser", 7),
    Column(RunColumn.LOCATION, "Location", 14),
    Column(RunColumn.DRY_RUN, "Dry run", 9),
    Column(RunColumn.RUN_ID, "Run ID", 36),
)
"""In the order on the screen; the reason takes what is left."""

_REASON_AT_LEAST = {
    RunColumn.STATE: 0,
    RunColumn.STARTED: 0,
    RunColumn.DURATION: 16,
    RunColumn.TEST: 20,
    RunColumn.DRY_RUN: 24,
    RunColumn.ATTEMPT: 36,
    RunColumn.BROWSER: 36,
    RunColumn.LOCATION: 36,
    RunColumn.RUN_ID: 48,
}
"""The most important column first: it is shown where this many cells then remain for the reason."""


def choose_columns(
    width: int, optional: frozenset[RunColumn] = frozenset(), started: int = ABSOLUTE_WIDTH
) -> tuple[Column, ...]:
    """The columns that fit into `width` cells, from left to right; `started` is the width that times need.

    The first cell of a line belongs to the cursor's marker, the last is left free. The state is there whatever the
    width is.
    """
    known = {column.name: column for column in _COLUMNS}
    known[RunColumn.STARTED] = Column(RunColumn.STARTED, "Started", max(started, len("Started")))
    left = width - 2
    shown = set[RunColumn]()
    for name, reason in _REASON_AT_LEAST.items():
        if name in OPTIONAL and name not in optional:
            continue
        column = known[name]
        # without a reason behind it, the last column needs no gap
        needed = column.width + (column.gap + reason if reason else 0)
        if needed <= left or name is RunColumn.STATE:
            shown.add(name)
            left -= column.width + column.gap
        elif name not in OPTIONAL:
            break
    columns = [known[column.name] for column in _COLUMNS if column.name in shown]
    if left >= len("Reason"):
        columns.append(Column(RunColumn.REASON, "Reason", left, gap=0))
    return tuple(columns)


def header_parts(columns: Sequence[Column], looks: str, first: str) -> list[Part]:
    """The titles of the columns, the first one with a look of its own."""
    titles = [fit(column.title, column.width, right=column.right) + " " * column.gap for column in columns]
    return [(titles[0], first), ("".join(titles[1:]).rstrip(), looks)]


def row_parts(row: RunRow, columns: Sequence[Column], looks: str = "") -> list[Part]:
    """A run's texts under the columns; `looks` is added to the state's."""
    parts: list[Part] = []
    for column in columns:
        text = fit(str(getattr(row, column.name.value)), column.width, right=column.right)
        if column.name is RunColumn.STATE:
            word = text.rstrip()
            tone = "" if row.tone is Tone.PLAIN else row.tone.component
            parts.append((word, f"{tone} {looks}".strip()))
            text = text[len(word) :]
        parts.append((text + " " * column.gap, ""))
    return parts
