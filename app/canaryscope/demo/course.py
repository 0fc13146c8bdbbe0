"""How a run went: which steps it took, how long each, and where it failed. All that a run leaves is told from this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from canaryscope.demo.history import Run
from canaryscope.demo.journeys import Journey, Stage, journey_of
from canaryscope.demo.story import API, SELENIUM, Failure, Story

__all__ = ["Course", "StepTaken", "course_of", "iso"]

_TIMEOUT = re.compile(r"\b(\d{4,6}) ?ms\b")
_LAUNCH_MS = {API: 40, SELENIUM: 1_900}
"""What comes before the script at most, where it is not a browser of Node.js."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of a run. Times in milliseconds since 1970."""

    number: int
    """From 1; from 2 with Python's runtime, which counts its own first."""
    stage: Stage
    source_url: str
    url: str
    started: int
    ended: int
    failed: bool

    @property
    def file_stem(self) -> str:
        """How the names of its screenshots begin."""
        return f"{self.number:02}-{self.stage.slug}"


@dataclass(frozen=True, slots=True)
class Course:
    """A run, step by step. `reset`, `launch` and `setup` are the milliseconds before the script."""

    story: Story
    run: Run
    journey: Journey
    reset: int
    launch: int
    setup: int
    steps: tuple[StepTaken, ...]

    @property
    def script_started(self) -> int:
        """When the script itself began (ms)."""
        return self.run.started + self.reset + self.launch + self.setup

    @property
    def failure(self) -> Failure | None:
        """How it failed."""
        return self.run.failure

    @property
    def failing(self) -> StepTaken | None:
        """The step in which it failed."""
        return next((step for step in self.steps if step.failed), None)

    @property
    def reason(self) -> str:
        """Why it failed, in all its length: the whole of what StateReason is the beginning of."""
        failure = self.failure
        return "" if failure is None else "\n".join(part for part in (failure.reason or "", failure.stack) if part)


@lru_cache(256)
def course_of(story: Story, run: Run) -> Course:
    """How this run of the story went: nothing but what follows from the two."""
    journey = journey_of(story)
    took = run.completed - run.started
    spare = took - _waited(run.failure, took)
    before = min(_LAUNCH_MS.get(story.runtime, 1_150), spare * 3 // 10)
    reset, setup = before // 50, before // 100
    launch = before - reset - setup
    begun = _begun(journey, run.failure)
    lengths = _lengths(story, run, begun, took - before, spare - before)
    steps = []
    moment, url = run.started + before, "about:blank"
    for at, (stage, length) in enumerate(zip(journey.stages[:begun], lengths, strict=True)):
        source, url = url, f"https://{journey.host}{stage.path}"
        failed = run.failure is not None and run.failure.test_result != "PASSED" and at == begun - 1
        number = at + (2 if story.runtime == SELENIUM else 1)
        steps.append(StepTaken(number, stage, source, url, moment, moment + length, failed))
        moment += length
    return Course(story, run, journey, reset, launch, setup, tuple(steps))


def iso(milliseconds: int) -> str:
    """A time as JavaScript writes it: `2026-11-22T12:27:07.820Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def _begun(journey: Journey, failure: Failure | None) -> int:
    """How many steps were begun."""
    if failure is None or failure.test_result == "PASSED":
        return len(journey.stages)
    return min(failure.step, len(journey.stages))


def _waited(failure: Failure | None, took: int) -> int:
    """The milliseconds for which the failing step waited, where the reason tells them and the run took so long."""
    told = _TIMEOUT.search(failure.reason or "") if failure is not None else None
    return int(told[1]) if told and int(told[1]) < took else 0


def _lengths(story: Story, run: Run, begun: int, together: int, spare: int) -> list[int]:
    """How long each step took, in ms: `together` as long as the script did.

    Of a failed run the last step took the rest. The others took as long as ever, where `spare` leaves them room.
    """
    stages = len(journey_of(story).stages)
    weights = [8 + (7 * at + len(story.name)) % 11 + run.digest[20 + at % 12] % 3 for at in range(stages)][:begun]
    if run.failure is None or len(weights) < 2:
        lengths = [together * weight // sum(weights) for weight in weights]
    else:
        usual = story.runs.took_ms * (begun - 1) // stages if story.runs is not None else together
        first = weights[:-1]
        lengths = [min(usual, spare * 8 // 10) * weight // sum(first) for weight in first] + [0]
    return [*lengths[:-1], together - sum(lengths[:-1])] if lengths else []
