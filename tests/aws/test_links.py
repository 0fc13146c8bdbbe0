"""What leads out: links that are right or absent, commands that run as they are."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from canaryscope.aws.links import cli_command, console_link
from canaryscope.runs.model import RunQuery, RunType
from peer import Peer

DRY_RUN = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("eu-west-1", "aws", "eu-west-1.console.aws.amazon.com"),
        ("us-gov-west-1", "aws-us-gov", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("cn-north-1", "aws-cn", "cn-north-1.console.amazonaws.cn"),
    ],
)
def test_a_link_leads_to_the_console_of_the_partition(region: str, partition: str, host: str) -> None:
    assert console_link("my-canary", region, partition) == (
        f"https://{host}/cloudwatch/home?region={region}#synthetics:canary/detail/my-canary"
    )


@pytest.mark.parametrize("partition", ["", "aws-iso", "aws-eusc"])
def test_there_is_no_link_rather_than_a_wrong_one(partition: str) -> None:
    assert console_link("my-canary", "eu-west-1", partition) is None


def test_a_link_holds_no_character_of_a_name_that_means_something_in_it() -> None:
    link = console_link("a/b c#d?e", "eu-west-1", "aws")
    assert link is not None
    assert link.endswith("/detail/a%2Fb%20c%23d%3Fe")


def test_the_command_asks_the_same_question() -> None:
    query = RunQuery("my canary; rm -rf ~", RunType.DRY_RUN, DRY_RUN)
    command = cli_command(query, region="eu-west-1", profile="on call", token="abcd'efgh")
    assert shlex.split(command) == [
        *("aws", "synthetics", "get-canary-runs", "--name", "my canary; rm -rf ~", "--run-type", "DRY_RUN"),
        *("--dry-run-id", DRY_RUN, "--max-results", "100", "--next-token", "abcd'efgh"),
        *("--region", "eu-west-1", "--profile", "on call"),
    ]


def test_a_value_with_control_characters_is_left_out_of_the_command() -> None:
    assert "--next-token" not in cli_command(RunQuery("a"), token="abcd\n\x1b]52;c;ZXZpbA==\x07")


@pytest.mark.parametrize(
    "query", [RunQuery("checkout-flow"), RunQuery("-starts-with-a-dash", RunType.DRY_RUN, DRY_RUN)]
)
def test_the_aws_cli_understands_the_command(peer: Peer, query: RunQuery) -> None:
    """The AWS CLI sends what canaryscope would. Whether the peer knows the canary does not matter."""
    command = shlex.split(cli_command(query, region="eu-west-1", endpoint_url=peer.url, token="-abcdefgh"))
    ended = subprocess.run(
        [sys.executable, "-m", "awscli", *command[1:], "--output", "json"],
        env={**os.environ, **peer.environment(), "AWS_MAX_ATTEMPTS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert peer.count("GetCanaryRuns") == 1, ended.stderr
    sent = peer.calls[0].params
    assert sent["Name"] == query.canary
    assert sent["RunType"] == query.run_type
    assert sent.get("DryRunId") == query.dry_run_id
    assert sent["NextToken"] == "-abcdefgh"
    assert sent["MaxResults"] == 100
