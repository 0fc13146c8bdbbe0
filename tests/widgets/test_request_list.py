"""The requests of a run: which failed, how long each took and where the time went."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events

from canaryscope_widgets.request_columns import choose_columns, draw_phases, shorten_url
from canaryscope_widgets.request_list import Phase, RequestList, RequestRow
from canaryscope_widgets.request_rows import RequestRows
from canaryscope_widgets.tone import Tone
from stage import Painted, Stage, bindings_of, burst, lines_of, styles_at, wheel

TIMED_OUT = RequestRow(
    "a",
    "failed",
    "POST",
    "api.shop.example.com",
    "/v2/payments/authorize?session=***",
    time="30.0 s",
    tone=Tone.BAD,
    note="net::ERR_TIMED_OUT",
)
SLOW = RequestRow(
    "b",
    "503",
    "GET",
    "api.shop.example.com",
    "/v2/basket/items",
    "312 B",
    "2.1 s",
    Tone.BAD,
    ((Phase.DNS, 0.1), (Phase.CONNECT, 0.1), (Phase.TLS, 0.2), (Phase.WAIT, 0.5), (Phase.RECEIVE, 0.1)),
)
PAGE = RequestRow(
    "c",
    "200",
    "GET",
    "shop.example.com",
    "/",
    "48.2 kB",
    "812 ms",
    Tone.GOOD,
    ((Phase.CONNECT, 0.1), (Phase.WAIT, 0.2)),
)
ROWS = (TIMED_OUT, SLOW, PAGE)


def many(count: int) -> list[RequestRow]:
    return [replace(PAGE, key=number, path=f"/{number}") for number in range(count)]


def shown(rows: tuple[RequestRow, ...] | list[RequestRow] = ROWS, notice: str = "") -> RequestList:
    requests = RequestList()
    requests.show(rows, notice=notice)
    return requests


def marked(requests: RequestList) -> str:
    """The line with the cursor."""
    (line,) = [line for line in lines_of(requests) if line.startswith("▌")]
    return line


AT_WIDTH = {
    60: [
        "             URL                       Size   Time Phases",
        "▌failed POST api.sho…ze?session=***         30.0 s net::ER…",
        " 503    GET  api.sho…2/basket/items   312 B  2.1 s dctwwwwr",
        " 200    GET  shop.example.com/      48.2 kB 812 ms cww",
        " net::ERR_TIMED_OUT · api.shop.exa…ts/authorize?session=***",
    ],
    80: [
        " Status  Method  URL                                Size    Time  Phases",
        "▌failed  POST    api.shop.…uthorize?session=***           30.0 s  net::ERR_TIM…",
        " 503     GET     api.shop.….com/v2/basket/items    312 B   2.1 s  dccttwwwwwwwr",
        " 200     GET     shop.example.com/               48.2 kB  812 ms  cwww",
        " net::ERR_TIMED_OUT · api.shop.example.com/v2/payments/authorize?session=***",
    ],
    120: [
        f" Status  Method  {'URL':59}     Size    Time  Phases",
        f"▌failed  POST    {TIMED_OUT.host + TIMED_OUT.path:59}           30.0 s  net::ERR_TIMED_OUT",
        f" 503     GET     {SLOW.host + SLOW.path:59}    312 B   2.1 s  ddccctttttwwwwwwwwwwwwrr",
        f" 200     GET     {'shop.example.com/':59}  48.2 kB  812 ms  cccwwwww",
        " net::ERR_TIMED_OUT",
    ],
}


@pytest.mark.parametrize("width", AT_WIDTH)
async def test_a_request_has_status_method_url_size_time_and_phases(width: int) -> None:
    requests = shown()
    async with Stage(requests).run_test(size=(width, 12)):
        lines = lines_of(requests)
        assert [*lines[:4], lines[-1]] == AT_WIDTH[width]


async def test_links_have_the_columns_that_links_have() -> None:
    links = [RequestRow(n, "404", "", "shop.example.com", f"/{n}", tone=Tone.BAD, note="on /help") for n in range(2)]
    requests = shown(links)
    async with Stage(requests).run_test(size=(60, 8)):
        assert lines_of(requests)[:3] == [
            "     URL                               Note",
            "▌404 shop.example.com/0                on /help",
            " 404 shop.example.com/1                on /help",
        ]


async def test_the_last_line_explains_the_bars_and_tells_the_url_that_is_cut() -> None:
    requests = shown()
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        requests.focus()
        await burst(pilot, "j")
        assert lines_of(requests)[-1] == " api.shop.example.com/v2/basket/items"
        await burst(pilot, "j")
        assert lines_of(requests)[-1] == " d DNS  c connect  t TLS  w wait  r receive"


MOVES = {
    "j": 1,
    "j k": 0,
    "k": 0,
    "pagedown": 9,
    "pagedown pageup": 0,
    "ctrl+d": 5,
    "ctrl+d ctrl+u": 0,
    "G": 299,
    "end home": 0,
}


async def test_every_key_moves_by_requests_and_the_last_line_says_which_are_in_sight() -> None:
    requests = shown(many(300))
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        requests.focus()
        for keys, expected in MOVES.items():
            await burst(pilot, ["g", *keys.split()])
            assert (keys, requests.highlighted) == (keys, expected)
            assert f"example.com/{expected} " in marked(requests)
        await burst(pilot, "G")
        assert lines_of(requests)[-1].endswith("291 to 300 of 300")


async def test_enter_opens_the_request_under_the_cursor() -> None:
    requests = shown()
    app = Stage(requests)
    async with app.run_test(size=(60, 12)) as pilot:
        requests.focus()
        await burst(pilot, ["j", "enter"])
        requests.show(())
        await burst(pilot, ["enter"])
        assert [message.key for message in app.heard(RequestList.Selected)] == ["b"]


async def test_a_click_puts_the_cursor_there_and_one_on_the_titles_does_not() -> None:
    requests = shown()
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        for y, key in ((3, "c"), (0, "c"), (9, "c"), (2, "b")):
            await pilot.click(RequestList, offset=(12, y))
            assert requests.highlighted == key


async def test_the_wheel_scrolls_and_the_cursor_stays_in_sight() -> None:
    requests = shown(many(100))
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        wheel(requests, events.MouseScrollDown)
        await pilot.pause()
        assert (requests.highlighted, "example.com/3 " in lines_of(requests)[1]) == (3, True)
        wheel(requests, events.MouseScrollUp)
        await pilot.pause()
        assert (requests.highlighted, "example.com/3 " in lines_of(requests)[4]) == (3, True)


async def test_requests_in_another_order_leave_the_cursor_on_its_request() -> None:
    requests = shown(many(100))
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        requests.focus()
        await burst(pilot, "jjj")
        requests.show(many(100)[::-1])
        await pilot.pause()
        assert (requests.highlighted, "example.com/3 " in marked(requests)) == (3, True)
        requests.show(ROWS)
        assert requests.highlighted == "a"


async def test_of_a_long_list_few_lines_are_made_and_all_of_their_figures_have_room() -> None:
    made: set[int] = set()

    def make(index: int) -> RequestRow:
        made.add(index)
        odd = index == 19_994  # neither among the first ones nor among those that are measured
        return replace(PAGE, key=index, size="100.2 kB" if odd else "1 B", method="OPTIONS" if odd else "GET")

    requests = RequestList()
    requests.show(RequestRows(range(20_000), make))
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        requests.focus()
        await burst(pilot, ["G", "k", "k"])
        assert any("OPTIONS" in line and "100.2 kB" in line for line in lines_of(requests))
        assert requests.highlighted == 19_997
        requests.show(RequestRows(range(20_000), make))
        await pilot.pause()
        assert requests.highlighted == 19_997
        assert len(made) < 1_000


def test_lines_that_are_made_late_are_a_sequence_as_others_are() -> None:
    rows = RequestRows(["a", "b"], lambda at: ROWS[at]) + RequestRows(["c"], lambda at: ROWS[2 + at])
    assert [*rows] == [*ROWS]
    assert (rows[-1], rows[:2], rows.keys) == (PAGE, [TIMED_OUT, SLOW], ["a", "b", "c"])
    with pytest.raises(IndexError):
        rows[3]


async def test_without_requests_the_notice_says_why() -> None:
    requests = shown((), "The run has left no HAR: its script opens no page, and an API canary without a report.")
    async with Stage(requests).run_test(size=(60, 8)) as pilot:
        requests.focus()
        await burst(pilot, ["j", "G", "pagedown"])
        assert requests.highlighted is None
        assert lines_of(requests) == [
            " The run has left no HAR: its script opens no page, and an",
            " API canary without a report.",
            *[""] * 6,
        ]


async def test_moving_the_cursor_repaints_the_two_requests_only() -> None:
    requests = shown(many(30))
    async with Stage(requests).run_test(size=(60, 12)) as pilot:
        requests.focus()
        await pilot.pause()
        painted = Painted(requests)
        await burst(pilot, "j")
        assert (painted.lines, painted.whole) == ([1, 2], 0)
        assert max(region.width for region in painted.regions) <= 5
        painted.regions.clear()
        requests.show(many(30))
        await pilot.pause()
        assert (painted.regions, painted.whole) == ([], 0)


async def test_status_and_cursor_need_no_colour() -> None:
    requests, other = shown(), shown()
    async with Stage(requests, other).run_test(size=(60, 24)) as pilot:
        requests.focus()
        await pilot.pause()
        word, style = styles_at(requests, 1)[1]
        assert (word, "bold reverse" in style) == ("failed", True)
        other.focus()
        await pilot.pause()
        assert not any("reverse" in style for _, style in styles_at(requests, 1))
        assert marked(requests).startswith("▌failed")


async def test_texts_that_look_like_markup_are_shown_as_they_are() -> None:
    odd = RequestRow(1, "[b]", "[i]", "[/x]", "[@click=app.quit]no link[/]", "[1]", "[2]", note="[red]note")
    requests = shown([odd])
    async with Stage(requests).run_test(size=(120, 8)):
        text = "\n".join(lines_of(requests))
        for part in ("[b] ", "[i] ", "[/x][@click=app.quit]no link[/]", "[1] ", "[2] ", "[red]note"):
            assert part in text


async def test_without_unicode_only_ascii_is_drawn() -> None:
    requests = shown([*ROWS, *many(20)])
    requests.ascii = True
    async with Stage(requests).run_test(size=(60, 8)):
        assert all(line.isascii() for line in lines_of(requests))
        assert lines_of(requests)[1].startswith(">failed POST api.sho~")


@pytest.mark.parametrize("size", [(120, 24), (80, 20), (60, 12), (20, 5), (8, 2), (1, 1)])
async def test_it_works_at_any_size_with_any_text(size: tuple[int, int]) -> None:
    wide = replace(
        SLOW, key=0, status="失敗", method="日", host="日本" * 9, path="語" * 90, note="日本語" * 20, time="é"
    )
    requests = shown([wide, *many(50)])
    app = Stage(requests)
    async with app.run_test(size=size) as pilot:
        requests.focus()
        for keys in ("j", "k", "G", "g", "jjjj"):
            await burst(pilot, keys)
            assert marked(requests)
            lines = [requests.render_line(y) for y in range(size[1])]
            assert [cell_len(line.text) for line in lines] == [size[0]] * size[1]
        await pilot.resize_terminal(30, 7)
        await pilot.pause()
        assert marked(requests)


@pytest.mark.parametrize("width", range(1, 130, 7))
def test_the_columns_fit_and_the_status_is_always_there(width: int) -> None:
    columns = choose_columns(ROWS, width)
    assert columns[0].name == "status"
    needed = sum(column.width + column.gap for column in columns) - columns[-1].gap
    assert needed <= max(width - 2, 6 + columns[0].gap + 20)


PHASES = st.lists(st.tuples(st.sampled_from(Phase), st.floats(allow_nan=True)), max_size=6)


@given(bar=PHASES, width=st.integers(1, 40))
def test_a_bar_keeps_to_its_room_and_shows_whatever_took_time(bar: list[tuple[Phase, float]], width: int) -> None:
    drawn = draw_phases(bar, width)
    timed = [phase for phase, share in bar if share > 0]
    assert bool(drawn) == bool(timed)
    assert len(drawn) <= width
    assert set(drawn) <= {phase.value for phase in timed}


def test_a_bar_is_as_long_as_the_request_and_its_parts_as_its_phases() -> None:
    assert draw_phases(SLOW.bar, 10) == "dcttwwwwwr"
    assert draw_phases(PAGE.bar, 20) == "ccwwww"
    assert draw_phases(((Phase.WAIT, 0.001),), 20) == "w"
    assert draw_phases(((Phase.WAIT, 7.0),), 4) == "wwww"


@given(url=st.text(st.sampled_from("ab/日é"), max_size=60), width=st.integers(0, 40))
def test_a_url_that_is_cut_keeps_its_start_and_its_end(url: str, width: int) -> None:
    shown = shorten_url(url, width)
    assert cell_len(shown) <= width
    if cell_len(url) > width > 0:
        start, _, end = shown.partition("…")
        assert url.startswith(start.rstrip())
        assert url.endswith(end.lstrip())


def test_every_key_can_be_changed_and_is_explained() -> None:
    bindings = bindings_of(RequestList)
    assert all(binding.id and binding.id.startswith("requests.") for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)
    assert all(binding.description and binding.tooltip for binding in bindings)
