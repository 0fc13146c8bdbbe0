"""What a person chose for the connection to AWS. Does not import boto3, so that the command line can build it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ConnectionOptions", "MfaCode"]


class MfaCode:
    """Six digits of an MFA device, good once. Nothing shows them by mistake: no log, no repr, no traceback."""

    __slots__ = ("digits", "taken")

    def __init__(self, digits: str) -> None:
        self.digits = digits
        self.taken = False
        """Whether a role has had them."""

    def __repr__(self) -> str:
        return "MfaCode(***)"


class ConnectionOptions(NamedTuple):
    """The options of the command line; what is None comes from AWS's own variables and files."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    """For Synthetics. For S3 and CloudWatch Logs too, where it is no host of AWS and they have none of their own: a
    local stack has them all."""
    demo: bool = False
    """The embedded AWS: no network, no credentials, none of the person's AWS settings."""
    code: MfaCode | None = None
    """For the first role that needs one. It is good for one connection: no options are kept that have it."""
