"""Paging: every run once, newest first, whatever the page size, and whatever runs come on top meanwhile."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.demo.history import SCAN_LIMIT, History, Position
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import big_story, stories
from canaryscope.demo.story import DAY
from demo.paging import NOW, all_runs, runs_page

EPOCH = round(NOW.timestamp() * 1000)
STORIES = {story.name: story for story in stories()}
RUNNING_STORIES = [story for story in stories() if story.runs]


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


def identities(runs: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(run["Id"], run["Timeline"]["Started"]) for run in runs]


def started(runs: list[dict[str, Any]]) -> list[float]:
    return [run["Timeline"]["Started"] for run in runs]


def test_a_one_minute_canary_has_every_run_of_31_days_once_newest_first(responder: Responder) -> None:
    runs = all_runs(responder, "homepage-heartbeat")
    assert len(runs) == 44_640
    assert len(set(identities(runs))) == 44_640
    assert started(runs) == sorted(started(runs), reverse=True)
    assert runs[-1]["Timeline"]["Started"] > NOW.timestamp() - 31 * DAY


@pytest.mark.parametrize("name", ["product-gallery", "global-landing-page", "login-api", "legacy-soap-endpoint"])
def test_runs_of_browsers_locations_and_attempts_come_once_and_in_order(responder: Responder, name: str) -> None:
    runs = all_runs(responder, name)
    assert len(set(identities(runs))) == len(runs) > 1_000
    assert started(runs) == sorted(started(runs), reverse=True)


@pytest.mark.parametrize("story", RUNNING_STORIES, ids=lambda story: story.name[:40])
def test_no_run_starts_after_those_of_the_next_schedule(story: Any) -> None:
    for timetable, dry in ((story.runs, False), (story.dry_runs, True)):
        if timetable is None:
            continue
        history = History(story, timetable, EPOCH, 0, dry=dry)
        oldest, newest = history.window(EPOCH)
        following = float("inf")
        for tick in range(newest, max(oldest, newest - 400) - 1, -1):
            times = [run.started for _, run in history.at(tick, EPOCH)]
            assert times == sorted(times, reverse=True)
            assert not times or times[0] < following
            following = min([following, *times])


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 100), name=st.sampled_from(["login-api", "product-gallery", "release-gate", "checkout-flow"])
)
def test_pages_of_any_size_tell_the_same_runs(responder: Responder, size: int, name: str) -> None:
    expected = runs_page(responder, name)["CanaryRuns"]
    runs: list[dict[str, Any]] = []
    params: dict[str, Any] = {"MaxResults": size}
    while len(runs) < 100:
        page = runs_page(responder, name, **params)
        assert len(page["CanaryRuns"]) == size
        runs += page["CanaryRuns"]
        params["NextToken"] = page["NextToken"]
    assert runs[:100] == expected


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 100), min_size=1, max_size=8),
    pause=st.integers(0, 40_000),
    name=st.sampled_from(["login-api", "product-gallery", "homepage-heartbeat"]),
)
def test_a_token_stays_good_when_newer_runs_arrive(sizes: list[int], pause: int, name: str) -> None:
    """Runs that come on top shift nothing: the pages go on where they stopped."""
    clock = Clock()
    moving = Responder(clock)
    page = runs_page(moving, name, MaxResults=sizes[0])
    runs = page["CanaryRuns"]
    for size in sizes:
        clock.now += timedelta(seconds=pause)
        page = runs_page(moving, name, MaxResults=size, NextToken=page["NextToken"])
        runs += page["CanaryRuns"]
    still = runs_page(Responder(NOW), name)["CanaryRuns"]
    assert identities(runs)[: len(still)] == identities(still)[: len(runs)]
    assert started(runs) == sorted(started(runs), reverse=True)


def test_new_runs_appear_on_top_as_time_passes_and_the_others_stay_as_they_are() -> None:
    clock = Clock()
    moving = Responder(clock)
    before = runs_page(moving, "homepage-heartbeat")["CanaryRuns"]
    clock.now += timedelta(minutes=7)
    after = runs_page(moving, "homepage-heartbeat")["CanaryRuns"]
    assert len(after) == 100
    assert after[7:] == before[:-7]
    assert len(all_runs(moving, "homepage-heartbeat")) == 44_640


def test_a_running_run_completes_under_the_same_identity() -> None:
    clock = Clock()
    moving = Responder(clock)
    running = runs_page(moving, "bulk-import")["CanaryRuns"][0]
    clock.now += timedelta(minutes=9)
    completed = runs_page(moving, "bulk-import")["CanaryRuns"][0]
    assert running["Status"] == {"State": "RUNNING"}
    assert "Completed" not in running["Timeline"]
    assert identities([running]) == identities([completed])
    assert completed["Status"]["State"] in ("PASSED", "FAILED")
    assert completed["Timeline"]["Completed"] > completed["Timeline"]["Started"]


def test_a_dry_run_of_two_browsers_pages_by_its_id(responder: Responder) -> None:
    dry_run_id = responder.dry_run_ids("release-gate")[5]
    asked = {"RunType": "DRY_RUN", "DryRunId": dry_run_id}
    runs = all_runs(responder, "release-gate", **asked, MaxResults=1)
    assert runs == runs_page(responder, "release-gate", **asked)["CanaryRuns"]
    assert {run["BrowserType"] for run in runs} == {"CHROME", "FIREFOX"}
    assert {run["DryRunConfig"]["DryRunId"] for run in runs} == {dry_run_id}


def test_canary_runs_and_dry_runs_are_never_mixed(responder: Responder) -> None:
    runs = all_runs(responder, "onboarding-wizard")
    dry = all_runs(responder, "onboarding-wizard", RunType="DRY_RUN")
    assert len(runs) == 8_928
    assert not any("DryRunConfig" in run for run in runs)
    assert all("DryRunConfig" in run for run in dry)
    assert not set(identities(runs)) & set(identities(dry))


def test_a_dry_run_id_of_nobody_has_no_runs(responder: Responder) -> None:
    page = runs_page(responder, "cart-api", RunType="DRY_RUN", DryRunId="3f0c6b2a-1d5e-4c8f-a1b2-0123456789ab")
    assert page == {"CanaryRuns": []}


def test_where_successes_have_expired_pages_are_short_and_go_on(responder: Responder) -> None:
    """A page looks at so many schedules only; it may be empty and still carry a token."""
    sizes: list[int] = []
    params: dict[str, Any] = {}
    while True:
        page = runs_page(responder, "legacy-soap-endpoint", **params)
        sizes.append(len(page["CanaryRuns"]))
        if "NextToken" not in page:
            break
        params = {"NextToken": page["NextToken"]}
    assert min(sizes) < 20
    assert len(sizes) < 60


def test_a_window_without_any_run_left_is_an_empty_page_with_a_token() -> None:
    story = STORIES["legacy-soap-endpoint"]
    assert story.runs is not None
    history = History(story, story.runs, EPOCH, 0)
    oldest, _ = history.window(EPOCH)
    runs, following = history.page(Position(oldest + 2 * SCAN_LIMIT, 0), 100, EPOCH, matches=lambda run: False)
    assert runs == []
    assert following == Position(oldest + SCAN_LIMIT, 0)


def test_the_big_canary_has_655_200_runs_and_its_last_page_costs_no_more_than_its_first() -> None:
    story = big_story()
    assert story.runs is not None
    history = History(story, story.runs, EPOCH, 0)
    oldest, newest = history.window(EPOCH)
    assert newest - oldest + 1 == 655_200
    assert len(history.page(None, 100, EPOCH)[0]) == 100
    last, end = history.page(Position(oldest + 99, 0), 100, EPOCH)
    assert (len(last), end) == (100, None)
    assert EPOCH - last[-1].scheduled < 455 * DAY * 1000


def test_the_demo_starts_at_once() -> None:
    """The stories are told in less than 20 ms; histories are computed when they are asked for."""

    def once() -> float:
        began = time.perf_counter()
        Responder(NOW, big=True)
        return time.perf_counter() - began

    assert min(once() for _ in range(5)) < 0.020
