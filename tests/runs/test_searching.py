"""What a person would miss while searching: run types, a DryRunId, a text, the next failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from canaryscope.runs.model import CanaryRun, RunStatus, RunType
from canaryscope.runs.progress import Phase, Progress
from runs.history import DRY_RUN_ID, Server, run
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
    runs = [run(number, minutes=number // 7)._replace(id=f"c{number}") for number in range(50)]
    dry = [run(number, minutes=number // 5, run_type=D)._replace(id=f"d{number}") for number in range(40)]
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
    runs = [it._replace(status=RunStatus("FAILED", "x")) if n % 12 == 5 else it for n, it in enumerate(runs)]
    person = Person(Server(runs))
    person.settle()
    person.browser.narrow(failures_only=True)
    person.settle()
    assert person.shown == [it for it in runs if it.failed][: len(person.shown)]
    assert len(person.shown) == HEIGHT
    assert person.browser.progress == Progress(60, HEIGHT, Phase.MORE)


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
    assert person.browser.progress == Progress(100, 0, Phase.END)


def test_the_text_filter_finds_reasons_states_and_ids_whatever_their_case(runs: list[CanaryRun]) -> None:
    special = runs[3]._replace(status=RunStatus("FAILED", "TimeoutError: Über 100% [x]_", "CANARY_FAILURE", "FAILED"))
    person = Person(Server([*runs[:3], special, *runs[4:10]]))
    person.settle()
    for text in ("timeouterror", "FAILED", "00000003-0000", "100%", "[x]_", "canary_failure"):
        person.browser.narrow(text=text)
        assert person.shown == [special], text


def test_next_failure_loads_on_until_it_finds_one(runs: list[CanaryRun]) -> None:
    runs[37] = runs[37]._replace(status=RunStatus("FAILED"))
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
        runs[number] = runs[number]._replace(status=RunStatus("FAILED"))
    person = Person(Server(runs))
    person.settle()
    assert [person.browser.seek_failure(at, 1) for at in (0, 2, 3)] == [2, 3, 7]
    assert [person.browser.seek_failure(at, -1) for at in (9, 7, 3, 2)] == [7, 3, 2, None]
    assert not person.browser.seeking, "nothing newer is asked for"
