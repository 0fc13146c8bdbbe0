"""What the list of causes says of them."""

from __future__ import annotations

from datetime import UTC, datetime

from canaryscope.render.causes import cause_rows, causes_title
from canaryscope.render.times import Clock, Zone
from canaryscope.runs.causes import Cause, Family
from canaryscope.runs.triage import CauseCount
from canaryscope_widgets.cause_list import CauseRow

CLOCK = Clock(Zone.UTC, datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC))
TIMEOUT = Cause("TimeoutError: Navigation timeout exceeded", Family.TIMED_OUT)


def test_a_line_of_the_list_of_causes_has_what_how_often_when_and_where() -> None:
    count = CauseCount(
        3,
        TIMEOUT,
        43,
        datetime(2026, 11, 18, 3, 12, 7, tzinfo=UTC),
        datetime(2026, 11, 22, 12, 27, 7, tzinfo=UTC),
        ("CHROME", "FIREFOX"),
        ("eu-west-3",),
    )
    other = CauseCount(1, Cause("404 Not Found", Family.CONTENT), 1, None, None, (), ())
    assert cause_rows([count, other], CLOCK) == [
        CauseRow(
            3,
            43,
            "timed out",
            TIMEOUT.text,
            first="Nov 18 03:12:07",
            last="12:27:07",
            where="CHROME, FIREFOX, eu-west-3",
        ),
        CauseRow(1, 1, "content", "404 Not Found"),
    ]


def test_the_list_of_causes_says_of_how_many_runs_it_tells() -> None:
    assert causes_title(43, 1_200) == "Causes of 43 failed runs among 1,200 loaded"
    assert causes_title(1, 1) == "Causes of 1 failed run among 1 loaded"
    assert causes_title(0, 1_200) == "No failed run among the 1,200 loaded"
    assert causes_title(0, 0) == "No run is loaded"
