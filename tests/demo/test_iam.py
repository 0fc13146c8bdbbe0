"""The simulated IAM says no where AWS does: else what passes before it proves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from peer import FIXED_NOW, Peer
from peer.iam import Guarded, Needed, Policy

BUCKET = "cw-syn-results-123456789012-eu-west-1"
CANARY = "arn:aws:synthetics:eu-west-1:123456789012:canary:"


def policy(**members: Any) -> Policy:
    return Policy({"Statement": {"Effect": "Allow", "Action": "synthetics:GetCanary", "Resource": "*"} | members})


def needed(resource: str = f"{CANARY}shop", action: str = "synthetics:GetCanary", **context: tuple[str, ...]) -> Needed:
    return Needed(action, resource, {name.replace("_", ":"): values for name, values in context.items()})


@pytest.mark.parametrize(
    ("granted", "asked"),
    [
        (policy(), needed()),
        (policy(Action=["s3:GetObject", "synthetics:Get*"]), needed()),
        (policy(Resource=f"{CANARY}sh?p"), needed()),
        (policy(Resource="arn:aws:synthetics:*:123456789012:canary:*"), needed()),
        (policy(Condition={"StringLike": {"kms:ViaService": "s3.*"}}), needed(kms_ViaService=("s3.eu-west-1",))),
        (policy(Condition={"ForAnyValue:StringLike": {"a:b": ["x", "y*"]}}), needed(a_b=("z", "yes"))),
    ],
)
def test_what_is_granted_passes(granted: Policy, asked: Needed) -> None:
    assert granted.allows(asked)


@pytest.mark.parametrize(
    ("granted", "asked"),
    [
        (Policy(), needed()),
        (policy(), needed(action="synthetics:GetCanaryRuns")),
        (policy(Effect="Deny"), needed()),
        (policy().with_all_of(policy(Effect="Deny", Action="*")), needed()),
        (policy(Resource=f"{CANARY}shop-*"), needed()),
        (policy(Resource=f"{CANARY}*"), needed("*")),
        (policy(Resource="arn:aws:*:shop"), needed()),
        (policy(Resource="arn:aws:synthetics:*:999999999999:canary:*"), needed()),
        (policy(Condition={"StringLike": {"kms:ViaService": "s3.*"}}), needed()),
        (policy(Condition={"StringLike": {"kms:ViaService": "s3.*"}}), needed(kms_ViaService=("ec2.eu-west-1",))),
        (policy(Condition={"ForAnyValue:StringLike": {"a:b": ["x"]}}), needed()),
        (policy().without("synthetics:GetCanary"), needed()),
    ],
)
def test_what_is_not_granted_does_not(granted: Policy, asked: Needed) -> None:
    assert not granted.allows(asked)


def test_a_policy_that_is_understood_by_half_is_refused() -> None:
    with pytest.raises(ValueError, match="NotAction"):
        policy(NotAction="s3:*")
    with pytest.raises(KeyError):
        policy(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})


@pytest.mark.parametrize(
    ("service", "operation", "asked", "code", "action"),
    [
        ("synthetics", "get_canary_runs", {"Name": "x"}, "AccessDeniedException", "synthetics:GetCanaryRuns"),
        ("synthetics", "list_groups", {}, "AccessDeniedException", "synthetics:ListGroups"),
        ("s3", "list_objects_v2", {"Bucket": BUCKET}, "AccessDenied", "s3:ListBucket"),
        ("s3", "get_object", {"Bucket": BUCKET, "Key": "k"}, "AccessDenied", "s3:GetObject"),
        ("logs", "filter_log_events", {"logGroupName": "g"}, "AccessDeniedException", "logs:FilterLogEvents"),
    ],
)
def test_a_refusal_is_what_botocore_takes_for_one(
    service: str, operation: str, asked: dict[str, str], code: str, action: str
) -> None:
    with Peer(Guarded(FIXED_NOW, Policy())) as peer:
        with pytest.raises(ClientError, match=rf"not authorized to perform: {action} on resource: ") as caught:
            getattr(peer.client(service), operation)(**asked)
        assert caught.value.response["Error"]["Code"] == code
        assert peer.client("sts").get_caller_identity()["Account"] == "123456789012"
