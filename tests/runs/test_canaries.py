"""What a person would miss in the list of canaries: one that fails, one that never ran, a page, the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.runs.canaries import CanaryEntry, CanaryList, ListKind, ListRequest
from canaryscope.runs.errors import AccessDenied, InvalidRequest, SourceError, TimedOut
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page, RunStatus, RunTimeline
from canaryscope.runs.scheduled import scheduled_run

LAST, LIST = ListKind.LAST_RUNS, ListKind.CANARIES


def last(name: str, state: str = "PASSED", browser: str | None = None) -> LastRun:
    return LastRun(name, CanaryRun(status=RunStatus(state, test_result=state), browser_type=browser))


def next_request(canaries: CanaryList) -> ListRequest:
    request = canaries.request()
    assert request is not None
    return request


class Account:
    """Two lists, and how many items of them make a page."""

    def __init__(self, last_runs: Sequence[LastRun], canaries: Sequence[Canary], size: int = 2) -> None:
        self.lists: dict[ListKind, Sequence[LastRun | Canary]] = {LAST: last_runs, LIST: canaries}
        self.size = size
        self.asked: list[tuple[ListKind, str | None]] = []

    def page(self, request: ListRequest) -> Page[LastRun] | Page[Canary]:
        self.asked.append((request.kind, request.token))
        first = int(request.token or 0)
        end = first + self.size
        items = tuple(self.lists[request.kind])
        return Page(items[first:end], str(end) if end < len(items) else None)  # type: ignore[return-value]

    def fill(self, canaries: CanaryList) -> None:
        while (request := canaries.request()) is not None:
            assert canaries.accept(request, self.page(request))


def names(canaries: CanaryList) -> list[str]:
    return [entry.name for entry in canaries.entries()]


def test_last_runs_are_asked_for_first_then_all_canaries_each_page_once() -> None:
    account = Account([last(name) for name in "edcba"], [Canary(name) for name in "abcdef"])
    account.fill(canaries := CanaryList())
    assert account.asked == [(LAST, None), (LAST, "2"), (LAST, "4"), (LIST, None), (LIST, "2"), (LIST, "4")]
    assert names(canaries) == list("abcdef")
    assert canaries.complete
    assert not canaries.loading


def test_failing_canaries_come_first_then_by_name() -> None:
    account = Account([last("a"), last("z", "FAILED"), last("m"), last("k", "FAILED")], [])
    account.fill(canaries := CanaryList())
    assert names(canaries) == ["k", "z", "a", "m"]


def test_a_canary_fails_if_one_of_its_browsers_or_locations_does() -> None:
    for order in (("FAILED", "PASSED"), ("PASSED", "FAILED")):
        account = Account([last("shop", order[0], "CHROME"), last("shop", order[1], "FIREFOX")], [])
        account.fill(canaries := CanaryList())
        [entry] = canaries.entries()
        assert entry.failing, order


def test_a_canary_that_never_ran_and_one_that_only_has_runs_are_both_listed() -> None:
    account = Account([last("only-runs")], [Canary("never-ran", state="CREATING")])
    account.fill(canaries := CanaryList())
    assert names(canaries) == ["never-ran", "only-runs"]
    assert canaries.get("never-ran") == CanaryEntry("never-ran", None, Canary("never-ran", state="CREATING"))
    assert canaries.get("neither") is None


def test_one_call_in_flight() -> None:
    canaries = CanaryList()
    request = next_request(canaries)
    assert canaries.loading
    assert canaries.request() is None
    canaries.accept(request, Page((last("a"),)))
    assert not canaries.loading


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    canaries = CanaryList()
    request = next_request(canaries)
    canaries.accept(request, Page((last("a"),)))
    assert not canaries.accept(request, Page((last("b"),)))
    assert not canaries.fail(request, TimedOut("late"))
    assert names(canaries) == ["a"]
    assert canaries.errors == {}


@pytest.mark.parametrize("refused", [LAST, LIST])
def test_where_one_list_is_refused_the_other_counts(refused: ListKind) -> None:
    account = Account([last("a"), last("b")], [Canary("c"), Canary("d")])
    canaries = CanaryList()
    while (request := canaries.request()) is not None:
        if request.kind is refused:
            assert canaries.fail(request, AccessDenied("no"))
        else:
            canaries.accept(request, account.page(request))
    assert names(canaries) == (["c", "d"] if refused is LAST else ["a", "b"])
    assert set(canaries.errors) == {refused}
    assert not canaries.complete


def test_a_failed_page_is_asked_again_from_the_same_token_and_only_when_told() -> None:
    account = Account([last(name) for name in "abcd"], [])
    canaries = CanaryList()
    canaries.accept(request := next_request(canaries), account.page(request))
    canaries.fail(next_request(canaries), TimedOut("hung"))
    account.fill(canaries)
    assert account.asked == [(LAST, None), (LIST, None)], "the other list goes on"
    canaries.refresh()
    account.fill(canaries)
    assert account.asked == [(LAST, None), (LIST, None), (LAST, "2")]
    assert names(canaries) == list("abcd")
    assert canaries.complete


def test_after_an_expired_token_the_list_is_begun_again() -> None:
    account = Account([last(name) for name in "abcd"], [])
    canaries = CanaryList()
    canaries.accept(request := next_request(canaries), account.page(request))
    canaries.fail(next_request(canaries), InvalidRequest("The NextToken has expired"))
    canaries.refresh()
    account.fill(canaries)
    assert account.asked == [(LAST, None), (LAST, None), (LAST, "2"), (LIST, None)]
    assert names(canaries) == list("abcd")


def test_a_token_that_comes_twice_is_an_error_not_a_circle_nor_a_complete_list() -> None:
    canaries = CanaryList()
    canaries.accept(next_request(canaries), Page((last("a"),), "same"))
    canaries.accept(next_request(canaries), Page((last("b"),), "same"))
    assert isinstance(canaries.errors[LAST], SourceError)
    assert names(canaries) == ["a", "b"]
    assert next_request(canaries).kind is LIST
    assert not canaries.complete


def test_an_empty_page_with_a_token_is_followed() -> None:
    canaries = CanaryList()
    canaries.accept(next_request(canaries), Page((), "more"))
    assert next_request(canaries).token == "more"


def test_refresh_asks_for_everything_and_keeps_what_is_known_until_then() -> None:
    account = Account([last("a"), last("b"), last("c", "FAILED")], [Canary(name) for name in "abc"])
    account.fill(canaries := CanaryList())
    account.lists = {LAST: [last("a", "FAILED"), last("c")], LIST: [Canary("a"), Canary("c"), Canary("d")]}
    canaries.refresh()
    asked = len(account.asked)
    canaries.accept(request := next_request(canaries), account.page(request))
    assert names(canaries) == ["a", "b", "c"], "what is known stays while the list is loaded anew"
    account.fill(canaries)
    assert names(canaries) == ["a", "c", "d"], "a canary that was deleted goes, one that was made comes"
    assert account.asked[asked:] == [(LAST, None), (LIST, None), (LIST, "2")]


def test_a_canary_that_recovered_no_longer_fails_after_a_refresh() -> None:
    account = Account([last("shop", "FAILED", "CHROME"), last("shop", "PASSED", "FIREFOX")], [Canary("shop")])
    account.fill(canaries := CanaryList())
    account.lists[LAST] = [last("shop", "PASSED", "CHROME"), last("shop", "PASSED", "FIREFOX")]
    canaries.refresh()
    account.fill(canaries)
    [entry] = canaries.entries()
    assert not entry.failing


def test_a_refresh_while_the_list_is_loading_asks_nothing_twice() -> None:
    account = Account([last("a"), last("b"), last("c")], [Canary("a")])
    canaries = CanaryList()
    request = next_request(canaries)
    canaries.refresh()
    assert canaries.request() is None
    assert canaries.accept(request, account.page(request))
    account.fill(canaries)
    assert account.asked == [(LAST, None), (LAST, "2"), (LIST, None)]


def test_retry_asks_again_for_what_is_named_only() -> None:
    canaries = CanaryList()
    for _ in ListKind:
        canaries.fail(next_request(canaries), TimedOut("hung"))
    assert canaries.request() is None
    canaries.retry([LIST])
    assert next_request(canaries).kind is LIST
    assert set(canaries.errors) == {LAST}


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["PASSED", "FAILED"]))),
    st.lists(st.sampled_from("defghi")),
    st.integers(1, 4),
)
def test_whatever_the_lists_hold_the_picker_has_every_canary_once(
    runs: list[tuple[str, str]], listed: list[str], size: int
) -> None:
    account = Account([last(*run) for run in runs], [Canary(name) for name in listed], size)
    account.fill(canaries := CanaryList())
    assert sorted(names(canaries)) == sorted({name for name, _ in runs} | set(listed))
    failing = {name for name, state in runs if state == "FAILED"}
    assert {entry.name for entry in canaries.entries() if entry.failing} == failing
    assert canaries.complete


# Overdue


NOW = datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def started(minutes: int, browser: str | None = None, state: str = "PASSED") -> LastRun:
    return LastRun("x", ran(minutes, browser, state))


def ran(minutes: int, browser: str | None = None, state: str = "PASSED") -> CanaryRun:
    timeline = RunTimeline(started=ago(minutes))
    return CanaryRun(status=RunStatus(state, test_result=state), timeline=timeline, browser_type=browser)


def every_five_minutes(name: str = "x") -> Canary:
    return Canary(name, state="RUNNING", schedule="rate(5 minutes)", last_started=ago(10_000))


def told(canaries: CanaryList, page: Page[LastRun] | Page[Canary], now: datetime = NOW) -> CanaryList:
    assert canaries.accept(next_request(canaries), page, now)
    return canaries


def overdue(canaries: CanaryList) -> list[str]:
    return [entry.name for entry in canaries.entries() if entry.overdue]


def test_a_canary_is_overdue_when_both_its_last_run_and_its_schedule_say_so() -> None:
    for minutes, late in ((10, []), (16, ["x"])):
        canaries = told(CanaryList(), Page((started(minutes),)))
        assert overdue(canaries) == []
        assert overdue(told(canaries, Page((every_five_minutes(),)))) == late


def test_a_list_that_grows_old_on_the_screen_does_not_make_a_canary_overdue() -> None:
    canaries = told(CanaryList(), Page((started(10),)))
    assert overdue(told(canaries, Page((every_five_minutes(),)), NOW + timedelta(hours=9))) == []


def test_of_several_browsers_the_newest_run_counts() -> None:
    for order in ((started(900, "FIREFOX", "FAILED"), started(2, "CHROME")), (started(2, "CHROME"), started(900))):
        canaries = told(told(CanaryList(), Page(order)), Page((every_five_minutes(),)))
        assert overdue(canaries) == []
        canaries.refresh()
        told(canaries, Page((started(900),)))
        assert overdue(canaries) == ["x"], "after a refresh it is the new list that counts"


@pytest.mark.parametrize("listed", [True, False])
def test_a_canary_that_never_ran_is_overdue_whether_the_last_runs_list_it_or_not(listed: bool) -> None:
    first: Page[LastRun] = Page((LastRun("x"),) if listed else ())
    assert overdue(told(told(CanaryList(), first), Page((every_five_minutes(),)))) == ["x"]


def test_a_canary_that_never_ran_is_overdue_although_the_last_runs_came_at_last_only() -> None:
    canaries = CanaryList()
    canaries.fail(next_request(canaries), TimedOut("hung"))
    told(canaries, Page((every_five_minutes(),)))
    assert overdue(canaries) == []
    canaries.retry()
    assert overdue(told(canaries, Page(()))) == ["x"]


def test_where_the_last_runs_are_not_known_no_canary_is_called_overdue() -> None:
    canaries = CanaryList()
    canaries.fail(next_request(canaries), AccessDenied("no"))
    assert overdue(told(canaries, Page((every_five_minutes(),)))) == []
    canaries = told(CanaryList(), Page((last("x"),)))
    assert overdue(told(canaries, Page((every_five_minutes(),)))) == [], "a last run without Started"


def test_runs_that_were_loaded_since_are_the_last_run() -> None:
    canaries = told(told(CanaryList(), Page((started(20),))), Page((every_five_minutes(),)))
    canaries.learn("x", scheduled_run([ran(3, "FIREFOX", "FAILED"), ran(2, "CHROME")]), NOW)
    [entry] = canaries.entries()
    assert (entry.failing, entry.started, entry.overdue) == (True, ago(2), False)
    canaries.learn("x", scheduled_run([ran(2)]), NOW + timedelta(minutes=14))
    assert overdue(canaries) == ["x"]
    canaries.learn("unlisted", scheduled_run([ran(2)]), NOW)
    assert names(canaries) == ["x"]


def test_runs_older_than_the_list_change_nothing() -> None:
    canaries = told(CanaryList(), Page((started(2),)))
    before = canaries.entries()
    canaries.learn("x", scheduled_run([ran(7, state="FAILED")]), NOW + timedelta(hours=1))
    canaries.learn("x", scheduled_run([CanaryRun(status=RunStatus("FAILED"))]), NOW)
    assert canaries.entries() == before
