"""What a person on call would be told wrong of what differs between a good run and a failed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence import compare_requests
from canaryscope.evidence.compare import Comparison, Configuration, Side, compare
from canaryscope.evidence.compare_requests import RequestChange, request_changes
from canaryscope.evidence.compare_steps import StepChange, step_pairs
from canaryscope.evidence.pairing import paired
from canaryscope.evidence.report import Report, Step
from canaryscope.evidence.request_shape import shape
from canaryscope.evidence.requests import REQUESTS as MOST_REQUESTS
from canaryscope.evidence.requests import Request
from canaryscope.runs.model import CanaryRun, RunTimeline, RunType
from evidence.comparing import MOMENTS, REQUESTS, SIDES, START, STEPS, request, step


def at(minutes: float, run_type: RunType = RunType.CANARY_RUN, dry_run_id: str | None = None) -> CanaryRun:
    return CanaryRun(run_type, timeline=RunTimeline(START + timedelta(minutes=minutes)), dry_run_id=dry_run_id)


def changed(before: Sequence[Step], after: Sequence[Step]) -> list[tuple[str, str]]:
    return [(pair.step.name, pair.change.value) for pair in step_pairs(before, after)]


def kinds(before: Sequence[Request], after: Sequence[Request]) -> list[tuple[str, str]]:
    return [(pair.request.url, pair.change.value) for pair in request_changes(before, after).pairs]


# The two runs


def test_the_older_run_is_before_whichever_was_marked_first() -> None:
    old, new = Side(at(0)), Side(at(5))
    for comparison in (compare(old, new), compare(new, old)):
        assert (comparison.before, comparison.after) == (old, new)


@pytest.mark.parametrize("timeline", [RunTimeline(), RunTimeline(START)])
def test_where_no_time_tells_the_first_one_is_before(timeline: RunTimeline) -> None:
    good, failed = Side(CanaryRun(timeline=RunTimeline(START))), Side(CanaryRun(id="failed", timeline=timeline))
    assert compare(good, failed).before is good


@pytest.mark.parametrize(
    ("minutes", "configuration"),
    [
        (-1, Configuration.UNCHANGED),
        (0, Configuration.UNCHANGED),
        (1, Configuration.BETWEEN),
        (5, Configuration.BETWEEN),
        (6, Configuration.LATER),
        (None, Configuration.UNKNOWN),
    ],
)
def test_no_more_is_claimed_of_the_configuration_than_the_last_change_tells(
    minutes: int | None, configuration: Configuration
) -> None:
    modified = None if minutes is None else START + timedelta(minutes=minutes)
    assert compare(Side(at(5)), Side(at(0)), modified).configuration is configuration


def test_without_a_start_nothing_is_known_of_the_configuration() -> None:
    assert compare(Side(CanaryRun()), Side(at(5)), START).configuration is Configuration.UNKNOWN


def test_a_dry_run_has_a_configuration_of_its_own() -> None:
    one, same = at(0, RunType.DRY_RUN, "a"), at(5, RunType.DRY_RUN, "a")
    other, nameless = at(5, RunType.DRY_RUN, "b"), at(5, RunType.DRY_RUN)
    between = START + timedelta(minutes=1)
    assert compare(Side(one), Side(same), between).configuration is Configuration.ONE_DRY_RUN
    for run in (other, nameless, at(5)):
        assert compare(Side(one), Side(run), between).configuration is Configuration.DRY_RUN
    assert compare(Side(nameless), Side(nameless), between).configuration is Configuration.DRY_RUN


def test_what_one_run_does_not_have_is_not_called_new_or_gone() -> None:
    whole = Side(at(0), Report(steps=(step(1, "open"),)), (request("https://h/"),))
    comparison = compare(whole, Side(at(5)))
    assert (comparison.steps, comparison.requests, comparison.turned) == (None, None, None)


# Steps


def test_the_first_step_that_differs_is_named_and_what_came_after_it_was_not_reached() -> None:
    before = [step(1, "open"), step(2, "log in"), step(3, "pay", 1.2), step(4, "thank"), step(5, "leave")]
    after = [step(1, "open"), step(2, "log in", 3), step(3, "pay", 30, "FAILED")]
    comparison = compare(Side(at(0), Report(steps=tuple(before))), Side(at(5), Report(steps=tuple(after))))
    turned = comparison.turned
    assert turned is not None
    assert (turned.step.name, turned.ratio, turned.difference) == ("pay", 25, timedelta(seconds=28.8))
    assert [pair.change.value for pair in comparison.steps or ()] == ["same", "same", "fails now"] + 2 * ["not reached"]
    assert [pair.step.name for pair in comparison.steps or () if pair.slower] == ["log in", "pay"]


def test_the_run_that_passes_again_reaches_its_last_steps_again() -> None:
    failed, passed = [step(1, "open"), step(2, "pay", status="FAILED")], [step(1, "open"), step(2, "pay"), step(3, "x")]
    assert changed(failed, passed) == [("open", "same"), ("pay", "passes again"), ("x", "reached again")]


def test_a_step_that_was_put_in_between_does_not_shift_the_others() -> None:
    before = [step(1, "open"), step(2, "pay"), step(3, "leave")]
    after = [step(1, "open"), step(2, "accept cookies"), step(3, "pay"), step(4, "leave")]
    shown = [("open", "same"), ("accept cookies", "new"), ("pay", "same"), ("leave", "same")]
    assert changed(before, after) == shown
    assert changed(after, before) == [(name, "gone" if kind == "new" else kind) for name, kind in shown]


def test_a_step_that_is_gone_stands_where_it_was_although_a_later_one_failed() -> None:
    before = [step(1, "open"), step(2, "banner"), step(3, "pay")]
    assert changed(before, [step(1, "open"), step(3, "pay", status="FAILED")]) == [
        ("open", "same"),
        ("banner", "gone"),
        ("pay", "fails now"),
    ]


def test_a_step_that_is_done_again_is_compared_with_the_same_turn_before() -> None:
    before = [step(1, "poll", 1), step(1, "poll", 2), step(1, "poll", 3)]
    pairs = step_pairs(before, [step(1, "poll", 1), step(1, "poll", 2)])
    assert [(pair.difference, pair.change) for pair in pairs] == [
        (timedelta(0), StepChange.SAME),
        (timedelta(0), StepChange.SAME),
        (None, StepChange.GONE),
    ]


def test_a_new_step_that_fails_is_the_first_that_differs() -> None:
    comparison = compare(
        Side(at(0), Report(steps=(step(1, "open"),))),
        Side(at(5), Report(steps=(step(1, "open"), step(2, "banner", status="FAILED")))),
    )
    assert comparison.turned is not None
    assert (comparison.turned.step.name, comparison.turned.change) == ("banner", StepChange.NEW)


def test_a_status_that_was_not_told_has_not_changed() -> None:
    assert changed([step(1, "open", status="")], [step(1, "open")]) == [("open", "same")]
    assert changed([step(1, "open", status="SKIPPED")], [step(1, "open")]) == [("open", "another status")]


@given(st.lists(STEPS, max_size=8), st.lists(STEPS, max_size=8))
def test_no_step_is_lost_or_shown_twice_and_none_overtakes_another(before: list[Step], after: list[Step]) -> None:
    pairs = step_pairs(before, after)
    assert [pair.after for pair in pairs if pair.after is not None] == after
    assert Counter(id(pair.before) for pair in pairs if pair.before is not None) == Counter(map(id, before))


# Requests


def test_what_fails_now_is_new_or_gone_or_slower() -> None:
    before = [request("https://h/pay", ms=90, method="POST"), request("https://h/a.js"), request("https://h/old")]
    after = [
        request("https://h/pay", 504, 30_000, "POST"),
        request("https://h/a.js", ms=400),
        request("https://t/new", 404),
    ]
    assert kinds(before, after) == [
        ("https://h/pay", "fail now"),
        ("https://h/a.js", "slower"),
        ("https://h/old", "gone"),
        ("https://t/new", "new"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (request("u", 200), request("u", 500), RequestChange.FAILS),
        (request("u", 500), request("u", 200), RequestChange.RECOVERED),
        (request("u", 404), request("u", 503), RequestChange.STATUS),
        (request("u", 200), request("u", 302), RequestChange.STATUS),
        (request("u", 200), request("u", 304), RequestChange.SAME),
        (request("u", 304, 10), request("u", 200, 900), RequestChange.SLOWER),
        (request("u", ms=200), request("u", ms=400), RequestChange.SLOWER),
        (request("u", ms=200), request("u", ms=399), RequestChange.SAME),
        (request("u", ms=10), request("u", ms=200), RequestChange.SAME),
        (request("u", ms=5_000), request("u", ms=9_000), RequestChange.SAME),
        (request("u", ms=0), request("u", ms=200), RequestChange.SLOWER),
        (replace(request("u"), status=None), request("u"), RequestChange.SAME),
    ],
)
def test_a_request_has_changed_in_what_matters_most(before: Request, after: Request, change: RequestChange) -> None:
    (pair,) = request_changes([before], [after]).pairs
    assert pair.change is change


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/orders/1842/items", "/orders/99/items"),
        ("/o/0f8fad5b-d9cb-469f-a165-70867728950e", "/o/7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        ("/main.3f2a9c1b.js", "/main.ab12cd99.js"),
        ("/assets/index-BxY7k2Qa.js", "/assets/index-Zq81LmPw.js"),
        ("/pay?t=1732275427&q=a", "/pay?t=1732275999&q=b"),
        ("/a/2026-11-22T12:27:07.250Z/x", "/a/2026-11-23T01:00:00Z/x"),
        ("/a/20261122T122707Z", "/a/20261123T010000Z"),
        ("/x?1732275427", "/x?1732275999"),
        ("/s/Yk3nVbQ1xZp9LmT7", "/s/p0Lm2KqWz84Rt6Yb"),
        ("/reset/QmFzZUFsbExldHRlcnNX", "/reset/TGV0dGVyc09ubHlBZ2Fp"),
        ("/p#one", "/p#two"),
        ("data:image/png;base64,AAAA", "data:image/gif;base64,BBBB"),
        ("blob:https://h/1", "blob:https://h/2"),
    ],
)
def test_requests_that_differ_in_what_every_run_makes_anew_are_of_a_kind(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/pay", "/payment"),
        ("/v1/pay", "/v2/pay"),
        ("/pay?a=1", "/pay?b=1"),
        ("/pay", "/pay?a="),
        ("/bootstrap5.min.js", "/jquery3.min.js"),
        ("/internationalization-overview", "/internationalisation-overview"),
        ("/a.js", "/a.css"),
        ("data:,a", "blob:a"),
    ],
)
def test_requests_that_ask_for_two_things_are_not(one: str, other: str) -> None:
    assert shape(one) != shape(other)


def test_the_same_url_comes_before_one_of_its_kind() -> None:
    before = [request("https://h/item/1", 404), request("https://h/item/2"), request("https://h/item/3")]
    after = [request("https://h/item/2"), request("https://h/item/3")]
    assert kinds(before, after) == [
        ("https://h/item/1", "gone"),
        ("https://h/item/2", "same"),
        ("https://h/item/3", "same"),
    ]


def test_several_of_a_kind_are_compared_in_their_order_and_a_retry_is_new() -> None:
    before = [request("https://h/poll?t=1", ms=10), request("https://h/poll?t=2", ms=20)]
    after = [
        request("https://H/poll?t=7", ms=900),
        request("https://h/poll?t=8", ms=20),
        request("https://h/poll?t=9", 500),
    ]
    pairs = request_changes(before, after).pairs
    assert [(pair.difference_ms, pair.change.value) for pair in pairs] == [(890, "slower"), (0, "same"), (None, "new")]


def test_the_hosts_whose_time_has_changed_most_are_first() -> None:
    before = [request("https://a/1", ms=10), request("https://b/1", ms=10), request("https://B/2", ms=10)]
    after = [request("https://a/1", ms=20), request("https://b/1", 500, 990), request("data:,x")]
    changes = request_changes(before, after)
    assert [(host.name, host.before.count, host.after.failed, host.after.total_ms) for host in changes.hosts] == [
        ("b", 2, 1, 990),
        ("a", 1, 0, 20),
    ]
    assert (changes.before.count, changes.before.total_ms, changes.after.failed) == (3, 30, 1)


def test_of_a_kind_those_that_failed_and_those_that_cost_most_are_first() -> None:
    after = [request("https://h/a", ms=1), request("https://h/b", ms=5), request("https://h/c", 500, 0)]
    new = request_changes([], after).of(RequestChange.NEW)
    assert [pair.request.url[-1] for pair in new] == ["c", "b", "a"]


def test_time_grows_with_the_number_of_requests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as are kept, all of one kind, none of one URL: each is looked at once."""
    asked = Counter[str]()

    def counted(path: str) -> str:
        asked[path] += 1
        return shape(path)

    monkeypatch.setattr(compare_requests, "shape", counted)
    before, after = ([request(f"https://h/poll?{side}={n}") for n in range(MOST_REQUESTS)] for side in ("t", "s"))
    after = [replace(one, path=one.path.replace("s=", "t=")) for one in after]
    pairs = request_changes(before, after).pairs
    assert len(pairs) == MOST_REQUESTS
    assert set(asked.values()) == {2}


@given(st.lists(REQUESTS, max_size=12), st.lists(REQUESTS, max_size=12))
def test_what_is_new_one_way_is_gone_the_other_way(one: list[Request], other: list[Request]) -> None:
    mirror = {"new": "gone", "gone": "new", "fail now": "recovered", "recovered": "fail now", "slower": "same"}
    there, back = Counter(k for _, k in kinds(one, other)), Counter(k for _, k in kinds(other, one))
    for kind in ("new", "gone", "fail now", "recovered", "another status"):
        assert there[kind] == back[mirror.get(kind, kind)]
    assert there["same"] + there["slower"] == back["same"] + back["slower"]
    assert request_changes(one, other).after.count == len(other)


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_pairs_lose_nothing_and_keep_the_order_after(before: list[int], after: list[int]) -> None:
    pairs = paired(before, after, lambda one: one or None)
    assert [two for _, two in pairs if two is not None] == after
    assert sorted(one for one, _ in pairs if one is not None) == sorted(before)
    assert sum(None not in pair for pair in pairs) == sum(
        ((Counter(before) & Counter(after)) - Counter({0: 99})).values()
    )


# Everything


@given(SIDES)
def test_a_run_does_not_differ_from_itself(side: Side) -> None:
    comparison = compare(side, side)
    assert comparison.turned is None
    assert {pair.change for pair in comparison.steps or ()} <= {StepChange.SAME}
    assert not any(pair.slower for pair in comparison.steps or ())
    if comparison.requests is not None:
        assert {pair.change for pair in comparison.requests.pairs} <= {RequestChange.SAME}
        assert comparison.requests.before == comparison.requests.after


@given(SIDES, SIDES, MOMENTS)
def test_any_two_runs_can_be_compared(one: Side, other: Side, modified: datetime | None) -> None:
    comparison = compare(one, other, modified)
    assert isinstance(comparison, Comparison)
    assert {id(comparison.before), id(comparison.after)} == {id(one), id(other)}
    started = [side.run.timeline.started for side in (comparison.before, comparison.after)]
    assert None in started or started == sorted(moment for moment in started if moment)
