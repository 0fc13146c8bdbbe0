"""Credentials as the AWS CLI finds them, and never a question on the terminal."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import SSOProvider
from botocore.httpsession import URLLib3Session
from botocore.tokens import SSOTokenProvider
from botocore.utils import ContainerMetadataFetcher

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.runs import errors
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import RunQuery
from peer import Answer, Peer, error
from peer.sts import code_refused, web_identity

QUERY = RunQuery("inventory-sync")
LATER = datetime.now(UTC) + timedelta(hours=1)
ASSUMED = f"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
<SecretAccessKey>role</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>{LATER:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
ROLE = "role_arn = arn:aws:iam::123456789012:role/on-call\n"
MFA = "mfa_serial = arn:aws:iam::123456789012:mfa/jo\n"
KEYS = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = profile\n"
SSO = "sso_start_url = https://sso.example/start\nsso_region = eu-west-1\n"
SSO_ROLE = "sso_account_id = 123456789012\nsso_role_name = on-call\n"

NO_TIME = {"Credentials": dict.fromkeys(("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"), "x")}
DAMAGED = ("", "{", "\udcff", "[" * 100_000, "[]", "{}", "null", '{"Credentials": []}', json.dumps(NO_TIME))

Written = Callable[..., None]


@pytest.fixture
def config(home: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Writes ~/.aws/config; sts, sso and sso-oidc are at the peer."""
    for service in ("STS", "SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", peer.url)

    def write(**profiles: str) -> None:
        sections = (f"[profile {name}]\nregion = eu-west-1\n{text}\n" for name, text in profiles.items())
        with (home / ".aws/config").open("a") as file:
            file.writelines(sections)

    return write


def connected(peer: Peer, profile: str | None, log: list[CallRecord] | None = None) -> Connection:
    return connect(ConnectionOptions(profile=profile, endpoint_url=peer.url), (log if log is not None else []).append)


def failure(peer: Peer, profile: str | None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        runs(connected(peer, profile))
    assert caught.value.hint
    return caught.value


def runs(connection: Connection) -> int:
    try:
        return len(connection.synthetics.runs_page(QUERY).items)
    finally:
        connection.close()


def test_without_any_credentials_it_says_so(peer: Peer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    told = failure(peer, None)
    assert isinstance(told, errors.NoCredentials)
    assert "--profile" in told.hint
    assert peer.count() == 0


def test_half_of_the_credentials_is_told_apart(peer: Peer, config: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    config(a="aws_access_key_id = AKIAHALF\n")
    told = failure(peer, "a")
    assert isinstance(told, errors.NoCredentials)
    assert "aws_secret_access_key" in told.sentence


def test_a_role_is_assumed_once_and_then_comes_from_the_cache_of_the_aws_cli(
    peer: Peer, config: Written, home: Path, log: list[CallRecord]
) -> None:
    config(base=KEYS, role=ROLE + "source_profile = base\n")
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    assert runs(connected(peer, "role", log)) == 100
    assert runs(connected(peer, "role")) == 100
    assert peer.count("AssumeRole") == 1
    (cached,) = (home / ".aws/cli/cache").iterdir()
    assert json.loads(cached.read_text())["Credentials"]["AccessKeyId"] == "ASIAROLE"
    assert stat.S_IMODE(cached.stat().st_mode) == 0o600
    told = [(record.service, record.operation, record.failed, record.params) for record in log]
    assert told[0] == ("sts", "AssumeRole", False, ())
    assert [record[1] for record in told] == ["AssumeRole", "GetCanaryRuns"]
    assert not any(secret in str(log) for secret in ("ASIAROLE", "AKIAPROFILE"))


def test_a_cache_that_cannot_be_written_does_no_harm(peer: Peer, config: Written, home: Path) -> None:
    (home / ".aws/cli").write_text("a file where the folder should be")
    config(base=KEYS, role=ROLE + "source_profile = base\n")
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    assert runs(connected(peer, "role")) == 100


@pytest.mark.parametrize("content", DAMAGED, ids=lambda text: repr(text[:20]))
def test_a_damaged_file_in_the_cache_is_replaced(peer: Peer, config: Written, home: Path, content: str) -> None:
    config(base=KEYS, role=ROLE + "source_profile = base\n")
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    assert runs(connected(peer, "role")) == 100
    (cached,) = (home / ".aws/cli/cache").iterdir()
    whole = json.loads(cached.read_text())
    cached.write_text(content, errors="surrogateescape")
    assert runs(connected(peer, "role")) == 100
    assert json.loads(cached.read_text())["Credentials"] == whole["Credentials"]
    assert peer.count("AssumeRole") == 2


def test_without_a_home_credentials_are_cached_nowhere_least_of_all_in_the_working_folder(
    peer: Peer, config: Written, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(base=KEYS, role=ROLE + "source_profile = base\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / ".aws/config"))
    (working := home / "working").mkdir()
    monkeypatch.chdir(working)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    assert runs(connected(peer, "role")) == 100
    assert list(working.iterdir()) == []


def test_a_role_that_may_not_be_assumed_names_the_action(peer: Peer, config: Written, log: list[CallRecord]) -> None:
    config(base=KEYS, role=ROLE + "source_profile = base\n")
    text = (
        "User: arn:aws:iam::1:user/jo is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/x"
    )
    body = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{text}</Message></Error></ErrorResponse>"
    peer.script("AssumeRole", Answer(403, body.encode()))
    told = failure(peer, "role")
    assert isinstance(told, errors.AccessDenied)
    assert "sts:AssumeRole on arn:aws:iam::2:role/x" in told.sentence
    assert "trust policy" in told.hint


def test_a_role_that_needs_an_mfa_code_never_asks_on_the_terminal(peer: Peer, config: Written) -> None:
    """Notices where botocore renames what `canaryscope.aws.credentials` replaces: then it would ask, and read keys."""
    config(base=KEYS, role=ROLE + MFA + "source_profile = base\n", chained=ROLE + "source_profile = role\n")
    for profile in ("role", "chained"):
        told = failure(peer, profile)
        assert isinstance(told, errors.NoCredentials)
        assert isinstance(told, errors.MfaNeeded)
        assert (told.code, told.profile, told.device) == ("MfaNeeded", "role", MFA.split()[-1])
        assert f"`aws sts get-caller-identity --profile {profile}`" in told.hint
    assert peer.count("AssumeRole") == 0


def test_a_role_with_mfa_works_once_the_aws_cli_has_asked_for_the_code(peer: Peer, config: Written, home: Path) -> None:
    config(base=KEYS, plain=ROLE + "source_profile = base\n", role=ROLE + MFA + "source_profile = base\n")
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    runs(connected(peer, "plain"))
    folder = home / ".aws/cli/cache"
    (cached,) = folder.iterdir()
    # The name that botocore and the AWS CLI give the cached credentials of a role.
    asked = {"RoleArn": "arn:aws:iam::123456789012:role/on-call", "SerialNumber": "arn:aws:iam::123456789012:mfa/jo"}
    name = sha1(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    cached.rename(folder / f"{name}.json")
    peer.forgive()
    assert runs(connected(peer, "role")) == 100


def process(home: Path, body: str) -> str:
    """A credential_process that runs this Python code."""
    script = home / "process.py"
    script.write_text(f"import json, os, sys\n{body}\n")
    return f"credential_process = {sys.executable} {script}\n"


PRINT_KEYS = 'print(json.dumps({"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "x"}))'


@pytest.mark.parametrize("profile", ["alone", "role"])
def test_a_credential_process_gets_no_terminal_and_none_of_the_keys_that_are_pressed(
    peer: Peer, config: Written, home: Path, profile: str
) -> None:
    """Its own session has no controlling terminal, its input is empty. Notices what botocore renames, as above."""
    seen = home / "seen"
    look = f"open({str(seen)!r}, 'w').write(repr((os.getsid(0) == os.getpid(), sys.stdin.read())))\n"
    config(alone=process(home, look + PRINT_KEYS), role=ROLE + "source_profile = alone\n")
    peer.script("AssumeRole", Answer(200, ASSUMED.encode()))
    assert runs(connected(peer, profile)) == 100
    assert seen.read_text() == "(True, '')"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit('log in to the \\x1b[31mvault first')", "log in to the vault first"),
        ("print('no JSON')", "could not be had: the credential_process printed something else"),
        ("sys.stdout.buffer.write(bytes([255]))", "could not be had: the credential_process printed something else"),
        ("print('{}')", "Unsupported version"),
        ('print(json.dumps({"Version": 1}))', "Missing required key"),
    ],
)
def test_a_credential_process_that_fails_is_told_with_its_words(
    peer: Peer, config: Written, home: Path, body: str, words: str
) -> None:
    config(a=process(home, body))
    told = failure(peer, "a")
    assert isinstance(told, errors.NoCredentials)
    assert words in told.sentence
    assert told.hint == "They come from the credential_process of the profile a: log in there, then try again."


def test_a_credential_process_that_is_not_there_is_told(peer: Peer, config: Written) -> None:
    config(a="credential_process = /no/such/program\n")
    told = failure(peer, "a")
    assert isinstance(told, errors.NoCredentials)
    assert "/no/such/program" in told.sentence


def sso_token(home: Path, key: str, expires: datetime) -> None:
    folder = home / ".aws/sso/cache"
    folder.mkdir(parents=True, exist_ok=True)
    # The name that botocore and the AWS CLI give a cached token.
    token = {"accessToken": "access", "expiresAt": f"{expires:%Y-%m-%dT%H:%M:%SZ}", "startUrl": "x", "region": "x"}
    (folder / f"{sha1(key.encode()).hexdigest()}.json").write_text(json.dumps(token))


@pytest.fixture
def sso(home: Path, config: Written, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Profiles with SSO settings of both kinds, and one that takes its credentials from there."""
    folder = str(home / ".aws/sso/cache")  # botocore resolves ~ when it is imported
    monkeypatch.setattr(SSOProvider, "_SSO_TOKEN_CACHE_DIR", folder)
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", folder)
    config(old=SSO + SSO_ROLE, new="sso_session = corp\n" + SSO_ROLE, role=ROLE + "source_profile = new\n")
    with (home / ".aws/config").open("a") as file:
        file.write(f"[sso-session corp]\n{SSO}")
    return home


@pytest.mark.parametrize(("profile", "login"), [("old", "old"), ("new", "new"), ("role", "new")])
@pytest.mark.parametrize("expired", [True, False])
def test_an_sso_login_that_is_old_or_missing_names_the_command_for_the_profile(
    peer: Peer, sso: Path, profile: str, login: str, expired: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(sso))
    if expired:
        for key in ("https://sso.example/start", "corp"):
            sso_token(sso, key, datetime.now(UTC) - timedelta(hours=1))
    told = failure(peer, profile)
    assert isinstance(told, errors.CredentialsExpired)
    command = f"`aws sso login --profile {login}`"
    assert told.hint == f"Run {command}, then try again. There is no `aws` on PATH here."
    assert told.login == ("aws", "sso", "login", "--profile", login)
    (sso / "aws").touch(0o755)
    assert failure(peer, profile).hint == f"L runs {command}; or run it in a shell, then try again."


def test_before_an_mfa_code_is_asked_for_the_login_that_the_role_needs_is_there(
    peer: Peer, sso: Path, config: Written
) -> None:
    config(mfa=ROLE + MFA + "source_profile = new\n", deeper=ROLE + MFA + "source_profile = mfa\n")
    for profile in ("mfa", "deeper"):
        told = failure(peer, profile)
        assert isinstance(told, errors.CredentialsExpired)
        assert told.login == ("aws", "sso", "login", "--profile", "new")
    sso_token(sso, "corp", LATER)
    keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t"}
    found = {"roleCredentials": keys | {"expiration": int(LATER.timestamp() * 1000)}}
    peer.script("GET /federation/credentials", Answer(200, json.dumps(found).encode()))
    for profile in ("mfa", "deeper"):
        told = failure(peer, profile)
        assert isinstance(told, errors.MfaNeeded)
        assert told.profile == "mfa"
    assert peer.count("GET /federation/credentials") == 1, "the AWS CLI's cache has them"


def test_an_sso_login_gives_credentials_and_a_refused_one_says_why(peer: Peer, sso: Path) -> None:
    sso_token(sso, "corp", datetime.now(UTC) + timedelta(hours=1))
    operation = "GET /federation/credentials"
    peer.script(operation, error(401, "UnauthorizedException", "Session token not found or invalid"))
    assert isinstance(failure(peer, "new"), errors.CredentialsExpired)
    peer.script(operation, error(403, "ForbiddenException", "No access"))
    told = failure(peer, "new")
    assert isinstance(told, errors.AccessDenied)
    assert "sso_role_name" in told.hint
    role = {
        "accessKeyId": "ASIASSO",
        "secretAccessKey": "x",
        "sessionToken": "y",
        "expiration": LATER.timestamp() * 1000,
    }
    peer.script(operation, Answer(200, json.dumps({"roleCredentials": role}).encode()))
    connection = connected(peer, "new")
    assert connection.credentials_from == "sso"
    assert runs(connection) == 100


def test_a_broken_sso_profile_is_told(peer: Peer, config: Written) -> None:
    config(a="sso_session = none\n" + SSO_ROLE, b=ROLE, c=ROLE + "source_profile = c2\n")
    for profile, words in (("a", "sso-session does not exist"), ("b", "source_profile"), ("c", "c2")):
        told = failure(peer, profile)
        assert isinstance(told, errors.NoCredentials)
        assert words in told.sentence


def test_a_token_file_that_is_missing_is_told(peer: Peer, config: Written) -> None:
    config(a=ROLE + "web_identity_token_file = /no/such/token\n")
    told = failure(peer, "a")
    assert isinstance(told, errors.NoCredentials)
    assert "/no/such/token" in told.sentence
    assert told.hint == "They come from the web identity token of the profile a: have its file renewed, then try again."


def test_a_token_that_was_renewed_is_read_by_the_same_connection(peer: Peer, config: Written, home: Path) -> None:
    config(a=f"{ROLE}web_identity_token_file = {home}/token\n")
    peer.script("AssumeRoleWithWebIdentity", code_refused("ExpiredTokenException", "Token expired"), calls={1})
    peer.script("AssumeRoleWithWebIdentity", web_identity(), calls={2})
    (home / "token").write_text("the old one")
    connection = connected(peer, "a")
    with pytest.raises(errors.CredentialsExpired) as caught:
        connection.synthetics.runs_page(QUERY)
    assert "have its file renewed" in caught.value.hint
    (home / "token").write_text("the new one")
    assert runs(connection) == 100
    tokens = [call.params.get("WebIdentityToken") for call in peer.calls]
    assert tokens == ["the old one", "the new one", None]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (KEYS, "Write new ones into AWS's files (`aws configure --profile base`), then try again."),
        (SSO + SSO_ROLE, "`aws sso login --profile base`"),
    ],
    ids=["keys", "SSO"],
)
def test_what_a_role_is_assumed_with_is_what_has_to_be_renewed(
    peer: Peer, config: Written, source: str, hint: str
) -> None:
    config(base=source, role=ROLE + "source_profile = base\n")
    peer.script("AssumeRole", code_refused("ExpiredToken", "The security token included in the request is expired"))
    told = failure(peer, "role")
    assert isinstance(told, errors.CredentialsExpired)
    assert hint in told.hint


def test_a_container_whose_credentials_cannot_be_had_names_the_variable(
    peer: Peer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{peer.url}/task")
    monkeypatch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)
    peer.script("GET /task", Answer(500, b"no"))
    told = failure(peer, None)
    assert isinstance(told, errors.NoCredentials)
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in told.hint


def test_expired_keys_of_the_environment_say_to_start_again(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    peer.script(None, error(403, "ExpiredTokenException", "The security token included in the request is expired"))
    with pytest.raises(errors.CredentialsExpired) as caught:
        connection.synthetics.runs_page(QUERY)
    assert "AWS_SESSION_TOKEN" in caught.value.hint


def test_new_keys_are_found_by_connecting_again(peer: Peer, config: Written, home: Path) -> None:
    config(a="")
    assert isinstance(failure(peer, "a"), errors.NoCredentials)
    (home / ".aws/credentials").write_text("[a]\n" + KEYS)
    assert runs(connected(peer, "a")) == 100


def silent_metadata(monkeypatch: pytest.MonkeyPatch, server: socket.socket) -> None:
    """A metadata service that takes the question and never answers it."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")


def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that each question to a metadata service may take, as they are asked."""
    asked: list[float] = []
    send = URLLib3Session.send

    def noted(session: Any, request: Any) -> Any:
        asked.append(session._timeout)
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", noted)
    return asked


def test_the_machines_own_metadata_costs_little_where_nobody_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token and the role are asked for, once each: together two seconds at most."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_metadata(monkeypatch, silent)
        asked = waited(monkeypatch)
        start = time.monotonic()
        with pytest.raises(errors.NoCredentials):
            connect(ConnectionOptions(region="eu-west-1"))
        taken = time.monotonic() - start
    assert asked == [0.9, 0.9]
    assert sum(asked) <= taken < sum(asked) + 1, "a second for all that a busy machine has to do besides"


def test_who_sets_the_time_of_the_metadata_service_gets_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_metadata(monkeypatch, silent)
        asked = waited(monkeypatch)
        (home / ".aws/config").write_text("[default]\nmetadata_service_timeout = 1\n")
        with pytest.raises(errors.NoCredentials):
            connect(ConnectionOptions(region="eu-west-1"))
    assert asked == [1.0, 1.0]
