"""What a person would miss in the steps of a run: the failing one, its reason whole, what the run as a whole tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.report import Report, RequestCounts, Screenshot, Step, parse_report
from canaryscope.render.runs import WHOLE_REASON, detail
from canaryscope.render.steps import report_facts, step_rows, whole_reason
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.model import CanaryRun, RunStatus
from canaryscope.runs.store import StoredRun
from canaryscope.runs.text import clean
from canaryscope_widgets.tone import Tone
from evidence.documents import VALUES, packed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE = ArtifactPlace("results", "canary/eu-west-1/checkout/2026/11/22/12/27-07-250")
STACK = "TimeoutError: Navigation timeout of 30000 ms exceeded\n    at LifecycleWatcher (/opt/nodejs/x.js:12:3)" * 30
OPEN = Step(1, "open", "PASSED", NOON, NOON + timedelta(seconds=1.2), source_url="https://shop.example.com/")
PAY = Step(
    2,
    "pay",
    "FAILED",
    NOON,
    NOON + timedelta(seconds=30.4),
    STACK,
    "https://shop.example.com/?session=abc",
    "https://pay.example.com/card",
    (Screenshot("02-pay-starting.png"), Screenshot(error="Screenshot timed out")),
)
FAILED = CanaryRun(status=RunStatus("FAILED", STACK[:1_024], None, "FAILED"))


def listed(*names: str) -> RunArtifacts:
    found = [artifact_of(PLACE, PLACE.folder + name, 10, NOON) for name in names]
    return RunArtifacts(PLACE, tuple(one for one in found if one is not None))


def test_a_failed_step_has_its_reason_whole_and_no_secret_in_its_urls() -> None:
    opened, pay = step_rows(Report(steps=(OPEN, PAY)), None)
    assert (opened.number, opened.name, opened.status, opened.tone, opened.duration) == (
        *("1", "open", "PASSED"),
        *(Tone.GOOD, "1.2 s"),
    )
    assert (opened.reason, opened.url, opened.screenshots) == ("", "https://shop.example.com/", "")
    assert (pay.status, pay.tone, pay.duration) == ("FAILED", Tone.BAD, "30.4 s")
    assert pay.reason == f"{STACK}\nNo screenshot: Screenshot timed out"
    assert pay.url == "https://shop.example.com/?session=**** -> https://pay.example.com/card"
    assert opened.key != pay.key


def test_a_page_that_stayed_is_named_once() -> None:
    assert step_rows(Report(steps=(replace(OPEN, destination_url=OPEN.source_url),)), None)[0].url == OPEN.source_url


@pytest.mark.parametrize(
    ("step", "status", "tone"),
    [
        (Step(), "–", Tone.PLAIN),
        (Step(failure_reason="x"), "FAILED", Tone.BAD),
        (Step(status="Failed"), "Failed", Tone.BAD),
        (Step(status="SKIPPED"), "SKIPPED", Tone.ODD),
    ],
)
def test_a_status_is_shown_as_it_is_and_failing_in_a_word_where_there_is_none(
    step: Step, status: str, tone: Tone
) -> None:
    row = step_rows(Report(steps=(step,)), None)[0]
    assert (row.status, row.tone, row.name, row.number, row.duration) == (status, tone, step.name or "–", "", "")


@pytest.mark.parametrize(
    ("artifacts", "shown"),
    [
        (None, "1 of 2 screenshots"),
        (listed("CHROME/02-pay-starting.png"), "1 of 2 screenshots"),
        (listed("SyntheticsReport-FAILED.json"), "0 of 2 screenshots"),
        (listed("SyntheticsReport-FAILED.json")._replace(cut=True), "1 of 2 screenshots"),
    ],
)
def test_screenshots_that_were_not_taken_or_are_gone_are_not_counted(
    artifacts: RunArtifacts | None, shown: str
) -> None:
    assert step_rows(Report(steps=(PAY,)), artifacts)[0].screenshots == shown


def test_all_screenshots_are_counted_in_a_word() -> None:
    step = replace(PAY, screenshots=(Screenshot("a.png"), Screenshot("b.png")))
    assert step_rows(Report(steps=(step,)), listed("a.png", "b.png"))[0].screenshots == "2 screenshots"


def test_steps_of_two_runs_are_told_apart() -> None:
    other = listed()._replace(place=ArtifactPlace("results", "canary/other"))
    assert step_rows(Report(steps=(OPEN,)), listed())[0].key != step_rows(Report(steps=(OPEN,)), other)[0].key


def test_the_facts_tell_how_long_it_took_and_what_was_asked() -> None:
    report = Report(
        status="FAILED",
        started=NOON,
        ended=NOON + timedelta(seconds=34.5),
        reset_ms=0,
        launch_ms=1_234,
        setup_ms=2,
        requests=RequestCounts(9, 0, 2, 0, 1),
        steps=(OPEN, PAY),
        failure_reason=STACK,
        cut=3,
    )
    assert report_facts(report, FAILED) == (
        "FAILED · 34.5 s · launch 1.2 s, set-up 2 ms",
        "12 requests: 9 2xx, 2 4xx, 1 failed",
        "3 more steps left out: 2,000 are shown.",
    )


def test_a_script_that_passed_in_a_run_that_failed_is_said_so_with_what_failed_beside_it() -> None:
    report = Report(status="PASSED", execution_error="Unable to upload", failure_reason="Unable to upload")
    assert report_facts(report, FAILED) == (
        "PASSED",
        "The script is PASSED, the run's State is FAILED.",
        "Execution error: Unable to upload",
    )


def test_the_reason_stands_above_the_steps_where_no_step_has_one() -> None:
    report = Report(status="FAILED", failure_reason=STACK, steps=(OPEN,))
    assert report_facts(report, FAILED) == ("FAILED", STACK)


def test_a_report_of_nothing_says_so() -> None:
    assert report_facts(Report(), CanaryRun()) == ("No status",)
    assert report_facts(Report(requests=RequestCounts(0)), CanaryRun()) == ("No status", "0 requests")


def reason(state_reason: str | None, whole: str, execution_error: str = "") -> str | None:
    run = CanaryRun(status=RunStatus("FAILED", state_reason))
    return whole_reason(run, Report(failure_reason=whole, execution_error=execution_error))


@pytest.mark.parametrize(
    ("state_reason", "whole"),
    [
        (STACK[:1_024], STACK),
        (" ".join(STACK.split())[:1_024], STACK),
        (f"No test result returned.{STACK}"[:1_024], STACK),
        (STACK[:1_024], f"Error: {STACK}"),
        ("タイトル" * 85, "タイトル" * 200),
        ("TimeoutError: Navigation timeout", "TimeoutError: Navigation timeout\n    at Page.goto (index.js:1:2)"),
    ],
)
def test_a_reason_that_the_api_has_cut_is_replaced_by_the_whole_one(state_reason: str, whole: str) -> None:
    assert reason(state_reason, whole) == whole


@pytest.mark.parametrize(
    ("state_reason", "whole"),
    [
        (None, STACK),
        ("", STACK),
        ("Error:", "Error: x"),
        (STACK, STACK),
        (STACK, STACK[:100]),
        ("x" * 1_024, STACK),
        ("Failed to load url", "Failed to load url: https://host/ 503"),
        ("Error: a", "Error: another"),
    ],
)
def test_a_reason_is_never_replaced_by_another_text(state_reason: str | None, whole: str) -> None:
    assert reason(state_reason, whole) is None


def test_what_failed_beside_the_script_is_a_reason_too() -> None:
    error = "Unable to fetch S3 bucket location: Access Denied " * 40
    assert reason(error[:1_024], STACK, error) == error


def test_the_detail_shows_the_whole_reason_and_says_where_it_is_from() -> None:
    shown = detail(StoredRun(7, FAILED), Clock(Zone.UTC, NOON), None, STACK).status[-1]
    assert (shown.label, shown.value, shown.explanation) == ("Reason", STACK, WHOLE_REASON)
    assert detail(StoredRun(7, FAILED), Clock(Zone.UTC, NOON), None).status[-1].explanation == ""


@given(VALUES)
def test_whatever_a_report_holds_its_rows_are_harmless_lines(value: object) -> None:
    try:
        report = parse_report(
            packed({"customerScript": {"steps": [value, {"stepName": value}]}, "executionError": value})
        )
    except BadArtifact:
        return
    for row in step_rows(report, None):
        for text in (row.number, row.name, row.status, row.duration, row.url, row.requests, row.screenshots):
            assert "\n" not in text
            assert clean(text) == text
        assert clean(row.reason, limit=len(row.reason) + 1) == row.reason
    for fact in report_facts(report, FAILED):
        assert clean(fact, limit=len(fact) + 1) == fact
    whole_reason(FAILED, report)
