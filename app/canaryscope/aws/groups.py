"""A group of canaries, as ListGroups tells of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CanaryGroup"]


@dataclass(frozen=True, slots=True)
class CanaryGroup:
    """GroupSummary. `id` is what ListGroupResources is asked with; all texts are clean."""

    id: str
    name: str
    arn: str | None = None
