"""`make bench`: what canaryscope costs on a terminal of 80x24, beside the AWS CLI and a Textual DataTable.

    PYTHONPATH=tests python -m benchmarks.run [--full] [--check] [--without-big]

All programs talk to one loopback server; all figures are from one run of this. It takes some minutes, most of them
for loading 655,200 runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import keys
from benchmarks.figures import Beside, Figure, table
from benchmarks.peer_process import serving
from canaryscope.demo.stories import BIG_CANARY
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, IMPORT_CLOCK, SOURCES, account, import_times

STARTS = 5
"""How often each program is started; figures of a start are medians."""
ALL_RUNS = r"655,200 loaded · end of history"
MEGABYTE = 1e6


def main() -> None:
    """Measure, print, and with --check exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure canaryscope on a terminal.")
    parser.add_argument("--full", action="store_true", help="rest for a whole minute, not for ten seconds")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--without-big", action="store_true", help="leave out the 655,200 runs")
    parser.add_argument("--patience", type=float, default=1800, metavar="S", help="seconds for the 655,200 runs")
    options = parser.parse_args()
    with serving("--big") as url:
        figures = [*starts(url), *browsing(url, 60 if options.full else 10)]
        if not options.without_big:
            figures += volume(url, options.patience)
    write(
        f"80x24 xterm-256color · Python {platform.python_version()} · {os.cpu_count()} cores · {platform.machine()}\n"
    )
    write("\n".join(table(figures)))
    if options.check and not all(figure.reached for figure in figures):
        sys.exit(1)


def explorer(url: str, **more: str) -> Terminal:
    """The program on the big canary's newest page."""
    return Terminal([*COMMAND, "--canary", BIG_CANARY], env=SOURCES | account(url) | more)


def starts(url: str) -> list[Figure]:
    """Times from the start, the AWS CLI's for the same page in turn with ours."""
    say("starting, in turn with the AWS CLI")
    paints, begins, pages, outputs = [], [], [], []
    cli = [sys.executable, "-m", "awscli", "synthetics", "get-canary-runs", "--name", BIG_CANARY, "--output", "json"]
    for _ in range(STARTS):
        with (
            tempfile.TemporaryDirectory() as folder,
            explorer(url, **IMPORT_CLOCK, IMPORT_LOG=str(log := Path(folder, "log"))) as terminal,
        ):
            paints.append(terminal.wait_for(r"\S", 30))
            pages.append(terminal.wait_for(A_RUN, 30))
            begins.append(min(import_times(log).values()) - terminal.started)
        with Terminal(cli, env=SOURCES | account(url)) as terminal:
            outputs.append(terminal.wait_for(r"[{}]", 30))
            terminal.exit_code(30)
    earlier = all(paint < begin for paint, begin in zip(paints, begins, strict=True))
    paint, begin, page, output = (median(times) * 1000 for times in (paints, begins, pages, outputs))
    return [
        Figure("time to first paint", paint, "ms", Beside("boto3 begins to load", begin), "before boto3", earlier),
        Figure("time to the first page", page, "ms", Beside("AWS CLI, to output", output), "no later", page <= output),
    ]


def browsing(url: str, seconds: float) -> list[Figure]:
    """Bytes and latency with a hundred runs and somewhat more, and the DataTable's."""
    say("browsing")
    with explorer(url) as terminal:
        terminal.wait_for(A_RUN, 30)
        terminal.wait_for_quiet(1)
        memory = terminal.process.memory_full_info()
        inside = keys.move_inside(terminal, ("j", "k"))
        latency = keys.latency(terminal, ("j", "k"))
        scrolling = keys.scroll(terminal, "j")
        page = median(terminal.press("<pagedown>", quiet=keys.QUIET).bytes for _ in range(7))
        terminal.wait_for_quiet(1)
        rest = terminal.written_in(seconds)
    say("a Textual DataTable of the same rows")
    script = str(Path(__file__).with_name("data_table.py"))
    with Terminal([sys.executable, script, url, BIG_CANARY, "3"], env=SOURCES | account(url)) as terminal:
        terminal.wait_for(r"(PASSED|FAILED) .*\d\d:\d\d:\d\d", 30)
        terminal.wait_for_quiet(1)
        its_inside = keys.move_inside(terminal, ("<down>", "<up>"))
        its_latency = keys.latency(terminal, ("<down>", "<up>"))
        its_scrolling = keys.scroll(terminal, "<down>")
        its_page = median(terminal.press("<pagedown>", quiet=keys.QUIET).bytes for _ in range(7))
        its_rest = terminal.written_in(seconds)
    them = "DataTable"
    return [
        Figure.bounded("key inside the page", inside.at_once, "B", 400, Beside(them, its_inside.at_once)),
        Figure("  the detail, once at rest", inside.at_rest, "B"),
        Figure.bounded(
            "key while scrolling, average", scrolling.at_once, "B", 700, Beside(them, its_scrolling.at_once)
        ),
        Figure("  the detail, once at rest", scrolling.at_rest, "B"),
        Figure("PageDown, the detail included", page, "B", Beside(them, its_page)),
        Figure.bounded(f"{seconds:.0f} s of rest", rest, "B", 0, Beside(them, its_rest)),
        Figure("key latency, 100 runs, median", latency.median, "ms", Beside(them, its_latency.median)),
        Figure("key latency, 100 runs, p95", latency.p95, "ms", Beside(them, its_latency.p95)),
        Figure("memory, 100 runs, RSS", memory.rss / MEGABYTE, "MB"),
        Figure("memory, 100 runs, USS", memory.uss / MEGABYTE, "MB"),
    ]


def volume(url: str, patience: float) -> list[Figure]:
    """Latency and memory with all runs of the big canary loaded by `G`, beside those of its first page."""
    with explorer(url) as terminal:
        terminal.wait_for(A_RUN, 30)
        terminal.wait_for_quiet(1)
        few, few_latency = terminal.process.memory_full_info(), keys.latency(terminal, ("j", "k"))
        say("loading 655,200 runs")
        began = terminal.wait_for(A_RUN)
        terminal.send("G")
        loaded = terminal.wait_for(ALL_RUNS, patience) - began
        terminal.wait_for_quiet(1)
        many, many_latency = terminal.process.memory_full_info(), keys.latency(terminal, ("k", "j"))
    them = "with 100 runs"
    same = many_latency.median <= few_latency.median * 1.25 + 2
    return [
        Figure("655,200 runs: loaded in", loaded, "s"),
        Figure("key latency, median", many_latency.median, "ms", Beside(them, few_latency.median), "the same", same),
        Figure("key latency, p95", many_latency.p95, "ms", Beside(them, few_latency.p95)),
        *(
            Figure(
                f"memory, {kind}",
                now / MEGABYTE,
                "MB",
                Beside(them, before / MEGABYTE),
                "<= 1.5 times",
                now <= 1.5 * before,
            )
            for kind, now, before in (("RSS", many.rss, few.rss), ("USS", many.uss, few.uss))
        ),
    ]


def say(what: str) -> None:
    """Tell on stderr what takes so long."""
    sys.stderr.write(f"... {what}\n")


def write(text: str) -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
