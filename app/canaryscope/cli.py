"""The command line. It loads neither textual nor boto3 until the arguments are right and a terminal is there.

Exit codes: 0 fine, 2 wrong usage (no terminal among it), 1 anything else.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from canaryscope import __version__, environment
from canaryscope.aws_process import AwsProcess
from canaryscope.options import Driver, StartOptions
from canaryscope.runs import dry_run_id as dry_run_ids
from canaryscope.runs.model import RunType
from canaryscope.runs.text import clean_line
from canaryscope.spared import spared

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["main"]

CANARY_NAME: Final = re.compile(r"[0-9a-z_\-]{1,255}")
"""CanaryName of the API."""
RUN_TYPES: Final = {
    "canary": frozenset({RunType.CANARY_RUN}),
    "dry": frozenset({RunType.DRY_RUN}),
    "all": frozenset(RunType),
}


def main(process: Popen[bytes] | None = None) -> None:
    """Run the command line; always ends in SystemExit. `process` is the one for AWS, if that was started."""
    command(prog_name="canaryscope", obj=process)


def _canary(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and CANARY_NAME.fullmatch(value) is None:
        raise click.BadParameter("a canary's name has 1 to 255 of the characters a-z, 0-9, _ and -")
    return value


def _dry_run_id(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    identifier = dry_run_ids.normalise(value)
    if not dry_run_ids.is_whole(identifier):
        reason = dry_run_ids.refusal(identifier) or f"a DryRunId has {dry_run_ids.LENGTH} characters"
        raise click.BadParameter(f"{reason}, like 2f1d5f0c-6c1e-4b8a-9a53-0d4c1b7e8f21")
    return identifier


def _endpoint_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise click.BadParameter("an endpoint's address starts with http:// or https://, then the host")
    return value


def _filled(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; leave it out to use AWS's own settings")
    return value


def _run_types(choice: str | None, dry_run_id: str | None) -> frozenset[RunType]:
    if choice is None:
        return RUN_TYPES["canary" if dry_run_id is None else "dry"]
    if choice == "canary" and dry_run_id is not None:
        raise click.UsageError(
            "a DryRunId needs RunType=DRY_RUN: GetCanaryRuns refuses RunType=CANARY_RUN with a DryRunId. "
            "Leave --run-type out, or say --run-type dry."
        )
    return RUN_TYPES[choice]


def _why_no_terminal() -> str | None:
    """Why the explorer cannot be shown here, or None."""
    for stream, name in ((sys.__stdin__, "input"), (sys.__stdout__, "output")):
        if stream is None or stream.closed or not stream.isatty():
            return f"canaryscope needs a terminal: standard {name} is none (over SSH: ssh -t)"
    if os.environ.get("TERM") == "dumb":
        return "canaryscope needs a terminal that can place its cursor: this one is TERM=dumb"
    return None


class _Group(click.Group):
    """A command whose complaints are clean, although they repeat what was typed or pasted."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises UsageError."""
        with _clean_complaints():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Raises UsageError, for what is wrong with a subcommand's arguments."""
        with _clean_complaints():
            return super().invoke(ctx)


@contextmanager
def _clean_complaints() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        raise click.UsageError(clean_line(error.format_message()), error.ctx) from error


@click.group(invoke_without_command=True, cls=_Group)
@click.option("--canary", metavar="NAME", callback=_canary, help="Open this canary directly.")
@click.option(
    "--run-type",
    type=click.Choice(list(RUN_TYPES), case_sensitive=False),
    help="Show canary runs, dry runs or both.  [default: canary, or dry with --dry-run-id]",
)
@click.option("--dry-run-id", metavar="ID", callback=_dry_run_id, help="Show the runs of this dry run.")
@click.option("--profile", metavar="P", callback=_filled, help="The profile of AWS's configuration files to use.")
@click.option("--region", metavar="R", callback=_filled, help="The AWS Region to look at.")
@click.option("--endpoint-url", metavar="URL", callback=_endpoint_url, help="Ask this server instead of AWS's own.")
@click.option("--demo", is_flag=True, help="Explore an embedded demo: no AWS account, no credentials, no network.")
@click.option("--utc", is_flag=True, help="Start with times in UTC.")
@click.option("--debug", is_flag=True, help="Write more into the log: what was asked, answered, waited for, caught.")
@click.option(
    "--driver",
    type=click.Choice(list(Driver), case_sensitive=False),
    envvar="CANARYSCOPE_DRIVER",
    default="lean",
    help="Write only what differs on the screen, or all that Textual writes.  [default: lean]",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def command(
    context: click.Context,
    canary: str | None,
    run_type: str | None,
    dry_run_id: str | None,
    profile: str | None,
    region: str | None,
    endpoint_url: str | None,
    demo: bool,
    utc: bool,
    debug: bool,
    driver: str,
) -> None:
    """Explore the runs of CloudWatch Synthetics canaries in the terminal.

    It only reads. AWS's own variables and files work as everywhere: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL,
    AWS_ENDPOINT_URL_SYNTHETICS, SSO, assumed roles, instance roles.
    """
    run_types = _run_types(run_type, dry_run_id)
    if context.invoked_subcommand is not None:
        return
    refusal = _why_no_terminal()
    if refusal is not None:
        click.echo(refusal, err=True)
        raise SystemExit(2)
    options = StartOptions(
        canary=canary,
        run_types=run_types,
        dry_run_id=dry_run_id,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        demo=demo,
        utc=utc,
        debug=debug,
        driver=Driver(driver),
        environment=environment.settle(os.environ, sys.__stderr__.encoding if sys.__stderr__ else None),
    )
    raise SystemExit(_explore(options, context.obj))


@command.command("settings")
@click.pass_context
def settings_command(context: click.Context) -> None:
    """Print where the settings are, and what is in force."""
    from canaryscope.settings_report import report

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as standard error has it: a path may have any characters
    told = report(utc=bool(context.find_root().params["utc"]))
    click.echo("\n".join(told.lines))
    for problem in told.problems:
        click.echo(problem, err=True)


def _explore(options: StartOptions, spawned: Popen[bytes] | None) -> int:
    """Run the application; it is loaded here, the first that imports textual. Returns the exit code."""
    if options.debug:
        from canaryscope.support_log import listen

        listen()
    process = AwsProcess(options.connection, spawned)
    process.start(*options.first_question)
    try:
        with spared():
            from canaryscope.application import run

        return run(options, process)
    except KeyboardInterrupt:
        return 1
    except Exception as error:  # noqa: BLE001 - whatever went wrong, a person gets the short report, without local variables
        from canaryscope import crash

        click.echo(crash.report(error), err=True)
        return 1
