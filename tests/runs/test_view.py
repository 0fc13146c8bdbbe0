"""What a person would miss if folding, unfolding or a filter lost a run, showed one twice, or hid a failure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canaryscope.runs import view as view_module
from canaryscope.runs.causes import cause_of
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.packing import microseconds
from canaryscope.runs.store import RunStore
from canaryscope.runs.view import Horizon, RunView, ViewLine
from runs import plain
from runs.history import DRY_RUN_ID, START, attempt, newest_first, run
from runs.strategies import History, histories

C, D = RunType.CANARY_RUN, RunType.DRY_RUN
DOWN_TO_THE_END = Horizon()
Key = tuple[RunType, str | None]
Line = tuple[str, frozenset[str | None]]
"""What kind of line it is, and the ids of the runs it stands for."""


@dataclass
class Shown:
    """A store and a view over it, and beside them what a person knows of both."""

    store: RunStore = field(default_factory=RunStore)
    runs: list[CanaryRun] = field(default_factory=list)
    filter: RunFilter = field(default_factory=RunFilter)
    all: bool = False
    otherwise: set[Key] = field(default_factory=set)
    """Schedules that are unfolded, or folded where `all` is on."""

    def __post_init__(self) -> None:
        self.view = RunView(self.store)
        self.show(self.filter)

    def load(self, runs: Sequence[CanaryRun], run_type: RunType = C) -> None:
        added = self.store.add(runs, run_type, seq=len(self.runs))
        self.runs += runs
        self.view.absorb(*added.changed)

    def show(self, run_filter: RunFilter) -> None:
        self.filter = run_filter
        self.view.show(run_filter)

    def toggle(self, index: int) -> None:
        """Unfold or fold the schedule that a line belongs to."""
        line = self.line(index)
        self.view.unfold(index)
        if line.schedule is not None or line.member:
            self.otherwise ^= {key(line.stored.run)}

    def toggle_all(self) -> None:
        self.view.unfold_all()
        self.all = not self.all
        self.otherwise.clear()

    def through(self) -> None:
        while not self.view.scan():
            pass

    def line(self, index: int) -> ViewLine:
        (line,) = self.view.rows(index, index + 1)
        return line

    @property
    def lines(self) -> list[Line]:
        """What the view shows."""
        return [
            ("below" if line.member else "schedule" if line.schedule else "alone", ids(line))
            for line in self.view.rows(0, len(self.view))
        ]

    def matches(self, it: CanaryRun) -> bool:
        """Whether the filter lets a run through, in plain words."""
        wanted = self.filter
        fields = (it.id, it.dry_run_id, it.browser_type, it.status.state, it.status.test_result, it.status.state_reason)
        causes = self.store.causes
        return (
            self.asked_for(it)
            and not (wanted.dry_run_part and it.run_type is D and wanted.dry_run_part not in (it.dry_run_id or ""))
            and (it.failed or not wanted.failures_only)
            and any(wanted.text.lower() in (one or "").lower() for one in fields)
            and (wanted.cause is None or cause_of(it.status) in causes[wanted.cause : wanted.cause + 1])
        )

    def asked_for(self, it: CanaryRun) -> bool:
        whole = self.filter.dry_run_id
        return it.run_type in self.filter.types and (it.run_type is C or whole in (None, it.dry_run_id))

    def expected(self, horizon: Horizon) -> tuple[list[Line], list[int], int]:
        """The lines that a person expects, the indices of those that stand for failed runs, and how many runs match."""
        lines: list[Line] = []
        stops: list[int] = []
        matched = 0
        for group in sorted(map(newest_first, plain.schedules(self.runs)), key=age):
            matching = [it for it in group if self.matches(it)]
            at, dry = -age(group)[0], age(group)[1]
            if not matching or at < horizon.at or (at == horizon.at and dry > horizon.dry):
                continue
            matched += len(matching)
            lines.append(("schedule" if len(group) > 1 else "alone", frozenset(it.id for it in group)))
            head, failed = len(lines) - 1, any(it.failed for it in group)
            if len(group) > 1 and self.all != (key(group[0]) in self.otherwise):
                lines += [("below", frozenset({it.id})) for it in matching]
                stops += [head + n for n, it in enumerate(matching, 1) if it.failed]
            if failed and (not stops or stops[-1] < head):
                stops.append(head)
        return lines, stops, matched

    def check(self, horizon: Horizon = DOWN_TO_THE_END) -> None:
        """The view shows what is expected, finds each line, and visits each failure."""
        self.through()
        self.view.limit(horizon)
        lines, stops, matched = self.expected(horizon)
        assert self.lines == lines
        assert self.view.matched == matched
        for index in range(len(lines)):
            number = self.view.line(index)
            assert number is not None
            assert number == self.line(index).number
            assert self.view.index(number) == self.view.find(number, 0) == index
            assert self.view.failure(index, 1) == next((stop for stop in stops if stop > index), None)
            assert self.view.failure(index, -1) == next((stop for stop in reversed(stops) if stop < index), None)


def key(it: CanaryRun) -> Key:
    return it.run_type, it.scheduled_run_id or it.id


def age(group: Sequence[CanaryRun]) -> tuple[int, int]:
    """What the line of a schedule is ordered by: the start of its oldest run; canary runs before dry runs."""
    oldest = group[-1]
    return -(microseconds(oldest.timeline.started) or 0), int(oldest.run_type is D)


def ids(line: ViewLine) -> frozenset[str | None]:
    return frozenset(it.id for it in (line.schedule.runs if line.schedule else (line.stored.run,)))


@pytest.fixture
def shown() -> Iterator[Shown]:
    shown = Shown()
    yield shown
    shown.store.close()


filters = st.builds(
    RunFilter,
    types=st.sampled_from([frozenset({C}), frozenset({D}), frozenset({C, D})]),
    failures_only=st.booleans(),
    text=st.sampled_from(("", "", "firefox", "FAILED", "code: 405", "00000001-0")),
    dry_run_part=st.sampled_from(("", "", DRY_RUN_ID[:6])),
    dry_run_id=st.sampled_from((None, None, DRY_RUN_ID)),
    cause=st.sampled_from((None, None, 0, 1, 7)),
)


@pytest.fixture(autouse=True, scope="module")
def small_steps() -> Iterator[None]:
    """A scan looks at few rows at a time, so that schedules and pages lie across its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view_module, "SCAN_ROWS", 3)
        patch.setattr(view_module, "HEADS", 2)
        yield


@settings(max_examples=60)
@given(history=histories(), run_filter=filters, unfold=st.booleans(), data=st.data())
def test_folding_and_filtering_lose_nothing_and_hide_no_failure(
    history: History, run_filter: RunFilter, unfold: bool, data: st.DataObject
) -> None:
    shown = Shown()
    shown.load(history.canary)
    shown.load(history.dry, D)
    shown.show(run_filter)
    if unfold:
        shown.toggle_all()
    shown.check()
    for index in data.draw(st.lists(st.integers(0, 30), max_size=4), "toggled"):
        if index < len(shown.view):
            shown.toggle(index)
    shown.check()
    if shown.runs:
        border = data.draw(st.sampled_from(shown.runs), "horizon")
        shown.check(Horizon(microseconds(border.timeline.started) or 0, data.draw(st.integers(0, 1), "dry")))
        shown.check()
    shown.store.close()


actions = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.integers(1, 12)),
        st.tuples(st.just("load dry"), st.integers(1, 3)),
        st.tuples(st.just("toggle"), st.integers(0, 20)),
        st.tuples(st.just("scan"), st.just(0)),
        st.tuples(st.just("toggle all"), st.just(0)),
        st.tuples(st.just("show"), filters),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(history=histories(), shuffled=st.randoms(use_true_random=False), actions=actions)
def test_whatever_comes_while_looking_through_is_shown_as_if_it_had_been_there(
    history: History, shuffled: random.Random, actions: list[tuple[str, int | RunFilter]]
) -> None:
    shown = Shown()
    waiting = {C: list(history.canary), D: list(history.dry)}
    shuffled.shuffle(waiting[C])
    for action, value in actions:
        if isinstance(value, RunFilter):
            shown.show(value)
        elif action.startswith("load"):
            run_type = D if action == "load dry" else C
            page, waiting[run_type] = waiting[run_type][:value], waiting[run_type][value:]
            shown.load(newest_first(page), run_type)
        elif action == "toggle" and value < len(shown.view):
            shown.toggle(value)
        elif action == "toggle all":
            shown.toggle_all()
        elif action == "scan":
            shown.view.scan()
    shown.check()
    shown.store.close()


def two_browsers(number: int) -> list[CanaryRun]:
    """A scheduled run that failed in Firefox, newest first."""
    return [attempt(number, "FAILED", browser="FIREFOX", later=1), attempt(number, browser="CHROME")]


def test_a_schedule_stays_unfolded_when_a_run_of_it_comes_late_or_from_before(shown: Shown) -> None:
    third, second, first = (attempt(1, "FAILED", retry=retry) for retry in (2, 1, None))
    shown.load([run(0), third, second])
    shown.through()
    assert shown.view.unfold(1) == 1
    shown.load([first])
    assert shown.lines[2:] == [("below", frozenset({it.id})) for it in (third, second, first)]
    assert [line.unfolded for line in shown.view.rows(0, 3)] == [False, True, False]
    shown.load([third._replace(id="later", browser_type="FIREFOX")])
    assert len(shown.lines) == 6


def test_the_line_of_a_schedule_shows_all_its_runs_and_the_one_that_tells_most(shown: Shown) -> None:
    shown.load([run(0), *two_browsers(1)])
    shown.through()
    line = shown.line(1)
    assert line.schedule is not None
    assert (line.schedule.verdict, line.stored.run) == ("FAILED IN FIREFOX ONLY", two_browsers(1)[0])
    assert (shown.line(0).schedule, shown.line(0).member) == (None, False)


def test_unfolding_from_below_goes_to_the_line_of_the_schedule(shown: Shown) -> None:
    shown.load([run(0), *two_browsers(1), run(2)])
    shown.through()
    assert shown.view.unfold(0) == 0, "there is nothing to unfold"
    assert shown.view.unfold(1, True) == 1
    assert shown.view.unfold(1, True) == 1, "it is unfolded"
    assert len(shown.view) == 5
    assert shown.view.unfold(3, False) == 1
    assert len(shown.view) == 3
    assert shown.view.unfold(7) == 7, "no such line"


def test_a_failure_that_was_made_good_by_a_retry_is_found_and_shown_among_failures(shown: Shown) -> None:
    shown.load([run(0), attempt(1, retry=1), attempt(1, "FAILED"), run(2), *two_browsers(3)])
    shown.through()
    assert (shown.view.failure(0, 1), shown.view.failure(1, 1), shown.view.failure(3, -1)) == (1, 3, 1)
    shown.show(RunFilter(failures_only=True))
    shown.through()
    assert [kind for kind, _ in shown.lines] == ["schedule", "schedule"]
    assert shown.view.matched == 2, "runs, not lines"


def test_a_failure_that_a_filter_leaves_out_is_stopped_at_on_the_way_up_too(shown: Shown) -> None:
    shown.load([run(0), *two_browsers(1), *two_browsers(2)])
    shown.show(RunFilter(text="chrome"))
    shown.toggle_all()
    shown.check()
    assert [kind for kind, _ in shown.lines] == ["schedule", "below", "schedule", "below"]
    assert [shown.view.failure(index, -1) for index in range(4)] == [None, 0, 0, 2]


def test_a_line_that_is_gone_is_looked_for_where_it_was(shown: Shown) -> None:
    shown.load([run(0), *two_browsers(1), run(2, state="FAILED"), run(3)])
    shown.through()
    shown.view.unfold(1)
    firefox, passed = shown.view.line(2), shown.view.line(5)
    assert firefox is not None
    assert passed is not None
    shown.view.unfold(1)
    assert shown.view.index(firefox) == 1, "below the line of its schedule"
    shown.show(RunFilter(failures_only=True))
    shown.through()
    assert shown.view.index(passed) is None
    at = microseconds(run(3).timeline.started) or 0
    assert shown.view.find(passed, at) == 1, "nothing is below: the last line"
    assert shown.view.find(passed, at + 90_000_000) == 1, "the nearest below"
    assert shown.view.find(passed, at + 10**9) == 0


def test_while_it_is_looked_through_the_lines_so_far_are_shown(shown: Shown) -> None:
    shown.load([it for number in range(6) for it in two_browsers(number)])
    shown.show(RunFilter(text="firefox"))
    sizes = []
    while not shown.view.scan():
        assert shown.view.scanning
        sizes.append(len(shown.view))
    assert sizes == sorted(sizes)
    assert sizes[0] < 6 == len(shown.view)


def test_no_run_below_the_horizon_is_shown_or_counted(shown: Shown) -> None:
    shown.load([run(number, state="FAILED") for number in range(6)])
    shown.show(RunFilter(failures_only=True))
    shown.through()
    shown.view.limit(Horizon(microseconds(START) or 0))
    assert (len(shown.view), shown.view.matched, shown.view.population()) == (1, 1, 1)
    assert shown.view.failure(0, 1) is None
