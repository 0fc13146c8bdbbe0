"""What a person would miscount or not find if the runs of one schedule were not kept together as they come in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.folding import HOUR
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.scheduled import Outcome, scheduled_run
from canaryscope.runs.store import RunStore
from runs.history import START, UNSAVED, attempt, run, without_started

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
DAY = 24 * HOUR


@pytest.fixture
def store() -> Iterator[RunStore]:
    store = RunStore()
    yield store
    store.close()


def folded(store: RunStore) -> list[tuple[int, int, int | None]]:
    """Members, failures and outcome of each schedule or run on its own, newest first."""
    return store.select("SELECT members, failures, outcome FROM run WHERE head IS NULL ORDER BY at DESC, dry, seq")


def check(store: RunStore, *, apart: bool = False) -> None:
    """What the store keeps of schedules is what counting all runs anew gives.

    `apart`: runs of a schedule that are more than an hour apart may be two.
    """
    groups: dict[object, list[tuple[int, int]]] = defaultdict(list)
    linked: dict[int, list[int]] = defaultdict(list)
    for row, at, dry, schedule, head in store.select(
        "SELECT row, at, dry, scheduled_run_id, head FROM run ORDER BY at DESC, dry, seq"
    ):
        groups[row if schedule is None else (dry, schedule)].append((row, at))
        linked[row if head is None else head].append(row)
    expected = sorted([row for row, _ in group] for group in groups.values())
    if not apart or all(group[0][1] - group[-1][1] <= HOUR for group in groups.values()):
        assert sorted(linked.values()) == expected
    for head, rows in linked.items():
        assert head == rows[-1], "the oldest is the head"
        assert any(set(rows) <= set(group) for group in expected), "one schedule only"
        runs = [each.run for each in store.runs(rows)]
        outcome = None if runs[0].run_type is D else int(scheduled_run(runs).outcome)
        counted = (len(rows), sum(it.failed for it in runs), outcome)
        assert store.select("SELECT members, failures, outcome FROM run WHERE row = ?", (head,)) == [counted]
        longest = max((round(it.length.total_seconds() * 10) for it in runs if it.length is not None), default=None)
        assert store.select("SELECT coalesce(longest, length) FROM run WHERE row = ?", (head,)) == [(longest,)]
        others = store.select("SELECT max(members), max(failures), max(outcome) FROM run WHERE head = ?", (head,))
        assert others == [(0, 0, None) if len(rows) > 1 else (None, None, None)]
    check_counts(store)


def check_counts(store: RunStore) -> None:
    """The figures that triggers keep are those of counting anew."""
    by_day = store.select(f"SELECT at / {DAY}, outcome, count(*) FROM run WHERE outcome IS NOT NULL GROUP BY 1, 2")
    assert sorted(store.select("SELECT day, outcome, runs FROM outcomes WHERE runs")) == sorted(by_day)
    lengths = Counter(
        length for (length,) in store.select("SELECT length FROM run WHERE NOT dry") if length is not None
    )
    assert dict(store.select("SELECT length, runs FROM lengths WHERE runs")) == lengths
    told = "cause, dry, coalesce(browser_type, ''), coalesce(location, '')"
    causes = store.select(f"SELECT {told}, count(*) FROM run WHERE cause IS NOT NULL GROUP BY 1, 2, 3, 4")
    assert sorted(store.select("SELECT * FROM causes WHERE runs")) == sorted(causes)


def test_the_runs_of_a_schedule_are_one_whatever_page_brings_them(store: RunStore) -> None:
    first, second, third = (
        attempt(1, state, retry=n or None) for n, state in enumerate(("FAILED", "FAILED", "PASSED"))
    )
    store.add([third, run(0)], C, seq=0)
    store.add([first], C, seq=2)
    assert folded(store) == [(1, 0, Outcome.PASSED), (2, 1, Outcome.RETRIED)]
    store.add([second], C, seq=-100)
    assert folded(store) == [(1, 0, Outcome.PASSED), (3, 2, Outcome.RETRIED)]
    check(store)


def test_two_schedules_whose_retries_overlap_stay_two(store: RunStore) -> None:
    pairs = [
        (attempt(n, "FAILED", minutes=n * 0.1), attempt(n, state, retry=1, minutes=n * 0.1))
        for n, state in enumerate(("PASSED", "FAILED"))
    ]
    store.add(sorted((it for pair in pairs for it in pair), key=lambda it: it.timeline.started or START), C, seq=0)
    assert folded(store) == [(2, 1, Outcome.RETRIED), (2, 2, Outcome.FAILED)]
    check(store)


def test_a_run_that_ends_changes_what_its_schedule_came_to(store: RunStore) -> None:
    first, retry = attempt(1, "FAILED"), attempt(1, "RUNNING", retry=1)
    store.add([retry, first], C, seq=0)
    assert folded(store) == [(2, 1, Outcome.UNDECIDED)]
    store.add([attempt(1, "PASSED", retry=1), first], C, seq=-100, reorder=True)
    assert folded(store) == [(2, 1, Outcome.RETRIED)]
    store.add([attempt(1, "FAILED", retry=1), first], C, seq=-200, reorder=True)
    assert folded(store) == [(2, 2, Outcome.FAILED)]
    check(store)


def test_dry_runs_of_a_schedule_are_one_but_never_count(store: RunStore) -> None:
    store.add([attempt(1, "FAILED")], C, seq=0)
    store.add([attempt(1, retry=1, run_type=D), attempt(1, "FAILED", run_type=D)], D, seq=0)
    assert sorted(folded(store), key=str) == [(1, 1, Outcome.FAILED), (2, 1, None)]
    assert store.select("SELECT sum(runs) FROM outcomes") == [(1,)]
    check(store)


def test_runs_without_a_scheduled_run_id_stay_as_they_are(store: RunStore) -> None:
    store.add([run(1), run(1)._replace(id="twin"), run(1)._replace(id="blank", scheduled_run_id="")], C, seq=0)
    store.add([run(1)._replace(id="void", scheduled_run_id="")], C, seq=3)
    assert folded(store) == [(1, 0, Outcome.PASSED)] * 4


def test_a_run_that_came_before_it_had_started_joins_its_schedule(store: RunStore) -> None:
    first, retry = attempt(1, "FAILED"), attempt(1, "RUNNING", retry=1)
    store.add([without_started(retry), run(0)], C, seq=0)
    store.add([first, run(2)], C, seq=2)
    check(store)
    store.add([retry, run(0), first], C, seq=-100, reorder=True)
    assert folded(store) == [(1, 0, Outcome.PASSED), (2, 1, Outcome.UNDECIDED), (1, 0, Outcome.PASSED)]
    check(store)


def test_an_id_need_not_be_a_uuid(store: RunStore) -> None:
    runs = [attempt(1, "FAILED", retry=n or None)._replace(id=f"run*{n}", scheduled_run_id="run*") for n in range(3)]
    store.add(runs, C, seq=0)
    assert folded(store) == [(3, 3, Outcome.FAILED)]


def test_what_is_not_saved_is_a_failure_to_find_but_no_outage(store: RunStore) -> None:
    store.add([attempt(1, UNSAVED)], C, seq=0)
    assert folded(store) == [(1, 1, Outcome.UNSAVED)]


def test_a_page_says_all_that_it_changed_in_other_pages_too(store: RunStore) -> None:
    first, retry = attempt(1, "FAILED"), attempt(1, retry=1)
    one = store.add([first], C, seq=0)
    other = store.add([retry], C, seq=-100)
    assert one.changed == (one.oldest, one.oldest)
    assert other.changed == (other.newest, one.oldest)
    assert other.newest == other.oldest, "what the page itself covers"


def test_the_widest_verdict_and_the_browsers_are_known_for_the_columns(store: RunStore) -> None:
    store.add([attempt(1, browser="CHROME")], C, seq=0)
    assert (store.folding.legs, store.folding.verdict_width) == (1, 0)
    store.add([attempt(1, "FAILED", browser="FIREFOX")], C, seq=1)
    assert (store.folding.legs, store.folding.verdict_width) == (2, len("FAILED IN FIREFOX ONLY"))


def test_a_schedule_that_a_run_leaves_is_counted_anew(store: RunStore) -> None:
    runs = [attempt(1, "FAILED", retry=n or None) for n in range(3)]
    store.add(runs, C, seq=0)
    for moved in runs:
        store.add([moved._replace(scheduled_run_id="another")], C, seq=-100)
        check(store)
    assert folded(store) == [(3, 3, Outcome.FAILED)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (0, 2, 1), (1, 0, 2)])
def test_an_id_that_comes_again_after_an_hour_loses_no_run_and_counts_none_twice(
    store: RunStore, order: tuple[int, ...]
) -> None:
    for number in order:
        again = run(number, minutes=50 * number, state="FAILED")._replace(scheduled_run_id="again")
        store.add([again], C, seq=number)
        check(store, apart=True)
    assert sum(members for members, _, _ in folded(store)) == 3


@st.composite
def sightings(draw: st.DrawFn) -> CanaryRun:
    """A run of some schedule as it is at some moment; ScheduledRunIds come again, retries overlap."""
    number, retry = draw(st.integers(0, 4)), draw(st.integers(0, 2))
    browser = draw(st.sampled_from((None, "FIREFOX")))
    state = draw(st.sampled_from(("PASSED", "FAILED", "RUNNING", UNSAVED)))
    it = attempt(number, state, retry=retry or None, browser=browser, minutes=number * 4 - retry * 7)
    schedules = (None, "again*", "5f2b9d1a-9a3e-4d57-8b36-6d2f0a1b2c3d")
    it = it._replace(scheduled_run_id=schedules[number % 3])
    return it if draw(st.integers(0, 4)) else without_started(it)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(RunType), st.booleans(), st.lists(sightings(), max_size=5)), max_size=8))
def test_whatever_comes_in_whatever_order_the_figures_are_those_of_counting_anew(
    pages: list[tuple[RunType, bool, list[CanaryRun]]],
) -> None:
    store = RunStore()
    for number, (run_type, reorder, runs) in enumerate(pages):
        seq = -100 * number if reorder else 100 * number
        store.add([it._replace(run_type=run_type) for it in runs], run_type, seq=seq, reorder=reorder)
        check(store, apart=True)
    store.close()
