"""What a person would miss if the store lost, doubled or moved a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType
from canaryscope.runs.store import RunStore
from runs.history import START, run, without_started

C = RunType.CANARY_RUN


@pytest.fixture
def store() -> Iterator[RunStore]:
    store = RunStore()
    yield store
    store.close()


def ordered(store: RunStore) -> list[CanaryRun]:
    rows = [row for (row,) in store.select("SELECT row FROM run ORDER BY at DESC, dry, seq")]
    return [stored.run for stored in store.runs(rows)]


texts = st.none() | st.text(max_size=50) | st.uuids().map(str)
moments = st.none() | st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000)).map(lambda delta: START + delta)


@given(
    st.builds(
        CanaryRun,
        run_type=st.sampled_from(RunType),
        id=texts,
        name=texts,
        scheduled_run_id=texts,
        retry_attempt=st.none() | st.integers(1, 2),
        status=st.builds(RunStatus, texts, texts, texts, texts),
        timeline=st.builds(RunTimeline, moments, moments, moments),
        artifact_s3_location=st.none() | st.text("a/", max_size=30) | st.text(max_size=20),
        dry_run_id=texts,
        browser_type=texts,
        location=texts,
    )
)
def test_a_run_comes_back_as_it_was_sent(one: CanaryRun) -> None:
    store = RunStore()
    store.add([one], one.run_type, seq=0)
    assert ordered(store) == [one]
    store.close()


def test_a_repeated_run_is_one_row_and_is_brought_up_to_date(store: RunStore) -> None:
    running = run(1, state="RUNNING")
    store.add([run(0), running, run(2)], C, seq=0)
    done = running._replace(status=RunStatus("FAILED", "boom", "CANARY_FAILURE", "FAILED"))
    added = store.add([done, run(3)], C, seq=3)
    assert added.new == 1
    assert ordered(store) == [run(0), done, run(2), run(3)]
    assert store.total(C) == 4


@pytest.mark.parametrize(
    "change",
    [{"retry_attempt": 1}, {"browser_type": "FIREFOX"}, {"location": "eu-west-3"}, {"id": "another*1"}],
)
def test_attempts_browsers_and_locations_of_one_schedule_are_rows_of_their_own(
    store: RunStore, change: dict[str, object]
) -> None:
    other = run(1)._replace(**change)  # type: ignore[arg-type]
    store.add([run(1), other], C, seq=0)
    assert ordered(store) == [run(1), other]


def test_newest_first_whatever_the_server_sends_and_its_order_breaks_ties(store: RunStore) -> None:
    twin = run(5)._replace(id="twin")
    store.add([run(7), run(5), twin, run(2)], C, seq=0)
    assert ordered(store) == [run(2), run(5), twin, run(7)]


def test_a_run_without_started_stays_where_the_server_put_it(store: RunStore) -> None:
    top, middle, bottom = (without_started(run(number)) for number in (100, 101, 102))
    added = store.add([top, run(1), middle, run(2)], C, seq=0)
    store.add([bottom, run(3)], C, seq=4, after=added.last)
    assert ordered(store) == [top, run(1), middle, run(2), bottom, run(3)]


def test_runs_on_top_with_the_same_started_come_in_the_order_of_the_newest_page(store: RunStore) -> None:
    twin = run(1)._replace(id="twin")
    store.add([run(1), run(2)], C, seq=0)
    store.add([twin, run(1), run(2)], C, seq=-100, reorder=True)
    assert ordered(store) == [twin, run(1), run(2)]


def test_canary_runs_and_dry_runs_of_one_id_are_two_rows(store: RunStore) -> None:
    store.add([run(1)], C, seq=0)
    dry = run(1)._replace(run_type=RunType.DRY_RUN)
    store.add([dry], RunType.DRY_RUN, seq=0)
    assert ordered(store) == [run(1), dry]


def test_runs_of_which_nothing_was_sent_are_still_that_many_rows(store: RunStore) -> None:
    store.add([CanaryRun()] * 3, C, seq=0)
    store.add([CanaryRun()] * 2, C, seq=3, place=3)
    assert store.total(C) == 5
    store.add([CanaryRun()] * 3, C, seq=-100, reorder=True)
    assert store.total(C) == 5, "a refresh brings the same again"


def test_a_run_that_came_before_it_had_started_is_one_row_with_what_it_became(store: RunStore) -> None:
    waiting = without_started(run(1, state="RUNNING"))
    store.add([waiting, run(2)], C, seq=0)
    store.add([run(1), run(2)], C, seq=-100, reorder=True)
    assert ordered(store) == [run(1), run(2)]


def test_an_empty_page_touches_nothing(store: RunStore) -> None:
    added = store.add([], C, seq=0, after=5)
    assert (added.new, added.last, added.newest < added.oldest) == (0, 5, True)
