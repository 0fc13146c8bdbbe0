"""What a person would misjudge if the runs of one schedule came to the wrong verdict."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType
from canaryscope.runs.scheduled import Outcome, outcome, scheduled_run
from runs.history import START, UNSAVED, attempt, without_started

PASSED, UNDECIDED, RETRIED, LOST, FAILED = Outcome
CHROME, FIREFOX = "CHROME", "FIREFOX"
HERE, THERE = "eu-west-1", "eu-west-3"


def legs(*states: str) -> list[CanaryRun]:
    """Of one schedule, in Chrome here, Firefox here, Chrome there, Firefox there."""
    places = [(browser, location) for location in (HERE, THERE) for browser in (CHROME, FIREFOX)]
    return [
        attempt(1, state, browser=browser, location=location)
        for state, (browser, location) in zip(states, places, strict=True)
    ]


def browsers(chrome: str, firefox: str) -> list[CanaryRun]:
    return [attempt(1, chrome, browser=CHROME, later=1), attempt(1, firefox, browser=FIREFOX)]


def attempts(*states: str) -> list[CanaryRun]:
    return [attempt(1, state, retry=number or None) for number, state in enumerate(states)]


VERDICTS: dict[str, tuple[list[CanaryRun], Outcome, str]] = {
    "one run passed": (attempts("PASSED"), PASSED, "PASSED"),
    "one run failed": (attempts("FAILED"), FAILED, "FAILED"),
    "one run is running": (attempts("RUNNING"), UNDECIDED, "RUNNING"),
    "one run was not saved": (attempts(UNSAVED), LOST, "FAILED"),
    "passed on the retry": (attempts("FAILED", "PASSED"), RETRIED, "PASSED ON RETRY"),
    "passed on the second retry": (attempts("FAILED", "FAILED", "PASSED"), RETRIED, "PASSED ON RETRY"),
    "failed thrice": (attempts("FAILED", "FAILED", "FAILED"), FAILED, "FAILED"),
    "the retry is running": (attempts("FAILED", "RUNNING"), UNDECIDED, "RUNNING"),
    "the retry is in a new state": (attempts("FAILED", "QUEUED"), UNDECIDED, "QUEUED"),
    "the retry says no state": (
        [attempt(1, "FAILED"), attempt(1, retry=1)._replace(status=RunStatus())],
        UNDECIDED,
        "–",
    ),
    "passed, whatever the retry before": (attempts("PASSED", "FAILED", "PASSED"), RETRIED, "PASSED ON RETRY"),
    "the retry could not be saved": (attempts("FAILED", UNSAVED), LOST, "FAILED"),
    "failed on the retry after it was not saved": (attempts(UNSAVED, "FAILED"), FAILED, "FAILED"),
    "passed in both browsers": (browsers("PASSED", "PASSED"), PASSED, "PASSED"),
    "failed in both browsers": (browsers("FAILED", "FAILED"), FAILED, "FAILED"),
    "failed in one browser": (browsers("PASSED", "FAILED"), FAILED, "FAILED IN FIREFOX ONLY"),
    "failed in the other browser": (browsers("FAILED", "PASSED"), FAILED, "FAILED IN CHROME ONLY"),
    "not saved in one browser": (browsers("PASSED", UNSAVED), LOST, "FAILED IN FIREFOX ONLY"),
    "not saved in either": (browsers(UNSAVED, UNSAVED), LOST, "FAILED"),
    "still running in one browser": (browsers("FAILED", "RUNNING"), UNDECIDED, "RUNNING"),
    "one browser passed on a retry": (
        [*browsers("FAILED", "PASSED"), attempt(1, retry=1, browser=CHROME)],
        RETRIED,
        "PASSED ON RETRY",
    ),
    "one browser passed on a retry, the other failed": (
        [*browsers("FAILED", "FAILED"), attempt(1, retry=1, browser=CHROME)],
        FAILED,
        "FAILED IN FIREFOX ONLY",
    ),
    "failed in one location": (
        [attempt(1, location=HERE), attempt(1, "FAILED", location=THERE)],
        FAILED,
        "FAILED IN eu-west-3 ONLY",
    ),
    "2x2, all passed": (legs("PASSED", "PASSED", "PASSED", "PASSED"), PASSED, "PASSED"),
    "2x2, all failed": (legs("FAILED", "FAILED", "FAILED", "FAILED"), FAILED, "FAILED"),
    "2x2, one browser everywhere": (legs("PASSED", "FAILED", "PASSED", "FAILED"), FAILED, "FAILED IN FIREFOX ONLY"),
    "2x2, one location in every browser": (
        legs("PASSED", "PASSED", "FAILED", "FAILED"),
        FAILED,
        "FAILED IN eu-west-3 ONLY",
    ),
    "2x2, one leg": (legs("PASSED", "PASSED", "PASSED", "FAILED"), FAILED, "FAILED IN FIREFOX eu-west-3 ONLY"),
    "2x2, across": (legs("PASSED", "FAILED", "FAILED", "PASSED"), FAILED, "FAILED IN 2 OF 4"),
    "2x2, all but one": (legs("PASSED", "FAILED", "FAILED", "FAILED"), FAILED, "FAILED IN 3 OF 4"),
    "one browser is not named": ([attempt(1, "FAILED"), attempt(1, browser=CHROME)], FAILED, "FAILED IN 1 OF 2"),
    "nothing is known": ([CanaryRun()], UNDECIDED, "–"),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_each_verdict_is_told_in_whatever_order_the_runs_came(case: str) -> None:
    runs, came_to, verdict = VERDICTS[case]
    for order in permutations(runs):
        together = scheduled_run(order)
        assert (together.outcome, together.verdict) == (came_to, verdict)
        assert sorted(map(id, together.runs)) == sorted(map(id, runs))


@pytest.mark.parametrize(
    ("state", "result", "retry", "expected"),
    [
        ("PASSED", "PASSED", None, PASSED),
        ("PASSED", "UNKNOWN", None, PASSED),
        ("PASSED", None, None, PASSED),
        ("PASSED", "PASSED", 1, RETRIED),
        ("PASSED", "FAILED", None, FAILED),
        ("FAILED", "FAILED", 2, FAILED),
        ("FAILED", "UNKNOWN", None, FAILED),
        ("FAILED", None, None, FAILED),
        ("FAILED", "PASSED", None, LOST),
        ("FAILED", "PASSED", 1, LOST),
        ("RUNNING", None, 1, UNDECIDED),
        ("RUNNING", "UNKNOWN", None, UNDECIDED),
        ("CANCELLED", None, None, UNDECIDED),
        ("CANCELLED", "FAILED", None, FAILED),
        (None, None, None, UNDECIDED),
        (None, "FAILED", None, FAILED),
        (None, "PASSED", None, UNDECIDED),
    ],
)
def test_state_and_test_result_are_weighed_as_two_things(
    state: str | None, result: str | None, retry: int | None, expected: Outcome
) -> None:
    status = RunStatus(state, test_result=result)
    assert outcome(status, retry) is expected
    together = scheduled_run([CanaryRun(status=status, retry_attempt=retry)])
    assert together.outcome is expected, "a run on its own comes to the same as the row that is stored for it"


def test_the_row_shows_the_newest_failure_that_stood() -> None:
    recovered, failed, passed = (
        attempt(1, "FAILED", browser=CHROME),
        attempt(1, "FAILED", browser=FIREFOX, later=2),
        attempt(1, retry=1, browser=CHROME),
    )
    together = scheduled_run([recovered, failed, passed])
    assert together.runs == (passed, failed, recovered), "newest first"
    assert together.runs[together.telling] is failed


@pytest.mark.parametrize("states", [("FAILED", "PASSED"), ("FAILED", "RUNNING")])
def test_the_row_shows_the_newest_run_where_nothing_failed_in_the_end(states: tuple[str, str]) -> None:
    together = scheduled_run(attempts(*states))
    assert (together.telling, together.runs[0].retry_attempt) == (0, 1)


def test_it_started_with_its_first_attempt() -> None:
    first, second = attempts("FAILED", "PASSED")
    assert scheduled_run([second, first]).started == first.timeline.started
    assert scheduled_run([second, without_started(first)]).started == second.timeline.started
    assert scheduled_run([without_started(first)]).started is None


some_runs = st.lists(
    st.builds(
        CanaryRun,
        id=st.sampled_from((None, "a", "b*1")),
        retry_attempt=st.sampled_from((None, 1, 2)),
        browser_type=st.sampled_from((None, CHROME, FIREFOX)),
        location=st.sampled_from((None, HERE, THERE)),
        status=st.builds(
            RunStatus,
            state=st.sampled_from((None, "PASSED", "FAILED", "RUNNING", "QUEUED")),
            state_reason=st.sampled_from((None, "a", "b")),
            test_result=st.sampled_from((None, "PASSED", "FAILED", "UNKNOWN")),
            state_reason_code=st.none(),
        ),
        timeline=st.builds(
            RunTimeline,
            started=st.sampled_from((None, START)),
            completed=st.none(),
            metric_timestamp=st.none(),
        ),
        **dict.fromkeys(("name", "scheduled_run_id", "artifact_s3_location", "dry_run_id"), st.none()),
        run_type=st.just(RunType.CANARY_RUN),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100)
@given(runs=some_runs, data=st.data())
def test_the_order_of_arrival_never_changes_what_is_told(runs: list[CanaryRun], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(runs))
    one, other = scheduled_run(runs), scheduled_run(shuffled)
    assert (one.outcome, one.verdict) == (other.outcome, other.verdict)
    assert one.runs[one.telling] == other.runs[other.telling]
