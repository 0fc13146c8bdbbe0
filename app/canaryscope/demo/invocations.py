"""A run as an invocation of its Lambda function: what stands in the function's log group."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from canaryscope.demo.course import course_of, iso
from canaryscope.demo.history import Run
from canaryscope.demo.log_file import Logged, records
from canaryscope.demo.places import request_id
from canaryscope.demo.story import SELENIUM, Artifacts, Story

__all__ = ["LogEvent", "events_of"]

_MEMORY = "Memory Size: 1500 MB"
_SHARED_MS = 40 * 60_000
"""Invocations that Lambda gives the same process write to the same stream."""


class LogEvent(NamedTuple):
    """One event. `at` in milliseconds since 1970."""

    at: int
    stream: str
    message: str


def events_of(story: Story, run: Run, now: int) -> list[LogEvent]:
    """The events of a run up to this time (ms), in the order of time."""
    identity, version = request_id(run), "4"
    logged = [(run.started, f"START RequestId: {identity} Version: {version}\n")]
    logged += [(one.at, _line(story, one, identity)) for one in records(course_of(story, run))]
    logged += [(run.completed, text) for text in _end(run, identity)]
    stream = _stream(story, run, version)
    return [LogEvent(at, stream, text) for at, text in logged if at <= now]


def _line(story: Story, logged: Logged, identity: str) -> str:
    """As Lambda's runtimes write what a script logs: Node.js's, and Python's."""
    if story.runtime == SELENIUM:
        return f"[{logged.level}]\t{iso(logged.at)}\t{identity}\t{logged.text}\n"
    return f"{iso(logged.at)}\t{identity}\t{logged.level}\t{logged.text}\n"


def _end(run: Run, identity: str) -> list[str]:
    """What Lambda itself says at the end of an invocation, and why it ended one."""
    took = run.completed - run.started
    used = 310 + run.digest[24] * 3
    report, status = f"Duration: {took + run.digest[25] / 256:.2f} ms\tBilled Duration: {took + 1} ms", ""
    said: list[str] = []
    failure = run.failure
    reason = (failure.reason or "") if failure is not None else ""
    if "Task timed out" in reason:
        report, status = "Duration: 60000.00 ms\tBilled Duration: 60000 ms", "\tStatus: timeout"
        said = [f"{iso(run.completed)} {identity} Task timed out after 60.06 seconds\n\n"]
    elif "signal: killed" in reason:
        used = 1500
        status = "\tStatus: error\tError Type: Runtime.ExitError"
        said = [f"RequestId: {identity} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"]
    elif failure is not None and failure.artifacts is Artifacts.ABSENT:
        status = "\tStatus: error\tError Type: Runtime.Unknown"
    end = [
        f"END RequestId: {identity}\n",
        f"REPORT RequestId: {identity}\t{report}\t{_MEMORY}\tMax Memory Used: {used} MB{status}\t\n",
    ]
    return [*said, *end]


def _stream(story: Story, run: Run, version: str) -> str:
    """`2026/11/22/[4]0a1b…`."""
    shared = run.scheduled // _SHARED_MS
    digest = blake2b(f"{story.name}/{run.browser}/{shared}".encode(), digest_size=16).hexdigest()
    return f"{iso(shared * _SHARED_MS)[:10].replace('-', '/')}/[{version}]{digest}"
