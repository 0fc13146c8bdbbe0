"""What a person on call reads of two runs, on a screen of 80 columns and in a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from canaryscope.evidence.compare import Comparison, Side, compare
from canaryscope.evidence.compare_steps import StepPair
from canaryscope.evidence.report import Report
from canaryscope.render.compare import LISTED, comparison_lines
from canaryscope.render.compare_markdown import comparison_markdown
from canaryscope.render.compare_words import longer, longer_ms, summary, times
from canaryscope.render.times import Clock, Zone, iso
from canaryscope.runs.model import CanaryRun, RunTimeline, RunType
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine, TextPanel
from evidence.comparing import FAILED, FAILED_AT, GOOD, MOMENTS, SIDES, START, request, step

CLOCK = Clock(Zone.UTC, FAILED_AT)
CHANGED = START + timedelta(minutes=2)
LOOKS = {"", *TextPanel.LOOKS}


def parts(line: TextLine) -> Sequence[Part]:
    assert not isinstance(line, Content)
    return [(line, "")] if isinstance(line, str) else line


def lines(comparison: Comparison, width: int = 78) -> list[str]:
    return ["".join(text for text, _ in parts(line)).rstrip() for line in comparison_lines(comparison, CLOCK, width)]


def said(comparison: Comparison) -> list[str]:
    return [str(one) for one in summary(comparison, CLOCK.brief)]


def section(comparison: Comparison, title: str) -> list[str]:
    """The lines under a heading, to the next empty one."""
    shown = lines(comparison)
    first = next(index for index, line in enumerate(shown) if line.startswith(title)) + 1
    return shown[first : shown.index("", first) if "" in shown[first:] else None]


def test_what_a_person_needs_is_said_first() -> None:
    assert said(compare(GOOD, FAILED, CHANGED)) == [
        'Step 4 "pay" FAILED after 30.0 s, before PASSED in 1.2 s',
        "Cause: TimeoutError: Navigation timeout of … ms exceeded (timed out)",
        "1 request fails now: POST api.example.com/pay 504, before 200",
        "2 new requests failed: POST api.example.com/pay 504; and 1 more",
        "Configuration changed 11:39:07, between the two runs",
        "Another browser: FIREFOX, before CHROME",
    ]


def test_the_steps_stand_beside_each_other_and_why_the_failing_one_failed_below_it() -> None:
    assert section(compare(GOOD, FAILED), "Steps") == [
        "  # Step                       Before           After             Change",
        "  1 open the home page         PASSED    0.6 s  PASSED    0.6 s    0.0 s",
        "  2 log in                     PASSED    0.8 s  PASSED    3.8 s   +3.0 s  x4.8",
        "  3 put into basket            PASSED    1.0 s  PASSED    1.0 s    0.0 s",
        "> 4 pay                        PASSED    1.2 s  FAILED   30.0 s  +28.8 s   x25",
        "    TimeoutError: Navigation timeout of 30000 ms exceeded",
        "  5 thank you                  PASSED    1.4 s  not reached",
    ]


def test_requests_are_listed_by_what_became_of_them_without_their_credentials() -> None:
    comparison = compare(GOOD, FAILED)
    assert section(comparison, "Requests") == [
        "                                         Before         After           Change",
        "  All, times added up                    4      592 ms  5      62.5 s  +61.9 s",
        "  Failed                                 0              3",
    ]
    assert section(comparison, "  Fail now: 1") == [
        "  POST api.example.com/pay?token=****    200    312 ms  504    30.0 s  +29.7 s"
    ]
    assert section(comparison, "  New: 2") == [
        "  POST api.example.com/pay?token=****    –              504    30.0 s",
        "  GET consent.example.net/banner/of/a/…  –              none    12 ms",
        "    GET consent.example.net/banner/of/a/vendor.js?site=1 net::ERR_NAME_NOT_RESOLVED",
    ]
    assert section(comparison, "  Hosts")[0] == (
        "  api.example.com                        1      312 ms  2      60.0 s  +59.7 s"
    )
    assert "hunter" not in "\n".join(lines(comparison)) + comparison_markdown(comparison)


def test_facts_of_the_runs_stand_side_by_side_and_long_ones_below_each_other() -> None:
    facts = section(compare(GOOD, FAILED), "Runs")
    assert "Started       2026-11-22 11:37:07             2026-11-22 12:27:07" in facts
    assert "Browser       CHROME                          FIREFOX" in facts
    at = facts.index("Run ID        before 0f8fad5b-d9cb-469f-a165-70867728950e")
    assert facts[at + 1] == "              after  7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.mark.parametrize("width", [78, 98, 198])
def test_no_line_of_a_table_is_wider_than_the_screen(width: int) -> None:
    wide = [line for line in lines(compare(GOOD, FAILED), width) if cell_len(line) > width]
    assert {line.split()[0] for line in wide} <= {"GET", "after"}, "but an address and a cause, whole, to be wrapped"


@pytest.mark.parametrize(
    ("modified", "sentence"),
    [
        (
            START - timedelta(minutes=1),
            "Configuration not changed between the two runs: last changed 11:36:07, before both",
        ),
        (CHANGED, "Configuration changed 11:39:07, between the two runs"),
        (
            FAILED_AT + timedelta(minutes=1),
            "Configuration changed 12:28:07, after both runs; whether between them too is not known",
        ),
        (None, "Whether the configuration changed between the two runs is not known"),
    ],
)
def test_the_configuration_is_told_as_far_as_it_is_known(modified: datetime | None, sentence: str) -> None:
    assert sentence in said(compare(GOOD, FAILED, modified))


def test_dry_runs_have_their_own_configuration() -> None:
    one, other = (
        replace(side, run=side.run._replace(run_type=RunType.DRY_RUN, dry_run_id="a")) for side in (GOOD, FAILED)
    )
    assert "Configuration not changed: both runs are of one dry run" in said(compare(one, other, CHANGED))
    assert "Configurations may differ: a dry run tries out one of its own" in said(compare(one, FAILED, CHANGED))


def test_without_evidence_it_tells_what_the_runs_themselves_say_and_why_there_is_no_more() -> None:
    """A run that timed out uploads nothing."""
    silent = Side(FAILED.run, missing=("This run left no files.",))
    comparison = compare(GOOD, silent)
    assert said(comparison)[0] == "FAILED after 30.4 s, before PASSED in 2.9 s"
    assert said(comparison)[-1] == "After: This run left no files."
    assert section(comparison, "Steps") == ["The run after has no report, so the steps are not compared."]
    assert section(comparison, "Requests") == ["The run after has no list of requests, so they are not compared."]
    assert section(compare(silent, silent), "Steps")[0].startswith("Both runs have no report")


def test_runs_that_do_not_differ_are_not_made_to_look_as_if_they_did() -> None:
    comparison = compare(GOOD, replace(GOOD, run=GOOD.run._replace(id="another")))
    assert said(comparison)[0] == "PASSED in 2.9 s, before PASSED in 2.9 s; no step differs in status"
    assert len(said(comparison)) == 2
    assert "None is new, gone, slower, or has another status." in lines(comparison)
    assert section(compare(Side(CanaryRun(), Report()), Side(CanaryRun(), Report())), "Steps") == [
        "Neither of the two scripts has steps."
    ]


def test_a_canary_that_passes_again_and_what_became_slow_are_told_too() -> None:
    again = FAILED_AT + timedelta(minutes=5)
    later = replace(GOOD, run=GOOD.run._replace(timeline=RunTimeline(again, again)))
    comparison = compare(FAILED, later)
    assert said(comparison)[0] == 'Step 4 "pay" PASSED in 1.2 s, before FAILED after 30.0 s'
    assert said(comparison)[1].startswith("Cause before: TimeoutError")
    assert said(comparison)[-1] == "Requests: 1 new, 2 gone, 1 recovered"
    slow = replace(GOOD, report=Report(steps=(step(1, "open", 9),)), requests=(request("https://h/a", ms=900),))
    quick = replace(GOOD, report=Report(steps=(step(1, "open"),)), requests=(request("https://h/a"),))
    assert said(compare(quick, slow))[2:] == [
        'Step 1 "open" takes 9.0 s, before 1.0 s',
        "1 request is slower: GET h/a 900 ms, before 100 ms",
    ]


def test_thousands_of_new_requests_are_counted_and_some_of_them_listed() -> None:
    many = replace(FAILED, requests=tuple(request(f"https://h/{'abc'[n % 3]}/x{n}") for n in range(3_000)))
    comparison = compare(replace(GOOD, requests=()), many)
    assert "  and 2,800 more" in lines(comparison)
    assert len(lines(comparison)) < LISTED + 60
    assert "and 2,990 more" in comparison_markdown(comparison)


def test_the_ticket_says_the_same_in_utc() -> None:
    text = comparison_markdown(compare(GOOD, FAILED, CHANGED))
    assert text.split("\n")[0] == '- Step 4 "`pay`" FAILED after 30.0 s, before PASSED in 1.2 s'
    assert "- Configuration changed 2026-11-22T11:39:07Z, between the two runs" in text
    assert "| Started | 2026-11-22T11:37:07Z | 2026-11-22T12:27:07Z |" in text
    failed = "FAILED, 30.0 s: `TimeoutError: Navigation timeout of 30000 ms exceeded`"
    assert f"| 4 `pay` | PASSED, 1.2 s | {failed} | +28.8 s |" in text
    assert "| fail now | `POST api.example.com/pay` | 200, 312 ms | 504, 30.0 s | +29.7 s |" in text


def test_nothing_that_the_site_says_acts_as_markup_in_the_ticket() -> None:
    hostile = "`@team` | <b> [x](http://e) *y*"
    evil = replace(
        FAILED,
        report=Report(steps=(step(1, hostile, status=f"FAIL {hostile}", reason=hostile),)),
        requests=(request(f"https://h/{hostile}", 500),),
        missing=(hostile,),
    )
    text = comparison_markdown(compare(replace(GOOD, report=Report(), requests=()), evil))
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {4, 5, 6}
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    bare = re.sub(r"\\.", "", bare.replace("| --- ", ""))
    assert "<b>" not in bare
    assert "](" not in bare
    assert "*y*" not in bare


@given(SIDES, SIDES, MOMENTS, st.integers(1, 120))
def test_whatever_two_runs_left_can_be_read_and_copied(
    one: Side, other: Side, modified: datetime | None, width: int
) -> None:
    comparison = compare(one, other, modified)
    for line in comparison_lines(comparison, CLOCK, width):
        assert {looks for _, looks in parts(line)} <= LOOKS
    rows = [line for line in comparison_markdown(comparison).split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {4, 5, 6}
    assert 2 <= len(summary(comparison, iso)) <= 8


def test_a_difference_has_its_sign_and_a_ratio_is_told_from_twice_on() -> None:
    assert [longer(timedelta(seconds=value)) for value in (2, -2, 0.01, -0.01)] == [
        "+2.0 s",
        "-2.0 s",
        "0.0 s",
        "0.0 s",
    ]
    differences = [longer_ms(value) for value in (None, 0.4, -40, 40, -2_000)]
    assert differences == ["", "0 ms", "-40 ms", "+40 ms", "-2.0 s"]
    assert longer(None) == ""
    assert [times(value) for value in (None, 0.5, 1.9, 2, 25.4, 5_000)] == ["", "", "", "x2.0", "x25", "x999+"]


def test_of_two_thousand_steps_each_is_looked_at_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report(steps=tuple(step(number, f"step {number}") for number in range(2_000)))
    comparison = compare(replace(GOOD, report=report), replace(FAILED, report=report))
    looks: list[StepPair] = []
    turned = StepPair.turned.fget  # type: ignore[attr-defined]

    def counted(pair: StepPair) -> object:
        looks.append(pair)
        return turned(pair)

    monkeypatch.setattr(StepPair, "turned", property(counted))
    assert len(lines(comparison)) > 2_000
    assert 0 < len(looks) < 20_000
