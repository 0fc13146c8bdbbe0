"""What a person would miss in the picker: the state of the last run, and why the list is not complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from canaryscope.render.canaries import canary_items, list_trouble
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.canaries import CanaryEntry, ListKind
from canaryscope.runs.errors import AccessDenied, SourceError, TimedOut
from canaryscope.runs.model import Canary, CanaryRun, LastRun, RunStatus, RunTimeline
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import Numbers, Streak, Triage
from canaryscope_widgets.picker import CanaryItem
from canaryscope_widgets.tone import Tone

LAST, LIST = ListKind.LAST_RUNS, ListKind.CANARIES


def entry(state: str | None = None, result: str | None = None, canary: str | None = None) -> CanaryEntry:
    last = None if state is None else LastRun("x", CanaryRun(status=RunStatus(state, test_result=result)))
    return CanaryEntry("x", last, None if canary is None else Canary("x", state=canary))


@pytest.mark.parametrize(
    ("known", "item"),
    [
        (entry("PASSED", "PASSED", "RUNNING"), CanaryItem("x", "PASSED", Tone.GOOD, "", 2)),
        (entry("FAILED", "FAILED", "RUNNING"), CanaryItem("x", "FAILED", Tone.BAD, "", 0)),
        (entry("FAILED", "PASSED", "ERROR"), CanaryItem("x", "FAILED", Tone.BAD, "ERROR", 0)),
        (entry("RUNNING"), CanaryItem("x", "RUNNING", Tone.BUSY, "", 2)),
        (entry("PASSED", None, "STOPPED"), CanaryItem("x", "PASSED", Tone.GOOD, "STOPPED", 2)),
        (entry(None, None, "CREATING"), CanaryItem("x", "–", Tone.PLAIN, "CREATING", 2)),
        (entry("PAUSED"), CanaryItem("x", "PAUSED", Tone.ODD, "", 2)),
        (CanaryEntry("x", LastRun("x", None)), CanaryItem("x", "–", Tone.PLAIN, "", 2)),
        (CanaryEntry("x"), CanaryItem("x", "–", Tone.PLAIN, "", 2)),
    ],
)
def test_a_canary_as_a_line_of_the_picker(known: CanaryEntry, item: CanaryItem) -> None:
    assert canary_items([known]) == [item]


NOW = datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC)
CLOCK = Clock(Zone.UTC, NOW)
FIVE = "rate(5 minutes)"


def ran(
    minutes: int, state: str = "FAILED", canary: str = "RUNNING", name: str = "x", schedule: str | None = FIVE
) -> CanaryEntry:
    """A canary whose last run started so many minutes ago."""
    run = CanaryRun(status=RunStatus(state), timeline=RunTimeline(NOW - timedelta(minutes=minutes)))
    described = Canary(name, state=canary, schedule=schedule, created=NOW - timedelta(days=9))
    return CanaryEntry(name, LastRun(name, run), described, run.timeline.started, NOW)


def failing(
    runs: int, minutes: int | None = None, *, whole: bool = True, what: Outcome = Outcome.FAILED, until: int = 0
) -> Triage:
    """So many failures in a row, the first of them so many minutes ago, the newest `until` minutes ago."""
    since = None if minutes is None else NOW - timedelta(minutes=minutes)
    numbers = Numbers(0, 0, 0, runs, since, NOW - timedelta(minutes=until), None, None)
    return Triage(Streak(what, runs, since, None, whole), numbers=numbers)


def told(entry: CanaryEntry, triage: Triage, clock: Clock | None = CLOCK) -> tuple[str, str]:
    [item] = canary_items([entry], clock, {entry.name: triage})
    return item.short, item.detail


@pytest.mark.parametrize(
    ("triage", "short", "detail"),
    [
        (failing(9, 48), "9 runs", "9 runs since 11:42:07"),
        (failing(1, 3), "1 run", "1 run since 12:27:07"),
        (failing(1_200, 60 * 24 * 3), "1,200 runs", "1,200 runs since Nov 19 12:30:07"),
        (failing(100, 500, whole=False), "100+ runs", "100+ runs, at least since 04:10:07"),
        (failing(1, 3, whole=False), "1+ runs", "1+ runs, at least since 12:27:07"),
        (failing(9), "9 runs", "9 runs"),
        (failing(9, 48, what=Outcome.PASSED), "", ""),
        (failing(9, 48, what=Outcome.UNSAVED), "", ""),
        (Triage(), "", ""),
    ],
)
def test_a_failing_canary_says_for_how_many_runs_and_since_when(triage: Triage, short: str, detail: str) -> None:
    assert told(ran(0), triage) == (short, detail)


def test_times_are_in_the_zone_that_is_shown() -> None:
    nepal = timezone(timedelta(hours=5, minutes=45))
    assert told(ran(0), failing(9, 48), Clock(Zone.LOCAL, NOW, nepal))[1] == "9 runs since 17:27:07"
    assert told(ran(0), failing(9, 48), Clock(Zone.RELATIVE, NOW))[1] == "9 runs since 48 min ago"
    assert told(ran(0), failing(9, 48), None) == ("9 runs", "9 runs")


def test_what_is_known_of_one_canary_is_said_of_that_one() -> None:
    items = canary_items([ran(0), ran(0, name="y")], CLOCK, {"y": failing(9, 48), "gone": failing(1)})
    assert [(item.name, item.short) for item in items] == [("x", ""), ("y", "9 runs")]


def test_between_two_failures_a_running_canary_still_fails() -> None:
    [item] = canary_items([ran(0, "RUNNING")], CLOCK, {"x": failing(9, 48, until=5)})
    assert (item.word, item.rank, item.short) == ("RUNNING", 0, "9 runs")


def test_a_canary_whose_last_run_passed_says_nothing_of_failures_before_it() -> None:
    assert told(ran(0, "PASSED"), failing(9, 48, until=5)) == ("", "")
    unsaved = CanaryEntry("x", LastRun("x", CanaryRun(status=RunStatus("FAILED", test_result="PASSED"))))
    assert told(unsaved, failing(9, 48)) == ("", "")


def test_failures_that_were_loaded_long_before_the_last_run_are_not_told() -> None:
    assert told(ran(0), failing(9, 48, until=5))[0] == "9 runs"
    assert told(ran(0), failing(9, 48, until=10)) == ("", ""), "a run between them may have passed"
    assert told(ran(0), Triage(Streak(Outcome.FAILED, 9, None, None, True)))[0] == "9 runs"
    assert told(ran(0, schedule=None), failing(9, 48, until=10))[0] == "9 runs", "nothing tells them apart"


def test_overdue_canaries_are_marked_and_stand_between_the_failing_and_the_rest() -> None:
    entries = [ran(5, "PASSED"), ran(90, "PASSED", name="z"), ran(3, name="zz"), ran(90, name="zzz")]
    assert [(item.name, item.note, item.rank) for item in canary_items(entries)] == [
        ("zz", "", 0),
        ("zzz", "overdue", 0),
        ("z", "overdue", 1),
        ("x", "", 2),
    ]


@pytest.mark.parametrize("state", ["STOPPED", "ERROR", "UPDATING"])
def test_a_canary_that_is_not_to_run_says_its_state_instead_of_overdue(state: str) -> None:
    [item] = canary_items([ran(90, "PASSED", state)])
    assert (item.note, item.rank) == (state, 2)


def denied() -> AccessDenied:
    return AccessDenied("You may not.", "Ask for it.")


def test_a_complete_list_is_not_remarked_on() -> None:
    assert list_trouble({}, 40) == ""


def test_a_refused_list_names_the_missing_permissions_and_that_a_name_can_be_typed() -> None:
    text = list_trouble({LAST: denied(), LIST: denied()}, 0)
    assert "synthetics:DescribeCanariesLastRun and synthetics:DescribeCanaries" in text
    assert "Type a name with /" in text


def test_a_half_refused_list_names_the_one_permission() -> None:
    text = list_trouble({LAST: denied()}, 40)
    assert "synthetics:DescribeCanariesLastRun." in text
    assert "DescribeCanaries." not in text.replace("DescribeCanariesLastRun", "")
    assert "name can be typed" in text


def test_what_else_went_wrong_is_said_with_what_to_do() -> None:
    assert list_trouble({LIST: TimedOut("It hung.", "Check the line.")}, 40) == "It hung. Check the line."
    assert list_trouble({LIST: SourceError("It broke.")}, 40) == "It broke."
    mixed = list_trouble({LAST: denied(), LIST: TimedOut("It hung.")}, 0)
    assert "It hung." in mixed
