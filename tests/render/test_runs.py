"""What a person would miss in a line of the table or in the detail: a field, the right word, a note on what is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from canaryscope.render.runs import REASON_CODES, RunRows, detail, run_row, tone
from canaryscope.render.strip import outcome_cells
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType
from canaryscope.runs.outcomes import Bucket
from canaryscope.runs.scheduled import Outcome, scheduled_run
from canaryscope.runs.store import RunStore, StoredRun
from canaryscope.runs.view import RunView, ViewLine
from canaryscope_widgets.detail import Detail, Field
from canaryscope_widgets.run_columns import Fold
from canaryscope_widgets.timeline import Bar
from canaryscope_widgets.tone import Tone
from runs.history import run as made_up_run

STARTED = datetime(2026, 11, 22, 12, 27, 7, 250_000, tzinfo=UTC)
CLOCK = Clock(Zone.UTC, STARTED + timedelta(minutes=3))
REASON = "TimeoutError: Navigation timeout\n    at Page.goto (index.js:1:2)"
WHOLE = CanaryRun(
    run_type=RunType.DRY_RUN,
    id="a8a3b9a4-0000-4000-8000-000000000001",
    name="checkout-flow",
    scheduled_run_id="5f0c1d7e-0000-4000-8000-000000000002",
    retry_attempt=2,
    status=RunStatus("FAILED", REASON, "EXECUTION_FAILURE", "PASSED"),
    timeline=RunTimeline(STARTED, STARTED + timedelta(milliseconds=30_412), STARTED.replace(second=0, microsecond=0)),
    artifact_s3_location="bucket/canary/eu-west-1/x/2026/11/22/12/27-07-250",
    dry_run_id="0f8fad5b-d9cb-469f-a165-70867728950e",
    browser_type="FIREFOX",
    location="eu-west-1",
)
EMPTY = CanaryRun()
LENGTHS = (30, None, 0, 150, 300)
"""Tenths of a second."""


def lines(shown: Detail) -> dict[str, Field]:
    return {field.label: field for field in (*shown.status, *shown.timeline, *shown.more)}


def test_a_line_of_the_table_shows_state_and_test_result_as_two_things() -> None:
    row = run_row(ViewLine(7, StoredRun(7, WHOLE)), CLOCK)
    assert (row.key, row.state, row.test, row.tone) == (7, "FAILED", "PASSED", Tone.BAD)
    assert (row.started, row.duration) == ("Nov 22 12:27:07", "30.4 s")
    assert (row.attempt, row.browser, row.location) == ("retry 2", "FIREFOX", "eu-west-1")
    assert (row.run_id, row.dry_run_id) == (WHOLE.id, WHOLE.dry_run_id)
    assert row.reason == "TimeoutError: Navigation timeout at Page.goto (index.js:1:2)"


def test_a_schedule_with_several_runs_is_one_line_with_its_verdict_and_the_run_that_tells_most() -> None:
    passed = WHOLE._replace(browser_type="CHROME", retry_attempt=None, status=RunStatus("PASSED", test_result="PASSED"))
    failed = WHOLE._replace(retry_attempt=None, status=RunStatus("FAILED", "net::ERR_FAILED", None, "FAILED"))
    schedule = scheduled_run([passed, failed])
    folded = run_row(ViewLine(3, StoredRun(4, failed), schedule), CLOCK)
    assert (folded.key, folded.state, folded.fold, folded.tone) == (
        *(3, "FAILED IN FIREFOX ONLY"),
        *(Fold.FOLDED, Tone.BAD),
    )
    assert (folded.attempt, folded.browser, folded.reason) == ("2 runs", "", "net::ERR_FAILED")
    assert run_row(ViewLine(3, StoredRun(4, failed), schedule, unfolded=True), CLOCK).fold is Fold.UNFOLDED
    member = run_row(ViewLine(-4, StoredRun(4, failed)), CLOCK)
    assert (member.key, member.state, member.browser, member.fold) == (-4, "FAILED", "FIREFOX", Fold.MEMBER)


def test_the_strip_has_a_letter_for_each_outcome_and_bars_against_the_longest() -> None:
    buckets = [
        Bucket(n, n + 1, outcome, length) for n, (outcome, length) in enumerate(zip(Outcome, LENGTHS, strict=True))
    ]
    cells = outcome_cells(buckets)
    assert "".join(cell.letter for cell in cells) == "F~~R.", "oldest first"
    assert [cell.level for cell in cells] == [1.0, 0.5, 0.0, None, 0.1]
    assert outcome_cells([Bucket(0, 1, Outcome.UNDECIDED, None)])[0].level is None


def test_a_run_of_which_nothing_was_sent_is_a_line_of_dashes() -> None:
    row = run_row(ViewLine(1, StoredRun(1, EMPTY)), CLOCK)
    assert (row.state, row.started, row.duration, row.test, row.run_id) == ("–", "–", "–", "–", "–")
    assert (row.attempt, row.browser, row.location, row.dry_run_id, row.reason) == ("", "", "", "", "")
    assert row.tone is Tone.PLAIN
    dry = run_row(ViewLine(1, StoredRun(1, EMPTY._replace(run_type=RunType.DRY_RUN))), CLOCK)
    assert dry.dry_run_id == "–", "a dry run has a DryRunId: that it was not sent is worth a dash"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("PASSED", Tone.GOOD),
        ("FAILED", Tone.BAD),
        ("RUNNING", Tone.BUSY),
        ("UNKNOWN", Tone.ODD),
        ("SKIPPED_BY_A_LATER_AWS", Tone.ODD),
        (None, Tone.PLAIN),
    ],
)
def test_what_a_word_means(value: str | None, meant: Tone) -> None:
    assert tone(value) is meant


def test_the_detail_shows_every_member_that_the_api_has() -> None:
    found = {label: field.value for label, field in lines(detail(StoredRun(7, WHOLE), CLOCK, None)).items()}
    assert found == {
        "State": "FAILED",
        "Test result": "PASSED",
        "Reason code": "EXECUTION_FAILURE",
        "Reason": REASON,
        "Started": "2026-11-22 12:27:07",
        "Completed": "2026-11-22 12:27:37",
        "Duration": "30.412 s",
        "Metric timestamp": "2026-11-22 12:27:00",
        "Run ID": WHOLE.id,
        "Scheduled run ID": WHOLE.scheduled_run_id,
        "Retry attempt": "2",
        "Dry run ID": WHOLE.dry_run_id,
        "Run type": "DRY_RUN",
        "Browser": "FIREFOX",
        "Location": "eu-west-1",
        "Artifacts": WHOLE.artifact_s3_location,
    }


def test_the_detail_of_a_run_of_which_nothing_was_sent_has_its_lines_all_the_same() -> None:
    found = lines(detail(StoredRun(7, EMPTY), CLOCK, timedelta(minutes=1)))
    assert {label for label, field in found.items() if field.value is not None} == {"Run type"}
    assert list(found) == list(lines(detail(StoredRun(7, WHOLE), CLOCK, None)))


@pytest.mark.parametrize("code", REASON_CODES)
def test_the_reason_code_is_explained(code: str) -> None:
    run = WHOLE._replace(status=RunStatus("FAILED", "x", code))
    field = lines(detail(StoredRun(7, run), CLOCK, None))["Reason code"]
    assert field.value == code
    assert field.explanation.endswith(".")


def test_a_code_that_aws_added_later_is_shown_as_it_is() -> None:
    run = WHOLE._replace(status=RunStatus("PAUSED", "x", "SOLAR_STORM", "MAYBE"))
    found = lines(detail(StoredRun(7, run), CLOCK, None))
    assert [found[label].value for label in ("State", "Reason code", "Test result")] == [
        "PAUSED",
        "SOLAR_STORM",
        "MAYBE",
    ]
    assert (found["Reason code"].explanation, found["Test result"].explanation) == ("", "")


def test_an_unknown_test_result_is_explained() -> None:
    run = WHOLE._replace(status=RunStatus("FAILED", test_result="UNKNOWN"))
    assert "tried to determine" in lines(detail(StoredRun(7, run), CLOCK, None))["Test result"].explanation


@pytest.mark.parametrize(
    ("milliseconds", "state", "shown"),
    [
        (30_412, "PASSED", "30.412 s"),
        (0, "PASSED", "0.000 s"),
        (-500, "PASSED", "-0.500 s (completed before it started)"),
        (3_600_000, "PASSED", "60.0 min"),
        (None, "RUNNING", "still running"),
        (None, "FAILED", None),
    ],
)
def test_the_duration_whatever_was_sent(milliseconds: int | None, state: str, shown: str | None) -> None:
    completed = None if milliseconds is None else STARTED + timedelta(milliseconds=milliseconds)
    run = WHOLE._replace(status=RunStatus(state), timeline=RunTimeline(STARTED, completed))
    assert lines(detail(StoredRun(7, run), CLOCK, None))["Duration"].value == shown


@pytest.mark.parametrize(
    ("started", "seconds", "state", "scale", "bar"),
    [
        (STARTED, 30, "PASSED", 60, Bar(0.5, "of 60 s")),
        (STARTED, 90, "FAILED", 60, Bar(1.5, "of 60 s")),
        (STARTED, None, "RUNNING", 60, Bar(0.0, open_end=True)),
        (STARTED, None, "FAILED", 60, None),
        (STARTED, -1, "FAILED", 60, None),
        (None, None, "RUNNING", 60, None),
        (STARTED, 30, "PASSED", 0, None),
        (STARTED, 30, "PASSED", None, None),
    ],
)
def test_the_bar(started: datetime | None, seconds: int | None, state: str, scale: int | None, bar: Bar | None) -> None:
    completed = None if seconds is None else STARTED + timedelta(seconds=seconds)
    run = WHOLE._replace(status=RunStatus(state), timeline=RunTimeline(started, completed))
    assert detail(StoredRun(7, run), CLOCK, None if scale is None else timedelta(seconds=scale)).bar == bar


def test_a_run_that_is_told_anew_is_the_same_run_for_the_detail() -> None:
    later = WHOLE._replace(status=RunStatus("PASSED"))
    assert detail(StoredRun(7, WHOLE), CLOCK, None).key == detail(StoredRun(7, later), CLOCK, None).key
    assert detail(StoredRun(8, WHOLE), CLOCK, None).key != detail(StoredRun(7, WHOLE), CLOCK, None).key


def test_the_tables_rows_are_those_of_the_view_in_the_zone_of_the_moment() -> None:
    view = RunView(store := RunStore())
    store.add([made_up_run(number) for number in range(5)], RunType.CANARY_RUN, seq=0)
    view.show(RunFilter())
    assert view.scan()
    zones = [Zone.UTC]
    rows = RunRows(view, lambda: Clock(zones[-1], STARTED))
    assert len(rows) == 5
    assert [row.started for row in rows.rows(1, 3)] == ["Nov 22 11:59:00", "Nov 22 11:58:00"]
    zones.append(Zone.RELATIVE)
    assert [row.started for row in rows.rows(4, 5)] == ["31 min ago"]
    store.close()
