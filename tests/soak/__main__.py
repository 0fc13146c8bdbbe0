"""`python -m soak`: a day of watching in simulated time. Prints a report as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import time

from runs.history import START
from soak.simulated import SimulatedLoop, SimulatedTime


def main() -> None:
    """Live through it."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wire", action="store_true", help="over HTTP, with the process that talks to AWS")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="how often to look; else as the program does")
    options = parser.parse_args()
    simulated = SimulatedTime(START)
    time.monotonic = simulated.monotonic  # before Textual is loaded, which takes the function itself
    from soak.day import over_the_wire, within

    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(simulated)) as runner:
        live = over_the_wire if options.wire else within
        report = runner.run(live(simulated, options.hours, options.seed, options.every))
    print(json.dumps(report.plain()))  # noqa: T201


if __name__ == "__main__":
    main()
