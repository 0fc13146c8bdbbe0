"""The runs of one schedule in one row: its verdict reads whole, and its runs can be told apart."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from canaryscope_widgets.run_columns import (
    OPTIONAL,
    STATE_WIDTH,
    Column,
    Fold,
    RunColumn,
    RunRow,
    choose_columns,
    header_parts,
    row_parts,
)
from canaryscope_widgets.run_table import RunTable
from canaryscope_widgets.tone import Tone
from widgets.run_table_app import Runs, Shown, TableApp, run, schedule, showing

ATTEMPT, BROWSER, LOCATION = RunColumn.ATTEMPT, RunColumn.BROWSER, RunColumn.LOCATION
FIREFOX_ONLY = "FAILED IN FIREFOX ONLY"
SYDNEY_ONLY = "FAILED IN ap-southeast-2 ONLY"
CHROME_PASSED = run(1)._replace(browser="CHROME")
FIREFOX_FAILED = run(0)._replace(browser="FIREFOX")
FIREFOX_AGAIN = FIREFOX_FAILED._replace(attempt="retry 1")
SCREENS = {80: 80, 120: 86, 200: 100}
"""The width of the screen, and what the other panes leave of it for the table."""


def source(*rows: RunRow) -> Runs:
    """These rows, and ordinary runs up to ten below them."""
    return Runs(10, special=dict(enumerate(rows)))


def folded(shown: Shown, optional: set[RunColumn], state_width: int = len(FIREFOX_ONLY)) -> None:
    """What the owner sets where there are schedules with several runs."""
    shown.table.optional, shown.table.state_width, shown.table.folding = frozenset(optional), state_width, True


def line(row: RunRow, columns: Sequence[Column]) -> str:
    return "".join(text for text, _ in row_parts(row, columns)).rstrip()


def titles(columns: Sequence[Column]) -> list[str]:
    return "".join(text for text, _ in header_parts(columns, "", "")).replace("Run ID", "RunID").split()


async def test_eighty_columns_read_the_whole_verdict_and_which_run_is_which() -> None:
    rows = schedule(FIREFOX_ONLY, FIREFOX_FAILED, CHROME_PASSED)
    rows += schedule("PASSED ON RETRY", CHROME_PASSED, fold=Fold.FOLDED)[:1]
    async with showing(source(*rows), height=6) as shown:
        folded(shown, {BROWSER})
        assert shown.lines == [
            "   State                  Started          Duration  Test    Reason",
            "▌- FAILED IN FIREFOX ONLY Nov 22 12:27:07    30.4 s  FAILED  TimeoutError: Nav…",
            "    FAILED FIREFOX        Nov 22 12:27:07    30.4 s  FAILED  TimeoutError: Nav…",
            "    PASSED CHROME         Nov 22 12:22:07     2.1 s  PASSED",
            " + PASSED ON RETRY        Nov 22 12:27:07    30.4 s  FAILED  TimeoutError: Nav…",
            "   PASSED                 Nov 22 12:07:07     2.4 s  PASSED",
        ]


async def test_where_there_is_room_runs_are_told_apart_in_columns() -> None:
    async with showing(source(*schedule(FIREFOX_ONLY, FIREFOX_AGAIN, CHROME_PASSED)), width=100, height=4) as shown:
        folded(shown, {BROWSER, ATTEMPT})
        assert shown.lines == [
            "   State                  Started          Duration  Test    Attempt  Browser  Reason",
            "▌- FAILED IN FIREFOX ONLY Nov 22 12:27:07    30.4 s  FAILED  2 runs            TimeoutError: Navig…",
            "    FAILED                Nov 22 12:27:07    30.4 s  FAILED  retry 1  FIREFOX  TimeoutError: Navig…",
            "    PASSED                Nov 22 12:22:07     2.1 s  PASSED           CHROME",
        ]


@pytest.mark.parametrize(
    ("width", "verdict", "optional", "expected"),
    [
        (200, SYDNEY_ONLY, {ATTEMPT, LOCATION}, "State Started Duration Test Attempt Location RunID Reason"),
        (120, FIREFOX_ONLY, {ATTEMPT, BROWSER}, "State Started Duration Test Attempt Browser Reason"),
        (86, "PASSED ON RETRY", {ATTEMPT}, "State Started Duration Test Attempt Reason"),
        (86, SYDNEY_ONLY, {LOCATION}, "State Started Duration Test Reason"),
        (80, FIREFOX_ONLY, {ATTEMPT, BROWSER}, "State Started Duration Test Reason"),
        (80, SYDNEY_ONLY, {LOCATION}, "State Started Duration Reason"),
        (80, "FAILED", {BROWSER}, "State Started Duration Test Browser Reason"),
        (59, FIREFOX_ONLY, {BROWSER}, "State Started Reason"),
        (44, "PASSED ON RETRY", {ATTEMPT}, "State Started Reason"),
        (30, FIREFOX_ONLY, {BROWSER}, "State"),
    ],
)
def test_the_test_result_gives_way_to_verdicts_before_the_reason_does(
    width: int, verdict: str, optional: set[RunColumn], expected: str
) -> None:
    columns = choose_columns(width, frozenset(optional), state=len(verdict), folding=True)
    assert titles(columns) == expected.split()
    if width >= 80:
        assert columns[-1].width >= 16


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("optional", [{ATTEMPT}, {BROWSER}, {LOCATION}, {ATTEMPT, BROWSER}, {ATTEMPT, LOCATION}])
@pytest.mark.parametrize("verdict", ["FAILED", "PASSED ON RETRY", FIREFOX_ONLY, SYDNEY_ONLY])
def test_a_row_says_whole_which_run_of_the_schedule_it_is(screen: int, optional: set[RunColumn], verdict: str) -> None:
    columns = choose_columns(SCREENS[screen], frozenset(optional), state=len(verdict), folding=True)
    values = {ATTEMPT: ("", "retry 1", "retry 2"), BROWSER: ("CHROME", "FIREFOX"), LOCATION: ("eu-west-3", "us-east-1")}
    members = list(product(*(values[name] if name in optional else [""] for name in (ATTEMPT, BROWSER, LOCATION))))
    lines = []
    for attempt, browser, location in members:
        _, row = schedule(verdict, run(0)._replace(attempt=attempt, browser=browser, location=location))
        lines.append(line(row, columns))
        assert all(f" {text} " in lines[-1] for text in (attempt, browser, location) if text)
    assert len(set(lines)) == len(members) > 1


def test_where_all_three_differ_they_are_named_in_order_and_cut_at_the_end() -> None:
    columns = choose_columns(80, OPTIONAL - {RunColumn.DRY_RUN}, state=len(FIREFOX_ONLY), folding=True)
    _, row = schedule(FIREFOX_ONLY, FIREFOX_AGAIN._replace(location="eu-west-3"))
    assert line(row, columns).startswith("   FAILED FIREFOX eu-west-3 ret… Nov 22")


@pytest.mark.parametrize("missing", [BROWSER, LOCATION])
def test_what_is_the_same_for_all_runs_is_not_named(missing: RunColumn) -> None:
    columns = choose_columns(80, frozenset({BROWSER, LOCATION} - {missing}), state=len(FIREFOX_ONLY), folding=True)
    _, row = schedule(FIREFOX_ONLY, FIREFOX_FAILED._replace(location="eu-west-3"))
    assert row_parts(row, columns)[3][0].split() == ["eu-west-3" if missing is BROWSER else "FIREFOX"]


@given(
    st.integers(1, 300),
    st.sets(st.sampled_from(sorted(OPTIONAL))),
    st.integers(0, 30),
    st.integers(0, 40),
    st.booleans(),
)
def test_columns_never_need_more_than_the_width(
    width: int, optional: set[RunColumn], started: int, state: int, folding: bool
) -> None:
    columns = choose_columns(width, frozenset(optional), started, state=state, folding=folding)
    assert (columns[0].name is RunColumn.FOLD) == folding
    assert columns[folding].name is RunColumn.STATE
    if len(columns) > 1 + folding:
        assert 1 + sum(column.width + column.gap for column in columns[:-1]) + columns[-1].width <= width


@given(st.integers(80, 300), st.sets(st.sampled_from(sorted(OPTIONAL))), st.text("AB", min_size=8, max_size=30))
def test_a_verdict_is_whole_from_eighty_columns_on(width: int, optional: set[RunColumn], verdict: str) -> None:
    columns = choose_columns(width, frozenset(optional), state=len(verdict), folding=True)
    head, _ = schedule(verdict, FIREFOX_AGAIN)
    assert line(head, columns).startswith(f"- {verdict} ")
    assert {column.name for column in columns} >= {RunColumn.STARTED, RunColumn.DURATION}


def test_a_verdict_that_does_not_fit_says_so() -> None:
    """`FAILED IN FIREFOX` would be another verdict than `FAILED IN FIREFOX ONLY`."""
    head, member = schedule(FIREFOX_ONLY, FIREFOX_FAILED)
    for width in range(12, 26):
        columns = choose_columns(width, frozenset({BROWSER}), state=len(FIREFOX_ONLY), folding=True)
        shown = line(head, columns)
        assert shown.endswith("…")
        assert len(shown) <= width - 2
        assert line(member, columns).startswith("   FAIL")


async def test_without_folding_the_table_is_as_it_was() -> None:
    async with showing(Runs(10)) as shown:
        before = [shown.table.render_line(y) for y in range(12)]
        folded(shown, {BROWSER})
        assert shown.lines[1].startswith("▌  FAILED  ")
        shown.table.optional, shown.table.state_width, shown.table.folding = frozenset(), STATE_WIDTH, False
        assert [shown.table.render_line(y) for y in range(12)] == before
        assert shown.lines[1].startswith("▌FAILED  Nov")


async def test_what_the_owner_sets_while_the_table_is_hidden_shows_when_it_comes_back() -> None:
    async with showing(source(*schedule(FIREFOX_ONLY, FIREFOX_FAILED))) as shown:
        shown.table.display = False
        await shown.pilot.pause()
        folded(shown, {BROWSER})
        shown.table.display = True
        await shown.pilot.pause()
        assert shown.lines[1].startswith("▌- FAILED IN FIREFOX ONLY Nov 22")


async def test_the_state_is_coloured_and_neither_the_sign_nor_what_tells_runs_apart() -> None:
    rows = schedule(FIREFOX_ONLY, FIREFOX_FAILED, CHROME_PASSED)
    async with showing(source(*rows)) as shown:
        folded(shown, {BROWSER})
        await shown.press("j")
        columns = choose_columns(80, frozenset({BROWSER}), state=len(FIREFOX_ONLY), folding=True)
        bad = Tone.BAD.look
        assert [part for part in row_parts(rows[0], columns) if part[1]] == [(FIREFOX_ONLY, bad)]
        assert [part for part in row_parts(rows[1], columns) if part[1]] == [("FAILED", bad)]
        reversed_texts = [text for text, style, _ in shown.table.render_line(2) if style and style.reverse]
        assert reversed_texts == ["FAILED"]


async def test_the_linux_console_gets_ascii() -> None:
    async with showing(source(*schedule(FIREFOX_ONLY, FIREFOX_FAILED))) as shown:
        folded(shown, {BROWSER})
        shown.table.ascii = True
        assert shown.lines[1].startswith(">- FAILED IN FIREFOX ONLY Nov 22")
        assert "".join(shown.lines).isascii()


async def test_a_sign_that_changes_paints_one_cell() -> None:
    head, member = schedule(FIREFOX_ONLY, FIREFOX_FAILED)
    runs = source(run(0), head._replace(fold=Fold.FOLDED))
    async with showing(runs) as shown:
        folded(shown, {BROWSER})
        await shown.pilot.pause()
        shown.table.painted.clear()
        runs.special[1] = head
        shown.table.content_changed()
        assert shown.table.painted == [Region(1, 2, 1, 1)]
        runs.special[2] = member
        shown.table.content_changed()
        assert shown.lines[3].startswith("    FAILED FIREFOX")


@pytest.mark.parametrize(("key", "unfold"), [("space", None), ("right", True), ("left", False)])
async def test_a_schedule_can_be_folded_and_unfolded_from_its_row_and_from_its_runs(
    key: str, unfold: bool | None
) -> None:
    head, member = schedule(FIREFOX_ONLY, FIREFOX_FAILED)
    async with showing(source(head._replace(key="folded", fold=Fold.FOLDED), head, member)) as shown:
        folded(shown, {BROWSER})
        for index, row_key in enumerate(("folded", FIREFOX_ONLY, 0)):
            shown.table.move_to(index)
            assert await shown.press(key) == [RunTable.FoldToggled(index, row_key, unfold)]
        assert shown.table.cursor == 2


async def test_an_ordinary_run_has_nothing_to_unfold() -> None:
    for runs in (Runs(10), Runs(0)):
        async with showing(runs) as shown:
            assert await shown.press("space", "right", "left") == []
            assert shown.table.painted == []


async def test_u_unfolds_all_wherever_the_cursor_is() -> None:
    async with showing(source(*schedule(FIREFOX_ONLY, FIREFOX_FAILED))) as shown:
        assert await shown.press("u", "G", "u") == [
            RunTable.UnfoldAllToggled(),
            RunTable.RunHighlighted(9, 9),
            RunTable.Viewed(0, 10, moved=True),
            RunTable.EndWanted(),
            RunTable.UnfoldAllToggled(),
        ]


async def test_a_key_map_can_give_folding_other_keys() -> None:
    table = RunTable(source(*schedule(FIREFOX_ONLY, FIREFOX_FAILED)))
    app = TableApp(table)
    app.set_keymap({"table.toggle_fold": "z", "table.unfold": "l", "table.fold": "h", "table.unfold_all": "Z"})
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        app.heard.clear()
        await pilot.press("z", "l", "h", "Z", "space", "right", "left", "u")
        await pilot.pause()
        asked = [RunTable.FoldToggled(0, FIREFOX_ONLY, unfold) for unfold in (None, True, False)]
        assert app.heard == [*asked, RunTable.UnfoldAllToggled()]
