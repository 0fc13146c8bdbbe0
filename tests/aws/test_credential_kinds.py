"""Each kind of credentials, found by botocore's own providers in the process that has no terminal, against loopback."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple

import pytest

from canaryscope.aws.options import ConnectionOptions, MfaCode
from canaryscope.aws_process import AwsProcess
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.model import RunQuery
from peer import Answer, Exchange, Fault, Peer
from peer.sts import CodesOfSts, assumed, web_identity
from remote import running

ROLE = "role_arn = arn:aws:iam::123456789012:role/on-call\n"
BASE = "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base\n"
SSO = "sso_start_url = https://corp.example/start\nsso_region = eu-west-1\n"
SSO_ROLE = "sso_account_id = 123456789012\nsso_role_name = on-call\n"
LATER = datetime.now(UTC) + timedelta(hours=1)
SOON = f"{LATER:%Y-%m-%dT%H:%M:%SZ}"
LONG_AGO = "2020-01-01T00:00:00Z"
ROLES = "/latest/meta-data/iam/security-credentials/"
MACHINE = {"AccessKeyId": "ASIAMACHINE", "SecretAccessKey": "s", "Token": "t", "Expiration": SOON}
PORTAL = "GET /federation/credentials"
TOKEN_OF_POD = "token of the pod"


def answer(document: object) -> Answer:
    return Answer(200, json.dumps(document).encode(), {"Content-Type": "application/json"})


def portal() -> Answer:
    keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t"}
    return answer({"roleCredentials": keys | {"expiration": int(LATER.timestamp() * 1000)}})


class Token(NamedTuple):
    """A login in the AWS CLI's SSO cache, under the name that the CLI gives it."""

    key: str
    expires: str = SOON
    refreshed: bool = False

    def write(self, home: Path) -> Path:
        token = {"startUrl": "https://corp.example/start", "region": "eu-west-1", "accessToken": "a"}
        token["expiresAt"] = self.expires
        if self.refreshed:
            token |= {"refreshToken": "r", "clientId": "i", "clientSecret": "s", "registrationExpiresAt": SOON}
        path = home / f".aws/sso/cache/{sha1(self.key.encode()).hexdigest()}.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(token))
        return path


class Kind(NamedTuple):
    """Where credentials come from: AWS's files and variables, what services answer, and the key that signs then.

    `{home}`, `{url}` and `{python}` are filled in.
    """

    key: str
    config: str = ""
    environ: Mapping[str, str] = {}
    answers: Mapping[str, Fault] = {}
    asked: tuple[str, ...] = ()
    """The calls for credentials that the session's log has."""
    profile: str | None = "prod"
    token: Token | None = None
    code: str | None = None


KINDS = {
    "role with source_profile": Kind(
        "ASIAROLE",
        f"{BASE}[profile prod]\n{ROLE}source_profile = base\n",
        answers={"AssumeRole": assumed()},
        asked=("AssumeRole",),
    ),
    "role with credential_source": Kind(
        "ASIAROLE",
        f"[profile prod]\n{ROLE}credential_source = Environment\n",
        {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "env"},
        {"AssumeRole": assumed()},
        ("AssumeRole",),
    ),
    "role with MFA": Kind(
        "ASIAROLE",
        f"{BASE}[profile prod]\n{ROLE}mfa_serial = arn:aws:iam::123456789012:mfa/jo\nsource_profile = base\n",
        asked=("AssumeRole",),
        code="907856",
    ),
    "credential_process": Kind("AKIAPROCESS", "[profile prod]\ncredential_process = {python} {home}/process.py\n"),
    "web identity": Kind(
        "ASIAWEB",
        f"[profile prod]\n{ROLE}web_identity_token_file = {{home}}/token\n",
        answers={"AssumeRoleWithWebIdentity": web_identity()},
        asked=("AssumeRoleWithWebIdentity",),
    ),
    "web identity by variables": Kind(
        "ASIAWEB",
        "",
        {"AWS_ROLE_ARN": ROLE.split()[-1], "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"},
        {"AssumeRoleWithWebIdentity": web_identity()},
        ("AssumeRoleWithWebIdentity",),
        profile=None,
    ),
    "SSO": Kind(
        "ASIASSO",
        f"[profile prod]\n{SSO}{SSO_ROLE}",
        answers={PORTAL: portal()},
        asked=("GetRoleCredentials",),
        token=Token("https://corp.example/start"),
    ),
    "SSO with sso_session": Kind(
        "ASIASSO",
        f"[profile prod]\nsso_session = corp\n{SSO_ROLE}[sso-session corp]\n{SSO}",
        answers={PORTAL: portal()},
        asked=("GetRoleCredentials",),
        token=Token("corp"),
    ),
    "SSO whose token is renewed": Kind(
        "ASIASSO",
        f"[profile prod]\nsso_session = corp\n{SSO_ROLE}[sso-session corp]\n{SSO}",
        answers={
            "POST /token": answer({"accessToken": "new", "expiresIn": 3600, "refreshToken": "r2"}),
            PORTAL: portal(),
        },
        asked=("CreateToken", "GetRoleCredentials"),
        token=Token("corp", LONG_AGO, refreshed=True),
    ),
    "container": Kind(
        "ASIAMACHINE",
        "",
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/task"},
        {"GET /task": answer(MACHINE)},
        profile=None,
    ),
    "virtual machine": Kind(
        "ASIAMACHINE",
        "",
        {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}"},
        {
            "PUT /latest/api/token": Answer(200, b"session"),
            f"GET {ROLES}": Answer(200, b"on-call"),
            f"GET {ROLES}on-call": answer(MACHINE | {"Code": "Success"}),
        },
        profile=None,
    ),
}


class Signers:
    """The honest answer; `keys` are the access keys that asked for it."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def apply(self, exchange: Exchange) -> None:
        authorization = exchange.headers["Authorization"]  # type: ignore[attr-defined]
        self.keys += re.findall("Credential=([^/]+)/", authorization)
        exchange.send(exchange.honest())


@pytest.fixture
def process() -> Iterator[AwsProcess]:
    with running() as process:
        yield process


@pytest.fixture(params=[*KINDS.values()], ids=[*KINDS])
def kind(request: pytest.FixtureRequest, peer: Peer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A person's home with what belongs to this kind; the services are at the peer."""
    kind: Kind = request.param
    places = {"home": str(home), "url": peer.url, "python": sys.executable}
    for service in ("STS", "SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", peer.url)
    for name, value in kind.environ.items():
        monkeypatch.setenv(name, value.format(**places))
    (home / ".aws/config").write_text(kind.config.format(**places))
    (home / "token").write_text(TOKEN_OF_POD)
    keys = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}
    (home / "process.py").write_text(f"print({json.dumps(json.dumps(keys))})\n")
    if kind.token is not None:
        kind.token.write(home)
    if kind.code is not None:
        peer.script("AssumeRole", CodesOfSts(peer, kind.code))
    for operation, fault in kind.answers.items():
        peer.script(operation, fault)
    return kind


def test_credentials_of_every_kind_bring_the_runs_and_no_secret_into_the_log(
    kind: Kind, peer: Peer, process: AwsProcess
) -> None:
    peer.script("GetCanaryRuns", signers := Signers())
    log: list[CallRecord] = []
    code = MfaCode(kind.code) if kind.code else None
    options = ConnectionOptions(kind.profile, "eu-west-1", peer.url, code=code)
    connection = process.connect(options, log.append)
    assert len(connection.synthetics.runs_page(RunQuery("inventory-sync")).items) == 100
    assert signers.keys == [kind.key]
    assert [record.operation for record in log] == [*kind.asked, "GetCanaryRuns"]
    assert not re.search(r"ASIA|AKIA|907856|corp\.example|token of the pod", repr(log))


def test_an_sso_token_that_was_renewed_is_kept_where_the_aws_cli_finds_it(
    peer: Peer, home: Path, monkeypatch: pytest.MonkeyPatch, process: AwsProcess
) -> None:
    for service in ("SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", peer.url)
    kind = KINDS["SSO whose token is renewed"]
    assert kind.token is not None
    (home / ".aws/config").write_text(kind.config)
    cached = kind.token.write(home)
    for operation, fault in kind.answers.items():
        peer.script(operation, fault)
    process.connect(ConnectionOptions("prod", "eu-west-1", peer.url), lambda _: None).synthetics.runs_page(
        RunQuery("inventory-sync")
    )
    kept = json.loads(cached.read_text())
    assert (kept["accessToken"], kept["refreshToken"]) == ("new", "r2")
    assert kept["expiresAt"] > LONG_AGO
