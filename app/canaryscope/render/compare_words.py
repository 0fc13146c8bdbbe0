"""What differs between two runs, in sentences and in words for a cell; the same on the screen and in a ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from canaryscope.evidence.compare import Comparison, Configuration, Side
from canaryscope.evidence.compare_requests import RequestChange, RequestPair
from canaryscope.evidence.compare_steps import StepChange, StepPair
from canaryscope.evidence.masking import masked_text, masked_url
from canaryscope.evidence.report import Step
from canaryscope.evidence.requests import Request, place
from canaryscope.render.figures import milliseconds_text
from canaryscope.render.requests import NO_ANSWER, status_word
from canaryscope.render.runs import tone
from canaryscope.render.times import ABSENT, duration
from canaryscope.runs.causes import cause_of
from canaryscope_widgets.lines import cut
from canaryscope_widgets.tone import Tone

__all__ = [
    "Quoted",
    "Sentence",
    "Show",
    "absent",
    "address",
    "answer",
    "error",
    "longer",
    "longer_ms",
    "one_line",
    "status",
    "step_absent",
    "step_name",
    "step_reason",
    "summary",
    "times",
]

SENTENCES = 6
"""So many at most are said first, but for those on what could not be had."""
STATUS = 40
NAME = 120
REASON = 300
"""So much is said of each, in cells or characters."""

Show = Callable[[datetime], str | None]
"""Writes a moment: `Clock.brief`, or `iso` for what is copied."""


class Quoted(str):
    """Text of the monitored site within a sentence."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in pieces, some of them Quoted."""

    pieces: tuple[str, ...]
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        """The whole of it."""
        return "".join(self.pieces)


def summary(comparison: Comparison, show: Show) -> list[Sentence]:
    """What a person on call needs of it, the most important first."""
    said = [
        _verdict(comparison),
        *_cause(comparison),
        *_failing_requests(comparison),
        _configuration(comparison, show),
        *_legs(comparison),
        *_slower_step(comparison),
        *_other_requests(comparison),
    ]
    sides = (("Before", comparison.before), ("After", comparison.after))
    lacking = [Sentence((f"{name}: {lack}",), Tone.ODD) for name, side in sides for lack in side.missing]
    return [*said[:SENTENCES], *lacking]


def _verdict(comparison: Comparison) -> Sentence:
    """The first step whose status differs; where there is none, the runs' states."""
    pair = comparison.turned
    if pair is None:
        before, after = comparison.before.run, comparison.after.run
        now, then = (_took(run.status.state or ABSENT, run.length) for run in (after, before))
        steps = "; no step differs in status" if comparison.steps else ""
        return Sentence((*now, ", before ", *then, steps), tone(after.status.state))
    was: tuple[str, ...] = ("it is new",)
    if pair.before is not None:
        was = ("before ", *_took(status(pair.before), pair.before.duration))
    took = _took(status(pair.step), pair.step.duration)
    return Sentence((*_step(pair.step), " ", *took, ", ", *was), Tone.BAD if pair.step.failed else Tone.GOOD)


def _took(word: str, length: timedelta | None) -> tuple[str, ...]:
    """`FAILED after 30.0 s`, `PASSED in 1.2 s`."""
    how = "after" if word.upper().startswith("FAIL") else "in"
    said = word if word.replace(" ", "").isalpha() else Quoted(word)
    return (said,) if length is None else (said, f" {how} {duration(length)}")


def _step(step: Step) -> tuple[str, ...]:
    number = "" if step.number is None else f" {step.number}"
    return (f'Step{number} "', Quoted(step_name(step)), '"') if step.name else (f"Step{number}",)


def _cause(comparison: Comparison) -> list[Sentence]:
    before, after = cause_of(comparison.before.run.status), cause_of(comparison.after.run.status)
    cause = after or before
    if cause is None:
        return []
    when = "" if after is not None else " before"
    same = ", as before" if before == after else ""
    return [Sentence((f"Cause{when}: ", Quoted(cause.text), f" ({cause.family.value}{same})"))]


def _failing_requests(comparison: Comparison) -> list[Sentence]:
    if comparison.requests is None:
        return []
    failing = comparison.requests.of(RequestChange.FAILS)
    new = [pair for pair in comparison.requests.of(RequestChange.NEW) if pair.request.failed]
    return [
        *_listed(failing, "request fails now", "requests fail now", _answers, Tone.BAD),
        *_listed(new, "new request failed", "new requests failed", _answers, Tone.BAD),
    ]


def _slower_step(comparison: Comparison) -> list[Sentence]:
    """The one that has lost most time, but for the one that is told first."""
    turned = comparison.turned
    slower = [pair for pair in comparison.steps or () if pair.slower and pair is not turned]
    for pair in sorted(slower, key=lambda one: one.difference or timedelta(0), reverse=True)[:1]:
        before = None if pair.before is None else pair.before.duration
        return [Sentence((*_step(pair.step), f" takes {duration(pair.step.duration)}, before {duration(before)}"))]
    return []


def _other_requests(comparison: Comparison) -> list[Sentence]:
    changes = comparison.requests
    if changes is None:
        return []
    slower = _listed(changes.of(RequestChange.SLOWER), "request is slower", "requests are slower", _lengths)
    kinds = (RequestChange.NEW, RequestChange.GONE, RequestChange.RECOVERED)
    counts = [f"{count:,} {kind.value}" for kind in kinds if (count := len(changes.of(kind)))]
    return [*slower, *([Sentence((f"Requests: {', '.join(counts)}",))] if counts else [])]


def _listed(
    pairs: Sequence[RequestPair],
    one: str,
    several: str,
    say: Callable[[RequestPair], str],
    meant: Tone = Tone.PLAIN,
) -> list[Sentence]:
    """`2 requests fail now: POST h/pay 504, before 200; and 1 more`."""
    if not pairs:
        return []
    request = pairs[0].request
    where = f"{request.method} {address(request)}".strip()
    count = f"{len(pairs):,} {one if len(pairs) == 1 else several}: "
    more = f"; and {len(pairs) - 1:,} more" if len(pairs) > 1 else ""
    return [Sentence((count, Quoted(where), say(pairs[0]), more), meant)]


def _answers(pair: RequestPair) -> str:
    return f" {answer(pair.request)}" + ("" if pair.before is None else f", before {answer(pair.before)}")


def _lengths(pair: RequestPair) -> str:
    before = None if pair.before is None else pair.before.total_ms
    return f" {milliseconds_text(pair.request.total_ms)}, before {milliseconds_text(before)}"


def _configuration(comparison: Comparison, show: Show) -> Sentence:
    when = show(comparison.modified) if comparison.modified is not None else ABSENT
    match comparison.configuration:
        case Configuration.UNCHANGED:
            return Sentence((f"Configuration not changed between the two runs: last changed {when}, before both",))
        case Configuration.BETWEEN:
            return Sentence((f"Configuration changed {when}, between the two runs",), Tone.ODD)
        case Configuration.LATER:
            later = f"Configuration changed {when}, after both runs; whether between them too is not known"
            return Sentence((later,), Tone.ODD)
        case Configuration.ONE_DRY_RUN:
            return Sentence(("Configuration not changed: both runs are of one dry run",))
        case Configuration.DRY_RUN:
            return Sentence(("Configurations may differ: a dry run tries out one of its own",), Tone.ODD)
    return Sentence(("Whether the configuration changed between the two runs is not known",))


def _legs(comparison: Comparison) -> list[Sentence]:
    before, after = comparison.before.run, comparison.after.run
    members = (
        ("browser", before.browser_type, after.browser_type),
        ("location", before.location, after.location),
    )
    return [
        Sentence((f"Another {name}: {now or ABSENT}, before {then or ABSENT}",), Tone.ODD)
        for name, then, now in members
        if then != now
    ]


# Words for a cell


def status(step: Step) -> str:
    """A step's status; where it does not say so itself, that it failed."""
    return cut(step.status, STATUS) or ("FAILED" if step.failed else ABSENT)


def step_name(step: Step) -> str:
    """A step's name, no longer than can be read."""
    return cut(step.name, NAME)


def step_absent(pair: StepPair) -> str:
    """What stands for the step on the side where there is none."""
    reached = pair.change in (StepChange.NOT_REACHED, StepChange.REACHED)
    return StepChange.NOT_REACHED.value if reached else ABSENT


def step_reason(step: Step) -> str:
    """Why it failed."""
    return one_line(step.failure_reason)


def one_line(reason: str) -> str:
    """The first line of a reason, masked, and no more of it than tells."""
    line = masked_text(reason.partition("\n")[0])
    return line if len(line) <= REASON else f"{line[:REASON]}…"


def answer(request: Request) -> str:
    """The status of HTTP in a sentence; `no answer` where none came."""
    word = status_word(request.status, failed=request.failed)
    return "no answer" if word == NO_ANSWER else word


def address(request: Request, *, query: bool = False) -> str:
    """Host and path, masked; with the masked query, too, where that is wanted."""
    host, path = place(masked_text(masked_url(request.url)))
    path = path if query or not host else path.partition("?")[0]
    return f"{host}{path}"


def error(request: Request) -> str:
    """Why no answer came, masked."""
    return masked_text(request.error)


def longer(length: timedelta | None) -> str:
    """A difference with its sign, but for none that shows."""
    if length is None:
        return ""
    text = duration(abs(length))
    return text if text == "0.0 s" else f"{'-' if length < timedelta(0) else '+'}{text}"


def longer_ms(length: float | None) -> str:
    """The same in milliseconds."""
    if length is None or abs(length) < 1:
        return "" if length is None else "0 ms"
    return f"{'-' if length < 0 else '+'}{milliseconds_text(abs(length))}"


def times(ratio: float | None) -> str:
    """`x25`, `x2.5`; nothing below twice as much."""
    if ratio is None or ratio < 2:
        return ""
    return "x999+" if ratio >= 1_000 else f"x{ratio:.0f}" if ratio >= 10 else f"x{ratio:.1f}"


def absent(before: Side, after: Side, member: str) -> str:
    """Which of the runs have no `report`, or no `requests`, as the subject of a sentence: `The run before has`."""
    names = [name for name, side in (("before", before), ("after", after)) if getattr(side, member) is None]
    return "Both runs have" if len(names) > 1 else f"The run {''.join(names)} has"
