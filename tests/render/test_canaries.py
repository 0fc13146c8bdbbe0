"""What a person would miss in the picker: the state of the last run, and why the list is not complete."""

from __future__ import annotations

import pytest

from canaryscope.render.canaries import canary_items, list_trouble
from canaryscope.runs.canaries import CanaryEntry, ListKind
from canaryscope.runs.errors import AccessDenied, SourceError, TimedOut
from canaryscope.runs.model import Canary, CanaryRun, LastRun, RunStatus
from canaryscope_widgets.picker import CanaryItem
from canaryscope_widgets.tone import Tone

LAST, LIST = ListKind.LAST_RUNS, ListKind.CANARIES


def entry(state: str | None = None, result: str | None = None, canary: str | None = None) -> CanaryEntry:
    last = None if state is None else LastRun("x", CanaryRun(status=RunStatus(state, test_result=result)))
    return CanaryEntry("x", last, None if canary is None else Canary("x", state=canary))


@pytest.mark.parametrize(
    ("known", "item"),
    [
        (entry("PASSED", "PASSED", "RUNNING"), CanaryItem("x", "PASSED", Tone.GOOD, "", 1)),
        (entry("FAILED", "FAILED", "RUNNING"), CanaryItem("x", "FAILED", Tone.BAD, "", 0)),
        (entry("FAILED", "PASSED", "ERROR"), CanaryItem("x", "FAILED", Tone.BAD, "ERROR", 0)),
        (entry("RUNNING"), CanaryItem("x", "RUNNING", Tone.BUSY, "", 1)),
        (entry("PASSED", None, "STOPPED"), CanaryItem("x", "PASSED", Tone.GOOD, "STOPPED", 1)),
        (entry(None, None, "CREATING"), CanaryItem("x", "–", Tone.PLAIN, "CREATING", 1)),
        (entry("PAUSED"), CanaryItem("x", "PAUSED", Tone.ODD, "", 1)),
        (CanaryEntry("x", LastRun("x", None)), CanaryItem("x", "–", Tone.PLAIN, "", 1)),
        (CanaryEntry("x"), CanaryItem("x", "–", Tone.PLAIN, "", 1)),
    ],
)
def test_a_canary_as_a_line_of_the_picker(known: CanaryEntry, item: CanaryItem) -> None:
    assert canary_items([known]) == [item]


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
