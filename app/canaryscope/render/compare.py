"""Two runs beside each other as lines to read: what matters in sentences, then the steps, the requests, the runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from canaryscope.evidence.compare import Comparison, Side
from canaryscope.evidence.compare_requests import Host, RequestChange, RequestPair
from canaryscope.evidence.compare_steps import StepPair
from canaryscope.evidence.report import Report, Step
from canaryscope.evidence.requests import Request
from canaryscope.render.compare_table import DIM, HEADING, Cell, Columns
from canaryscope.render.compare_words import (
    absent,
    address,
    error,
    longer,
    longer_ms,
    one_line,
    status,
    step_absent,
    step_reason,
    summary,
    times,
)
from canaryscope.render.figures import milliseconds_text
from canaryscope.render.requests import status_word
from canaryscope.render.runs import tone
from canaryscope.render.steps import request_counts
from canaryscope.render.times import ABSENT, Clock, duration
from canaryscope.runs.causes import cause_of
from canaryscope_widgets.lines import Part, fit
from canaryscope_widgets.text_panel import TextLine
from canaryscope_widgets.tone import Tone

__all__ = ["CHANGES", "comparison_lines", "run_facts"]

CHANGES = tuple(change for change in RequestChange if change is not RequestChange.SAME)
"""The kinds of requests that are listed, in this order."""
LISTED = 200
"""Requests of a kind that are listed."""
HOSTS = 10
WORD = 5
"""Cells of a status of HTTP, or of how many requests there were: no more than are kept."""
LABEL = 14


def comparison_lines(comparison: Comparison, clock: Clock, width: int = 78) -> list[TextLine]:
    """All of it in lines of `width` cells; those with long texts are longer, to be wrapped."""
    said: list[TextLine] = [[(str(one), one.tone.look)] for one in summary(comparison, clock.brief)]
    sections = (_steps(comparison, width), _requests(comparison, width), _runs(comparison, clock, width))
    return [*said, *(line for section in sections for line in ("", *section))]


def _heading(text: str) -> list[Part]:
    return [(text, HEADING)]


def _steps(comparison: Comparison, width: int) -> list[TextLine]:
    pairs = comparison.steps
    if pairs is None:
        no = absent(comparison.before, comparison.after, "report")
        return [_heading("Steps"), f"{no} no report, so the steps are not compared."]
    if not pairs:
        return [_heading("Steps"), "Neither of the two scripts has steps."]
    columns = Columns(width, 7, ratio=True)
    digits = max((len(str(pair.step.number)) for pair in pairs if pair.step.number is not None), default=0)
    turned = comparison.turned
    rows = [line for pair in pairs for line in _step(pair, columns, digits, first=pair is turned)]
    return [_heading("Steps"), columns.header(fit("#", digits, right=True) + " Step" if digits else "Step"), *rows]


def _step(pair: StepPair, columns: Columns, digits: int, *, first: bool) -> Iterable[TextLine]:
    """A step's line, and below the first one that differs why it failed."""
    number = "" if pair.step.number is None else str(pair.step.number)
    yield columns.row(
        (fit(number, digits, right=True) + " " if digits else "") + (pair.step.name or ABSENT),
        _step_cell(pair.before, step_absent(pair)),
        _step_cell(pair.after, step_absent(pair)),
        longer(pair.difference),
        times(pair.ratio),
        mark=">" if first else "",
    )
    if first and (reason := step_reason(pair.step)):
        yield [(f"    {reason}", Tone.BAD.look)]


def _step_cell(step: Step | None, without: str) -> Cell:
    if step is None:
        return Cell(without)
    word = status(step)
    return Cell(word, duration(step.duration), Tone.BAD if step.failed else tone(word.upper()))


def _requests(comparison: Comparison, width: int) -> list[TextLine]:
    changes = comparison.requests
    if changes is None:
        no = absent(comparison.before, comparison.after, "requests")
        return [_heading("Requests"), f"{no} no list of requests, so they are not compared."]
    columns = Columns(width, WORD)
    lines: list[TextLine] = [
        _heading("Requests"),
        columns.header(""),
        _host(Host("All, times added up", changes.before, changes.after), columns),
        columns.row("Failed", Cell(str(changes.before.failed)), Cell(str(changes.after.failed))),
    ]
    for change in CHANGES:
        lines += _kind(change, changes.of(change), columns)
    if not any(pair.change in CHANGES for pair in changes.pairs):
        lines += ["", "None is new, gone, slower, or has another status."]
    return [*lines, *_hosts(changes.hosts, columns)]


def _kind(change: RequestChange, pairs: Sequence[RequestPair], columns: Columns) -> list[TextLine]:
    """The requests of a kind under their number."""
    if not pairs:
        return []
    title = f"{change.value.capitalize()}: {len(pairs):,}"
    lines: list[TextLine] = ["", columns.header(title)]
    lines += [line for pair in pairs[:LISTED] for line in _request(pair, columns)]
    return [*lines, [(f"  and {len(pairs) - LISTED:,} more", DIM)]] if len(pairs) > LISTED else lines


def _request(pair: RequestPair, columns: Columns) -> Iterable[TextLine]:
    """A request's line; below one that failed, its whole address where that was cut, and its error."""
    request = pair.request
    name = f"{request.method} {address(request, query=True)}".strip()
    yield columns.row(
        name,
        _request_cell(pair.before),
        _request_cell(pair.after),
        longer_ms(pair.difference_ms),
    )
    more = [name] if cell_len(name) > columns.name else []
    more += [error(request)] if request.error else []
    if request.failed and more:
        yield [(f"    {' '.join(more)}", DIM)]


def _request_cell(request: Request | None) -> Cell:
    if request is None:
        return Cell(ABSENT)
    word = status_word(request.status, failed=request.failed)
    return Cell(word, milliseconds_text(request.total_ms), Tone.BAD if request.failed else Tone.PLAIN)


def _hosts(hosts: Sequence[Host], columns: Columns) -> list[TextLine]:
    """How many requests went to each host, and how long they took together; where that has changed most first."""
    if len(hosts) < 2:
        return []
    lines: list[TextLine] = ["", columns.header("Hosts")]
    lines += [_host(host, columns) for host in hosts[:HOSTS]]
    return [*lines, [(f"  and {len(hosts) - HOSTS:,} more hosts", DIM)]] if len(hosts) > HOSTS else lines


def _host(host: Host, columns: Columns) -> TextLine:
    before, after = (Cell(str(one.count), milliseconds_text(one.total_ms)) for one in (host.before, host.after))
    change = longer_ms(host.after.total_ms - host.before.total_ms)
    return columns.row(host.name, before, after, change)


def _runs(comparison: Comparison, clock: Clock, width: int) -> list[TextLine]:
    before, after = (run_facts(side) for side in (comparison.before, comparison.after))
    before["Started"], after["Started"] = (
        clock.long(side.run.timeline.started) or "" for side in (comparison.before, comparison.after)
    )
    room = max(8, (width - LABEL) // 2)
    lines: list[TextLine] = [_heading("Runs"), [(fit("", LABEL) + fit("Before", room) + "After", DIM)]]
    for name in before:
        if before[name] or after[name]:
            lines += _fact(name, before[name] or ABSENT, after[name] or ABSENT, room)
    return lines


def _fact(name: str, before: str, after: str, room: int) -> list[TextLine]:
    """Both values side by side, below each other where they are long; what differs is marked."""
    looks = Tone.ODD.look if before != after and name in TELLING else ""
    if max(cell_len(before), cell_len(after)) < room:
        return [[(fit(name, LABEL), DIM), (fit(before, room), ""), (after, looks)]]
    return [
        [(fit(name, LABEL), DIM), ("before ", DIM), (before, "")],
        [(fit("", LABEL), DIM), ("after  ", DIM), (after, looks)],
    ]


TELLING = frozenset({"State", "Test result", "Browser", "Location", "Run type"})
"""Of these facts it is worth a look where they differ."""


def run_facts(side: Side) -> dict[str, str]:
    """What is known of a run, by label, "" for what is not. Started is left to who knows the zone."""
    run, report = side.run, side.report or Report()
    cause = cause_of(run.status)
    return {
        "State": run.status.state or "",
        "Test result": run.status.test_result or "",
        "Reason code": run.status.state_reason_code or "",
        "Cause": "" if cause is None else f"{cause.text} ({cause.family.value})",
        "Reason": one_line(run.status.state_reason or ""),
        "Started": "",
        "Duration": "" if run.length is None else duration(run.length),
        "Run type": run.run_type.value,
        "Browser": run.browser_type or "",
        "Location": run.location or "",
        "Attempt": "" if run.retry_attempt is None else f"retry {run.retry_attempt}",
        "Steps": f"{len(report.steps) + report.cut:,}" if report.steps else "",
        "Requests": "" if report.requests is None else request_counts(report.requests),
        "Reset": _phase(report.reset_ms),
        "Launch": _phase(report.launch_ms),
        "Set-up": _phase(report.setup_ms),
        "Run ID": run.id or "",
    }


def _phase(length: float | None) -> str:
    return "" if length is None else milliseconds_text(length)
