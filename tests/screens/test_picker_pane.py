"""What a person would miss in the list of canaries: a failing one on top, their line, the way to a name not listed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from canaryscope.preferences import Preferences
from canaryscope.runs.errors import AccessDenied, Throttled, TimedOut
from canaryscope.runs.model import Canary, CanaryRun
from runs.history import run
from screens.gated import CANARY, RUNS, account, cursor, history, in_flight, quiet
from screens.support import FakeAccount, Seen, explorer, shown

LAST, LIST = "DescribeCanariesLastRun", "DescribeCanaries"


def crowd(count: int, *, failing: tuple[int, ...] = ()) -> FakeAccount:
    """Canaries `service-0000` and so on, each with one run."""
    return FakeAccount(
        {f"service-{number:04}": [run(0, state="FAILED" if number in failing else "PASSED")] for number in range(count)}
    )


def denied() -> AccessDenied:
    return AccessDenied("User x is not authorized to perform that.", "Ask an administrator.")


def listed(seen: Seen) -> list[str]:
    """The picker's lines, head and filter included."""
    return shown(seen.app, seen.app.explorer.picker_pane)


def chosen(seen: Seen) -> str | None:
    return seen.app.explorer.picker_pane.picker.highlighted


def chosen_line(seen: Seen) -> int:
    """On which line of the screen the cursor of the list is."""
    [line] = [y for y, text in enumerate(seen.lines) if text.startswith("▌") and (chosen(seen) or "?") in text]
    return line


async def test_failing_canaries_come_first_then_by_name_with_states_as_words() -> None:
    runs: Mapping[str, list[CanaryRun]] = {
        "a-passes": [run(0)],
        "m-fails": [run(0, state="FAILED")],
        "b-runs": [run(0, state="RUNNING")],
        "z-fails": [run(0, state="FAILED")],
        "c-stopped": [run(0)],
    }
    aws = FakeAccount(runs, canaries=[Canary("c-stopped", state="STOPPED"), Canary("d-new", state="CREATING")])
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 6")
        await quiet(seen, aws)
        assert [line.split() for line in listed(seen)[1:7]] == [
            ["▌FAILED", "m-fails"],
            ["FAILED", "z-fails"],
            ["PASSED", "a-passes"],
            ["RUNNING", "b-runs"],
            ["PASSED", "c-stopped", "STOPPED"],
            ["–", "d-new", "CREATING"],
        ]
        assert chosen(seen) == "m-fails"
        assert aws.count(RUNS) == 0, "no runs are asked for before a canary is opened"


async def test_a_thousand_canaries_cost_sixty_calls_each_page_shown_as_it_comes() -> None:
    aws = crowd(1_000)
    second, last = aws.hold(LAST, calls={2}), aws.hold(LIST, calls={50})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 100", "loading…", "service-0000")
        assert second.arrived.is_set()
        second.release()
        await seen.shows("Canaries 1,000", "loading…")
        last.release()
        await quiet(seen, aws)
        assert "loading" not in seen.picker
        asked = [(call.operation, call.token) for call in aws.calls if call.operation in (LAST, LIST)]
        assert len(asked) == len(set(asked)) == 60


async def test_the_list_is_used_while_it_fills_and_the_chosen_line_stays() -> None:
    aws = crowd(300, failing=(250, 299))
    gates = {number: aws.hold(LAST, calls={number}) for number in (2, 3)}
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 100")
        await seen.press(*"jjjjj")
        assert chosen(seen) == "service-0005"
        line = chosen_line(seen)
        gates[2].release()
        await seen.shows("Canaries 200")
        gates[3].release()
        await seen.shows("Canaries 300")
        await quiet(seen, aws)
        assert (chosen(seen), chosen_line(seen)) == ("service-0005", line), "failing ones came in above it"
        await seen.press("g")
        assert chosen(seen) == "service-0250"


async def test_a_canary_can_be_opened_while_the_list_fills() -> None:
    aws = crowd(300)
    gate = aws.hold(LAST, calls={2})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 100")
        await seen.press("j", "enter")
        await seen.shows("service-0001", "1 loaded · end of history")
        assert [call.operation for call in in_flight(aws)] == [LAST]
        gate.release()
        await seen.press("c")
        await seen.shows("Canaries 300")
        assert chosen(seen) == "service-0001"


async def test_the_filter_marks_what_matches_and_takes_in_what_comes_later() -> None:
    aws = FakeAccount({name: [run(0)] for name in [f"a-{number:03}" for number in range(100)] + ["checkout-flow"]})
    gate = aws.hold(LAST, calls={2})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 100")
        await seen.press("slash", *"ckf")
        await seen.shows("0 of 100", "loading…")
        gate.release()
        await seen.shows("1 of 101", "checkout-flow")
        await quiet(seen, aws)
        strip = seen.app.screen._compositor.render_strips()[2]
        marked = "".join(text for text, style, _ in strip if style is not None and style.underline)
        assert marked == "ckf"
        await seen.press("enter")
        await seen.shows("1 loaded · end of history")


async def test_a_name_typed_quickly_opens_even_before_the_list_is_there() -> None:
    aws = account(history(30))
    gate = aws.hold(LAST)
    async with explorer(aws, utc=True) as seen:
        await seen.press("slash", *CANARY, "enter")
        await seen.shows("30 loaded · end of history", CANARY)
        gate.release()


async def test_option_canary_opens_it_without_waiting_for_the_list() -> None:
    aws = account(history(30))
    gate = aws.hold(LAST)
    async with explorer(aws, canary=CANARY, utc=True) as seen:
        await seen.shows("30 loaded · end of history")
        await quiet(seen, aws)
        assert aws.count(LAST) == 0, "on a narrow screen the list is not even asked for"
        await seen.press("c")
        await seen.shows("Canaries 0", "loading…")
        gate.release()
        await seen.shows("Canaries 1")


@pytest.mark.parametrize("size", [(120, 35), (200, 50)])
async def test_where_there_is_room_the_list_stands_beside_the_runs_and_neither_waits_for_the_other(
    size: tuple[int, int],
) -> None:
    aws = account(history(30))
    gate = aws.hold(LAST)
    async with explorer(aws, canary=CANARY, utc=True, size=size) as seen:
        await seen.shows("30 loaded · end of history", "Canaries 0 loading…")
        assert cursor(seen) == 0
        gate.release()
        await seen.shows("Canaries 1")
        assert seen.app.focused is seen.app.runs_pane.table


async def test_esc_goes_back_to_the_runs_and_without_any_stays() -> None:
    aws = account(history(30))
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 1")
        await seen.press("escape")
        await quiet(seen, aws)
        assert CANARY in seen.picker
        await seen.press("enter")
        await seen.shows("30 loaded")
        await seen.press("escape")
        await quiet(seen, aws)
        assert CANARY in seen.picker
        await seen.press("escape")
        await quiet(seen, aws)
        assert seen.picker == ""
        assert cursor(seen) == 0


async def test_where_the_list_is_refused_it_says_which_permission_and_a_typed_name_opens() -> None:
    aws = account(history(30))
    aws.fail(LAST, denied())
    aws.fail(LIST, denied())
    async with explorer(aws, utc=True) as seen:
        await seen.shows("synthetics:DescribeCanariesLastRun", "synthetics:DescribeCanaries.", "Type a name")
        await seen.press("slash", *CANARY)
        await seen.shows(f'open "{CANARY}"')
        await seen.press("enter")
        await seen.shows("30 loaded · end of history")
        await seen.press("c", "slash", *"a b")
        await seen.shows("a canary's name has only a-z, 0-9, - and _, no blanks")


async def test_where_half_of_the_list_is_refused_the_other_half_is_there() -> None:
    aws = crowd(5)
    aws.fail(LAST, denied())
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Not allowed: synthetics:DescribeCanariesLastRun.", "Canaries 5", "service-0004")


async def test_a_page_that_failed_keeps_the_others_and_r_asks_for_it_again() -> None:
    aws = crowd(300)
    aws.fail(LAST, TimedOut("DescribeCanariesLastRun took too long.", "Check the line."), calls={2})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("DescribeCanariesLastRun took too long. Check the line.", "r to retry")
        await quiet(seen, aws)
        assert "service-0000" in seen.picker
        await seen.press("r")
        await quiet(seen, aws)
        await seen.shows("Canaries 300")
        tokens = [call.token for call in aws.calls if call.operation == LAST]
        assert tokens == [None, "0100", "0100", "0200"]
        assert "too long" not in seen.picker
        assert "r to retry" not in seen.picker


async def test_throttling_of_the_list_says_when_it_goes_on_and_r_does_at_once() -> None:
    aws = crowd(5)
    aws.fail(LAST, Throttled("Too many calls."), calls={1})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Too many calls.")
        await seen.press("r")
        await seen.shows("Canaries 5")
        await quiet(seen, aws)
        assert "Too many calls." not in seen.picker


async def test_refresh_brings_the_list_up_to_date_and_keeps_the_chosen_line() -> None:
    runs = {name: [run(0)] for name in ("a", "b", "c", "d")}
    aws = FakeAccount(runs)
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 4")
        await quiet(seen, aws)
        await seen.press(*"jj")
        assert chosen(seen) == "c"
        line = chosen_line(seen)
        del runs["a"]
        runs["d"] = [run(0, state="FAILED")]
        await seen.press("r")
        await seen.shows("Canaries 3")
        await quiet(seen, aws)
        assert [text.split()[1] for text in listed(seen)[1:4]] == ["d", "b", "c"]
        assert (chosen(seen), chosen_line(seen)) == ("c", line)


async def test_it_starts_on_the_canary_opened_last() -> None:
    choices = Preferences(None)
    choices.remember_canary(None, "eu-west-1", "service-0003")
    aws = crowd(10)
    async with explorer(aws, utc=True, choices=choices) as seen:
        await seen.shows("Canaries 10")
        await quiet(seen, aws)
        assert chosen(seen) == "service-0003"
        await seen.press("j", "enter")
        await seen.shows("1 loaded")
    assert choices.last_canary(None, "eu-west-1") == "service-0004"


async def test_an_account_without_canaries_says_so() -> None:
    aws = FakeAccount({})
    async with explorer(aws, utc=True) as seen:
        await seen.shows("Canaries 0", "There are no canaries in this account and region.", "--profile and --region")
        assert seen.app.explorer.picker_pane.picker.status == ""
