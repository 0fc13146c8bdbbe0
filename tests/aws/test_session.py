"""How a connection is made: what counts, what does not, and what it tells of itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from canaryscope import __version__
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection, connect
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError, Throttled
from canaryscope.runs.model import RunQuery
from peer import Peer, throttled

QUERY = RunQuery("inventory-sync")
Connecting = Callable[..., Connection]


def test_the_option_comes_before_the_variable_and_the_variable_before_the_profile(
    home: Path, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    prod = "[profile prod]\nregion = us-east-2\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n"
    (home / ".aws/config").write_text(f"[default]\nregion = ap-south-1\n{prod}")
    assert connecting().region == "ap-south-1"
    assert connecting(profile="prod").region == "us-east-2"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert connecting().region == "eu-north-1"
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert connecting(profile="prod").region == "eu-central-1"
    assert connecting(region="eu-west-3").region == "eu-west-3"
    monkeypatch.setenv("AWS_REGION", "")
    assert connecting().region == "eu-north-1"


def test_the_profile_is_the_options_or_the_variables_or_none(
    home: Path, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "region = us-east-2\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n"
    (home / ".aws/config").write_text(f"[profile a]\n{settings}[profile b]\n{settings}")
    assert connecting(region="eu-west-1").profile is None
    monkeypatch.setenv("AWS_PROFILE", "a")
    assert connecting().profile == "a"
    assert connecting(profile="b").profile == "b"


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("eu-west-77", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("local", ""),
    ],
)
def test_the_partition_is_the_regions(keys: None, connecting: Connecting, region: str, partition: str) -> None:
    assert connecting(region=region).partition == partition


def test_a_given_endpoint_is_for_synthetics_only(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connecting(region="eu-west-1", endpoint_url=peer.url)
    connection.synthetics.runs_page(QUERY)
    assert connection.endpoint_host == peer.url.removeprefix("http://")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY")
    with pytest.raises(SourceError, match="proxy"):
        connection.account()
    assert peer.count() == 1


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SYNTHETICS"])
def test_aws_own_endpoint_variables_work(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, peer.url)
    connection = connecting(region="eu-west-1")
    assert len(connection.synthetics.runs_page(QUERY).items) == 100
    assert connection.endpoint_host == peer.url.removeprefix("http://")


def test_aws_own_endpoint_is_not_called_another(keys: None, connecting: Connecting) -> None:
    for region in ("eu-west-1", "cn-north-1", "us-gov-west-1", "eu-west-77"):
        assert connecting(region=region).endpoint_host is None


def test_a_failed_call_is_never_repeated_unasked(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    connection = connecting(region="eu-west-1", endpoint_url=peer.url)
    peer.script(None, throttled())
    with pytest.raises(Throttled):
        connection.synthetics.runs_page(QUERY)
    assert peer.count() == 1


def test_the_service_can_see_who_calls(peer: Peer, keys: None) -> None:
    agents: list[str] = []
    connection = connect(ConnectionOptions(region="eu-west-1", endpoint_url=peer.url))
    client = connection._client("synthetics")
    client.meta.events.register("before-send", lambda request, **_: agents.append(request.headers["User-Agent"]))
    connection.synthetics.runs_page(QUERY)
    connection.close()
    assert f"canaryscope/{__version__}" in str(agents[0])


def test_several_threads_may_call_at_once(peer: Peer, connection: Connection, log: list[CallRecord]) -> None:
    gate = peer.hold("GetCanaryRuns")
    got: list[int] = []
    threads = [
        threading.Thread(target=lambda: got.append(len(connection.synthetics.runs_page(QUERY).items))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    peer.wait_for_calls(3)
    gate.release()
    for thread in threads:
        thread.join()
    assert got == [100] * 3
    assert [record.outcome for record in log] == ["100 runs, more below"] * 3


HOSTILE = {
    "AWS_PROFILE": "no-such-profile",
    "AWS_CONFIG_FILE": "/proc/self/mem",
    "AWS_SHARED_CREDENTIALS_FILE": "/proc/self/mem",
    "AWS_REGION": "mars-north-1",
    "AWS_DEFAULT_REGION": "mars-north-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/no/such/bundle.pem",
    "AWS_RETRY_MODE": "nonsense",
    "AWS_DEFAULTS_MODE": "nonsense",
    "AWS_MAX_ATTEMPTS": "many",
    "AWS_DATA_PATH": "/no/such/folder",
    "AWS_METADATA_SERVICE_TIMEOUT": "long",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}


def test_the_demo_needs_nothing_and_nothing_disturbs_it(
    connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARYSCOPE_DEMO_LATENCY", "0")
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    demo = connecting(demo=True)
    assert (demo.region, demo.partition, demo.profile, demo.endpoint_host) == ("eu-west-1", "aws", None, None)
    page = demo.synthetics.last_runs_page()
    assert len(page.items) > 30
    assert len(demo.synthetics.runs_page(RunQuery(page.items[0].canary)).items) > 0
    assert demo.account().isdecimal()
    assert connecting(demo=True, region="us-east-1").region == "us-east-1"


def test_options_are_known_without_boto3() -> None:
    code = "import sys, canaryscope.aws.options; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
