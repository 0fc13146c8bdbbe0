"""`make bench`: what canaryscope costs on a terminal of 80x24, beside the AWS CLI and a Textual DataTable.

    python tests/benchmarks/run.py [--full] [--check] [--without-big]

All programs talk to one loopback server, only what triage takes is timed in this process; all figures are from one run
of this. It takes some minutes, most of them for loading 655,200 runs twice.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import keys
from benchmarks.evidence import log_tab
from benchmarks.failing_step import failing_step
from benchmarks.figures import Beside, Figure, table
from benchmarks.peer_process import serving
from benchmarks.triage import triage
from canaryscope.demo.stories import BIG_CANARY
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, IMPORT_CLOCK, SOURCES, account

STARTS = 5
"""How often each program is started; figures of a start are medians."""
ALL_RUNS = r"655,200 loaded · end of history"
NOW = "2026-11-22T12:30:00+00:00"
"""The server's time stands still: runs neither come nor expire while they are counted."""
MEGABYTE = 1e6


def main() -> None:
    """Measure, print, and with --check exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure canaryscope on a terminal.")
    parser.add_argument("--full", action="store_true", help="rest for a whole minute, not for ten seconds")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--without-big", action="store_true", help="leave out the 655,200 runs")
    parser.add_argument("--patience", type=float, default=900, metavar="S", help="seconds for the 655,200 runs")
    options = parser.parse_args()
    with serving("--big", "--now", NOW) as url:
        figures = [*starts(url), *browsing(url, 60 if options.full else 10)]
        say("a failed run and its failing step")
        figures += failing_step(url)
        if not options.without_big:
            figures += volume(url, options.patience)
            say("triage of 655,200 runs, without a terminal")
            figures += triage(datetime.fromisoformat(NOW))
    say("a log of 200 MB")
    figures += log_tab()
    write(
        f"80x24 xterm-256color · Python {platform.python_version()} · {os.cpu_count()} cores · {platform.machine()}\n"
    )
    write("\n".join(table(figures)))
    if options.check and not all(figure.reached for figure in figures):
        sys.exit(1)


def explorer(url: str, **more: str) -> Terminal:
    """The program on the big canary's newest page."""
    return Terminal([*COMMAND, "--canary", BIG_CANARY], env=SOURCES | account(url) | more)


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from the start of the program."""

    paint: float
    held: float
    """First paint of another start, in which boto3 and botocore are not allowed to load."""
    page: float


def start(url: str) -> Start:
    """Start the program once, until it shows a run."""
    with explorer(url) as terminal:
        paint, page = terminal.wait_for(r"\S", 30), terminal.wait_for(A_RUN, 30)
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(gate := Path(folder, "gate"))
        with explorer(url, **IMPORT_CLOCK, IMPORT_GATE=str(gate)) as terminal:
            held = terminal.wait_for(r"\S", 30)
    return Start(paint * 1000, held * 1000, page * 1000)


def start_cli(url: str) -> float:
    """Milliseconds until the AWS CLI prints the page that the program shows."""
    question = ["synthetics", "get-canary-runs", "--name", BIG_CANARY, "--output", "json"]
    with Terminal([sys.executable, "-m", "awscli", *question], env=SOURCES | account(url)) as terminal:
        output = terminal.wait_for(r"[{}]", 30)
        terminal.exit_code(30)
    return output * 1000


def starts(url: str) -> list[Figure]:
    """Times from the start, the AWS CLI's for the same page in turn with ours; medians."""
    say("starting, in turn with the AWS CLI")
    pairs = [(start(url), start_cli(url)) for _ in range(STARTS)]
    columns = zip(*(astuple(ours) for ours, _ in pairs), strict=True)
    paint, held, page = (median(times) for times in columns)
    output = median(theirs for _, theirs in pairs)
    return [
        Figure("time to first paint", paint, "ms", Beside("boto3 kept from loading", held), "waits for no boto3", True),
        Figure("time to the first page", page, "ms", Beside("AWS CLI, to output", output), "no later", page <= output),
    ]


def browsing(url: str, seconds: float) -> list[Figure]:
    """Bytes and latency with a hundred runs and somewhat more, and the DataTable's."""
    say("browsing")
    with explorer(url) as terminal:
        terminal.wait_for(A_RUN, 30)
        ours = keys.costs(terminal, "j", "k", seconds)
    say("a Textual DataTable of the same rows")
    script = str(Path(__file__).with_name("data_table.py"))
    with Terminal([sys.executable, script, url, BIG_CANARY, "3"], env=SOURCES | account(url)) as terminal:
        terminal.wait_for(r"(PASSED|FAILED) .*\d\d:\d\d:\d\d", 30)
        theirs = keys.costs(terminal, "<down>", "<up>", seconds)

    def beside(value: float) -> Beside:
        return Beside("DataTable", value)

    inside, scrolling = ours.inside, ours.scrolling
    return [
        Figure.bounded("key inside the page", inside.at_once, "B", 400, beside(theirs.inside.at_once)),
        Figure("  the detail, once at rest", inside.at_rest, "B"),
        Figure.bounded("key while scrolling, average", scrolling.at_once, "B", 700, beside(theirs.scrolling.at_once)),
        Figure("  the detail, once at rest", scrolling.at_rest, "B"),
        Figure("PageDown, the detail included", ours.page_down, "B", beside(theirs.page_down)),
        Figure.bounded(f"{seconds:.0f} s of rest", ours.rest, "B", 0, beside(theirs.rest)),
        Figure("key latency, median", ours.latency.median, "ms", beside(theirs.latency.median)),
        Figure("key latency, p95", ours.latency.p95, "ms", beside(theirs.latency.p95)),
    ]


def volume(url: str, patience: float) -> list[Figure]:
    """Latency and memory with all runs of the big canary loaded by `G`, beside another program with its first page."""
    with explorer(url) as few, explorer(url) as many:
        for terminal in (few, many):
            terminal.wait_for(A_RUN, 30)
            terminal.wait_for_quiet(1)
        before = few.memory()
        say("loading 655,200 runs")
        sent = time.monotonic() - many.started
        many.send("G")
        loaded = many.wait_for(ALL_RUNS, patience) - sent
        many.send("G")
        many.wait_for(r"row 655,200")
        many.wait_for_quiet(1)
        after = many.memory()
        few.press("jjj")  # neither cursor is at an end: each key moves it
        many.press("kkk")
        fast, slow = keys.latencies(few, many, ("k", "j"))
    return [
        Figure("655,200 runs: loaded in", loaded, "s"),
        Figure("key latency, median", slow.median, "ms", beside_few(fast.median), "the same", alike(slow, fast)),
        Figure("key latency, p95", slow.p95, "ms", beside_few(fast.p95)),
        grown("RSS", after.rss, before.rss),
        grown("USS", after.uss, before.uss),
    ]


def grown(kind: str, now: int, then: int) -> Figure:
    """Bytes of memory with all runs and with a hundred."""
    reached = now <= 1.5 * then
    return Figure(f"memory, {kind}", now / MEGABYTE, "MB", beside_few(then / MEGABYTE), "<= 1.5 times", reached)


def beside_few(value: float) -> Beside:
    """The figure with a hundred runs."""
    return Beside("with 100 runs", value)


def alike(slow: keys.Latency, fast: keys.Latency) -> bool:
    """Whether two latencies are the same but for chance: a quarter, and 2 ms of clocks and scheduling."""
    return slow.median <= fast.median * 1.25 + 2


def say(what: str) -> None:
    """Tell on stderr what takes so long."""
    sys.stderr.write(f"... {what}\n")


def write(text: str) -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
