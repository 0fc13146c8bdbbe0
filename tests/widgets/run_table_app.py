"""A run table on a screen of its own, and runs to put into it. Run as a program, it shows the table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from canaryscope_widgets.run_columns import Fold, RunRow
from canaryscope_widgets.run_table import RunTable
from canaryscope_widgets.tone import Tone

__all__ = ["HISTORY", "Runs", "Shown", "TableApp", "Watched", "history", "run", "schedule", "showing"]

TIMEOUT = "TimeoutError: Navigation timeout of 30000 ms exceeded"
WIDE = "読み込みに失敗しました: https://host/ 503 Service Unavailable"
HISTORY = 655_200
"""Runs of a one-minute canary in 455 days."""


def run(number: int) -> RunRow:
    """Every tenth run failed; the newest is number 0 and each is five minutes older than the one before."""
    failed = number % 10 == 0
    minute = (12 * 60 + 27 - 5 * number) % 1440
    return RunRow(
        key=number,
        state="FAILED" if failed else "PASSED",
        started=f"Nov {22 - number // 288 % 20} {minute // 60:02}:{minute % 60:02}:07",
        duration="30.4 s" if failed else f"{2 + number % 7 / 10:.1f} s",
        test="FAILED" if failed else "PASSED",
        run_id=f"{number:08x}-0000-4000-8000-000000000000",
        reason=TIMEOUT if failed else "",
        tone=Tone.BAD if failed else Tone.GOOD,
    )


def schedule(verdict: str, *members: RunRow, fold: Fold = Fold.UNFOLDED) -> list[RunRow]:
    """The row of a schedule, and one for each of its runs."""
    head = run(0)._replace(key=verdict, state=verdict, attempt=f"{len(members)} runs", fold=fold)
    return [head, *(member._replace(key=at, fold=Fold.MEMBER) for at, member in enumerate(members))]


@dataclass
class Runs:
    """A source of runs that counts from `newest`, and notes what it was asked for."""

    count: int
    newest: int = 0
    special: dict[int, RunRow] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return self.count

    def rows(self, first: int, last: int) -> Sequence[RunRow]:
        assert 0 <= first < last <= self.count
        self.asked.append((first, last))
        return [self.special.get(number, run(number)) for number in range(self.newest + first, self.newest + last)]


class Watched(RunTable):
    """A table that notes which regions it has painted."""

    painted: list[Region]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if hasattr(self, "painted") and repaint:
            self.painted.extend(regions or [self.size.region])
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TableApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, table: RunTable) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.table = table
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_run_table_run_highlighted(self, message: RunTable.RunHighlighted) -> None:
        self.heard.append(message)

    on_run_table_run_selected = on_run_table_viewed = on_run_table_end_wanted = on_run_table_run_highlighted
    on_run_table_fold_toggled = on_run_table_unfold_all_toggled = on_run_table_run_highlighted


class Shown:
    """A table on a screen of its own."""

    def __init__(self, table: Watched, pilot: Pilot[None]) -> None:
        self.table = table
        self.pilot = pilot

    @property
    def lines(self) -> list[str]:
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]

    @property
    def cursor_line(self) -> int:
        (line,) = (y for y, text in enumerate(self.lines) if text.startswith("▌"))
        return line

    async def press(self, *keys: str) -> list[Message]:
        """Press keys; the messages that they led to."""
        await self.pilot.pause()
        heard = self.heard
        heard.clear()
        self.table.painted.clear()
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return list(heard)

    @property
    def heard(self) -> list[Message]:
        app = self.pilot.app
        assert isinstance(app, TableApp)
        return app.heard

    async def told(self) -> list[Message]:
        """The messages since the last key."""
        await self.pilot.pause()
        return list(self.heard)


class showing:  # noqa: N801
    """`async with showing(Runs(100)) as shown`: the table, focused, at 80x12 (a header and 11 rows) or another size."""

    def __init__(self, source: Runs | None, width: int = 80, height: int = 12) -> None:
        self.table = Watched(source)
        self.context = TableApp(self.table).run_test(size=(width, height))

    async def __aenter__(self) -> Shown:
        pilot = await self.context.__aenter__()
        await pilot.pause()
        self.table.painted = []
        return Shown(self.table, pilot)

    async def __aexit__(self, *exc: object) -> None:
        await self.context.__aexit__(*exc)  # type: ignore[arg-type]


def history() -> Runs:
    """What the program shows: 455 days of runs, some with reasons in wide letters."""
    return Runs(HISTORY, special={number: run(number)._replace(reason=WIDE) for number in range(0, 1000, 20)})


if __name__ == "__main__":
    TableApp(RunTable(history())).run()
