"""What it takes to say since when, how often and why: the headless core with all runs of the big canary, no terminal.

Each of these steps is one that the explorer takes on its event loop, where nothing may last longer than a frame.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from statistics import median, quantiles

from benchmarks.figures import Beside, Figure
from canaryscope.aws import convert
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import BIG_CANARY
from canaryscope.render.strip import outcome_cells
from canaryscope.render.times import Clock, Zone
from canaryscope.render.triage import headline, number_labels
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.findings import Known
from canaryscope.runs.model import CanaryRun, Page, RunType
from canaryscope.runs.view import OLDEST

__all__ = ["loaded", "steps", "triage"]

FRAME = 16
"""Milliseconds: a frame at 60 a second."""
CELLS = 180
"""Of the strip in the widest of terminals; at 80x24 there are about 50."""
TIMES = 15
"""How often each step is taken; figures are medians."""


def pages(now: datetime) -> Iterator[Page[CanaryRun]]:
    """The pages of the big canary as convert makes them of the demo's answers, without the wire; the first has 100."""
    responder = Responder(now, big=True)
    token: dict[str, str] | None = {}
    while token is not None:
        body = json.dumps(token).encode()
        answer = json.loads(responder.respond("synthetics", "POST", f"/canary/{BIG_CANARY}/runs", "", body).body)
        for run in answer["CanaryRuns"]:
            run["Timeline"] = {name: datetime.fromtimestamp(at, UTC) for name, at in run["Timeline"].items()}
        yield convert.runs_page(answer, RunType.CANARY_RUN)
        token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None


def loaded(now: datetime, at_most: int | None = None) -> tuple[RunBrowser, list[float]]:
    """The big canary with so many pages loaded, or all, and the milliseconds that each took to take in."""
    browser = RunBrowser(BIG_CANARY)
    browser.to_the_end()
    times: list[float] = []
    for page in islice(pages(now), at_most):
        (request,) = browser.requests()
        times.append(milliseconds(partial(browser.accept, request, page)))
    return browser, times


def milliseconds(step: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = time.perf_counter()
    step()
    return (time.perf_counter() - began) * 1000


def steps(browser: RunBrowser, now: datetime) -> dict[str, Callable[[], object]]:
    """What is asked of a canary whose runs are loaded."""
    findings, everything = browser.findings, Known(OLDEST, ended=True)
    clock = Clock(Zone.UTC, now)

    def above_the_table() -> tuple[object, ...]:
        told = browser.triage(now)
        cells = outcome_cells(findings.outcomes.buckets(CELLS))
        return headline(told, clock), number_labels(told.numbers, clock), cells

    return {
        "the numbers": lambda: findings.numbers(everything),
        "the streak": lambda: findings.span(everything),
        "numbers, streak and changes": lambda: browser.triage(now),
        "buckets of the strip": lambda: findings.outcomes.buckets(CELLS),
        "all that stands above the table": above_the_table,
        "the causes": browser.causes,
    }


def triage(now: datetime) -> list[Figure]:
    """The time of each step with all runs, beside that with the first page; and of taking in a page."""
    few, _ = loaded(now, 1)
    many, taken_in = loaded(now)
    before, after = (
        {what: median(milliseconds(step) for _ in range(TIMES)) for what, step in steps(browser, now).items()}
        for browser in (few, many)
    )
    few.close()
    many.close()
    return [
        *(
            Figure.bounded(f"triage: {what}", after[what], "ms", FRAME, Beside("with 100 runs", before[what]))
            for what in after
        ),
        Figure.bounded("taking in a page, median", median(taken_in), "ms", FRAME),
        Figure("taking in a page, p95", quantiles(taken_in, n=20)[-1], "ms"),
    ]
