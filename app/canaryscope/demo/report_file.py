"""SyntheticsReport-PASSED.json and -FAILED.json, as the runtime of the canary writes them."""

from __future__ import annotations

import json
from typing import Any

from canaryscope.demo.course import Course, StepTaken, iso
from canaryscope.demo.story import API, SELENIUM

__all__ = ["report_file", "report_name", "screenshot_names"]


def report_name(course: Course) -> str:
    """The name says how the script ended."""
    return f"SyntheticsReport-{_status(course)}.json"


def report_file(course: Course, counts: dict[str, int]) -> bytes:
    """The report. `counts` are the run's requests, by what came of them."""
    run, failure = course.run, course.failure
    no_result = failure is not None and (failure.reason or "").startswith("No test result returned")
    report: dict[str, Any] = {
        "canaryName": course.story.name,
        "startTime": _time(course, run.started),
        "endTime": _time(course, run.completed),
        "timeSpentInResetInMs": course.reset,
        "timeSpentInLaunchInMs": course.launch,
        "timeSpentInSetUpInMs": course.setup,
        "executionStatus": "NO RESULT" if no_result else "PASSED",
        "executionError": course.reason if failure is not None and (no_result or not course.steps) else None,
        "customerScript": {
            "startTime": _time(course, course.script_started),
            "endTime": _time(course, run.completed),
            "status": _status(course),
            "failureReason": course.reason or None,
            "metricsPublished": True,
            "requests": None if course.story.runtime == SELENIUM else counts,
            "steps": [_step(course, step) for step in course.steps],
            "reports": [],
            "nonStepScreenshots": [],
        },
        "configuration": _configuration(course),
    }
    return json.dumps(report, indent=2).encode()


def screenshot_names(course: Course, step: StepTaken) -> tuple[str, ...]:
    """The files of one step, in the order in which they were taken. An API canary has none."""
    if course.story.runtime == API:
        return ()
    taken = ["starting"]
    if step is course.steps[0] and not step.failed:
        taken.append("loaded")
    taken.append("failed" if step.failed else "succeeded")
    return tuple(f"{step.file_stem}-{when}.png" for when in taken)


def _status(course: Course) -> str:
    return "PASSED" if course.failure is None else "FAILED"


def _time(course: Course, milliseconds: int) -> str:
    """Python's runtime leaves out the zone, and has microseconds."""
    text = iso(milliseconds)
    return f"{text[:-1]}000" if course.story.runtime == SELENIUM else text


def _step(course: Course, step: StepTaken) -> dict[str, Any]:
    failed = step.failed
    told: dict[str, Any] = {
        "stepNum": step.number,
        "stepName": step.stage.name,
        "startTime": _time(course, step.started),
        "endTime": _time(course, step.ended),
        "status": "FAILED" if failed else "PASSED",
        "failureReason": course.reason if failed else None,
        "metricsPublished": True,
    }
    if course.story.runtime == API:
        return told | {"screenshots": None, "httpRequestNum": step.number}
    names = screenshot_names(course, step)
    shots: list[dict[str, Any]] = [{"fileName": name, "pageUrl": step.url, "error": None} for name in names]
    shots[0]["pageUrl"] = step.source_url
    return told | {"sourceUrl": step.source_url, "destinationUrl": step.url, "screenshots": shots}


def _configuration(course: Course) -> dict[str, Any] | None:
    """What the canary was told to record; Python's runtime tells nothing of it."""
    if course.story.runtime == SELENIUM:
        return None
    if course.story.runtime == API:
        return {"includeRequestHeaders": True, "includeResponseHeaders": True, "includeRequestBody": True}
    return {
        "stepsReport": {
            "screenshotOnStepStart": True,
            "screenshotOnStepSuccess": True,
            "screenshotOnStepFailure": True,
        },
        "logLevel": "INFO",
        "artifacts": {"harFile": True, "restrictedHeaders": [], "restrictedUrlParameters": []},
    }
