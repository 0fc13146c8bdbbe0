"""How a person has canaryscope make the calls of each operation, and what they see of it: the rows of the fault matrix.

A `Turn` can be taken again and again in one running application: each time it asks for something that is not here yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from math import inf
from typing import Any, NamedTuple

from canaryscope.aws.session import Connection
from canaryscope.demo import reasons
from canaryscope.demo.story import API, HOUR, MINUTE, Spell, Story, Timetable
from canaryscope.evidence.lambda_log import LambdaLogQuestion, question_for
from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import AccessDenied, SourceError
from canaryscope.runs.model import Page, RunQuery
from screens.left import pane
from screens.support import Seen

__all__ = ["STORIES", "TURNS", "UNREACHED", "Turn", "asking", "here", "list_is_here", "runs_are_the_servers"]

WIDE = (150, 30)
SHOP, SLOW = "checkout-flow", "never-ends"
YOUNG = tuple(
    Story(name=f"young-{number:02}", runtime=API, browsers=(), runs=Timetable(every=5 * MINUTE, begins=12 * HOUR))
    for number in range(40)
)
"""Healthy canaries, one for each fault, whose runs are two pages."""
ENDLESS = Story(
    name=SLOW,
    runs=Timetable(
        every=5 * MINUTE, newest=2 * MINUTE, took_ms=2_000, spells=(Spell(reasons.LAMBDA_TIMEOUT, since=6 * HOUR),)
    ),
)
"""A canary whose runs time out: they leave nothing but a Lambda log."""
STORIES = (ENDLESS, *YOUNG)
"""Canaries beside the demo's."""

Server = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
"""Asks a connection for what the server really has, beside the application."""


class Turn(NamedTuple):
    """One way to have an operation called."""

    operation: str
    canary: str | None
    """What the application is started with; None: it begins with the list."""
    ready: Callable[[Seen], Awaitable[object]]
    """Has been looked at before the first turn."""
    keys: tuple[str, ...]
    """Have it called."""
    came: Callable[[Seen], bool]
    """Whether what these keys asked for is here."""
    same: Callable[[Seen, Server], Awaitable[None]]
    """Asserts that all is here that the server has, once."""
    size: tuple[int, int] = (80, 24)
    """Of the screen, so that what is told is seen whole."""
    paged: bool = False
    """Whether there are more pages to call."""
    further: tuple[str, ...] = ()
    """Have the next page called once the first one `came`; none: it is called by itself."""
    whole: Callable[[Seen], bool] | None = None
    """Whether all is here that was asked for, where that is more than what `came`."""
    before: tuple[str, int] | None = None
    """The operation that these keys have called just before, and how often."""
    kept: Callable[[Seen], object] = lambda seen: seen.status.split(" ")[0]
    """What was loaded before: it is the same while the fault is shown."""
    forget: Callable[[Seen], object] = lambda seen: None
    """What the application knows of it already: then it would not ask."""
    tells: Callable[[Seen, SourceError], bool] = lambda seen, error: _reads(seen, error.sentence, error.hint)
    harmless: tuple[str, ...] = ("t",)
    """Keys that in turn do something that is seen at once, and ask AWS for nothing."""


def _reads(seen: Seen, *texts: str) -> bool:
    """Whether all of this is on the screen. What stands beside each other is read one after the other."""
    read = seen.text
    if not all(text in read for text in texts):
        read = f"{seen.picker} {pane(seen)}"
    return all(text in read for text in texts)


def _all_of(ask: Callable[[str | None], Page[Any]], most: float = inf) -> list[Any]:
    """What is on all pages, or on as many as it takes to have `most`."""
    page = ask(None)
    items = [*page.items]
    while page.next_token is not None and len(items) < most:
        page = ask(page.next_token)
        items += page.items
    return items


# --- runs


def _runs(status: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.status.startswith(status)


async def _runs_and_list_are_loaded(seen: Seen) -> None:
    await seen.reaches()
    await seen.press("c")
    await _list_is_loaded(seen)
    await seen.press("escape")


async def runs_are_the_servers(seen: Seen, server: Server) -> None:
    """Asserts that the runs which are loaded are those that the server has, each once."""
    browser = seen.app.runs_pane.browser
    assert browser is not None
    rows = [row for (row,) in browser.store.select("SELECT row FROM run", ())]
    here = [stored.run.id for stored in browser.store.runs(rows)]
    query = RunQuery(browser.canary)
    there = await server(lambda aws: _all_of(partial(aws.synthetics.runs_page, query), len(here)))
    assert sorted(map(str, here)) == sorted(str(run.id) for run in there)


# --- the list


def _names(seen: Seen) -> list[str]:
    return sorted(item.name for item in seen.app.explorer.picker_pane._items())


async def _list_is_loaded(seen: Seen) -> None:
    await seen.until(lambda: list_is_here(seen))


def list_is_here(seen: Seen) -> bool:
    """Whether both lists are through, and nothing is wrong."""
    canaries = seen.app.explorer.picker_pane._canaries
    return canaries.complete and not canaries.errors and "loading" not in seen.picker


async def _list_is_the_servers(seen: Seen, server: Server) -> None:
    last = await server(lambda aws: _all_of(aws.synthetics.last_runs_page))
    canaries = await server(lambda aws: _all_of(aws.synthetics.canaries_page))
    assert _names(seen) == sorted({*(it.canary for it in last), *(it.name for it in canaries)})


def _list_tells(seen: Seen, error: SourceError) -> bool:
    if isinstance(error, AccessDenied):
        return _reads(seen, "Not allowed: synthetics:", "A name can be typed with /.", "r to retry")
    return _reads(seen, error.sentence, error.hint, "r to retry")


# --- what a run left


def _evidence(seen: Seen) -> RunEvidence:
    evidence = seen.app.explorer.detail_pane.evidence
    assert evidence is not None
    return evidence


def here(part: Part) -> Callable[[Seen], bool]:
    """Whether the part of the run that the cursor is on is here."""

    def is_here(seen: Seen) -> bool:
        under = seen.app.runs_pane.under_cursor
        evidence = seen.app.explorer.detail_pane.evidence
        return (
            under is not None
            and evidence is not None
            and evidence.run == under.run
            and evidence.piece(part).phase is Phase.READY
        )

    return is_here


async def _steps_are_open(seen: Seen) -> None:
    await seen.reaches()
    await seen.press("]")
    await seen.until(lambda: here(Part.REPORT)(seen) and "[Steps" in seen.text)


async def _log_is_open(seen: Seen) -> None:
    await seen.reaches()
    await seen.press("]", "]")
    await seen.until(lambda: here(Part.LAMBDA_LOG)(seen) and "[Log]" in pane(seen))


async def _files_are_the_servers(seen: Seen, server: Server) -> None:
    evidence = _evidence(seen)
    place, report = evidence.place, evidence.file(Part.REPORT)
    assert place is not None
    assert report is not None
    assert evidence.artifacts == await server(lambda aws: aws.artifacts.list_artifacts(place))
    assert evidence.report == await server(lambda aws: aws.evidence.report(place.bucket, report, Reading()))


async def _log_is_the_servers(seen: Seen, server: Server) -> None:
    evidence = _evidence(seen)
    question = question_for(evidence.run, await server(lambda aws: aws.synthetics.canary(SLOW)))
    assert isinstance(question, LambdaLogQuestion)
    assert evidence.lambda_log == await server(lambda aws: aws.logs.lambda_log(question, Reading()))


def _forget_the_canary(seen: Seen) -> None:
    seen.app.runs_pane.triage_pane.facts._known.clear()


# --- who one is


def _log_tells(seen: Seen, error: SourceError) -> bool:
    """All else works without the account's number: what went wrong is in the session's log (`!`) only."""
    return any(call.outcome == f"{error.summary}: {error.sentence}" for call in seen.log)


def _forget_the_account(seen: Seen) -> None:
    seen.app._whereabouts._account = ""
    seen.app._whereabouts._asked_at = None


async def _account_is_the_servers(seen: Seen, server: Server) -> None:
    assert seen.app._whereabouts._account == await server(lambda aws: aws.account())


_LAST_RUNS = Turn(
    "DescribeCanariesLastRun",
    None,
    _list_is_loaded,
    ("r",),
    list_is_here,
    _list_is_the_servers,
    paged=True,
    kept=_names,
    harmless=("j", "k"),
    tells=_list_tells,
)
_FILES = Turn(
    "ListObjectsV2",
    SHOP,
    _steps_are_open,
    ("j",),
    here(Part.REPORT),
    _files_are_the_servers,
    size=WIDE,
    paged=True,
)
_LOG = Turn(
    "FilterLogEvents",
    SLOW,
    _log_is_open,
    ("j",),
    here(Part.LAMBDA_LOG),
    _log_is_the_servers,
    size=WIDE,
    paged=True,
)
_TURNS = (
    Turn(
        "GetCanaryRuns",
        YOUNG[0].name,
        _runs_and_list_are_loaded,
        ("c", "j", "enter"),
        _runs("100 loaded · more below"),
        runs_are_the_servers,
        paged=True,
        further=("G",),
        whole=_runs("144 loaded · end of history"),
    ),
    _LAST_RUNS,
    _LAST_RUNS._replace(operation="DescribeCanaries", before=("DescribeCanariesLastRun", 2)),
    _LOG._replace(operation="GetCanary", paged=False, forget=_forget_the_canary),
    _FILES,
    _FILES._replace(operation="GetObject", paged=False, before=("ListObjectsV2", 3)),
    _LOG,
    Turn(
        "GetCallerIdentity",
        SHOP,
        lambda seen: seen.until(lambda: bool(seen.app._whereabouts._account)),
        ("r",),
        lambda seen: bool(seen.app._whereabouts._account),
        _account_is_the_servers,
        forget=_forget_the_account,
        tells=_log_tells,
    ),
)
TURNS = {turn.operation: turn for turn in _TURNS}
"""By what stands in the printed matrix."""

UNREACHED = {"ListGroups", "ListGroupResources"}
"""Operations that the guard allows and no screen calls."""


def asking(connection: Connection) -> Server:
    """Asks on a thread: the event loop is the application's."""
    return lambda ask: asyncio.to_thread(ask, connection)
