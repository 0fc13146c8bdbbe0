"""What leads out of canaryscope: a console link, and the same question as an AWS CLI command."""

from __future__ import annotations

import shlex
from typing import Final
from urllib.parse import quote

from canaryscope.runs.model import RunQuery
from canaryscope.runs.text import clean_line

__all__ = ["cli_command", "console_link"]

# SYNTHETICS.md, "Partitions and links". Other partitions: no link rather than a wrong one.
_CONSOLES: Final = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
}


def console_link(canary: str, region: str, partition: str) -> str | None:
    """The canary's page in CloudWatch's console; None where the partition's console is not known."""
    domain = _CONSOLES.get(partition)
    if domain is None or not canary or not region:
        return None
    region = quote(region, safe="")
    return (
        f"https://{region}.{domain}/cloudwatch/home?region={region}#synthetics:canary/detail/{quote(canary, safe='')}"
    )


def cli_command(
    query: RunQuery,
    *,
    region: str | None = None,
    profile: str | None = None,
    endpoint_url: str | None = None,
    token: str | None = None,
    limit: int = 100,
) -> str:
    """The page that `query` and `token` ask for, as a command for a POSIX shell that runs as it is.

    A value with unclean characters in it (only a server's token could be one) is left out, never altered.
    """
    options = {
        "--name": query.canary,
        "--run-type": query.run_type.value,
        "--dry-run-id": query.dry_run_id,
        "--max-results": str(limit),
        "--next-token": token,
        "--region": region,
        "--profile": profile,
        "--endpoint-url": endpoint_url,
    }
    words = ["aws", "synthetics", "get-canary-runs"]
    for option, value in options.items():
        if value and clean_line(value) == value:
            words += [f"{option}={value}"] if value.startswith("-") else [option, value]
    return shlex.join(words)
