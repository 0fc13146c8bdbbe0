"""What goes wrong before and around an answer, each provoked for real where loopback allows it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.config import Config

from canaryscope.aws import session
from canaryscope.aws.errors import explain
from canaryscope.aws.session import Connection
from canaryscope.aws.situation import CONNECT, Situation, host_of, said
from canaryscope.runs import errors
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import RunQuery
from peer import Hang, Peer

QUERY = RunQuery("checkout")
Connecting = Callable[..., Connection]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A loopback port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Config(connect_timeout=0.2, read_timeout=0.2, retries={"total_max_attempts": 1})
    monkeypatch.setattr(session, "_CONFIG", quick)


def failure(connection: Connection) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connection.synthetics.runs_page(QUERY)
    return caught.value


def no_such_host(*_: Any, **__: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_refused_connection_names_the_host(keys: None, connecting: Connecting, closed_port: int) -> None:
    url = f"http://jo:secret@127.0.0.1:{closed_port}"
    told = failure(connecting(region="eu-west-1", endpoint_url=url))
    assert isinstance(told, errors.Unreachable)
    assert told.sentence == f"127.0.0.1:{closed_port} refused the connection."
    assert "running" in told.hint


def test_a_host_that_cannot_be_resolved_is_the_networks_fault_in_a_region_that_exists(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connecting(region="eu-west-1")
    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    told = failure(connection)
    assert isinstance(told, errors.Unreachable)
    assert "synthetics.eu-west-1.amazonaws.com cannot be resolved" in told.sentence
    assert "VPN" in told.hint


def test_a_region_without_synthetics_is_named_where_its_host_does_not_exist(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connecting(region="eu-west-9")
    elsewhere = connecting(region="eu-west-9", endpoint_url="http://nowhere.example")
    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    told = failure(connection)
    assert isinstance(told, errors.NoRegion)
    assert "eu-west-9" in told.sentence
    assert "--region" in told.hint
    assert isinstance(failure(elsewhere), errors.Unreachable)


def test_an_answer_that_does_not_come_ends(peer: Peer, keys: None, connecting: Connecting, impatient: None) -> None:
    peer.script(None, Hang())
    told = failure(connecting(region="eu-west-1", endpoint_url=peer.url))
    assert isinstance(told, errors.TimedOut)
    assert "did not answer" in told.sentence
    assert peer.count() == 1


def test_a_connection_that_does_not_come_about_ends(keys: None, connecting: Connecting, impatient: None) -> None:
    """A listener whose queue is full drops what else comes, as a firewall does."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        told = failure(connecting(region="eu-west-1", endpoint_url=f"http://127.0.0.1:{listener.getsockname()[1]}"))
    assert isinstance(told, errors.TimedOut)
    assert told.code == "ConnectTimeoutError"


def test_tls_with_a_server_that_speaks_none_says_so(peer: Peer, keys: None, connecting: Connecting) -> None:
    told = failure(connecting(region="eu-west-1", endpoint_url=peer.url.replace("http:", "https:")))
    assert isinstance(told, errors.Unreachable)
    assert told.code == "SSLError"
    assert "http://" in told.hint


def test_a_ca_bundle_that_does_not_exist_is_told_apart(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/no/such/bundle.pem")
    told = failure(connecting(region="eu-west-1", endpoint_url=peer.url.replace("http:", "https:")))
    assert isinstance(told, errors.Unreachable)
    assert told.hint.startswith("The CA bundle cannot be read")


def test_a_proxy_that_is_not_there_is_named_without_its_password(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTPS_PROXY", f"http://jo:secret@127.0.0.1:{closed_port}")
    told = failure(connecting(region="eu-west-1"))
    assert isinstance(told, errors.Unreachable)
    assert told.sentence == f"The proxy 127.0.0.1:{closed_port} could not be used."
    assert "HTTPS_PROXY" in told.hint


def test_no_region_says_where_one_is_set(keys: None, connecting: Connecting) -> None:
    with pytest.raises(errors.NoRegion) as caught:
        connecting(endpoint_url="http://127.0.0.1:1")
    assert "--region" in caught.value.hint
    assert "AWS_REGION" in caught.value.hint


@pytest.mark.parametrize("region", ["eu west 1", "-", "eu-west-1.evil.example/", "ü", "a" * 100])
def test_a_region_that_is_no_name_is_refused(keys: None, connecting: Connecting, region: str) -> None:
    with pytest.raises(errors.NoRegion):
        connecting(region=region)


def test_an_unknown_profile_lists_a_few_that_exist(home: Path, connecting: Connecting) -> None:
    names = [f"team{number}" for number in range(9)]
    (home / ".aws/config").write_text("".join(f"[profile {name}]\nregion = eu-west-1\n" for name in names))
    with pytest.raises(errors.ProfileNotFound) as caught:
        connecting(profile="proud\x1b[31m")
    assert caught.value.sentence == 'There is no profile "proud" in AWS\'s configuration files.'
    assert caught.value.hint == "Known profiles: team0, team1, team2, team3, team4 and 4 more."
    with pytest.raises(errors.ProfileNotFound):
        connecting(profile="proud", region="eu-west-1")


def test_an_unknown_profile_from_the_environment_is_named(
    home: Path, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    with pytest.raises(errors.ProfileNotFound, match="gone"):
        connecting()
    monkeypatch.setenv("AWS_PROFILE", "")
    with pytest.raises(errors.ProfileNotFound, match="empty"):
        connecting(region="eu-west-1")


def test_a_configuration_that_cannot_be_read_is_named(home: Path, connecting: Connecting) -> None:
    (home / ".aws/config").write_text("[profile a]\nno equals sign\n[[[\n")
    with pytest.raises(errors.ProfileNotFound, match=r"\.aws/config cannot be read"):
        connecting(region="eu-west-1")


@pytest.mark.parametrize(
    "url", ["localhost:4566", "ftp://host", "https://", "http://[::1", "http://host:port", "nonsense"]
)
def test_an_endpoint_that_is_no_url_is_refused(keys: None, connecting: Connecting, url: str) -> None:
    with pytest.raises(errors.Unreachable, match="not the URL of an endpoint"):
        connecting(region="eu-west-1", endpoint_url=url)


def test_an_endpoint_variable_that_is_no_url_is_told(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SYNTHETICS", "jo:secret@nonsense")
    with pytest.raises(SourceError, match="nonsense"):
        connecting(region="eu-west-1")


def test_a_name_that_cannot_be_sent_is_a_request_refused(peer: Peer, connection: Connection) -> None:
    for name in ("", "  ", ".", "..", "x" * 256, "\ud800"):
        with pytest.raises(errors.InvalidRequest):
            connection.synthetics.runs_page(RunQuery(name))
        with pytest.raises(errors.InvalidRequest):
            connection.synthetics.canary(name)
    with pytest.raises(errors.InvalidRequest):
        connection.synthetics.group_resources_page(" ")
    with pytest.raises(errors.InvalidRequest, match="NextToken"):
        connection.synthetics.runs_page(QUERY, "abc")
    assert peer.count() == 0


URL = "https://synthetics.eu-west-1.amazonaws.com/canary"
SITUATION = Situation(operation="GetCanaryRuns", profile="prod", region="eu-west-1")


@pytest.mark.parametrize(
    ("error", "kind", "hint"),
    [
        (boto.NoCredentialsError(), errors.NoCredentials, "aws configure sso --profile prod"),
        (boto.PartialCredentialsError(provider="env", cred_var="secret"), errors.NoCredentials, "Complete"),
        (boto.UnauthorizedSSOTokenError(), errors.CredentialsExpired, "aws sso login --profile prod"),
        (boto.SSOTokenLoadError(error_msg="none"), errors.CredentialsExpired, "aws sso login --profile prod"),
        (boto.TokenRetrievalError(provider="sso", error_msg="x"), errors.CredentialsExpired, "aws sso login"),
        (boto.LoginRefreshRequired(), errors.CredentialsExpired, "--profile prod"),
        (boto.LoginTokenLoadError(error_msg="none"), errors.CredentialsExpired, "--profile prod"),
        (boto.LoginInsufficientPermissions(), errors.CredentialsExpired, "aws login --profile prod"),
        (boto.CredentialRetrievalError(provider="custom-process", error_msg="x"), errors.NoCredentials, "AWS's files"),
        (boto.MetadataRetrievalError(error_msg="x"), errors.NoCredentials, "AWS's files"),
        (boto.RefreshWithMFAUnsupportedError(), errors.CredentialsExpired, "get-caller-identity --profile prod"),
        (boto.MissingDependencyException(msg="crt"), errors.NoCredentials, "botocore[crt]"),
        (boto.InvalidConfigError(error_msg="both"), errors.NoCredentials, "Correct"),
        (boto.ProfileNotFound(profile="prod"), errors.ProfileNotFound, "aws configure sso"),
        (boto.ConfigParseError(path="/a"), errors.ProfileNotFound, "Correct"),
        (boto.NoRegionError(), errors.NoRegion, "--profile prod"),
        (boto.InvalidRegionError(region_name="x y"), errors.NoRegion, "--region"),
        (boto.EndpointConnectionError(endpoint_url=URL), errors.Unreachable, "HTTPS_PROXY"),
        (boto.ConnectionClosedError(endpoint_url=URL), errors.Unreachable, "Try again"),
        (boto.ResponseStreamingError(error="x"), errors.Unreachable, "Try again"),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), errors.Unreachable, "Try again"),
        (boto.ConnectTimeoutError(endpoint_url=URL), errors.TimedOut, "VPN"),
        (boto.ReadTimeoutError(endpoint_url=URL), errors.TimedOut, "Try again"),
        (boto.ProxyConnectionError(proxy_url="http://a:b@proxy:1"), errors.Unreachable, "NO_PROXY"),
        (boto.SSLError(endpoint_url=URL, error=ValueError("self-signed")), errors.Unreachable, "AWS_CA_BUNDLE"),
        (boto.HTTPClientError(error=ValueError("odd")), errors.Unreachable, "HTTPS_PROXY"),
        (boto.EndpointProviderError(msg="FIPS"), errors.Unreachable, "configuration"),
        (boto.ParamValidationError(report="Invalid length"), errors.InvalidRequest, "name"),
        (KeyError("x"), errors.Malformed, "Try again"),
        (AttributeError("x"), errors.Malformed, "Try again"),
        (TypeError(), errors.Malformed, "Try again"),
        (RecursionError(), errors.Malformed, "Try again"),
        (boto.BotoCoreError(), SourceError, ""),
        (OSError(28, "No space left on device"), SourceError, ""),
    ],
)
def test_every_error_of_botocore_says_what_to_do(error: Exception, kind: type[SourceError], hint: str) -> None:
    told = explain(error, SITUATION)
    assert type(told) is kind
    assert hint in told.hint
    assert told.code == type(error).__name__
    assert told.sentence.endswith(".")
    assert "a:b" not in told.sentence


def test_an_error_of_ours_stays_as_it_is() -> None:
    ours = errors.Malformed("x")
    assert explain(ours, SITUATION) is ours


def test_what_goes_wrong_while_connecting_is_not_called_an_answer() -> None:
    told = explain(RuntimeError("odd"), Situation(operation=CONNECT))
    assert type(told) is SourceError
    assert told.sentence == "Connecting to AWS failed: odd."


@pytest.mark.parametrize(
    ("method", "origin", "hint"),
    [
        ("sso", None, "aws sso login --profile prod"),
        ("assume-role", "sso", "aws sso login --profile base"),
        ("assume-role", "login", "aws login --profile base"),
        ("assume-role", "shared-credentials-file", "aws configure --profile base"),
        ("assume-role", "custom-process", "credential_process of the profile base"),
        ("assume-role", "assume-role-with-web-identity", "web identity token of the profile base"),
        ("assume-role", "env", "AWS_SESSION_TOKEN"),
        ("env", "sso", "AWS_SESSION_TOKEN"),
        ("login", None, "aws login --profile prod"),
        ("shared-credentials-file", None, "aws configure --profile prod"),
        ("custom-process", None, "credential_process of the profile prod"),
        ("assume-role-with-web-identity", None, "have its file renewed"),
        ("iam-role", None, "try again in a minute"),
        (None, None, "aws sso login --profile prod"),
    ],
)
def test_how_to_log_in_again_depends_on_where_the_credentials_come_from(
    method: str | None, origin: str | None, hint: str
) -> None:
    source = "base" if origin else None
    known = Situation(operation="GetCanaryRuns", profile="prod", origin=origin, origin_profile=source)
    situation = replace(known, credentials=method)
    expired: Any = {"Error": {"Code": "ExpiredTokenException", "Message": "x"}}
    assert hint in explain(boto.ClientError(expired, "GetCanaryRuns"), situation).hint


def test_l_runs_what_the_hint_names_and_nothing_else() -> None:
    commands = {
        (boto.UnauthorizedSSOTokenError(), "base"): ("aws", "sso", "login", "--profile", "base"),
        (boto.LoginRefreshRequired(), None): ("aws", "login", "--profile", "prod"),
        (boto.LoginInsufficientPermissions(), "base"): ("aws", "login", "--profile", "prod"),
        (boto.RefreshWithMFAUnsupportedError(), "base"): (),
        (boto.NoCredentialsError(), None): (),
    }
    for (error, login), command in commands.items():
        origin = "sso" if login else None
        told = explain(error, Situation(operation=CONNECT, profile="prod", origin=origin, origin_profile=login))
        assert told.login == command
        assert " ".join(command) in told.hint


def test_a_profile_with_blanks_in_its_name_is_quoted_in_commands() -> None:
    assert "--profile 'on call'" in Situation(operation=CONNECT, profile="on call").log_in


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://jo:secret@host.example:8443/path?q", "host.example:8443"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://[::1", "the endpoint"),
        ("nonsense", "the endpoint"),
        (None, "the endpoint"),
    ],
)
def test_a_url_is_told_as_its_host(url: str | None, host: str) -> None:
    assert host_of(url) == host


def test_secrets_in_other_peoples_words_are_masked() -> None:
    assert said("see https://jo:secret@host/ now.") == "see https://***@host/ now"
