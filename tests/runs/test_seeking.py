"""What a person would miss while looking for the start of a streak or for a cause: where it is, what it costs, Esc."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from canaryscope.runs.browser import UNASKED
from canaryscope.runs.errors import ServiceFailure, Throttled
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.triage import Streak, Triage
from runs.history import START, UNSAVED, Server, attempt, newest_first, run
from runs.person import HEIGHT, Person

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
STATES = {".": "PASSED", "F": "FAILED", "R": "RUNNING", "u": UNSAVED}


def story(line: str) -> list[CanaryRun]:
    """Scheduled runs a minute apart, newest first, a character each; r: failed, and passed on a retry."""
    return newest_first(
        [
            it
            for number, one in enumerate(line)
            for it in (
                [attempt(number, "FAILED"), attempt(number, retry=1)] if one == "r" else [attempt(number, STATES[one])]
            )
        ]
    )


def opened(line: str, dry_runs: Sequence[CanaryRun] = ()) -> Person:
    """A person who has opened the canary, ten runs a page, and waits."""
    person = Person(Server(story(line), dry_runs))
    person.settle()
    return person


def streak(person: Person) -> Streak:
    found = person.browser.triage(START).streak
    assert found is not None
    return found


def seek(person: Person) -> int | None:
    """Press s, and wait for the cursor to go there."""
    found = person.browser.seek_streak()
    while found is None and person.browser.seeking_streak and person.step():
        found = person.browser.streak_start()
    return found


def test_nothing_is_told_before_the_first_page() -> None:
    person = Person(Server(story("F")))
    assert person.browser.triage(START) == Triage()
    assert person.browser.causes() == []


# Unasked


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("F" * 5 + "." * 95, 1),
        ("F" * 15 + "." * 85, 2),
        ("F" * 39 + "." * 61, UNASKED),
        ("F" * 100, UNASKED),
        ("R" + "F" * 99, UNASKED),
        ("." * 100, 1),
        ("u" * 100, 1),
        ("R" * 100, 1),
        ("F" * 25, 3),
    ],
)
def test_the_last_good_run_of_a_failing_canary_is_looked_for_unasked_in_a_few_pages(line: str, calls: int) -> None:
    person = opened(line)
    assert person.tokens == [None, *(str(10 * page) for page in range(1, calls))]
    assert UNASKED < 5


def test_nothing_is_looked_for_unasked_after_esc() -> None:
    person = Person(Server(story("F" * 100)))
    [first] = person.browser.requests()
    person.browser.stop()
    person.answer(first)
    assert person.browser.requests() == []


def test_nothing_is_looked_for_unasked_where_only_dry_runs_are_shown() -> None:
    person = Person(Server(story("F" * 100), [run(n, run_type=D) for n in range(30)]), frozenset({D}))
    person.settle()
    assert [query.run_type for query, _ in person.server.calls] == [D]


def test_nothing_is_looked_for_unasked_where_passed_runs_may_be_deleted() -> None:
    person = Person(Server(story("F" * 100)))
    person.browser.failures_only_before = START - timedelta(minutes=15)
    person.settle()
    assert len(person.tokens) == 2
    assert (streak(person).runs, streak(person).whole) == (16, False)


def test_a_call_that_failed_is_not_repeated_unasked() -> None:
    person = Person(Server(story("F" * 100)))
    person.step()
    [second] = person.browser.requests()
    person.browser.fail(second, ServiceFailure("boom"))
    assert person.browser.requests() == []
    person.browser.refresh()
    [again] = person.browser.requests()
    assert again.token == second.token, "r tries again"


# s


@pytest.mark.parametrize(
    ("line", "start", "pages"),
    [
        ("FFF.......", 2, 1),
        ("F" * 57 + "." * 43, 56, 6),
        ("RR" + "F" * 20 + "u" + "." * 77, 21, 3),
        ("." * 33 + "F" * 67, 32, 4),
        ("F" * 33 + "r" * 20, 32, 4),
        ("uu" + "." * 20, 1, 1),
    ],
)
def test_s_goes_to_the_first_run_of_the_streak_and_asks_for_no_page_twice(line: str, start: int, pages: int) -> None:
    person = opened(line)
    assert seek(person) == start
    assert not person.browser.seeking
    assert person.tokens == [None, *(str(10 * page) for page in range(1, pages))]
    assert person.browser.requests() == []
    assert streak(person).whole


def test_s_goes_to_the_oldest_run_where_all_have_failed() -> None:
    person = opened("F" * 64)
    assert seek(person) == 63
    assert (person.phase, streak(person).whole) == ("END", False)


def test_s_goes_no_further_than_passed_runs_are_kept() -> None:
    person = opened("F" * 100)
    person.browser.failures_only_before = START - timedelta(minutes=55)
    assert seek(person) == 55
    assert len(person.tokens) == 6


def test_s_ends_where_nothing_is_decided() -> None:
    person = opened("R" * 25)
    assert seek(person) is None
    assert not person.browser.seeking
    assert len(person.tokens) == 3


def test_s_is_stopped_by_esc_and_by_moving() -> None:
    person = opened("F" * 100)
    for stop in (person.browser.stop, lambda: person.scroll(2)):
        assert person.browser.seek_streak() is None
        [request] = person.browser.requests()
        assert person.browser.hurrying
        stop()
        person.answer(request)
        assert person.browser.streak_start() is None
        assert person.browser.requests() == []


def test_s_goes_on_from_where_a_call_failed() -> None:
    person = opened("F" * 57 + "." * 43)
    person.browser.seek_streak()
    [request] = person.browser.requests()
    person.browser.fail(request, ServiceFailure("boom"))
    assert (person.browser.seeking, person.browser.requests()) == (False, [])
    person.browser.refresh()
    assert seek(person) == 56
    assert person.tokens == [None, *map(str, range(10, 60, 10))]


def test_s_waits_where_it_is_throttled() -> None:
    person = opened("F" * 57 + "." * 43)
    person.browser.seek_streak()
    [request] = person.browser.requests()
    person.browser.fail(request, error := Throttled("slow down"))
    assert person.browser.seeking
    assert person.browser.requests() == []
    person.browser.retry(error)
    assert seek(person) == 56


def test_s_with_both_run_types_loads_both_down_to_the_start() -> None:
    dry = [run(number, minutes=number * 2 + 0.5, run_type=D) for number in range(60)]
    person = opened("F" * 57 + "." * 43, dry)
    person.browser.toggle(D)
    person.settle()
    found = seek(person)
    assert found is not None
    assert person.shown[found].id == story("F" * 57)[-1].id
    assert person.phase == "MORE"
    assert len(person.server.calls) == len(set(person.server.calls))


def test_s_with_a_filter_goes_to_the_nearest_run_that_is_shown() -> None:
    person = opened("F" * 12 + "." * 20 + "F" * 8)
    person.browser.narrow(failures_only=True)
    person.settle()
    assert seek(person) == 11
    person.browser.narrow(failures_only=False, text="00000020-0")
    person.settle()
    assert (seek(person), len(person.shown)) == (0, 1)


def test_s_fills_what_a_stopped_refresh_has_left_out() -> None:
    person = opened("F" * 3 + "." * 97)
    person.server.lists[C] = [run(-n, state="FAILED") for n in range(35, 0, -1)] + story("F" * 3 + "." * 97)
    person.browser.refresh()
    [request] = person.browser.requests()
    person.browser.stop()
    person.answer(request)
    assert (person.phase, streak(person).runs, streak(person).whole) == ("GAP", 10, False)
    assert seek(person) == 37
    assert (person.phase, streak(person).runs, streak(person).whole) == ("MORE", 38, True)


def test_the_line_of_a_scheduled_run_is_that_of_its_schedule_folded_or_not() -> None:
    person = opened("rFr.")
    assert [person.browser.line_of(scheduled) for scheduled in range(4)] == [0, 1, 2, 3]
    person.browser.view.unfold_all()
    person.settle()
    assert [person.browser.line_of(scheduled) for scheduled in range(4)] == [0, 3, 4, 7]


# Causes


def test_a_cause_shows_its_failed_runs_only_and_is_named() -> None:
    texts = ("Failed to load url: https://host/ 503", "net::ERR_NAME_NOT_RESOLVED at https://host/")
    runs = [run(n, state="FAILED" if n % 3 else "PASSED", reason=texts[n % 2] if n % 3 else None) for n in range(12)]
    person = Person(Server(runs))
    person.browser.to_the_end()
    person.settle()
    causes = person.browser.causes()
    assert [one.runs for one in causes] == [4, 4]
    person.browser.narrow_to_cause(causes[0].id)
    person.settle()
    assert person.browser.cause == causes[0].cause.text
    assert {it.status.state_reason for it in person.shown} <= set(texts)
    assert len({it.status.state_reason for it in person.shown}) == 1
    assert person.browser.progress.matched == 4
    assert person.browser.causes() == causes, "the list of causes is that of all loaded runs"
    person.browser.narrow_to_cause(None)
    assert (person.browser.cause, person.shown) == ("", runs)


def test_a_cause_is_looked_for_in_further_pages_until_the_screen_is_full() -> None:
    runs = [run(n, state="FAILED", reason="503" if n % 12 else "net::ERR_NAME_NOT_RESOLVED") for n in range(100)]
    person = Person(Server(runs))
    person.step()
    rare = min(person.browser.causes(), key=lambda one: one.runs)
    person.browser.narrow_to_cause(rare.id)
    person.settle()
    assert len(person.shown) == HEIGHT
    assert len(person.tokens) == len(set(person.tokens))


def test_causes_of_dry_runs_are_told_where_dry_runs_are_shown() -> None:
    dry = [run(1, state="FAILED", reason="503", run_type=D)]
    person = Person(Server(story("."), dry), frozenset({D}))
    person.settle()
    assert [one.runs for one in person.browser.causes()] == [1]
    person.browser.toggle(C)
    person.browser.toggle(D)
    person.settle()
    assert person.browser.causes() == []
    assert person.browser.triage(START).streak is not None
