"""CloudWatch Logs as far as it is read: FilterLogEvents (AWS JSON 1.1)."""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from canaryscope.demo.account import Account
from canaryscope.demo.history import History, Run
from canaryscope.demo.invocations import LogEvent, events_of
from canaryscope.demo.places import function_names
from canaryscope.demo.questions import Question, ServiceError, body_members, typed
from canaryscope.demo.reply import Reply, header
from canaryscope.demo.story import HOUR, Story
from canaryscope.demo.tokens import InvalidTokenError, Tokens

__all__ = ["Logs", "parse_logs"]

_TARGET = "Logs_20140328."
_MOST_EVENTS = 10_000
_INVOCATIONS = 200
"""Invocations that are looked through for one page: a page may be short, or empty, and have a token."""
_INGESTED_MS = 1_700

_MEMBERS: dict[str, type] = {
    "logGroupName": str,
    "startTime": int,
    "endTime": int,
    "filterPattern": str,
    "limit": int,
    "nextToken": str,
}
_TERM = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s"]+)')
_SYNTAX = re.compile(r"\s*[\[{%]|(?:^|\s)[?-]")
"""Patterns that are more than terms that all have to occur."""


class _Group(NamedTuple):
    story: Story
    browser: str | None


def parse_logs(body: bytes, headers: Mapping[str, str]) -> Question:
    """The question that a request asks. Raises ServiceError for all that is not read."""
    operation = (header(headers, "X-Amz-Target") or "").removeprefix(_TARGET)
    if operation != "FilterLogEvents":
        raise ServiceError(400, "UnknownOperationException", f"The demo does not answer {operation or 'that'}")
    return Question(operation, typed(_MEMBERS, body_members(body)))


class Logs:
    """The log groups of the canaries' functions: one for each browser of a canary."""

    def __init__(self, stories: Iterable[Story], account: Account, epoch: int, seed: int) -> None:
        self._account = account
        self._epoch = epoch
        self._seed = seed
        self._tokens = Tokens(f"{seed}/{account.id}/{account.region}/logs")
        self._groups = {
            f"/aws/lambda/{name}": _Group(story, browser)
            for story in stories
            if story.runs is not None
            for browser, name in function_names(story).items()
        }

    def respond(self, body: bytes, headers: Mapping[str, str], now: int, region: str) -> Reply:
        """The answer to a request in a region at this time (ms since 1970). The name of an error is in its body."""
        try:
            status, answer = 200, self._answer(parse_logs(body, headers), now, region)
        except ServiceError as error:
            status, answer = error.status, {"__type": error.code, "message": error.message}
        return Reply(status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode())

    def _answer(self, question: Question, now: int, region: str) -> dict[str, Any]:
        params = question.params
        name = params.get("logGroupName")
        if name is None:
            raise _invalid("Please specify either logGroupName or logGroupIdentifier")
        most = params.get("limit", _MOST_EVENTS)
        if not 1 <= most <= _MOST_EVENTS:
            raise _invalid(f"Value '{most}' at 'limit' failed to satisfy constraint: 1 to {_MOST_EVENTS}")
        group = self._groups.get(name)
        if group is None:
            raise ServiceError(400, "ResourceNotFoundException", "The specified log group does not exist.")
        first, last = params.get("startTime", 0), params.get("endTime", now)
        terms = _terms(params.get("filterPattern", ""))
        bound = json.dumps([name, first, last, terms, region])
        after = self._after(bound, params.get("nextToken"))
        found, following = self._page(group, region, (first, last), terms, after, most, now)
        answer: dict[str, Any] = {"events": [_member(*one) for one in found], "searchedLogStreams": []}
        if following is not None:
            answer["nextToken"] = self._tokens.make(bound, *following)
        return answer

    def _page(
        self,
        group: _Group,
        region: str,
        window: tuple[int, int],
        terms: list[str],
        after: tuple[int, int] | None,
        most: int,
        now: int,
    ) -> tuple[list[tuple[LogEvent, int]], tuple[int, int] | None]:
        """At most so many events with their numbers, and where the next page begins: a run's start, and a number."""
        first, last = window
        found: list[tuple[LogEvent, int]] = []
        for looked, run in enumerate(self._runs(group, region, first, last, now, after)):
            if looked == _INVOCATIONS:
                return found, (run.started, 0)
            begin = after[1] if after is not None and run.started == after[0] else 0
            for number, event in enumerate(events_of(group.story, run, now)):
                if number < begin or not first <= event.at <= last or not all(term in event.message for term in terms):
                    continue
                if len(found) == most:
                    return found, (run.started, number)
                found.append((event, number))
        return found, None

    def _runs(
        self, group: _Group, region: str, first: int, last: int, now: int, after: tuple[int, int] | None
    ) -> Iterator[Run]:
        """The runs of a group that may have logged in that time, oldest first."""
        story = group.story
        since = first - max(story.timeout + 1, HOUR // 4) * 1000 if after is None else after[0]
        tables = ((story.runs, False), (story.dry_runs, True))
        histories = [History(story, table, self._epoch, self._seed, dry=dry) for table, dry in tables if table]
        runs = heapq.merge(*(one.between(since, last, now) for one in histories), key=lambda run: run.started)
        for run in runs:
            if run.browser == group.browser and run.location in (None, region) and run.completed >= first:
                yield run

    def _after(self, bound: str, token: str | None) -> tuple[int, int] | None:
        if token is None:
            return None
        try:
            return self._tokens.read(bound, token)
        except InvalidTokenError:
            raise _invalid("The specified nextToken is invalid.") from None


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "InvalidParameterException", message)


def _terms(pattern: str) -> list[str]:
    """The terms that a message has to have, all of them, in the letters as they are."""
    if _SYNTAX.search(_TERM.sub(lambda found: found["word"] or "", pattern)):
        raise _invalid("The demo knows filter patterns of words and of quoted terms only.")
    return [found["word"] or re.sub(r"\\(.)", r"\1", found["quoted"]) for found in _TERM.finditer(pattern)]


def _member(event: LogEvent, number: int) -> dict[str, Any]:
    """A FilteredLogEvent."""
    digest = blake2b(f"{event.stream}/{event.at}/{number}".encode(), digest_size=16).digest()
    return {
        "logStreamName": event.stream,
        "timestamp": event.at,
        "message": event.message,
        "ingestionTime": event.at + _INGESTED_MS,
        "eventId": f"{event.at:017}{int.from_bytes(digest):039}",
    }
