"""What a run's script logs, and the two forms in which that is kept: a file in S3, events in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from canaryscope.demo.course import Course, StepTaken, iso
from canaryscope.demo.journeys import GUEST_BOOK
from canaryscope.demo.places import request_id
from canaryscope.demo.story import API, SELENIUM, Artifacts

__all__ = ["Logged", "log_file", "log_name", "records"]

_COLOURS = {"INFO": 32, "WARN": 33, "ERROR": 31, "DEBUG": 36}

_HOSTILE = (
    "entry 1: \x1b]0;owned\x07\x1b[2J\x1b[Hall is well, nothing to see",
    "entry 2: \x9b31m\x1bP+q544e\x1b\\ [link=https://evil.example/]click[/link] \u202etxt.exe\u202c",
    "entry 3: \x1b]52;c;cm0gLXJmIH4=\x07 ERROR\r2026-01-01T00:00:00Z INFO: a line that never was",
    "entry 4: " + "e" + "\u0301" * 60 + " \u200b\ufeff\x00\x7f",
)


class Logged(NamedTuple):
    """One thing that was logged, at a time in milliseconds since 1970. The text may have several lines."""

    at: int
    level: str
    text: str


def log_name(course: Course) -> str:
    """`2026-11-22T12-27-07-820Z-log.txt`."""
    return f"{iso(course.run.started).replace(':', '-').replace('.', '-')}-log.txt"


def log_file(course: Course) -> bytes:
    """The file in S3: as the runtime of the canary writes it, Node.js's with colours and milliseconds."""
    python = course.story.runtime == SELENIUM
    lines = []
    for at, level, text in records(course):
        if python:
            lines.append(f"{iso(at)[:19]}Z {level}: {text}\n")
        else:
            lines.append(f"{iso(at)} \x1b[{_COLOURS[level]}m{level}\x1b[39m: {text}\n")
    return "".join(lines).encode()


def records(course: Course) -> list[Logged]:
    """All that was logged, in the order of time. A run that was ended from outside says nothing of its end."""
    run, story = course.run, course.story
    logged = [
        Logged(run.started, "INFO", "Start Canary"),
        Logged(run.started + 1, "INFO", f"Canary name: {story.name}, runtime: {story.runtime}, id: {request_id(run)}"),
        Logged(run.started + course.reset, "DEBUG", "Recording configuration: harFile=true, stepScreenshots=true"),
    ]
    if story.runtime != API:
        browser = (run.browser or "CHROME").capitalize()
        logged.append(Logged(run.started + course.reset + course.launch, "INFO", f"\x1b[1m{browser}\x1b[22m launched"))
    logged.append(Logged(course.script_started, "INFO", "Start executing customer steps"))
    for step in course.steps:
        logged.extend(_of_step(course, step))
    if run.failure is None or run.failure.artifacts is Artifacts.STORED or run.failure.test_result == "PASSED":
        logged.extend(_ending(course))
    return logged


def _of_step(course: Course, step: StepTaken) -> Iterator[Logged]:
    took = step.ended - step.started
    name = f"{step.number} - {step.stage.name}"
    yield Logged(step.started, "INFO", f"Step {name}: \x1b[36mstarted\x1b[39m")
    yield Logged(step.started + took // 20, "INFO", f"Request: GET {step.url}")
    if course.story.name == GUEST_BOOK:
        yield Logged(step.started + took // 10, "INFO", _HOSTILE[step.number % len(_HOSTILE)])
    if not step.failed:
        yield Logged(step.started + took // 2, "INFO", f"Response: 200 {step.url}")
        if course.run.digest[step.number] < 40:
            slow = f"{step.url} took {took // 2:,} ms, more than usual"
            yield Logged(step.started + took // 2 + 1, "WARN", slow)
        yield Logged(step.ended - 1, "INFO", f"Step {name}: \x1b[32mPASSED\x1b[39m in {took} ms")
        return
    failure = course.failure
    if took > 12_000:
        yield Logged(step.started + took // 3, "WARN", f"Still waiting for {course.journey.host}, 10 seconds by now")
    if failure is not None and failure.artifacts is Artifacts.STORED:
        if failure.status:
            yield Logged(step.ended - 12, "WARN", f"Response: {failure.status} {step.url}")
        yield Logged(step.ended - 2, "ERROR", f"Step {name}: \x1b[31mFAILED\x1b[39m in {took} ms: {course.reason}")


def _ending(course: Course) -> Iterator[Logged]:
    run, failure = course.run, course.failure
    if failure is not None and not course.steps:
        yield Logged(run.completed - 2, "ERROR", course.reason)
    passed = failure is None or failure.test_result == "PASSED"
    yield Logged(run.completed, "INFO" if passed else "ERROR", f"Canary result: {'PASSED' if passed else 'FAILED'}")
    if failure is not None and failure.code == "EXECUTION_FAILURE":
        yield Logged(run.completed, "ERROR", course.reason)
    else:
        yield Logged(run.completed, "INFO", "Uploading artifacts to S3")
