"""What a person would miss while browsing: pages asked twice, stale answers, runs lost, doubled or reordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs.browser import Phase, RunBrowser
from canaryscope.runs.errors import InvalidRequest, ServiceFailure
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import CanaryRun, Page, RunStatus, RunType
from runs.history import DRY_RUN_ID, Server, run, without_started

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
HEIGHT = 5


class Person:
    """A browser, its screen of HEIGHT rows, and the server it asks. `hold` keeps answers in flight."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.browser = RunBrowser("checkout-flow")
        self.browser.viewed(0, HEIGHT, moved=False)
        self.held: list[PageRequest] = []

    def settle(self, limit: int = 10_000) -> None:
        """Answer every call until there is none."""
        while requests := self.browser.requests():
            for request in requests:
                self.answer(request)
            limit -= len(requests)
            assert limit > 0
        while not self.browser.scan():
            pass

    def answer(self, request: PageRequest) -> bool:
        return self.browser.accept(request, self.server.answer(request.query, request.token))

    def scroll(self, bottom: int) -> None:
        bottom = min(bottom, len(self.browser.view))
        self.browser.viewed(bottom, HEIGHT, moved=True, at_last=bottom == len(self.browser.view))
        self.settle()

    @property
    def phase(self) -> str:
        return self.browser.progress.phase.name

    @property
    def shown(self) -> list[CanaryRun]:
        view = self.browser.view
        return [stored.run for stored in view.rows(0, len(view))]


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
    assert person.browser.progress == type(person.browser.progress)(100, None, Phase.END)


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
    running = replace(runs[0], status=RunStatus("RUNNING"))
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


def test_refresh_of_a_canary_that_had_no_runs_finds_its_first_ones(runs: list[CanaryRun]) -> None:
    person = Person(Server())
    person.settle()
    assert person.phase == "END"
    person.server.lists[C] = runs
    person.browser.refresh()
    person.settle()
    assert person.shown == runs[:10]
    assert person.phase == "MORE"


def test_never_both_run_types_off(person: Person) -> None:
    assert not person.browser.toggle(C)
    assert person.browser.filter.types == {C}


def test_switching_while_a_page_is_in_flight_shows_no_stale_page_and_loses_none(runs: list[CanaryRun]) -> None:
    dry = [run(number, run_type=D, dry_run_id=DRY_RUN_ID) for number in range(30)]
    person = Person(Server(runs, dry))
    person.settle()
    person.browser.viewed(10, HEIGHT, moved=True)
    [late] = person.browser.requests()
    person.browser.toggle(D)
    person.browser.toggle(C)
    person.settle()
    assert person.shown == dry[:10]
    assert person.answer(late)
    assert person.shown == dry[:10]
    calls = len(person.server.calls)
    person.browser.toggle(C)
    person.browser.toggle(D)
    person.settle()
    assert person.shown == runs[:20]
    assert len(person.server.calls) == calls, "no second call for what is loaded"


def test_both_types_are_merged_by_time_and_show_nothing_below_the_horizon(runs: list[CanaryRun]) -> None:
    dry = [run(number, minutes=number * 7 + 0.5, run_type=D) for number in range(30)]
    person = Person(Server(runs, dry))
    person.browser.toggle(D)
    person.settle()
    merged = sorted(runs[:10] + dry[:2], key=lambda it: it.timeline.started, reverse=True)  # type: ignore[arg-type, return-value]
    assert person.shown == merged
    seen: list[CanaryRun] = []
    for bottom in range(0, 140, 3):
        person.scroll(bottom)
        assert person.shown[: len(seen)] == seen, "what was seen keeps its order"
        seen = person.shown
    assert len(seen) == 130


def test_runs_of_one_microsecond_are_not_reordered_by_later_pages() -> None:
    runs = [replace(run(number, minutes=number // 7), id=f"c{number}") for number in range(50)]
    dry = [replace(run(number, minutes=number // 5, run_type=D), id=f"d{number}") for number in range(40)]
    person = Person(Server(runs, dry, size=3))
    person.browser.toggle(D)
    person.settle()
    seen: list[CanaryRun] = []
    while person.phase != "END":
        person.scroll(len(person.shown))
        assert person.shown[: len(seen)] == seen
        seen = person.shown
    assert len(seen) == 90


def test_a_whole_dry_run_id_asks_the_server_for_dry_runs_of_that_id(runs: list[CanaryRun]) -> None:
    dry = [run(number, run_type=D, dry_run_id=DRY_RUN_ID if number % 3 else "other") for number in range(30)]
    person = Person(Server(runs, dry))
    person.settle()
    person.browser.search_dry_run(f"  {DRY_RUN_ID.upper()} ")
    person.settle()
    query, token = person.server.calls[-1]
    assert (query.run_type, query.dry_run_id, token) == (D, DRY_RUN_ID, None)
    assert person.shown == [it for it in dry if it.dry_run_id == DRY_RUN_ID][:10]
    assert person.browser.progress.matched is None
    person.browser.search_dry_run("")
    assert person.browser.filter.types == {C}
    assert person.shown == runs[:10]


def test_canary_runs_can_stand_beside_a_dry_run_that_was_searched_for(runs: list[CanaryRun]) -> None:
    dry = [run(number, run_type=D, dry_run_id=DRY_RUN_ID) for number in range(2)]
    person = Person(Server(runs, dry))
    person.browser.search_dry_run(DRY_RUN_ID, beside=frozenset({C}))
    person.settle()
    assert person.browser.filter.types == {C, D}
    assert set(dry) < set(person.shown)


def test_part_of_a_dry_run_id_filters_what_is_loaded_and_asks_on_only_when_submitted(runs: list[CanaryRun]) -> None:
    dry = [run(number, run_type=D, dry_run_id=DRY_RUN_ID if number == 25 else None) for number in range(30)]
    person = Person(Server(runs, dry))
    person.settle()
    person.browser.search_dry_run("D9CB-4")
    person.settle()
    assert (person.shown, len(person.server.calls)) == ([], 2)
    person.browser.search_dry_run("d9cb-4", submitted=True)
    person.settle()
    assert person.shown == [dry[25]]
    assert person.browser.progress.matched == 1


def test_a_text_that_is_part_of_no_dry_run_id_is_refused(person: Person) -> None:
    with pytest.raises(ValueError, match="0-9, a-f"):
        person.browser.search_dry_run("xyz")


def test_a_found_dry_run_below_a_gap_is_not_shown_among_the_others(runs: list[CanaryRun]) -> None:
    dry = [run(number, run_type=D, dry_run_id=DRY_RUN_ID if number > 25 else None) for number in range(30)]
    person = Person(Server(runs, dry))
    person.browser.search_dry_run(DRY_RUN_ID)
    person.settle()
    person.browser.search_dry_run("")
    person.browser.toggle(D)
    person.browser.toggle(C)
    person.settle()
    assert person.shown == dry[:10]
    assert person.browser.progress.loaded == 10


def test_failures_only_goes_on_through_further_pages_until_the_screen_is_full(runs: list[CanaryRun]) -> None:
    runs = [replace(it, status=RunStatus("FAILED", "x")) if n % 12 == 5 else it for n, it in enumerate(runs)]
    person = Person(Server(runs))
    person.settle()
    person.browser.narrow(failures_only=True)
    person.settle()
    assert person.shown == [it for it in runs if it.failed][: len(person.shown)]
    assert len(person.shown) == HEIGHT
    assert person.browser.progress == type(person.browser.progress)(60, HEIGHT, Phase.MORE)


def test_a_sparse_filter_is_stopped_by_escape_and_resumed_by_the_last_row(person: Person) -> None:
    person.settle()
    person.browser.narrow(text="nothing has this")
    [request] = person.browser.requests()
    assert person.browser.hurrying
    person.browser.stop()
    person.answer(request)
    assert person.browser.requests() == []
    for _ in "jj":
        person.browser.viewed(0, HEIGHT, moved=True, at_last=True)
    person.settle()
    assert person.browser.progress == type(person.browser.progress)(100, 0, Phase.END)


def test_the_text_filter_finds_reasons_states_and_ids_whatever_their_case(runs: list[CanaryRun]) -> None:
    special = replace(runs[3], status=RunStatus("FAILED", "TimeoutError: Über 100% [x]_", "CANARY_FAILURE", "FAILED"))
    person = Person(Server([*runs[:3], special, *runs[4:10]]))
    person.settle()
    for text in ("timeouterror", "FAILED", "00000003-0000", "100%", "[x]_", "canary_failure"):
        person.browser.narrow(text=text)
        assert person.shown == [special], text


def test_next_failure_loads_on_until_it_finds_one(runs: list[CanaryRun]) -> None:
    runs[37] = replace(runs[37], status=RunStatus("FAILED"))
    person = Person(Server(runs))
    person.settle()
    assert person.browser.seek_failure(0, 1) is None
    while requests := person.browser.requests():
        person.answer(requests[0])
        found = person.browser.found()
    assert (found, len(person.server.calls)) == (37, 4)
    assert not person.browser.seeking


def test_next_and_previous_failure_among_the_loaded(runs: list[CanaryRun]) -> None:
    for number in (2, 3, 7):
        runs[number] = replace(runs[number], status=RunStatus("FAILED"))
    person = Person(Server(runs))
    person.settle()
    assert [person.browser.seek_failure(at, 1) for at in (0, 2, 3)] == [2, 3, 7]
    assert [person.browser.seek_failure(at, -1) for at in (9, 7, 3, 2)] == [7, 3, 2, None]
    assert not person.browser.seeking, "nothing newer is asked for"


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
    canary = [replace(run(m, minutes=m), id=f"c{n}") for n, m in enumerate(sorted(canary_minutes))]
    dry = [replace(run(m, minutes=m, run_type=D), id=f"d{n}") for n, m in enumerate(sorted(dry_minutes))]
    person = Person(Server(canary, dry, size))
    fresh = 0
    for action in actions:
        if action in "12":
            person.browser.toggle(C if action == "1" else D)
        elif action == "s":
            person.scroll(len(person.shown))
        elif action == "r":
            fresh += 1
            person.server.lists[C].insert(0, replace(run(-fresh), id=f"n{fresh}"))
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
