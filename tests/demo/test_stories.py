"""The stories tell what they promise, so that the demo shows what a person on call will meet."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby, pairwise
from typing import Any

import pytest

from canaryscope.demo import reasons
from canaryscope.demo.history import History
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import LONGEST_NAME, stories
from canaryscope.demo.story import DAY, HOUR, MINUTE
from demo.paging import NOW, all_runs, answer, runs_page

Runs = list[dict[str, Any]]


def age(run: dict[str, Any]) -> float:
    """Seconds since the run started."""
    return float(NOW.timestamp() - run["Timeline"]["Started"])


def states(runs: Runs) -> list[str]:
    return [run["Status"]["State"] for run in runs]


def last_good(runs: Runs) -> dict[str, Any]:
    return next(run for run in runs if run["Status"]["State"] == "PASSED")


def canary(responder: Responder, name: str) -> dict[str, Any]:
    (found,) = answer(responder, "/canaries", Names=[name])["Canaries"]
    member: dict[str, Any] = found
    return member


@pytest.fixture
def runs(responder: Responder, request: pytest.FixtureRequest) -> Runs:
    page: Runs = runs_page(responder, request.param)["CanaryRuns"]
    return page


def test_about_forty_canaries_and_most_of_them_are_well(responder: Responder) -> None:
    lines = answer(responder, "/canaries/last-run")["CanariesLastRun"]
    verdicts = Counter(line["LastRun"]["Status"]["State"] for line in lines)
    assert 38 <= len(stories()) <= 48
    assert verdicts["PASSED"] > len(lines) / 2
    assert verdicts["FAILED"] >= 8
    assert verdicts["RUNNING"] == 1


@pytest.mark.parametrize("runs", ["checkout-flow"], indirect=True)
def test_one_whose_target_went_down_23_minutes_ago(runs: Runs) -> None:
    good = last_good(runs)
    streak = runs[: runs.index(good)]
    assert 23 * MINUTE <= age(good) <= 28 * MINUTE
    assert len(streak) == 5
    assert all(age(run) < 23 * MINUTE for run in streak)
    assert {run["Status"]["TestResult"] for run in streak} == {"FAILED"}
    assert states(runs).count("FAILED") < 10


@pytest.mark.parametrize("runs", ["search-suggestions"], indirect=True)
def test_one_is_flapping(runs: Runs) -> None:
    lately = states([run for run in runs if age(run) < 5 * HOUR])
    assert len(list(groupby(lately))) > 15
    assert 0.25 < lately.count("FAILED") / len(lately) < 0.65


@pytest.mark.parametrize("runs", ["login-api"], indirect=True)
def test_one_passes_only_on_retry(runs: Runs) -> None:
    schedules = [list(group) for _, group in groupby(runs, key=lambda run: run["ScheduledRunId"])][:-1]
    attempts = Counter(len(group) for group in schedules)
    assert attempts[2] > 5
    assert attempts[3] > 5
    for group in schedules:
        assert [run.get("RetryAttempt", 0) for run in group] == list(range(len(group) - 1, -1, -1))
        assert states(group) == ["PASSED"] + ["FAILED"] * (len(group) - 1)
        assert len({run["Timeline"]["MetricTimestampForRunAndRetries"] for run in group}) == 1
        assert len({run["Id"] for run in group}) == len(group)
        for later, earlier in pairwise(group):
            assert later["Timeline"]["Started"] > earlier["Timeline"]["Completed"]


@pytest.mark.parametrize("runs", ["product-gallery"], indirect=True)
def test_one_has_two_browsers_of_which_firefox_fails(runs: Runs) -> None:
    verdicts = Counter((run["BrowserType"], run["Status"]["State"]) for run in runs)
    assert verdicts["FIREFOX", "FAILED"] == 50
    assert verdicts["CHROME", "PASSED"] >= 48
    assert len({run["ScheduledRunId"] for run in runs}) == 50


def test_one_has_dry_runs_some_failed_beside_its_runs(responder: Responder) -> None:
    dry = all_runs(responder, "onboarding-wizard", RunType="DRY_RUN")
    assert len({run["DryRunConfig"]["DryRunId"] for run in dry}) >= 10
    assert {"PASSED", "FAILED"} <= set(states(dry))
    for run in dry[:5]:
        found = runs_page(responder, "onboarding-wizard", RunType="DRY_RUN", DryRunId=run["DryRunConfig"]["DryRunId"])
        assert found["CanaryRuns"] == [run]


def test_one_has_more_dry_runs_than_a_page(responder: Responder) -> None:
    assert len(all_runs(responder, "release-gate", RunType="DRY_RUN")) > 300


def test_one_dry_run_could_not_be_created_and_get_canary_says_why(client: Any, responder: Responder) -> None:
    newest, older = responder.dry_run_ids("invoice-download")[:2]
    told = client.get_canary(Name="invoice-download", DryRunId=newest)["Canary"]
    asked = {"Name": "invoice-download", "RunType": "DRY_RUN"}
    assert told["DryRunConfig"]["LastDryRunExecutionStatus"] == "FAILED"
    assert told["Status"]["StateReason"] == reasons.DRY_RUN_REFUSED.reason
    assert client.get_canary_runs(**asked, DryRunId=newest)["CanaryRuns"] == []
    assert len(client.get_canary_runs(**asked, DryRunId=older)["CanaryRuns"]) == 1
    older_told = client.get_canary(Name="invoice-download", DryRunId=older)["Canary"]
    assert older_told["DryRunConfig"]["LastDryRunExecutionStatus"] == "PASSED"
    assert older_told["Status"] == {"State": "RUNNING"}


@pytest.mark.parametrize("runs", ["nightly-statement-archive"], indirect=True)
def test_one_passes_its_test_and_fails_to_store_artifacts(runs: Runs) -> None:
    status = runs[0]["Status"]
    assert (status["State"], status["TestResult"], status["StateReasonCode"]) == (
        "FAILED",
        "PASSED",
        "EXECUTION_FAILURE",
    )


@pytest.mark.parametrize("runs", ["legacy-intranet"], indirect=True)
def test_one_times_out_and_its_result_is_unknown(runs: Runs) -> None:
    lately = [run for run in runs if age(run) < 70 * MINUTE]
    assert {run["Status"]["TestResult"] for run in lately} == {"UNKNOWN"}
    assert {run.get("ArtifactS3Location") for run in lately} == {"No data", None}
    assert any("StateReason" not in run["Status"] for run in lately)


def test_some_do_not_run(responder: Responder) -> None:
    assert canary(responder, "black-friday-landing")["Status"]["State"] == "STOPPED"
    assert canary(responder, "partner-sftp-gateway")["Status"]["State"] == "ERROR"
    assert canary(responder, "partner-sftp-gateway")["Status"]["StateReason"]
    assert canary(responder, "loyalty-portal")["Status"]["State"] == "CREATING"
    assert runs_page(responder, "loyalty-portal") == {"CanaryRuns": []}
    listed = answer(responder, "/canaries/last-run", Names=["loyalty-portal", "cart-api"])["CanariesLastRun"]
    assert [line["CanaryName"] for line in listed] == ["cart-api"]


@pytest.mark.parametrize("runs", ["warehouse-scanner"], indirect=True)
def test_one_is_silent_for_hours(runs: Runs, responder: Responder) -> None:
    assert canary(responder, "warehouse-scanner")["Status"]["State"] == "RUNNING"
    assert canary(responder, "warehouse-scanner")["Schedule"]["Expression"] == "rate(5 minutes)"
    assert age(runs[0]) > 7 * HOUR


@pytest.mark.parametrize("runs", ["bulk-import"], indirect=True)
def test_one_has_a_running_run_on_top_of_failed_ones(runs: Runs) -> None:
    assert states(runs)[:3] == ["RUNNING", "FAILED", "FAILED"]


def test_one_has_the_longest_name(responder: Responder) -> None:
    assert len(canary(responder, LONGEST_NAME)["Name"]) == 255
    assert runs_page(responder, LONGEST_NAME)["CanaryRuns"][0]["Name"] == LONGEST_NAME


@pytest.mark.parametrize("runs", ["global-landing-page"], indirect=True)
def test_one_runs_in_several_locations_of_which_one_fails(runs: Runs, responder: Responder) -> None:
    assert {run["Location"] for run in runs} == {"eu-west-1", "us-east-1", "eu-west-3"}
    assert {run["Location"] for run in runs if age(run) < 50 * MINUTE and run["Status"]["State"] == "FAILED"} == {
        "eu-west-3"
    }
    config = canary(responder, "global-landing-page")["MultiLocationConfig"]
    assert [replica["Location"] for replica in config["Replicas"]] == ["us-east-1", "eu-west-3"]


def test_one_has_failures_only_far_back(responder: Responder) -> None:
    far = [run for run in all_runs(responder, "legacy-soap-endpoint") if age(run) > DAY]
    assert set(states(far)) == {"FAILED"}
    assert age(far[-1]) > 50 * DAY


def test_one_stopped_by_itself_and_one_ran_once(responder: Responder) -> None:
    window = canary(responder, "load-test-window")
    assert (window["Schedule"]["DurationInSeconds"], window["Status"]["State"]) == (3_600, "STOPPED")
    assert len(all_runs(responder, "load-test-window")) == 60
    assert canary(responder, "release-smoke-once")["Schedule"]["Expression"] == "rate(0 minute)"
    assert len(all_runs(responder, "release-smoke-once")) == 1


@pytest.mark.parametrize("runs", ["hourly-reconciliation"], indirect=True)
def test_a_cron_schedule_starts_on_the_hour(runs: Runs) -> None:
    assert {int(run["Timeline"]["Started"]) % HOUR for run in runs} == {0}


def test_every_way_to_fail_happens_to_somebody() -> None:
    epoch = round(NOW.timestamp() * 1000)
    missing = {failure for name in reasons.__all__ if (failure := getattr(reasons, name)).executes}
    for story in stories():
        for timetable in filter(None, (story.runs, story.dry_runs)):
            history = History(story, timetable, epoch, 0, dry=timetable is story.dry_runs)
            oldest, newest = history.window(epoch)
            tick = newest
            while tick >= oldest and missing & {spell.failure for spell in timetable.spells}:
                missing -= {run.failure for _, run in history.at(tick, epoch)}
                tick -= 1
    assert missing == set()


def test_a_long_reason_is_cut_in_the_middle_of_its_stack_as_aws_does(responder: Responder) -> None:
    reason = runs_page(responder, "api-certificate-check")["CanaryRuns"][0]["Status"]["StateReason"]
    assert len(reason) == 1_024
    assert "Additional error: Step 3" in reason


@pytest.mark.parametrize("runs", ["checkout-flow", "cart-api"], indirect=True)
def test_durations_vary_and_artifacts_lie_where_the_run_started(runs: Runs) -> None:
    took = {round(run["Timeline"]["Completed"] - run["Timeline"]["Started"], 3) for run in runs}
    assert len(took) > 50
    assert 0 < min(took) < max(took) < 60
    place = re.compile(r"[a-z0-9-]+/canary/eu-west-1/[a-z-]+-[0-9a-f]{3}-[0-9a-f]{12}/\d{4}(/\d\d){3}/\d\d-\d\d-\d{3}")
    assert all(place.fullmatch(run["ArtifactS3Location"]) for run in runs)
    assert len({run["ArtifactS3Location"] for run in runs}) == 100


def test_groups_hold_no_more_canaries_than_aws_allows(responder: Responder) -> None:
    for group in answer(responder, "/groups")["Groups"]:
        for identifier in (group["Name"], group["Id"], group["Arn"].replace(":", "%3A").replace("/", "%2F")):
            members = answer(responder, f"/group/{identifier}/resources")["Resources"]
            assert 2 <= len(members) <= 10
            assert all(":canary:" in arn for arn in members)


def test_names_are_no_two_the_same() -> None:
    names = [story.name for story in stories()]
    assert len(names) == len(set(names))


def test_the_configuration_of_the_mail_canary_changed_between_its_last_good_and_its_first_failed_run(
    responder: Responder,
) -> None:
    runs = all_runs(responder, "customer-onboarding-mail")
    first_good = next(number for number, run in enumerate(runs) if run["Status"]["State"] == "PASSED")
    changed = canary(responder, "customer-onboarding-mail")["Timeline"]["LastModified"]
    good, failed = runs[first_good], runs[first_good - 1]
    assert good["Timeline"]["Completed"] < changed < failed["Timeline"]["Started"]
