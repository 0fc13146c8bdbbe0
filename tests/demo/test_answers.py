"""Every answer is one that the API could give: held against botocore's service model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from canaryscope.demo import reasons
from canaryscope.demo.account import Account
from canaryscope.demo.history import Run
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import BIG_CANARY, LONGEST_NAME, stories
from canaryscope.demo.story import Failure
from canaryscope.demo.wire import run_member
from demo.paging import NOW, answer, runs_page
from demo.shapes import problems, service_model, wire_problems

NAMES = [story.name for story in stories()]
FAILURES = {name: getattr(reasons, name) for name in reasons.__all__}


def output(operation: str) -> Any:
    return service_model("synthetics").operation_model(operation).output_shape


@pytest.mark.parametrize("run_type", ["CANARY_RUN", "DRY_RUN"])
@pytest.mark.parametrize("name", NAMES)
def test_pages_of_every_canary_fit_the_model(responder: Responder, name: str, run_type: str) -> None:
    params: dict[str, Any] = {"RunType": run_type}
    for _ in range(3):
        page = runs_page(responder, name, **params)
        assert wire_problems(output("GetCanaryRuns"), page) == []
        assert len(page["CanaryRuns"]) <= 100
        if "NextToken" not in page:
            break
        params["NextToken"] = page["NextToken"]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_every_way_to_fail_fits_the_model(failure: Failure) -> None:
    story = stories()[0]
    run = Run(1_790_000_000_123, 1_790_000_009_456, 0, 0, "CHROME", None, failure, bytes(64), bytes(64))
    member = run_member(run, story, Account("123456789012", "eu-west-1"), 1_800_000_000_000, dry=False)
    assert wire_problems(service_model("synthetics").shape_for("CanaryRun"), member) == []
    assert member["Status"]["State"] == "FAILED"


@pytest.mark.parametrize(
    ("region", "account"), [("eu-west-1", "123456789012"), ("us-gov-west-1", "210987654321"), ("cn-north-1", "1" * 12)]
)
@pytest.mark.parametrize(
    ("path", "operation", "members"),
    [
        ("/canaries", "DescribeCanaries", "Canaries"),
        ("/canaries/last-run", "DescribeCanariesLastRun", "CanariesLastRun"),
        ("/groups", "ListGroups", "Groups"),
        ("/group/payments/resources", "ListGroupResources", "Resources"),
    ],
)
def test_pages_of_the_lists_fit_the_model(region: str, account: str, path: str, operation: str, members: str) -> None:
    responder = Responder(NOW, region=region, account=account, big=True)
    params: dict[str, Any] = {"MaxResults": 7} if operation != "ListGroups" else {"MaxResults": 1}
    seen: list[str] = []
    while True:
        page = answer(responder, path, **params)
        assert wire_problems(output(operation), page) == []
        assert 0 < len(page[members]) <= params["MaxResults"]
        seen += [json.dumps(item, sort_keys=True) for item in page[members]]
        if "NextToken" not in page:
            break
        params["NextToken"] = page["NextToken"]
    assert len(seen) == len(set(seen)) > params["MaxResults"] - 1
    if operation == "DescribeCanaries":
        assert len(seen) == len(NAMES) + 1


@pytest.mark.parametrize("name", NAMES)
def test_get_canary_fits_the_model_with_and_without_a_dry_run(client: Any, responder: Responder, name: str) -> None:
    ids = [None, *responder.dry_run_ids(name)[:5]]
    for dry_run_id in ids:
        parsed = client.get_canary(Name=name, **({"DryRunId": dry_run_id} if dry_run_id else {}))
        parsed.pop("ResponseMetadata")
        assert problems(output("GetCanary"), parsed) == []
        assert parsed["Canary"]["Name"] == name
        assert parsed["Canary"].get("DryRunConfig", {}).get("DryRunId") == dry_run_id


def test_what_boto_parses_fits_the_model(client: Any) -> None:
    for operation, parsed in {
        "GetCanaryRuns": client.get_canary_runs(Name="checkout-flow"),
        "DescribeCanaries": client.describe_canaries(),
        "DescribeCanariesLastRun": client.describe_canaries_last_run(),
        "ListGroups": client.list_groups(),
        "ListGroupResources": client.list_group_resources(GroupIdentifier="identity"),
    }.items():
        metadata = parsed.pop("ResponseMetadata")
        assert metadata["HTTPStatusCode"] == 200
        assert metadata["RequestId"]
        assert problems(output(operation), parsed) == []


def test_the_validator_itself_finds_what_is_wrong() -> None:
    page: dict[str, Any] = {
        "CanaryRuns": [{"Id": "x", "Status": {"State": "LOST"}, "RetryAttempt": 3, "Timeline": {"Started": "now"}}],
        "NextToken": "abc",
        "More": 1,
    }
    assert len(wire_problems(output("GetCanaryRuns"), page)) == 6


def test_the_longest_name_is_as_long_as_the_api_allows() -> None:
    assert len(LONGEST_NAME) == 255


def test_the_same_seed_and_time_tell_the_same_and_another_seed_tells_otherwise() -> None:
    def told(seed: int) -> list[bytes]:
        other = Responder(NOW, seed)
        return [other.respond("synthetics", "POST", f"/canary/{name}/runs", "", b"").body for name in NAMES]

    assert told(0) == told(0)
    assert told(0) != told(1)


def test_only_the_load_test_has_the_big_canary(responder: Responder) -> None:
    names = [canary["Name"] for canary in answer(responder, "/canaries", MaxResults=20, Names=[BIG_CANARY])["Canaries"]]
    assert names == []
    crowded = Responder(NOW, crowd=960)
    lines, token = 0, None
    while True:
        page = answer(crowded, "/canaries/last-run", **({"NextToken": token} if token else {}))
        lines += len(page["CanariesLastRun"])
        token = page.get("NextToken")
        if token is None:
            break
    assert lines > 960


def test_who_one_is(responder: Responder) -> None:
    reply = responder.respond("sts", "POST", "/", "", b"Action=GetCallerIdentity&Version=2011-06-15")
    assert reply.status == 200
    assert b"<Account>123456789012</Account>" in reply.body
