"""The bars are read at a glance, and by scripts: their form is fixed, and nothing is left out silently."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self, TypeVar

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.one_line import OneLine
from canaryscope_widgets.query_bar import QueryBar
from canaryscope_widgets.status_bar import StatusBar
from canaryscope_widgets.title_bar import TitleBar

DRY_RUN_ID = "1a2b3c4d-0000-4000-8000-000000000000"
HINTS = [
    Hint("enter", "detail"),
    Hint("f", "failures"),
    Hint("n", "next"),
    Hint("s", "streak"),
    Hint("d", "dry run"),
    Hint("y", "copy"),
    Hint("?", "help"),
]
Bar = TypeVar("Bar", bound=OneLine)


class BarApp(App[None]):
    def __init__(self, bar: OneLine) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.bar = bar

    def compose(self) -> ComposeResult:
        yield self.bar


@asynccontextmanager
async def shown(bar: OneLine, width: int = 80) -> AsyncIterator[Pilot[None]]:
    async with BarApp(bar).run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        yield pilot


def text(bar: OneLine) -> str:
    return bar.render_line(0).text


async def at_widths(bar: OneLine, widths: range) -> dict[int, str]:
    """The bar's text at each width, without the blanks around it; the line always has exactly that width."""
    texts = {}
    async with shown(bar, widths[0]) as pilot:
        for width in widths:
            await pilot.resize_terminal(width, 3)
            while bar.size.width != width:
                await pilot.pause()
            assert bar.render_line(0).cell_length == width
            texts[width] = text(bar).strip()
    return texts


# The title


def title(**shown: str) -> TitleBar:
    bar = TitleBar()
    values = {"place": "prod", "aws_region": "eu-west-1", "canary": "checkout-flow", "zone": "UTC"} | shown
    for name, value in values.items():
        setattr(bar, name, value)
    return bar


async def test_the_title_says_product_place_canary_and_zone() -> None:
    bar = title()
    async with shown(bar):
        assert text(bar) == " canaryscope  prod · eu-west-1  checkout-flow" + " " * 31 + "UTC "
        bar.note = "demo"
        assert text(bar).startswith(" canaryscope  prod · eu-west-1  checkout-flow  demo  ")
        bar.place = bar.aws_region = bar.canary = bar.note = ""
        assert text(bar) == " canaryscope" + " " * 64 + "UTC "


async def test_a_long_canary_name_is_cut_and_the_zone_stays() -> None:
    bar = title(canary="x" * 255, zone="local (CET)")
    async with shown(bar):
        assert text(bar) == " canaryscope  prod · eu-west-1  " + "x" * 33 + "…  local (CET) "


async def test_a_narrow_title_leaves_out_product_place_region_and_note_in_this_order() -> None:
    texts = await at_widths(title(note="demo", canary="checkout-flow-eu"), range(60, 8, -5))
    seen = list(dict.fromkeys(text.rsplit("  ", 1)[0].strip() for text in texts.values()))
    assert seen[:5] == [
        "canaryscope  prod · eu-west-1  checkout-flow-eu  demo",
        "prod · eu-west-1  checkout-flow-eu  demo",
        "eu-west-1  checkout-flow-eu  demo",
        "checkout-flow-eu  demo",
        "checkout-fl…  demo",
    ]
    assert all("…" in text for text in seen[5:])
    assert all(text.endswith("UTC") for text in texts.values())


# The query


async def test_the_query_says_what_is_asked_for() -> None:
    bar = QueryBar()
    async with shown(bar):
        assert text(bar).rstrip() == " [x] Canary runs  [ ] Dry runs   DryRunId –"
        bar.canary_runs, bar.dry_runs = False, True
        assert text(bar).rstrip() == " [ ] Canary runs  [x] Dry runs   DryRunId –"
        bar.dry_run_id = DRY_RUN_ID
        assert text(bar).rstrip() == f" [ ] Canary runs  [x] Dry runs   DryRunId: {DRY_RUN_ID}"
        bar.dry_run_id = ""
        bar.failures_only, bar.filter = True, "[b]timeout[/]"
        assert text(bar).rstrip() == " [ ] Canary runs  [x] Dry runs  failures only  filter: [b]timeout[/]"


async def test_at_eighty_columns_everything_that_narrows_the_table_is_named() -> None:
    bar = QueryBar()
    bar.dry_run_id, bar.failures_only, bar.filter = DRY_RUN_ID, True, "Navigation timeout"
    async with shown(bar):
        assert text(bar).rstrip() == " [x] Canary runs  [ ] Dry runs   DryRunId: 1a2b3…  failures only  filter: Navi…"


async def test_a_narrower_query_says_that_there_is_more() -> None:
    bar = QueryBar()
    bar.failures_only, bar.filter = True, "Navigation timeout"
    texts = await at_widths(bar, range(100, 0, -14))
    assert all(text.endswith(("timeout", "…")) for text in texts.values())


CAUSE = "TimeoutError: Navigation timeout of … ms exceeded"


def query(**shown: str | bool) -> QueryBar:
    bar = QueryBar()
    for name, value in shown.items():
        setattr(bar, name, value)
    return bar


@pytest.mark.parametrize(
    ("width", "shown_parts", "expected"),
    [
        (120, {"cause": CAUSE}, f"[x] Canary runs  [ ] Dry runs   DryRunId –  cause: {CAUSE}"),
        (80, {"cause": CAUSE}, "[x] Canary runs  [ ] Dry runs  cause: TimeoutError: Navigation timeout of … m…"),
        (
            80,
            {"cause": CAUSE, "failures_only": True, "filter": "eu"},
            "[x] Canary runs  [ ] Dry runs  failures only  filter: eu  cause: TimeoutError…",
        ),
        (
            80,
            {"cause": CAUSE, "filter": "Navigation timeout"},
            "[x] Canary runs  [ ] Dry runs  filter: Navigation tim…  cause: TimeoutError: …",
        ),
        (
            80,
            {"cause": CAUSE, "dry_run_id": DRY_RUN_ID, "filter": "503"},
            "[x] Canary runs  [ ] Dry runs   DryRunId: 1a2b3c4d…  filter: 503  cause: Time…",
        ),
        (60, {"cause": "503", "filter": CAUSE}, "[x] Canary runs  [ ] Dry runs  filter: Timeou…  cause: 503"),
        (56, {"cause": CAUSE}, "[x] Canary runs  [ ] Dry runs  cause: TimeoutError: N…"),
        (44, {"cause": CAUSE}, "[x] Canary runs  [ ] Dry runs  cause: Tim…"),
        (40, {"cause": CAUSE}, "[x] Canary runs  [ ] Dry runs  cause:…"),
    ],
)
async def test_the_cause_is_named_beside_what_else_narrows_the_table(
    width: int, shown_parts: dict[str, str | bool], expected: str
) -> None:
    bar = query(**shown_parts)
    async with shown(bar, width):
        assert text(bar).strip() == expected


async def test_what_narrows_the_table_stands_out() -> None:
    bar = query(failures_only=True, cause="HTTP 503", watching="watch 75 s")
    async with shown(bar):
        bold = [part for part, style, _ in bar.render_line(0) if style is not None and style.bold]
        assert bold == ["failures only", "cause: HTTP 503"]


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_watching_stands_at_the_right_end(width: int) -> None:
    bar = query(watching="watch 75 s")
    async with shown(bar, width):
        assert text(bar) == " [x] Canary runs  [ ] Dry runs   DryRunId –".ljust(width - 11) + "watch 75 s "


async def test_watching_outlasts_an_absent_dry_run_id() -> None:
    texts = await at_widths(query(watching="watch 75 s"), range(60, 36, -1))
    assert texts[56].startswith("[x] Canary runs  [ ] Dry runs   DryRunId –  watch 75 s")
    assert texts[55] == "[x] Canary runs  [ ] Dry runs" + " " * 14 + "watch 75 s"
    assert texts[43] == "[x] Canary runs  [ ] Dry runs  watch 75 s"
    assert texts[42] == "[x] Canary runs  [ ] Dry runs"


@pytest.mark.parametrize("name", ["cause", "filter", "dry_run_id"])
async def test_watching_costs_nothing_that_narrows_the_table(name: str) -> None:
    absent, widths = "   DryRunId –", range(90, 30, -7)
    alone = await at_widths(query(**{name: "1a2b3c4d"}), widths)
    watched = await at_widths(query(**{name: "1a2b3c4d"}, watching="watch 75 s"), widths)
    left = {width: line.partition("  watch")[0].rstrip().replace(absent, "") for width, line in watched.items()}
    assert left == {width: line.replace(absent, "") for width, line in alone.items()}
    assert watched[90].endswith("watch 75 s")


async def test_no_width_hides_that_the_table_is_narrowed() -> None:
    bar = query(dry_run_id=DRY_RUN_ID, failures_only=True, filter="timeout", cause=CAUSE, watching="watch 75 s")
    narrow = await at_widths(bar, range(80, 30, -3))
    assert all(line.endswith("…") for line in narrow.values())
    assert narrow[80].startswith("[x] Canary runs  [ ] Dry runs   DryRunId: 1a2b…  failures only  filter: ")
    for width in (120, 200):
        [wide] = (await at_widths(bar, range(width, width + 1))).values()
        assert all(name in wide for name in ("DryRunId: 1a2b", "failures only", "filter: ", "cause: T"))


# The status


def status(text: str, tail: str = "", row: int | None = 1) -> StatusBar:
    bar = StatusBar()
    bar.text, bar.tail, bar.row = text, tail, row
    return bar


@pytest.mark.parametrize(
    "text",
    [
        "1,200 loaded · more below",
        "8,928 loaded · end of history",
        "100 loaded · loading…",
        "3 of 12,400 loaded match · more below",
    ],
)
async def test_the_status_is_shown_as_given_with_the_row_at_its_right_end(text: str) -> None:
    bar = status(text, row=1200)
    async with shown(bar):
        assert bar.render_line(0).text == f" {text}".ljust(70) + "row 1,200 "


async def test_what_went_wrong_gives_way_and_what_to_do_does_not() -> None:
    bar = status("1,200 loaded · AWS could not be reached", "r to retry", 1)
    texts = await at_widths(bar, range(80, 22, -12))
    assert texts[80].startswith("1,200 loaded · AWS could not be reached · r to retry  ")
    assert texts[44].startswith("1,200 loaded · AWS co… · r to retry")
    assert all(" · r to retry  " in text and text.endswith("  row 1") for text in texts.values())


async def test_without_rows_there_is_no_row() -> None:
    bar = status("0 loaded · end of history", row=None)
    async with shown(bar):
        assert text(bar).strip() == "0 loaded · end of history"


# The hints


async def test_hints_are_shown_whole_or_not_at_all() -> None:
    bar = HintBar()
    bar.hints = HINTS
    texts = await at_widths(bar, range(81, 0, -9))
    assert texts[81] == "enter detail  f failures  n next  s streak  d dry run  y copy  ? help"
    whole = [f"{hint.key} {hint.text}" for hint in HINTS]
    for shown_text in texts.values():
        hints = shown_text.split("  ") if shown_text else []
        assert hints == whole[: len(hints)]
    assert texts[81] != texts[45] != texts[18]


async def test_the_keys_stand_out() -> None:
    bar = HintBar()
    bar.hints = HINTS[:1]
    async with shown(bar):
        assert [(segment.text, segment.style) for segment in bar.render_line(0)][1] == ("enter", Style(bold=True))


# All of them


async def test_a_bar_paints_only_what_changed() -> None:
    painted: list[Region] = []

    class Watched(StatusBar):
        def refresh(
            self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
        ) -> Self:
            painted.extend(regions or [Region(0, 0, 999, 999)])
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    bar = Watched()
    bar.text, bar.row = "1,200 loaded · more below", 1
    async with shown(bar):
        painted.clear()
        bar.row = 2
        bar.text = "1,300 loaded · more below"
        bar.text = "1,300 loaded · more below"
        assert painted == [Region(78, 0, 1, 1), Region(3, 0, 1, 1)]


@pytest.mark.parametrize("bar", [title(note="n"), QueryBar(), status("1,200 loaded · more below", "r to retry")])
async def test_the_linux_console_gets_ascii(bar: OneLine) -> None:
    async with shown(bar):
        bar.ascii = True
        assert text(bar).isascii()


@pytest.mark.parametrize("make", [title, QueryBar, lambda: status("9 loaded", "r to retry"), HintBar])
async def test_any_width_works(make: type[OneLine]) -> None:
    await at_widths(make(), range(1, 14, 4))
