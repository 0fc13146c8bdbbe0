"""What a person on call would be told wrong if a streak were counted wrong, or claimed before it is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.triage import Streak, Triage
from runs import plain
from runs.history import START, Server
from runs.person import Person
from runs.strategies import History, histories


def told(streak: Streak | None) -> tuple[str, int, datetime | None, datetime | None]:
    assert streak is not None
    return streak.outcome.name, streak.runs, streak.since, streak.before


def loaded(history: History, size: int = 1_000) -> Person:
    person = Person(Server(history.canary, history.dry, size))
    person.browser.to_the_end()
    person.settle()
    return person


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
        person.server.size = next(turns)
    assert person.browser.triage(START) == last
    person.browser.close()
    final.browser.close()
