"""Who one is and what one may: credentials, profile, region and permissions that are missing, or end in the middle.

`r` takes up what was put right outside the program, with a session made anew. Through boto3, on 80 by 24.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.credentials import SSOProvider
from botocore.tokens import SSOTokenProvider

from canaryscope.aws import session
from canaryscope.aws_process import AwsProcess
from canaryscope.screens.run_loader import Backoff
from canaryscope.source import Connect
from peer import Answer, Exchange, Peer, error, html_page, throttled
from remote import running
from screens.support import CREDENTIALS, explorer

CANARY = "checkout-flow"
RUNS, LAST, LIST = "GetCanaryRuns", "DescribeCanariesLastRun", "DescribeCanaries"
FEDERATION = "GET /federation/credentials"
"""How the peer calls SSO's GetRoleCredentials."""
START = "https://corp.example/start"
SSO = f"""[profile prod]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
[profile on-call]
role_arn = arn:aws:iam::123456789012:role/on-call
source_profile = prod
region = eu-west-1
[sso-session corp]
sso_start_url = {START}
sso_region = eu-west-1
"""


class Home:
    """A person's home folder, in which AWS's files are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        path = self.folder / ".aws" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def keys(self, key: str) -> None:
        """Temporary credentials, as a login tool writes them."""
        self.write(
            "credentials",
            f"[prod]\naws_access_key_id = {key}\naws_secret_access_key = secret\naws_session_token = token\n",
        )

    def repair(self) -> None:
        """The profile as it should be."""
        self.write("config", "[profile prod]\n")
        self.keys("ASIANEW")

    def log_in(self) -> None:
        """What `aws sso login` leaves behind."""
        token = {
            "startUrl": START,
            "region": "eu-west-1",
            "accessToken": "token",
            "expiresAt": f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        }
        self.write(f"sso/cache/{sha1(b'corp').hexdigest()}.json", json.dumps(token))


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch, peer: Peer) -> Home:
    for provider in (SSOProvider, SSOTokenProvider):  # botocore resolves ~ when it is imported
        monkeypatch.setattr(provider, "_SSO_TOKEN_CACHE_DIR", str(home / ".aws/sso/cache"))
    for service in ("STS", "SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", peer.url)
    found = Home(home)
    found.write("bin/aws", "#!/bin/sh\n")
    (home / ".aws/bin/aws").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}/.aws/bin{os.pathsep}{os.environ['PATH']}")
    return found


def role_credentials(minutes: int = 60) -> Answer:
    """What SSO gives for a token: credentials for so many minutes."""
    later = (datetime.now(UTC) + timedelta(minutes=minutes)).timestamp() * 1000
    keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": int(later)}
    return Answer(200, json.dumps({"roleCredentials": keys}).encode(), {"Content-Type": "application/json"})


def assumed() -> Answer:
    """What STS gives for a role."""
    later = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    keys = "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    return Answer(
        200,
        f"<AssumeRoleResponse><AssumeRoleResult><Credentials>{keys}<Expiration>{later}</Expiration></Credentials>"
        "</AssumeRoleResult></AssumeRoleResponse>".encode(),
    )


class Missing(NamedTuple):
    """A start that leads nowhere: how it is started, what is told, and what puts it right."""

    options: Mapping[str, Any]
    environ: Mapping[str, str]
    config: str
    summary: str
    sentence: str
    hint: str
    mend: Callable[[Home], None]


MISSING = {
    "no credentials": Missing(
        {},
        {},
        "",
        "no credentials",
        "No credentials were found.",
        "or run `aws configure sso` or `aws configure`, then try again.",
        lambda home: home.write("credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n"),
    ),
    "no SSO login": Missing(
        {"profile": "prod"},
        {},
        SSO,
        "credentials expired",
        "The SSO login of the profile prod has expired or was never made.",
        "L runs `aws sso login --profile prod`; or run it in a shell, then try again.",
        Home.log_in,
    ),
    "no SSO login behind a role": Missing(
        {"profile": "on-call"},
        {},
        SSO,
        "credentials expired",
        "The SSO login of the profile on-call has expired or was never made.",
        "L runs `aws sso login --profile prod`; or run it in a shell, then try again.",
        Home.log_in,
    ),
    "no region": Missing(
        {"region": None},
        CREDENTIALS,
        "",
        "no region",
        "No region is set.",
        "Name one with --region or AWS_REGION, or set one with `aws configure set region REGION`.",
        lambda home: home.write("config", "[default]\nregion = eu-west-1\n"),
    ),
    "no such profile": Missing(
        {"profile": "prod"},
        {},
        "[profile production]\n",
        "unknown profile",
        'There is no profile "prod" in AWS\'s configuration files.',
        "Known profiles: production.",
        lambda home: home.keys("ASIANEW"),
    ),
    "a file that cannot be read": Missing(
        {"profile": "prod"},
        {},
        "[profile prod\n",
        "unknown profile",
        "cannot be read as AWS's configuration.",
        "Correct the file, then try again.",
        Home.repair,
    ),
}


@pytest.mark.parametrize("case", MISSING.values(), ids=MISSING)
async def test_what_is_missing_is_told_with_what_to_do_and_found_once_it_is_there(
    peer: Peer, home: Home, case: Missing
) -> None:
    home.write("config", case.config)
    peer.script(FEDERATION, role_credentials())
    peer.script("AssumeRole", assumed())
    async with explorer(peer, canary=CANARY, environ=case.environ, **case.options) as seen:
        await seen.until(lambda: seen.status == f"0 loaded · {case.summary} · r to retry")
        assert case.sentence in seen.text
        assert case.hint in seen.text
        await seen.press("c")
        await seen.until(lambda: case.sentence in seen.picker and case.hint in seen.picker)
        assert seen.picker.startswith("Canaries 0 r to retry")
        assert peer.count() == 0, "nothing can be asked"

        case.mend(home)
        await seen.press("r")
        await seen.until(lambda: "FAILED checkout-flow" in seen.picker and case.sentence not in seen.text)
        await seen.press("escape", "r")
        await seen.reaches()
        assert case.sentence not in seen.text


class OnlyWith:
    """Answers honestly to one access key, and that the credentials have expired to any other."""

    def __init__(self, key: str) -> None:
        self.key = key

    def apply(self, exchange: Exchange) -> None:
        headers = exchange.headers  # type: ignore[attr-defined]
        if f"Credential={self.key}/" in headers["Authorization"]:
            exchange.send(exchange.honest())
        else:
            error(403, "ExpiredTokenException", "The security token included in the request is expired").apply(exchange)


@pytest.fixture
def process() -> Iterator[AwsProcess]:
    with running() as process:
        yield process


@pytest.fixture(params=["in this process", "in its own process"])
def connect(request: pytest.FixtureRequest, process: AwsProcess) -> Connect:
    return process.connect if request.param == "in its own process" else session.connect


async def test_credentials_that_end_in_the_middle_and_are_renewed_outside_go_on_with_r(
    peer: Peer, home: Home, connect: Connect
) -> None:
    home.write("config", "[profile prod]\nregion = eu-west-1\n")
    home.keys("ASIAOLD")
    async with explorer(peer, canary=CANARY, environ={}, connect=connect, profile="prod", region=None) as seen:
        await seen.reaches()
        peer.script(RUNS, OnlyWith("ASIANEW"))
        await seen.press("G")
        await seen.reaches("100 loaded · credentials expired · r to retry row 100")
        await seen.shows("The credentials of the profile prod have expired.", "`aws configure --profile prod`")
        await seen.press("r")
        await seen.reaches("100 loaded · credentials expired · r to retry row 100")
        home.keys("ASIANEW")
        await seen.press("r")
        await seen.reaches("200 loaded · more below")
        assert "expired" not in seen.text


async def test_an_sso_login_that_ends_in_the_middle_names_the_command_and_goes_on_after_it(
    peer: Peer, home: Home
) -> None:
    home.write("config", SSO)
    home.log_in()
    peer.script(FEDERATION, role_credentials(minutes=1))
    async with explorer(peer, canary=CANARY, environ={}, profile="prod", region=None) as seen:
        await seen.reaches()
        peer.script(FEDERATION, error(401, "UnauthorizedException", "Session token not found or invalid"))
        await seen.press("G")
        await seen.reaches("100 loaded · credentials expired · r to retry")
        await seen.shows("The SSO login of the profile prod has expired", "L runs `aws sso login --profile prod`")
        before = peer.count(FEDERATION)
        await seen.press("r")
        await seen.until(lambda: peer.count(FEDERATION) > before and "loading" not in seen.status)
        await seen.shows("L runs `aws sso login --profile prod`")
        peer.script(FEDERATION, role_credentials())
        await seen.press("r")
        await seen.reaches("200 loaded · more below")


async def test_l_without_an_aws_on_the_path_says_so_and_so_does_the_sentence(
    peer: Peer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write("config", SSO)
    monkeypatch.setenv("PATH", str(home.folder))
    async with explorer(peer, canary=CANARY, environ={}, profile="prod", region=None) as seen:
        await seen.shows("Run `aws sso login --profile prod`, then try again. There is no `aws` on PATH here.")
        await seen.press("L")
        await seen.shows("There is no aws on PATH here")


async def test_l_on_what_is_no_terminal_says_so_and_tries_again(
    peer: Peer, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "canaryscope")
    home.write("config", SSO)
    peer.script(FEDERATION, role_credentials())
    async with explorer(peer, canary=CANARY, environ={}, profile="prod", region=None) as seen:
        await seen.until(lambda: "credentials expired" in seen.status)
        home.log_in()
        await seen.press("L")
        assert "There is no terminal to run aws sso login --profile prod on" in seen.text
        await seen.reaches()
        await seen.press("L")
        assert "Nothing here waits for a login" in seen.text
    debug = [record.getMessage() for record in caplog.records]
    assert "the next call connects anew" in debug
    assert "aws sso login --profile prod is not run" in debug


async def test_a_login_behind_a_role_is_that_of_its_source_profile(peer: Peer, home: Home) -> None:
    home.write("config", SSO)
    async with explorer(peer, canary=CANARY, environ={}, profile="on-call", region=None) as seen:
        await seen.until(lambda: "credentials expired" in seen.status)
        assert seen.app.source.login == ("aws", "sso", "login", "--profile", "prod")


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=str)
async def test_where_the_list_is_refused_the_permissions_are_named_and_a_typed_name_opens(
    peer: Peer, size: tuple[int, int]
) -> None:
    for operation in (LAST, LIST):
        peer.script(operation, error(403, "AccessDeniedException", "no identity-based policy allows the action"))
    async with explorer(peer, size=size) as seen:
        await seen.until(lambda: peer.count(LIST) == 1 and "r to retry" in seen.picker)
        assert "Type a name with / and Enter: its runs may be allowed." in seen.picker
        named = seen.picker.replace(" ", "")  # a long word is broken where the pane is narrow
        assert "synthetics:DescribeCanariesLastRunandsynthetics:DescribeCanaries." in named
        await seen.press("r")
        await seen.until(lambda: (peer.count(LAST), peer.count(LIST)) == (2, 2))
        await seen.type(f"/{CANARY}")
        await seen.press("enter")
        await seen.reaches()


@pytest.mark.parametrize(
    ("refused", "count", "size"), [(LAST, 45, (80, 24)), (LIST, 44, (80, 24)), (LIST, 44, (100, 30))]
)
async def test_where_one_list_is_refused_the_other_is_shown_and_the_permission_named_at_once(
    peer: Peer, refused: str, count: int, size: tuple[int, int]
) -> None:
    peer.script(refused, error(403, "AccessDeniedException", "no"))
    gate = peer.hold(LIST, calls={3}) if refused == LAST else None
    async with explorer(peer, size=size) as seen:
        await seen.until(lambda: f"Not allowed: synthetics:{refused}. A name can be typed with /." in seen.picker)
        assert "loading" in seen.picker or gate is None
        if gate is not None:
            gate.release()
        await seen.until(lambda: seen.picker.startswith(f"Canaries {count} r to retry"))
        assert CANARY in seen.picker


@pytest.mark.parametrize("refused", [throttled(), throttled(400), Answer(429, b"")], ids=["429", "400", "bare"])
async def test_a_throttled_list_waits_says_so_and_goes_on_by_itself(
    peer: Peer, monkeypatch: pytest.MonkeyPatch, refused: Answer
) -> None:
    monkeypatch.setattr(Backoff, "FIRST", 0.8)
    peer.script(LIST, refused, calls={2})
    async with explorer(peer) as seen:
        await seen.shows("AWS throttles DescribeCanaries", "canaryscope asks again within", "r asks at once.")
        assert seen.picker.startswith("Canaries 4"), "what came stays"
        await seen.until(lambda: peer.count(LIST) == 4 and seen.picker.startswith("Canaries 45 ▌"))
    *_, refused_at, after, _ = (call.at for call in peer.calls)
    assert after - refused_at > 0.4, "nothing is asked in the meantime"


async def test_what_failed_otherwise_waits_for_the_person_although_something_else_was_throttled(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backoff, "FIRST", 0.02)
    peer.script(LAST, error(500, "InternalServerException", "boom"))
    peer.script(LIST, throttled(), calls={1, 2})
    async with explorer(peer) as seen:
        await seen.until(lambda: peer.count(LIST) == 5 and "loading" not in seen.picker)
        await seen.shows("DescribeCanariesLastRun was answered with HTTP 500 (boom).")
        assert peer.count(LAST) == 1


@pytest.mark.parametrize(
    "fault", [error(400, "ValidationException", "Invalid NextToken"), html_page(), error(500, "X", "boom")], ids=str
)
async def test_a_list_that_breaks_off_keeps_what_came_and_r_completes_it(peer: Peer, fault: Answer) -> None:
    peer.script(LIST, fault, calls={2})
    async with explorer(peer) as seen:
        await seen.until(lambda: seen.picker.startswith("Canaries 45 r to retry"))
        assert "FAILED checkout-flow" in seen.picker
        await seen.press("r")
        await seen.until(lambda: seen.picker.startswith("Canaries 45 ▌"))
