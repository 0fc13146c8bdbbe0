"""What a program writes to its terminal for the keys that a person presses in a table, and what others write for it."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import keys
from benchmarks.data_table import fetch
from benchmarks.figures import Beside, Figure, aligned
from canaryscope.demo.stories import BIG_CANARY
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, SOURCES, account

__all__ = ["TARGETS", "Wire", "compared", "measure", "slow_line", "table"]

PAGES = 4
"""Of 100 runs, which the other programs show."""
LINE = 25_000
"""Bytes a second of a slow line."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Bytes, at 80x24."""

    first: float
    """Until the screen is at rest for the first time."""
    key: float
    """The cursor inside the page, what follows it included."""
    alone: float
    """The same without what comes when the cursor rests: the table alone."""
    scroll: float
    page: float
    held: float
    """A hundred downs, 30 a second."""
    rest: float
    panes: float | None = None
    """From one pane to another; None: there is only one."""


LABELS: Mapping[str, str] = {
    "first": "first screen",
    "key": "cursor down inside the page",
    "alone": "  the table alone",
    "scroll": "scroll by one row",
    "page": "page down",
    "held": "100 downs held at 30/s",
    "panes": "from pane to pane",
    "rest": "at rest",
}
TARGETS: Mapping[str, int] = {
    "first": 4_000,
    "key": 300,
    "alone": 130,
    "scroll": 260,
    "page": 1_900,
    "held": 30_000,
    "panes": 600,
    "rest": 0,
}
"""At most so many, for the whole application with all its panes. They are exact: a test holds them."""


def measure(terminal: Terminal, down: str, up: str, *, pane: str | None = None) -> Wire:
    """Of a program that shows its table, with the keys for a row down and up, and for the next pane."""
    terminal.wait_for_quiet(0.7)
    first = len(terminal.output)
    inside = keys.move_inside(terminal, (down, up), count=8)
    panes = None if pane is None else keys.pane_to_pane(terminal, pane)
    scroll, page, held = keys.row_by_row(terminal, down), keys.page_down(terminal), keys.hundred(terminal, down)
    rest = terminal.written_in(1)
    return Wire(first, inside.at_once + inside.at_rest, inside.at_once, scroll, page, held, rest, panes)


def compared(url: str) -> dict[str, Wire | None]:
    """Ours, then others with the same runs, each by its name; None where one is not installed."""
    found: dict[str, Wire | None] = {}
    for name, driver in (("canaryscope", "lean"), ("--driver textual", "textual")):
        command = [*COMMAND, "--canary", BIG_CANARY, "--driver", driver]
        with Terminal(command, env=SOURCES | account(url)) as terminal:
            terminal.wait_for(A_RUN, 30)
            found[name] = measure(terminal, "j", "k", pane="<tab>")
    script = str(Path(__file__).with_name("data_table.py"))
    with Terminal([sys.executable, script, url, BIG_CANARY, str(PAGES)], env=SOURCES | account(url)) as terminal:
        terminal.wait_for(r"(PASSED|FAILED) .*\d\d:\d\d:\d\d", 30)
        found["Textual DataTable"] = measure(terminal, "<down>", "<up>")
    with tempfile.TemporaryDirectory() as folder:
        text, table = Path(folder, "runs.txt"), Path(folder, "runs.csv")
        _write(fetch(url, BIG_CANARY, PAGES), text, table)
        for name, program, *arguments in (("visidata", "vd", str(table)), ("less", "less", "-S", str(text))):
            found[name] = _other(program, *arguments)
    return found


def _other(program: str, *arguments: str) -> Wire | None:
    if shutil.which(program) is None:
        return None
    with Terminal([program, *arguments]) as terminal:
        terminal.wait_for(r"(PASSED|FAILED) .*\d\d:\d\d:\d\d", 30)
        return measure(terminal, "j", "k")


def _write(rows: list[tuple[str, ...]], text: Path, table: Path) -> None:
    text.write_text("".join("  ".join(f"{cell:15}" for cell in row)[:79].rstrip() + "\n" for row in rows))
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("State", "Started", "Duration", "Test", "Reason"), *rows])


def table(wires: Mapping[str, Wire | None]) -> Iterator[str]:
    """A line for each of LABELS: ours, its target, and of each other program its bytes and ours as a part of them."""
    (_, ours), *others = wires.items()
    assert ours is not None
    rows = [("bytes for", "canaryscope", "target", *(name for name, _ in others))]
    for name, label in LABELS.items():
        value = getattr(ours, name)
        cells = [_cell(value, None if wire is None else getattr(wire, name)) for _, wire in others]
        missed = "" if value <= TARGETS[name] else " MISSED"
        rows.append((label, f"{value:,.0f}", f"<= {TARGETS[name]:,}{missed}", *cells))
    return aligned(rows, range(1, len(wires) + 2))


def _cell(ours: float, theirs: float | None) -> str:
    if theirs is None:
        return "–"
    return f"{theirs:,.0f} ({ours / theirs:.2f})" if theirs else "0"


def slow_line(url: str) -> list[Figure]:
    """A key held for three seconds through a line of 25 kB/s: when its last frame is on the screen."""
    return [_held(url, 80, 24, 200), _held(url, 200, 50)]


def _held(url: str, cols: int, rows: int, most: float | None = None) -> Figure:
    """One size of the screen, for which it may take so many milliseconds."""
    label, lean = f"key held for 3 s at 25 kB/s, {cols}x{rows}: behind", _behind(url, "lean", cols, rows)
    beside = Beside("--driver textual", _behind(url, "textual", cols, rows))
    return Figure(label, lean, "ms", beside) if most is None else Figure.bounded(label, lean, "ms", most, beside)


def _behind(url: str, driver: str, cols: int, rows: int) -> float:
    command = [*COMMAND, "--canary", BIG_CANARY, "--driver", driver]
    with Terminal(command, env=SOURCES | account(url), cols=cols, rows=rows, bytes_per_second=LINE) as terminal:
        terminal.wait_for(A_RUN, 30)
        terminal.wait_for_quiet(1)
        times = [terminal.hold("j", 3 * keys.HZ, hz=keys.HZ, quiet=0.6, timeout=60).reads[-1][0] for _ in range(3)]
    return median(times) * 1000
