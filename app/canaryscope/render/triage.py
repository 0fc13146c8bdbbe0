"""Since when, how often and why, in words. People and programs read the sentences: their forms stay as they are.

Nothing in them says more than is known: a start that has not been seen is `at least since`, a rate is never rounded up
to 100.0%, and a canary whose runs pass without being saved is passing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from canaryscope.render.figures import counted
from canaryscope.render.times import Clock, duration
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import Numbers, Streak, Triage
from canaryscope_widgets.lines import cut
from canaryscope_widgets.tone import Tone

__all__ = [
    "HeadlineText",
    "before",
    "changes_words",
    "headline",
    "lasting",
    "number_labels",
    "numbers_lines",
    "percent",
    "streak_words",
]

CAUSE_WIDTH = 40
"""Cells of a cause behind the sentence; the headline shows a part whole or not at all."""
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class HeadlineText(NamedTuple):
    """What the line above the table says."""

    sentence: str = ""
    """Empty while no run is decided: then nothing is claimed."""
    more: tuple[str, ...] = ()
    """Parts that stand behind it where there is room, the most important first."""
    tone: Tone = Tone.PLAIN


def headline(triage: Triage, clock: Clock) -> HeadlineText:
    """`Failing since 11:42:07 (9 runs, 45 min) · last good 11:37:07`, and what else a person on call asks."""
    streak = triage.streak
    if streak is None:
        return HeadlineText()
    now = streak_words(streak, clock.brief)
    turn = before(streak)
    last = [f"{turn[0]} {clock.brief(turn[1])}"] if turn is not None else []
    further = [*_causes(streak), *_retention(triage, clock)]
    if triage.flapping:
        return HeadlineText(changes_words(triage), (f"now {now[0].lower()}{now[1:]}", *last, *further), Tone.ODD)
    if streak.outcome is Outcome.FAILED:
        return HeadlineText(" · ".join((now, *last)), tuple(further), Tone.BAD)
    return HeadlineText(now, (*last, *further), Tone.ODD if streak.outcome is Outcome.UNSAVED else Tone.GOOD)


def streak_words(streak: Streak, show: Callable[[datetime], str | None], run: str = "run") -> str:
    """`Failing at least since 11:42:07 (9 runs, 45 min)`. `show` writes moments, `run` is what is counted."""
    count = counted(streak.runs, run)
    if streak.since is None:
        return f"{_word(streak)} ({count})" if streak.whole else f"{_word(streak)} (at least {count})"
    if streak.lasted is not None and streak.lasted >= timedelta(seconds=1):
        count = f"{count}, {lasting(streak.lasted)}"
    return f"{_word(streak)} {'' if streak.whole else 'at least '}since {show(streak.since)} ({count})"


def changes_words(triage: Triage, run: str = "run") -> str:
    """`Flapping: 7 changes in the last 50 runs`."""
    return f"Flapping: {counted(triage.changes, 'change')} in the last {counted(triage.of, run)}"


def before(streak: Streak) -> tuple[str, datetime] | None:
    """`last good` of a failing canary, `last failure` of a passing one, and when that was; None: it is not known.

    What came before runs that were not saved is not said: it may have been either.
    """
    names = {Outcome.FAILED: "last good", Outcome.PASSED: "last failure"}
    if not streak.whole or streak.before is None or streak.outcome not in names:
        return None
    return names[streak.outcome], streak.before


def lasting(length: timedelta) -> str:
    """`119 s`, `45 min`, `3 h 12 min`, `11 h`, `2 d 4 h`: whole units that have passed, never rounded up.

    There is a second unit only below 10 of the first.
    """
    seconds = max(0, int(length.total_seconds()))
    first = next(index for index, (_, size) in enumerate(UNITS) if seconds >= 2 * size or size == 1)
    unit, size = UNITS[first]
    text = f"{seconds // size:,} {unit}"
    if seconds >= 10 * size or unit not in ("d", "h"):
        return text
    smaller, part = UNITS[first + 1]
    rest = seconds % size // part
    return f"{text} {rest} {smaller}" if rest else text


def percent(part: int, whole: int) -> str:
    """A share with one decimal, never rounded up: `100.0%` is all of them, `0.0%` none, `<0.1%` a few."""
    tenths = 1_000 * part // whole
    return "<0.1%" if part and not tenths else f"{tenths // 10}.{tenths % 10}%"


def number_labels(numbers: Numbers | None, clock: Clock) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts for the two lines of the outcome strip, each the longest first: how many passed, and how long runs took.

    A line for which nothing is known has none.
    """
    if numbers is None:
        return (), ()
    return _rate_labels(numbers, clock), _duration_labels(numbers)


def numbers_lines(numbers: Numbers | None, clock: Clock) -> list[str]:
    """The same in sentences, with the range named at both ends; empty where nothing is known."""
    lines: list[str] = []
    if numbers is None:
        return lines
    if decided := numbers.decided:
        passed = decided - numbers.failed
        lines.append(
            f"Pass rate {percent(passed, decided)}: {passed:,} of {counted(decided, 'scheduled run')}"
            f"{_range(numbers, clock)}"
        )
    if numbers.retried:
        lines.append(
            f"First-attempt pass rate {percent(numbers.passed + numbers.unsaved, decided)}, flake rate"
            f" {percent(numbers.retried, decided)} ({numbers.retried:,} passed on a retry only)"
        )
    if numbers.unsaved:
        lines.append(f"{numbers.unsaved:,} passed, but artifacts were not saved: a fault of the monitoring, no outage")
    if numbers.p50 is not None and numbers.p95 is not None:
        lines.append(
            f"Half of the runs took up to {duration(numbers.p50)} (p50), 95% up to {duration(numbers.p95)} (p95)"
        )
    return lines


def _word(streak: Streak) -> str:
    match streak.outcome:
        case Outcome.FAILED:
            return "Failing"
        case Outcome.UNSAVED:
            return "Passing, but artifacts not saved"
    return "Passing"


def _causes(streak: Streak) -> list[str]:
    """One cause or several, where, and which."""
    if streak.outcome in (Outcome.PASSED, Outcome.RETRIED):
        return []
    parts: list[str] = []
    if streak.causes > 1:
        parts.append(f"{streak.causes:,} causes")
    elif streak.causes and streak.runs > 1:
        parts.append("one cause")
    if streak.only:
        parts.append(f"mostly in {streak.only}" if streak.mostly else f"in {streak.only} only")
    if streak.causes == 1 and streak.cause is not None:
        parts.append(cut(streak.cause.text, CAUSE_WIDTH))
    return parts


def _retention(triage: Triage, clock: Clock) -> list[str]:
    """Why the start cannot be known: what is loaded reaches back to where passed runs may be missing.

    There the numbers begin, with a whole day.
    """
    streak, limit, numbers = triage.streak, triage.failures_only_before, triage.numbers
    if streak is None or streak.whole or limit is None or numbers is None:
        return []
    if numbers.since is None or numbers.since - limit >= timedelta(days=1):
        return []
    return [f"passed runs before {clock.brief(limit)} may have been deleted"]


def _rate_labels(numbers: Numbers, clock: Clock) -> tuple[str, ...]:
    """The pass rate first of all; where there were retries, how many passes needed one comes before the range."""
    decided = numbers.decided
    if not decided:
        return ()
    short = f"{percent(decided - numbers.failed, decided)} of {decided:,}"
    since = [] if numbers.since is None else [f"since {clock.day(numbers.since)}"]
    flaky = [f"flaky {percent(numbers.retried, decided)}"] if numbers.retried else []
    first = [f"first try {percent(numbers.passed + numbers.unsaved, decided)}"] if numbers.retried else []
    labels = [
        ", ".join((" ".join((f"{short} passed", *since)), *first, *flaky)),
        ", ".join((" ".join((short, *since)), *flaky)),
        ", ".join((short, *flaky)),
        " ".join((short, *since)) if not flaky else short,
        short,
    ]
    return tuple(dict.fromkeys(labels))


def _duration_labels(numbers: Numbers) -> tuple[str, ...]:
    if numbers.p50 is None or numbers.p95 is None:
        return ()
    p95 = f"p95 {duration(numbers.p95)}"
    return f"p50 {duration(numbers.p50)}  {p95}", p95


def _range(numbers: Numbers, clock: Clock) -> str:
    if numbers.since is None:
        return "" if numbers.until is None else f", until {clock.brief(numbers.until)}"
    if numbers.until is None:
        return f", since {clock.brief(numbers.since)}"
    return f", {clock.brief(numbers.since)} to {clock.brief(numbers.until)}"
