"""From a run in the table to its failing step: what Enter takes for runs of which nothing has been read."""

from __future__ import annotations

import re
from statistics import median

from benchmarks.figures import Figure
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, SOURCES, account

__all__ = ["failing_step"]

CANARY = "checkout-flow"
"""Its five newest runs have failed."""
FAILING = r"^▌4 +FAILED +go to checkout"
RUNS = 4
QUIET = 0.6


def failing_step(url: str) -> list[Figure]:
    """Milliseconds from Enter until the screen has the step and why it failed; bytes for that, and for the way back."""
    with Terminal([*COMMAND, "--canary", CANARY], env=SOURCES | account(url)) as terminal:
        terminal.wait_for(A_RUN, 30)
        terminal.wait_for(r"Steps \d", 30)
        terminal.press("]", quiet=QUIET)
        there, back = [], []
        for _ in range(RUNS):
            there.append(terminal.press("j<enter>", quiet=QUIET))  # the cursor has not rested: nothing is read yet
            assert re.search(FAILING, terminal.text(), re.MULTILINE), terminal.text()
            back.append(terminal.press("<escape>", quiet=QUIET))
    took = median(reaction.reads[-1][0] * 1000 for reaction in there)
    return [
        Figure.bounded("Enter on a failed run: its failing step is there", took, "ms", 500),
        Figure("  bytes for it", median(reaction.bytes for reaction in there), "B"),
        Figure("  and back to the runs", median(reaction.bytes for reaction in back), "B"),
    ]
