"""Synthetics: the API's read operations as pages of model objects.

Every method blocks and belongs in a worker thread; several may run at once. Every one raises SourceError, and
nothing else that is an Exception. None is repeated by itself: a failed call is asked again by who wants it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from canaryscope.aws import convert
from canaryscope.aws.call import Caller
from canaryscope.aws.groups import CanaryGroup
from canaryscope.aws.situation import Situation
from canaryscope.runs.errors import InvalidRequest
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page, RunQuery

__all__ = ["CANARIES_A_PAGE", "GROUPS_A_PAGE", "LONGEST_NAME", "RUNS_A_PAGE", "Synthetics"]

# The most that the API takes as MaxResults, from its service model.
RUNS_A_PAGE = 100
CANARIES_A_PAGE = 20
GROUPS_A_PAGE = 20

LONGEST_NAME = 255
"""CanaryName's maximum. botocore does not check it."""


class Synthetics:
    """CloudWatch Synthetics, as far as it is read. Made by `canaryscope.aws.session.connect`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def runs_page(self, query: RunQuery, token: str | None = None, *, limit: int = RUNS_A_PAGE) -> Page[CanaryRun]:
        """GetCanaryRuns: at most `limit` (1 to 100) runs of a canary, in the server's order."""
        params = {
            "Name": _name(query.canary),
            "RunType": query.run_type.value,
            "DryRunId": query.dry_run_id,
            "MaxResults": limit,
            "NextToken": token,
        }
        asked = Situation(operation="GetCanaryRuns", canary=query.canary, dry_run_id=query.dry_run_id)
        return self._caller.call(
            asked, params, lambda answer: convert.runs_page(answer, query.run_type), _counted("run", "runs")
        )

    def last_runs_page(self, token: str | None = None) -> Page[LastRun]:
        """DescribeCanariesLastRun: up to 100 canaries, each with its newest run."""
        return self._caller.call(
            Situation(operation="DescribeCanariesLastRun"),
            {"MaxResults": RUNS_A_PAGE, "NextToken": token},
            convert.last_runs_page,
            _counted("canary", "canaries"),
        )

    def canaries_page(self, token: str | None = None) -> Page[Canary]:
        """DescribeCanaries: up to 20 canaries."""
        return self._caller.call(
            Situation(operation="DescribeCanaries"),
            {"MaxResults": CANARIES_A_PAGE, "NextToken": token},
            convert.canaries_page,
            _counted("canary", "canaries"),
        )

    def canary(self, name: str, dry_run_id: str | None = None) -> Canary:
        """GetCanary: state, schedule, timeout, retention.

        With a DryRunId it tells the dry run's last status, or why it could not be created.
        """
        return self._caller.call(
            Situation(operation="GetCanary", canary=name, dry_run_id=dry_run_id),
            {"Name": _name(name), "DryRunId": dry_run_id},
            convert.get_canary,
            lambda canary: canary.state or "a canary",
        )

    def groups_page(self, token: str | None = None) -> Page[CanaryGroup]:
        """ListGroups: up to 20 groups."""
        return self._caller.call(
            Situation(operation="ListGroups"),
            {"MaxResults": GROUPS_A_PAGE, "NextToken": token},
            convert.groups_page,
            _counted("group", "groups"),
        )

    def group_resources_page(self, group: str, token: str | None = None) -> Page[str]:
        """ListGroupResources: the names of up to 20 canaries of a group, which is named by its id, name or ARN."""
        if not group.strip():
            raise InvalidRequest("No group was named.")
        return self._caller.call(
            Situation(operation="ListGroupResources"),
            {"GroupIdentifier": group, "MaxResults": GROUPS_A_PAGE, "NextToken": token},
            convert.group_resources_page,
            _counted("canary", "canaries"),
        )


def _name(name: str) -> str:
    """`name`, which a person may have typed: it becomes a part of the request's path. Raises InvalidRequest."""
    rule = "A canary's name is 1 to 255 of the characters a-z, 0-9, - and _."
    if not name.strip():
        raise InvalidRequest("No canary was named.", rule)
    if len(name) > LONGEST_NAME:
        raise InvalidRequest(f"The canary's name is too long ({len(name):,} characters).", rule)
    if name in (".", ".."):
        raise InvalidRequest(f'"{name}" is not the name of a canary.', rule)
    return name


def _counted(one: str, many: str) -> Callable[[Page[Any]], str]:
    """A page in a few words, for the log: "100 runs, more below"."""

    def told(page: Page[Any]) -> str:
        count = len(page.items)
        return f"{count:,} {one if count == 1 else many}{', more below' if page.next_token else ''}"

    return told
