"""What credentials need of a person, on a terminal: `L` gives it to a login of the AWS CLI, a dialog takes a code."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

import psutil
import pytest

from peer import Answer, Peer
from peer.sts import CodesOfSts
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, SOURCES, Explore

pytestmark = pytest.mark.terminal

CONFIG = """[profile prod]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.example/start
sso_region = eu-west-1
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = base
[profile on-call]
role_arn = arn:aws:iam::123456789012:role/on-call
mfa_serial = arn:aws:iam::123456789012:mfa/jo
source_profile = base
region = eu-west-1
"""
LOGIN = r"""#!/bin/sh
echo "asked: $*"
test -t 0 && test -t 1 && echo "on a terminal"
stty -echo
printf 'type a word: '
read -r word
stty echo
echo "heard: $word"
test "$word" = no && exit 3
mkdir -p "$HOME/.aws/sso/cache" && cp "$HOME/token" "$HOME/.aws/sso/cache/{name}.json"
"""
"""Instead of the AWS CLI: it asks for a word that is not shown, as a login may."""


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        later = (datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000
        keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": int(later)}
        found = Answer(200, json.dumps({"roleCredentials": keys}).encode(), {"Content-Type": "application/json"})
        peer.script("GET /federation/credentials", found)
        yield peer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A person's, with a profile that has never logged in, and a program named aws."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(CONFIG)
    token = {
        "startUrl": "https://corp.example/start",
        "region": "eu-west-1",
        "accessToken": "token",
        "expiresAt": f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
    }
    (tmp_path / "token").write_text(json.dumps(token))
    program = tmp_path / "bin/aws"
    program.parent.mkdir()
    program.write_text(LOGIN.replace("{name}", sha1(b"corp").hexdigest()))
    program.chmod(0o755)
    return tmp_path


@pytest.fixture
def environ(peer: Peer, home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "PATH": f"{home}/bin:{os.path.dirname(sys.executable)}:/usr/bin:/bin",
        "AWS_CONFIG_FILE": str(home / ".aws/config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL": peer.url,
    }


@pytest.fixture
def waiting(explore: Explore, environ: dict[str, str]) -> Terminal:
    """The program, which has found no login."""
    terminal = explore("--profile", "prod", "--canary", "checkout-flow", env=environ)
    terminal.wait_for(lambda shown: "credentials expired" in shown.text())
    terminal.wait_for_quiet(0.3)
    return terminal


def test_the_login_has_the_terminal_and_what_it_brings_is_used_at_once(waiting: Terminal, peer: Peer) -> None:
    assert "L runs `aws sso login --profile prod`" in " ".join(waiting.text().split())
    waiting.send("L")
    waiting.wait_for("type a word:")
    text = waiting.text()
    assert "$ aws sso login --profile prod" in text
    assert "asked: sso login --profile prod" in text
    assert "on a terminal" in text
    waiting.send("yes\r")
    waiting.wait_for(A_RUN)
    assert "canaryscope" in waiting.lines()[0]
    assert "expired" not in waiting.text()
    assert peer.count("GET /federation/credentials") == 1
    waiting.press("j")
    waiting.send("q")
    assert waiting.exit_code() == 0
    assert not waiting.left_behind()


def test_what_a_failed_login_has_written_can_be_read_and_the_error_stays(waiting: Terminal) -> None:
    waiting.send("L")
    waiting.wait_for("type a word:")
    waiting.send("no\r")
    waiting.wait_for("Enter goes back to canaryscope")
    assert "heard: no" in waiting.text()
    waiting.send("\r")
    waiting.wait_for("aws sso login --profile prod ended with code 3")
    waiting.wait_for(lambda shown: "credentials expired" in shown.text())


def test_ctrl_c_ends_the_login_and_not_the_program(waiting: Terminal) -> None:
    waiting.send("L")
    waiting.wait_for("type a word:")
    waiting.send("\x03")
    waiting.wait_for("Enter goes back to canaryscope")
    waiting.send("\r")
    waiting.wait_for(f"ended with code -{signal.SIGINT.value}")
    waiting.send("\x03")
    assert waiting.exit_code() == 0
    assert waiting.left_behind() == [], "the login has turned off the echo"


def test_ctrl_z_stops_the_login_with_the_program_and_fg_goes_on_with_it(environ: dict[str, str]) -> None:
    shell = 'set -m; "$@"; echo "the shell is back"; read -r _; fg; echo "all has ended"'
    command = ["bash", "-c", shell, "bash", *COMMAND, "--profile", "prod", "--canary", "checkout-flow"]
    with Terminal(command, env=SOURCES | environ) as terminal:
        terminal.wait_for(lambda shown: "credentials expired" in shown.text())
        terminal.wait_for_quiet(0.3)
        terminal.send("L")
        terminal.wait_for("type a word:")
        terminal.send("<ctrl+z>")
        terminal.wait_for("the shell is back")
        assert "alternate screen" not in terminal.left_behind()
        terminal.send("\r")
        terminal.wait_for(lambda shown: shown.text().count('"$@"') > 1)  # fg names the job
        terminal.send("yes\r")
        terminal.wait_for(A_RUN)
        terminal.send("q")
        terminal.wait_for("all has ended")
        assert terminal.exit_code() == 0
        assert terminal.emulator.left_behind() == []  # the echo is for this bash to set back, which does it at a prompt


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_login_with_the_program_and_gives_the_terminal_back(
    waiting: Terminal, number: signal.Signals
) -> None:
    waiting.send("L")
    waiting.wait_for("type a word:")
    login = next(process for process in waiting.family() if "sso" in process.cmdline())
    waiting.signal(number)
    assert waiting.exit_code() == 1
    _, alive = psutil.wait_procs([login], timeout=5)
    assert alive == []
    assert waiting.left_behind() == []
    assert "Enter goes back" not in waiting.text()


def test_a_login_that_is_deaf_to_signals_ends_with_the_program_all_the_same(waiting: Terminal, home: Path) -> None:
    program = home / "bin/aws"
    program.write_text(f"#!/bin/sh\ntrap '' TERM\n{program.read_text()}")
    waiting.send("L")
    waiting.wait_for("type a word:")
    login = next(process for process in waiting.family() if "sso" in process.cmdline())
    waiting.signal(signal.SIGTERM)
    assert waiting.exit_code() == 1
    _, alive = psutil.wait_procs([login], timeout=5)
    assert alive == []
    assert waiting.left_behind() == []


def test_the_dialog_for_a_code_writes_nothing_while_it_waits_and_takes_one_that_comes_at_once(
    explore: Explore, environ: dict[str, str], peer: Peer
) -> None:
    peer.script("AssumeRole", CodesOfSts(peer, "907856"))
    terminal = explore("--profile", "on-call", "--canary", "checkout-flow", env=environ)
    terminal.wait_for("MFA code")
    terminal.wait_for_quiet(0.5)
    assert "the device arn:aws:iam::123456789012:mfa/jo" in " ".join(terminal.text().split())
    assert terminal.written_in(1.5) == 0
    terminal.send("907856\r")
    terminal.wait_for(A_RUN)
    terminal.send("q")
    assert terminal.exit_code() == 0
