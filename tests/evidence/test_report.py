"""Reports as the runtimes write them, and as nobody should."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.report import STEPS, Report, RequestCounts, Screenshot, parse_report
from evidence.documents import VALUES, assert_harmless, packed

NOON = datetime(2026, 11, 22, 12, 27, 7, 123_000, tzinfo=UTC)
STACK = "TimeoutError: Navigation timeout of 30000 ms exceeded\n    at LifecycleWatcher (/opt/nodejs/x.js:12:3)" * 30


def step(number: object, name: str = "open", status: str = "PASSED", **more: object) -> dict[str, Any]:
    return {"stepNum": number, "stepName": name, "status": status, **more}


def report(*steps: object, **more: object) -> Report:
    return parse_report(packed({"customerScript": {"status": "FAILED", "steps": list(steps), **more}}))


def puppeteer() -> dict[str, Any]:
    """As syn-nodejs-puppeteer writes it, with members that are not looked at."""
    return {
        "canaryName": "checkout-flow",
        "startTime": "2026-11-22T12:27:07.123Z",
        "endTime": "2026-11-22T12:27:37.623Z",
        "timeSpentInResetInMs": 3,
        "timeSpentInLaunchInMs": 1234,
        "timeSpentInSetUpInMs": 2,
        "executionStatus": "PASSED",
        "executionError": None,
        "customerScript": {
            "startTime": "2026-11-22T12:27:09.000Z",
            "endTime": "2026-11-22T12:27:37.000Z",
            "status": "FAILED",
            "failureReason": STACK,
            "metricsPublished": True,
            "requests": {"failed": 1, "_2xx": 41, "_3xx": 2, "_4xx": 0, "_5xx": 3},
            "steps": [
                step(1, startTime="2026-11-22T12:27:09Z", endTime="2026-11-22T12:27:09.250Z", sourceUrl="about:blank"),
                step(
                    2,
                    "pay",
                    "FAILED",
                    failureReason=STACK,
                    metricsPublished=True,
                    destinationUrl="https://shop.example.com/pay",
                    screenshots=[
                        {"fileName": "02-pay-starting.png", "pageUrl": "https://shop.example.com/", "error": None},
                        {"fileName": None, "pageUrl": None, "error": "Screenshot timed out", "visualTestResult": None},
                    ],
                ),
            ],
            "reports": [],
            "nonStepScreenshots": [],
        },
        "configuration": {"artifactConfiguration": {"harFile": True}},
    }


def test_a_failed_run_of_puppeteer_tells_what_its_steps_did() -> None:
    found = parse_report(packed(puppeteer()))
    assert (found.canary, found.status, found.failure_reason) == ("checkout-flow", "FAILED", STACK)
    assert (found.started, found.duration) == (NOON, timedelta(seconds=30.5))
    assert (found.reset_ms, found.launch_ms, found.setup_ms) == (3, 1234, 2)
    assert found.requests == RequestCounts(41, 2, 0, 3, 1)
    opened, pay = found.steps
    assert (opened.failed, opened.duration, opened.source_url) == (False, timedelta(seconds=0.25), "about:blank")
    assert found.failing is pay
    assert pay.destination_url == "https://shop.example.com/pay"
    assert pay.screenshots == (
        Screenshot("02-pay-starting.png", "https://shop.example.com/", ""),
        Screenshot("", "", "Screenshot timed out"),
    )


def test_a_report_of_python_is_in_utc_though_it_names_no_zone() -> None:
    found = parse_report(
        packed(
            {
                "startTime": "2026-11-22T12:27:07.123000",
                "endTime": "2026-11-22T12:27:10.123000",
                "timeSpentInSetUpInMs": None,
                "executionStatus": "NO RESULT",
                "executionError": None,
                "customerScript": {"status": "PASSED", "requests": None, "steps": [step(2)]},
                "configuration": None,
            }
        )
    )
    assert (found.started, found.duration, found.setup_ms) == (NOON, timedelta(seconds=3), None)
    assert (found.status, found.requests, found.failing) == ("PASSED", None, None)


def test_an_api_canary_has_no_screenshots() -> None:
    assert report(step(1, "deep-health", screenshots=None, httpRequestNum=1)).steps[0].screenshots == ()


@pytest.mark.parametrize("name", ["timeSpentInSetUpInMs", "timeSpentInSetupInMs", "SetupInMs"])
def test_the_time_of_the_set_up_is_found_under_each_of_its_names(name: str) -> None:
    assert parse_report(packed({name: 12})).setup_ms == 12


@pytest.mark.parametrize(
    ("given_time", "expected"),
    [
        ("2026-11-22T12:27:07.123Z", NOON),
        ("2026-11-22T13:27:07.123+01:00", NOON),
        ("2026-11-22 12:27:07.123", NOON),
        ("2026-11-22T12:27:07.123000999Z", NOON),
        (1795350427123, NOON),
        ("1795350427123", NOON),
        (1795350427.123, NOON),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:59", None),
        (1e300, None),
        (True, None),
        ({"seconds": 1}, None),
    ],
)
def test_times_are_read_as_each_runtime_writes_them(given_time: object, expected: datetime | None) -> None:
    assert parse_report(packed({"startTime": given_time})).started == expected


@pytest.mark.parametrize(
    ("started", "ended"), [(None, "2026-11-22T12:27:07Z"), ("2026-11-22T12:27:08Z", "2026-11-22T12:27:07Z"), (1, None)]
)
def test_a_duration_that_cannot_be_is_none(started: object, ended: object) -> None:
    assert report(step(1, startTime=started, endTime=ended)).steps[0].duration is None


def test_what_failed_beside_the_script_is_the_reason_where_the_script_has_none() -> None:
    found = parse_report(packed({"executionError": "Unable to upload", "customerScript": {"status": "PASSED"}}))
    assert (found.failure_reason, found.execution_error) == ("Unable to upload", "Unable to upload")


def test_both_reasons_are_kept_where_the_script_failed_and_something_else_did() -> None:
    found = parse_report(packed({"executionError": "no upload", "customerScript": {"failureReason": "no button"}}))
    assert (found.failure_reason, found.execution_error) == ("no button", "no upload")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"name": "TimeoutError", "message": "waiting for #pay"}, "TimeoutError: waiting for #pay"),
        ({"message": "gone", "stack": "Error: gone\n    at x"}, "Error: gone\n    at x"),
        ({}, ""),
        (["no"], ""),
        (False, ""),
    ],
)
def test_a_reason_that_was_an_error_object_is_readable(written: object, expected: str) -> None:
    assert report(failureReason=written).failure_reason == expected


def test_steps_are_in_the_order_of_their_numbers_and_repeated_ones_all_stay() -> None:
    found = report(
        step(3, "c"), step(1, "a"), step(2, "b1", "FAILED"), step(2, "b2"), step(None, "b3"), step("2", "b4")
    )
    assert [one.name for one in found.steps] == ["a", "b1", "b2", "b3", "b4", "c"]
    assert found.failing is found.steps[1]


@pytest.mark.parametrize(
    ("status", "why", "failed"),
    [("FAILED", "", True), ("Failed", "", True), ("PASSED", "odd", False), ("", "it broke", True), ("", "", False)],
)
def test_a_step_has_failed_if_its_status_or_for_lack_of_one_its_reason_says_so(
    status: str, why: str, failed: bool
) -> None:
    assert report(step(1, status=status, failureReason=why)).steps[0].failed is failed


def test_members_of_another_shape_cost_themselves_only() -> None:
    found = parse_report(
        packed(
            {"startTime": [], "canaryName": {"a": 1}, "customerScript": {"steps": [None, 7, step(1.5)], "requests": 3}}
        )
    )
    assert (found.started, found.canary, found.requests) == (None, "", None)
    assert [(one.number, one.name) for one in found.steps] == [(None, "open")]


def test_steps_beyond_the_limit_are_counted() -> None:
    found = report(*[step(number) for number in range(STEPS + 7)])
    assert (len(found.steps), found.cut) == (STEPS, 7)


def test_the_failing_step_is_kept_though_it_is_beyond_the_limit() -> None:
    late = [step(STEPS + 5, "pay", "FAILED"), step(STEPS + 6, "after", "FAILED")]
    found = report(*[step(number) for number in range(STEPS + 5)], *late)
    assert (len(found.steps), found.cut) == (STEPS, 7)
    assert found.failing is not None
    assert (found.failing.number, found.failing.name) == (STEPS + 5, "pay")


@pytest.mark.parametrize("content", [b"[]", b"3", b'"FAILED"', b"null"])
def test_json_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(BadArtifact, match="not the object that Synthetics writes"):
        parse_report(content)


def test_a_report_crosses_to_another_process() -> None:
    found = parse_report(packed(puppeteer()))
    assert pickle.loads(pickle.dumps(found)) == found


@given(VALUES, VALUES)
def test_whatever_a_report_holds_it_is_read_or_refused_and_harmless(members: object, script: object) -> None:
    whole = {**(members if isinstance(members, dict) else {}), "customerScript": script, "executionError": members}
    found = parse_report(packed(whole))
    assert_harmless(found)
    assert all(one.duration is None or one.duration >= timedelta(0) for one in found.steps)
