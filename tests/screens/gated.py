"""Accounts to browse in tests, what is read off the screen, and waiting until nothing more can happen by itself."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from canaryscope.runs.model import CanaryRun, RunStatus, RunType
from canaryscope.screens import detail_pane
from canaryscope.screens import explorer as explorer_screen
from peer import Gate
from runs.history import DRY_RUN_ID, START, run
from screens.support import PATIENCE, FakeAccount, FakeCall, Seen, explorer, shown

__all__ = [
    "CANARY",
    "RUNS",
    "TIMEOUT",
    "Row",
    "account",
    "cell",
    "cursor",
    "dry_runs",
    "headline",
    "history",
    "in_flight",
    "loaded",
    "opened",
    "quiet",
    "rows",
    "running",
    "strip",
    "tokens",
]

CANARY = "checkout-flow"
RUNS = "GetCanaryRuns"
TIMEOUT = "TimeoutError: Navigation timeout of 30000 ms exceeded"

GROUPS = frozenset(
    {
        *("runs", "scan", "canaries", "canary", "account"),
        *("evidence", "saving", "pictures", "log-reading", "log-filling", "log-searching"),
    }
)
"""The groups of the workers that ask AWS or look through what is loaded."""
MEMBER = 3
"""Blanks before the state of a run below its schedule's line: two for the sign, and one."""
ROW = re.compile(r"^([▌> ])([+-]?)( *)(\S.*?) +(Nov \d\d \d\d:\d\d:\d\d)(.*)")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table as it stands on the screen."""

    number: float
    """Minutes before the newest run: run `n` of `history`; a dry run has a half."""
    state: str
    cursor: bool
    rest: str
    sign: str = ""
    """`+` for a schedule in one line, `-` for one whose runs have lines below."""
    member: bool = False
    """Whether it is one of those, or a retry that stands alone because a filter hides the others."""


def history(count: int, *, failing: Container[int] = (), first: int = 0) -> list[CanaryRun]:
    """Runs `first` up to before `first + count`, one a minute, newest first; those in `failing` FAILED."""
    return [
        run(number, state="FAILED", reason=TIMEOUT) if number in failing else run(number)
        for number in range(first, first + count)
    ]


def dry_runs(count: int, *, every: int = 1, ids: Iterable[str] = (DRY_RUN_ID,)) -> list[CanaryRun]:
    """Dry runs, each half a minute older than a canary run; `ids` are given to them in turn."""
    turn = list(ids)
    return [
        run(
            10_000 + number,
            minutes=number * every + 0.5,
            run_type=RunType.DRY_RUN,
            dry_run_id=turn[number % len(turn)],
        )
        for number in range(count)
    ]


def running(it: CanaryRun) -> CanaryRun:
    """The run while it is under way."""
    return it._replace(status=RunStatus("RUNNING"), timeline=it.timeline._replace(completed=None))


def account(runs: Iterable[CanaryRun], page: int = 100) -> FakeAccount:
    """An account with one canary. Its list of runs may be changed between the calls."""
    return FakeAccount({CANARY: list(runs)}, page=page)


def opened(aws: FakeAccount, **options: Any) -> AbstractAsyncContextManager[Seen]:
    """The explorer with the runs of CANARY, times in UTC; `options` as those of `explorer`."""
    return explorer(aws, canary=CANARY, utc=True, **options)


async def loaded(seen: Seen, aws: FakeAccount, text: str = "loaded") -> None:
    """Wait until the status bar has this text and nothing more comes by itself."""
    await seen.until(lambda: text in seen.status)
    await quiet(seen, aws)


def headline(seen: Seen) -> str:
    """The sentence above the table, and what stands behind it."""
    [line] = shown(seen.app, seen.app.runs_pane.triage_pane.headline)
    return line.strip()


def strip(seen: Seen) -> str:
    """The letters of the outcome strip, oldest first, without the label behind them."""
    it = seen.app.runs_pane.triage_pane.strip
    return shown(seen.app, it)[0][: 1 + it.room].strip()


def cell(seen: Seen) -> int | None:
    """In which cell of the strip the cursor is, counted from the newest; None: in none."""
    at = seen.app.runs_pane.triage_pane.strip.cursor
    return None if at is None else len(strip(seen)) - 1 - at


def in_flight(account: FakeAccount) -> list[FakeCall]:
    """The calls that a closed gate holds."""
    held = []
    for call in account.calls:
        rules = [it for it in account._rules if it.operation == call.operation]
        rule = next((it for it in rules if it.calls is None or call.number in it.calls), None)
        if rule is not None and isinstance(rule.happens, Gate) and not rule.happens.opened.is_set():
            held.append(call)
    return held


async def quiet(seen: Seen, account: FakeAccount | None) -> None:
    """Wait until nothing is under way but the calls that the account's gates hold: what could be asked has been asked.

    A gate has to name the calls that it holds by number, where there were such calls before it.
    """
    for _ in range(3):
        await seen.until(lambda: _rests(seen))
        await seen.until(lambda: not seen.app._held and _busy(seen) == (len(in_flight(account)) if account else 0))


def _rests(seen: Seen) -> bool:
    """A test that has made the rests longer than its patience does not wait for them."""
    return seen.app.explorer.resting or max(explorer_screen.REST, detail_pane.REST) > PATIENCE


def _busy(seen: Seen) -> int:
    return sum(worker.group in GROUPS and not worker.is_finished for worker in seen.app.workers)


def rows(seen: Seen) -> list[Row]:
    """The lines of the table."""
    table = seen.app.runs_pane.table
    lines = shown(seen.app, table) if table.screen is seen.app.screen else []
    return [
        Row(_number(it[5]), it[4], it[1] != " ", it[6].strip(), it[2], member=len(it[3]) == MEMBER)
        for it in map(ROW.search, lines)
        if it
    ]


def cursor(seen: Seen) -> float:
    """The number of the run on the line with the cursor."""
    [row] = [row for row in rows(seen) if row.cursor]
    return row.number


def tokens(account: FakeAccount, canary: str = CANARY, run_type: RunType = RunType.CANARY_RUN) -> list[str | None]:
    """The NextTokens that a canary's runs of a type were asked for with."""
    asked = [call for call in account.calls if call.query is not None]
    return [call.token for call in asked if (call.query.canary, call.query.run_type) == (canary, run_type)]  # type: ignore[union-attr]


def _number(started: str) -> float:
    moment = datetime.strptime(f"{START.year} {started}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
    return (START - moment).total_seconds() / 60
