"""What a person would miss if the ways of a feed got mixed up: the runs that are new, or those in between."""

from __future__ import annotations

from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import RunType
from runs.history import Server, run


def test_a_refresh_asked_for_while_an_older_page_comes_finds_the_new_run_and_loses_none() -> None:
    server = Server([run(number) for number in range(60)])
    browser = RunBrowser("checkout-flow")
    browser.viewed(0, 5, moved=False)
    [first] = browser.requests()
    browser.accept(first, server.answer(first.query, first.token))
    browser.to_the_end()
    [older] = browser.requests()
    browser.refresh()
    server.lists[RunType.CANARY_RUN].insert(0, run(0, minutes=-1)._replace(id="new"))
    browser.accept(older, server.answer(older.query, older.token))
    while requests := browser.requests():
        assert len(server.calls) < 50
        for request in requests:
            browser.accept(request, server.answer(request.query, request.token))
    shown = [line.stored.run.id for line in browser.view.rows(0, len(browser.view))]
    assert shown == ["new", *(run(number).id for number in range(60))]
