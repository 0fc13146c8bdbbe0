"""What a server or a monitored site says is text, wherever it is shown: it acts on nothing and on nobody."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from canaryscope.demo.responder import Reply
from peer import Answer, Changed, Peer, error
from screens.support import Seen, explorer

CANARY = "checkout-flow"
RUNS, LAST, LIST = "GetCanaryRuns", "DescribeCanariesLastRun", "DescribeCanaries"
HOSTILE = (
    "\x1b[2J\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07\x9b31m[/x] [@click=app.quit]quit[/] [red]"
    "\u202ered\u2066\u200b [link=https://evil.example]link[/link] $error {x} \r\n\tend"
)
SHOWN = "[/x] [@click=app.quit]quit[/] [red]red [link=https://evil.example]link[/link] $error {x} end"
"""What is left of it: words."""


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def poisoned(poison: Callable[[Any], object]) -> Changed:
    """The honest answer after `poison` has worked on its JSON."""

    def change(reply: Reply) -> Reply:
        body = json.loads(reply.body)
        poison(body)
        return Reply(reply.status, reply.headers, json.dumps(body).encode())

    return Changed(change)


def poison_runs(body: Any) -> None:
    for run in body["CanaryRuns"]:
        run["Status"] = {"State": f"OK{HOSTILE}", "StateReason": HOSTILE, "StateReasonCode": HOSTILE}
        run.update(Id=HOSTILE + run["Id"], BrowserType=HOSTILE, Location=HOSTILE, ArtifactS3Location=HOSTILE)


def poison_names(body: Any) -> None:
    for line in body["CanariesLastRun"]:
        line["CanaryName"] = f"{HOSTILE} {line['CanaryName']}"


async def assert_harmless(seen: Seen) -> None:
    """Nothing but text is on the screen, and a click on any of it ends nothing."""
    for line in seen.app.screen._compositor.render_strips():
        for text, style, control in line:
            assert control is None
            assert not [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs")], text
            assert style is None or not (style.link or "@click" in style.meta), text
    at = next((y, line.index("quit")) for y, line in enumerate(seen.lines) if "@click=app.quit]quit" in line)
    await seen.pilot.click(offset=(at[1] + 1, at[0]))
    await seen.settle()
    assert seen.app.is_running
    assert seen.app.return_code is None


async def test_an_error_message_is_words_in_the_table_and_in_the_log(peer: Peer) -> None:
    answers = [
        error(400, "ValidationException", HOSTILE),
        error(403, "AccessDeniedException", HOSTILE),
        error(500, "InternalServerException", HOSTILE),
        Answer(418, json.dumps({"message": HOSTILE}).encode()),
        Answer(502, f"<html><title>{HOSTILE}</title></html>".encode()),
    ]
    for number, answer in enumerate(answers, start=1):
        peer.script(RUNS, answer, calls={number})
    async with explorer(peer, canary=CANARY) as seen:
        for number, answer in enumerate(answers, start=1):
            await seen.fails(peer, RUNS, number)
            assert SHOWN in seen.text, answer
            await assert_harmless(seen)
            await seen.press("r")
        await seen.reaches()
        await seen.press("!")
        await seen.shows("Calls of this session", SHOWN)
        await assert_harmless(seen)


async def test_an_error_message_is_words_beside_the_runs(peer: Peer) -> None:
    peer.script(RUNS, error(500, "InternalServerException", HOSTILE), calls={2})
    async with explorer(peer, canary=CANARY) as seen:
        await seen.reaches()
        await seen.press("G")
        await seen.until(lambda: "internal error" in seen.status)
        assert SHOWN in seen.text
        await assert_harmless(seen)


async def test_an_error_message_is_words_in_the_picker(peer: Peer) -> None:
    peer.script(LIST, error(400, "ValidationException", HOSTILE))
    async with explorer(peer) as seen:
        await seen.shows(SHOWN)
        await assert_harmless(seen)


async def test_an_error_code_is_words_in_the_table_and_in_the_log(peer: Peer) -> None:
    peer.script(RUNS, Answer(400, b"{}", {"x-amzn-ErrorType": "[@click=app.quit]quit[/] [/x]\x1b[2J\x9b31m"}))
    async with explorer(peer, canary=CANARY) as seen:
        await seen.shows("GetCanaryRuns was refused with [@click=app.quit]quit[/] [/x]")
        await assert_harmless(seen)
        await seen.press("!")
        await seen.shows("Calls of this session", "400 [@click=app.quit]quit[/] [/x]")
        await assert_harmless(seen)


@pytest.mark.parametrize("size", [(80, 24), (120, 35), (200, 50)], ids=str)
async def test_reasons_ids_and_states_are_words_in_every_layout(peer: Peer, size: tuple[int, int]) -> None:
    peer.script(RUNS, poisoned(poison_runs))
    async with explorer(peer, size=size, canary=CANARY) as seen:
        await seen.reaches()
        await seen.shows("[@click=app.quit]quit[/]")
        await assert_harmless(seen)
        seen.app.runs_pane.table.focus()
        await seen.press("enter")
        await seen.shows(SHOWN, "esc back")
        await assert_harmless(seen)


async def test_names_of_canaries_are_words_and_open_as_they_are(peer: Peer) -> None:
    peer.script(LAST, poisoned(poison_names))
    async with explorer(peer) as seen:
        await seen.shows("[/x] [@click=app.quit]quit[/]")
        await assert_harmless(seen)
        await seen.press("enter")
        await seen.until(lambda: "r to retry" in seen.status)
        assert seen.status == "0 loaded · request refused · r to retry"
