"""A run's report as what the list of steps shows, and as the reason that the API has cut."""

from __future__ import annotations

import re
from typing import Final

from canaryscope.evidence.artifacts import ArtifactKind, RunArtifacts
from canaryscope.evidence.masking import masked_url
from canaryscope.evidence.report import STEPS, Report, RequestCounts, Step
from canaryscope.render.figures import counted, milliseconds_text
from canaryscope.render.runs import tone
from canaryscope.render.times import ABSENT, duration
from canaryscope.runs.model import CanaryRun
from canaryscope_widgets.step_list import StepRow
from canaryscope_widgets.tone import Tone

__all__ = ["report_facts", "request_counts", "step_rows", "whole_reason"]

BETWEEN: Final = " · "
SURELY_CUT: Final = 900
"""Bytes, without what is put before it: a StateReason this long may end anywhere, as the API cuts it at 1,024."""
_PREFIX = re.compile(r"(?:(?:No test result returned[.:]?|Canary execution failed[.:]?|Error:|Exception:) ?)+").match
"""What Synthetics puts before the script's own words, in StateReason or in the report only."""


def step_rows(report: Report, artifacts: RunArtifacts | None) -> tuple[StepRow, ...]:
    """The steps as lines. `artifacts` tells which of their screenshots are (still) there; None: not known."""
    run = report.started if artifacts is None else artifacts.place
    there = None if artifacts is None or artifacts.cut else _file_names(artifacts)
    return tuple(_row((run, at), step, there) for at, step in enumerate(report.steps))


def _row(key: tuple[object, int], step: Step, there: frozenset[str] | None) -> StepRow:
    missing = [f"No screenshot: {shot.error}" for shot in step.screenshots if shot.error]
    return StepRow(
        key=key,
        number="" if step.number is None else str(step.number),
        name=step.name or ABSENT,
        status=step.status or ("FAILED" if step.failed else ABSENT),
        tone=Tone.BAD if step.failed else tone(step.status or None),
        duration="" if step.duration is None else duration(step.duration),
        reason="\n".join(text for text in (step.failure_reason, *missing) if text),
        url=_urls(step),
        screenshots=_screenshots(step, there),
    )


def _urls(step: Step) -> str:
    """Where the step began, and where it ended if that is elsewhere."""
    urls = [masked_url(url) for url in (step.source_url, step.destination_url) if url]
    return " -> ".join(dict.fromkeys(urls))


def _screenshots(step: Step, there: frozenset[str] | None) -> str:
    """`2 screenshots`, or `1 of 2 screenshots` where one was not taken or is no longer there."""
    wanted = len(step.screenshots)
    if not wanted:
        return ""
    found = sum(bool(shot.file_name) and (there is None or shot.file_name in there) for shot in step.screenshots)
    return ("" if found == wanted else f"{found:,} of ") + counted(wanted, "screenshot")


def _file_names(artifacts: RunArtifacts) -> frozenset[str]:
    """Those of the screenshots, without their folders: a report does not name these."""
    return frozenset(one.name.rpartition("/")[2] for one in artifacts.of_kind(ArtifactKind.SCREENSHOT))


def report_facts(report: Report, run: CanaryRun) -> tuple[str, ...]:
    """What the report says of the run as a whole; stands above the steps. The reasons may have several lines."""
    facts = [BETWEEN.join(part for part in (_status(report), _length(report), _times(report)) if part)]
    facts.append(_difference(report, run))
    facts.append("" if report.requests is None else request_counts(report.requests))
    if report.execution_error:
        facts.append(f"Execution error: {report.execution_error}")
    if report.cut:
        facts.append(f"{counted(report.cut, 'more step')} left out: {STEPS:,} are shown.")
    told = {report.execution_error, *(step.failure_reason for step in report.steps)}
    if told <= {"", report.execution_error} and report.failure_reason not in told:
        facts.append(report.failure_reason)
    return tuple(fact for fact in facts if fact)


def _status(report: Report) -> str:
    return report.status or "No status"


def _length(report: Report) -> str:
    return "" if report.duration is None else duration(report.duration)


def _times(report: Report) -> str:
    """`launch 1.2 s, set-up 2 ms`: those that took any time."""
    times = (("reset", report.reset_ms), ("launch", report.launch_ms), ("set-up", report.setup_ms))
    return ", ".join(f"{name} {milliseconds_text(length)}" for name, length in times if length)


def _difference(report: Report, run: CanaryRun) -> str:
    """State is not what became of the script: a script that passed may be a FAILED run."""
    state = run.status.state
    if not state or not report.status or report.status.upper() == state.upper():
        return ""
    return f"The script is {report.status}, the run's State is {state}."


def request_counts(counts: RequestCounts) -> str:
    """`12 requests: 9 2xx, 2 4xx, 1 failed`."""
    named = (
        *((counts.successful, "2xx"), (counts.redirected, "3xx"), (counts.client_errors, "4xx")),
        *((counts.server_errors, "5xx"), (counts.failed, "failed")),
    )
    parts = [f"{count:,} {name}" for count, name in named if count]
    whole = counted(sum(count or 0 for count, _ in named), "request")
    return f"{whole}: {', '.join(parts)}" if parts else whole


def whole_reason(run: CanaryRun, report: Report) -> str | None:
    """The reason of which the run's StateReason is only the beginning; None where that is whole, or another text.

    Blanks, and what Synthetics puts before the reason, do not make another text of it.
    """
    cut = _plain(run.status.state_reason or "")
    return next((whole for whole in (report.failure_reason, report.execution_error) if _begins(whole, cut)), None)


def _begins(whole: str, cut: str) -> bool:
    """Whether `whole` goes on where `cut` ends: within a word only where that is as long as the API allows."""
    plain = _plain(whole)
    rest = plain[len(cut) :]
    ends = rest[:1] == " " or (bool(rest) and len(cut.encode()) >= SURELY_CUT)
    return bool(cut) and ends and plain.startswith(cut)


def _plain(reason: str) -> str:
    """On one line, without what is put before it; all of it where there is nothing else."""
    line = " ".join(reason.split())
    prefix = _PREFIX(line)
    return (line[prefix.end() :] if prefix else line) or line
