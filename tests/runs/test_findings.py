"""What a person on call would be told wrong of a canary: how long it has failed, how often, why, and how it flaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.causes import cause_of
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.findings import Findings, Known
from canaryscope.runs.model import CanaryRun, RunTimeline, RunType
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.store import RunStore
from canaryscope.runs.triage import Numbers, Streak, Triage
from canaryscope.runs.view import OLDEST
from runs import plain
from runs.history import START, UNSAVED, Server, attempt, run, without_started
from runs.person import Person
from runs.strategies import History, histories

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
ENDED = Known(OLDEST, ended=True)
STATES = {".": "PASSED", "F": "FAILED", "R": "RUNNING", "u": UNSAVED}


def story(line: str, every: float = 5) -> list[CanaryRun]:
    """Scheduled runs, newest first, a character each."""
    return [attempt(n, STATES[one], minutes=n * every, browser="CHROME") for n, one in enumerate(line)]


def triage(runs: Sequence[CanaryRun], known: Known = ENDED, now: datetime = START) -> Triage:
    store = RunStore()
    findings = Findings(store)
    findings.absorb(*store.add(runs, C, seq=0).changed)
    found = findings.triage(known, now)
    store.close()
    return found


def streak(runs: Sequence[CanaryRun], known: Known = ENDED, now: datetime = START) -> Streak:
    found = triage(runs, known, now).streak
    assert found is not None
    return found


def numbers(runs: Sequence[CanaryRun], known: Known = ENDED) -> Numbers:
    found = triage(runs, known).numbers
    assert found is not None
    return found


def test_the_sentence_of_a_failing_canary_is_right_to_the_minute() -> None:
    found = streak(story("FFFFFFFFF...."), now=START + timedelta(hours=8))
    assert (found.outcome, found.runs, found.whole) == (Outcome.FAILED, 9, True)
    assert found.since == START - timedelta(minutes=40)
    assert found.lasted == timedelta(minutes=45), "to the end of the newest run's interval"
    assert found.before == START - timedelta(minutes=45), "the last good run"


@pytest.mark.parametrize(
    ("line", "now", "lasted"),
    [
        ("FFF..", timedelta(minutes=2), timedelta(minutes=12)),
        ("FFF..", timedelta(minutes=-60), timedelta(minutes=10)),
        ("RFF..", timedelta(minutes=2), timedelta(minutes=10)),
        ("F....", timedelta(seconds=30), timedelta(seconds=30)),
        ("F", timedelta(minutes=2), None),
    ],
    ids=["so far", "a clock that is behind", "one is running", "it has just begun", "no interval is known"],
)
def test_a_streak_has_lasted_no_longer_than_is_known(line: str, now: timedelta, lasted: timedelta | None) -> None:
    assert streak(story(line), now=START + now).lasted == lasted


def test_a_first_page_that_tells_no_start_is_no_trouble() -> None:
    store = RunStore()
    findings = Findings(store)
    for number, one in enumerate((without_started(run(0, state="RUNNING")), run(1, state="FAILED"))):
        findings.absorb(*store.add([one], C, seq=number).changed)
    found = findings.triage(ENDED, START).streak
    assert found is not None
    assert (found.since, found.runs) == (START - timedelta(minutes=1), 1)
    store.close()


@pytest.mark.parametrize(
    ("line", "outcome", "runs", "before"),
    [
        ("RR.F", Outcome.PASSED, 1, 3),
        ("uF..", Outcome.UNSAVED, 1, 1),
        (".u.F", Outcome.PASSED, 3, 3),
        ("uu..", Outcome.UNSAVED, 2, 2),
        ("Fu..", Outcome.FAILED, 1, 1),
        ("FRF.", Outcome.FAILED, 2, 3),
    ],
)
def test_running_does_not_count_and_unsaved_is_no_outage(line: str, outcome: Outcome, runs: int, before: int) -> None:
    found = streak(story(line))
    assert (found.outcome, found.runs) == (outcome, runs)
    assert found.before == START - timedelta(minutes=5 * before)


def test_a_streak_that_nothing_was_seen_before_is_at_least_so_long() -> None:
    found = streak(story("FFF"), Known(OLDEST, ended=False))
    assert (found.runs, found.whole, found.before) == (3, False, None)


def test_nothing_is_said_where_nothing_is_decided() -> None:
    assert triage(story("RR")) == Triage()
    assert triage([]) == Triage()


def test_where_passed_runs_may_be_deleted_nothing_is_called_a_streak_or_counted() -> None:
    kept = START - timedelta(days=1)
    runs = story("F" * 40 + "." + "F", every=60)
    known = Known(OLDEST, ended=True, failures_only_before=kept)
    found = triage(runs, known)
    assert found.streak is not None
    assert (found.streak.runs, found.streak.whole, found.streak.since) == (25, False, kept)
    assert found.failures_only_before == kept
    assert found.numbers is not None
    midnight = START.replace(hour=0)
    assert (found.numbers.since, found.numbers.failed, found.numbers.passed) == (midnight, 13, 0), "whole days of UTC"


@pytest.mark.parametrize(
    ("line", "changes", "flapping"),
    [
        ("..F..F..F..", 6, True),
        ("..F..F.....", 4, False),
        ("F.RF.F", 4, False),
        ("FF..FF..FF..", 5, True),
        ("u.u.u.u.u.u.", 0, False),
        (".........." + "F.F.F.F", 7, False),
        ("." * 49 + "F.F.F.F", 1, False),
    ],
)
def test_flapping_is_many_changes_among_the_last_fifty_without_a_long_streak(
    line: str, changes: int, flapping: bool
) -> None:
    found = triage(story(line))
    assert (found.changes, found.flapping) == (changes, flapping)
    assert found.of == min(50, len(line) - line.count("R"))


def test_a_streak_names_its_cause_and_the_one_browser_it_is_in() -> None:
    runs = [
        it
        for number, reason in enumerate(("Failed to load url: https://a/1 503", "Failed to load url: https://a/2 503"))
        for it in (attempt(number, browser="CHROME"), attempt(number, "FAILED", browser="FIREFOX", reason=reason))
    ]
    found = streak(runs)
    assert (found.only, found.causes, found.cause) == ("FIREFOX", 1, cause_of(runs[1].status))
    other = attempt(2, "FAILED", browser="FIREFOX", reason="net::ERR_NAME_NOT_RESOLVED at https://a/")
    found = streak([*runs, other])
    assert (found.causes, found.cause) == (2, cause_of(runs[1].status)), "that of the newest failure"


@pytest.mark.parametrize(("elsewhere", "only", "mostly"), [(0, "FIREFOX", False), (2, "FIREFOX", True), (3, "", False)])
def test_a_streak_that_is_in_one_browser_but_for_a_few_failures_says_so(
    elsewhere: int, only: str, mostly: bool
) -> None:
    runs = [
        it
        for number in range(20)
        for it in (
            attempt(number, "FAILED" if number < elsewhere else "PASSED", browser="CHROME", later=1),
            attempt(number, "FAILED", browser="FIREFOX"),
        )
    ]
    found = streak(runs)
    assert (found.runs, found.only, found.mostly) == (20, only, mostly)


def test_a_streak_below_a_thousand_runs_in_a_state_that_is_new_is_told_without_its_cause() -> None:
    found = streak([run(number, state="QUEUED" if number < 1_001 else "FAILED") for number in range(1_003)])
    assert (found.outcome, found.runs, found.cause, found.only) == (Outcome.FAILED, 2, None, "")


def test_a_streak_in_the_only_browser_there_is_is_not_one_in_a_single_browser() -> None:
    assert streak(story("FF..")).only == ""


@settings(max_examples=50)
@given(history=histories())
def test_the_numbers_and_causes_are_those_of_plain_counting(history: History) -> None:
    person = Person(Server(history.canary, history.dry, 1_000))
    person.settle()
    counted = Counter(one.came_to for one in plain.decided(history.canary))
    found = person.browser.triage(START).numbers
    if found is None:
        assert not counted
    else:
        assert (found.passed, found.retried, found.unsaved, found.failed, found.decided) == (
            *(counted[word] for word in ("PASSED", "RETRIED", "UNSAVED", "FAILED")),
            counted.total(),
        )
        starts = [it.timeline.started for it in history.canary]
        assert (found.since, found.until) == (
            starts[-1],
            max(min(it.timeline.started or START for it in one) for one in plain.schedules(history.canary)),
        )
    causes = person.browser.causes()
    failed = [it for it in history.canary if it.failed]
    assert [one.runs for one in causes] == sorted((one.runs for one in causes), reverse=True)
    assert sum(one.runs for one in causes) == len(failed)
    for one in causes:
        runs = [it for it in failed if cause_of(it.status) == one.cause]
        assert one.runs == len(runs)
        assert (one.last, one.first) == (runs[0].timeline.started, runs[-1].timeline.started)
        assert one.browsers == tuple(sorted({it.browser_type for it in runs if it.browser_type}))
    person.browser.close()


def test_a_browser_without_a_name_is_counted_as_none() -> None:
    store = RunStore()
    store.add([run(1, state="FAILED")._replace(browser_type="", location="")], C, seq=0)
    (found,) = Findings(store).causes(RunFilter())
    assert (found.runs, found.browsers, found.locations) == (1, (), ())
    store.close()


def test_the_list_of_causes_looks_at_the_ends_of_an_index_however_many_runs_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = RunStore()
    select = store.select
    plan: list[str] = []

    def explained(sql: str, parameters: Iterable[object] = ()) -> list[tuple[object, ...]]:
        plan.extend(line for *_, line in select(f"EXPLAIN QUERY PLAN {sql}", parameters))
        return []

    monkeypatch.setattr(store, "select", explained)
    assert Findings(store).causes(RunFilter()) == []
    found = [line for line in plan if "run" in line.split()]
    assert len(found) == 2
    assert all("INDEX cause (cause=? AND dry=? AND browser_type=? AND location=?)" in line for line in found)
    store.close()


def test_rates_are_shares_of_what_is_decided() -> None:
    runs = [*story("...F....RRu"), attempt(20, "FAILED", minutes=100), attempt(20, retry=1, minutes=100)]
    found = numbers(runs)
    assert found.decided == 10
    assert (found.pass_rate, found.first_attempt_rate, found.flake_rate) == (0.9, 0.8, 0.1)


every = timedelta(minutes=5)
lengths = st.none() | st.timedeltas(timedelta(seconds=-1), timedelta(seconds=4))


@settings(max_examples=50)
@given(st.lists(lengths, min_size=1, max_size=120))
def test_percentiles_are_durations_that_really_were(lengths: list[timedelta | None]) -> None:
    runs = [
        it._replace(timeline=RunTimeline(it.timeline.started, None if length is None else START - every * n + length))
        for n, (it, length) in enumerate(zip(story("." * len(lengths)), lengths, strict=True))
    ]
    found = numbers(runs)
    known = sorted(round(one / timedelta(milliseconds=100)) for one in (it.length for it in runs) if one is not None)
    known = [one for one in known if one >= 0]
    for percent, told in ((50, found.p50), (95, found.p95)):
        rank = next((one for number, one in enumerate(known, 1) if number * 100 >= percent * len(known)), None)
        assert told == (None if rank is None else timedelta(milliseconds=100 * rank))
