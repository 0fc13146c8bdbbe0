"""Where the canaries live: an account in a region, and the names that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Account"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account and a region."""

    id: str
    region: str

    @property
    def partition(self) -> str:
        """The partition in the region's ARNs."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def bucket(self) -> str:
        """The bucket that Synthetics makes for artifacts."""
        return f"cw-syn-results-{self.id}-{self.region}"

    @property
    def person(self) -> str:
        """The ARN of who asks."""
        return f"arn:{self.partition}:sts::{self.id}:assumed-role/on-call/demo"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"
