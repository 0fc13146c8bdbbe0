"""What a person on call would be told wrong if a streak were counted wrong, or claimed before it is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count, cycle, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.errors import InvalidRequest
from canaryscope.runs.model import RunType
from canaryscope.runs.triage import Streak, Triage
from runs import plain
from runs.history import START, Server, attempt, run
from runs.person import Person
from runs.strategies import History, histories

C = RunType.CANARY_RUN


def told(streak: Streak | None) -> tuple[str, int, datetime | None, datetime | None]:
    assert streak is not None
    return streak.outcome.name, streak.runs, streak.since, streak.before


def loaded(history: History, size: int = 1_000) -> Person:
    person = Person(Server(history.canary, history.dry, size))
    person.browser.to_the_end()
    person.settle()
    return person


def claims(person: Person, last: Streak | None) -> None:
    """What is claimed before the end must be what is told at the end."""
    streak = person.browser.triage(START).streak
    if streak is not None and streak.whole:
        assert told(streak) == told(last)


@settings(max_examples=60)
@given(history=histories(), cut=st.none() | st.integers(0, 40))
def test_the_streak_is_the_one_that_a_person_would_count(history: History, cut: int | None) -> None:
    person = loaded(history)
    kept = None if cut is None else START - timedelta(minutes=cut)
    person.browser.failures_only_before = kept
    triage = person.browser.triage(START)
    found = [one for one in plain.decided(history.canary) if kept is None or one.started >= kept]
    if found:
        assert told(triage.streak) == plain.streak(found)
        failing = [one.came_to == "FAILED" for one in found[:50]]
        assert (triage.of, triage.changes) == (len(failing), sum(one != other for one, other in pairwise(failing)))
    else:
        assert triage == Triage(failures_only_before=kept)
    person.browser.close()


@settings(max_examples=40)
@given(history=histories(), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=20))
def test_a_streak_never_depends_on_page_borders(history: History, sizes: list[int]) -> None:
    final = loaded(history)
    last = final.browser.triage(START)
    person = Person(Server(history.canary, history.dry, sizes[0]))
    person.browser.to_the_end()
    turns = cycle(sizes)
    while person.step():
        claims(person, last.streak)
        person.server.size = next(turns)
    assert person.browser.triage(START) == last
    person.browser.close()
    final.browser.close()


@settings(max_examples=60)
@given(
    history=histories(),
    size=st.integers(1, 7),
    pages=st.integers(0, 6),
    new=st.integers(0, 40),
    expired=st.none() | st.integers(0, 4),
    refresh=st.booleans(),
)
def test_nothing_is_claimed_across_runs_that_have_not_come_yet(
    history: History, size: int, pages: int, new: int, expired: int | None, refresh: bool
) -> None:
    last = loaded(history).browser.triage(START).streak
    person = Person(Server(history.canary[new:], size=size))
    person.browser.to_the_end()
    for _ in range(pages):
        person.step()
    person.server.lists[C] = list(history.canary)
    if refresh:
        person.browser.refresh()
    at_the_top = new == 0
    for turn in count():
        requests = person.browser.requests()
        for request in requests:
            if request.token is not None and (turn == expired or (turn == 0 and not refresh)):
                person.browser.fail(request, InvalidRequest("The NextToken has expired"))
            else:
                person.answer(request)
                at_the_top = at_the_top or request.token is None
        if at_the_top:
            claims(person, last)
        if not requests:
            break
    person.browser.close()


def test_a_retry_at_the_end_of_a_page_is_not_yet_the_last_good_run() -> None:
    retry, first = attempt(1, retry=1, later=60), attempt(1, "FAILED")
    runs = [run(2, state="FAILED", minutes=-1), retry, run(3, state="FAILED", minutes=0), first, run(4)]
    person = Person(Server(runs, size=3))
    person.step()
    streak = person.browser.triage(START).streak
    assert told(streak) == ("FAILED", 1, runs[0].timeline.started, None)
    person.step()
    streak = person.browser.triage(START).streak
    assert told(streak) == ("FAILED", 2, runs[2].timeline.started, first.timeline.started), "it began before this run"


@pytest.mark.parametrize("refresh", [False, True])
def test_a_browser_that_is_on_the_next_page_may_have_failed(refresh: bool) -> None:
    runs = [
        it
        for number, state in enumerate(("FAILED", "FAILED", "FAILED", "PASSED"))
        for it in (
            attempt(number, "PASSED" if number else state, browser="CHROME", later=1),
            attempt(number, state, browser="FIREFOX"),
        )
    ]
    person = Person(Server(runs[4:] if refresh else runs, size=3))
    if refresh:
        person.settle()
        person.server.lists[C] = runs
        person.browser.refresh()
    person.step()
    found = person.browser.triage(START).streak
    assert told(found) == ("FAILED", 1, runs[1].timeline.started, None), "Chrome alone has passed in the run before"
