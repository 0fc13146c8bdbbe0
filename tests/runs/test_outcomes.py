"""What a person would see wrong in the outcome strip: runs left out or in the wrong cell, durations that were not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from statistics import median_low

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.model import RunTimeline, RunType
from canaryscope.runs.outcomes import Outcomes
from canaryscope.runs.packing import microseconds
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.store import RunStore
from runs.history import START, attempt, newest_first, run, without_started
from runs.strategies import History, histories

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
EVERYTHING = (2**63 - 1, -(2**63))


@pytest.fixture
def store() -> Iterator[RunStore]:
    store = RunStore()
    yield store
    store.close()


def of(store: RunStore, line: str, seconds: float = 3) -> Outcomes:
    """Runs a minute apart, newest first, a character each, that took so many seconds."""
    states = {".": "PASSED", "F": "FAILED", "R": "RUNNING"}
    runs = [run(number, state=states[one]) for number, one in enumerate(line)]
    for it in runs:
        started = it.timeline.started or START
        done = None if it.status.state == "RUNNING" else started + timedelta(seconds=seconds)
        store.add([it._replace(timeline=RunTimeline(started, done))], C, seq=store.total(C))
    outcomes = Outcomes(store)
    outcomes.absorb(*EVERYTHING)
    return outcomes


@settings(max_examples=50)
@given(history=histories(), size=st.integers(1, 9), shuffled=st.randoms(use_true_random=False))
def test_the_strip_is_the_same_whatever_order_the_pages_came_in(
    history: History, size: int, shuffled: random.Random
) -> None:
    store = RunStore()
    outcomes = Outcomes(store)
    waiting = list(history.canary)
    shuffled.shuffle(waiting)
    for first in range(0, len(waiting), size):
        outcomes.absorb(*store.add(newest_first(waiting[first : first + size]), C, seq=first).changed)
    outcomes.absorb(*store.add(history.dry, D, seq=0).changed)
    anew = Outcomes(store)
    anew.absorb(*EVERYTHING)
    for one, other in ((outcomes.codes, anew.codes), (outcomes.buckets(10**6), anew.buckets(10**6))):
        assert one == other
    heads = store.select("SELECT row, at, outcome FROM run WHERE head IS NULL AND NOT dry ORDER BY at DESC, seq")
    assert [(outcomes.row(n), outcomes.at(n), code) for n, code in enumerate(outcomes.codes)] == heads
    assert all(outcomes.below(at) <= index < outcomes.below(at - 1) for index, (_, at, _) in enumerate(heads))
    store.close()


@settings(max_examples=50)
@given(st.text(alphabet=".FR", max_size=40), st.integers(1, 45))
def test_cells_cover_every_run_once_and_show_the_worst(line: str, room: int) -> None:
    store = RunStore()
    outcomes = of(store, line)
    buckets = outcomes.buckets(room)
    assert len(buckets) == min(room, len(line))
    assert [n for bucket in buckets for n in range(bucket.first, bucket.last)] == list(range(len(line)))
    for bucket in buckets:
        cell = line[bucket.first : bucket.last]
        worst = Outcome.FAILED if "F" in cell else Outcome.UNDECIDED if "R" in cell else Outcome.PASSED
        assert (bucket.worst, bucket.length) == (worst, None if set(cell) == {"R"} else 30)
    sizes = {bucket.last - bucket.first for bucket in buckets}
    assert not sizes or max(sizes) - min(sizes) <= 1
    store.close()


def test_a_cell_tells_the_usual_duration_of_its_runs(store: RunStore) -> None:
    times = (1.0, 90.0, 2.0, 4.0, -5.0)
    for number, seconds in enumerate(times):
        it = run(number)
        started = it.timeline.started or START
        store.add([it._replace(timeline=RunTimeline(started, started + timedelta(seconds=seconds)))], C, seq=number)
    outcomes = Outcomes(store)
    outcomes.absorb(*EVERYTHING)
    (bucket,) = outcomes.buckets(1)
    assert bucket.length == median_low([10, 900, 20, 40, 0])


def test_of_several_runs_the_longest_tells_the_duration(store: RunStore) -> None:
    first, retry = attempt(1, "FAILED"), attempt(1, retry=1)
    longer = retry._replace(timeline=retry.timeline._replace(completed=START))
    outcomes = Outcomes(store)
    for seq, it in enumerate((first, longer)):
        outcomes.absorb(*store.add([it], C, seq=seq).changed)
    assert [bucket.length for bucket in outcomes.buckets(9)] == [500]


def test_the_interval_is_the_usual_one_whatever_gaps_there_were(store: RunStore) -> None:
    for seq, minutes in enumerate((0, 5, 10, 300, 305, 310)):
        store.add([run(seq, minutes=minutes)], C, seq=seq)
    outcomes = Outcomes(store)
    outcomes.absorb(*EVERYTHING)
    assert outcomes.interval() == timedelta(minutes=5) / timedelta(microseconds=1)


def test_of_one_run_no_interval_is_known(store: RunStore) -> None:
    assert of(store, "F").interval() is None


def test_runs_of_one_moment_are_told_apart(store: RunStore) -> None:
    twins = [run(1)._replace(id=name) for name in ("a", "b", "c")]
    store.add([run(0), *twins, without_started(run(9)), run(2)], C, seq=0)
    outcomes = Outcomes(store)
    outcomes.absorb(*EVERYTHING)
    found = [store.runs([outcomes.row(index)])[0].run.id for index in range(len(outcomes))]
    assert found == [run(0).id, "a", "b", "c", run(9).id, run(2).id]
    assert outcomes.below(microseconds(run(1).timeline.started) or 0) == 1
