"""The list of causes in words."""

from __future__ import annotations

from collections.abc import Sequence

from canaryscope.render.figures import counted
from canaryscope.render.times import Clock
from canaryscope.runs.triage import CauseCount
from canaryscope_widgets.cause_list import CauseRow

__all__ = ["cause_rows", "causes_title"]


def causes_title(failed: int, loaded: int) -> str:
    """What the list of causes is about. `failed` and `loaded` count runs, attempts each."""
    if not failed:
        return f"No failed run among the {loaded:,} loaded" if loaded else "No run is loaded"
    return f"Causes of {counted(failed, 'failed run')} among {loaded:,} loaded"


def cause_rows(counts: Sequence[CauseCount], clock: Clock) -> list[CauseRow]:
    """Lines of the list of causes, in the same order."""
    return [
        CauseRow(
            key=count.id,
            runs=count.runs,
            family=count.cause.family.value,
            text=count.cause.text,
            first="" if count.first is None else clock.brief(count.first),
            last="" if count.last is None else clock.brief(count.last),
            where=", ".join((*count.browsers, *count.locations)),
        )
        for count in counts
    ]
