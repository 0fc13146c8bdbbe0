"""Two runs beside each other as Markdown for a ticket. Times are ISO 8601 with Z; queries of URLs are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from canaryscope.evidence.compare import Comparison
from canaryscope.evidence.compare_requests import RequestPair
from canaryscope.evidence.compare_steps import StepPair
from canaryscope.evidence.report import Step
from canaryscope.evidence.requests import Request
from canaryscope.render.compare import CHANGES, run_facts
from canaryscope.render.compare_words import (
    Quoted,
    Sentence,
    address,
    answer,
    longer,
    longer_ms,
    status,
    step_absent,
    step_name,
    step_reason,
    summary,
)
from canaryscope.render.figures import milliseconds_text
from canaryscope.render.markdown import cell, code
from canaryscope.render.ticket import s3_uri
from canaryscope.render.times import ABSENT, duration, iso
from canaryscope_widgets.lines import cut

__all__ = ["comparison_markdown"]

STEPS = 50
"""Steps in the table."""
LISTED = 10
"""Requests of a kind in the table."""
ADDRESS = 200
"""Characters of an address."""

QUOTED = frozenset({"Cause", "Reason"})
"""The facts that are the monitored site's text."""


def comparison_markdown(comparison: Comparison) -> str:
    """The same as on the screen, cut to what a ticket has room for."""
    sections = (
        [f"- {_sentence(one)}" for one in summary(comparison, iso)],
        _runs(comparison),
        _steps(comparison.steps or ()),
        _requests(comparison),
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _sentence(sentence: Sentence) -> str:
    return "".join(_code(piece) if isinstance(piece, Quoted) else cell(piece) for piece in sentence.pieces)


def _code(text: str) -> str:
    return code(text) if text.strip() else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


def _runs(comparison: Comparison) -> list[str]:
    sides = (comparison.before, comparison.after)
    before, after = (
        {
            **run_facts(side),
            "Started": iso(side.run.timeline.started) or "",
            "Artifacts": s3_uri(side.run),
        }
        for side in sides
    )
    rows = [
        (name, *(_fact(name, value) for value in (before[name], after[name])))
        for name in before
        if before[name] or after[name]
    ]
    return _table((cell(comparison.after.run.name or "Run"), "Before", "After"), rows)


def _fact(name: str, value: str) -> str:
    if not value.strip():
        return ABSENT
    return _code(value) if name in QUOTED else cell(value)


def _steps(pairs: Sequence[StepPair]) -> list[str]:
    if not pairs:
        return []
    rows = [_step(pair) for pair in pairs[:STEPS]]
    if len(pairs) > STEPS:
        rows.append((f"and {len(pairs) - STEPS:,} more", "", "", ""))
    return _table(("Step", "Before", "After", "Change"), rows)


def _step(pair: StepPair) -> tuple[str, ...]:
    number = "" if pair.step.number is None else f"{pair.step.number} "
    name = f"{number}{_code(step_name(pair.step))}".strip() or ABSENT
    reason = f": {_code(why)}" if pair.after is not None and pair.turned and (why := step_reason(pair.after)) else ""
    before, after = (step_absent(pair) if step is None else _step_took(step) for step in (pair.before, pair.after))
    return name, before, f"{after}{reason}", longer(pair.difference)


def _step_took(step: Step) -> str:
    word = status(step)
    word = word if word.isalpha() or word == ABSENT else _code(word)
    return word if step.duration is None else f"{word}, {duration(step.duration)}"


def _requests(comparison: Comparison) -> list[str]:
    """Those that have changed, some of each kind."""
    changes = comparison.requests
    if changes is None:
        return []
    rows: list[tuple[str, ...]] = []
    for change in CHANGES:
        pairs = changes.of(change)
        rows += [(change.value, *_request(pair)) for pair in pairs[:LISTED]]
        if len(pairs) > LISTED:
            rows.append((change.value, f"and {len(pairs) - LISTED:,} more", "", "", ""))
    return _table(("Requests", "", "Before", "After", "Change"), rows) if rows else []


def _request(pair: RequestPair) -> tuple[str, ...]:
    return (
        _code(cut(f"{pair.request.method} {address(pair.request)}".strip(), ADDRESS)),
        *(ABSENT if request is None else _request_took(request) for request in (pair.before, pair.after)),
        longer_ms(pair.difference_ms),
    )


def _request_took(request: Request) -> str:
    return answer(request) if request.total_ms is None else f"{answer(request)}, {milliseconds_text(request.total_ms)}"
