"""The Lambda log of one run: what to ask CloudWatch Logs for, and which of the lines that come are the run's.

A run that timed out uploads nothing; the log of the canary's function is its only trace (SYNTHETICS.md, "Artifacts").
That log holds all runs, and the API has nothing that says which of the invocations in it was the run: retries follow
each other within seconds, and a canary of one minute has its neighbours in the same window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from canaryscope.evidence.begun import Begun
from canaryscope.evidence.invocations import REQUEST_ID, Invocation, LogEvent, invocations_in
from canaryscope.evidence.log import LogLine, parse_log
from canaryscope.runs.model import Canary, CanaryRun

__all__ = ["LONGEST", "MARGIN", "NEAR", "LambdaLog", "LambdaLogQuestion", "NoLambdaLog", "log_of", "question_for"]

LONGEST: Final = 840
"""Seconds: the most that a canary may have as TimeoutInSeconds."""
MARGIN: Final = timedelta(minutes=1)
"""What is asked for before the run's start, and after its timeout."""
NEAR: Final = timedelta(seconds=30)
"""An invocation that began farther from the run's start is taken for another run's: a canary may run each minute."""
_ALIKE: Final = timedelta(milliseconds=250)
"""Two invocations whose distances from the run's start differ by less are not told apart by them."""
_TELLING: Final = 8
"""Characters that a run's id has at least to be looked for in lines: a short one is in every line."""

_ALL: Final = "these are all lines of the time around it"
_NO_END: Final = "Its end was not read: there is too much."
_NAMED_ONLY: Final = "Of its later lines only those that name the request were read: there is too much."

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FUNCTION = re.compile(
    r"arn:[\w-]{1,40}:lambda:(?P<region>[a-z0-9-]{1,40}):\d{12}:function:(?P<name>[\w-]{1,140})(?::[\w$-]+)?", re.ASCII
)
_LOCATION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d{1,2}")
_REQUEST = re.compile(rf"\bRequestId: ({REQUEST_ID})\b", re.IGNORECASE)


class NoLambdaLog(Enum):
    """Why there is no log to ask for."""

    NO_START = "The run has no start time, so there is no telling which lines of the Lambda log are its own."
    NO_FUNCTION = "The canary does not say which Lambda function this run was, so there is no log to look into."

    @property
    def sentence(self) -> str:
        """The reason, for a person."""
        return self.value


@dataclass(frozen=True, slots=True)
class LambdaLogQuestion:
    """Where and when a run's lines are, and what tells them from other runs'. Times are UTC."""

    group: str
    """`/aws/lambda/cwsyn-checkout-4f2…`."""
    region: str
    start: datetime
    end: datetime
    started: datetime
    """When the run began, by Synthetics."""
    request_id: str | None = None
    """The invocation's, in lower case, where the run's StateReason names one."""
    run_id: str | None = None
    begun: Begun | None = field(default=None, compare=False)
    """What came of it when it was asked before, and failed on the way."""


@dataclass(frozen=True, slots=True)
class LambdaLog:
    """What was found."""

    group: str
    lines: tuple[LogLine, ...]
    """A line without a time of its own has that of its event, unless it is indented: it goes with the one above it."""
    exact: bool
    """Whether these are lines of one invocation only, the run's. Else they are all lines of the window."""
    note: str
    """A sentence: what the choice was made by, or why there was none."""
    cut: bool = False
    """Whether there are lines (of the run, where `exact`) that were not read."""


def question_for(run: CanaryRun, canary: Canary) -> LambdaLogQuestion | NoLambdaLog:
    """What to ask for a run of a canary."""
    started = run.timeline.started
    if started is None:
        return NoLambdaLog.NO_START
    function = _function(run, canary)
    if function is None:
        return NoLambdaLog.NO_FUNCTION
    timeout = canary.timeout_seconds or 0
    named = _REQUEST.search(run.status.state_reason or "")
    return LambdaLogQuestion(
        group=f"/aws/lambda/{function['name']}",
        # A function that Synthetics has made in another Region, for a run from there, is called the same.
        region=run.location if run.location and _LOCATION.fullmatch(run.location) else function["region"],
        start=_moved(started, -MARGIN),
        end=_moved(started, timedelta(seconds=timeout if 0 < timeout <= LONGEST else LONGEST) + MARGIN),
        started=started,
        request_id=named[1].lower() if named else None,
        run_id=run.id,
    )


def log_of(
    question: LambdaLogQuestion, events: Sequence[LogEvent], *, cut: bool = False, named: Sequence[LogEvent] = ()
) -> LambdaLog:
    """The run's lines among the events of the window, which are in order within each stream.

    `cut`: there are later ones that were not read; `named` are those of them that name the request.
    """
    invocations = invocations_in([*events, *named], question.request_id)
    chosen, note = _chosen(question, invocations, _read_until(events) if cut else None)
    if not events:
        note = "The log group has no lines of that time: they are still to come, or its retention has deleted them."
    if chosen is not None:
        unread = bool(named) or (cut and not chosen.ended)
        if unread:
            note += f" {_NAMED_ONLY if named else _NO_END}"
        return LambdaLog(question.group, _lines(chosen.events), exact=True, note=note, cut=unread)
    every = sorted([*events, *named], key=lambda event: event.time or question.started)
    note = f"{note} There is more than was read." if cut else note
    return LambdaLog(question.group, _lines(every), exact=False, note=note, cut=cut)


def _function(run: CanaryRun, canary: Canary) -> re.Match[str] | None:
    """The function of the run's browser; else the one that has no browser. A run without a browser has the only one."""
    engines = canary.engines
    fitting = [engine for engine in engines if engine.browser == run.browser_type]
    fitting = fitting or [engine for engine in engines if engine.browser is None]
    if not fitting and run.browser_type is None and len(engines) == 1:
        fitting = [*engines]
    return _FUNCTION.fullmatch(fitting[0].arn) if fitting else None


def _moved(moment: datetime, by: timedelta) -> datetime:
    """As far as there is time: a service may say that a run began in the year 1."""
    try:
        return max(moment + by, _EPOCH)
    except OverflowError:
        return max(moment, _EPOCH)


def _chosen(
    question: LambdaLogQuestion, invocations: Sequence[Invocation], read_until: datetime | None
) -> tuple[Invocation | None, str]:
    """The run's invocation, and what it was chosen by; or None, and why."""
    candidates, why = invocations, ""
    for fits, what in (
        (_of_request(question.request_id), "its request is the one that the run's reason names"),
        (_naming(question.request_id), "it names the request that the run's reason names"),
        (_naming(question.run_id), "it names the run's id"),
    ):
        if fitting := [one for one in candidates if fits(one)]:
            candidates, why = fitting, why or what
    if why and len(candidates) == 1:
        return candidates[0], f"The run's invocation, because {why}."
    nearest, distance = _nearest(candidates, question.started)
    if distance is None:
        return None, f"No invocation begins here: {_ALL}."
    unread = read_until is not None and read_until - question.started < distance
    if not why and (distance > NEAR or unread):
        return None, f"No invocation began within {NEAR.total_seconds():.0f} s of the run's start: {_ALL}."
    if nearest is None:
        return None, f"Two invocations began equally near to the run's start: {_ALL}."
    return nearest, f"The invocation that began nearest to the run's start, {distance.total_seconds():.1f} s from it."


def _of_request(request_id: str | None) -> Callable[[Invocation], bool]:
    return lambda invocation: invocation.request_id == request_id


def _naming(text: str | None) -> Callable[[Invocation], bool]:
    """Whether a line of an invocation names an id."""
    if text is None or len(text) < _TELLING:
        return lambda _: False
    sought = text.lower()
    return lambda invocation: any(sought in event.message.lower() for event in invocation.events)


def _nearest(candidates: Sequence[Invocation], started: datetime) -> tuple[Invocation | None, timedelta | None]:
    """The one that began nearest, and how far that is; no one where two are equally near."""
    begun = [(abs(one.started - started), at) for at, one in enumerate(candidates) if one.started is not None]
    if not begun:
        return None, None
    (distance, at), *others = sorted(begun)
    alike = bool(others) and others[0][0] - distance < _ALIKE
    return None if alike else candidates[at], distance


def _read_until(events: Sequence[LogEvent]) -> datetime | None:
    return max((event.time for event in events if event.time is not None), default=None)


def _lines(events: Sequence[LogEvent]) -> tuple[LogLine, ...]:
    """The lines of these events. Read together, so that their number is bounded as a log's is."""
    data = bytearray()
    times: dict[int, datetime | None] = {}
    for event in events:
        times[len(data)] = event.time
        data += event.message.rstrip("\r\n").encode("utf-8", "replace") + b"\n"
    return tuple([_timed(line, times.pop(line.at, None)) for line in parse_log(bytes(data))])


def _timed(line: LogLine, time: datetime | None) -> LogLine:
    if time is None or line.time is not None or line.text[:1] in ("", " "):
        return line
    return replace(line, time=time)
