"""What the status bar says. People and scripts read it: the forms are fixed."""

from __future__ import annotations

from typing import NamedTuple

from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.model import RunType
from canaryscope.runs.progress import Phase, Progress

__all__ = ["StatusText", "list_status", "nothing_to_show", "status_text"]

RETRY = "r to retry"


class StatusText(NamedTuple):
    """`loaded · middle · tail`. Where the width is short, the middle is what may be cut."""

    loaded: str
    middle: str
    tail: str = ""

    @property
    def head(self) -> str:
        """What stands before the tail."""
        return " · ".join(part for part in (self.loaded, self.middle) if part)

    def __str__(self) -> str:
        return " · ".join(part for part in (self.loaded, self.middle, self.tail) if part)


def status_text(progress: Progress | None) -> StatusText:
    """`1,200 loaded · more below`, `3 of 12,400 loaded match · loading…`, `0 loaded · access denied · r to retry`."""
    if progress is None:
        return StatusText("", "no canary chosen")
    if progress.matched is None:
        count = f"{progress.loaded:,} loaded"
    else:
        count = f"{progress.matched:,} of {progress.loaded:,} loaded match"
    match progress.phase:
        case Phase.LOADING:
            return StatusText(count, "loading…")
        case Phase.END:
            return StatusText(count, "end of history")
        case Phase.GAP:
            return StatusText(count, "refresh stopped, runs are missing in between", RETRY)
        case Phase.FAILED:
            return StatusText(count, _wrong(progress.error), RETRY)
        case Phase.MORE:
            return StatusText(count, "more below")


def _wrong(error: SourceError | None) -> str:
    """What went wrong, in a few words; a throttled call says when it will be made again."""
    if isinstance(error, Throttled) and error.delay is not None:
        return f"{error.summary}, trying again {error.within}"
    return error.summary if error is not None else SourceError.summary


def nothing_to_show(canary: str, progress: Progress, shown: RunFilter) -> str:
    """What stands in the table while it has no rows: what is going on, what is wrong, what to do."""
    match progress.phase:
        case Phase.LOADING:
            return "Loading…"
        case Phase.FAILED if progress.error is not None:
            return "\n\n".join(part for part in (progress.error.sentence, progress.error.hint, RETRY) if part)
    if shown.narrows and progress.loaded:
        where = "in the whole history" if progress.phase is Phase.END else "so far"
        return f"None of {progress.loaded:,} loaded runs matches {where}.\n\nesc clears the filter"
    kind = "runs" if RunType.CANARY_RUN in shown.types else "dry runs"
    if progress.phase is not Phase.END:
        return f"No {kind} of {canary} have come so far, and there is more below.\n\nG loads on"
    if shown.dry_run_id is not None and kind == "dry runs":
        return f"{canary} has no dry run with DryRunId {shown.dry_run_id}.\n\nesc ends the search"
    return f"{canary} has no {kind}: it has not had any, or they are older than its retention period."


def list_status(*, loading: bool, complete: bool, failed: bool) -> str:
    """The word beside the number of canaries in the picker; there is room for little more than `r to retry`."""
    if loading:
        return "loading…"
    if failed:
        return RETRY
    return "" if complete else "…"
