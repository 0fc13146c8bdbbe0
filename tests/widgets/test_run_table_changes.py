"""What a person reads must hold still while rows come and go around it."""

from canaryscope_widgets.run_table import RunTable
from canaryscope_widgets.tone import Tone
from widgets.run_table_app import HISTORY, Runs, TableApp, Watched, run, showing


async def test_new_rows_on_top_keep_the_run_and_its_place_on_the_screen() -> None:
    runs = Runs(100, newest=50)
    async with showing(runs) as shown:
        await shown.press("pagedown", "j", "j")
        before, key = shown.lines, shown.table.highlighted_key
        runs.newest, runs.count = 47, 103
        shown.table.painted.clear()
        shown.table.content_changed(cursor=shown.table.cursor + 3)
        assert shown.lines == before
        assert shown.table.highlighted_key == key
        assert shown.table.painted == []
        assert RunTable.RunHighlighted(15, key) in await shown.told()


async def test_rows_that_come_in_below_paint_nothing() -> None:
    runs = Runs(100)
    async with showing(runs) as shown:
        runs.count = 200
        shown.table.content_changed()
        assert await shown.told() == [RunTable.RunHighlighted(0, 0), RunTable.Viewed(0, 11, moved=False)]
        assert shown.table.painted == []


async def test_a_run_that_completes_paints_its_own_cells_only() -> None:
    runs = Runs(100)
    runs.special[3] = run(3)._replace(state="RUNNING", duration="", test="", tone=Tone.BUSY)
    async with showing(runs) as shown:
        del runs.special[3]
        shown.table.content_changed()
        assert [(region.y, region.height) for region in shown.table.painted] == [(4, 1)]
        assert shown.lines[4] == " PASSED  Nov 22 12:12:07     2.3 s  PASSED"


async def test_a_filter_keeps_the_cursor_among_the_rows_and_tells_of_another_run() -> None:
    runs = Runs(100)
    async with showing(runs) as shown:
        await shown.press("G")
        runs.count, runs.newest = 4, 1000
        shown.table.content_changed()
        assert (shown.table.cursor, shown.table.top) == (3, 0)
        assert await shown.told() == [
            *shown.heard[:3],
            RunTable.RunHighlighted(3, 1003),
            RunTable.Viewed(0, 4, moved=False),
        ]


async def test_another_run_under_the_cursor_is_told_also_when_the_row_is_the_same() -> None:
    runs = Runs(100)
    async with showing(runs) as shown:
        await shown.press()
        runs.newest = 7
        shown.table.content_changed()
        assert await shown.told() == [RunTable.RunHighlighted(0, 7)]


async def test_cursor_and_top_can_be_put_back_where_they_were() -> None:
    async with showing(Runs(HISTORY)) as shown:
        shown.table.content_changed(cursor=1234, top=1230)
        assert (shown.table.cursor, shown.table.top, shown.cursor_line) == (1234, 1230, 5)


async def test_a_resize_keeps_the_run_in_view_and_the_top_where_it_is() -> None:
    async with showing(Runs(100)) as shown:
        await shown.press("pagedown", *["j"] * 5)
        assert (shown.table.cursor, shown.table.top) == (15, 10)
        await shown.pilot.resize_terminal(60, 20)
        await shown.pilot.pause()
        assert (shown.table.cursor, shown.table.top) == (15, 10)
        await shown.pilot.resize_terminal(80, 4)
        assert RunTable.Viewed(13, 16, moved=False) in await shown.told()
        assert (shown.table.cursor, shown.table.top, shown.cursor_line) == (15, 13, 3)


async def test_the_place_can_be_set_before_the_table_is_on_the_screen() -> None:
    table = Watched(Runs(100))
    table.content_changed(cursor=40, top=35)
    async with TableApp(table).run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        assert (table.cursor, table.top) == (40, 35)
        assert pilot.app.focused is table
