"""CloudWatch Logs in the demo: the Lambda log of exactly one run, and what else stands beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import LONGEST_NAME
from canaryscope.evidence.log import Level, parse_log
from demo.leavings import kinds_of_runs, run_that
from demo.paging import NOW, answer
from demo.shapes import problems, service_model
from peer import Peer

Run = dict[str, Any]
MINUTE = 60_000


def group_of(responder: Responder, run: Run) -> str:
    """As SYNTHETICS.md says: the function's name is in EngineConfigs, or in EngineArn; `:version` is dropped."""
    canary = answer(responder, "/canaries", Names=[run["Name"]])["Canaries"][0]
    engines = canary.get("EngineConfigs") or [{"EngineArn": canary["EngineArn"], "BrowserType": None}]
    [arn] = [one["EngineArn"] for one in engines if one["BrowserType"] == run.get("BrowserType")]
    return f"/aws/lambda/{arn.split(':')[6]}"


def window(run: Run, timeout: int = 60) -> dict[str, int]:
    started = round(run["Timeline"]["Started"] * 1000)
    return {"startTime": started - MINUTE, "endTime": started + timeout * 1000 + MINUTE}


def events(logs: Any, **asked: Any) -> list[dict[str, Any]]:
    """All pages."""
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = logs.filter_log_events(**asked, **token)
        found += page["events"]
        if "nextToken" not in page:
            return found
        token = {"nextToken": page["nextToken"]}


def of_run(responder: Responder, logs: Any, run: Run, **more: Any) -> list[dict[str, Any]]:
    return events(logs, logGroupName=group_of(responder, run), **window(run), **more)


def test_a_timeout_leaves_its_request_id_where_the_reason_says(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "legacy-intranet", "FAILED", reason="Task timed out")
    identity = run["Status"]["StateReason"].split()[1]
    found = [event["message"] for event in of_run(responder, logs, run, filterPattern=f'"{identity}"')]
    assert found[0] == f"START RequestId: {identity} Version: 4\n"
    assert all(identity in message for message in found)
    [timed_out] = [message for message in found if "Task timed out after 60.06 seconds" in message]
    assert parse_log(timed_out.encode())[0].level is Level.ERROR
    assert found[-2] == f"END RequestId: {identity}\n"
    assert re.match(rf"REPORT RequestId: {identity}\tDuration: 60000.00 ms\t.*\tStatus: timeout\t", found[-1])
    assert not any("Canary result" in message for message in found), "it did not come so far"
    assert any("\tINFO\tStep 3 - open time sheet" in message for message in found)


def test_a_killed_run_had_no_memory_left(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "bulk-import", "FAILED")
    identity = run["Status"]["StateReason"].split()[1]
    found = [event["message"] for event in of_run(responder, logs, run, filterPattern=identity)]
    assert any("signal: killed" in message for message in found)
    assert "Max Memory Used: 1500 MB\tStatus: error" in found[-1]


def test_a_run_of_which_nothing_is_known_says_what_it_last_did(responder: Responder, logs: Any) -> None:
    run = next(
        run
        for run in kinds_of_runs(responder, "legacy-intranet")
        if "StateReason" not in run["Status"] and run["Status"]["State"] == "FAILED"
    )
    found = [event["message"] for event in of_run(responder, logs, run)]
    assert any("Step 2 - sign in" in message for message in found)
    assert any("Status: error" in message for message in found)


def test_a_run_whose_upload_failed_passed_and_says_what_failed(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "nightly-statement-archive", "FAILED")
    found = [event["message"] for event in of_run(responder, logs, run)]
    assert any("Canary result: PASSED" in message for message in found)
    assert any("ERROR\tUnable to upload artifacts to S3" in message for message in found)


def test_python_writes_otherwise_than_node(responder: Responder, logs: Any) -> None:
    found = of_run(responder, logs, run_that(responder, "supplier-portal-selenium", "PASSED"))
    assert any(event["message"].startswith("[INFO]\t2026-11-") for event in found)


def test_events_are_in_order_within_the_window_and_as_the_api_has_them(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "checkout-flow", "FAILED")
    asked = {"logGroupName": group_of(responder, run), **window(run)}
    page = logs.filter_log_events(**asked)
    page.pop("ResponseMetadata")
    assert problems(service_model("logs").operation_model("FilterLogEvents").output_shape, page) == []
    times = [event["timestamp"] for event in page["events"]]
    assert times == sorted(times)
    assert asked["startTime"] <= times[0] <= times[-1] <= asked["endTime"]
    assert len({event["eventId"] for event in page["events"]}) == len(times)
    assert all(event["ingestionTime"] > event["timestamp"] for event in page["events"])


def test_pages_of_any_size_join_to_the_whole_and_are_the_same_each_time(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "checkout-flow", "FAILED")
    whole = of_run(responder, logs, run)
    assert len(whole) > 15
    for limit in (1, 7, len(whole)):
        assert of_run(responder, logs, run, limit=limit) == whole
    other: Any = demo_session(Responder(NOW)).create_client("logs")
    assert of_run(responder, other, run) == whole
    other.close()


def test_a_wide_window_comes_in_pages_of_which_some_have_nothing(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "checkout-flow", "FAILED")
    first = run_that(responder, "checkout-flow", "FAILED", reason="504")
    identity = of_run(responder, logs, first)[0]["message"].split()[2]
    asked = {"logGroupName": group_of(responder, run), "startTime": window(run)["startTime"] - 7 * 24 * 60 * MINUTE}
    page = logs.filter_log_events(**asked, filterPattern=f'"{identity}"')
    assert page["events"] == []
    assert page["nextToken"]
    found = events(logs, **asked, filterPattern=f'"{identity}" Step')
    assert found
    assert all(identity in event["message"] and "Step" in event["message"] for event in found)


def test_two_invocations_may_share_a_stream(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "checkout-flow", "FAILED")
    ends = [
        event
        for event in events(
            logs, logGroupName=group_of(responder, run), startTime=window(run)["startTime"] - 120 * MINUTE
        )
        if event["message"].startswith("END")
    ]
    assert 1 < len({event["logStreamName"] for event in ends}) < len(ends)
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/\[4\][0-9a-f]{32}", event["logStreamName"]) for event in ends)


def test_each_browser_has_its_own_group(responder: Responder, logs: Any) -> None:
    failed = run_that(responder, "product-gallery", "FAILED", reason="gallery__tile")
    assert failed["BrowserType"] == "FIREFOX"
    assert group_of(responder, failed).endswith("-firefox")
    assert any("Firefox" in event["message"] for event in of_run(responder, logs, failed))
    chrome = next(run for run in kinds_of_runs(responder, "product-gallery") if run["BrowserType"] == "CHROME")
    assert not any("Firefox" in event["message"] for event in of_run(responder, logs, chrome))


def test_a_location_has_its_log_in_its_own_region(responder: Responder) -> None:
    run = next(run for run in kinds_of_runs(responder, "global-landing-page") if run["Location"] == "eu-west-3")
    found = {}
    for region in ("eu-west-1", "eu-west-3"):
        client: Any = demo_session(responder, region=region).create_client("logs")
        group = group_of(responder, run)
        started = round(run["Timeline"]["Started"] * 1000)
        found[region] = [
            event["message"]
            for event in events(client, logGroupName=group, startTime=started, endTime=started)
            if event["message"].startswith("START")
        ]
        client.close()
    assert (len(found["eu-west-1"]), len(found["eu-west-3"])) == (0, 1)


def test_what_is_asked_wrongly_is_refused(responder: Responder, logs: Any) -> None:
    group = group_of(responder, run_that(responder, "checkout-flow", "FAILED"))
    for asked, code in (
        ({"logGroupName": "/aws/lambda/nobody"}, "ResourceNotFoundException"),
        ({"logGroupName": group, "nextToken": "A" * 40}, "InvalidParameterException"),
        ({"logGroupName": group, "filterPattern": "{ $.level = 1 }"}, "InvalidParameterException"),
        ({"logGroupName": group, "filterPattern": "?one ?other"}, "InvalidParameterException"),
        ({"logGroupIdentifier": group}, "InvalidParameterException"),
    ):
        with pytest.raises(ClientError) as caught:
            logs.filter_log_events(**asked)
        response: Any = caught.value.response
        assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


def test_terms_are_found_as_they_are_quoted(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "customer-onboarding-mail", "FAILED")
    found = of_run(responder, logs, run, filterPattern='"extensions (.mjs, .js, .cjs)" Canary')
    assert found
    assert of_run(responder, logs, run, filterPattern='"EXTENSIONS (.mjs"') == []


def test_a_canary_that_is_being_created_has_no_group(responder: Responder) -> None:
    assert "EngineArn" not in answer(responder, "/canaries", Names=["loyalty-portal"])["Canaries"][0]


def test_the_longest_name_has_its_group(responder: Responder, logs: Any) -> None:
    assert of_run(responder, logs, run_that(responder, LONGEST_NAME, "PASSED"))


def test_a_run_under_way_has_not_said_all_yet(responder: Responder, logs: Any) -> None:
    canary = answer(responder, "/canaries", Names=["bulk-import"])["Canaries"][0]
    group = f"/aws/lambda/{canary['EngineArn'].split(':')[6]}"
    found = events(logs, logGroupName=group, startTime=round(NOW.timestamp() * 1000) - 5 * MINUTE)
    assert found[0]["message"].startswith("START")
    assert not any(event["message"].startswith(("END", "REPORT")) for event in found)
    assert datetime.fromtimestamp(found[-1]["timestamp"] / 1000, UTC) <= NOW


def test_the_port_gives_the_same_answers(responder: Responder, logs: Any) -> None:
    run = run_that(responder, "legacy-intranet", "FAILED")
    with Peer(responder) as peer:
        assert of_run(responder, peer.client("logs"), run) == of_run(responder, logs, run)
