"""A canary as a line of the picker, and what is wrong when the list cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from canaryscope.render.runs import tone
from canaryscope.render.times import ABSENT, Clock
from canaryscope.runs.canaries import CanaryEntry, ListKind
from canaryscope.runs.errors import AccessDenied, SourceError
from canaryscope.runs.schedule import due
from canaryscope.runs.scheduled import Outcome, outcome
from canaryscope.runs.triage import Streak, Triage
from canaryscope_widgets.picker_items import CanaryItem

__all__ = ["canary_items", "list_trouble"]

FAILING, OVERDUE, OTHER = 0, 1, 2
"""Ranks in the picker."""
BEHIND = 2
"""What was loaded may lack one start; with the second one missing it says nothing of the last run any more."""


def canary_items(
    entries: Iterable[CanaryEntry], clock: Clock | None = None, known: Mapping[str, Triage] | None = None
) -> list[CanaryItem]:
    """Lines for the picker, in its order: failing canaries first, then those that are overdue.

    `known` has, by name, what the loaded runs tell of some canaries: for how many runs, and, with a `clock`, since
    when they fail.
    """
    items = [_item(entry, clock, _failures(entry, (known or {}).get(entry.name))) for entry in entries]
    return sorted(items, key=lambda item: (item.rank, item.name))


def _item(entry: CanaryEntry, clock: Clock | None, failures: Streak | None) -> CanaryItem:
    run = entry.last_run.run if entry.last_run is not None else None
    word = run.status.state if run is not None else None
    state = entry.canary.state if entry.canary is not None else None
    overdue = entry.overdue
    return CanaryItem(
        name=entry.name,
        word=word or ABSENT,
        tone=tone(word),
        note="overdue" if overdue else "" if state in (None, "RUNNING") else str(state),
        rank=FAILING if entry.failing or failures is not None else OVERDUE if overdue else OTHER,
        detail="" if failures is None else _since(failures, clock),
        short="" if failures is None else _count(failures),
    )


def _failures(entry: CanaryEntry, triage: Triage | None) -> Streak | None:
    """The failures in a row that the last run belongs to, or that were there while it is RUNNING; None: not known."""
    if triage is None or triage.streak is None or triage.streak.outcome is not Outcome.FAILED:
        return None
    run = entry.last_run.run if entry.last_run is not None else None
    if run is not None and outcome(run.status) not in (Outcome.FAILED, Outcome.UNDECIDED):
        return None
    until = None if triage.numbers is None else triage.numbers.until
    if until is None or entry.started is None or entry.started <= until:
        return triage.streak
    limit = due(None if entry.canary is None else entry.canary.schedule, until, BEHIND)
    return triage.streak if limit is None or entry.started < limit else None


def _count(failures: Streak) -> str:
    """`9 runs`; `9+ runs` where the run before them has not been seen."""
    if failures.whole:
        return "1 run" if failures.runs == 1 else f"{failures.runs:,} runs"
    return f"{failures.runs:,}+ runs"


def _since(failures: Streak, clock: Clock | None) -> str:
    """`9 runs since 11:42:07`; `9+ runs, at least since 11:42:07`."""
    if failures.since is None or clock is None:
        return _count(failures)
    return f"{_count(failures)}{'' if failures.whole else ', at least'} since {clock.brief(failures.since)}"


def list_trouble(errors: Mapping[ListKind, SourceError], count: int) -> str:
    """What to tell a person whose list of canaries is incomplete; empty where nothing is wrong."""
    if not errors:
        return ""
    refused = [kind for kind, error in errors.items() if isinstance(error, AccessDenied)]
    if len(refused) == len(errors):
        actions = " and ".join(f"synthetics:{kind.value}" for kind in refused)
        instead = (
            "Type a name with / and Enter: its runs may be allowed." if not count else "A name can be typed with /."
        )
        return f"Not allowed: {actions}. {instead}"
    error = next(error for error in errors.values() if not isinstance(error, AccessDenied))
    return f"{error.sentence} {error.hint}".strip()
