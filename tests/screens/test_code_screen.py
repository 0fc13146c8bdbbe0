"""An MFA code is asked in a dialog: once, whatever waits for it; never on the terminal, never in the log.

Through boto3 and an STS on loopback, in the process of the tests and in the one that talks to AWS.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import stat
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from textual import events

from canaryscope.aws import session
from canaryscope.aws.options import ConnectionOptions, MfaCode
from canaryscope.aws.process import Question
from canaryscope.screens.code_screen import CodeScreen
from canaryscope.screens.text_screen import TextScreen
from canaryscope.source import Connect
from peer import Exchange, Gate, Peer
from peer.sts import CodesOfSts, assumed, code_refused
from remote import running
from screens.support import Seen, explorer, shown

CANARY = "checkout-flow"
ROLE, DEVICE = "arn:aws:iam::123456789012:role/on-call", "arn:aws:iam::123456789012:mfa/jo"
FAR, TWO = "arn:aws:iam::210987654321:role/reader", "arn:aws:iam::123456789012:mfa/two"
CONFIG = f"""[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = base
[profile prod]
role_arn = {ROLE}
mfa_serial = {DEVICE}
source_profile = base
region = eu-west-1
[profile far]
role_arn = {FAR}
mfa_serial = {TWO}
source_profile = prod
region = eu-west-1
"""
NEEDED = "The role of the profile prod needs an MFA code."
GIVEN_UP = "0 loaded · MFA code needed · r to retry"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch, peer: Peer) -> Path:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", peer.url)
    (home / ".aws/config").write_text(CONFIG)
    return home


@pytest.fixture(params=["in this process", "in its own process"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    if request.param == "in this process":
        yield session.connect
        return
    with running() as process:
        yield process.connect


PROD: dict[str, Any] = {"canary": CANARY, "profile": "prod", "region": None, "environ": {}}


async def asked(seen: Seen) -> CodeScreen:
    """The dialog, once it is there."""
    await seen.until(lambda: isinstance(seen.app.screen, CodeScreen))
    assert isinstance(seen.app.screen, CodeScreen)
    return seen.app.screen


async def give(seen: Seen, code: str) -> None:
    """Type a code, or the rest of one, and send it."""
    await seen.type(code)
    await seen.press("enter")


def dialogs(seen: Seen) -> int:
    return sum(isinstance(screen, CodeScreen) for screen in seen.app.screen_stack)


def cached(home: Path, role: str = ROLE, device: str = DEVICE) -> Path:
    """The file that the AWS CLI keeps the credentials of a role in."""
    name = sha1(json.dumps({"RoleArn": role, "SerialNumber": device}, sort_keys=True).encode()).hexdigest()
    return home / f".aws/cli/cache/{name}.json"


async def test_a_code_is_asked_for_role_and_device_and_the_runs_come(peer: Peer, home: Path, connect: Connect) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    async with explorer(peer, connect=connect, **PROD) as seen:
        await asked(seen)
        assert f"The role {ROLE} (profile prod) needs a code of the device {DEVICE}." in seen.text
        assert peer.count() == 0, "nobody was asked without a code"
        await give(seen, "907856")
        await seen.reaches()
        assert dialogs(seen) == 0
        [call] = [call for call in peer.calls if call.operation == "AssumeRole"]
        assert (call.params["TokenCode"], call.params["SerialNumber"]) == ("907856", DEVICE)
        assert stat.S_IMODE(cached(home).stat().st_mode) == 0o600
        assert json.loads(cached(home).read_text())["Credentials"]["AccessKeyId"] == "ASIAROLE"


async def test_the_next_start_takes_the_credentials_from_the_cache_and_asks_for_nothing(peer: Peer, home: Path) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    for _ in range(2):
        async with explorer(peer, **PROD) as seen:
            if not cached(home).exists():
                await asked(seen)
                await give(seen, "907856")
            await seen.reaches()
    assert peer.count("AssumeRole") == 1


async def test_all_that_is_asked_meanwhile_waits_behind_one_dialog_and_goes_on(peer: Peer, home: Path) -> None:
    """On a wide screen the list of canaries, the runs and the account are asked at the same time."""
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    async with explorer(peer, size=(160, 40), **PROD) as seen:
        await asked(seen)
        further = asyncio.ensure_future(seen.app.source.canary(CANARY))
        await seen.type("907")
        assert dialogs(seen) == 1
        await give(seen, "856")
        await seen.reaches()
        assert (await further).name == CANARY
        await seen.until(lambda: "FAILED checkout-flow" in seen.picker)
        assert (peer.count("AssumeRole"), dialogs(seen)) == (1, 0)


async def test_a_wrong_code_is_told_in_the_dialog_and_the_next_one_works(
    peer: Peer, home: Path, connect: Connect
) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "654321"))
    async with explorer(peer, connect=connect, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.shows("AWS did not accept the MFA code. A code is good once, for half a minute: take the next one.")
        assert "907856" not in seen.text
        await give(seen, "654321")
        await seen.reaches()
        assert peer.count("AssumeRole") == 2


async def test_esc_gives_up_and_nothing_asks_again_before_r(peer: Peer, home: Path) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await seen.press("escape")
        await seen.until(lambda: seen.status == GIVEN_UP)
        await seen.shows(NEEDED, "r asks for it", "`aws sts get-caller-identity --profile prod`")
        await seen.press("c")
        await seen.until(lambda: NEEDED in seen.picker)
        assert dialogs(seen) == 0
        await seen.press("escape", "r")
        await asked(seen)
        await give(seen, "907856")
        await seen.reaches()


async def test_what_the_aws_cli_has_put_into_its_cache_meanwhile_is_taken_with_r(peer: Peer, home: Path) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await seen.press("escape")
        await seen.until(lambda: seen.status == GIVEN_UP)
        options = ConnectionOptions("prod", endpoint_url=peer.url, code=MfaCode("907856"))
        await asyncio.to_thread(lambda: session.connect(options).close())
        await seen.press("r")
        await seen.reaches()
        assert peer.count("AssumeRole") == 1


async def test_only_digits_are_taken_and_six_of_them(peer: Peer, home: Path) -> None:
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await seen.press("q")
        assert "digits only" in seen.text
        await give(seen, "90785")
        assert "6 digits" in seen.text
        await seen.type("6")
        assert "6 digits" not in seen.text
        await seen.type("7")
        assert "Code 907856 6 digits" in seen.text
        assert peer.count() == 0


async def test_a_paste_with_blanks_is_a_code(peer: Peer, home: Path) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        seen.app.post_message(events.Paste(" 907 856\n"))
        await seen.press("enter")
        await seen.reaches()


async def test_a_role_behind_a_role_asks_for_a_code_of_each_device(peer: Peer, home: Path) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856", "222222"))
    async with explorer(peer, **(PROD | {"profile": "far"})) as seen:
        await asked(seen)
        assert f"The role {ROLE} (profile prod) needs a code of the device {DEVICE}." in seen.text
        await give(seen, "907856")
        await seen.shows(f"The role {FAR} (profile far) needs a code of the device {TWO}.", "one more is needed")
        await give(seen, "222222")
        await seen.reaches()
        assert cached(home).exists()
        assert peer.count("AssumeRole") == 2


async def test_what_no_other_code_would_mend_ends_the_dialog_and_stands_in_the_pane(peer: Peer, home: Path) -> None:
    text = f"User: arn:aws:iam::1:user/jo is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    peer.script("AssumeRole", code_refused(text=text))
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.shows(f"Access denied to sts:AssumeRole on {ROLE}", "trust policy must both allow it")
        assert dialogs(seen) == 0
        await seen.press("r")
        await asked(seen)


async def test_while_a_code_is_on_its_way_keys_work_and_enter_sends_no_second_one(peer: Peer, home: Path) -> None:
    gate = peer.hold("AssumeRole")
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.until(gate.arrived.is_set)
        await seen.shows("Connecting with this code")
        await seen.press("enter", "backspace")
        assert "Code 90785 " in seen.text
        await seen.press("escape")
        await seen.until(lambda: seen.status == GIVEN_UP)
        assert peer.count("AssumeRole") == 1
        gate.release()


async def test_credentials_that_end_in_the_middle_ask_for_a_code_with_r_and_go_on_from_the_same_page(
    peer: Peer, home: Path
) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856", "222222", minutes=5))  # botocore renews them at once
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.shows("have expired, and new ones need an MFA code.", "r asks for it")
        peer.script("AssumeRole", CodesOfSts(peer, "222222"))
        await seen.press("r")
        await asked(seen)
        await give(seen, "222222")
        await seen.reaches()


async def test_the_code_is_in_no_log_and_no_error(peer: Peer, home: Path) -> None:
    """A server may quote what it was sent, and what a person reads in `!` goes into tickets."""
    peer.script("AssumeRole", code_refused("ValidationError", "Value '907856' at 'tokenCode' is not valid"))
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.shows("Value '***' at 'tokenCode' is not valid")
        assert "907856" not in repr(seen.log)
        await seen.press("!")
        await seen.until(lambda: isinstance(seen.app.screen, TextScreen))
        assert "AssumeRole" in seen.text
        assert "907856" not in seen.text


def test_a_code_shows_in_no_repr_and_comes_through_a_pickle() -> None:
    question = Question(1, "connect", (ConnectionOptions(code=MfaCode("907856")),))
    assert "907856" not in f"{question} {question!r}"
    assert pickle.loads(pickle.dumps(question)).arguments[0].code.digits == "907856"


class Held(Gate):
    """Holds an AssumeRole, and gives its credentials then."""

    def pass_on(self, exchange: Exchange) -> None:
        assumed().apply(exchange)


async def test_a_dialog_that_is_done_goes_also_where_something_lies_above_it(peer: Peer, home: Path) -> None:
    gate = Held()
    peer.script("AssumeRole", gate)
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await give(seen, "907856")
        await seen.until(gate.arrived.is_set)
        seen.app.action_help()
        await seen.until(lambda: isinstance(seen.app.screen, TextScreen))
        gate.release()
        await seen.until(lambda: peer.count("GetCanaryRuns") == 1)
        await seen.press("escape")
        await seen.reaches()
        assert dialogs(seen) == 0


async def test_a_question_that_nobody_waits_for_any_more_takes_its_dialog_along(peer: Peer, home: Path) -> None:
    async with explorer(peer, **PROD) as seen:
        await asked(seen)
        await seen.press("escape")
        await seen.until(lambda: seen.status == GIVEN_UP)
        seen.app.source.ask_again()
        alone = asyncio.ensure_future(seen.app.source.canary(CANARY))
        await asked(seen)
        alone.cancel()
        await seen.until(lambda: dialogs(seen) == 0)


@pytest.mark.parametrize("size", [(20, 5), (40, 8), (80, 24), (200, 50)], ids=str)
async def test_there_is_room_to_type_in_every_size(peer: Peer, home: Path, size: tuple[int, int]) -> None:
    peer.script("AssumeRole", code_refused())
    async with explorer(peer, size=size, **PROD) as seen:
        await asked(seen)
        await seen.type("12")
        assert "Code 12" in " ".join(shown(seen.app))
        await give(seen, "3456")
        await seen.shows("AWS did not")
        await seen.type("77")
        assert "Code 77" in " ".join(shown(seen.app))
