"""The read-only guard: no operation leaves this program that is not on a short list.

It hangs on the `before-call` event of the botocore session, which every client of the session emits for every
operation after serialising and before anything is signed or sent; what it raises ends the call.
"""

from __future__ import annotations

from typing import Final

from botocore.model import OperationModel
from botocore.session import Session

from canaryscope.runs.errors import ReadOnlyViolation

__all__ = ["ALLOWED", "CREDENTIAL_OPERATIONS", "READ_OPERATIONS", "SERVICES", "install"]

READ_OPERATIONS: Final = frozenset(
    {
        ("synthetics", "GetCanaryRuns"),
        ("synthetics", "DescribeCanaries"),
        ("synthetics", "DescribeCanariesLastRun"),
        ("synthetics", "GetCanary"),
        ("synthetics", "ListGroups"),
        ("synthetics", "ListGroupResources"),
        ("s3", "ListObjectsV2"),
        ("s3", "GetObject"),
        ("logs", "FilterLogEvents"),
        ("sts", "GetCallerIdentity"),
    }
)
"""What canaryscope asks for, as (service, operation) in botocore's names."""

CREDENTIAL_OPERATIONS: Final = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sso", "GetRoleCredentials"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)
"""What botocore itself calls to get or renew credentials (botocore.credentials, botocore.tokens)."""

ALLOWED: Final = READ_OPERATIONS | CREDENTIAL_OPERATIONS

SERVICES: Final = frozenset(service for service, _ in ALLOWED)


def _refuse_writing(model: OperationModel, **_event: object) -> None:
    service = model.service_model.service_name
    if (service, model.name) not in ALLOWED:
        raise ReadOnlyViolation(
            f"The operation {service}:{model.name} was refused: canaryscope only reads.",
            "This is a mistake in canaryscope: please report it.",
            code="ReadOnlyViolation",
        )


def install(session: Session) -> None:
    """Guard every client that `session` makes from now on."""
    session.get_component("event_emitter").register_first("before-call", _refuse_writing)
