"""In a hurry the next page is asked for before the one that has come is taken in: nothing may be lost by that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.errors import SourceError, Unreachable
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import RunType
from canaryscope.runs.store import RunStore
from runs.history import Server, run

RUNS = 60


def hurrying(server: Server) -> tuple[RunBrowser, PageRequest]:
    """A browser with its first page, on its way to the oldest run, and the call that it wants."""
    browser = RunBrowser("checkout-flow")
    browser.viewed(0, 5, moved=False)
    [first] = browser.requests()
    assert browser.go_ahead(first, server.answer(first.query, first.token)) is None, "nobody is in a hurry"
    browser.accept(first, server.answer(first.query, first.token))
    browser.to_the_end()
    [request] = browser.requests()
    return browser, request


def walk(browser: RunBrowser, server: Server, request: PageRequest | None) -> None:
    """Take in all that is left, the next page being asked for before each is taken in."""
    while request is not None:
        page = server.answer(request.query, request.token)
        following = browser.go_ahead(request, page)
        browser.accept(request, page)
        request = following or next(iter(browser.requests()), None)


def shown(browser: RunBrowser) -> list[str | None]:
    return [line.stored.run.id for line in browser.view.rows(0, len(browser.view))]


@pytest.fixture
def server() -> Server:
    return Server([run(number) for number in range(RUNS)])


def test_every_page_is_asked_for_once_and_every_run_is_there_in_order(server: Server) -> None:
    browser, request = hurrying(server)
    walk(browser, server, request)
    assert shown(browser) == [run(number).id for number in range(RUNS)]
    tokens = [call[1] for call in server.calls[2:]]
    assert len(set(tokens)) == len(tokens)


def refresh(browser: RunBrowser, server: Server) -> None:
    server.lists[RunType.CANARY_RUN].insert(0, run(0, minutes=-1)._replace(id="new"))
    browser.refresh()


def stop(browser: RunBrowser, server: Server) -> None:
    browser.stop()


@pytest.mark.parametrize("happens", [refresh, stop])
def test_what_a_person_does_before_the_page_is_taken_in_loses_none_of_it(
    server: Server, happens: Callable[[RunBrowser, Server], None]
) -> None:
    browser, request = hurrying(server)
    page = server.answer(request.query, request.token)
    following = browser.go_ahead(request, page)
    assert following is not None
    happens(browser, server)
    assert browser.accept(request, page)
    walk(browser, server, following)
    browser.to_the_end()
    walk(browser, server, next(iter(browser.requests()), None))
    runs = server.lists[RunType.CANARY_RUN]
    assert shown(browser) == [it.id for it in runs]


def test_a_page_that_cannot_be_kept_is_asked_for_again_and_what_was_asked_behind_it_is_dropped(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, request = hurrying(server)
    page = server.answer(request.query, request.token)
    following = browser.go_ahead(request, page)
    assert following is not None
    with monkeypatch.context() as patch:
        patch.setattr(RunStore, "add", full)
        with pytest.raises(sqlite3.OperationalError):
            browser.accept(request, page)
    error = SourceError("The runs cannot be kept.", "")
    assert browser.fail(request, error)
    assert not browser.accept(following, server.answer(following.query, following.token))
    try_again(browser, server, error, request.token)


def try_again(browser: RunBrowser, server: Server, error: SourceError, token: str | None) -> None:
    """The same page is asked for again, and nothing is missing in the end."""
    browser.retry(error)
    browser.to_the_end()
    [again] = browser.requests()
    assert again.token == token
    walk(browser, server, again)
    assert shown(browser) == [run(number).id for number in range(RUNS)]


def full(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_a_call_that_was_made_ahead_and_fails_is_tried_again_from_the_same_token(server: Server) -> None:
    browser, request = hurrying(server)
    page = server.answer(request.query, request.token)
    following = browser.go_ahead(request, page)
    assert following is not None
    browser.accept(request, page)
    error = Unreachable("The line is down.")
    assert browser.fail(following, error)
    assert browser.requests() == []
    try_again(browser, server, error, following.token)
