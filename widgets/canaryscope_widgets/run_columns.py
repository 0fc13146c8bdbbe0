"""The columns of the run table: which there are, how wide, and which of them a given width shows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len

from canaryscope_widgets.lines import Part, cut, fit
from canaryscope_widgets.tone import Tone

__all__ = [
    "ABSOLUTE_WIDTH",
    "OPTIONAL",
    "STATE_WIDTH",
    "Column",
    "Fold",
    "RunColumn",
    "RunRow",
    "choose_columns",
    "header_parts",
    "row_parts",
]


class Fold(StrEnum):
    """What a row is among the runs of one schedule (its retries, browsers, locations)."""

    NONE = "none"
    """An ordinary run."""
    FOLDED = "folded"
    """Several runs in one row."""
    UNFOLDED = "unfolded"
    """The same; its runs are in the rows below."""
    MEMBER = "member"
    """One of those runs."""


_SIGNS = {Fold.FOLDED: "+", Fold.UNFOLDED: "-"}


class RunRow(NamedTuple):
    """A run, or the runs of a schedule, in display terms.

    All texts are data: clean, one line, never markup; "" where there is nothing.
    """

    key: Hashable
    """Identity of what the row shows: two rows with the same key show the same. A schedule is another than its runs."""
    state: str = ""
    """A run's State, a schedule's verdict."""
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
    fold: Fold = Fold.NONE


class RunColumn(StrEnum):
    """A column of the table. The value is the attribute of `RunRow` that it shows."""

    FOLD = "fold"
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
STATE_WIDTH = len("RUNNING")


class Column(NamedTuple):
    """A column at its place: `width` cells and a gap before the next one."""

    name: RunColumn
    title: str
    width: int
    gap: int = 2
    right: bool = False
    """Aligned to the right."""
    noted: tuple[RunColumn, ...] = ()
    """What the state of a member is followed by, because there was no room for columns of their own."""


_COLUMNS = {
    column.name: column
    for column in (
        Column(RunColumn.FOLD, "", 1, gap=1),
        Column(RunColumn.STATE, "State", STATE_WIDTH, gap=1),
        Column(RunColumn.STARTED, "Started", ABSOLUTE_WIDTH),
        Column(RunColumn.DURATION, "Duration", 8, right=True),
        Column(RunColumn.TEST, "Test", 7, gap=1),
        Column(RunColumn.ATTEMPT, "Attempt", 7),
        Column(RunColumn.BROWSER, "Browser", 7),
        Column(RunColumn.LOCATION, "Location", 14),
        Column(RunColumn.DRY_RUN, "Dry run", 9),
        Column(RunColumn.RUN_ID, "Run ID", 36),
    )
}
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

_REASON_WHERE_FOLDED = {RunColumn.TEST: 16, RunColumn.ATTEMPT: 20, RunColumn.BROWSER: 20, RunColumn.LOCATION: 20}
"""The same where the state holds verdicts, and runs of one schedule have to be told apart."""

_TELLING_APART = (RunColumn.BROWSER, RunColumn.LOCATION, RunColumn.ATTEMPT)
"""In what the runs of one schedule differ."""
_INDENT = " "
"""Before the state of a member."""
_NOTES_AT_MOST = 30
"""How wide the state may become for the sake of what a member notes."""


def choose_columns(
    width: int,
    optional: frozenset[RunColumn] = frozenset(),
    started: int = ABSOLUTE_WIDTH,
    *,
    state: int = STATE_WIDTH,
    folding: bool = False,
) -> tuple[Column, ...]:
    """The columns that fit into `width` cells, from left to right.

    `started` and `state` are the widths that times and verdicts need. With `folding` the sign of a folded row has a
    column of its own, and the state is wide enough for members to note, as a rule whole, which of them they are.

    The first cell of a line belongs to the cursor's marker, the last is left free. The state is there whatever the
    width is.
    """
    started = max(started, len("Started"))
    room = width - 2 - _cells(RunColumn.FOLD) - started - 1
    while True:
        columns = _fitting(width, optional, started, state, folding)
        noted = next(column.noted for column in columns if column.name is RunColumn.STATE)
        needed = min(_note_width(noted), room)
        if not folding or needed <= state:
            return columns
        state = needed  # which may cost another column, to be noted, too


def _fitting(width: int, optional: frozenset[RunColumn], started: int, state: int, folding: bool) -> tuple[Column, ...]:
    """The columns for a state of this width."""
    ranks = _REASON_AT_LEAST | (_REASON_WHERE_FOLDED if folding else {})
    left = width - 2 - (_cells(RunColumn.FOLD) if folding else 0)
    widths = {RunColumn.STARTED: started, RunColumn.STATE: max(STATE_WIDTH, min(state, left))}
    known = {name: column._replace(width=widths.get(name, column.width)) for name, column in _COLUMNS.items()}
    shown = {RunColumn.FOLD} if folding else set[RunColumn]()
    for name, reason in ranks.items():
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
    if folding:
        noted = tuple(name for name in _TELLING_APART if name in optional and name not in shown)
        known[RunColumn.STATE] = known[RunColumn.STATE]._replace(noted=noted)
    columns = [column for name, column in known.items() if name in shown]
    if left >= len("Reason"):
        columns.append(Column(RunColumn.REASON, "Reason", left, gap=0))
    return tuple(columns)


def _cells(name: RunColumn) -> int:
    """What a column takes, with its gap."""
    return _COLUMNS[name].width + _COLUMNS[name].gap


def _note_width(noted: Sequence[RunColumn]) -> int:
    """Cells for a member's state and what it notes."""
    return min(len(_INDENT) + STATE_WIDTH + sum(1 + _COLUMNS[name].width for name in noted), _NOTES_AT_MOST)


def header_parts(columns: Sequence[Column], looks: str, first: str) -> list[Part]:
    """The titles of the columns, the state's with a look of its own: it is the first one with a title."""
    titles = [fit(column.title, column.width, right=column.right) + " " * column.gap for column in columns]
    at = next(index for index, column in enumerate(columns) if column.name is RunColumn.STATE)
    return [("".join(titles[:at]), ""), (titles[at], first), ("".join(titles[at + 1 :]).rstrip(), looks)]


def row_parts(row: RunRow, columns: Sequence[Column], looks: str = "") -> list[Part]:
    """A row's texts under the columns; `looks` is added to the state's."""
    parts: list[Part] = []
    for column in columns:
        if column.name is RunColumn.STATE:
            parts += _state_parts(row, column, looks)
            continue
        text = _SIGNS.get(row.fold, "") if column.name is RunColumn.FOLD else str(getattr(row, column.name.value))
        parts.append((fit(text, column.width, right=column.right) + " " * column.gap, ""))
    return parts


def _state_parts(row: RunRow, column: Column, looks: str) -> list[Part]:
    """The state or verdict; of a member, indented, and then what tells it from the others of its schedule."""
    member = row.fold is Fold.MEMBER
    indent = _INDENT if member else ""
    word = cut(row.state, column.width - len(indent)).rstrip()
    notes = [str(getattr(row, name.value)) for name in column.noted] if member else []
    note = "".join(f" {text}" for text in notes if text)
    tone = "" if row.tone is Tone.PLAIN else row.tone.look
    rest = fit(note, column.width - len(indent) - cell_len(word)) + " " * column.gap
    return [(indent, ""), (word, f"{tone} {looks}".strip()), (rest, "")]
