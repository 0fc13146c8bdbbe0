"""What each operation answers: the rules of the API over the stories."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from canaryscope.demo.account import Account
from canaryscope.demo.history import DryRun, History, Position, Run
from canaryscope.demo.questions import Question, ServiceError
from canaryscope.demo.story import Story
from canaryscope.demo.tokens import InvalidTokenError, Tokens
from canaryscope.demo.wire import canary_member, group_member, run_member

__all__ = ["Synthetics"]

T = TypeVar("T")


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)


def _not_found(message: str) -> ServiceError:
    return ServiceError(404, "ResourceNotFoundException", message)


class Synthetics:
    """The canaries of one account and region. `epoch` is when the stories are told from, in ms since 1970."""

    def __init__(self, stories: Iterable[Story], account: Account, epoch: int, seed: int) -> None:
        self._stories = {story.name: story for story in stories}
        self._account = account
        self._epoch = epoch
        self._seed = seed
        self._tokens = Tokens(f"{seed}/{account.id}/{account.region}")
        self._operations: dict[str, Callable[[Question, int], dict[str, Any]]] = {
            "GetCanaryRuns": self._get_canary_runs,
            "DescribeCanaries": self._describe_canaries,
            "DescribeCanariesLastRun": self._describe_canaries_last_run,
            "GetCanary": self._get_canary,
            "ListGroups": self._list_groups,
            "ListGroupResources": self._list_group_resources,
        }

    def answer(self, question: Question, now: int) -> dict[str, Any]:
        """The answer at this time (ms since 1970), in the shape of the operation's output.

        Raises ServiceError.
        """
        question.validate()
        return self._operations[question.operation](question, now)

    def dry_runs(self, name: str, now: int) -> list[DryRun]:
        """A canary's dry runs, newest first, those that could not be created included."""
        history = self._history(self._story(name), dry=True)
        return list(history.dry_runs(now)) if history else []

    def _story(self, name: str) -> Story:
        story = self._stories.get(name)
        if story is None:
            raise _not_found(f"Canary {name} was not found")
        return story

    def _history(self, story: Story, *, dry: bool = False) -> History | None:
        timetable = story.dry_runs if dry else story.runs
        return History(story, timetable, self._epoch, self._seed, dry=dry) if timetable else None

    def _get_canary_runs(self, question: Question, now: int) -> dict[str, Any]:
        params = question.params
        dry_run_id = params.get("DryRunId")
        dry = params.get("RunType", "CANARY_RUN") == "DRY_RUN"
        if dry_run_id is not None and not dry:
            raise _invalid("DryRunId cannot be specified when RunType is CANARY_RUN")
        story = self._story(params["Name"])
        bound = self._bound(question.operation, story.name, "dry" if dry else "run", dry_run_id)
        start = self._start(bound, params.get("NextToken"))
        history = self._history(story, dry=dry)
        if history is None:
            return {"CanaryRuns": []}
        only = None
        if dry_run_id is not None:
            only = next((each.tick for each in history.dry_runs(now) if each.id == dry_run_id), None)
            if only is None:
                return {"CanaryRuns": []}
        runs, following = history.page(Position(*start) if start else None, question.limit, now, only=only)
        members = [run_member(run, story, self._account, now, dry=dry) for run in runs]
        answer: dict[str, Any] = {"CanaryRuns": members}
        if following is not None:
            answer["NextToken"] = self._tokens.make(bound, *following)
        return answer

    def _describe_canaries(self, question: Question, now: int) -> dict[str, Any]:  # noqa: ARG002
        names = question.params.get("Names")
        found, token = self._page(question, self._named(names), names)
        return {"Canaries": [canary_member(story, self._account, self._epoch) for story in found]} | token

    def _describe_canaries_last_run(self, question: Question, now: int) -> dict[str, Any]:
        """One entry for a canary. A canary that has not run, or not with that browser, is left out."""
        names, browser = question.params.get("Names"), question.params.get("BrowserType")
        has_run = [story for story in self._named(names) if story.runs and (not browser or browser in story.browsers)]
        found, token = self._page(question, has_run, names, browser)
        lines = []
        for story in found:
            run = self._last_run(story, browser, now)
            if run is not None:
                lines.append({"CanaryName": story.name, "LastRun": run})
        return {"CanariesLastRun": lines} | token

    def _last_run(self, story: Story, browser: str | None, now: int) -> dict[str, Any] | None:
        history = self._history(story)

        def asked_for(run: Run) -> bool:
            return browser is None or run.browser == browser

        runs = history.page(None, 1, now, matches=asked_for)[0] if history else []
        return run_member(runs[0], story, self._account, now, dry=False) if runs else None

    def _get_canary(self, question: Question, now: int) -> dict[str, Any]:
        story = self._story(question.params["Name"])
        dry_run_id = question.params.get("DryRunId")
        if dry_run_id is None:
            return {"Canary": canary_member(story, self._account, self._epoch)}
        for dry_run in self.dry_runs(story.name, now):
            if dry_run.id == dry_run_id:
                told = (dry_run, self._dry_run_status(story, dry_run, now))
                return {"Canary": canary_member(story, self._account, self._epoch, told)}
        raise _not_found(f"Dry run {dry_run_id} of canary {story.name} was not found")

    def _dry_run_status(self, story: Story, dry_run: DryRun, now: int) -> str:
        history = self._history(story, dry=True)
        if dry_run.failure is not None or history is None:
            return "FAILED"
        runs = [run for _, run in history.at(dry_run.tick, now)]
        if any(run.completed > now for run in runs):
            return "RUNNING"
        return "FAILED" if any(run.failure for run in runs) else "PASSED"

    def _list_groups(self, question: Question, now: int) -> dict[str, Any]:  # noqa: ARG002
        found, token = self._page(question, self._groups())
        return {"Groups": [group_member(name, self._account) for name in found]} | token

    def _list_group_resources(self, question: Question, now: int) -> dict[str, Any]:  # noqa: ARG002
        """The group may be told by its name, id or ARN."""
        asked = question.params["GroupIdentifier"]
        group = next((each for each in self._groups() if asked in group_member(each, self._account).values()), None)
        if group is None:
            raise _not_found(f"Group {asked} was not found")
        members = [story.name for story in self._stories.values() if story.group == group]
        found, token = self._page(question, members, group)
        return {"Resources": [self._account.arn("synthetics", f"canary:{name}") for name in found]} | token

    def _groups(self) -> list[str]:
        return sorted({story.group for story in self._stories.values() if story.group})

    def _named(self, names: list[str] | None) -> list[Story]:
        """The canaries of these names, or all; a name that no canary has is left out."""
        if names is None:
            return list(self._stories.values())
        return [story for story in self._stories.values() if story.name in names]

    def _page(self, question: Question, items: list[T], *bound_to: object) -> tuple[list[T], dict[str, str]]:
        """The page of a list that the question asks for, and NextToken as a member where there is more."""
        bound = self._bound(question.operation, *bound_to)
        start = self._start(bound, question.params.get("NextToken"))
        first = start[0] if start else 0
        last = first + question.limit
        return items[first:last], {"NextToken": self._tokens.make(bound, last)} if last < len(items) else {}

    def _bound(self, *parts: object) -> str:
        return json.dumps(parts)

    def _start(self, bound: str, token: str | None) -> tuple[int, int] | None:
        if token is None:
            return None
        try:
            return self._tokens.read(bound, token)
        except InvalidTokenError:
            raise _invalid("The NextToken is not valid for this request") from None
