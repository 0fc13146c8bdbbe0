"""Every error is one of botocore's exception classes, with the status and the code that AWS sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from demo.paging import NOW
from demo.shapes import problems, service_model

UUID = "3f0c6b2a-1d5e-4c8f-a1b2-0123456789ab"
CAPITALS = UUID.upper()

INVALID: dict[str, tuple[str, dict[str, Any]]] = {
    "too many results": ("get_canary_runs", {"Name": "cart-api", "MaxResults": 101}),
    "too long a token": ("get_canary_runs", {"Name": "cart-api", "NextToken": "x" * 253}),
    "a token that is none": ("get_canary_runs", {"Name": "cart-api", "NextToken": "A" * 32}),
    "a token of other letters": ("get_canary_runs", {"Name": "cart-api", "NextToken": "ünïcödé"}),
    "a name that cannot be": ("get_canary_runs", {"Name": "Cart API"}),
    "too long a name": ("get_canary_runs", {"Name": "x" * 256}),
    "an unknown run type": ("get_canary_runs", {"Name": "cart-api", "RunType": "BOTH"}),
    "a dry run among canary runs": ("get_canary_runs", {"Name": "cart-api", "RunType": "CANARY_RUN", "DryRunId": UUID}),
    "a dry run without a run type": ("get_canary_runs", {"Name": "cart-api", "DryRunId": UUID}),
    "a dry run id in capitals": (
        "get_canary_runs",
        {"Name": "cart-api", "RunType": "DRY_RUN", "DryRunId": UUID.upper()},
    ),
    "a dry run id that is none": ("get_canary", {"Name": "cart-api", "DryRunId": "latest"}),
    "too many names": ("describe_canaries", {"Names": [f"c{number}" for number in range(6)]}),
    "a name in a list that cannot be": ("describe_canaries", {"Names": ["cart api"]}),
    "too many canaries": ("describe_canaries", {"MaxResults": 21}),
    "too many last runs": ("describe_canaries_last_run", {"MaxResults": 101}),
    "too many names of last runs": ("describe_canaries_last_run", {"Names": [f"c{number}" for number in range(6)]}),
    "an unknown browser": ("describe_canaries_last_run", {"BrowserType": "LYNX"}),
    "too many groups": ("list_groups", {"MaxResults": 21}),
    "too many resources": ("list_group_resources", {"GroupIdentifier": "payments", "MaxResults": 21}),
    "too long a group": ("list_group_resources", {"GroupIdentifier": "g" * 129}),
    "a group's token that is none": ("list_groups", {"NextToken": "t"}),
}


@pytest.mark.parametrize(("operation", "params"), INVALID.values(), ids=INVALID.keys())
def test_what_the_api_refuses_is_a_validation_exception(client: Any, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(client.exceptions.ValidationException) as caught:
        getattr(client, operation)(**params)
    answered = caught.value.response
    assert answered["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answered["Error"]["Message"]
    shape = service_model("synthetics").shape_for("ValidationException")
    assert problems(shape, {"Message": answered["Message"]}) == []


@pytest.mark.parametrize(
    ("params", "constraint"),
    [({"MaxResults": 0}, "greater than or equal to 1"), ({"NextToken": "abc"}, "length greater than or equal to 4")],
)
def test_a_value_under_its_minimum_is_refused_though_botocore_did_not_look(
    params: dict[str, Any], constraint: str
) -> None:
    body = json.dumps(params).encode()
    reply = Responder(NOW).respond("synthetics", "POST", "/canary/cart-api/runs", "", body)
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (400, "ValidationException")
    assert constraint in json.loads(reply.body)["Message"]


MISSING: dict[str, tuple[str, dict[str, Any]]] = {
    "a canary's runs": ("get_canary_runs", {"Name": "no-such-canary"}),
    "a canary's dry runs": ("get_canary_runs", {"Name": "no-such-canary", "RunType": "DRY_RUN"}),
    "a canary": ("get_canary", {"Name": "no-such-canary"}),
    "a dry run": ("get_canary", {"Name": "cart-api", "DryRunId": UUID}),
    "a group": ("list_group_resources", {"GroupIdentifier": "no-such-group"}),
}


@pytest.mark.parametrize(("operation", "params"), MISSING.values(), ids=MISSING.keys())
def test_what_does_not_exist_is_a_resource_not_found(client: Any, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        getattr(client, operation)(**params)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_several_mistakes_are_told_together(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException, match="2 validation errors detected"):
        client.get_canary_runs(Name="cart-api", MaxResults=500, RunType="BOTH")


def test_an_operation_the_demo_does_not_know_is_an_error_and_changes_nothing(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.stop_canary(Name="cart-api")
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert client.get_canary(Name="cart-api")["Canary"]["Status"]["State"] == "RUNNING"


def test_an_unknown_operation_of_sts_is_an_error(responder: Responder) -> None:
    sts: Any = demo_session(responder).create_client("sts")
    with pytest.raises(ClientError, match="InvalidAction"):
        sts.get_session_token()
    sts.close()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"MaxResults": "7"}', b'{"MaxResults": true}', b'{"Names": 1}']
)
def test_a_body_that_is_no_request_is_a_serialization_exception(responder: Responder, body: bytes) -> None:
    reply = responder.respond("synthetics", "POST", "/canaries", "", body)
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (400, "SerializationException")


def test_null_counts_as_omitted_and_unknown_members_are_ignored(responder: Responder) -> None:
    body = b'{"MaxResults": 3, "NextToken": null, "Unheard": [1]}'
    reply = responder.respond("synthetics", "POST", "/canaries", "", body)
    assert len(json.loads(reply.body)["Canaries"]) == 3
