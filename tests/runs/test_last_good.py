"""What a person would compare a failed run with wrongly: a run that was not good, a later one, another browser's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs import last_good as module
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.last_good import LastGood
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.store import StoredRun
from runs.history import DRY_RUN_ID, UNSAVED, Server, attempt, newest_first, run, without_started
from runs.person import Person
from runs.strategies import History, histories

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
BOTH = frozenset({C, D})


def person(
    runs: Sequence[CanaryRun], dry: Sequence[CanaryRun] = (), size: int = 1_000, *, whole: bool = True
) -> Person:
    """Somebody who has loaded everything, or the first page."""
    it = Person(Server(runs, dry, size), BOTH if dry else frozenset({C}))
    if whole:
        it.browser.to_the_end()
    it.settle()
    return it


def stored(browser: RunBrowser, wanted: CanaryRun) -> StoredRun:
    rows = [row for (row,) in browser.store.select("SELECT row FROM run")]
    return next(each for each in browser.store.runs(rows) if each.run == wanted)


def before(runs: Sequence[CanaryRun], at: int = 0, dry: Sequence[CanaryRun] = ()) -> CanaryRun | None:
    """The last good run before `runs[at]`, or before a dry run, where everything is loaded."""
    it = person(runs, dry)
    found = it.browser.last_good_before(stored(it.browser, (dry or runs)[at]))
    it.browser.close()
    assert not found.more
    return None if found.stored is None else found.stored.run


def good(it: CanaryRun) -> bool:
    return it.status.state == "PASSED" and it.status.test_result == "PASSED"


def test_it_is_the_newest_good_run_before_the_failed_one() -> None:
    states = ("PASSED", "FAILED", "FAILED", "RUNNING", UNSAVED, "PASSED", "PASSED")
    runs = [attempt(number, state) for number, state in enumerate(states)]
    assert before(runs, 1) == runs[5]
    assert before(runs, 2) == runs[5]
    assert before(runs[:5], 1) is None


@pytest.mark.parametrize("result", ["FAILED", "UNKNOWN"])
def test_a_run_that_passed_without_a_good_test_is_not_good(result: str) -> None:
    passed = run(1)
    odd, silent = (passed._replace(status=passed.status._replace(test_result=value)) for value in (result, None))
    assert before([run(0, state="FAILED"), odd, run(2)]) == run(2)
    assert before([run(0, state="FAILED"), silent, run(2)]) == silent


def test_a_run_in_the_same_browser_and_location_comes_before_a_newer_one_elsewhere() -> None:
    def leg(number: int, state: str, browser: str, location: str) -> CanaryRun:
        return attempt(number, state, browser=browser, location=location)

    failed = leg(0, "FAILED", "FIREFOX", "paris")
    chrome, milan = leg(1, "PASSED", "CHROME", "paris"), leg(2, "PASSED", "FIREFOX", "milan")
    wanted = leg(3, "PASSED", "FIREFOX", "paris")
    assert before([failed, chrome, milan, wanted]) == wanted
    assert before([failed, chrome, milan]) == milan
    assert before([failed, chrome]) == chrome


def test_before_a_dry_run_it_is_a_dry_run() -> None:
    runs = [run(0, state="FAILED"), run(2), run(4)]
    dry = [
        run(1, state="FAILED", run_type=D, dry_run_id=DRY_RUN_ID),
        run(3, run_type=D),
    ]
    assert before(runs, 0, dry) == dry[1]
    assert before(runs) == runs[1]


def test_runs_without_a_start_stay_where_the_server_put_them() -> None:
    runs = [run(0), without_started(run(1, state="FAILED")), without_started(run(2)), run(3)]
    assert before(runs, 1) == runs[2]


def test_it_says_whether_a_page_that_is_not_loaded_may_hold_one() -> None:
    failing = [run(number, state="FAILED") for number in range(80)]
    it = person([*failing, run(80)], size=8, whole=False)
    failed = stored(it.browser, failing[3])
    assert it.browser.last_good_before(failed) == LastGood(more=True)
    it.browser.to_the_end()
    it.settle()
    assert it.browser.last_good_before(failed) == LastGood(stored(it.browser, run(80)), same=True, more=False)
    it.browser.close()


def test_one_in_another_browser_may_still_be_bettered_by_a_page_that_is_not_loaded() -> None:
    chrome, firefox = ([attempt(n, "PASSED", browser=name) for n in range(1, 60)] for name in ("CHROME", "FIREFOX"))
    runs = [attempt(0, "FAILED", browser="FIREFOX"), *chrome[:30], *firefox[30:]]
    it = person(runs, size=20, whole=False)
    found = it.browser.last_good_before(stored(it.browser, runs[0]))
    assert (found.stored and found.stored.run, found.same, found.more) == (chrome[0], False, True)
    it.browser.close()


@settings(max_examples=60)
@given(history=histories(), size=st.integers(1, 40), near=st.sampled_from([1, 2, 5, 10_000]))
def test_what_is_said_of_a_part_stays_true_when_everything_is_loaded(history: History, size: int, near: int) -> None:
    """And however few runs are looked at one by one, what is found is good, older, and as certain as it says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LOOKED_AT", near)
        part = person(history.canary, history.dry, size, whole=False)
        rows = [row for (row,) in part.browser.store.select("SELECT row FROM run")]
        asked = [each for each in part.browser.store.runs(rows) if each.run.failed]
        said = [part.browser.last_good_before(each) for each in asked]
        for each, found in zip(asked, said, strict=True):
            older = _older(history, each.run)
            best = [it for it in older if good(it) and _leg(it) == _leg(each.run)]
            if found.stored is not None:
                assert found.stored.run in older
                assert good(found.stored.run)
                assert found.same is (_leg(found.stored.run) == _leg(each.run))
            if near == 10_000 and not found.more:
                assert (found.stored.run if found.same and found.stored else None) == (best[0] if best else None)
        part.browser.close()


def _leg(it: CanaryRun) -> tuple[str | None, str | None]:
    return it.browser_type, it.location


def _older(history: History, run: CanaryRun) -> list[CanaryRun]:
    runs = newest_first(history.canary if run.run_type is C else history.dry)
    return runs[runs.index(run) + 1 :]


def test_thousands_of_failed_runs_are_passed_over_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary that has failed for long: what passed as a whole is found among the outcomes, not run by run."""
    monkeypatch.setattr(module, "LOOKED_AT", 10)
    runs = [
        attempt(number, "PASSED" if number in (3, 60, 61) else "FAILED", browser=browser)
        for number in range(70)
        for browser in ("CHROME", "FIREFOX")
        if (number, browser) != (3, "CHROME")
    ]
    firefox = next(it for it in runs if it.browser_type == "FIREFOX" and it.status.state == "PASSED")
    wanted = next(it for it in runs if it.browser_type == "CHROME" and it.status.state == "PASSED")
    assert before(runs) == wanted
    assert before(runs, 1) == firefox
