"""The steps of two runs beside each other. A pure function."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from canaryscope.evidence.pairing import later, paired
from canaryscope.evidence.report import Step

__all__ = ["SLOWER_BY", "SLOWER_TIMES", "StepChange", "StepPair", "step_pairs"]

SLOWER_TIMES: Final = 2
SLOWER_BY: Final = timedelta(seconds=1)
"""A step is slower that takes at least so many times as long, and so much longer."""


class StepChange(StrEnum):
    """What became of a step, in words."""

    SAME = "same"
    FAILS = "fails now"
    RECOVERED = "passes again"
    STATUS = "another status"
    NEW = "new"
    GONE = "gone"
    NOT_REACHED = "not reached"
    """It would have come behind a step that fails now, and so has every later one."""
    REACHED = "reached again"
    """The same of the run before."""


@dataclass(frozen=True, slots=True)
class StepPair:
    """A step in the run before and in the one after; None where it is not."""

    before: Step | None
    after: Step | None
    change: StepChange

    @property
    def step(self) -> Step:
        """The later one that there is."""
        return later(self.before, self.after)

    @property
    def difference(self) -> timedelta | None:
        """How much longer it takes; negative where it is quicker."""
        before, after = self._durations
        return None if before is None or after is None else after - before

    @property
    def ratio(self) -> float | None:
        """How many times as long it takes; None also where it took no time that was measured."""
        before, after = self._durations
        return after / before if before and after is not None else None

    @property
    def slower(self) -> bool:
        """Whether it takes so much longer that it is worth a look; see `SLOWER_BY`."""
        before, after = self._durations
        return before is not None and after is not None and after >= max(SLOWER_TIMES * before, before + SLOWER_BY)

    @property
    def turned(self) -> bool:
        """Whether its status is another, or it is a new one that failed."""
        turned = (StepChange.FAILS, StepChange.RECOVERED, StepChange.STATUS)
        return self.change in turned or (self.before is None and self.step.failed)

    @property
    def _durations(self) -> tuple[timedelta | None, timedelta | None]:
        before = None if self.before is None else self.before.duration
        return before, None if self.after is None else self.after.duration


def step_pairs(before: Sequence[Step], after: Sequence[Step]) -> tuple[StepPair, ...]:
    """The steps of both, in the order of the run after.

    They belong together by number and name, then by name alone: a step before them may have come or gone.
    """
    pairs = paired(before, after, _numbered, _named)
    last_before = max((index for index, (one, _) in enumerate(pairs) if one is not None), default=-1)
    last_after = max((index for index, (_, one) in enumerate(pairs) if one is not None), default=-1)
    gone = StepChange.NOT_REACHED if any(step.failed for step in after) else StepChange.GONE
    new = StepChange.REACHED if any(step.failed for step in before) else StepChange.NEW
    return tuple(
        StepPair(
            one,
            other,
            _change(
                one,
                other,
                new=new if index > last_before else StepChange.NEW,
                gone=gone if index > last_after else StepChange.GONE,
            ),
        )
        for index, (one, other) in enumerate(pairs)
    )


def _numbered(step: Step) -> Hashable:
    return step.number, step.name


def _named(step: Step) -> Hashable | None:
    return step.name or None


def _change(before: Step | None, after: Step | None, *, new: StepChange, gone: StepChange) -> StepChange:
    if before is None or after is None:
        return new if before is None else gone
    if before.failed != after.failed:
        return StepChange.FAILS if after.failed else StepChange.RECOVERED
    statuses = {before.status.upper(), after.status.upper()}
    return StepChange.STATUS if len(statuses) > 1 and "" not in statuses else StepChange.SAME
