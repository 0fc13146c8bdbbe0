"""Neither what is pasted nor what a server sends may act on the terminal, or end the program."""

import json
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from canaryscope.demo.responder import Reply
from peer import Changed, Peer, error
from terminal.probe import Terminal
from terminal.program import A_RUN, INSTANT, Explore, account
from terminal.stream import Control, Splitter

pytestmark = pytest.mark.terminal

ATTACK = (
    "\x1b[2J\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07\x1bPpwned\x1b\\\x1b[?1049l\x9b31m\x9d0;pwned\x9c"
    "\x00\x07\x08\x7f\r\n\t\u202e\u2066\u200b\ufeff[bold red]markup[/] [@click=app.quit()]link[/] \x1b]8;;http://evil.example\x1b\\x"
)
FORBIDDEN = re.compile("[\x00-\x07\x09-\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""In text on its way to the terminal: all controls but CR, LF and backspace, and what is not seen or turns text."""
ALLOWED = re.compile(
    r"\[[\d;]*[ABCDGHJKmr]|[DM]"  # cursor, erasing, colours, scrolling
    r"|\[\?(7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\[\?(2026|2048)\$p|\[[56]n|\[16t|\[>0?q|\[c"  # questions
    r"|\[[<>]\d*u|\[\?u"  # keyboard protocol
    r"|\]22;default\x07"  # pointer
    r"|\(B|[78=>]"
)


def controls_and_text(terminal: Terminal) -> tuple[set[str], str]:
    """What the program has written: its control sequences without the escape character, and its text."""
    pieces = Splitter()(bytes(terminal.output))
    controls = {piece.raw[1:].decode("latin-1") for piece in pieces if isinstance(piece, Control)}
    return controls, b"".join(piece for piece in pieces if isinstance(piece, bytes)).decode()


def assert_clean(terminal: Terminal) -> None:
    """Only the program's own control sequences have been written, and no text that is more than text."""
    controls, text = controls_and_text(terminal)
    assert {control for control in controls if not ALLOWED.fullmatch(control)} == set()
    assert set(FORBIDDEN.findall(text.replace("\r\n", ""))) == set()
    assert not [character for character in set(text) if unicodedata.category(character) == "Cs"]


def poisoned(change: Callable[[dict[str, Any]], object]) -> Changed:
    """The honest answer after `change` has worked on its JSON."""

    def apply(reply: Reply) -> Reply:
        body = json.loads(reply.body)
        change(body)
        return Reply(reply.status, reply.headers, json.dumps(body).encode())

    return Changed(apply)


def poison_runs(body: dict[str, Any]) -> None:
    for run in body["CanaryRuns"]:
        run["Status"] = {"State": f"PASSED{ATTACK}", "StateReason": ATTACK * 3, "StateReasonCode": ATTACK}
        run.update(ArtifactS3Location=ATTACK, BrowserType=ATTACK, Id=ATTACK + run["Id"])


def poison_canaries(body: dict[str, Any]) -> None:
    for entry in body.get("CanariesLastRun", []):
        entry["CanaryName"] = f"evil{ATTACK}{entry['CanaryName']}"
    for canary in body.get("Canaries", []):
        canary["Name"] = f"evil{ATTACK}{canary['Name']}"
        canary["Status"] = {"State": ATTACK, "StateReason": ATTACK}


def test_reasons_states_and_ids_do_nothing_to_the_terminal(explore: Explore) -> None:
    with Peer() as peer:
        peer.script("GetCanaryRuns", poisoned(poison_runs))
        terminal = explore("--canary", "checkout-flow", env=peer.environment())
        terminal.wait_for(r"\[bold red\]markup\[/\]")
        terminal.press("jj<enter>", quiet=0.4)
        terminal.press("<escape>f")
        assert_clean(terminal)
        assert "canaryscope" in terminal.lines()[0]


def test_canary_names_do_nothing_to_the_terminal(explore: Explore) -> None:
    with Peer() as peer:
        peer.script("DescribeCanariesLastRun", poisoned(poison_canaries))
        peer.script("DescribeCanaries", poisoned(poison_canaries))
        terminal = explore(env=peer.environment())
        terminal.wait_for("evil")
        terminal.press("jj<enter>", quiet=0.4)
        assert_clean(terminal)


def test_error_messages_do_nothing_to_the_terminal(explore: Explore) -> None:
    with Peer() as peer:
        peer.script("GetCanaryRuns", error(400, "ValidationException", f"refused {ATTACK}"))
        terminal = explore("--canary", "checkout-flow", env=peer.environment())
        terminal.wait_for("r to retry")
        terminal.wait_for_quiet()
        assert_clean(terminal)


NAMED = "\x1b]0;pwned\x07\x9b31m\x7f\u202e\u200bname\x1b[2J\udcff"
"""What an argument, a variable or the name of a folder can be; the last character is a byte that is no UTF-8."""


def test_names_of_profiles_regions_and_servers_do_nothing_to_the_terminal(explore: Explore, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_bytes(os.fsencode(f"[profile evil{NAMED}]\n"))
    variables = {"AWS_PROFILE": NAMED, "AWS_REGION": NAMED, "AWS_DEFAULT_REGION": NAMED, "AWS_CONFIG_FILE": str(config)}
    url = f"http://{NAMED.translate({ord('['): None, ord(']'): None})}127.0.0.1:1/{NAMED}"
    options = ["--profile", NAMED, "--region", NAMED, "--endpoint-url", url]
    for arguments, env in (
        (["--canary", "checkout-flow"], variables),
        (options, {}),
        (options[2:], account(url, NAMED)),
    ):
        terminal = explore(*arguments, env=env, cols=200)
        terminal.wait_for("r to retry|r retry")
        terminal.send("!")
        terminal.wait_for("Calls of this session")
        terminal.press("<escape>", quiet=0.3)
        assert_clean(terminal)
        terminal.send("q")
        assert terminal.exit_code() == 0


RUBBISH = {
    "not UTF-8": b"\xff\xfe\xc3\x28\x80\xf0\x9f",
    "control characters": b"\x00\x01\x02\x7f\x1c\x1d\x1e",
    "unknown sequences": b"\x1b[999;999X\x1b[?9999$y\x1bPwhat\x1b\\\x1b]999;x\x07\x1b_x\x1b\\",
    "mouse nonsense": b"\x1b[<999;99999;-1M\x1b[<0;;M\x1b[M\xff\xff\xff\x1b[<35;1;1m",
    "answers nobody asked for": b"\x1b[?64;1c\x1b[24;80R\x1b[48;24;80;0;0t\x1b[?2026;9$y\x1b[I\x1b[O",
}
"""What a cat walks over, or a line makes of a mouse; single letters in it may well be keys, such as `?`."""

PASTES = {
    "text": b"pasted text\r\n" * 4000,
    "not UTF-8": b"pasted \xff text\r\n" * 3000,
    "control sequences": b"pasted \x1b[31m text \x1b]0;x\x07 and \x1b\x1b q\r\n" * 1300,
}


def assert_ends_well(terminal: Terminal) -> None:
    """The program still has the screen, ends at a key, and leaves the terminal as it was."""
    assert terminal.emulator.modes[1049]
    terminal.send("<ctrl+q>")
    assert terminal.exit_code(2) == 0
    assert terminal.left_behind() == []


def test_rubbish_on_the_keyboard_costs_no_session(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    for kind, rubbish in RUBBISH.items():
        terminal.press(rubbish, quiet=0.3)
        terminal.press("<escape>", quiet=0.3)  # whatever it opened
        assert "Everywhere" not in terminal.text(), kind
        terminal.send("?")
        terminal.wait_for("Everywhere", timeout=3)  # the keys' help
        terminal.press("<escape>", quiet=0.3)
    assert_ends_well(terminal)


def test_what_is_pasted_beside_a_field_presses_no_key(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.4)
    before = terminal.text()
    for kind, paste in PASTES.items():
        terminal.press(b"\x1b[200~" + paste + b"\x1b[201~")
        assert terminal.text() == before, kind
    assert_ends_well(terminal)


@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES)
def test_a_long_paste_into_a_field_does_not_freeze_it(explore: Explore, paste: bytes) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.press("/")
    terminal.send(b"\x1b[200~" + paste + b"\x1b[201~")
    terminal.wait_for_quiet(timeout=3)
    assert_clean(terminal)
    assert_ends_well(terminal)
