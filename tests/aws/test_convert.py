"""The border: what the API sends becomes model objects; what it never sends is told apart."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.aws import convert
from canaryscope.runs.errors import Malformed
from canaryscope.runs.model import Canary, CanaryRun, Engine, LastRun, Page, RunStatus, RunTimeline, RunType

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RUN: dict[str, Any] = {
    "Id": "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
    "ScheduledRunId": "1f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
    "RetryAttempt": 1,
    "Name": "checkout",
    "Status": {
        "State": "FAILED",
        "StateReason": "line one\nline two",
        "StateReasonCode": "CANARY_FAILURE",
        "TestResult": "UNKNOWN",
    },
    "Timeline": {"Started": NOON, "Completed": NOON, "MetricTimestampForRunAndRetries": NOON},
    "ArtifactS3Location": "bucket/key",
    "DryRunConfig": {"DryRunId": "2f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"},
    "BrowserType": "FIREFOX",
    "Location": "us-east-1",
}


def test_every_member_of_a_run_arrives() -> None:
    assert convert.canary_run(RUN, RunType.DRY_RUN) == CanaryRun(
        run_type=RunType.DRY_RUN,
        id="0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
        name="checkout",
        scheduled_run_id="1f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
        retry_attempt=1,
        status=RunStatus("FAILED", "line one\nline two", "CANARY_FAILURE", "UNKNOWN"),
        timeline=RunTimeline(NOON, NOON, NOON),
        artifact_s3_location="bucket/key",
        dry_run_id="2f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
        browser_type="FIREFOX",
        location="us-east-1",
    )


@pytest.mark.parametrize("run", [{}, dict.fromkeys(RUN), {"Status": {}, "Timeline": {}, "Unheard": {"of": 1}}])
def test_a_run_may_lack_everything(run: dict[str, Any]) -> None:
    assert convert.canary_run(run, RunType.CANARY_RUN) == CanaryRun()


def test_what_aws_adds_to_an_enumeration_is_kept_and_text_and_numbers_may_be_mixed_up() -> None:
    run = convert.canary_run({"Id": 7, "RetryAttempt": "2", "Status": {"State": "SKIPPED"}}, RunType.CANARY_RUN)
    assert (run.id, run.retry_attempt, run.status.state) == ("7", 2, "SKIPPED")


def test_text_is_cleaned_where_it_enters() -> None:
    dirty = {"Name": "a\x1b[31mb\n", "Status": {"StateReason": "x\x1b]0;t\x07\ny\u202e", "State": "PASS\x00ED"}}
    run = convert.canary_run(dirty, RunType.CANARY_RUN)
    assert (run.name, run.status.state_reason, run.status.state) == ("ab", "x\ny", "PASSED")


def test_a_page_keeps_order_duplicates_and_the_token_as_they_came() -> None:
    page = convert.runs_page(
        {"CanaryRuns": [{"Id": "b"}, {"Id": "a"}, {"Id": "b"}], "NextToken": "t\x1b k"}, RunType.DRY_RUN
    )
    assert [run.id for run in page.items] == ["b", "a", "b"]
    assert page.next_token == "t\x1b k"


@pytest.mark.parametrize("answer", [{}, {"CanaryRuns": []}, {"CanaryRuns": None, "NextToken": None}, {"NextToken": ""}])
def test_an_empty_page_is_the_end(answer: dict[str, Any]) -> None:
    assert convert.runs_page(answer, RunType.CANARY_RUN) == Page(())


@pytest.mark.parametrize(
    "answer",
    [
        {"CanaryRuns": {}},
        {"CanaryRuns": "runs"},
        {"CanaryRuns": 5},
        {"CanaryRuns": [1]},
        {"CanaryRuns": [None]},
        {"CanaryRuns": [[]]},
        {"CanaryRuns": [{"Status": "FAILED"}]},
        {"CanaryRuns": [{"Timeline": []}]},
        {"CanaryRuns": [{"Timeline": {"Started": "yesterday"}}]},
        {"CanaryRuns": [{"Timeline": {"Started": datetime(2026, 1, 1)}}]},  # noqa: DTZ001
        {"CanaryRuns": [{"RetryAttempt": "one"}]},
        {"CanaryRuns": [{"RetryAttempt": float("inf")}]},
        {"CanaryRuns": [{"Id": {"a": 1}}]},
        {"CanaryRuns": [{"DryRunConfig": 1}]},
        {"CanaryRuns": [], "NextToken": 12},
    ],
)
def test_another_shape_is_no_page(answer: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        convert.runs_page(answer, RunType.CANARY_RUN)


def test_the_last_runs_keep_canaries_that_never_ran() -> None:
    page = convert.last_runs_page(
        {"CanariesLastRun": [{"CanaryName": "new"}, {"LastRun": {"Name": "old", "Id": "1"}}, {}], "NextToken": "abcd"}
    )
    assert page == Page((LastRun("new"), LastRun("old", CanaryRun(id="1", name="old"))), "abcd")


def test_every_member_of_a_canary_arrives() -> None:
    described = {
        "Id": "id",
        "Name": "checkout",
        "Schedule": {"Expression": "rate(1 minute)", "DurationInSeconds": 0, "RetryConfig": {"MaxRetries": 2}},
        "RunConfig": {"TimeoutInSeconds": 60},
        "SuccessRetentionPeriodInDays": 31,
        "FailureRetentionPeriodInDays": 455,
        "Status": {"State": "ERROR", "StateReason": "why", "StateReasonCode": "UPDATE_PENDING"},
        "Timeline": {"Created": NOON, "LastModified": NOON, "LastStarted": NOON, "LastStopped": NOON},
        "ArtifactS3Location": "bucket",
        "RuntimeVersion": "syn-nodejs-3.0",
        "EngineConfigs": [{"EngineArn": "arn:1", "BrowserType": "CHROME"}, {"EngineArn": "arn:2"}],
        "BrowserConfigs": [{"BrowserType": "CHROME"}, {"BrowserType": "FIREFOX"}],
        "DryRunConfig": {"LastDryRunExecutionStatus": "PASSED"},
    }
    assert convert.get_canary({"Canary": described}) == Canary(
        name="checkout",
        id="id",
        state="ERROR",
        state_reason="why",
        state_reason_code="UPDATE_PENDING",
        schedule="rate(1 minute)",
        duration_seconds=0,
        max_retries=2,
        timeout_seconds=60,
        runtime_version="syn-nodejs-3.0",
        success_retention_days=31,
        failure_retention_days=455,
        artifact_s3_location="bucket",
        engines=(Engine("CHROME", "arn:1"), Engine(None, "arn:2")),
        browsers=("CHROME", "FIREFOX"),
        created=NOON,
        last_modified=NOON,
        last_started=NOON,
        last_stopped=NOON,
        last_dry_run_status="PASSED",
    )


@pytest.mark.parametrize(
    ("described", "engines"),
    [
        ({"EngineArn": "arn:1"}, (Engine(None, "arn:1"),)),
        ({"EngineConfigs": [{"EngineArn": "arn:1", "BrowserType": "CHROME"}]}, (Engine("CHROME", "arn:1"),)),
        (
            {
                "EngineArn": "arn:2",
                "EngineConfigs": [
                    {"EngineArn": "arn:1", "BrowserType": "CHROME"},
                    {"EngineArn": "arn:2", "BrowserType": "FIREFOX"},
                    {"BrowserType": "SAFARI"},
                ],
            },
            (Engine("CHROME", "arn:1"), Engine("FIREFOX", "arn:2")),
        ),
        ({"EngineArn": "", "EngineConfigs": None}, ()),
    ],
)
def test_the_functions_of_a_canary_are_told_by_old_runtimes_and_by_new_ones(
    described: dict[str, Any], engines: tuple[Engine, ...]
) -> None:
    assert convert.canary(described).engines == engines


def test_a_canary_without_a_name_is_passed_over_in_a_list() -> None:
    assert convert.canaries_page({"Canaries": [{"Id": "1"}, {"Name": "a"}]}) == Page((Canary("a"),))


@pytest.mark.parametrize("answer", [{}, {"Canary": None}, {"Canary": "a"}])
def test_get_canary_without_a_canary_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        convert.get_canary(answer)


def test_groups_and_what_is_in_them() -> None:
    groups = convert.groups_page({"Groups": [{"Id": "1", "Name": "pay", "Arn": "arn"}, {"Name": "only"}, {}]})
    assert [(group.id, group.name, group.arn) for group in groups.items] == [
        ("1", "pay", "arn"),
        ("only", "only", None),
    ]
    arns = ["arn:aws:synthetics:eu-west-1:123456789012:canary:checkout", "bare"]
    assert convert.group_resources_page({"Resources": arns, "NextToken": "abcd"}) == Page(("checkout", "bare"), "abcd")


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(NOON)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RUN, "State", "Started"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["CanaryRuns", "NextToken"]), anything))
def test_whatever_comes_there_is_a_page_or_it_is_malformed(answer: dict[str, Any]) -> None:
    with suppress(Malformed):
        assert isinstance(convert.runs_page(answer, RunType.CANARY_RUN), Page)


def test_a_page_of_a_hundred_runs_costs_little() -> None:
    """At most 6 ms, on a busy machine too; without the cleaning's fast path it would be tens."""
    answer = {
        "CanaryRuns": [json.loads(json.dumps(RUN, default=str)) | {"Timeline": RUN["Timeline"]} for _ in range(100)]
    }
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        convert.runs_page(answer, RunType.CANARY_RUN)
        best = min(best, time.perf_counter() - start)
    assert best < 0.006
