"""`make bench`: what canaryscope costs on a terminal of 80x24, beside programs of its kind, all measured in one run.

    python tests/benchmarks/run.py [--check] [--without-big] [--bytes]

All programs talk to one loopback server, only what triage takes is timed in this process. Beside it are the AWS CLI, a
bare Textual program, a Textual DataTable and a boto3 loop; less and visidata where they are installed. A run of all of
it writes RESULTS.md beside this file.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import figures, wire
from benchmarks.evidence import log_tab
from benchmarks.failing_step import failing_step
from benchmarks.figures import Figure
from benchmarks.peer_process import serving
from benchmarks.starting import quits, starts
from benchmarks.triage import triage
from benchmarks.walk import walk

NOW = "2026-11-22T12:30:00+00:00"
"""The server's time stands still: runs neither come nor expire while they are counted."""
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Measure, print, and with --check exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure canaryscope on a terminal.")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--without-big", action="store_true", help="leave out the 655,200 runs")
    parser.add_argument("--bytes", action="store_true", help="count bytes only")
    parser.add_argument("--patience", type=float, default=900, metavar="S", help="seconds for the 655,200 runs")
    options = parser.parse_args()
    with serving("--big", "--now", NOW) as url:
        say("bytes, beside other programs")
        wires = wire.compared(url)
        measured = [] if options.bytes else list(times(url, options.patience, big=not options.without_big))
    lines = [machine(), "", *wire.table(wires)]
    if measured:
        lines += ["", *figures.table(measured)]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    if measured and not options.without_big:
        RESULTS.write_text(results(lines), encoding="utf-8")
    ours = wires["canaryscope"]
    fits = ours is not None and all(getattr(ours, name) <= most for name, most in wire.TARGETS.items())
    if options.check and not (fits and all(figure.reached for figure in measured)):
        sys.exit(1)


def times(url: str, patience: float, *, big: bool) -> Iterator[Figure]:
    """All that takes time or memory."""
    say("starting, in turn with the AWS CLI and a bare Textual program")
    yield from starts(url, NOW)
    yield from quits(url)
    say("a slow line")
    yield from wire.slow_line(url)
    say("a failed run and its failing step")
    yield from failing_step(url)
    if big:
        say("655,200 runs")
        yield from walk(url, patience)
        say("triage of 655,200 runs, without a terminal")
        yield from triage(datetime.fromisoformat(NOW))
    say("a log of 200 MB")
    yield from log_tab()


def machine() -> str:
    """What was measured where."""
    programs = (
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("canaryscope", "textual", "boto3", "awscli")),
        *(filter(None, (_version("less", "-V"), _version("vd", "--version")))),
    )
    return f"80x24 xterm-256color · {os.cpu_count()} cores · {platform.machine()} · {', '.join(programs)}"


def _version(program: str, option: str) -> str:
    """The first line in which a program tells its version; "" where it is not installed."""
    if shutil.which(program) is None:
        return ""
    return subprocess.run([program, option], capture_output=True, text=True, check=False).stdout.partition("\n")[0]


def results(lines: list[str]) -> str:
    """RESULTS.md."""
    return "\n".join(
        [
            "# What `make bench` measured",
            "",
            f"On {datetime.now(UTC):%Y-%m-%d}. Figures of different runs cannot be compared, ratios within one can: in "
            "the first table",
            "what stands in brackets is our part of the other program's bytes.",
            "",
            "```",
            *lines,
            "```",
            "",
        ]
    )


def say(what: str) -> None:
    """Tell on stderr what takes so long."""
    sys.stderr.write(f"... {what}\n")


if __name__ == "__main__":
    main()
