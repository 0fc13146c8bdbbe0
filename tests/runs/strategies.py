"""Histories of a canary for hypothesis: streaks of scheduled runs with retries, in one or several browsers."""

from __future__ import annotations

from hypothesis import strategies as st

from canaryscope.runs.model import CanaryRun, RunType
from runs.history import DRY_RUN_ID, UNSAVED, attempt, newest_first

STATES = {"P": "PASSED", "F": "FAILED", "R": "RUNNING", "U": UNSAVED, "Q": "QUEUED"}
ATTEMPTS = ("P", "F", "R", "U", "FP", "FF", "FR", "UP", "FU", "FFP", "FFF", "Q")
"""What the attempts in one browser come to, the first attempt first."""
BROWSERS: tuple[tuple[str | None, ...], ...] = ((None,), ("CHROME", "FIREFOX"))


class History:
    """Runs as the server lists them, newest first."""

    def __init__(self, canary: list[CanaryRun], dry: list[CanaryRun]) -> None:
        self.canary = canary
        self.dry = dry

    def __repr__(self) -> str:
        """What can be read where a test fails: schedule, attempt and browser of each run, and what it came to."""
        return " ".join(f"{_number(it)}{(it.id or '')[36:]}={it.status.state}" for it in self.canary + self.dry)


@st.composite
def histories(draw: st.DrawFn, every: tuple[float, ...] = (1, 0.25)) -> History:
    """Scheduled runs `every` so many minutes; where that is less than it takes to retry, their attempts interleave."""
    interval = draw(st.sampled_from(every))
    browsers = draw(st.sampled_from(BROWSERS))
    together = st.tuples(*(st.sampled_from(ATTEMPTS) for _ in browsers))
    streaks = draw(st.lists(st.tuples(together, st.integers(1, 6)), max_size=8))
    schedules = [outcomes for outcomes, times in streaks for _ in range(times)]
    runs = [
        attempt(
            number,
            STATES[state],
            retry=retry or None,
            browser=browser,
            later=later,
            minutes=number * interval,
            reason=None
            if state in "PRQ"
            else f"Failed to load url: https://host/{number} Status code: {404 + number % 3}",
        )
        for number, outcomes in enumerate(schedules)
        for later, (browser, states) in enumerate(zip(browsers, outcomes, strict=True))
        for retry, state in enumerate(states)
    ]
    if draw(st.booleans()):
        runs = [it._replace(scheduled_run_id=None) if schedules[_number(it)] in [("P",), ("F",)] else it for it in runs]
    states = draw(st.lists(st.sampled_from(("PASSED", "FAILED", "RUNNING")), max_size=6))
    dry = [
        attempt(
            number // 2, state, retry=number % 2 or None, minutes=number // 2 * 3 + 0.01, run_type=RunType.DRY_RUN
        )._replace(
            dry_run_id=DRY_RUN_ID if number % 4 < 2 else None,
        )
        for number, state in enumerate(states)
    ]
    return History(newest_first(runs), newest_first(dry))


def _number(it: CanaryRun) -> int:
    """Of the schedule that `attempt` made a run for."""
    return int((it.id or "")[:8], 16)
