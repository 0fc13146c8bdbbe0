"""Credentials that expire, or a process for AWS that dies, in the middle of what takes several calls.

Once it is put right outside, one key goes on from there: nothing is lost, and nothing is read or kept twice.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from canaryscope.aws_process import AwsProcess
from peer import FIXED_NOW, Exchange, Hang, Peer, error
from peer.s3 import Leaving, refusal
from remote import running
from screens.support import Seen, explorer

CANARY = "checkout-flow"
FOREVER = 1_000_000
CONFIG = "[profile prod]\nregion = eu-west-1\n"
KEYS = "[prod]\naws_access_key_id = {}\naws_secret_access_key = secret\naws_session_token = token\n"
LINE = b"2026-11-22T12:27:10.000Z INFO: nothing of note happens here, again and again and again, number %07d\n"


class Ends:
    """How access to AWS ends, what is told then, and how it is had again."""

    sentence: str

    def __init__(self, peer: Peer, home: Path, process: AwsProcess) -> None:
        self.peer = peer
        self.home = home
        self.process = process
        self.renew("ASIAOLD")

    def renew(self, key: str) -> None:
        """Temporary credentials, as a login tool writes them."""
        (self.home / ".aws/credentials").write_text(KEYS.format(key))

    def after(self, calls: int, operation: str) -> None:
        """After so many further calls of this operation."""
        raise NotImplementedError

    async def seen(self, seen: Seen) -> None:
        """Wait until it has ended, and the person is told."""
        raise NotImplementedError

    def mended(self) -> None:
        """Put right outside."""


class Expired(Ends):
    sentence = "The credentials of the profile prod have expired."

    def after(self, calls: int, operation: str) -> None:
        first = self.peer.count(operation) + calls + 1
        self.peer.script(operation, self, calls=range(first, FOREVER))

    def apply(self, exchange: Exchange) -> None:
        """For the peer: an honest answer to the new credentials alone."""
        authorization = exchange.headers["Authorization"]  # type: ignore[attr-defined]
        if "Credential=ASIANEW/" in authorization:
            exchange.send(exchange.honest())
        elif "/s3/" in authorization:
            refusal(400, "ExpiredToken", "The provided token has expired.").apply(exchange)
        else:
            error(403, "ExpiredTokenException", "The security token included in the request is expired").apply(exchange)

    async def seen(self, seen: Seen) -> None:
        await seen.shows(self.sentence)

    def mended(self) -> None:
        self.renew("ASIANEW")


class Killed(Ends):
    sentence = "The process that talks to AWS is gone"

    def after(self, calls: int, operation: str) -> None:
        self.hung = operation, self.peer.count(operation) + calls + 1
        self.peer.script(operation, Hang(), calls={self.hung[1]})

    async def seen(self, seen: Seen) -> None:
        operation, number = self.hung
        await seen.until(lambda: self.peer.count(operation) >= number)
        assert self.process._process is not None
        os.kill(self.process._process.pid, signal.SIGKILL)
        await seen.shows(self.sentence)


@pytest.fixture
def leaving() -> Leaving:
    return Leaving(FIXED_NOW)


@pytest.fixture
def peer(leaving: Leaving) -> Iterator[Peer]:
    with Peer(leaving) as peer:
        yield peer


@pytest.fixture
def process() -> Iterator[AwsProcess]:
    with running() as process:
        yield process


@pytest.fixture(params=[Expired, Killed])
def ends(request: pytest.FixtureRequest, peer: Peer, home: Path, process: AwsProcess) -> Ends:
    (home / ".aws/config").write_text(CONFIG)
    made: Ends = request.param(peer, home, process)
    return made


def exploring(ends: Ends, canary: str | None = CANARY) -> AbstractAsyncContextManager[Seen]:
    return explorer(ends.peer, canary=canary, environ={}, connect=ends.process.connect, profile="prod", region=None)


async def rests(seen: Seen) -> None:
    await seen.reaches()
    await seen.until(lambda: seen.app.explorer.detail_pane.resting and not seen.app.background.busy)


async def test_saving_goes_on_with_the_file_at_which_it_stopped(ends: Ends, tmp_path: Path) -> None:
    async with exploring(ends) as seen:
        await rests(seen)
        await seen.press("E")
        await seen.shows("Save 12 files")
        await seen.press("ctrl+u", *str(tmp_path / "out"))
        before = Counter(call.params["Key"] for call in ends.peer.calls if call.operation == "GetObject")
        ends.after(5, "GetObject")
        await seen.press("enter")
        await ends.seen(seen)
        await seen.shows("5 of 12 files saved; enter goes on from there.")
        ends.mended()
        await seen.press("enter")
        await seen.until(lambda: not seen.app.screen.query_one("#folder").has_focus_within and "Saved 12" in seen.text)
        await seen.shows("5 of them had been there")
    read = Counter(call.params["Key"] for call in ends.peer.calls if call.operation == "GetObject") - before
    assert sorted(read.values()) == [1] * 11 + [2], "the one that failed was asked for again, and no other"
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 12


async def test_a_search_in_a_log_goes_on_with_r(ends: Ends, leaving: Leaving) -> None:
    lines = [LINE % number for number in range(5_000_000 // len(LINE % 0))]
    lines[len(lines) * 3 // 4] = b"2026-11-22T12:27:11.000Z INFO: here is the needle\n"
    run = ends.peer.client().get_canary_runs(Name=CANARY)["CanaryRuns"][0]
    _, _, folder = run["ArtifactS3Location"].partition("/")
    leaving.files[f"{folder}/"] = {"2026-11-22T12-27-07-log.txt": b"".join(lines)}
    async with exploring(ends) as seen:
        await rests(seen)
        await seen.press("enter", "]", "]")
        await seen.until(lambda: "nothing of note" in seen.text and not seen.app.background.busy)
        await seen.press("g")
        await seen.until(lambda: "number 0000000" in seen.text)
        ends.after(1, "GetObject")
        await seen.press("/", *"needle", "enter")
        await ends.seen(seen)
        assert "number 0000000" in seen.text, "what is here stays"
        ends.mended()
        await seen.press("r")
        await seen.shows("here is the needle")
        assert ends.sentence not in seen.text


async def test_the_list_of_canaries_goes_on_from_its_page(ends: Ends) -> None:
    ends.after(1, "DescribeCanaries")
    async with exploring(ends, canary=None) as seen:
        await ends.seen(seen)
        assert "FAILED checkout-flow" in seen.picker, "what is known stays"
        ends.mended()
        await seen.press("r")
        await seen.until(lambda: ends.peer.count("DescribeCanaries") == 4 and "r to retry" not in seen.picker)
        assert "Canaries 45" in seen.picker
        assert ends.sentence not in seen.text
    tokens = [call.params.get("NextToken") for call in ends.peer.calls if call.operation == "DescribeCanaries"]
    assert tokens[1] == tokens[2], "the page that failed"
    assert ends.peer.count("DescribeCanariesLastRun") == 1


async def test_the_way_to_the_oldest_run_goes_on_from_its_page(ends: Ends) -> None:
    async with exploring(ends) as seen:
        await rests(seen)
        ends.after(2, "GetCanaryRuns")
        await seen.press("f", "slash", *"no such reason", "enter", "n")
        await ends.seen(seen)
        await seen.shows("300 loaded match · ")
        ends.mended()
        await seen.press("r")
        await seen.shows("of 1,000 loaded match")
        assert ends.sentence not in seen.text
    tokens = Counter(call.params.get("NextToken") for call in ends.peer.calls if call.operation == "GetCanaryRuns")
    assert sorted(tokens.values())[-2:] == [1, 2]
