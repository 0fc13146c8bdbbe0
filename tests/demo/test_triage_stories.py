"""What the explorer says of each story before a key is pressed: the sentence, and the verdicts below it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from canaryscope.aws.call import Caller
from canaryscope.aws.synthetics import Synthetics
from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from canaryscope.render.canaries import canary_items
from canaryscope.render.runs import RunRows
from canaryscope.render.times import Clock, Zone
from canaryscope.render.triage import headline, number_labels
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.calls import ignore
from canaryscope.runs.canaries import CanaryList, ListKind
from canaryscope.runs.model import RunType
from demo.paging import NOW

HEIGHT = 15
"""Lines of the table in a terminal of 80x24."""
BOTH = frozenset(RunType)
CANARY_RUNS = frozenset({RunType.CANARY_RUN})


def connected(responder: Responder) -> Synthetics:
    return Synthetics(Caller(demo_session(responder).create_client("synthetics"), lambda asked: asked, ignore))


@pytest.fixture(scope="module")
def synthetics(responder: Responder) -> Synthetics:
    return connected(responder)


class Explored:
    """A canary, as far as the explorer loads it unasked."""

    def __init__(
        self, synthetics: Synthetics, name: str, types: frozenset[RunType] = CANARY_RUNS, now: datetime = NOW
    ) -> None:
        self.browser = RunBrowser(name, types)
        self.browser.viewed(0, HEIGHT, moved=False)
        canary = synthetics.canary(name)
        passed, failed = canary.success_retention_days, canary.failure_retention_days
        if passed is not None and failed is not None and passed < failed:
            self.browser.failures_only_before = now - timedelta(days=passed)
        self._synthetics = synthetics
        self.load(now)

    def load(self, now: datetime) -> None:
        """Make the calls that are wanted, until there are none."""
        while requests := self.browser.requests():
            for request in requests:
                self.browser.accept(request, self._synthetics.runs_page(request.query, request.token))
        self.clock = Clock(Zone.UTC, now)
        self.triage = self.browser.triage(now)
        self.text = headline(self.triage, self.clock)

    def verdicts(self, first: int = 0, last: int | None = None) -> list[str]:
        """What the first column of the table shows."""
        last = len(self.browser.view) if last is None else last
        return [row.state for row in RunRows(self.browser.view, lambda: self.clock).rows(first, last)]


@dataclass(frozen=True)
class Told:
    """What is said of a story."""

    sentence: str
    more: tuple[str, ...]
    """Behind the sentence, where there is room."""
    verdicts: list[str]
    """Of the newest rows."""
    loaded: int = 100


FIREFOX, PARIS = "FAILED IN FIREFOX ONLY", "FAILED IN eu-west-3 ONLY"
STORIES = {
    "checkout-flow": Told(
        "Failing since 12:08:33 (5 runs, 21 min) · last good 12:03:33",
        ("one cause", "TimeoutError: Navigation timeout of … m…"),
        ["FAILED"] * 5 + ["PASSED"],
    ),
    "search-suggestions": Told(
        "Flapping: 24 changes in the last 50 runs",
        ("now passing since 12:22:46 (2 runs, 7 min)", "last failure 12:17:45"),
        ["PASSED", "PASSED", "FAILED", "PASSED"],
    ),
    "product-gallery": Told(
        "Failing since Nov 21 18:30:07 (108 runs, 17 h) · last good Nov 21 18:20:07",
        ("one cause", "in FIREFOX only", 'TimeoutError: waiting for selector ".ga…'),
        [FIREFOX] * 3,
        300,
    ),
    "global-landing-page": Told(
        "Failing since 11:44:05 (5 runs, 45 min) · last good 11:34:05",
        ("one cause", "in eu-west-3 only", "net::ERR_CONNECTION_TIMED_OUT at https:…"),
        [PARIS] * 5 + ["PASSED"],
    ),
    "login-api": Told(
        "Passing at least since 07:47:36 (57 runs, 4 h 42 min)", (), ["PASSED", "PASSED", "PASSED ON RETRY", "PASSED"]
    ),
    "legacy-intranet": Told(
        "Failing since 11:20:11 (14 runs, 69 min) · last good 11:15:11", ("2 causes",), ["FAILED"] * 3
    ),
    "nightly-statement-archive": Told(
        "Passing, but artifacts not saved since 01:33:12 (44 runs, 10 h)", (), ["FAILED"] * 3
    ),
    "docs-broken-links": Told(
        "Failing at least since Nov 14 04:37:28 (400 runs, 8 d 7 h)",
        ("one cause", "… broken link(s) detected. Failed to lo…"),
        ["FAILED"] * 3,
        400,
    ),
    "legacy-soap-endpoint": Told(
        "Failing at least since Nov 21 12:30:54 (288 runs, 23 h)",
        (
            "one cause",
            "Connection timed out after … ms",
            "passed runs before Nov 21 12:30:00 may have been deleted",
        ),
        ["FAILED"] * 3,
        300,
    ),
    "bulk-import": Told(
        "Failing since 10:43:25 (7 runs, 104 min) · last good 10:28:25",
        ("one cause", "Runtime exited with error: signal: kill…"),
        ["RUNNING", *["FAILED"] * 7, "PASSED"],
    ),
    "inventory-sync": Told("Passing since 06:05:54 (77 runs, 6 h 24 min)", ("last failure 06:00:54",), ["PASSED"] * 3),
    "warehouse-scanner": Told("Passing at least since Nov 21 21:10:52 (100 runs, 8 h 19 min)", (), ["PASSED"] * 3),
    "black-friday-landing": Told("Passing at least since Nov 18 04:10:06 (100 runs, 8 h 20 min)", (), ["PASSED"] * 3),
    "load-test-window": Told("Passing at least since Nov 21 10:30:03 (60 runs, 60 min)", (), ["PASSED"] * 3, 60),
    "loyalty-portal": Told("", (), [], 0),
}
"""Before the demo's time, 12:30:00 on Nov 22, in UTC."""


@pytest.fixture(scope="module")
def explored(synthetics: Synthetics) -> Iterator[dict[str, Explored]]:
    with ExitStack() as stack:
        found = {name: Explored(synthetics, name) for name in STORIES}
        for each in found.values():
            stack.callback(each.browser.close)
        yield found


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_told_in_a_sentence_and_verdicts_before_the_first_key(
    explored: dict[str, Explored], name: str
) -> None:
    seen, told = explored[name], STORIES[name]
    assert (seen.text.sentence, seen.text.more) == (told.sentence, told.more)
    assert seen.verdicts(0, len(told.verdicts)) == told.verdicts
    assert seen.browser.progress.loaded == told.loaded


def test_together_they_show_every_verdict(explored: dict[str, Explored]) -> None:
    shown = {verdict for seen in explored.values() for verdict in seen.verdicts()}
    assert shown >= {"PASSED", "FAILED", "RUNNING", "PASSED ON RETRY", FIREFOX, PARIS}


def test_what_fails_in_firefox_only_had_failed_in_both_browsers_before(explored: dict[str, Explored]) -> None:
    verdicts = explored["product-gallery"].verdicts()
    assert set(verdicts[:108]) == {FIREFOX}
    assert verdicts[108] == "PASSED"
    assert "FAILED" in verdicts


def test_a_pass_on_retry_shows_in_the_numbers(explored: dict[str, Explored]) -> None:
    rates, _ = number_labels(explored["login-api"].triage.numbers, explored["login-api"].clock)
    assert rates[0] == "100.0% of 58 passed since 07:43:08, first try 51.7%, flaky 48.2%"


def test_failures_older_than_passed_runs_are_kept_are_no_part_of_a_streak(explored: dict[str, Explored]) -> None:
    seen = explored["legacy-soap-endpoint"]
    assert set(seen.verdicts()) == {"FAILED"}
    assert seen.triage.streak is not None
    assert seen.triage.streak.runs < len(seen.browser.view)


@pytest.mark.parametrize("name", ["onboarding-wizard", "release-gate"])
def test_dry_runs_change_nothing_in_the_sentence(synthetics: Synthetics, name: str) -> None:
    with_dry_runs, without = Explored(synthetics, name, BOTH), Explored(synthetics, name)
    kinds = {line.stored.run.run_type for line in with_dry_runs.browser.view.rows(0, 400)}
    assert kinds == BOTH
    assert with_dry_runs.text == without.text
    assert without.text.sentence.startswith("Passing at least since ")
    with_dry_runs.browser.close()
    without.browser.close()


def test_a_failing_canary_passes_while_one_watches() -> None:
    """The run under way ends well: what `w` is for."""
    now = NOW
    seen = Explored(connected(Responder(lambda: now)), "bulk-import")
    now = NOW + timedelta(minutes=4)
    seen.browser.refresh()
    seen.load(now)
    assert seen.text.sentence == "Passing since 12:28:25 (1 run, 5 min)"
    assert seen.text.more == ("last failure 12:13:25",)
    assert seen.verdicts(0, 2) == ["PASSED", "FAILED"]
    seen.browser.close()


def listed(synthetics: Synthetics) -> CanaryList:
    """All canaries, as the picker has them in the end."""
    canaries = CanaryList()
    while request := canaries.request():
        if request.kind is ListKind.LAST_RUNS:
            canaries.accept(request, synthetics.last_runs_page(request.token), NOW)
        else:
            canaries.accept(request, synthetics.canaries_page(request.token), NOW)
    return canaries


def test_the_picker_marks_the_silent_canary_and_none_that_was_stopped(synthetics: Synthetics) -> None:
    notes = {item.name: item.note for item in canary_items(listed(synthetics).entries()) if item.note}
    assert notes == {
        "warehouse-scanner": "overdue",
        "black-friday-landing": "STOPPED",
        "load-test-window": "STOPPED",
        "release-smoke-once": "STOPPED",
        "partner-sftp-gateway": "ERROR",
        "loyalty-portal": "CREATING",
        "currency-feed": "UPDATING",
    }


def test_the_picker_says_for_how_many_runs_and_since_when_a_canary_fails(
    synthetics: Synthetics, explored: dict[str, Explored]
) -> None:
    known = {name: seen.triage for name, seen in explored.items()}
    items = canary_items(listed(synthetics).entries(), Clock(Zone.UTC, NOW), known)
    details = {item.name: item.detail for item in items if item.detail}
    assert details == {
        "bulk-import": "7 runs since 10:43:25",
        "checkout-flow": "5 runs since 12:08:33",
        "docs-broken-links": "400+ runs, at least since Nov 14 04:37:28",
        "global-landing-page": "5 runs since 11:44:05",
        "legacy-intranet": "14 runs since 11:20:11",
        "legacy-soap-endpoint": "288+ runs, at least since Nov 21 12:30:54",
        "product-gallery": "108 runs since Nov 21 18:30:07",
    }
    failing = [item.name for item in items if item.word == "FAILED" or item.detail]
    assert [item.name for item in items[: len(failing)]] == failing == sorted(failing)
