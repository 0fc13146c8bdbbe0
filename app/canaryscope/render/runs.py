"""A run as a line of the table and as a detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from canaryscope.render.times import ABSENT, Clock, duration
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.store import StoredRun
from canaryscope.runs.text import clean_line
from canaryscope.runs.view import RunView, ViewLine
from canaryscope_widgets.detail import Detail, Field
from canaryscope_widgets.run_columns import Fold
from canaryscope_widgets.run_table import RunColumn, RunRow
from canaryscope_widgets.timeline import Bar
from canaryscope_widgets.tone import Tone

__all__ = ["RunRows", "detail", "optional_columns", "run_row", "tone"]

TONES = {"PASSED": Tone.GOOD, "FAILED": Tone.BAD, "RUNNING": Tone.BUSY}

OUTCOME_TONES = {
    Outcome.PASSED: Tone.GOOD,
    Outcome.UNDECIDED: Tone.BUSY,
    Outcome.RETRIED: Tone.ODD,
    Outcome.UNSAVED: Tone.ODD,
    Outcome.FAILED: Tone.BAD,
}
"""What an outcome means to a person."""

COLUMNS = {
    "retry_attempt": RunColumn.ATTEMPT,
    "browser_type": RunColumn.BROWSER,
    "location": RunColumn.LOCATION,
}
"""Members of a run that most canaries' runs do not have, and where they are shown."""

REASON_CODES = {
    "CANARY_FAILURE": "The script failed, or Synthetics ran into a fatal error while running it (a timeout, say).",
    "EXECUTION_FAILURE": "Something non-critical failed, such as saving artifacts (screenshots, HAR files).",
}
"""StateReasonCode in a sentence, after the API reference of CanaryRunStatus."""

TEST_RESULTS = {
    "UNKNOWN": "Synthetics tried to determine the script's status and failed.",
}
"""TestResult in a sentence, after the API reference of CanaryRunStatus."""

WHOLE_REASON = "Whole, from the run's report; the API cuts it at 1,024 characters."


def tone(value: str | None) -> Tone:
    """What a State or TestResult means; values that AWS added later are odd."""
    return Tone.PLAIN if value is None else TONES.get(value, Tone.ODD)


def run_row(line: ViewLine, clock: Clock) -> RunRow:
    """A line of the table: of a schedule with several runs, its verdict and the run that tells most."""
    run, schedule = line.stored.run, line.schedule
    fold = Fold.MEMBER if line.member else Fold.NONE
    if schedule is not None:
        fold = Fold.UNFOLDED if line.unfolded else Fold.FOLDED
    return RunRow(
        key=line.number,
        state=(run.status.state or ABSENT) if schedule is None else schedule.verdict,
        started=clock.short(run.timeline.started if schedule is None else schedule.started),
        duration=duration(run.length),
        test=run.status.test_result or ABSENT,
        attempt=_attempt(run) if schedule is None else f"{len(schedule.runs)} runs",
        browser=(run.browser_type or "") if schedule is None else "",
        location=(run.location or "") if schedule is None else "",
        run_id=run.id or ABSENT,
        dry_run_id=run.dry_run_id or ("" if run.run_type is RunType.CANARY_RUN else ABSENT),
        reason=clean_line(run.status.state_reason or ""),
        tone=tone(run.status.state) if schedule is None else OUTCOME_TONES[schedule.outcome],
        fold=fold,
    )


def _attempt(run: CanaryRun) -> str:
    return "" if run.retry_attempt is None else f"retry {run.retry_attempt}"


def optional_columns(members: frozenset[str], types: frozenset[RunType]) -> frozenset[RunColumn]:
    """The columns that have something to show: for these members of runs, where runs of these types are shown."""
    columns = {COLUMNS[member] for member in members}
    return frozenset(columns | {RunColumn.DRY_RUN} if RunType.DRY_RUN in types else columns)


class RunRows:
    """A view as the table's RowSource; `clock` is asked at each read."""

    def __init__(self, view: RunView, clock: Callable[[], Clock]) -> None:
        self._view = view
        self._clock = clock

    def __len__(self) -> int:
        return len(self._view)

    def rows(self, first: int, last: int) -> Sequence[RunRow]:
        """The lines from `first` to before `last`."""
        clock = self._clock()
        return [run_row(line, clock) for line in self._view.rows(first, last)]


def detail(stored: StoredRun, clock: Clock, scale: timedelta | None, reason: str | None = None) -> Detail:
    """All that is known of a run. `scale` is the length of a full bar: the canary's timeout, if it is known.

    `reason` is the whole text where StateReason was cut; see `canaryscope.render.steps.whole_reason`.
    """
    run = stored.run
    status, timeline = run.status, run.timeline
    code = status.state_reason_code
    return Detail(
        status=(
            Field("State", status.state, tone(status.state)),
            Field(
                "Test result",
                status.test_result,
                tone(status.test_result),
                TEST_RESULTS.get(status.test_result or "", ""),
            ),
            Field("Reason code", code, Tone.PLAIN, REASON_CODES.get(code or "", "")),
            Field("Reason", reason or status.state_reason, Tone.PLAIN, WHOLE_REASON if reason else ""),
        ),
        timeline=(
            Field("Started", clock.long(timeline.started)),
            Field("Completed", clock.long(timeline.completed)),
            Field("Duration", _duration(run)),
            Field("Metric timestamp", clock.long(timeline.metric_timestamp)),
        ),
        more=(
            Field("Run ID", run.id),
            Field("Scheduled run ID", run.scheduled_run_id),
            Field("Retry attempt", None if run.retry_attempt is None else str(run.retry_attempt)),
            Field("Dry run ID", run.dry_run_id),
            Field("Run type", run.run_type.value),
            Field("Browser", run.browser_type),
            Field("Location", run.location),
            Field("Artifacts", run.artifact_s3_location),
        ),
        bar=_bar(run, scale),
        key=str(stored.row),
    )


def _duration(run: CanaryRun) -> str | None:
    """The exact length to the millisecond, for a running one that it has none yet."""
    exact = run.length
    if exact is None:
        return "still running" if run.status.state == "RUNNING" else None
    seconds = exact.total_seconds()
    note = " (completed before it started)" if seconds < 0 else ""
    return (duration(exact) if abs(seconds) >= 1_000 else f"{seconds:.3f} s") + note


def _bar(run: CanaryRun, scale: timedelta | None) -> Bar | None:
    """The run's length against the scale; None where there is nothing to draw."""
    exact = run.length
    if not scale or run.timeline.started is None:
        return None
    if exact is None:
        return Bar(0.0, open_end=True) if run.status.state == "RUNNING" else None
    return None if exact < timedelta(0) else Bar(exact / scale, f"of {scale.total_seconds():.3g} s")
