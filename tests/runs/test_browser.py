"""What a person would miss while browsing: pages asked twice, stale answers, runs lost, doubled or reordered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.errors import InvalidRequest, ServiceFailure
from canaryscope.runs.model import CanaryRun, Page, RunStatus, RunType
from canaryscope.runs.progress import Phase, Progress
from runs.history import Server, run, without_started
from runs.person import HEIGHT, Person

C, D = RunType.CANARY_RUN, RunType.DRY_RUN


@pytest.fixture
def runs() -> list[CanaryRun]:
    return [run(number) for number in range(100)]


@pytest.fixture
def person(runs: list[CanaryRun]) -> Iterator[Person]:
    person = Person(Server(runs))
    yield person
    person.browser.close()


def test_opening_costs_one_call_until_the_person_moves(person: Person) -> None:
    person.settle()
    assert len(person.server.calls) == 1
    person.scroll(HEIGHT)
    assert len(person.server.calls) == 2, "two screens must remain below what is seen"


def test_the_first_page_is_followed_where_it_does_not_fill_the_screen(runs: list[CanaryRun]) -> None:
    person = Person(Server(runs, size=2))
    person.settle()
    assert len(person.server.calls) == 3


def test_scrolling_to_the_end_asks_for_every_page_once_and_then_nothing(person: Person, runs: list[CanaryRun]) -> None:
    person.settle()
    for bottom in range(100):
        person.scroll(bottom)
    assert person.shown == runs
    person.scroll(100)
    tokens = [token for _, token in person.server.calls]
    assert tokens == [None, *map(str, range(10, 100, 10))]
    assert person.phase == "END"


def test_one_call_in_flight_however_often_the_person_presses(person: Person) -> None:
    person.settle()
    person.browser.viewed(10, HEIGHT, moved=True)
    assert len(person.browser.requests()) == 1
    person.browser.viewed(10, HEIGHT, moved=True)
    assert person.browser.requests() == []
    assert person.phase == "LOADING"


def test_an_empty_page_with_a_token_is_followed(person: Person, runs: list[CanaryRun]) -> None:
    [first] = person.browser.requests()
    person.browser.accept(first, Page((), "more"))
    [second] = person.browser.requests()
    assert second.token == "more"
    person.browser.accept(second, Page(tuple(runs[:3])))
    assert person.shown == runs[:3]
    assert person.phase == "END"


def test_a_token_that_comes_twice_ends_in_an_error_not_in_a_circle(person: Person, runs: list[CanaryRun]) -> None:
    [first] = person.browser.requests()
    person.browser.accept(first, Page(tuple(runs[:3]), "same"))
    [second] = person.browser.requests()
    assert person.browser.accept(second, Page(tuple(runs[3:4]), "same"))
    assert person.browser.requests() == []
    assert person.phase == "FAILED"
    assert person.shown == runs[:4], "what came with it counts"
    person.browser.refresh()
    [again] = person.browser.requests()
    assert again.token == "same"


def test_to_the_end_loads_on_until_stopped(person: Person) -> None:
    person.settle()
    person.browser.to_the_end()
    for _ in range(3):
        [request] = person.browser.requests()
        assert person.browser.hurrying
        person.answer(request)
    [last] = person.browser.requests()
    person.browser.stop()
    assert person.answer(last), "what is in flight is still taken in"
    assert person.browser.requests() == []
    assert person.browser.progress.loaded == 50
    person.browser.to_the_end()
    person.settle()
    assert person.browser.progress == Progress(100, None, Phase.END)


def test_a_failed_call_keeps_the_rows_and_r_asks_again_from_the_same_token(person: Person) -> None:
    person.settle()
    person.browser.viewed(10, HEIGHT, moved=True)
    [request] = person.browser.requests()
    person.browser.fail(request, error := ServiceFailure("boom"))
    person.browser.viewed(10, HEIGHT, moved=True)
    assert person.browser.requests() == [], "never repeated unasked"
    assert person.browser.progress.error is error
    assert len(person.shown) == 10
    person.browser.refresh()
    [again] = person.browser.requests()
    assert again.token == request.token
    assert not person.answer(request), "the first call's late answer is dropped"
    assert person.answer(again)
    assert len(person.shown) == 20


def test_an_expired_token_starts_again_from_the_newest_without_duplicates(
    person: Person, runs: list[CanaryRun]
) -> None:
    person.settle()
    person.scroll(10)
    person.browser.viewed(20, HEIGHT, moved=True)
    [request] = person.browser.requests()
    person.server.lists[C].insert(0, run(-1))
    person.browser.fail(request, InvalidRequest("The NextToken has expired"))
    tokens = []
    while (requests := person.browser.requests()) and len(person.shown) < 31:
        tokens.append(requests[0].token)
        person.answer(requests[0])
    assert tokens == [None, "10", "20"]
    assert person.shown == [run(-1), *runs[:29]]


def test_a_server_that_refuses_every_token_is_asked_twice_not_for_ever(person: Person) -> None:
    person.settle()
    person.browser.viewed(10, HEIGHT, moved=True)
    for expected in ("10", None, "10"):
        [request] = person.browser.requests()
        assert request.token == expected
        if request.token is None:
            person.answer(request)
        else:
            person.browser.fail(request, InvalidRequest("no such token"))
    assert person.browser.requests() == []
    assert person.phase == "FAILED"


def test_refresh_asks_for_the_newest_page_only_and_brings_runs_up_to_date(runs: list[CanaryRun]) -> None:
    running = runs[0]._replace(status=RunStatus("RUNNING"))
    person = Person(Server([running, *runs[1:]]))
    person.settle()
    person.server.lists[C][0] = runs[0]
    person.server.lists[C].insert(0, run(-1))
    person.browser.refresh()
    person.settle()
    assert len(person.server.calls) == 2
    assert person.shown == [run(-1), *runs[:10]]


def test_refresh_follows_pages_until_it_meets_a_known_run(person: Person, runs: list[CanaryRun]) -> None:
    person.settle()
    new = [run(number) for number in range(-25, 0)]
    person.server.lists[C] = new + runs
    person.browser.refresh()
    person.settle()
    assert [token for _, token in person.server.calls] == [None, None, "10", "20"]
    assert person.shown == new + runs[:10]
    person.scroll(35)
    assert person.server.calls[4][1] == "10", "the older pages go on from their own token"


def test_a_refresh_that_was_stopped_says_that_runs_are_missing(person: Person) -> None:
    person.settle()
    person.server.lists[C] = [run(number) for number in range(-25, 100)]
    person.browser.refresh()
    [request] = person.browser.requests()
    person.browser.stop()
    person.answer(request)
    assert person.browser.requests() == []
    assert person.phase == "GAP"
    person.browser.refresh()
    person.settle()
    assert person.phase == "MORE"
    assert len(person.shown) == 35


def test_refresh_leaves_nothing_out_where_runs_come_between_its_pages(person: Person, runs: list[CanaryRun]) -> None:
    person.settle()
    person.server.lists[C] = [run(number) for number in range(-25, 100)]
    person.browser.refresh()
    person.step()
    person.server.lists[C].insert(0, run(-26))
    person.settle()
    assert person.tokens == [None, None, "10", "20"], "the second page begins with the last run of the first"
    assert person.shown == [run(number) for number in range(-25, 10)]


def test_refresh_whose_token_has_expired_leaves_nothing_out(person: Person) -> None:
    person.settle()
    person.server.lists[C] = [run(number) for number in range(-25, 100)]
    person.browser.refresh()
    person.step()
    [second] = person.browser.requests()
    person.browser.fail(second, InvalidRequest("The NextToken has expired"))
    person.settle()
    assert person.phase == "MORE"
    assert person.shown == [run(number) for number in range(-25, 10)]


def test_refresh_of_a_canary_that_had_no_runs_finds_its_first_ones(runs: list[CanaryRun]) -> None:
    person = Person(Server())
    person.settle()
    assert person.phase == "END"
    person.server.lists[C] = runs
    person.browser.refresh()
    person.settle()
    assert person.shown == runs[:10]
    assert person.phase == "MORE"


def test_runs_without_started_do_not_disturb_the_pages(runs: list[CanaryRun]) -> None:
    runs[9] = without_started(runs[9])
    runs[10] = without_started(runs[10])
    person = Person(Server(runs))
    person.settle()
    person.scroll(10)
    assert person.shown == runs[:20]


@settings(max_examples=60, deadline=None)
@given(
    canary_minutes=st.lists(st.integers(0, 40), max_size=60),
    dry_minutes=st.lists(st.integers(0, 40), max_size=30),
    size=st.integers(1, 9),
    actions=st.lists(st.sampled_from("12srgf "), max_size=25),
)
def test_whatever_a_person_presses_the_table_is_the_servers_list(
    canary_minutes: list[int], dry_minutes: list[int], size: int, actions: list[str]
) -> None:
    canary = [run(m, minutes=m)._replace(id=f"c{n}") for n, m in enumerate(sorted(canary_minutes))]
    dry = [run(m, minutes=m, run_type=D)._replace(id=f"d{n}") for n, m in enumerate(sorted(dry_minutes))]
    person = Person(Server(canary, dry, size))
    fresh = 0
    for action in actions:
        if action in "12":
            person.browser.toggle(C if action == "1" else D)
        elif action == "s":
            person.scroll(len(person.shown))
        elif action == "r":
            fresh += 1
            person.server.lists[C].insert(0, run(-fresh)._replace(id=f"n{fresh}"))
            person.browser.refresh()
        elif action == "g":
            person.browser.to_the_end()
        elif action == "f":
            person.browser.narrow(failures_only=not person.browser.filter.failures_only)
        person.settle()
    person.browser.narrow(failures_only=False)
    person.browser.to_the_end()
    person.browser.refresh()
    person.settle()
    types = person.browser.filter.types
    wanted = sorted(
        [it for kind in RunType if kind in types for it in person.server.lists[kind]],
        key=lambda it: it.timeline.started,  # type: ignore[arg-type, return-value]
        reverse=True,
    )
    assert person.shown == wanted
    person.browser.close()
