"""Hostile text in every field, on every screen, from 20x5 to 300x100: words, or nothing; never a crash."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from canaryscope.demo.responder import Reply
from demo.leavings import place
from peer import FIXED_NOW, Changed, Peer
from peer.s3 import Leaving
from screens.support import Seen, explorer
from screens.test_hostile_text import CANARY, HOSTILE, LAST, LIST, RUNS, poison_names, poisoned
from terminal.test_hostile_evidence import EVIL

WIDTHS = (20, 21, 33, 34, 39, 40, 59, 60, 63, 64, 76, 79, 80, 99, 100, 119, 120, 149, 150, 200, 300)
HEIGHTS = (5, 6, 7, 8, 9, 16, 17, 23, 24, 29, 30, 50, 100)
"""Where a layout begins or ends, and the sizes around it (`explorer.tcss`, the widgets' own limits)."""
SIZES = [(width, height) for width in WIDTHS for height in HEIGHTS]
STEP = 17
"""Each screen is shown at every seventeenth of these sizes, beginning with another one; all together at all of them."""

SCREENS: dict[str, tuple[str, tuple[str, ...]]] = {
    "runs": ("[@click=app.quit]quit[/]", ()),
    "filter": ("loaded match", ("slash", *"xyz")),
    "dry run": ("DryRunId 1", ("d", "1")),
    "canaries": ("[/x] [@click=app.q", ("c",)),
    "find a canary": ("of 89", ("c", "slash", "c")),
    "one run": ("esc back", ("enter",)),
    "steps": ("[Steps 2]", ("enter", "]")),
    "log": ("ERROR", ("enter", *"]]")),
    "requests": ("[Requests 3]", ("enter", *"]]]")),
    "screenshots": ("1 of 1", ("enter", *"]]]]")),
    "raw": ("The run, as the API sent it", ("enter", *"]]]]]")),
    "causes": ("Causes of", ("x",)),
    "compare": ("y copy as Markdown", ("m", "j", "m")),
    "save": ("Folder", ("E",)),
    "copy": ("copy:", ("y",)),
    "help": ("Everywhere", ("question_mark",)),
    "calls": ("Calls of this session", ("exclamation_mark",)),
    "palette": ("Search for commands", ("colon",)),
}
"""What shows that it is there, and the keys that lead to it."""


def poison_runs(body: Any) -> None:
    """All that is text but where the artifacts are, or their tabs would have nothing to show."""
    for number, run in enumerate(body["CanaryRuns"]):
        state = ("FAILED", "PASSED", f"OK{HOSTILE}")[number % 3]
        run["Status"] = {"State": state, "StateReason": HOSTILE, "StateReasonCode": HOSTILE, "TestResult": HOSTILE}
        run.update(Id=HOSTILE + run["Id"], BrowserType=HOSTILE, Location=HOSTILE, DryRunConfig={"DryRunId": HOSTILE})


def poison_canary(reply: Reply) -> Reply:
    """Of one canary or of a page of them."""
    body = json.loads(reply.body)
    for canary in body.get("Canaries", [body.get("Canary", {})]):
        canary["Status"] = {"State": HOSTILE, "StateReason": HOSTILE, "StateReasonCode": HOSTILE}
        canary["Schedule"] = {"Expression": HOSTILE}
        canary["RuntimeVersion"] = HOSTILE
    return Reply(reply.status, reply.headers, json.dumps(body).encode())


@pytest.fixture
def peer() -> Iterator[Peer]:
    leaving = Leaving(FIXED_NOW)
    with Peer(leaving) as peer:
        for run in peer.client().get_canary_runs(Name=CANARY)["CanaryRuns"][:3]:
            leaving.files[place(run).folder] = EVIL
        peer.script(RUNS, poisoned(poison_runs))
        peer.script(LAST, poisoned(poison_names))
        for operation in (LIST, "GetCanary"):
            peer.script(operation, Changed(poison_canary))
        yield peer


def assert_words_only(seen: Seen, size: tuple[int, int]) -> None:
    strips = seen.app.screen._compositor.render_strips()
    assert len(strips) == size[1]
    for strip in strips:
        assert strip.cell_length <= size[0]
        for text, style, control in strip:
            assert control is None
            assert not [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs")], text
            assert style is None or not (style.link or "@click" in style.meta), text


def sizes_for(number: int) -> Iterable[tuple[int, int]]:
    return islice(cycle(SIZES), number, number + len(SIZES), STEP)


async def resize(seen: Seen, size: tuple[int, int]) -> None:
    """As `Pilot.resize_terminal`, which waits until the process is idle: ten times as long."""
    assert isinstance(seen.app._driver, HeadlessDriver)
    seen.app._driver._size = Size(*size)
    seen.app.post_message(events.Resize(Size(*size), Size(*size)))
    await seen.until(lambda: seen.app.screen._compositor.size == Size(*size))


@pytest.mark.parametrize("screen", SCREENS)
async def test_hostile_text_is_words_at_every_size(peer: Peer, screen: str) -> None:
    words, keys = SCREENS[screen]
    async with explorer(peer, size=(120, 40), canary=CANARY) as seen:
        await seen.reaches()
        for key in keys:
            await seen.press(key)
        await seen.shows(words)
        for size in sizes_for(list(SCREENS).index(screen)):
            await resize(seen, size)
            assert seen.app.is_running, size
            assert_words_only(seen, size)
        assert seen.app.return_code is None
