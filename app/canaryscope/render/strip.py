"""Outcomes as cells of the strip above the table."""

from __future__ import annotations

from collections.abc import Sequence

from canaryscope.render.runs import OUTCOME_TONES
from canaryscope.runs.outcomes import Bucket
from canaryscope.runs.scheduled import Outcome
from canaryscope_widgets.outcome_strip import OutcomeCell

__all__ = ["outcome_cells"]

LETTERS = {
    Outcome.PASSED: ".",
    Outcome.UNDECIDED: "R",
    Outcome.RETRIED: "~",
    Outcome.UNSAVED: "~",
    Outcome.FAILED: "F",
}
"""`~` is a pass with a but: it took a retry, or its artifacts were not saved."""


def outcome_cells(buckets: Sequence[Bucket]) -> list[OutcomeCell]:
    """The cells, oldest first, of buckets that come newest first; bars are drawn against the longest of them."""
    longest = max((bucket.length for bucket in buckets if bucket.length is not None), default=0)
    return [
        OutcomeCell(
            LETTERS[bucket.worst],
            OUTCOME_TONES[bucket.worst],
            None if bucket.length is None or not longest else bucket.length / longest,
        )
        for bucket in reversed(buckets)
    ]
